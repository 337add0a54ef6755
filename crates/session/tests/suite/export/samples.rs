//! Small recordings for the tests of a rule.

use session::model::{Record, Session, Socket};

/// 2026-11-21 14:02:00 UTC, when all of them start.
const START: f64 = 1_795_269_720_000.0;

/// A HAR by that producer with those entries.
pub(crate) fn har(producer: &str, entries: &str) -> Session {
    har_text(&format!(
        r#"{{"log":{{"creator":{{"name":"{producer}","version":"1"}},"pages":[],"entries":[{entries}]}}}}"#
    ))
}

pub(crate) fn har_text(har: &str) -> Session {
    crate::common::open(("recording.har", har.as_bytes()), &[], 1000).expect("a HAR that opens")
}

/// A native session with those lines of resources, and those entries of `files.sockets`.
pub(crate) fn native(files: &str, resources: &str) -> Session {
    let files = format!(r#"{{"resources":{{"path":"resources.jsonl"}},"sockets":{{{files}}}}}"#);
    let manifest = format!(r#"{{"format":"replayscope/1","id":"x","startedAt":{START},"files":{files}}}"#);
    let others = [("resources.jsonl", resources.as_bytes())];
    crate::common::open(("session.json", manifest.as_bytes()), &others, 100).expect("a session that opens")
}

/// That many ms after the start, as the native files write it.
pub(crate) fn at(ms: f64) -> String {
    (START + ms).to_string()
}

pub(crate) fn socket(record: &Record) -> &Socket {
    record.socket().unwrap_or_else(|| panic!("record {} is not a socket", record.number))
}
