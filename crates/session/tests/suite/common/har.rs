//! HARs as a producer would write them, around the entries that a rule is about.

use session::model::{EpochMs, Record, Session, Socket};

/// Opens a HAR by that producer with those entries.
pub(crate) fn read(producer: &str, entries: &str) -> Session {
    let creator = format!(r#"{{"name":"{producer}","version":"1"}}"#);
    read_text(&format!(
        r#"{{"log":{{"version":"1.2","creator":{creator},"pages":[],"entries":[{entries}]}}}}"#
    ))
}

/// Loads a HAR.
pub(crate) fn read_text(har: &str) -> Session {
    super::open(("recording.har", har.as_bytes()), &[], 1000).expect("a HAR that opens")
}

pub(crate) fn socket(record: &Record) -> &Socket {
    record.socket().unwrap_or_else(|| panic!("record {} is not a socket", record.number))
}

/// Milliseconds since the session's start, to a thousandth.
pub(crate) fn offset(session: &Session, time: Option<EpochMs>) -> Option<f64> {
    Some(((time? - session.started_at?).ms() * 1000.0).round() / 1000.0)
}

/// The load notes, as `place: text`.
pub(crate) fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}
