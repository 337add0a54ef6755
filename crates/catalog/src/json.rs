//! Rows as `sessions.json` lists them: a manifest without its files, with what the catalog knows
//! besides.

use serde::Serialize;

use crate::row::{Row, State};

/// The format that manifests of the store have.
const FORMAT: &str = "replayscope/1";

/// A session in `sessions.json`. What is not known is left out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedSession<'a> {
    format: &'static str,
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    started_at: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<i64>,
    pages: Vec<ListedPage<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_agent: Option<&'a str>,
    counts: Counts,
    src: String,
    project: &'a str,
    generation: u32,
    state: &'static str,
    received_first_at: i64,
    received_last_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    holes: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
struct ListedPage<'a> {
    url: &'a str,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sockets: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    console_errors: Option<u64>,
}

impl Row {
    /// The row as an entry of `sessions.json`. `src` is the URL of its manifest, relative to that
    /// file.
    pub fn listed(&self, src: impl Into<String>) -> ListedSession<'_> {
        ListedSession {
            format: FORMAT,
            id: &self.session,
            title: self.title.as_deref(),
            started_at: self.started,
            ended_at: self.ended,
            pages: self.page_urls.iter().map(|url| ListedPage { url }).collect(),
            user_agent: self.user_agent.as_deref(),
            counts: Counts {
                requests: self.requests,
                sockets: self.sockets,
                messages: self.messages,
                errors: self.errors,
                console_errors: self.console_errors,
            },
            src: src.into(),
            project: &self.project,
            generation: self.generation,
            state: self.state.name(),
            received_first_at: self.received_first,
            received_last_at: self.received_last,
            host: self.host.as_deref(),
            user: self.user.as_deref(),
            tags: &self.tags,
            release: self.release.as_deref(),
            bytes: self.bytes,
            holes: self.holes,
        }
    }
}

/// `sessions.json`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionList<'a> {
    /// Newest first.
    pub sessions: Vec<ListedSession<'a>>,
    /// The `before` of the next page; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<&'a str>,
}

impl<'a> SessionList<'a> {
    /// The list of some rows. `src` gives the URL of a row's manifest, relative to the list.
    pub fn new(rows: &'a [Row], next: Option<&'a str>, src: impl Fn(&Row) -> String) -> Self {
        Self { sessions: rows.iter().map(|row| row.listed(src(row))).collect(), next }
    }
}

impl Serialize for State {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_has_the_shape_of_an_entry_and_its_own_fields() {
        let mut row = Row::new("shop", "s1", 1_000);
        row.started = Some(900);
        row.ended = Some(2_900);
        row.title = Some("Basket".to_owned());
        row.page_urls = vec!["https://shop.example.test/".to_owned()];
        row.user = Some("mia".to_owned());
        row.tags = vec!["beta".to_owned()];
        row.errors = Some(0);
        let list = SessionList::new(std::slice::from_ref(&row), Some("c"), |row| {
            format!("s/{}/{}/session.json", row.project, row.session)
        });
        let expected = json!({
            "sessions": [{
                "format": "replayscope/1", "id": "s1", "title": "Basket", "startedAt": 900, "endedAt": 2_900,
                "pages": [{"url": "https://shop.example.test/"}], "counts": {"errors": 0},
                "src": "s/shop/s1/session.json", "project": "shop", "generation": 0, "state": "live",
                "receivedFirstAt": 1_000, "receivedLastAt": 1_000, "user": "mia", "tags": ["beta"],
            }],
            "next": "c",
        });
        assert_eq!(serde_json::to_value(&list).expect("JSON"), expected);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let row = Row::new("shop", "s1", 1_000);
        let value = serde_json::to_value(row.listed("s1/session.json")).expect("JSON");
        for absent in ["title", "startedAt", "endedAt", "userAgent", "host", "user", "tags", "bytes", "holes"]
        {
            assert_eq!(value.get(absent), None, "{absent}");
        }
        assert_eq!(value["counts"], json!({}));
    }
}
