//! The rows of a session as comparable values, which are equal before and after a round trip.

use session::encodings::{Payload, base64};
use session::formats::{self, MessagesReader};
use session::model::plausible::duration;
use session::model::{
    Body, Direction, Encoding, Ending, EpochMs, Header, MessageKind, MessageLog, MessagesFile, Millis, Phase,
    Record, RecordKind, ResourceType, Session,
};

/// Returns the contents of the file at a path.
pub(crate) type ReadFile<'a> = &'a dyn Fn(&str) -> Option<Vec<u8>>;

/// The messages of a file.
pub(crate) fn reader_of(file: &MessagesFile, read_file: ReadFile<'_>) -> Option<MessagesReader> {
    let bytes = read_file(&file.path)?;
    let mut reader = MessagesReader::new(file.clone());
    reader.feed(&bytes).ok()?;
    reader.finish(None).ok()?;
    Some(reader)
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) url: String,
    pub(crate) method: String,
    pub(crate) start: Option<f64>,
    pub(crate) status: Option<u16>,
    pub(crate) error: Option<String>,
    pub(crate) latency: String,
    pub(crate) http: Option<Request>,
    pub(crate) socket: Option<SocketRow>,
    pub(crate) details: Shown,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Request {
    pub(crate) kind: ResourceType,
    pub(crate) outcome: String,
    /// In thousandths of a millisecond.
    pub(crate) duration: Option<f64>,
    pub(crate) transferred: Option<u64>,
    pub(crate) body_size: Option<u64>,
    pub(crate) from_cache: Option<String>,
    /// Start and length of each phase, in hundredths of a millisecond.
    pub(crate) phases: Vec<(Phase, f64, f64)>,
    pub(crate) messages: Option<Vec<ComparableMessage>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SocketRow {
    pub(crate) id: Option<String>,
    pub(crate) opened: Option<f64>,
    pub(crate) protocol: Option<String>,
    pub(crate) ending: String,
    pub(crate) orphan: bool,
    pub(crate) refused: bool,
    /// `None` where they were not recorded.
    pub(crate) messages: Option<Vec<ComparableMessage>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ComparableMessage {
    pub(crate) kind: MessageKind,
    pub(crate) direction: Option<Direction>,
    pub(crate) time: Option<f64>,
    pub(crate) size: Option<u64>,
    pub(crate) truncated: bool,
    pub(crate) payload: Option<Vec<u8>>,
    /// Name and id of an event.
    pub(crate) event: (String, String),
}

/// The details, without the sentences and the facts that differ by format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shown {
    pub(crate) request_headers: Option<Vec<(String, String)>>,
    pub(crate) response_headers: Option<Vec<(String, String)>>,
    pub(crate) request_body: String,
    pub(crate) response_body: String,
    pub(crate) request_mime: String,
    pub(crate) response_mime: String,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) facts: Vec<(String, String)>,
}

/// All rows of a session.
pub(crate) fn rows(session: &Session, read_file: ReadFile<'_>) -> Vec<Row> {
    session.records.iter().map(|record| row(session, record, read_file)).collect()
}

fn row(session: &Session, record: &Record, read_file: ReadFile<'_>) -> Row {
    let (http, socket) = match &record.kind {
        RecordKind::Http(http) => {
            let request = Request {
                kind: http.resource_type,
                outcome: format!("{:?}", http.outcome),
                duration: http.duration.map(Millis::ms).map(micro),
                transferred: http.transferred,
                body_size: http.body_size,
                from_cache: http.from_cache.as_deref().map(str::to_owned),
                phases: http
                    .phases
                    .iter()
                    .map(|range| (range.phase, hundredth(range.start), hundredth(range.end - range.start)))
                    .collect(),
                messages: messages_of(session, record, read_file),
            };
            (Some(request), None)
        }
        RecordKind::Socket(socket) => {
            let messages = messages_of(session, record, read_file);
            let row = SocketRow {
                id: socket.id.as_deref().map(str::to_owned),
                opened: socket.opened.map(EpochMs::ms).map(micro),
                protocol: socket.protocol.as_deref().map(str::to_owned),
                ending: ending(&socket.ending),
                orphan: socket.is_orphan,
                refused: socket.is_refused,
                messages,
            };
            (None, Some(row))
        }
    };
    Row {
        url: record.url.to_string(),
        method: record.method.to_string(),
        start: record.start.map(EpochMs::ms),
        status: record.status,
        error: record.error.as_deref().map(str::to_owned),
        latency: latency(session, record),
        http,
        socket,
        details: shown(session, record, read_file),
    }
}

