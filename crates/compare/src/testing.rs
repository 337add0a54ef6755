//! Small sessions built by hand, for tests.

use std::borrow::Cow;

use session::model::{
    Close, CloseSource, Details, Ending, EpochMs, Header, Http, Messages, Millis, Missing, Outcome, Phases,
    Record, RecordKind, ResourceType, Session, Socket, Span, Totals,
};

use crate::comparison::Pair;

/// 2026-11-21 14:02:00 UTC, when every session of these tests starts.
const STARTED_AT: f64 = 1_795_269_720_000.0;

/// That many ms after the session's start.
fn at(ms: f64) -> EpochMs {
    EpochMs::new(STARTED_AT + ms).expect("a time in range")
}

/// A session of those records.
pub(crate) fn session(records: Vec<Record>) -> Session {
    Session {
        started_at: Some(at(0.0)),
        ended_at: Some(at(100_000.0)),
        records: records.into_iter().collect(),
        ..Session::default()
    }
}

/// A GET by `fetch`, one second after the one with the number before, that takes 100 ms and is
/// answered 200 with 900 bytes.
pub(crate) fn http(number: u32, url: &str) -> Record {
    Record {
        number,
        url: url.into(),
        method: Cow::Borrowed("GET"),
        start: Some(at(f64::from(number) * 1000.0)),
        status: Some(200),
        error: None,
        source: Span::default(),
        kind: RecordKind::Http(Http {
            resource_type: ResourceType::Fetch,
            outcome: Outcome::Done,
            duration: Millis::new(100.0),
            recorded_duration: None,
            phases: Phases::default(),
            transferred: Some(1000),
            body_size: Some(900),
            from_cache: None,
            messages: None,
        }),
    }
}

/// Edits what only a request has.
pub(crate) fn with_http(mut record: Record, edit: impl FnOnce(&mut Http)) -> Record {
    if let RecordKind::Http(http) = &mut record.kind {
        edit(http);
    }
    record
}

/// A socket that opens within 50 ms and is open at the session's end.
pub(crate) fn socket(number: u32, url: &str) -> Record {
    let record = http(number, url);
    let opened = record.start.and_then(|start| EpochMs::new(start.ms() + 50.0));
    Record {
        status: None,
        kind: RecordKind::Socket(Box::new(Socket {
            id: None,
            opened,
            protocol: None,
            ending: Ending::StillOpen,
            is_orphan: false,
            is_refused: false,
            last_seen: None,
            messages: Messages::Missing(Missing::NotRecorded),
            totals: Totals::default(),
        })),
        ..record
    }
}

/// Edits what only a socket has.
pub(crate) fn with_socket(mut record: Record, edit: impl FnOnce(&mut Socket)) -> Record {
    if let RecordKind::Socket(socket) = &mut record.kind {
        edit(socket);
    }
    record
}

/// The same socket, closed with that code.
pub(crate) fn closed(record: Record, code: u16) -> Record {
    with_socket(record, |socket| {
        socket.ending = Ending::Closed(Close {
            at: Some(at(90_000.0)),
            code: Some(code),
            reason: None,
            was_clean: None,
            source: CloseSource::Event,
        });
    })
}

/// Details with those headers: of the request, then of the response.
pub(crate) fn headers(request: &[(&str, &str)], response: &[(&str, &str)]) -> Details {
    let list = |pairs: &[(&str, &str)]| {
        let headers =
            pairs.iter().map(|(name, value)| Header { name: (*name).into(), value: (*value).into() });
        Some(headers.collect())
    };
    Details { request_headers: list(request), response_headers: list(response), ..Details::default() }
}

/// A pair of which nothing is known.
pub(crate) fn pair() -> Pair {
    Pair { base: None, other: None, differing: Vec::new(), uncompared: Vec::new() }
}

/// Messages of a socket that speaks Socket.IO.
pub(crate) mod messages {
    use session::formats::MessagesReader;
    use session::model::{MessageLog, MessagesFile};
    use session::protocols::{AllProtocols, Analyze, Handshake, Library, Sample, SocketEnd};

    /// The messages of those kinds and texts.
    pub(crate) fn reader(messages: &[(&str, &str)]) -> MessagesReader {
        let mut reader = MessagesReader::new(MessagesFile::default());
        for (nth, (kind, data)) in messages.iter().enumerate() {
            let data = data.replace('\\', "\\\\").replace('"', "\\\"");
            let time = super::STARTED_AT + nth as f64;
            let json = format!("{{\"type\":\"{kind}\",\"timeStamp\":{time},\"message\":\"{data}\"}}\n");
            reader.feed(json.as_bytes()).expect("a message");
        }
        reader.finish(None).expect("messages");
        reader
    }

    pub(crate) fn analyzed(log: MessageLog<'_>) -> Box<dyn Analyze> {
        let record = super::socket(1, "wss://a.test/socket.io/?EIO=4&transport=websocket");
        let handshake = Handshake::of(&record).expect("a socket");
        let sample = Sample::of(log);
        let protocol = AllProtocols.recognize(&handshake, &sample).map(|found| found.protocol);
        let mut analyzer = AllProtocols.analyzer(protocol, &handshake, &sample, None);
        analyzer.advance(log, usize::MAX);
        analyzer.finish(log, SocketEnd { is_closed: false, time: None });
        analyzer
    }
}
