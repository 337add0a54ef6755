//! The text of the Network table's cells, and their titles.

use session::encodings::visible_line;
use session::model::{
    Http, Messages, Millis, Outcome, Record, RecordKind, Session, Socket, format_bytes, format_count, plural,
};

use crate::labels::{UNKNOWN, ending_label, phase_label, refusal_label, status_label};
use crate::network::{
    Column, bytes_by_direction, display_status, indexed_cell, message_bytes, name_cell, status_text,
};
use crate::time::{Clock, Latency, latency, start_time};

/// A cell: its text, and its title (empty: none).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub title: String,
}

const MAX_ERROR_CHARS: usize = 2000;

impl Cell {
    pub(super) fn new(text: impl Into<String>, title: impl Into<String>) -> Self {
        Self { text: text.into(), title: title.into() }
    }

    pub(super) fn unknown(title: impl Into<String>) -> Self {
        Self::new(UNKNOWN, title)
    }
}

/// The cell of a row in a column. The waterfall's has a title only: its bar is drawn by the scale.
pub fn cell(session: &Session, record: &Record, column: Column, clock: &Clock) -> Cell {
    match column {
        Column::Status => status_cell(record),
        Column::Method => method_cell(record),
        Column::Name => {
            let name = name_cell(record);
            Cell::new(name.segment, name.title)
        }
        Column::Type => Cell::new(record.resource_type().label(), ""),
        Column::Start => start_cell(session, record, *clock),
        Column::Latency => latency_cell(session, record),
        Column::Size => size_cell(record),
        Column::Waterfall => Cell::new("", waterfall_title(session, record)),
        column => indexed_cell(session, record, column, None),
    }
}

fn status_cell(record: &Record) -> Cell {
    let mut lines = Vec::new();
    match display_status(record) {
        Some(shown) if shown.inferred => lines.push(format!(
            "{}, inferred: the socket was open, its status was not recorded",
            status_label(shown.code)
        )),
        Some(shown) => lines.push(status_label(shown.code)),
        None => lines.push("Status not recorded".to_owned()),
    }
    if let RecordKind::Http(http) = &record.kind {
        lines.extend(outcome_label(http.outcome).map(str::to_owned));
    }
    if let Some(error) = record.error.as_deref().filter(|error| !error.is_empty()) {
        lines.push(visible_line(error, MAX_ERROR_CHARS).into_owned());
    }
    Cell::new(status_text(record).as_str(), lines.join("\n"))
}

fn outcome_label(outcome: Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Done => None,
        Outcome::Failed => Some("Failed"),
        Outcome::Canceled => Some("Canceled"),
        Outcome::Blocked => Some("Blocked"),
        Outcome::Pending => Some("End not recorded"),
    }
}

fn method_cell(record: &Record) -> Cell {
    if record.method.is_empty() {
        return Cell::unknown("Method not recorded");
    }
    Cell::new(visible_line(&record.method, 40), "")
}

fn start_cell(session: &Session, record: &Record, clock: Clock) -> Cell {
    let Some(start) = start_time(record) else { return Cell::unknown("Date not recorded") };
    let mut title = clock.wall_clock(start);
    if record.socket().is_some_and(|socket| socket.is_orphan) {
        title.push_str("\nFirst known time of this socket; its open was not recorded");
    }
    match session.started_at {
        Some(origin) => Cell::new((start - origin).offset(), title),
        None => Cell::unknown(title),
    }
}

fn latency_cell(session: &Session, record: &Record) -> Cell {
    let title = match &record.kind {
        RecordKind::Http(http) => http_latency_title(http),
        RecordKind::Socket(socket) => socket_latency_title(session, record, socket),
    };
    match latency(session, record) {
        Latency::Took(time) => Cell::new(time.duration(), title),
        Latency::Open(Some(time)) => Cell::new(format!("open {}", time.duration()), title),
        Latency::Open(None) => Cell::new("open", title),
        Latency::Unknown => Cell::unknown(title),
    }
}

