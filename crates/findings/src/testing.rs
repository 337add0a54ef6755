//! Small sessions built by hand, for tests.

use std::borrow::Cow;
use std::fmt;

use session::model::{
    Argument, Close, CloseSource, ConsoleDetails, ConsoleEntry, ConsoleLevel, Details, Ending, EpochMs,
    FormatHandle, Header, Http, Messages, Millis, Missing, Outcome, Phases, Record, RecordKind,
    RecordingFormat, ResourceType, Session, Socket, Span, Totals,
};

use crate::{Finding, Report, Runner, Subject};

/// 2026-11-21 14:02:00 UTC, when every session of these tests starts.
pub(crate) const STARTED_AT: f64 = 1_795_269_720_000.0;

/// That many ms after the session's start.
pub(crate) fn at(ms: f64) -> EpochMs {
    EpochMs::new(STARTED_AT + ms).expect("a time in range")
}

/// A session of those records that lasted 100 s.
pub(crate) fn session(records: Vec<Record>) -> Session {
    Session {
        started_at: Some(at(0.0)),
        ended_at: Some(at(100_000.0)),
        records: records.into_iter().collect(),
        ..Session::default()
    }
}

/// A GET by `fetch` at the session's start that takes 100 ms and is answered 200 with 1,000 bytes.
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

/// The same from one time to another, in ms after the session's start.
pub(crate) fn http_between(number: u32, url: &str, from: f64, until: f64) -> Record {
    let record = with_http(http(number, url), |http| http.duration = Millis::new(until - from));
    Record { start: Some(at(from)), ..record }
}

/// Edits what only a request has.
pub(crate) fn with_http(mut record: Record, edit: impl FnOnce(&mut Http)) -> Record {
    if let RecordKind::Http(http) = &mut record.kind {
        edit(http);
    }
    record
}

/// The same as a resource of another type.
pub(crate) fn of_type(record: Record, resource_type: ResourceType) -> Record {
    with_http(record, |http| http.resource_type = resource_type)
}

/// The same without a response, for that reason.
pub(crate) fn failed(record: Record, outcome: Outcome, error: &str) -> Record {
    let record = with_http(record, |http| http.outcome = outcome);
    Record { status: None, error: Some(error.into()), ..record }
}

