//! Which files are recordings, and the errors of those that are not.

use std::fmt::Write as _;

use session::formats::{FeedStatus, LoadError, SessionLoader};
use session::model::{MAX_DOM_EVENTS, MAX_PAGES, MAX_RECORDS, PageEventKind, Session};

use crate::common;
use crate::common::cases::case;

const EVENT: &str =
    r#"{"type":4,"timestamp":1772359200000,"data":{"href":"https://a.test/","width":8,"height":6}}"#;
const ENTRY: &str = r#"{"startedDateTime":"2026-03-01T10:00:00Z","time":5,"request":{"method":"GET","url":"https://a.test/"},"response":{"status":200}}"#;

fn open_in_pieces(name: &str, bytes: &[u8], piece: usize) -> Result<Session, LoadError> {
    common::open((name, bytes), &[], piece)
}

/// Loads a file, with the same result in pieces of any size.
fn open(name: &str, bytes: &[u8]) -> Result<Session, LoadError> {
    let at_once = open_in_pieces(name, bytes, bytes.len().max(1));
    for piece in [1, 7, 1000] {
        let parts = open_in_pieces(name, bytes, piece);
        let counts = |session: &Session| (session.records.len(), session.dom_events.len());
        match (&at_once, &parts) {
            (Ok(at_once), Ok(parts)) => assert_eq!(counts(at_once), counts(parts), "{name}"),
            (Err(at_once), Err(parts)) => {
                assert_eq!(at_once.what(), parts.what(), "{name} in pieces of {piece}");
            }
            _ => panic!("{name} in pieces of {piece}: {parts:?}"),
        }
    }
    at_once
}

/// Why a file is refused.
fn refusal(name: &str, bytes: &[u8]) -> String {
    match open(name, bytes) {
        Ok(session) => panic!("{name}: {} rows, {} events", session.records.len(), session.dom_events.len()),
        Err(error) => error.to_string(),
    }
}

/// The error of those files of an archive.
fn refusal_of_archive(archive: &str, files: &[(&str, &str)]) -> String {
    let mut opening =
        SessionLoader::in_archive(archive, files.iter().map(|(name, _)| (*name).to_owned()).collect());
    loop {
        let first = opening.first().to_owned();
        let text = files.iter().find(|(name, _)| *name == first).map_or("", |(_, text)| text);
        match opening.feed(text.as_bytes()).and_then(|_| opening.finish(None)) {
            Ok(session::formats::LoadStep::Try { .. }) => {}
            Ok(next) => panic!("{archive}: {next:?}"),
            Err(error) => return error.to_string(),
        }
    }
}

mod other_tools {
    use super::*;

    #[test]
    fn files_of_other_tools_are_named_with_instructions_to_get_a_har() {
        for (file, expected) in [
            ("netlog.json", ["net-export", "Export HAR"]),
            ("charles.chlsj", ["Charles", "HTTP Archive (.har)"]),
        ] {
            let Some(bytes) = case(file) else { return };
            let error = refusal(file, &bytes);
            assert!(expected.iter().all(|part| error.contains(part)), "{error}");
        }
    }