fn http_latency_title(http: &Http) -> String {
    match (http.duration, http.recorded_duration) {
        (Some(_), Some(recorded)) => {
            format!("Recorded as {}, which counts a phase twice", recorded.duration())
        }
        (Some(time), None) => exact_ms(time),
        (None, _) if http.outcome == Outcome::Pending => "End not recorded".to_owned(),
        (None, _) => "Duration not recorded".to_owned(),
    }
}

/// `41,318.4 ms`: what the rounded text leaves out.
fn exact_ms(time: Millis) -> String {
    let tenths = (time.ms().abs() * 10.0).round() as u64;
    let sign = if time.ms() < 0.0 { "-" } else { "" };
    format!("{sign}{}.{} ms", format_count(tenths / 10), tenths % 10)
}

/// Handshake and time open after it, then how the socket ended.
fn socket_latency_title(session: &Session, record: &Record, socket: &Socket) -> String {
    if socket.is_refused {
        return refusal_label(record);
    }
    let mut lines = Vec::new();
    if socket.is_orphan {
        lines.push("Open not recorded".to_owned());
    }
    lines.extend(split_at_handshake(session, record, socket));
    lines.push(ending_label(session, record));
    lines.join("\n")
}

fn split_at_handshake(session: &Session, record: &Record, socket: &Socket) -> Option<String> {
    let (Latency::Took(time) | Latency::Open(Some(time))) = latency(session, record) else { return None };
    let Some(handshake) = socket.handshake(record.start) else {
        return Some("Handshake time not recorded".to_owned());
    };
    let after = Millis::new(time.ms() - handshake.ms())?;
    Some(format!("Handshake {}, then open {}", handshake.duration(), after.duration()))
}

fn size_cell(record: &Record) -> Cell {
    match &record.kind {
        RecordKind::Http(http) => http_size_cell(http),
        RecordKind::Socket(socket) => socket_size_cell(socket),
    }
}

fn http_size_cell(http: &Http) -> Cell {
    let mut lines = vec![match http.transferred {
        Some(size) => format!("Transferred {}", plural(size, "byte")),
        None => "Transferred size not recorded".to_owned(),
    }];
    lines.extend(http.body_size.map(|size| format!("Body {}", plural(size, "byte"))));
    lines.extend(http.from_cache.as_deref().map(|cache| format!("From cache: {}", visible_line(cache, 80))));
    let text = match http.from_cache.as_deref() {
        Some(cache) => cache_label(cache).to_owned(),
        None => http.transferred.map_or_else(|| UNKNOWN.to_owned(), format_bytes),
    };
    Cell::new(text, lines.join("\n"))
}

/// The label, as in Chrome's Network panel, of a response that did not come over the network.
/// Producers name caches as they like.
fn cache_label(name: &str) -> &'static str {
    let name = name.to_ascii_lowercase();
    match () {
        () if name.contains("disk") => "(disk cache)",
        () if name.contains("memory") => "(memory cache)",
        () if name.contains("prefetch") => "(prefetch cache)",
        () if name.contains("worker") => "(service worker)",
        () => "(cache)",
    }
}

fn socket_size_cell(socket: &Socket) -> Cell {
    let Some(bytes) = message_bytes(socket) else {
        return Cell::unknown("Size of the messages not recorded");
    };
    let counts = match &socket.messages {
        Messages::Inline(columns) => Some(columns.counts()),
        Messages::File(_) | Messages::Missing(_) => None,
    };
    let title = counts.map_or_else(
        || format!("All messages: {}", plural(bytes, "byte")),
        |counts| bytes_by_direction(&counts),
    );
    Cell::new(format_bytes(bytes), title)
}

