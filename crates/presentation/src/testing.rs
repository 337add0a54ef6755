//! Small sessions built by hand, for tests.

use std::borrow::Cow;
use std::fmt;

use session::formats::{SessionLoader, format_named};
use session::model::{
    Action, Close, CloseSource, ConsoleDetails, ConsoleEntry, ConsoleLevel, Details, Direction, DomEvent,
    DomEventKind, Encoding, Ending, EpochMs, FormatHandle, Http, Message, MessageColumns, MessageKind,
    Messages, Millis, Missing, Outcome, PageEvent, PageEventDetails, PageEventKind, Phases, Record,
    RecordKind, RecordingFormat, ResourceType, Session, Socket, Span, Totals,
};

/// 2026-11-21 14:02:00 UTC, when every session of these tests starts.
const STARTED_AT: f64 = 1_795_269_720_000.0;

/// That many ms after the session's start.
pub(crate) fn at(ms: f64) -> EpochMs {
    EpochMs::new(STARTED_AT + ms).expect("a time in range")
}

pub(crate) fn millis(ms: f64) -> Millis {
    Millis::new(ms).expect("a length in range")
}

/// The format of that name.
pub(super) fn format_of(name: &str) -> FormatHandle {
    FormatHandle::new(format_named(name).expect("a format of that name"))
}

/// A format that decodes entries and events by these functions.
pub(super) fn decoding(
    console: impl Fn(&ConsoleEntry) -> ConsoleDetails + Sync + 'static,
    event: impl Fn(&PageEvent) -> PageEventDetails + Sync + 'static,
) -> FormatHandle {
    FormatHandle::new(Box::leak(Box::new(Decoding { console, event })))
}

struct Decoding<C, E> {
    console: C,
    event: E,
}

impl<C, E> fmt::Debug for Decoding<C, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Decoding")
    }
}

impl<C, E> RecordingFormat for Decoding<C, E>
where
    C: Fn(&ConsoleEntry) -> ConsoleDetails + Sync,
    E: Fn(&PageEvent) -> PageEventDetails + Sync,
{
    fn name(&self) -> &'static str {
        "test"
    }

    fn details(&self, _: &Session, _: &Record) -> Details {
        Details::default()
    }

    fn console_entry(&self, _: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        (self.console)(entry)
    }

    fn page_event(&self, _: &Session, event: &PageEvent) -> PageEventDetails {
        (self.event)(event)
    }
}

/// A session of those records that started at 0 and ended at 100 s, or later where a record ends
/// later.
pub(crate) fn session(records: Vec<Record>) -> Session {
    let mut session =
        Session { started_at: Some(at(0.0)), ended_at: Some(at(100_000.0)), ..Session::default() };
    for record in &records {
        session.extend_to(record.end());
    }
    session.records = records.into_iter().collect();
    session
}

