//! The source map of a script or a style sheet. It is only named: stack frames are not mapped.

use session::encodings::source_map_url;
use session::model::{Header, Record, Session};

use super::redirects::is_target;

/// Rows that are compared with the URL.
const MAX_COMPARED: usize = 200_000;

/// The source map that a response names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    /// As recorded: it can be relative to the URL of the response.
    pub url: String,
    /// Length of a `data:` URL, which is the map itself.
    pub inline_bytes: Option<u64>,
    /// The row that fetched it, if the recording has one.
    pub row: Option<u32>,
}

/// The source map that the headers or the text of a response name; `None` without one.
pub fn source_map(
    session: &Session,
    record: &Record,
    headers: Option<&[Header]>,
    text: &str,
) -> Option<SourceMap> {
    let named = |header: &&Header| {
        ["sourcemap", "x-sourcemap"].iter().any(|name| header.name.eq_ignore_ascii_case(name))
    };
    let header = headers.unwrap_or_default().iter().find(named).map(|header| header.value.as_str());
    let url = header.or_else(|| source_map_url(text)).filter(|url| !url.is_empty())?;
    if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return Some(SourceMap { inline_bytes: Some(url.len() as u64), ..SourceMap::default() });
    }
    let absolute = resolved(url, &record.url);
    let fetched =
        |other: &&Record| other.number != record.number && is_target(&absolute, &record.url, &other.url);
    let row = session.records.iter().take(MAX_COMPARED).find(fetched).map(|other| other.number);
    Some(SourceMap { url: url.to_owned(), inline_bytes: None, row })
}

/// A URL that is relative to the folder of `base`, as an absolute one; others as they are.
fn resolved(url: &str, base: &str) -> String {
    if url.starts_with('/') || url.contains("://") {
        return url.to_owned();
    }
    let base = base.split(['?', '#']).next().unwrap_or_default();
    let Some(path_start) = base.find("://").and_then(|scheme| {
        base.get(scheme + 3..).and_then(|rest| rest.find('/')).map(|slash| scheme + 3 + slash)
    }) else {
        return url.to_owned();
    };
    let (origin, path) = base.split_at(path_start);
    let mut segments: Vec<&str> = path.split('/').skip(1).collect();
    segments.pop();
    for segment in url.split('/') {
        match segment {
            "." => {}
            ".." => _ = segments.pop(),
            _ => segments.push(segment),
        }
    }
    format!("{origin}/{}", segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, session};

    #[test]
    fn a_source_map_is_named_with_the_row_that_fetched_it() {
        let rows = vec![http(1, "https://a.test/js/app.js?v=1"), http(2, "https://a.test/js/app.js.map")];
        let session = session(rows);
        let script = session.records.iter().next().expect("a row");
        let map = |headers: Option<&[Header]>, text: &str| source_map(&session, script, headers, text);
        let found = map(None, "a()\n//# sourceMappingURL=app.js.map").expect("a map");
        assert_eq!((found.url.as_str(), found.row), ("app.js.map", Some(2)));
        let header = [Header { name: "SourceMap".to_owned(), value: "/other.map".to_owned() }];
        assert_eq!(
            map(Some(&header), "").map(|found| (found.url, found.row)),
            Some(("/other.map".to_owned(), None))
        );
        let inline = map(None, "//# sourceMappingURL=data:application/json,{}").expect("a map");
        assert_eq!(inline.inline_bytes, Some(24));
        assert_eq!(map(None, "a()"), None);
    }

    #[test]
    fn relative_urls_are_resolved() {
        let base = "https://a.test/x/y/app.js?v=1";
        assert_eq!(resolved("m/app.js.map", base), "https://a.test/x/y/m/app.js.map");
        assert_eq!(resolved("./../app.js.map", base), "https://a.test/x/app.js.map");
        assert_eq!(resolved("../../../../app.map", base), "https://a.test/app.map");
        assert_eq!(resolved("/app.map", base), "/app.map");
        assert_eq!(resolved("app.map", "no URL"), "app.map");
    }
}
