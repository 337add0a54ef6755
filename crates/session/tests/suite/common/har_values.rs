//! HARs around a rule about the values of their entries.

use session::model::{Details, Http, Record, RecordKind, Session};

/// Loads a HAR by that producer with those entries.
pub(crate) fn har(producer: &str, entries: &str) -> Session {
    let creator = format!(r#"{{"name":"{producer}","version":"1"}}"#);
    let text = format!(r#"{{"log":{{"version":"1.2","creator":{creator},"entries":[{entries}]}}}}"#);
    open(text.as_bytes())
}

/// Loads a HAR in pieces and at once, with the same result.
pub(crate) fn open(bytes: &[u8]) -> Session {
    let session = super::open(("recording.har", bytes), &[], bytes.len());
    let pieced = super::open(("recording.har", bytes), &[], 7);
    assert_eq!(super::description::describe(&pieced), super::description::describe(&session));
    session.expect("a HAR that opens")
}

/// An entry of that request and response, with more fields of its own.
pub(crate) fn entry(request: &str, response: &str, more: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{{{request}}},"response":{{{response}}}{more}}}"#
    )
}

pub(crate) const GET: &str = r#""method":"GET","url":"https://a.test/x""#;
pub(crate) const POST: &str = r#""method":"POST","url":"https://a.test/x""#;

/// The only row of a HAR by an unknown producer.
pub(crate) fn one(request: &str, response: &str, more: &str) -> Session {
    har("any", &entry(request, response, more))
}

/// The request of a row.
pub(crate) fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

/// The details of a row.
pub(crate) fn details_of(session: &Session, row: usize) -> Details {
    session.details(&session.records[row])
}

/// The value of the property with that label.
pub(crate) fn property(details: &Details, label: &str) -> Option<String> {
    details.properties().into_iter().find(|property| property.label == label).map(|property| property.value)
}