/// The session of a HAR with these entries and pages, which are JSON values separated by commas.
pub(crate) fn opened_har(entries: &str, pages: &str) -> Session {
    let head = r#""version":"1.2","creator":{"name":"x","version":"1"}"#;
    let text = format!(r#"{{"log":{{{head},"pages":[{pages}],"entries":[{entries}]}}}}"#);
    let mut loader = SessionLoader::new("a.har");
    loader.feed(text.as_bytes()).expect("a HAR");
    loader.finish(None).expect("a HAR");
    loader.into_session()
}

/// A GET that begins with the session, takes 100 ms and is answered 200 with 1,000 bytes.
pub(crate) fn http(number: u32, url: &str) -> Record {
    Record {
        number,
        url: url.into(),
        method: Cow::Borrowed("GET"),
        start: Some(at(0.0)),
        status: Some(200),
        error: None,
        source: Span::default(),
        kind: RecordKind::Http(Http {
            resource_type: ResourceType::Fetch,
            outcome: Outcome::Done,
            duration: Some(millis(100.0)),
            recorded_duration: None,
            phases: Phases::default(),
            transferred: Some(1000),
            body_size: None,
            from_cache: None,
            messages: None,
        }),
    }
}

/// The same, begun that many ms after the session's start.
pub(crate) fn http_at(number: u32, url: &str, ms: f64) -> Record {
    Record { start: Some(at(ms)), ..http(number, url) }
}

/// A socket constructed with the session and still open at its end, of which nothing more is known.
pub(crate) fn socket(number: u32, url: &str) -> Record {
    Record {
        status: None,
        kind: RecordKind::Socket(Box::new(Socket {
            id: None,
            opened: None,
            protocol: None,
            ending: Ending::StillOpen,
            is_orphan: false,
            is_refused: false,
            last_seen: None,
            messages: Messages::Missing(Missing::NotRecorded),
            totals: Totals::default(),
        })),
        ..http(number, url)
    }
}

/// Edits what only a socket has.
pub(crate) fn with_socket(mut record: Record, edit: impl FnOnce(&mut Socket)) -> Record {
    if let RecordKind::Socket(socket) = &mut record.kind {
        edit(socket);
    }
    record
}

/// Edits what only a request has.
pub(crate) fn with_http(mut record: Record, edit: impl FnOnce(&mut Http)) -> Record {
    if let RecordKind::Http(http) = &mut record.kind {
        edit(http);
    }
    record
}

/// Closed that many ms after the session's start.
pub(crate) fn closed(record: Record, ms: f64, code: u16) -> Record {
    let close = Close {
        at: Some(at(ms)),
        code: Some(code),
        reason: None,
        was_clean: Some(code != 1006),
        source: CloseSource::Event,
    };
    with_socket(record, |socket| socket.ending = Ending::Closed(close))
}

pub(crate) fn refused(record: Record, status: u16) -> Record {
    let record = Record { status: Some(status), ..record };
    with_socket(record, |socket| {
        socket.is_refused = true;
        socket.ending = Ending::NotRecorded;
    })
}

/// No open was recorded, so no start is known.
pub(crate) fn orphan(record: Record) -> Record {
    let record = Record { start: None, ..record };
    with_socket(record, |socket| socket.is_orphan = true)
}

/// Text messages in place: which way (`None`: an error), when (`None`: unknown) and how many bytes.
pub(crate) fn columns(messages: &[(Option<Direction>, Option<f64>, u64)]) -> MessageColumns {
    let mut columns = MessageColumns::default();
    for (direction, ms, size) in messages {
        let kind = match direction {
            Some(Direction::Sent) => MessageKind::Sent,
            Some(Direction::Received) => MessageKind::Received,
            None => MessageKind::Error,
        };
        columns.push(Message {
            kind,
            direction: *direction,
            time: ms.map(at),
            size: direction.map(|_| *size),
            encoding: Encoding::JsonString,
            is_truncated: false,
            has_unicode_escapes: false,
            body: Span::default(),
        });
    }
    columns
}

/// An event of the page, that many ms after the session's start.
pub(crate) fn page_event(kind: PageEventKind, ms: f64) -> PageEvent {
    PageEvent { time: Some(at(ms)), kind, source: Span::default(), window: 0 }
}

/// An rrweb event, that many ms after the session's start.
pub(crate) fn dom_event(kind: DomEventKind, ms: f64) -> DomEvent {
    DomEvent { time: Some(at(ms)), kind, source: Span::default(), window: 0 }
}

/// An entry of the console, that many ms after the session's start.
pub(crate) fn console(level: ConsoleLevel, ms: f64) -> ConsoleEntry {
    ConsoleEntry { time: Some(at(ms)), level, source: Span::default() }
}

/// An action of a test that took from the one offset to the other, in ms after the session's start.
pub(crate) fn action(title: &str, from: f64, to: f64) -> Action {
    let (start, end) = (Some(at(from)), Some(at(to)));
    Action {
        title: title.into(),
        target: Box::default(),
        start,
        end,
        has_failed: false,
        source: Span::default(),
        end_source: None,
    }
}