/// How long a row took; the age of a socket without a close at the end of the session.
fn latency(session: &Session, record: &Record) -> String {
    let took = |took: Option<Millis>| took.map(|took| format!("took {}", micro(took.ms())));
    let took = match &record.kind {
        RecordKind::Http(http) => took(http.duration),
        RecordKind::Socket(socket) if socket.is_refused || socket.is_orphan => None,
        RecordKind::Socket(socket) => match &socket.ending {
            Ending::Closed(close) => {
                let length = record.start.zip(close.at).map(|(start, at)| (at - start).ms());
                took(length.and_then(|length| duration(length, None)))
            }
            Ending::StillOpen | Ending::NotRecorded => {
                let age = record.start.zip(session.end()).map(|(start, end)| micro((end - start).ms()));
                Some(format!("open {age:?}"))
            }
        },
    };
    took.unwrap_or_else(|| "unknown".to_owned())
}

fn messages_of(
    session: &Session,
    record: &Record,
    read_file: ReadFile<'_>,
) -> Option<Vec<ComparableMessage>> {
    if let Some(columns) = record.inline_messages() {
        return Some(messages(MessageLog { bytes: &session.bytes, columns }));
    }
    messages_in(record.messages_file()?, read_file)
}

fn micro(ms: f64) -> f64 {
    (ms * 1000.0).round()
}

fn hundredth(ms: f64) -> f64 {
    (ms * 100.0).round()
}

fn ending(ending: &Ending) -> String {
    match ending {
        Ending::Closed(close) => {
            let at = close.at.map(EpochMs::ms).map(micro);
            format!("closed {at:?} {:?} {:?} {:?}", close.code, close.reason, close.was_clean)
        }
        Ending::StillOpen => "still open".to_owned(),
        Ending::NotRecorded => "not recorded".to_owned(),
    }
}

fn messages_in(file: &MessagesFile, read_file: ReadFile<'_>) -> Option<Vec<ComparableMessage>> {
    Some(messages(reader_of(file, read_file)?.log()))
}

pub(crate) fn messages(log: MessageLog<'_>) -> Vec<ComparableMessage> {
    let one = |(index, message): (usize, session::model::Message)| ComparableMessage {
        kind: message.kind,
        direction: message.direction,
        time: message.time.map(EpochMs::ms),
        size: message.size,
        truncated: message.is_truncated && message.encoding != Encoding::Absent,
        payload: Payload::from_message(message.encoding, &log.raw(&message))
            .map(|payload| payload.bytes().to_vec()),
        event: (log.event_name(index), log.event_id(index)),
    };
    log.columns.iter().enumerate().map(one).collect()
}

fn shown(session: &Session, record: &Record, read_file: ReadFile<'_>) -> Shown {
    let mut details = session.details(record);
    let properties = details.properties();
    for body in [&mut details.request_body, &mut details.response_body] {
        if let Body::InFile { path, mime } = body
            && let Some(bytes) = read_file(path)
        {
            *body = formats::body_from_file(bytes, mime.clone());
        }
    }
    let pairs =
        |headers: Vec<Header>| headers.into_iter().map(|header| (header.name, header.value)).collect();
    Shown {
        request_headers: details.request_headers.map(pairs),
        response_headers: details.response_headers.map(pairs),
        request_body: body(&details.request_body),
        response_body: body(&details.response_body),
        request_mime: mime(&details.request_body),
        response_mime: mime(&details.response_body),
        form: pairs(details.form),
        facts: properties.into_iter().map(|property| (property.label.to_owned(), property.value)).collect(),
    }
}

fn body(body: &Body) -> String {
    match body {
        Body::Empty => "empty".to_owned(),
        // A file that is not available is referred to, and counted.
        Body::NotRecorded(_) | Body::InFile { .. } => "not recorded".to_owned(),
        Body::Text { text, is_truncated, .. } => format!("text {is_truncated} {text:?}"),
        Body::Binary { bytes, is_truncated, .. } => {
            format!("binary {is_truncated} {}", base64::encode(bytes))
        }
    }
}

fn mime(body: &Body) -> String {
    match body {
        Body::Text { mime, .. } | Body::Binary { mime, .. } => mime.clone(),
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => String::new(),
    }
}
