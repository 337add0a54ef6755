//! Native session folders in memory, around the lines that a rule is about.

use session::model::{EpochMs, Record, Session, Socket};

/// 2026-11-21 14:02:00 UTC: `startedAt`, and the time origin of the page `p1`. Page `p2` was loaded
/// ten seconds later.
pub(crate) const START: f64 = 1_795_269_720_000.0;

/// Opens a session with those lines in `resources.jsonl`, and those entries of `files.sockets`.
pub(crate) fn read(files: &str, resources: &str) -> Session {
    let pages = format!(
        r#"[{{"id":"p1","url":"https://a.test/","startedAt":{START},"timeOrigin":{START}}},
        {{"id":"p2","url":"https://a.test/two","startedAt":{0},"timeOrigin":{0}}}]"#,
        START + 10_000.0
    );
    let files = format!(r#"{{"resources":{{"path":"resources.jsonl"}},"sockets":{{{files}}}}}"#);
    let manifest = format!(
        r#"{{"format":"replayscope/1","id":"x","startedAt":{START},"pages":{pages},"files":{files}}}"#
    );
    read_folder(&manifest, resources)
}

/// Opens a session with that manifest and those lines in `resources.jsonl`.
pub(crate) fn read_folder(manifest: &str, resources: &str) -> Session {
    let others = [("resources.jsonl", resources.as_bytes())];
    super::open(("session.json", manifest.as_bytes()), &others, 100).expect("a session that opens")
}

/// That many ms after the session's start, as the files write it.
pub(crate) fn at(ms: f64) -> String {
    (START + ms).to_string()
}

/// Milliseconds since the session's start.
pub(crate) fn offset(time: Option<EpochMs>) -> Option<f64> {
    Some(time?.ms() - START)
}

pub(crate) fn socket(record: &Record) -> &Socket {
    record.socket().unwrap_or_else(|| panic!("record {} is not a socket", record.number))
}

/// The numbers of the rows.
pub(crate) fn numbers(session: &Session) -> Vec<u32> {
    session.records.iter().map(|record| record.number).collect()
}

/// The load notes, as `place: text`.
pub(crate) fn notes(session: &Session) -> Vec<String> {
    session.notes.listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}
