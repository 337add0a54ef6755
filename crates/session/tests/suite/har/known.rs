//! Only what a HAR records is read: rules about missing and unreliable values of its entries.

use crate::common::har;
use har::{notes, offset, read, read_text, socket};
use session::model::{Body, Http, Messages, Millis, Phase, Record, RecordKind, Session};

/// 2026-11-21 14:02:00 UTC.
const START: &str = "2026-11-21T14:02:00.000Z";
const START_MS: f64 = 1_795_269_720_000.0;

/// An entry with those fields besides its start.
fn entry(more: &str) -> String {
    format!(r#"{{"startedDateTime":"{START}",{more}}}"#)
}

const SOCKET: &str = r#""_resourceType":"websocket","request":{"method":"GET","url":"wss://a.test/"},"response":{"status":101}"#;

fn message(kind: &str, ms: f64, more: &str) -> String {
    format!(r#"{{"type":"{kind}","time":{},{more}}}"#, (START_MS + ms) / 1000.0)
}

fn http(record: &Record) -> &Http {
    match &record.kind {
        RecordKind::Http(http) => http,
        RecordKind::Socket(_) => panic!("record {} is a socket", record.number),
    }
}

fn times(session: &Session, row: usize) -> Vec<Option<f64>> {
    match &socket(&session.records[row]).messages {
        Messages::Inline(columns) => columns.iter().map(|message| offset(session, message.time)).collect(),
        other => panic!("no messages in place: {other:?}"),
    }
}

mod time {
    use super::*;

    fn by_playwright(browser: &str) -> Session {
        let list = [10.0, 5000.0].map(|ms| message("receive", ms, r#""opcode":1,"data":"m""#)).join(",");
        let entry = entry(&format!(r#""time":20,{SOCKET},"_webSocketMessages":[{list}]"#));
        read_text(&format!(
            r#"{{"log":{{"creator":{{"name":"Playwright","version":"1.61.0"}},"browser":{{"name":"{browser}","version":"1"}},"entries":[{entry}]}}}}"#
        ))
    }

    #[test]
    fn times_of_playwright_1_61_0_are_correct_only_in_firefox() {
        let session = by_playwright("firefox");
        assert_eq!(times(&session, 0), [Some(10.0), Some(5000.0)]);
        assert!(notes(&session).is_empty(), "{:?}", notes(&session));
        let session = by_playwright("chromium");
        assert_eq!(times(&session, 0), [Some(10_000.0), Some(5_000_000.0)]);
        assert!(notes(&session)[0].contains("estimated"), "{:?}", notes(&session));
        let known = socket(&session.records[0]).last_seen;
        assert_eq!(offset(&session, known), Some(5_000_000.0), "the length goes by the messages");
    }

    #[test]
    fn a_session_ends_with_its_last_message_even_after_a_close() {
        let list = [
            message("receive", 1000.0, r#""opcode":8,"data":"A+g=""#),
            message("receive", 9000.0, r#""opcode":1,"data":"late""#),
        ];
        let session =
            read("Chrome", &entry(&format!(r#"{SOCKET},"_webSocketMessages":[{}]"#, list.join(","))));
        assert_eq!(offset(&session, session.end()), Some(9000.0));
    }

    #[test]
    fn messages_do_not_date_a_socket_without_a_date() {
        let list = message("send", 5000.0, r#""opcode":1,"data":"hi""#);
        let undated = format!(r#"{{{SOCKET},"_webSocketMessages":[{list}]}}"#);
        let session = read("any", &format!("{undated},{}", entry(SOCKET)));
        assert_eq!(session.records[0].start, None);
        assert!(!socket(&session.records[0]).is_orphan, "the times of an orphan would be its start");
    }
}

mod timings {
    use super::*;

    fn row(producer: &str, time: &str, timings: &str) -> Session {
        let more = format!(
            r#""time":{time},"request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200}},"timings":{{{timings}}}"#
        );
        read(producer, &entry(&more))
    }

    fn length(session: &Session, phase: Phase) -> Option<f64> {
        http(&session.records[0]).phases.get(phase).map(|range| range.end - range.start)
    }

    #[test]
    fn without_a_sum_the_producer_decides_whether_ssl_is_part_of_connect() {
        let timings = r#""connect":20,"ssl":18,"send":0,"wait":30,"receive":0"#;
        let row_by = |producer: &str| row(producer, "null", timings);
        let separate = row_by("mitmproxy");
        assert_eq!(length(&separate, Phase::Connect), Some(20.0));
        assert_eq!(http(&separate.records[0]).duration.map(Millis::ms), Some(68.0));
        let included = row_by("Chrome");
        assert_eq!(length(&included, Phase::Connect), Some(2.0));
        assert_eq!(http(&included.records[0]).duration.map(Millis::ms), Some(50.0));
    }

    #[test]
    fn the_send_phase_of_playwright_is_not_a_measurement() {
        let timings = r#""send":0,"wait":30,"receive":1"#;
        assert_eq!(length(&row("Playwright", "31", timings), Phase::Send), None);
        assert_eq!(length(&row("Chrome", "31", timings), Phase::Send), Some(0.0));
    }
}

mod messages {
    use super::*;

    #[test]
    fn a_rejected_messages_path_is_not_an_empty_list_of_messages() {
        let with_file = |file: &str| {
            entry(&format!(
                r#""_resourceType":"websocket","request":{{"method":"GET","url":"wss://a.test/"}},"response":{{"status":101,"content":{{"_file":"{file}"}}}}"#
            ))
        };
        let entries = [with_file("../msg.jsonl"), with_file("msg.jsonl"), entry(SOCKET)].join(",");
        let session = read("Playwright", &entries);
        let counts = session.records.iter().map(|record| socket(record).totals.messages);
        assert_eq!(counts.collect::<Vec<_>>(), [None, None, Some(0)]);
        assert!(matches!(socket(&session.records[0]).messages, Messages::Missing(_)));
    }

    #[test]
    fn an_empty_list_of_messages_does_not_replace_the_messages_file() {
        let more = r#""_resourceType":"websocket","request":{"method":"GET","url":"wss://a.test/"},"response":{"status":101,"content":{"_file":"m.jsonl"}},"_webSocketMessages":[]"#;
        let session = read("Playwright", &entry(more));
        let socket = socket(&session.records[0]);
        assert!(matches!(&socket.messages, Messages::File(file) if file.path.as_ref() == "m.jsonl"));
        assert_eq!(socket.totals.messages, None);
    }

    #[test]
    fn payloads_of_every_opcode_but_text_are_base64() {
        let list = message("receive", 1.0, r#""opcode":0,"data":"BAUG""#);
        let session = read("Playwright", &entry(&format!(r#"{SOCKET},"_webSocketMessages":[{list}]"#)));
        let Messages::Inline(columns) = &socket(&session.records[0]).messages else { panic!("no messages") };
        assert_eq!(columns.get(0).and_then(|message| message.size), Some(3));
    }
}

#[test]
fn the_body_of_a_request_that_may_have_one_is_not_empty() {
    let body = |method: &str, size: &str| {
        let more = format!(
            r#""time":1,"request":{{"method":"{method}","url":"https://a.test/"{size}}},"response":{{"status":200}}"#
        );
        let session = read("any", &entry(&more));
        session.details(&session.records[0]).request_body
    };
    for size in ["", r#","bodySize":-1"#, r#","bodySize":7"#] {
        assert!(matches!(body("POST", size), Body::NotRecorded(_)), "{size}");
    }
    assert_eq!(body("POST", r#","bodySize":0"#), Body::Empty);
    assert_eq!(body("GET", r#","bodySize":-1"#), Body::Empty);
}

#[test]
fn a_size_that_is_not_a_number_is_noted() {
    for size in [r#""bodySize":"abc""#, r#""headersSize":[]"#, r#""content":{"size":"abc"}"#] {
        let more = format!(
            r#""time":1,"request":{{"method":"GET","url":"https://a.test/"}},"response":{{"status":200,{size}}}"#
        );
        assert_eq!(notes(&read("any", &entry(&more))), ["entry 1: a size is not a number"], "{size}");
    }
}