fn waterfall_title(session: &Session, record: &Record) -> String {
    match &record.kind {
        RecordKind::Socket(socket) => socket_latency_title(session, record, socket),
        RecordKind::Http(http) => http
            .phases
            .iter()
            .filter_map(|range| Some((range.phase, Millis::new(range.end - range.start)?)))
            .map(|(phase, time)| format!("{} {}", phase_label(phase), time.duration()))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{
        at, closed, columns, format_of, http, http_at, millis, orphan, refused, session, socket, with_http,
        with_socket,
    };
    use session::model::{Direction, Ending, Phase, Producer, Totals};

    fn shown(session: &Session, column: Column) -> Cell {
        cell(session, &session.records[0], column, &Clock::UTC)
    }

    fn one(record: Record, column: Column) -> Cell {
        shown(&session(vec![record]), column)
    }

    fn bare() -> Record {
        socket(1, "wss://shop.test/live")
    }

    #[test]
    fn a_status_title_has_phrase_and_error() {
        let not_found = Record { status: Some(404), ..http(1, "https://a.test/") };
        assert_eq!(one(not_found, Column::Status), Cell::new("404", "404 Not Found"));
        let failed =
            Record { status: None, error: Some("net::ERR_FAILED".into()), ..http(1, "https://a.test/") };
        let failed = with_http(failed, |http| http.outcome = Outcome::Failed);
        assert_eq!(
            one(failed, Column::Status),
            Cell::new("(failed)", "Status not recorded\nFailed\nnet::ERR_FAILED")
        );
    }

    #[test]
    fn an_inferred_status_is_labeled() {
        let record = with_socket(bare(), |socket| socket.opened = Some(at(62.0)));
        let cell = one(record, Column::Status);
        assert_eq!(cell.text, "101");
        assert!(cell.title.contains("inferred"), "{}", cell.title);
        assert_eq!(one(bare(), Column::Status).text, "—");
    }

    #[test]
    fn a_start_is_an_offset_titled_with_the_wall_clock() {
        let cell = one(http_at(1, "https://a.test/", 82_418.0), Column::Start);
        assert_eq!(cell, Cell::new("1:22.418", "2026-11-21 14:03:22.418 UTC"));
        assert_eq!(one(Record { start: None, ..http(1, "") }, Column::Start).text, "—");
    }

    #[test]
    fn wall_clock_times_are_in_the_given_zone() {
        let session = session(vec![http(1, "https://a.test/")]);
        let clock = Clock { offset_minutes: |_| 90 };
        assert_eq!(
            cell(&session, &session.records[0], Column::Start, &clock).title,
            "2026-11-21 15:32:00.000 UTC+01:30"
        );
    }

    #[test]
    fn the_latency_of_a_request_is_its_duration() {
        assert_eq!(one(http(1, "https://a.test/"), Column::Latency), Cell::new("100 ms", "100.0 ms"));
        let unknown = with_http(http(1, "https://a.test/"), |http| http.duration = None);
        assert_eq!(one(unknown, Column::Latency).text, "—");
        let none = with_http(http(1, "https://a.test/"), |http| http.duration = Some(millis(0.0)));
        assert_eq!(one(none, Column::Latency).text, "0 ms");
    }

    #[test]
    fn the_latency_of_a_socket_is_the_time_it_was_open() {
        let record = with_socket(closed(bare(), 41_200.0, 1006), |socket| socket.opened = Some(at(62.0)));
        let cell = one(record, Column::Latency);
        assert_eq!(cell.text, "41.20 s");
        assert_eq!(
            cell.title,
            "Handshake 62 ms, then open 41.14 s\nClosed 1006 abnormal closure · no close frame"
        );
    }

    #[test]
    fn a_socket_without_a_close_is_open_until_the_recording_ends() {
        let mut still_open = session(vec![bare()]);
        still_open.ended_at = Some(at(135_000.0));
        let cell = shown(&still_open, Column::Latency);
        assert_eq!(cell.text, "open 2 min 15 s");
        assert!(cell.title.ends_with("Still open when the recording ended"), "{}", cell.title);

        let unrecorded = with_socket(bare(), |socket| socket.ending = Ending::NotRecorded);
        let producer = Producer { name: "WebInspector".to_owned(), ..Producer::default() };
        let har = Session { format: format_of("HAR"), producer, ..session(vec![unrecorded]) };
        assert!(shown(&har, Column::Latency).title.ends_with("Close not recorded by Chrome's HAR"));
    }

    #[test]
    fn sockets_that_never_opened_have_a_reason_in_place_of_latency() {
        let record = Record { error: Some("bad origin".into()), ..refused(bare(), 403) };
        assert_eq!(
            one(record, Column::Latency),
            Cell::new("—", "Handshake refused with 403 Forbidden · bad origin")
        );
        let cell = one(closed(orphan(bare()), 9000.0, 1000), Column::Latency);
        assert_eq!(cell, Cell::new("—", "Open not recorded\nClosed 1000 normal closure"));
    }

    #[test]
    fn a_size_is_the_transferred_bytes() {
        let record = with_http(http(1, "https://a.test/"), |http| {
            http.transferred = Some(12_345);
            http.body_size = Some(40_123);
        });
        let cell = one(record, Column::Size);
        assert_eq!(cell, Cell::new("12.3 kB", "Transferred 12,345 bytes\nBody 40,123 bytes"));
        let unknown = with_http(http(1, "https://a.test/"), |http| http.transferred = None);
        assert_eq!(one(unknown, Column::Size).text, "—");
    }

    #[test]
    fn a_cached_response_names_the_cache_in_place_of_its_size() {
        let cached = |name: &str| {
            let record = with_http(http(1, "https://a.test/"), |http| {
                (http.transferred, http.body_size) = (Some(0), Some(40_123));
                http.from_cache = Some(name.into());
            });
            one(record, Column::Size)
        };
        let title = "Transferred 0 bytes\nBody 40,123 bytes\nFrom cache: disk";
        assert_eq!(cached("disk"), Cell::new("(disk cache)", title));
        for (name, text) in [
            ("memory", "(memory cache)"),
            ("Memory Cache", "(memory cache)"),
            ("prefetch", "(prefetch cache)"),
            ("service worker", "(service worker)"),
            ("true", "(cache)"),
        ] {
            assert_eq!(cached(name).text, text);
        }
    }

    #[test]
    fn the_size_of_a_socket_is_over_all_its_messages() {
        let messages =
            columns(&[(Some(Direction::Sent), Some(1.0), 200), (Some(Direction::Received), Some(2.0), 1300)]);
        let inline = with_socket(bare(), |socket| socket.messages = Messages::Inline(messages));
        assert_eq!(
            one(inline, Column::Size),
            Cell::new("1.5 kB", "1 sent, 200 bytes\n1 received, 1,300 bytes")
        );
        let totals = Totals { messages: Some(9), bytes: Some(500_000) };
        let elsewhere = with_socket(bare(), |socket| socket.totals = totals);
        assert_eq!(one(elsewhere, Column::Size).text, "500 kB");
        assert_eq!(one(bare(), Column::Size).text, "—");
    }

    #[test]
    fn a_bar_lists_its_phases() {
        let record = with_http(http(1, "https://a.test/"), |http| {
            http.phases.set(Phase::Dns, 0.0, 4.0);
            http.phases.set(Phase::Wait, 4.0, 90.0);
        });
        assert_eq!(one(record, Column::Waterfall).title, "DNS lookup 4 ms\nWait (time to first byte) 86 ms");
    }

    #[test]
    fn methods_and_types_are_shown_as_recorded() {
        assert_eq!(one(http(1, "https://a.test/"), Column::Method).text, "GET");
        assert_eq!(one(Record { method: "".into(), ..bare() }, Column::Method).text, "—");
        assert_eq!(one(bare(), Column::Type).text, "websocket");
    }
}