/// A socket that is constructed with the session, opens 50 ms later and is open at its end.
pub(crate) fn socket(number: u32, url: &str) -> Record {
    Record {
        status: None,
        kind: RecordKind::Socket(Box::new(Socket {
            id: None,
            opened: Some(at(50.0)),
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

/// A socket that was open between those times, in ms after the session's start.
pub(crate) fn socket_between(number: u32, url: &str, from: f64, until: f64, code: u16) -> Record {
    let record = Record { start: Some(at(from)), ..socket(number, url) };
    with_socket(record, |socket| {
        socket.opened = Some(at(from + 1.0));
        socket.ending = Ending::Closed(Close {
            at: Some(at(until)),
            code: Some(code),
            reason: None,
            was_clean: Some(code != 1006),
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

/// The same session, in which each row has the details that the function returns.
pub(crate) fn with_details(
    session: Session,
    details: impl Fn(&Record) -> Details + Sync + 'static,
) -> Session {
    let format = Fake { details, texts: Vec::new() };
    Session { format: FormatHandle::new(Box::leak(Box::new(format))), ..session }
}

/// An entry of the console, that many ms after the session's start, and its text.
pub(crate) fn error_entry(level: ConsoleLevel, ms: f64, text: &str) -> (ConsoleEntry, String) {
    (ConsoleEntry { time: Some(at(ms)), level, source: Span::default() }, text.to_owned())
}

/// The same session with those entries.
pub(crate) fn with_console(mut session: Session, entries: Vec<(ConsoleEntry, String)>) -> Session {
    let (entries, texts): (Vec<_>, Vec<_>) = entries.into_iter().unzip();
    let number = |(at, entry): (usize, ConsoleEntry)| ConsoleEntry {
        source: Span { start: at as u32, len: 1 },
        ..entry
    };
    session.console = entries.into_iter().enumerate().map(number).collect();
    let format = Fake { details: |_: &Record| Details::default(), texts };
    Session { format: FormatHandle::new(Box::leak(Box::new(format))), ..session }
}

struct Fake<D> {
    details: D,
    texts: Vec<String>,
}

impl<D> fmt::Debug for Fake<D> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Fake")
    }
}

impl<D: Fn(&Record) -> Details + Sync> RecordingFormat for Fake<D> {
    fn name(&self) -> &'static str {
        "test"
    }

    fn details(&self, _: &Session, record: &Record) -> Details {
        (self.details)(record)
    }

    fn console_entry(&self, _: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        let text = self.texts.get(entry.source.start as usize).cloned().unwrap_or_default();
        ConsoleDetails { arguments: vec![Argument::Text(text)], ..ConsoleDetails::default() }
    }
}

/// The findings of one rule.
pub(crate) fn found(session: &Session, rule: &str) -> Vec<Finding> {
    let report = Runner::run(session);
    report.findings.into_iter().filter(|finding| finding.rule.id == rule).collect()
}

/// The titles of the findings of one rule.
pub(crate) fn titles(session: &Session, rule: &str) -> Vec<String> {
    found(session, rule).iter().map(Finding::title).collect()
}

/// How many a rule could not judge.
pub(crate) fn unjudged(report: &Report, rule: &str) -> u32 {
    report.unjudged.iter().filter(|unjudged| unjudged.rule.id == rule).map(|unjudged| unjudged.count).sum()
}

/// The rows of a finding, the first one first.
pub(crate) fn rows(finding: &Finding) -> Vec<u32> {
    std::iter::once(&finding.subject)
        .chain(&finding.further)
        .filter_map(|subject: &Subject| subject.row())
        .collect()
}

/// Sockets with messages.
pub(crate) mod messages {
    use session::formats::MessagesReader;
    use session::model::{MessagesFile, SmallTimes};
    use session::protocols::{AllProtocols, Handshake, Library, Sample, SocketEnd};

    use super::{STARTED_AT, session, socket};
    use crate::{Finding, SocketInput, SocketRunner};

    /// A text message.
    pub(crate) struct Line {
        ms: f64,
        kind: &'static str,
        data: String,
    }

    impl Line {
        pub(crate) fn sent(ms: f64, data: &str) -> Self {
            Self { ms, kind: "sent", data: data.to_owned() }
        }

        pub(crate) fn received(ms: f64, data: &str) -> Self {
            Self { ms, kind: "received", data: data.to_owned() }
        }

        /// When it was sent or received, in ms after the session's start.
        pub(crate) fn ms(&self) -> f64 {
            self.ms
        }
    }

    /// The findings of one rule in a socket that is open from the session's start to its end.
    pub(crate) fn found(url: &str, lines: &[Line], rule: &str) -> Vec<Finding> {
        let start = super::at(0.0);
        let file =
            MessagesFile { start: Some(start), small_times: SmallTimes::Seconds, ..MessagesFile::default() };
        let mut reader = MessagesReader::new(file);
        for line in lines {
            let data = line.data.replace('\\', "\\\\").replace('"', "\\\"");
            let time = STARTED_AT + line.ms;
            let json =
                format!("{{\"type\":\"{}\",\"timeStamp\":{time},\"message\":\"{data}\"}}\n", line.kind);
            reader.feed(json.as_bytes()).expect("a message");
        }
        reader.finish(None).expect("messages");
        let record = socket(1, url);
        let session = session(Vec::new());
        let handshake = Handshake::of(&record).expect("a socket");
        let sample = Sample::of(reader.log());
        let protocol = AllProtocols.recognize(&handshake, &sample).map(|found| found.protocol);
        let mut analyzer = AllProtocols.analyzer(protocol, &handshake, &sample, None);
        analyzer.advance(reader.log(), usize::MAX);
        analyzer.finish(reader.log(), SocketEnd { is_closed: false, time: session.end() });
        let input = SocketInput {
            session: &session,
            record: &record,
            log: reader.log(),
            analysis: analyzer.analysis(),
        };
        let report = SocketRunner::run(&input);
        report.findings.into_iter().filter(|finding| finding.rule.id == rule).collect()
    }
}
