//! Recordings of rrweb in memory, around the events that a rule is about.

use session::model::{Body, Details, EpochMs, Http, Record, RecordKind, Session};

/// 2026-11-21 14:02:00 UTC.
pub(crate) const START: f64 = 1_795_269_720_000.0;

pub(crate) fn open(text: &str) -> Session {
    crate::common::open(("recording.json", text.as_bytes()), &[], 100).expect("a recording that opens")
}

/// Opens an array of those events.
pub(crate) fn read(events: &[String]) -> Session {
    open(&format!("[{}]", events.join(",")))
}

/// An event of that type, that many ms after the start.
pub(crate) fn event(kind: u8, ms: f64, data: &str) -> String {
    format!(r#"{{"type":{kind},"timestamp":{},"data":{data}}}"#, START + ms)
}

pub(crate) fn meta(ms: f64, href: &str) -> String {
    event(4, ms, &format!(r#"{{"href":"{href}","width":1,"height":1}}"#))
}

/// A plugin event of the network plugin with those requests.
pub(crate) fn requests(ms: f64, requests: &str) -> String {
    event(6, ms, &format!(r#"{{"plugin":"rrweb/network@1","payload":{{"requests":[{requests}]}}}}"#))
}

pub(crate) fn span(ms: f64, span: &str) -> String {
    event(5, ms, &format!(r#"{{"tag":"performanceSpan","payload":{{{span}}}}}"#))
}

pub(crate) fn offset(time: Option<EpochMs>) -> Option<f64> {
    Some(((time?.ms() - START) * 1000.0).round() / 1000.0)
}

pub(crate) fn http(record: &Record) -> &Http {
    let RecordKind::Http(http) = &record.kind else { panic!("record {} is not a request", record.number) };
    http
}

pub(crate) fn duration(record: &Record) -> Option<f64> {
    http(record).duration.map(|length| (length.ms() * 1000.0).round() / 1000.0)
}

pub(crate) fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

pub(crate) fn fact(details: &Details, label: &str) -> Option<String> {
    details.properties().into_iter().find(|fact| fact.label == label).map(|fact| fact.value)
}

pub(crate) fn text(body: &Body) -> &str {
    match body {
        Body::Text { text, .. } => text,
        _ => "",
    }
}
