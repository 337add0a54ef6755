//! A made-up format: a line `{"get": url, "code": status}` for each request.

use session::formats::{
    Confidence, Format, LoadError, LoadStep, NameHint, Reader, RecordScanner, Shape, Sniffed, Start,
};
use session::model::{
    Capabilities, Details, Http, Outcome, Phases, Record, RecordKind, RecordingFormat, ReplaySource,
    ResourceType, Session, Span,
};

#[derive(Debug)]
pub(super) struct AccessLog;

impl RecordingFormat for AccessLog {
    fn name(&self) -> &'static str {
        "access log"
    }

    fn noun(&self) -> &'static str {
        "log"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { replay: ReplaySource::None, has_page_events: false, ..Capabilities::default() }
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        let line = line_at(session, record.source);
        let server = line.get("server").and_then(serde_json::Value::as_str);
        Details { remote_address: server.map(str::to_owned), ..Details::default() }
    }
}

impl Format for AccessLog {
    fn label(&self) -> &'static str {
        "an access log"
    }

    fn sniff(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        shape.has_all(&["get", "code"]).then_some(Sniffed {
            name: "access log",
            confidence: Confidence::Element,
            reader: |_| Box::new(AccessLogReader { scanner: RecordScanner::of_lines() }),
        })
    }

    fn name_hint(&self, name: &str) -> NameHint {
        match name.rsplit_once('.') {
            Some((_, "log")) => NameHint::Standalone,
            _ => NameHint::Unknown,
        }
    }

    fn well_known_names(&self) -> &'static [&'static str] {
        &["access.log"]
    }
}

#[derive(Debug)]
struct AccessLogReader {
    scanner: RecordScanner,
}

impl Reader for AccessLogReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        session.bytes.append(piece).expect("a small file");
        let mut found = Vec::new();
        self.scanner.feed(&session.bytes, piece, &mut found);
        for span in found {
            push(session, span);
        }
        Ok(())
    }

    fn finish(&mut self, session: &mut Session, _: Option<&str>) -> Result<LoadStep, LoadError> {
        let mut found = Vec::new();
        self.scanner.finish(&session.bytes, &mut found);
        for span in found {
            push(session, span);
        }
        Ok(LoadStep::Done)
    }
}

fn line_at(session: &Session, source: Span) -> serde_json::Value {
    serde_json::from_slice(&session.bytes.slice(source)).unwrap_or_default()
}

fn push(session: &mut Session, source: Span) {
    let line = line_at(session, source);
    let Some(url) = line.get("get").and_then(serde_json::Value::as_str) else { return };
    session.records.push(Record {
        number: session.records.len() as u32 + 1,
        url: url.into(),
        method: "GET".into(),
        start: None,
        status: line.get("code").and_then(serde_json::Value::as_u64).map(|code| code as u16),
        error: None,
        source,
        kind: RecordKind::Http(Http {
            resource_type: ResourceType::Other,
            outcome: Outcome::Done,
            duration: None,
            recorded_duration: None,
            phases: Phases::default(),
            transferred: None,
            body_size: None,
            from_cache: None,
            messages: None,
        }),
    });
}
