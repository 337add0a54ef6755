//! The native session folder, rule by rule: the manifest, and the requests in `resources.jsonl`.

use crate::common;
use crate::common::{native, phase_name};
use native::{START, at, notes, numbers, offset, read, read_folder, socket};
use session::formats::{LoadStep, SessionLoader};
use session::model::{Http, Outcome, Record, RecordKind, ResourceType, Session};

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

/// A request of 50 ms that begins that many ms after the session's start, with more fields.
fn request(ms: f64, more: &str) -> String {
    let (start, end) = (at(ms), at(ms + 50.0));
    format!(
        r#"{{"name":"https://a.test/x","initiatorType":"fetch","startTimeAbs":{start},"responseEndAbs":{end}{more}}}"#
    )
}

mod manifests {
    use super::*;

    fn error(manifest: &str) -> String {
        let mut opening = SessionLoader::new("session.json");
        let opened = opening.feed(manifest.as_bytes()).and_then(|_| opening.finish(None));
        opened.expect_err("not opened").to_string()
    }

    #[test]
    fn a_newer_format_is_rejected_by_name() {
        assert!(error(r#"{"format":"replayscope/2"}"#).contains("“replayscope/2”"));
        assert!(error(r#"{"format":"replayscope/2"}"#).contains("newer version"));
        for other in ["replayscope/0", "replayscope/x", "other/1", ""] {
            assert!(error(&format!(r#"{{"format":"{other}"}}"#)).contains("not a recording"), "{other}");
        }
    }

    #[test]
    fn a_broken_manifest_is_an_error_that_names_it() {
        for broken in [r#"{"format":"replayscope/1","files":{"#, r#"{"format":"replayscope/1" "id":1}"#] {
            assert!(error(broken).contains("manifest is broken or cut off"), "{broken}");
        }
    }

    #[test]
    fn optional_values_can_be_null_or_of_another_type() {
        for none in ["null", "true", "[]", "\"\"", "{}", "-1"] {
            let manifest = format!(
                r#"{{"format":"replayscope/1","startedAt":{START},"title":{none},"endedAt":{none},"pages":{none},"page":{none},
                "userAgent":{none},"recorder":{none},"capture":{none},"counts":{none},
                "files":{{"resources":{{"path":"resources.jsonl","bytes":{none}}},"console":{none},"events":{none},"sockets":{none}}}}}"#
            );
            let session = read_folder(&manifest, &request(0.0, ""));
            assert_eq!((session.records.len(), session.ended_at), (1, None), "{none}");
        }
    }

    #[test]
    fn a_session_without_an_end_ends_with_its_latest_time() {
        assert_eq!(offset(read("", &request(1000.0, "")).end()), Some(1050.0));
        let ended = format!(
            r#"{{"format":"replayscope/1","startedAt":{START},"endedAt":{},"files":{{"resources":{{"path":"resources.jsonl"}}}}}}"#,
            at(9000.0)
        );
        assert_eq!(offset(read_folder(&ended, &request(1000.0, "")).end()), Some(9000.0));
    }

    #[test]
    fn without_a_start_the_session_starts_with_its_first_request() {
        let session = read_folder(
            r#"{"format":"replayscope/1","files":{"resources":{"path":"resources.jsonl"}}}"#,
            &request(700.0, ""),
        );
        assert_eq!(offset(session.started_at), Some(700.0));
        assert_eq!(notes(&session), ["session.json: startedAt is missing or not a time"]);
    }

    #[test]
    fn a_single_page_needs_no_list() {
        let session =
            read_folder(r#"{"format":"replayscope/1","startedAt":1,"page":{"url":"https://a.test/"}}"#, "");
        assert_eq!(session.pages[0].url, "https://a.test/");
    }

    #[test]
    fn a_path_outside_of_the_folder_is_never_requested() {
        for path in
            ["../x.jsonl", "/x.jsonl", "https://evil.test/x.jsonl", "a/../../x.jsonl", " //evil.test/x"]
        {
            let manifest = format!(
                r#"{{"format":"replayscope/1","startedAt":1,"files":{{"resources":{{"path":"{path}"}}}}}}"#
            );
            let mut opening = SessionLoader::new("session.json");
            opening.feed(manifest.as_bytes()).expect("a manifest");
            assert_eq!(opening.finish(None), Ok(LoadStep::Done), "{path}");
            assert!(notes(opening.session())[0].contains("is outside the session's folder"), "{path}");
        }
    }

    #[test]
    fn compressed_files_are_requested_by_name() {
        let manifest = br#"{"format":"replayscope/1","startedAt":1,"files":{"resources":{"path":"resources.jsonl.gz"}}}"#;
        let mut opening = SessionLoader::new("session.json");
        opening.feed(manifest).expect("a manifest");
        assert_eq!(opening.finish(None), Ok(LoadStep::Read { path: "resources.jsonl.gz".to_owned() }));
        let error = opening.feed(&[0x28, 0xb5, 0x2f, 0xfd, 0]).expect_err("compressed still");
        assert!(error.to_string().contains("Zstandard") && error.to_string().contains("resources.jsonl.gz"));
    }

    #[test]
    fn a_missing_resources_file_is_noted() {
        let manifest =
            br#"{"format":"replayscope/1","startedAt":1,"files":{"resources":{"path":"gone.jsonl"}}}"#;
        let session = common::open(("session.json", manifest), &[], 10).expect("a session");
        assert_eq!(notes(&session), ["gone.jsonl: not read: The file is not there (gone.jsonl). Bring it."]);
    }

    #[test]
    fn a_web_page_instead_of_the_resources_is_an_error_that_names_it() {
        let manifest =
            br#"{"format":"replayscope/1","startedAt":1,"files":{"resources":{"path":"resources.jsonl"}}}"#;
        let others = [("resources.jsonl", &b"<!doctype html><title>App</title>"[..])];
        let error = common::open(("session.json", manifest), &others, 100).expect_err("not opened");
        assert!(error.what().contains("HTML") && error.can_retry());
    }

    #[test]
    fn an_option_that_is_not_in_the_manifest_is_not_said_to_be_off() {
        let capture = |switches: &str| {
            read_folder(&format!(r#"{{"format":"replayscope/1","startedAt":1,"capture":{switches}}}"#), "")
                .capture
        };
        assert_eq!(capture("null"), None);
        let named = capture(r#"{"webSockets":false,"dom":null}"#).expect("switches");
        assert!(!named.has_web_sockets && named.has_dom && named.has_headers_and_bodies);
    }
}

mod lines {
    use super::*;

    #[test]
    fn json_lines_arrays_and_wrappers_load_the_same() {
        let (one, two) = (request(0.0, ""), request(5.0, ""));
        for text in [
            format!("{one}\n{two}\n"),
            format!("{one}\r\n\r\n{two}"),
            format!("\u{feff}{one}\n{two}\n"),
            format!("[{one},{two}]"),
            format!("[\n  {one},\n  {two}\n]\n"),
            format!("{{\"resources\":[{one},{two}]}}"),
            format!("\u{feff}{{\n \"version\": 3,\n \"resources\": [\n{one},\n{two}\n]}}"),
        ] {
            let session = read("", &text);
            assert_eq!(
                (numbers(&session), session.truncation, session.notes.total()),
                (vec![1, 2], None, 0),
                "{text}"
            );
            assert_eq!(session.records[1].url.as_ref(), "https://a.test/x");
        }
        assert!(read("", "").records.is_empty());
        assert!(read("", "\n\r\n").records.is_empty());
    }

    #[test]
    fn rows_have_the_number_of_their_record_even_after_dropped_lines() {
        let socket = |kind: &str| {
            format!(
                r#"{{"initiatorType":"websocket","type":"{kind}","socketId":"s","name":"wss://a.test/","startTimeAbs":{0},"responseEndAbs":{0}}}"#,
                at(1.0)
            )
        };
        let lines = [
            request(9.0, ""),
            socket("open"),
            "7".to_owned(),
            String::new(),
            socket("close"),
            socket("open"),
            request(1.0, ""),
        ];
        assert_eq!(numbers(&read("", &lines.join("\n"))), [1, 2, 6], "blank lines alone do not count");
    }

    #[test]
    fn a_truncated_file_loses_only_its_last_line() {
        let text = format!("{}\n{}", request(0.0, ""), &request(5.0, "")[..40]);
        let session = read("", &text);
        let cut = session.truncation.expect("a cut");
        assert_eq!((session.records.len(), cut.element, cut.byte), (1, Some(2), text.len() as u64));
        assert_eq!((cut.file.as_str(), cut.element_name), ("resources.jsonl", "record"));
    }

    #[test]
    fn a_damaged_line_is_dropped_alone() {
        let text = format!("{}\n{{\"name\":\"https://a.test/y\n{}\n", request(0.0, ""), request(5.0, ""));
        let session = read("", &text);
        assert_eq!(numbers(&session), [1, 3]);
        assert!(
            notes(&session)[0].starts_with("record 2: dropped: its JSON is broken"),
            "{:?}",
            notes(&session)
        );
    }

    #[test]
    fn an_invalid_field_of_a_line_is_dropped_alone() {
        let twice = request(0.0, r#","name":"https://a.test/last""#);
        let half = request(0.0, r#","error":"\ud800""#);
        let session = read("", &format!("{twice}\n{half}\n"));
        assert_eq!((session.records[0].url.as_ref(), session.notes.total()), ("https://a.test/last", 0));
        assert_eq!(session.records[1].error.as_deref(), Some("\u{fffd}"));
    }

    #[test]
    fn a_lone_resources_file_opens_with_any_first_record() {
        let unnamed = request(0.0, "").replace("initiatorType", "initiator");
        for first in ["null", &unnamed] {
            let text = format!("{first}\n{}\n", request(5.0, ""));
            let session = common::open(("resources.jsonl", text.as_bytes()), &[], 9).expect("a session");
            assert_eq!(session.records.len(), if first == "null" { 1 } else { 2 }, "{first}");
        }
    }

    #[test]
    fn a_lone_resources_file_opens_with_a_note() {
        let session =
            common::open(("resources.jsonl", request(0.0, "").as_bytes()), &[], 9).expect("a session");
        assert_eq!((session.records.len(), session.started_at), (1, session.records[0].start));
        assert!(notes(&session)[0].contains("without its session.json"));
    }
}

mod times {
    use super::*;

    fn start_and_end(line: &str) -> (Option<f64>, Option<f64>) {
        let session = read("", line);
        (offset(session.records[0].start), offset(session.records[0].end()))
    }

    #[test]
    fn older_fields_count_from_the_time_origin_of_their_page() {
        let line = |fields: &str| format!(r#"{{"name":"https://a.test/","initiatorType":"fetch",{fields}}}"#);
        assert_eq!(
            start_and_end(&line(r#""startTime":100,"responseEnd":150.5"#)),
            (Some(100.0), Some(150.5))
        );
        assert_eq!(start_and_end(&line(r#""startTime":100,"requestEnd":150"#)), (Some(100.0), Some(150.0)));
        assert_eq!(
            start_and_end(&line(r#""startTime":100,"endTime":150,"pageId":"p2""#)),
            (Some(10_100.0), Some(10_150.0))
        );
        let both = format!(r#""startTime":1,"startTimeAbs":{},"endTime":80"#, at(30.0));
        assert_eq!(start_and_end(&line(&both)), (Some(30.0), Some(80.0)), "absolute times come first");
    }

    #[test]
    fn times_can_be_strings_and_invalid_ones_are_noted() {
        let line = |start: &str| {
            format!(
                r#"{{"name":"u","initiatorType":"img","startTimeAbs":{start},"responseEndAbs":{}}}"#,
                at(9.0)
            )
        };
        assert_eq!(start_and_end(&line(&format!("\"{}\"", at(5.0)))).0, Some(5.0));
        for none in ["null", "0", "\"soon\"", "true", "1e999", "-5"] {
            let session = read("", &line(none));
            assert_eq!((session.records[0].start, session.notes.total()), (None, 1), "{none}");
        }
    }

    #[test]
    fn an_end_before_the_start_is_noted_and_gives_no_duration() {
        let line = format!(
            r#"{{"name":"u","initiatorType":"img","startTimeAbs":{},"responseEndAbs":{}}}"#,
            at(9.0),
            at(5.0)
        );
        let session = read("", &line);
        assert_eq!(http(&session.records[0]).duration, None);
        assert_eq!(notes(&session), ["record 1: it ends before it starts"]);
    }

    fn phases(more: &str) -> Vec<String> {
        let session = read("", &request(100.0, more));
        let ranges = http(&session.records[0]).phases.iter();
        ranges.map(|range| format!("{} {}..{}", phase_name(range.phase), range.start, range.end)).collect()
    }

    #[test]
    fn phases_count_from_the_start() {
        let field = |name: &str, ms: f64| format!(r#","{name}":{}"#, at(100.0 + ms));
        let all = [
            ("domainLookupStartAbs", 2.0),
            ("domainLookupEndAbs", 5.0),
            ("connectStartAbs", 5.0),
            ("secureConnectionStartAbs", 8.0),
            ("connectEndAbs", 12.0),
            ("requestStartAbs", 12.0),
            ("responseStartAbs", 40.0),
        ];
        let all: String = all.into_iter().map(|(name, ms)| field(name, ms)).collect();
        assert_eq!(
            phases(&all),
            ["blocked 0..2", "dns 2..5", "connect 5..8", "tls 8..12", "wait 12..40", "receive 40..50"]
        );
        let answer = field("responseStartAbs", 40.0);
        assert_eq!(phases(&answer), ["wait 0..40", "receive 40..50"], "who notes the answer only");
    }

    #[test]
    fn a_request_is_blocked_no_longer_than_until_its_handshake() {
        let field = |name: &str, ms: f64| format!(r#","{name}":{}"#, at(100.0 + ms));
        let times = [
            field("secureConnectionStartAbs", 8.0),
            field("connectEndAbs", 12.0),
            field("requestStartAbs", 12.0),
            field("responseStartAbs", 40.0),
        ];
        assert_eq!(phases(&times.concat())[..2], ["blocked 0..8", "tls 8..12"], "no connect was recorded");
    }

    #[test]
    fn a_phase_that_did_not_occur_is_absent() {
        let names = [
            "domainLookupStartAbs",
            "domainLookupEndAbs",
            "connectStartAbs",
            "connectEndAbs",
            "secureConnectionStartAbs",
            "requestStartAbs",
            "responseStartAbs",
        ];
        for none in [at(0.0).as_str(), "0", "null"] {
            let fields = names.map(|name| format!(r#","{name}":{none}"#)).concat();
            assert!(phases(&fields).is_empty(), "{none}");
        }
    }

    #[test]
    fn the_page_has_no_tls_phase_if_it_begins_at_its_time_origin() {
        let origin = at(0.0);
        let line = format!(
            r#"{{"name":"http://a.test/","initiatorType":"navigation","startTimeAbs":{origin},"responseEndAbs":{},"secureConnectionStartAbs":{origin},
            "connectStartAbs":{},"connectEndAbs":{},"requestStartAbs":{},"responseStartAbs":{}}}"#,
            at(50.0),
            at(2.0),
            at(6.0),
            at(6.0),
            at(30.0)
        );
        let session = read("", &line.replace('\n', " "));
        let keys: Vec<_> =
            http(&session.records[0]).phases.iter().map(|range| phase_name(range.phase)).collect();
        assert_eq!(keys, ["blocked", "connect", "wait", "receive"]);
    }
}

mod requests {
    use super::*;

    fn first(more: &str) -> Session {
        read("", &request(0.0, more))
    }

    fn outcome(more: &str) -> Outcome {
        http(&first(more).records[0]).outcome
    }

    #[test]
    fn outcomes_are_those_that_the_recorder_names() {
        assert_eq!(outcome(r#","outcome":"failed","error":"TypeError""#), Outcome::Failed);
        assert_eq!(outcome(r#","outcome":"canceled""#), Outcome::Canceled);
        assert_eq!(outcome(r#","outcome":"blocked""#), Outcome::Blocked);
        assert_eq!(outcome(r#","outcome":"pending""#), Outcome::Pending);
        assert_eq!(outcome(r#","responseStatus":404"#), Outcome::Done);
        let endless = format!(r#"{{"name":"u","initiatorType":"fetch","startTimeAbs":{}}}"#, at(1.0));
        assert_eq!(http(&read("", &endless).records[0]).outcome, Outcome::Pending);
    }

    #[test]
    fn status_method_and_size_come_from_the_pair_if_the_timing_lacks_them() {
        let session = first(
            r#","requestResponsePairs":{"request":{"verb":"post"},"response":{"status":201,"size":77}}"#,
        );
        let record = &session.records[0];
        assert_eq!(
            (record.method.as_ref(), record.status, http(record).body_size),
            ("POST", Some(201), Some(77))
        );
        let session = first(r#","method":"PUT","responseStatus":0"#);
        assert_eq!((session.records[0].method.as_ref(), session.records[0].status), ("PUT", None));
    }

    #[test]
    fn sizes_that_a_browser_hides_are_unknown_rather_than_zero() {
        let sizes = |more: &str| {
            let session = first(more);
            (http(&session.records[0]).transferred, http(&session.records[0]).body_size)
        };
        assert_eq!(sizes(r#","transferSize":0,"encodedBodySize":0,"decodedBodySize":0"#), (None, None));
        assert_eq!(
            sizes(r#","transferSize":0,"encodedBodySize":90,"decodedBodySize":300"#),
            (Some(0), Some(300)),
            "from a cache"
        );
        assert_eq!(
            sizes(r#","transferSize":320,"encodedBodySize":20,"decodedBodySize":20"#),
            (Some(320), Some(20))
        );
    }

    #[test]
    fn resource_types_follow_the_initiator_unless_it_loads_any_type() {
        let type_of = |initiator: &str, name: &str, mime: &str| {
            let line = format!(
                r#"{{"name":"{name}","initiatorType":"{initiator}","mimeType":"{mime}","startTimeAbs":{}}}"#,
                at(1.0)
            );
            http(&read("", &line).records[0]).resource_type
        };
        assert_eq!(type_of("xmlhttprequest", "https://a.test/x.css", "text/css"), ResourceType::Xhr);
        assert_eq!(type_of("navigation", "https://a.test/", ""), ResourceType::Document);
        assert_eq!(type_of("link", "https://a.test/x", "font/woff2"), ResourceType::Font);
        assert_eq!(type_of("css", "https://a.test/x.png?1", ""), ResourceType::Image);
        assert_eq!(type_of("beacon", "https://a.test/x", ""), ResourceType::Ping);
    }

    #[test]
    fn the_messages_of_an_event_source_belong_to_its_row() {
        let files = r#""e1":{"path":"sockets/e1.jsonl"},"s1":{"path":"sockets/s1.jsonl"}"#;
        let line = format!(
            r#"{{"name":"https://a.test/events","initiatorType":"eventsource","socketId":"e1","startTimeAbs":{}}}"#,
            at(1.0)
        );
        let session = read(files, &line);
        assert_eq!(numbers(&session), [1, 2], "the second is an orphan: the messages of s1");
        assert_eq!(session.records[0].resource_type(), ResourceType::EventSource);
        let file = session.records[0].messages_file().expect("a file");
        assert_eq!((&*file.path, file.is_event_stream), ("sockets/e1.jsonl", true));
        assert!(socket(&session.records[1]).is_orphan);
    }
}
