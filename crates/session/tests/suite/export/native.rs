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
        compare(comparable::rows(&session, &read_file), comparable::rows(&again, &|path| files.get(path).cloned()));
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

/// A session with console entries and events of the page.
fn with_page() -> Session {
    let manifest = r#"{"format":"replayscope/1","id":"x","startedAt":1795269720000,"files":{"resources":{"path":"r"},"console":{"path":"c"},"events":{"path":"e"}}}"#;
    let console = r#"{"timeStamp":1795269720001,"level":"warn","args":["Signed in with token=SECRETSECRET1",{"password":"SECRETSECRET2",
"n":1}],"source":"https://a.test/app.js:1:2","stack":"at f (https://a.test/app.js:1:2)\nat g"}
{"level":"exception","args":"once"}"#;
    let events = r#"{"type":4,"data":{"href":"https://a.test/?access_token=SECRETSECRET3","width":800,"height":600},"timestamp":1795269720000,"pageId":"p"}
{"type":2,"data":{"node":{"type":0,"childNodes":[],"id":1},"initialOffset":{"left":0,"top":0}},"timestamp":1795269720010,"windowId":"tab"}
{"type":9,"data":{}}"#;
    let files: [(&str, &[u8]); 3] = [("r", b""), ("c", console.as_bytes()), ("e", events.as_bytes())];
    crate::common::open(("session.json", manifest.as_bytes()), &files, 1000).expect("a session")
}

#[test]
fn console_entries_round_trip_with_their_arguments_places_and_stacks() {
    let before = with_page();
    let (after, files) = again(&before, &|_| None);
    assert_eq!(String::from_utf8_lossy(&files["console.jsonl"]).lines().count(), 2);
    let entries = |session: &Session| -> Vec<_> {
        let shown =
            |entry| format!("{:?}", session.console_details(entry)).replace("\\n", " ").replace("10,", "");
        session.console.iter().map(|entry| (entry.time, entry.level, shown(entry))).collect()
    };
    assert_eq!(entries(&after).len(), 2);
    assert_eq!(entries(&after)[1], entries(&before)[1]);
    assert_eq!(after.console_details(&after.console[0]).stack.len(), 2);
    assert_eq!(
        (after.console[0].time, after.console[0].level),
        (before.console[0].time, before.console[0].level)
    );
}

#[test]
fn events_of_the_page_round_trip_with_their_types_times_and_windows() {
    let before = with_page();
    let (after, _) = again(&before, &|_| None);
    let events = |session: &Session| -> Vec<_> {
        session.dom_events.iter().map(|event| (event.kind, event.time, event.window)).collect()
    };
    assert_eq!(events(&after).len(), 3);
    assert_eq!(events(&after), events(&before));
    assert_eq!(after.dom_events.windows(), before.dom_events.windows());
    assert_eq!(after.page_events.len(), before.page_events.len());
}

#[test]
fn credentials_in_console_entries_and_events_are_redacted() {
    let options = session::export::ExportOptions::default();
    let (files, left) = writing::folder(&with_page(), "again", options, &|_| None);
    for (path, bytes) in &files {
        assert!(!String::from_utf8_lossy(bytes).contains("SECRET"), "{path}");
    }
    assert_eq!(left.removed, 3);
    assert_eq!((open(&files).console.len(), open(&files).dom_events.len()), (2, 3));
}