    #[test]
    fn files_of_other_tools_are_named_by_their_contents() {
        for (text, word) in [
            (
                r#"{"constants":{},"polledData":{},"events":[{"type":2,"time":"1","data":{"a":1}}]}"#,
                "net-export",
            ),
            (
                r#"{"info":{"name":"x"},"item":[{"request":{"method":"GET","url":{"raw":"x"}},"response":[]}]}"#,
                "Postman",
            ),
            (
                r#"{"_type":"export","__export_format":4,"resources":[{"_id":"req_1","_type":"request","url":"https://a.test/","name":"x"}]}"#,
                "Insomnia",
            ),
            (r#"{"traceEvents":[{"pid":1,"ts":2,"ph":"X"}]}"#, "performance trace"),
            (r#"[{"pid":1,"tid":1,"ts":2,"ph":"X","name":"x","cat":"y","args":{}}]"#, "performance trace"),
            (
                r#"[{"level":"INFO","message":"{\"message\":{\"method\":\"Network.x\"}}","timestamp":1}]"#,
                "DevTools protocol",
            ),
            (
                "{\"method\":\"Network.requestWillBeSent\",\"params\":{}}\n{\"method\":\"Page.x\",\"params\":{}}",
                "DevTools protocol",
            ),
            (
                r#"[{"request":{"method":"GET","host":"a.test","path":"/"},"response":{"status_code":200},"client_conn":{}}]"#,
                "mitmproxy",
            ),
            ("2168:9:websocket;0:~8:response;3:abc,", "mitmproxy"),
            (r#"[{"_index":"packets-2026","_source":{"layers":{}}}]"#, "Wireshark"),
            (r#"{"meta":{"interval":1,"version":27},"libs":[],"threads":[]}"#, "Firefox"),
            ("WARC/1.0\r\nWARC-Type: warcinfo\r\n", "WARC"),
            ("<?xml version=\"1.0\"?>\n<items burpVersion=\"2026.1\"><item/></items>", "Burp"),
            (
                r#"[{"v":2,"name":"x","folders":[],"requests":[{"endpoint":"https://a.test/"}]}]"#,
                "Hoppscotch",
            ),
        ] {
            let error = refusal("x.json", text.as_bytes());
            assert!(error.contains(word) && error.contains("not a recording format"), "{error}");
        }
    }

    #[test]
    fn binary_files_are_named_by_their_first_bytes() {
        for (bytes, word) in [
            (&b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00"[..], "pcap"),
            (b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a", "pcap"),
            (b"\xac\xed\x00\x05sr\x00\x10com.xk72.charles", "Charles"),
        ] {
            let error = refusal("x", bytes);
            assert!(error.contains(word), "{error}");
        }
    }
}

mod lists_of_other_things {
    use super::*;

    #[test]
    fn lists_of_other_things_are_not_opened_as_an_empty_session() {
        for text in [
            r#"{"events":[{"id":1,"name":"signup","properties":{}}]}"#,
            r#"{"events":[{"type":3,"message":"x","timestamp":1772359200000}]}"#,
            r#"{"events":[{"type":1,"data":{"user":"a"},"timestamp":1772359200000}]}"#,
            r#"{"events":[1,2,3]}"#,
            r#"{"events":[]}"#,
            r#"{"snapshots":[{"id":7}]}"#,
            r#"{"result":{"snapshots":[]}}"#,
            r#"{"version":"2026-01-01","data":{"id":"x"}}"#,
            r#"{"entries":[{"title":"a","link":"https://a.test/"}]}"#,
            r#"{"entries":[{"request":{"path":"/"},"response":{"code":200}}]}"#,
            r#"{"log":{"entries":[{"message":"started","severity":"INFO"}]}}"#,
            r#"{"log":{"entries":["a","b"]}}"#,
            "{\"log\":\"GET / 200\",\"stream\":\"stdout\",\"time\":\"2026-03-01T10:00:00Z\"}\n{\"log\":\"x\",\"stream\":\"stderr\"}",
            r#"[{"request":{"method":"GET","uri":"https://a.test/"},"response":{"status":{"code":200}}}]"#,
            r#"{"request":{"method":"GET","url":"/x"},"response":{"status":200}}"#,
            r#"[{"type":1,"data":{"a":1},"timestamp":1}]"#,
            "{\"level\":30,\"time\":1,\"msg\":\"a\"}\n{\"level\":30,\"time\":2,\"msg\":\"b\"}",
            r#"{"version":4,"terraform_version":"1.9","resources":[]}"#,
            r#"{"resources":[{"type":"aws_s3_bucket","name":"a"}]}"#,
            r#"{"format":{"duration":"3.2"},"streams":[]}"#,
            r#"{"startedAt":"2026-03-01","files":["a.txt"]}"#,
            r#"{"version":3,"sources":["a.js"],"mappings":"AAAA"}"#,
            "[1,2,3]",
        ] {
            let error = refusal("x.json", text.as_bytes());
            assert!(error.contains("Unrecognized JSON: not a recording format"), "{text}: {error}");
        }
    }

    #[test]
    fn lists_of_other_things_are_rejected_before_their_end() {
        let text = format!(r#"{{"events":[{}]}}"#, r#"{"id":1},"#.repeat(100_000));
        let mut opening = SessionLoader::new("x.json");
        let read = text.as_bytes().chunks(1000).position(|piece| opening.feed(piece).is_err());
        assert!(read.is_some_and(|piece| piece < 100), "{read:?}");
    }

    #[test]
    fn a_genuine_element_after_others_is_enough() {
        for (text, rows, events) in [
            (format!(r#"{{"log":{{"entries":[{{}},{ENTRY}]}}}}"#), 2, 0),
            (format!(r#"{{"entries":[{{"a":1}},{ENTRY}]}}"#), 2, 0),
            (format!("[{{\"request\":{{}},\"response\":{{}}}},{ENTRY}]"), 2, 0),
            (format!(r#"{{"events":[{{"id":1}},{EVENT}]}}"#), 0, 1),
        ] {
            let session = open("x.json", text.as_bytes()).expect("a recording");
            assert_eq!((session.records.len(), session.dom_events.len()), (rows, events), "{text}");
        }
    }

    #[test]
    fn a_har_without_entries_is_an_empty_session() {
        let har = r#"{"log":{"version":"1.2","creator":{"name":"a"},"entries":[]}}"#;
        assert!(open("x.har", har.as_bytes()).is_ok_and(|session| session.is_empty()));
        let named = r#"{"log":{"creator":{"name":"WebInspector"},"entries":[{}]}}"#;
        assert!(open("x.har", named.as_bytes()).is_ok_and(|session| session.records.len() == 1));
        assert!(refusal("x.har", br#"{"log":{"version":"1.2"}}"#).contains("no entries array"));
    }
}

mod archives {
    use super::*;

    #[test]
    fn the_error_of_an_archive_without_a_recording_lists_its_contents() {
        let files: Vec<(String, &str)> = (1..=12).map(|number| (format!("{number}.xml"), "<a/>")).collect();
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
        let error = refusal_of_archive("x.zip", &files);
        assert!(error.contains("No recording among the 12 files of x.zip (1.xml, 2.xml, 3.xml"), "{error}");
        assert!(error.contains("and 6 more") && error.contains("Open a HAR"), "{error}");
    }

    #[test]
    fn the_error_of_an_archive_has_the_reason_why_each_likely_file_was_rejected() {
        let error = refusal_of_archive(
            "x.zip",
            &[("a.har", "{}"), ("b.json", r#"{"events":[{"id":1}]}"#), ("c.png", "x")],
        );
        for part in ["among the 3 files of x.zip", "a.har: Unrecognized JSON", "b.json: Unrecognized JSON"] {
            assert!(error.contains(part), "{error}");
        }
        let error =
            refusal_of_archive("x.zip", &[("netlog.json", r#"{"constants":{},"events":[{"time":"1"}]}"#)]);
        assert!(error.contains("No recording in x.zip") && error.contains("net-export"), "{error}");
        assert!(error.contains("choose Export HAR"), "{error}");
        let error = refusal_of_archive("x.zip", &[("a.har", "")]);
        assert!(error.starts_with("The file is empty (a.har)"), "{error}");
    }

    #[test]
    fn an_archive_of_fiddler_is_named() {
        let names = ["[Content_Types].xml", "_index.htm", "raw/01_c.txt", "raw/01_s.txt", "raw/01_m.xml"];
        let error = refusal_of_archive("fiddler.saz", &names.map(|name| (name, "<x>")));
        for part in
            ["Fiddler session archive (SAZ)", "among the 5 files of fiddler.saz", "_index.htm", "HTTPArchive"]
        {
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn a_file_that_turns_out_to_be_another_format_is_followed_by_the_next() {
        let files = vec![
            ("a.json".to_owned(), br#"{"events":[{"id":1}]}"#.to_vec()),
            ("b.json".to_owned(), format!("[{EVENT}]").into_bytes()),
        ];
        for piece in [3, 10_000] {
            let session = common::open_all(&files, piece).expect("the second file");
            assert_eq!((session.dom_events.len(), session.records.len()), (1, 0));
            let note = &session.notes.listed()[0];
            assert!(
                note.place == "a.json" && note.text.contains("not opened: Unrecognized JSON"),
                "{note:?}"
            );
        }
    }
}

mod packed {
    use super::*;

    #[test]
    fn a_packed_list_is_read() {
        let Some(bytes) = case("rrweb-packed-array.json") else { return };
        let session = open("rrweb-packed-array.json", &bytes).expect("a recording");
        assert!(session.dom_events.len() > 1 && session.records.len() == 1, "{:?}", session.notes);
    }

    #[test]
    fn a_list_that_was_copied_into_an_object_is_read() {
        let session = open(
            "x.json",
            format!(
                r#"{{"0":{EVENT},"1":{{"type":3,"timestamp":1772359200001,"data":{{"source":1}}}},"v":"v1"}}"#
            )
            .as_bytes(),
        );
        assert_eq!(session.expect("a recording").dom_events.len(), 2);
        assert!(refusal("x.json", br#"{"0":{"a":1},"1":{"a":2}}"#).contains("Unrecognized JSON"));
    }
}

mod duplicates {
    use super::*;

    fn clicks(session: &Session) -> usize {
        session.page_events.iter().filter(|event| event.kind == PageEventKind::Click).count()
    }

    fn notes(session: &Session) -> Vec<&str> {
        session.notes.listed().iter().map(|note| note.text.as_str()).collect()
    }

    #[test]
    fn snapshots_that_arrived_twice_are_read_once() {
        let Some(bytes) = case("posthog-duplicates.json") else { return };
        let session = open("posthog-duplicates.json", &bytes).expect("a recording");
        assert_eq!((session.records.len(), clicks(&session), session.dom_events.len()), (2, 1, 5));
        assert_eq!(notes(&session), ["2 duplicate events ignored: the same events at the same time"]);
    }

    #[test]
    fn a_batch_that_arrived_twice_is_read_once() {
        let batch = [
            EVENT,
            r#"{"type":3,"timestamp":1772359200001,"data":{"source":2,"type":2,"id":1,"x":1,"y":1}}"#,
            r#"{"type":6,"timestamp":1772359200002,"data":{"plugin":"rrweb/console@1","payload":{"level":"log","payload":["\"a\""]}}}"#,
        ]
        .join(",");
        for text in [format!("[{batch},{batch}]"), format!("[[{batch}],[{batch}]]")] {
            let session = open("x.json", text.as_bytes()).expect("a recording");
            assert_eq!((session.dom_events.len(), clicks(&session), session.console.len()), (3, 1, 1));
            assert_eq!(notes(&session), ["3 duplicate events ignored: the same events at the same time"]);
        }
    }

    #[test]
    fn events_that_differ_in_window_time_or_data_are_not_duplicates() {
        let of = |window: &str, time: u32, x: u32| {
            format!(
                r#"{{"type":3,"timestamp":{time},"windowId":"{window}","data":{{"source":2,"type":2,"id":1,"x":{x}}}}}"#
            )
        };
        let events = [of("a", 1_000, 1), of("b", 1_000, 1), of("a", 1_001, 1), of("a", 1_000, 2)].join(",");
        let session = open("x.json", format!("[{events}]").as_bytes()).expect("a recording");
        assert_eq!((session.dom_events.len(), notes(&session)), (4, Vec::new()));
    }

    #[test]
    fn a_console_entry_that_the_page_repeats_at_once_is_listed_again() {
        let line = r#"{"type":6,"timestamp":1772359200002,"data":{"plugin":"rrweb/console@1","payload":{"level":"log","payload":["\"a\""]}}}"#;
        let session = open("x.json", format!("[{line},{line},{line}]").as_bytes()).expect("a recording");
        assert_eq!(session.console.len(), 3);
    }
}

mod encodings {
    use super::*;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn utf16_is_read_with_and_without_a_byte_order_mark() {
        let har = format!(r#"{{"log":{{"creator":{{"name":"é😀"}},"entries":[{ENTRY}]}}}}"#);
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            for text in [har.clone(), format!("\u{feff}{har}"), format!("[{EVENT}]")] {
                let session = open("x.har", &utf16(&text, order)).expect("a recording");
                assert_eq!(session.records.len() + session.dom_events.len(), 1);
                assert!(session.notes.listed()[0].text.contains("UTF-16"));
            }
        }
        let Some(bytes) = case("utf16le-bom.har") else { return };
        assert!(open("utf16le-bom.har", &bytes).is_ok_and(|session| !session.records.is_empty()));
    }

    #[test]
    fn leading_white_space_is_bounded() {
        let after = |space: usize| [&b" ".repeat(space)[..], b"\n[", EVENT.as_bytes(), b"]"].concat();
        assert!(open_in_pieces("x.json", &after(500_000), 1 << 16).is_ok());
        let error = open_in_pieces("x.json", &after(3_000_000), 1 << 16).expect_err("too much").to_string();
        assert!(error.contains("more than 1 MB of white space"), "{error}");
    }

    #[test]
    fn valid_json_of_any_depth_costs_no_other_row() {
        let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        let body = ENTRY.replace(r#""status":200"#, &format!(r#""status":200,"content":{{"a":{deep}}}"#));
        let har = format!(
            r#"{{"log":{{"entries":[{ENTRY},{{"request":{{"url":"https://b.test/"}},"x":{deep}}},{body},{ENTRY}]}}}}"#
        );
        let session = open_in_pieces("x.har", har.as_bytes(), 1 << 16).expect("a HAR");
        assert_eq!((session.records.len(), session.truncation.is_none()), (4, true));
        assert!(refusal("x.json", &deep.as_bytes()[..5000]).contains("Unrecognized JSON"));
    }

    #[test]
    fn a_file_without_received_bytes_is_not_called_empty() {
        let mut opening = SessionLoader::new("x.har");
        let error = opening.finish(Some("the Zstandard window is too large")).expect_err("nothing came");
        assert!(error.to_string().contains("could not be read") && error.place.contains("window"), "{error}");
    }
}

mod counts {
    use super::*;

    /// Reads a session whose list goes on and on; returns what stopped it, and what was read.
    fn endless(first: &str, element: &str) -> (LoadError, Session) {
        let mut opening = SessionLoader::new("x.json");
        let block = element.repeat(10_000);
        assert_eq!(opening.feed(first.as_bytes()), Ok(FeedStatus::More));
        for _ in 0..1000 {
            if opening.feed(block.as_bytes()) != Ok(FeedStatus::More) {
                break;
            }
        }
        let error = opening.finish(None).expect_err("a bound");
        (error, opening.into_session())
    }

    #[test]
    fn the_number_of_rows_is_bounded_and_the_rows_so_far_are_kept() {
        let (error, session) = endless(&format!(r#"{{"log":{{"entries":[{ENTRY}"#), ",{}");
        assert!(error.what().contains("More than 2,000,000 requests"), "{error}");
        assert!(error.remedy().contains("what was read before is shown"), "{error}");
        assert!((MAX_RECORDS..MAX_RECORDS + 100_000).contains(&(session.records.len() as u64)));
        assert!(session.truncation.is_none());
    }

    #[test]
    fn the_number_of_events_is_bounded() {
        let (error, session) = endless("[", r#"{"type":4,"data":{"href":"/"}},"#);
        assert!(error.what().contains("More than 1,000,000 rrweb events"), "{error}");
        assert!(session.dom_events.len() as u64 > MAX_DOM_EVENTS);
    }

    #[test]
    fn the_numbers_of_messages_and_of_dropped_elements_are_bounded() {
        let socket = r#"{"request":{"url":"wss://a.test/"},"_webSocketMessages":[{},7,{}]}"#;
        let session = open("x.har", format!(r#"{{"log":{{"entries":[{ENTRY},{socket},7]}}}}"#).as_bytes());
        let session = session.expect("a HAR");
        assert_eq!((session.message_count, session.element_count), (3, 3));
        let session = open("x.json", format!("[{EVENT},{EVENT},7]").as_bytes()).expect("a recording");
        assert_eq!((session.dom_events.len(), session.element_count), (1, 3));
    }

    #[test]
    fn the_number_of_pages_is_bounded() {
        let mut har = r#"{"log":{"pages":[{}"#.to_owned() + &",{}".repeat(MAX_PAGES as usize + 10);
        let _ = write!(har, r#"],"entries":[{ENTRY}]}}}}"#);
        let mut opening = SessionLoader::new("x.har");
        let _ = opening.feed(har.as_bytes());
        let error = opening.finish(None).expect_err("a bound");
        assert!(error.what().contains("More than 100,000 pages"), "{error}");
    }

    #[test]
    fn a_native_session_stops_at_the_bound_and_reads_no_other_file() {
        let manifest = r#"{"format":"replayscope/1","startedAt":1772359200000,"files":{"resources":{"path":"r.jsonl"},"events":{"path":"e.jsonl"}}}"#;
        let mut opening = SessionLoader::new("session.json");
        let next = opening.feed(manifest.as_bytes()).and_then(|_| opening.finish(None));
        assert_eq!(next, Ok(session::formats::LoadStep::Read { path: "r.jsonl".to_owned() }));
        let lines = "{}\n".repeat(MAX_RECORDS as usize + 100_000);
        assert_eq!(opening.feed(lines.as_bytes()), Ok(FeedStatus::Nothing));
        let error = opening.finish(None).expect_err("a bound");
        assert!(error.what().contains("requests") && error.place == "r.jsonl", "{error}");
        let session = opening.into_session();
        assert!(session.records.len() as u64 > MAX_RECORDS && session.started_at.is_some());
    }
}
