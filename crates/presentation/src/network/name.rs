//! The parts of a URL that the name cell shows.

use session::encodings::visible_url;
use session::model::{Ending, Record, Socket, plural};

use crate::labels::truncated_to;
use crate::network::url_parts::{UrlParts, is_data_url};
use crate::network::{RowState, message_count, row_state};

/// The name cell: its text, and what follows it dimmed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameCell {
    /// The last path segment with its query; for a socket the full path.
    pub segment: String,
    /// The host; for a socket with its scheme. Empty if the segment is the host, or there is none.
    pub host: String,
    /// The full URL, truncated where it is very long.
    pub title: String,
    /// Of a socket: its number of messages, and a note where it never opened or its open or close
    /// is missing.
    pub note: String,
}

/// Number of leading bytes of a URL that are parsed: a `data:` URL can have megabytes.
const MAX_PARSED_BYTES: usize = 4096;
const MAX_SEGMENT_CHARS: usize = 300;
const MAX_DATA_URL_CHARS: usize = 60;
const MAX_TITLE_CHARS: usize = 2000;
const NO_URL: &str = "(no URL)";

/// The name cell of a row.
pub fn name_cell(record: &Record) -> NameCell {
    let url: &str = &record.url;
    if url.is_empty() {
        return NameCell { segment: NO_URL.to_owned(), note: note(record), ..NameCell::default() };
    }
    let parts = shown_parts(url);
    let (segment, host) = if record.socket().is_some() { parts.of_socket() } else { parts.of_request() };
    let limit = if is_data_url(url) { MAX_DATA_URL_CHARS } else { MAX_SEGMENT_CHARS };
    NameCell {
        segment: visible_url(&segment, limit).into_owned(),
        host: visible_url(&host, MAX_SEGMENT_CHARS).into_owned(),
        title: visible_url(url, MAX_TITLE_CHARS).into_owned(),
        note: note(record),
    }
}

/// Sort key of the name column: the last path segment, or the host of a URL without a path.
pub(crate) fn segment(url: &str) -> &str {
    let parts = shown_parts(url);
    if parts.is_bare_host() { parts.host } else { parts.segment }
}

/// The path of a URL without its query, or its host where it has no path.
pub(crate) fn path(url: &str) -> &str {
    let parts = shown_parts(url);
    let path = parts.path_and_query().0;
    if parts.is_bare_host() || path.is_empty() { parts.host } else { path }
}

fn shown_parts(url: &str) -> UrlParts<'_> {
    UrlParts::of(truncated_to(url, MAX_PARSED_BYTES))
}

fn note(record: &Record) -> String {
    let Some(socket) = record.socket() else { return String::new() };
    let count = message_count(socket).map(|count| plural(count, "message"));
    let word = missing_end(record, socket);
    match (count, word) {
        (Some(count), Some(word)) => format!("{count} · {word}"),
        (Some(count), None) => count,
        (None, word) => word.unwrap_or_default().to_owned(),
    }
}

