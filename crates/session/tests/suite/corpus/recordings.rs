//! Real recordings, where `REPLAYSCOPE_CORPUS` names a folder of them. What the readers count is
//! held against a count made here with nothing but a JSON parser.

use crate::common;
use crate::common::corpus as files;
use std::path::Path;

use files::{bytes_of, corpus, name_of};
use serde_json::Value;
use session::model::{Messages, Record, Session};

/// Rows, sockets and messages, counted without our readers.
fn independent_count(bytes: &[u8]) -> [usize; 3] {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let har: Value = serde_json::from_slice(bytes).expect("JSON");
    let entries = har["log"]["entries"].as_array().expect("entries");
    let sockets = entries.iter().filter(|entry| {
        let url = entry["request"]["url"].as_str().unwrap_or_default();
        let upgrade = entry["request"]["headers"].as_array().into_iter().flatten().any(|header| {
            header["name"].as_str().is_some_and(|name| name.to_lowercase() == "upgrade")
                && header["value"].as_str().is_some_and(|value| value.to_lowercase() == "websocket")
        });
        entry["_webSocketMessages"].is_array()
            || entry["_resourceType"] == "websocket"
            || url.starts_with("ws:")
            || url.starts_with("wss:")
            || upgrade
    });
    let messages =
        entries.iter().map(|entry| entry["_webSocketMessages"].as_array().map_or(0, Vec::len)).sum();
    [entries.len(), sockets.count(), messages]
}

fn our_count(session: &Session) -> [usize; 3] {
    let sockets: Vec<_> = session.records.iter().filter_map(Record::socket).collect();
    let messages = sockets.iter().map(|socket| match &socket.messages {
        Messages::Inline(columns) => columns.len(),
        Messages::File(_) | Messages::Missing(_) => 0,
    });
    [session.records.len(), sockets.len(), messages.sum()]
}

#[test]
fn every_har_opens_with_the_right_number_of_rows_sockets_and_messages() {
    for path in [corpus("har"), corpus("har-ws")].concat() {
        let bytes = bytes_of(&path);
        let name = name_of(&path);
        let session =
            common::open((&name, &bytes), &[], 64 << 10).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(our_count(&session), independent_count(&bytes), "{name}");
        assert_eq!(session.truncation, None, "{name}");
        assert!(session.records.iter().is_sorted_by(|one, next| one.number < next.number), "{name}");
    }
}

#[test]
fn the_index_of_the_corpus_has_the_same_counts() {
    let Some(root) = std::env::var_os("REPLAYSCOPE_CORPUS") else { return };
    let index = std::fs::read_to_string(Path::new(&root).join("INDEX.tsv")).expect("an index");
    for line in index.lines().skip(1).filter(|line| line.starts_with("har")) {
        let fields: Vec<&str> = line.split('\t').collect();
        let expected: Vec<usize> = fields[3..6].iter().map(|field| field.parse().expect("a count")).collect();
        let bytes = bytes_of(&Path::new(&root).join(fields[0]));
        let session = common::open((fields[0], &bytes), &[], 1 << 20).expect("a session");
        let count = our_count(&session);
        assert_eq!((count[0], count[2]), (expected[0], expected[2]), "{}", fields[0]);
        // The index counts a refused upgrade (400) as an HTTP request; by the rules it is a socket
        // that was refused.
        let refused =
            session.records.iter().filter_map(Record::socket).filter(|socket| socket.is_refused).count();
        assert_eq!(count[1] - refused, expected[1], "{}", fields[0]);
    }
}

#[test]
fn a_real_recording_loads_the_same_in_pieces_of_any_size() {
    for path in corpus("har-ws") {
        let bytes = bytes_of(&path);
        let name = name_of(&path);
        let at_once = common::open((&name, &bytes), &[], bytes.len()).expect("a session");
        for piece in [1, 7, 4093] {
            let pieces = common::open((&name, &bytes), &[], piece).expect("a session");
            assert_eq!(format!("{pieces:?}"), format!("{at_once:?}"), "{name} in pieces of {piece}");
        }
    }
}

#[test]
fn the_details_of_every_entry_can_be_read() {
    for path in corpus("har") {
        let bytes = bytes_of(&path);
        let session = common::open((&name_of(&path), &bytes), &[], 1 << 20).expect("a session");
        let har: Value =
            serde_json::from_slice(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes)).expect("JSON");
        for record in &session.records {
            let entry = &har["log"]["entries"][record.number as usize - 1];
            let details = session.details(record);
            let headers = entry["request"]["headers"].as_array().map(Vec::len);
            assert_eq!(
                details.request_headers.map(|headers| headers.len()),
                headers,
                "{} {}",
                path.display(),
                record.number
            );
        }
    }
}

#[test]
fn invalid_files_load_partially_or_are_errors() {
    for path in corpus("invalid") {
        let bytes = bytes_of(&path);
        let name = name_of(&path);
        match common::open((&name, &bytes), &[], 64 << 10) {
            Ok(session) => {
                let entries = entries_of(&bytes);
                assert_eq!(session.records.len(), entries, "{name}");
                let body_only = name.contains("gzip_body");
                assert_eq!(session.notes.total() > 0, !body_only, "{name}: {:?}", session.notes.listed());
            }
            Err(error) => assert!(error.to_string().contains(&name), "{name}: {error}"),
        }
    }
}

/// Entries of a HAR, or of lines that are entries each.
fn entries_of(bytes: &[u8]) -> usize {
    if let Ok(har) = serde_json::from_slice::<Value>(bytes) {
        return har["log"]["entries"].as_array().map_or(0, Vec::len);
    }
    let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines
        .filter(|line| serde_json::from_slice::<Value>(line).is_ok_and(|line| line["request"].is_object()))
        .count()
}
