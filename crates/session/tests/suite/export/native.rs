//! A native session round-trips through its export.

use std::collections::BTreeMap;

use super::comparable::{ReadFile, Row};
use super::representable::as_native_holds_it;
use super::{comparable, generated, writing};
use proptest::prelude::*;
use session::model::Session;

type Files = BTreeMap<String, Vec<u8>>;

fn open(files: &Files) -> Session {
    let manifest = files.get("session.json").expect("a manifest");
    let others: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    crate::common::open(("session.json", manifest), &others, 1000).expect("a session that opens")
}

/// Writes the session, and loads the written folder.
fn again(session: &Session, read_file: ReadFile<'_>) -> (Session, Files) {
    let (files, _) = writing::folder(session, "again", writing::ALL, read_file);
    (open(&files), files)
}

fn compare(before: Vec<Row>, after: Vec<Row>) {
    assert_eq!(after.len(), before.len());
    for (at, (before, after)) in before.into_iter().zip(after).enumerate() {
        let (before, after) = as_native_holds_it(before, after);
        assert_eq!(after, before, "row {at}");
    }
}

proptest! {
    #[test]
    fn any_session_round_trips_through_a_native_folder(folder in generated::folder()) {
        let session = folder.open();
        let read_file = |path: &str| folder.file(path);
        let (again, files) = again(&session, &read_file);
        compare(comparable::rows_without_sidecar_bodies(&session, &read_file), comparable::rows(&again, &|path| files.get(path).cloned()));
        prop_assert_eq!(&again.pages, &session.pages);
        prop_assert_eq!(&again.producer, &session.producer);
        prop_assert_eq!((again.started_at, again.ended_at), (session.started_at, session.ended_at));
        prop_assert_eq!((again.truncation.as_ref(), again.title.as_ref()), (None, session.title.as_ref()));
    }
}

const MESSAGE: &[u8] = br#"{"type":"sent","timeStamp":1795269720001,"message":"hi"}"#;

/// A session of sockets of which only the messages were recorded, with a file for each id.
fn orphans(ids: &[&str]) -> Session {
    let files: Vec<String> =
        ids.iter().map(|id| format!(r#""{id}":{{"path":"sockets/{id}.jsonl"}}"#)).collect();
    let manifest = format!(
        r#"{{"format":"replayscope/1","id":"x","files":{{"resources":{{"path":"r"}},"sockets":{{{}}}}}}}"#,
        files.join(",")
    );
    let files: [(&str, &[u8]); 1] = [("r", b"")];
    crate::common::open(("session.json", manifest.as_bytes()), &files, 1000).expect("a session that opens")
}

/// The number of messages of each socket that is written, by its id; `None` where they were not
/// recorded.
fn message_counts(session: &Session, read_file: ReadFile<'_>) -> Vec<(Option<String>, Option<usize>)> {
    let (again, files) = again(session, read_file);
    let rows = comparable::rows(&again, &|path| files.get(path).cloned());
    let sockets = rows.into_iter().filter_map(|row| row.socket);
    sockets.map(|socket| (socket.id, socket.messages.map(|messages| messages.len()))).collect()
}

fn count(id: &str, messages: usize) -> (Option<String>, Option<usize>) {
    (Some(id.to_owned()), Some(messages))
}

#[test]
fn messages_files_after_a_missing_one_are_written() {
    for missing in ["a", "b", "c"] {
        let read_file =
            |path: &str| (!path.ends_with(&format!("/{missing}.jsonl"))).then(|| MESSAGE.to_vec());
        let rest = ["a", "b", "c"].into_iter().filter(|id| *id != missing);
        let expected: Vec<_> = rest.map(|id| count(id, 1)).collect();
        assert_eq!(message_counts(&orphans(&["a", "b", "c"]), &read_file), expected, "without {missing}");
    }
    let read_file = |path: &str| path.ends_with("/c.jsonl").then(|| MESSAGE.to_vec());
    assert_eq!(message_counts(&orphans(&["a", "b", "c"]), &read_file), [count("c", 1)]);
}

#[test]
fn an_empty_messages_file_of_a_socket_without_records_stays_empty() {
    let session = orphans(&["a", "b"]);
    assert_eq!(message_counts(&session, &|_| Some(Vec::new())), [count("a", 0), count("b", 0)]);
    let read_file = |path: &str| path.ends_with("/b.jsonl").then(Vec::new);
    assert_eq!(message_counts(&session, &read_file), [count("b", 0)]);
}

#[test]
fn the_reason_of_an_omitted_body_round_trips() {
    let line = r#"{"name":"https://a.test/","initiatorType":"fetch","startTimeAbs":1795269720001,"requestResponsePairs":{"request":{"headers":{},"bodyOmitted":"stream"},"response":{"status":200,"headers":{},"bodyOmitted":"not-read"}}}"#;
    let manifest = r#"{"format":"replayscope/1","id":"x","files":{"resources":{"path":"r"}}}"#;
    let files: [(&str, &[u8]); 1] = [("r", line.as_bytes())];
    let session =
        crate::common::open(("session.json", manifest.as_bytes()), &files, 1000).expect("a session");
    let (again, _) = again(&session, &|_| None);
    let bodies = |session: &Session| {
        let details = session.details(&session.records[0]);
        [details.request_body, details.response_body].map(|body| body.omission_name())
    };
    assert_eq!(bodies(&session), [Some("stream"), Some("not-read")]);
    assert_eq!(bodies(&again), bodies(&session));
}