fn missing_end(record: &Record, socket: &Socket) -> Option<&'static str> {
    match row_state(record) {
        RowState::Error if record.status.is_some() => Some("refused"),
        RowState::Error => Some("failed"),
        RowState::Orphan => Some("open not recorded"),
        RowState::Open if socket.ending == Ending::NotRecorded => Some("close not recorded"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, orphan, refused, socket, with_socket};
    use session::model::Totals;

    fn named(url: &str) -> (String, String) {
        let cell = name_cell(&http(1, url));
        (cell.segment, cell.host)
    }

    fn pair(segment: &str, host: &str) -> (String, String) {
        (segment.to_owned(), host.to_owned())
    }

    #[test]
    fn a_request_is_named_by_its_last_path_segment() {
        assert_eq!(named("https://shop.test/api/orders"), pair("orders", "shop.test"));
        assert_eq!(
            named("https://shop.test/api/orders?page=2&q=a/b"),
            pair("orders?page=2&q=a/b", "shop.test")
        );
        assert_eq!(named("https://shop.test/api/"), pair("api/", "shop.test"));
        assert_eq!(named("https://shop.test:8443/a%20b#top"), pair("a%20b", "shop.test:8443"));
        assert_eq!(named("https://me:secret@shop.test/x"), pair("x", "shop.test"));
    }

    #[test]
    fn a_bare_host_is_its_own_name() {
        assert_eq!(named("https://shop.test/"), pair("shop.test", ""));
        assert_eq!(named("https://shop.test"), pair("shop.test", ""));
        assert_eq!(named("https://shop.test/?x=1"), pair("/?x=1", "shop.test"));
    }

    #[test]
    fn any_text_has_a_name() {
        assert_eq!(named(""), pair("(no URL)", ""));
        assert_eq!(named("about:blank"), pair("about:blank", ""));
        assert_eq!(named("/api/x?next=https://b.test/y"), pair("x?next=https://b.test/y", ""));
        assert_eq!(named("blob:https://a.test/3f2b"), pair("3f2b", "a.test"));
        assert_eq!(named("://"), pair("/", ""));
        assert_eq!(named("?"), pair("?", ""));
    }

    #[test]
    fn data_urls_are_truncated() {
        let url = format!("data:image/png;base64,{}", "A".repeat(10_000_000));
        let cell = name_cell(&http(1, &url));
        assert_eq!(cell.segment.chars().count(), MAX_DATA_URL_CHARS);
        assert!(cell.segment.starts_with("data:image/png;base64,AAA") && cell.segment.ends_with('…'));
        assert_eq!(cell.title.chars().count(), MAX_TITLE_CHARS);
    }

    #[test]
    fn truncation_never_splits_a_character() {
        let cell = name_cell(&http(1, &format!("https://a.test/{}", "é".repeat(5000))));
        assert_eq!(cell.segment.chars().count(), MAX_SEGMENT_CHARS);
    }

    #[test]
    fn direction_overrides_in_urls_are_escaped() {
        let cell = name_cell(&http(1, "https://\u{202e}moc.knab/a\u{200d}b"));
        assert_eq!((cell.host.as_str(), cell.segment.as_str()), (r"\u{202e}moc.knab", r"a\u{200d}b"));
        assert_eq!(cell.title, r"https://\u{202e}moc.knab/a\u{200d}b");
    }

    #[test]
    fn a_socket_is_named_by_its_path() {
        let cell = name_cell(&socket(1, "wss://shop.test/live/orders?token=1"));
        assert_eq!((cell.segment.as_str(), cell.host.as_str()), ("/live/orders?token=1", "wss://shop.test"));
        assert_eq!(cell.title, "wss://shop.test/live/orders?token=1");
        assert_eq!(name_cell(&socket(1, "wss://shop.test/")).segment, "wss://shop.test");
    }

    #[test]
    fn a_socket_has_its_message_count_and_missing_ends() {
        let counted = |record, count| {
            let totals = Totals { messages: Some(count), bytes: None };
            with_socket(record, |socket| socket.totals = totals)
        };
        let bare = || socket(1, "wss://a.test/");
        assert_eq!(name_cell(&counted(bare(), 2318)).note, "2,318 messages");
        assert_eq!(name_cell(&counted(bare(), 1)).note, "1 message");
        assert_eq!(name_cell(&bare()).note, "");
        assert_eq!(name_cell(&counted(orphan(bare()), 2)).note, "2 messages · open not recorded");
        assert_eq!(name_cell(&refused(bare(), 403)).note, "refused");
        let unrecorded = with_socket(bare(), |socket| socket.ending = Ending::NotRecorded);
        assert_eq!(name_cell(&unrecorded).note, "close not recorded");
    }

    #[test]
    fn the_name_column_sorts_by_what_it_shows() {
        assert_eq!(segment("https://shop.test/api/orders?x"), "orders?x");
        assert_eq!(segment("https://shop.test/"), "shop.test");
    }

    #[test]
    fn the_path_of_a_url_omits_its_query() {
        assert_eq!(path("https://shop.test/api/orders?x=/1#top"), "/api/orders");
        assert_eq!(path("https://shop.test/"), "shop.test");
        assert_eq!(path("https://shop.test?x"), "shop.test");
        assert_eq!(path("about:blank"), "about:blank");
    }
}
