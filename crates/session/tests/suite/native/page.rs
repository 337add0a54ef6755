//! The parts of a native session other than its requests, rule by rule: `console.jsonl` and
//! `events.jsonl`.

use crate::common;
use crate::common::native;
use crate::edits;
use native::{START, at, notes, offset};
use session::formats::{LoadError, LoadStep, Retry, SessionLoader};
use session::model::{Argument, ConsoleDetails, ConsoleLevel, PageEventKind, Session};

const REQUESTS: &str = r#"{"name":"https://a.test/x","initiatorType":"fetch","startTimeAbs":1795269720000,"responseEndAbs":1795269720050}"#;

/// A manifest that names all three files.
fn manifest() -> String {
    let files =
        ["resources", "console", "events"].map(|name| format!(r#""{name}":{{"path":"{name}.jsonl"}}"#));
    format!(
        r#"{{"format":"replayscope/1","startedAt":{START},"recorder":{{"name":"R"}},"files":{{{}}}}}"#,
        files.join(",")
    )
}

fn try_open(files: &[(&str, &str)], piece: usize) -> Result<Session, LoadError> {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
    common::open(("session.json", manifest().as_bytes()), &files, piece)
}

fn open(console: &str, events: &str) -> Session {
    let files = [("resources.jsonl", REQUESTS), ("console.jsonl", console), ("events.jsonl", events)];
    try_open(&files, 100).expect("a session")
}

fn line(ms: f64, more: &str) -> String {
    format!(r#"{{"timeStamp":{},"pageId":"p1"{more}}}"#, at(ms))
}

fn event(kind: u8, ms: f64, data: &str) -> String {
    format!(r#"{{"type":{kind},"data":{data},"timestamp":{},"pageId":"p1"}}"#, at(ms))
}

fn only_entry(console: &str) -> ConsoleDetails {
    let session = open(console, "");
    assert_eq!(session.console.len(), 1);
    session.console_details(&session.console[0])
}

mod console {
    use super::*;

    #[test]
    fn each_line_of_the_console_file_is_an_entry() {
        let session =
            open(&[line(5.0, r#","level":"warn""#), line(9.5, r#","level":"exception""#)].join("\n"), "");
        let found: Vec<_> = session.console.iter().map(|entry| (entry.level, offset(entry.time))).collect();
        assert_eq!(found, [(ConsoleLevel::Warn, Some(5.0)), (ConsoleLevel::Exception, Some(9.5))]);
        assert_eq!((notes(&session), session.format.name()), (Vec::new(), "Replayscope session"));
    }

    #[test]
    fn an_array_of_console_entries_is_accepted() {
        assert_eq!(open(&format!("[{},\n{}]", line(1.0, ""), line(2.0, "")), "").console.len(), 2);
    }

    #[test]
    fn an_invalid_line_is_dropped_and_noted_with_its_file() {
        let good = line(1.0, "");
        let session = open(&format!("7\n{{\"level\" 1}}\n\n{good}\n{{\"level\":\"log\"}}\n"), "");
        assert_eq!((session.console.len(), session.records.len()), (2, 1));
        let expected = [
            "console.jsonl, entry 1: dropped: it is not an object",
            "console.jsonl, entry 2: dropped: its JSON is broken (expected `:` at line 1 column 10)",
            "console.jsonl, entry 4: no time",
        ];
        assert_eq!(notes(&session), expected);
        let bytes: Vec<_> = session.notes.listed().iter().map(|note| note.byte).collect();
        assert_eq!(bytes, [Some(0), Some(2), Some(16 + good.len() as u64)]);
    }

    #[test]
    fn string_arguments_are_text_and_others_json() {
        let more = r#","args":["a \u00e9",{"b":[1.50]},null],"source":"https://a.test/x.js:19:33","stack":"    at f (https://a.test/x.js:19:33)\n    at g""#;
        let expected = ConsoleDetails {
            arguments: vec![
                Argument::Text("a é".to_owned()),
                Argument::Json(br#"{"b":[1.50]}"#.to_vec()),
                Argument::Json(b"null".to_vec()),
            ],
            stack: vec!["at f (https://a.test/x.js:19:33)".to_owned(), "at g".to_owned()],
            place: Some("https://a.test/x.js:19:33".to_owned()),
        };
        assert_eq!(only_entry(&line(1.0, more)), expected);
    }

    #[test]
    fn fields_of_an_entry_that_were_not_recorded_are_empty() {
        for more in ["", r#","args":null,"source":null,"stack":"""#, r#","args":[],"stack":[]"#] {
            assert_eq!(only_entry(&line(1.0, more)), ConsoleDetails::default(), "{more}");
        }
    }

    #[test]
    fn an_entry_without_a_source_location_has_that_of_its_innermost_call() {
        let details =
            only_entry(&line(1.0, r#","stack":"f@https://a.test/x.js:1:2\ng@https://a.test/y.js:3:4""#));
        assert_eq!(details.place.as_deref(), Some("https://a.test/x.js:1:2"));
    }
}

mod events {
    use super::*;

    #[test]
    fn events_are_replayed_and_listed_as_page_events() {
        let lines = [
            event(4, 1.0, r#"{"href":"https://a.test/","width":1,"height":1}"#),
            event(2, 2.0, "{}"),
            event(3, 3.0, r#"{"source":2,"type":2,"id":7,"x":10.5,"y":20}"#),
        ];
        let session = open("", &lines.join("\n"));
        let kinds: Vec<_> = session.page_events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [PageEventKind::Navigation, PageEventKind::Click]);
        assert_eq!((session.dom_events.len(), notes(&session)), (3, Vec::new()));
        let click = session.page_event_details(&session.page_events[1]);
        assert_eq!((click.position, click.node), (Some((10.5, 20.0)), Some(7)));
    }

    #[test]
    fn requests_pages_and_the_producer_are_taken_from_the_other_files_only() {
        let request = r#"{"plugin":"rrweb/network@1","payload":{"requests":[{"name":"https://a.test/x"}]}}"#;
        let lines = [event(4, 1.0, r#"{"href":"https://a.test/"}"#), event(6, 2.0, request)];
        let session = open("", &lines.join("\n"));
        assert_eq!((session.records.len(), session.pages.len()), (1, 0));
        assert_eq!((session.format.name(), session.producer.name.as_str()), ("Replayscope session", "R"));
    }

    #[test]
    fn console_events_count_if_there_is_no_console_file() {
        let entry =
            event(6, 2.0, r#"{"plugin":"rrweb/console@1","payload":{"level":"warn","payload":["\"x\""]}}"#);
        assert_eq!(open(&line(1.0, ""), &entry).console.len(), 1, "the file's alone");
        let files = [("resources.jsonl", REQUESTS), ("events.jsonl", entry.as_str())];
        let session = try_open(&files, 100).expect("a session");
        assert_eq!(session.console.len(), 1);
        let details = session.console_details(&session.console[0]);
        assert_eq!(details.arguments, [Argument::Text("x".to_owned())]);
    }
}

mod times {
    use super::*;

    #[test]
    fn the_session_ends_with_its_last_entry_or_event() {
        assert_eq!(offset(open(&line(900.0, ""), "").end()), Some(900.0));
        assert_eq!(offset(open(&line(900.0, ""), &event(3, 950.0, "{}")).end()), Some(950.0));
    }

    #[test]
    fn the_session_begins_at_the_manifest_s_start_even_if_an_event_is_earlier() {
        assert_eq!(offset(open("", &event(3, -50.0, "{}")).started_at), Some(0.0));
    }

    #[test]
    fn without_a_start_and_requests_the_session_begins_with_its_earliest_time() {
        let manifest =
            br#"{"format":"replayscope/1","files":{"console":{"path":"c"},"events":{"path":"e"}}}"#;
        let (console, events) = (line(70.0, ""), event(3, 30.0, "{}"));
        let files = [("c", console.as_bytes()), ("e", events.as_bytes())];
        let session = common::open(("session.json", manifest), &files, 100).expect("a session");
        assert_eq!(offset(session.started_at), Some(30.0));
    }
}

mod damage {
    use super::*;

    #[test]
    fn a_missing_file_is_noted_and_costs_no_other() {
        let session = try_open(&[("resources.jsonl", REQUESTS)], 100).expect("a session");
        assert_eq!(session.records.len(), 1);
        let expected = [
            "console.jsonl: not read: The file is not there (console.jsonl). Bring it.",
            "events.jsonl: not read: The file is not there (events.jsonl). Bring it.",
        ];
        assert_eq!(notes(&session), expected);
    }

    #[test]
    fn without_the_requests_the_other_files_load_before_the_error() {
        let mut opening = SessionLoader::new("session.json");
        opening.feed(manifest().as_bytes()).expect("a manifest");
        let read = |path: &str| LoadStep::Read { path: path.to_owned() };
        assert_eq!(opening.finish(None), Ok(read("resources.jsonl")));
        assert_eq!(
            opening.missing(LoadError::new("Gone", "x", "y", Retry::Useful)),
            Ok(read("console.jsonl"))
        );
        opening.feed(line(1.0, "").as_bytes()).expect("entries");
        assert_eq!(opening.finish(None), Ok(read("events.jsonl")));
        opening.feed(event(3, 1.0, "{}").as_bytes()).expect("events");
        assert_eq!(opening.finish(None).expect_err("the requests are missing").what(), "Gone");
        assert_eq!((opening.session().console.len(), opening.session().dom_events.len()), (1, 1));
    }

    #[test]
    fn a_web_page_or_an_archive_instead_of_a_file_is_noted() {
        for (instead, word) in [("<!doctype html>", "HTML"), ("PK\u{3}\u{4}....", "zip")] {
            for piece in [1, 100] {
                let files =
                    [("resources.jsonl", REQUESTS), ("console.jsonl", instead), ("events.jsonl", instead)];
                let session = try_open(&files, piece).expect("a session");
                let notes = notes(&session);
                assert_eq!((session.records.len(), notes.len()), (1, 2), "{notes:?}");
                assert!(
                    notes[0].starts_with("console.jsonl: not read: ") && notes[0].contains(word),
                    "{notes:?}"
                );
                assert!(notes[1].starts_with("events.jsonl: not read: "), "{notes:?}");
            }
        }
    }

    #[test]
    fn a_truncated_file_keeps_its_complete_entries_and_does_not_truncate_the_session() {
        let (entry, click) = (line(1.0, ""), event(3, 2.0, r#"{"source":2,"type":2}"#));
        let session = open(&format!("{entry}\n{}", &entry[..20]), &format!("{click}\n{}", &click[..20]));
        assert_eq!((session.console.len(), session.page_events.len(), &session.truncation), (1, 1, &None));
        let said = [
            "console.jsonl: cut off: the file ends there; the part before it is read",
            "events.jsonl: cut off: the file ends there; the part before it is read",
        ];
        assert_eq!(notes(&session), said);
        assert_eq!(session.notes.listed()[0].byte, Some(entry.len() as u64 + 21));
    }

    #[test]
    fn a_truncation_of_the_requests_is_that_of_the_session() {
        let requests = format!("{REQUESTS}\n{{\"name\":");
        let (entry, click) = (line(1.0, ""), event(3, 2.0, "{}"));
        let files =
            [("resources.jsonl", requests.as_str()), ("console.jsonl", &entry), ("events.jsonl", &click)];
        let session = try_open(&files, 100).expect("a session");
        assert_eq!(session.truncation.map(|cut| cut.file).as_deref(), Some("resources.jsonl"));
        assert_eq!((session.console.len(), session.dom_events.len()), (1, 1));
    }

    #[test]
    fn a_path_outside_of_the_folder_is_never_requested() {
        let manifest = br#"{"format":"replayscope/1","startedAt":1,"files":{"console":{"path":"../c"},"events":{"path":"/e"}}}"#;
        let session = common::open(("session.json", manifest), &[("../c", b"{}"), ("/e", b"{}")], 100);
        let session = session.expect("a session");
        let said = notes(&session);
        assert!(
            said.len() == 2 && said.iter().all(|note| note.contains("is outside the session's folder")),
            "{said:?}"
        );
    }
}

mod hostile {
    use super::*;
    use common::description::describe;
    use edits::{edited, edits};
    use proptest::prelude::*;

    const CONSOLE: &str = r#"{"timeStamp":1795269720001,"level":"warn","args":["a",{"b":1}],"source":"u:1:2","stack":"f@u:1:2"}
{"timeStamp":1795269720002,"level":"log","args":[1]}"#;
    const EVENTS: &str = r#"{"type":4,"data":{"href":"/"},"timestamp":1795269720001}
{"type":3,"data":{"source":5,"text":"a","id":1},"timestamp":1795269720002}
{"type":6,"data":{"plugin":"rrweb/console@1","payload":{"payload":["{}"],"trace":["f"]}},"timestamp":1795269720003}
{"type":5,"data":{"tag":"t","payload":{}},"timestamp":1795269720004}"#;

    proptest! {
        #[test]
        fn requests_load_whatever_the_other_files_contain(
            console in edits(0..6, &[b"args", b"{\"args\":"]),
            events in edits(0..6, &[b"data", b"[\"w\",{\"type\":3}]"]),
            piece in 1_usize..200,
        ) {
            let (manifest, console, events) = (manifest(), edited(CONSOLE, &console), edited(EVENTS, &events));
            let files: [(&str, &[u8]); 3] =
                [("resources.jsonl", REQUESTS.as_bytes()), ("console.jsonl", &console), ("events.jsonl", &events)];
            let open = |piece| common::open(("session.json", manifest.as_bytes()), &files, piece);
            let at_once = open(usize::MAX);
            prop_assert_eq!(at_once.as_ref().map(|session| session.records.len()), Ok(1));
            prop_assert_eq!(describe(&open(piece)), describe(&at_once));
        }
    }
}
