//! Which sessions of a store are meant, and deleting them.

use std::time::Duration;

use catalog::{Catalog, Query, Row, State, TimeBasis};
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use futures::{StreamExt, stream};
use serde::Deserialize;
use store::{SessionKey, Store, StoreError};

use crate::rows::{now_ms, session_key};

/// Sessions that are deleted at a time.
const REQUESTS: usize = 8;

/// Conditions on sessions, by the names that `/sessions.json` has for them.
#[derive(Args, Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Conditions {
    /// Sessions of this project.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub project: Option<String>,
    /// Sessions that started at this time or later: 2026-11-29, 2026-11-29T08:00:00Z, or epoch milliseconds.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Option<i64>,
    /// Sessions that started before this time.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Option<i64>,
    /// A part of the URL of a page.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub url: Option<String>,
    /// The user, as a whole and in the same case.
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub user: Option<String>,
    /// A part of the title, a URL, the user, a tag, the release or the id.
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub q: Option<String>,
    /// The least number of failed requests and sockets.
    #[arg(long, value_name = "COUNT")]
    pub errors: Option<u64>,
    /// The least number of WebSockets.
    #[arg(long, value_name = "COUNT")]
    #[expect(clippy::doc_markdown, reason = "this comment is the help, which is plain text")]
    pub sockets: Option<u64>,
    /// The least duration: 30s, 5min, or milliseconds.
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    pub min: Option<u64>,
    /// The greatest duration.
    #[arg(long, value_name = "DURATION", value_parser = milliseconds)]
    pub max: Option<u64>,
    /// Sessions that are still being received, or those that are not.
    #[arg(long, value_name = "STATE", value_parser = ["live", "final"])]
    pub state: Option<String>,
}

impl Conditions {
    /// The names of the conditions.
    pub const NAMES: [&'static str; 11] =
        ["project", "from", "to", "url", "user", "q", "errors", "sockets", "min", "max", "state"];

    /// Whether there are sessions of a project that do not meet them.
    pub fn restrict(&self) -> bool {
        let texts = [&self.url, &self.user, &self.q, &self.state];
        let least = [self.errors, self.sockets, self.min];
        texts.into_iter().flatten().any(|text| !text.is_empty())
            || least.into_iter().flatten().any(|count| count > 0)
            || self.from.or(self.to).is_some()
            || self.max.is_some()
    }

    /// The conditions as the catalog takes them. A text that is empty, and a state that is not known, are met by all.
    pub fn query(self) -> Query {
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        Query {
            project: filled(self.project),
            from: self.from,
            to: self.to,
            url: filled(self.url),
            user: filled(self.user),
            q: filled(self.q),
            errors: self.errors,
            sockets: self.sockets,
            min: self.min,
            max: self.max,
            state: self.state.as_deref().and_then(State::from_name),
            ..Query::default()
        }
    }
}

/// Of a query, the sessions whose first batch was received longer ago than `age`, by this machine's clock.
#[must_use]
pub fn older(query: Query, age: Duration) -> Query {
    let age = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    Query { to: Some(now_ms().saturating_sub(age)), time: TimeBasis::Received, ..query }
}

/// What a deletion has done.
#[derive(Debug, Default)]
pub struct Deletion {
    pub deleted: Vec<SessionKey>,
    /// Sessions of which not all could be deleted: they are not listed any more, and servers delete the rest later.
    pub failed: Vec<(SessionKey, StoreError)>,
}

/// Deletes the sessions of some rows, and then removes them from the catalog.
///
/// # Errors
/// If the catalog cannot be written: the sessions that were deleted are still listed.
pub async fn delete_rows(
    store: &Store,
    catalog: &Catalog,
    rows: Vec<Row>,
) -> Result<Deletion, catalog::Error> {
    let deletions = rows.into_iter().filter_map(|row| {
        let key = session_key(&row.project, &row.session)?;
        Some(async move {
            let result = store.delete(&key).await;
            (key, row, result)
        })
    });
    let mut deletions = stream::iter(deletions.collect::<Vec<_>>()).buffer_unordered(REQUESTS);
    let (mut done, mut removed) = (Deletion::default(), Vec::new());
    while let Some((key, row, result)) = deletions.next().await {
        removed.push(row.into_deleted(now_ms()));
        match result {
            Ok(_) => done.deleted.push(key),
            Err(error) => done.failed.push((key, error)),
        }
    }
    catalog.append(removed).await?;
    Ok(done)
}

/// A time in epoch milliseconds: a date, a time of RFC 3339 or a number of milliseconds.
fn time(text: &str) -> Result<i64, String> {
    if let Ok(ms) = text.parse() {
        return Ok(ms);
    }
    let is_date = text.len() == "2026-11-29".len();
    let full = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let time = humantime::parse_rfc3339_weak(&full)
        .map_err(|error| format!("{error}; write 2026-11-29, 2026-11-29T08:00:00Z or epoch milliseconds"))?;
    let since = time.duration_since(std::time::UNIX_EPOCH).map_err(|_| "it is before 1970".to_owned())?;
    i64::try_from(since.as_millis()).map_err(|_| "it is too far in the future".to_owned())
}

/// A duration in milliseconds: with a unit, or a number of milliseconds.
fn milliseconds(text: &str) -> Result<u64, String> {
    if let Ok(ms) = text.parse() {
        return Ok(ms);
    }
    u64::try_from(duration(text)?.as_millis()).map_err(|_| "it is too long".to_owned())
}

/// A duration with a unit.
///
/// # Errors
/// If it is none: what is wrong, and what would be one.
pub fn duration(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text).map_err(|error| format!("{error}; write 30s, 5min or 7days"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_that_all_sessions_meet_do_not_restrict() {
        let empty = || Some(String::new());
        let project = Some("shop".to_owned());
        let none = Conditions {
            project,
            user: empty(),
            q: empty(),
            errors: Some(0),
            min: Some(0),
            ..Conditions::default()
        };
        assert!(!none.restrict());
        assert!(Conditions { user: Some("mia".to_owned()), ..none.clone() }.restrict());
        assert!(Conditions { to: Some(0), ..none.clone() }.restrict());
        assert!(Conditions { max: Some(0), ..none }.restrict());
    }

    #[test]
    fn times_are_dates_or_of_rfc_3339_or_milliseconds() {
        assert_eq!(time("1970-01-02"), Ok(86_400_000));
        assert_eq!(time("1970-01-02T00:00:01Z"), Ok(86_401_000));
        assert_eq!(time("1500"), Ok(1500));
        assert!(time("yesterday").is_err_and(|error| error.contains("2026-11-29")));
        assert_eq!((milliseconds("2s"), milliseconds("1500")), (Ok(2000), Ok(1500)));
        assert!(milliseconds("2 parsecs").is_err());
    }
}
