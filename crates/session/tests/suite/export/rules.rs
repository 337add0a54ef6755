//! The contents and omissions of exports, rule by rule.

use serde_json::{Value, json};
use session::export::{ExportOmissions, ExportOptions};
use session::model::{Ending, Messages, Phase, Session};

use super::{comparable, importers, samples, writing};

const NO_FILES: comparable::ReadFile<'static> = &|_| None;

fn round_trip(session: &Session, options: ExportOptions) -> (Value, Session, ExportOmissions) {
    let rows = (0..session.records.len()).collect();
    let (bytes, left, _) = writing::har(session, rows, options, NO_FILES);
    assert_eq!(importers::problems(&bytes), Vec::<String>::new());
    let text = String::from_utf8(bytes).expect("UTF-8");
    (serde_json::from_str(&text).expect("JSON"), samples::har_text(&text), left)
}

/// An entry of a socket, with those fields besides.
fn socket_entry(more: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-11-21T14:02:00.000Z","time":500,"request":{{"method":"GET","url":"wss://a.test/ws"}},"response":{{"status":101}}{more}}}"#
    )
}

/// The only entry of the HAR of that session.
fn entry(session: &Session) -> Value {
    let (har, ..) = round_trip(session, writing::ALL);
    har["log"]["entries"][0].clone()
}

mod entries {
    use super::*;

    #[test]
    fn entries_are_written_in_the_requested_order_without_invalid_indexes() {
        let entries: Vec<String> = (0..3)
            .map(|at| format!(r#"{{"request":{{"method":"GET","url":"https://a.test/{at}"}}}}"#))
            .collect();
        let session = samples::har("Chrome", &entries.join(","));
        let (bytes, ..) = writing::har(&session, vec![2, 9, 0], writing::ALL, NO_FILES);
        let again = samples::har_text(&String::from_utf8_lossy(&bytes));
        let urls: Vec<&str> = again.records.iter().map(|record| record.url.as_ref()).collect();
        assert_eq!(urls, ["https://a.test/2", "https://a.test/0"]);
    }

    #[test]
    fn entries_without_a_start_have_the_session_s_and_a_comment() {
        let dated = socket_entry("");
        let session =
            samples::har("Chrome", &format!(r#"{dated},{{"request":{{"url":"https://a.test/"}}}}"#));
        let (written, again, left) = round_trip(&session, writing::ALL);
        let entry = &written["log"]["entries"][1];
        assert_eq!(entry["startedDateTime"], "2026-11-21T14:02:00.000Z");
        assert_eq!(entry["comment"], "start not recorded");
        assert_eq!((again.records[1].start, left.starts), (None, 1));
    }

    #[test]
    fn entries_have_every_number_that_importers_require_even_if_none_was_recorded() {
        let session = samples::har("Chrome", "{}");
        let entry = entry(&session);
        assert_eq!((&entry["time"], &entry["response"]["content"]["size"]), (&json!(-1), &json!(-1)));
        assert_eq!(entry["response"]["status"], 0);
    }

    #[test]
    fn the_session_s_times_are_kept_for_any_selection_of_rows() {
        let later = socket_entry("").replace("14:02:00", "14:02:30");
        let session = samples::har("Chrome", &format!("{},{later}", socket_entry("")));
        let (bytes, ..) = writing::har(&session, vec![1], writing::ALL, NO_FILES);
        let again = samples::har_text(&String::from_utf8_lossy(&bytes));
        assert_eq!((again.started_at, again.end()), (session.started_at, session.end()));
    }

    #[test]
    fn the_file_of_a_body_that_is_not_included_is_named() {
        let entries = r#"{"request":{"url":"https://a.test/"},"response":{"content":{"size":3,"_file":"a.txt","mimeType":"text/plain"}}}"#;
        let content = entry(&samples::har("Playwright", entries))["response"]["content"].clone();
        assert!(content["comment"].as_str().is_some_and(|comment| comment.contains("a.txt")), "{content}");
        assert_eq!(content["mimeType"], "text/plain");
    }
}

mod sockets {
    use super::*;

    #[test]
    fn closes_are_in_seconds_like_those_of_http_toolkit() {
        let more = r#","_webSocketClose":{"code":1006,"reason":"gone","timestamp":1795269720.4}"#;
        let entry = entry(&samples::har("HTTP Toolkit", &socket_entry(more)));
        assert_eq!(
            entry["_webSocketClose"],
            json!({"code": 1006, "reason": "gone", "timestamp": 1_795_269_720.4})
        );
        assert_eq!(entry["time"], 400);
        let aborted = samples::har("HTTP Toolkit", &socket_entry(r#","_webSocketClose":"aborted""#));
        assert_eq!(super::entry(&aborted)["_webSocketClose"], "aborted");
    }

    #[test]
    fn a_socket_that_a_frame_closed_is_closed_by_that_frame_after_a_round_trip() {
        let frame =
            r#","_webSocketMessages":[{"type":"receive","time":1795269720.2,"opcode":8,"data":"A+k="}]"#;
        let session = samples::har("Proxyman", &socket_entry(frame));
        let (written, again, _) = round_trip(&session, writing::ALL);
        assert_eq!(written["log"]["entries"][0].get("_webSocketClose"), None);
        assert_eq!(samples::socket(&again.records[0]).ending, samples::socket(&session.records[0]).ending);
        // Without its payload the frame has no code, so the close is written.
        let (written, again, _) =
            round_trip(&session, ExportOptions { socket_payloads: false, ..writing::ALL });
        assert_eq!(written["log"]["entries"][0]["_webSocketClose"]["code"], 1001);
        assert_eq!(samples::socket(&again.records[0]).close().and_then(|close| close.code), Some(1001));
    }

    #[test]
    fn a_socket_that_closed_by_its_entry_s_time_closes_at_the_same_instant_after_a_round_trip() {
        let chrome = socket_entry(r#","timings":{"send":0,"wait":100,"receive":400}"#);
        let session = samples::har("WebInspector", &chrome);
        let (_, again, _) = round_trip(&session, writing::ALL);
        let at = |session: &Session| samples::socket(&session.records[0]).close().and_then(|close| close.at);
        assert!(at(&session).is_some());
        assert_eq!(at(&again), at(&session));
    }

    #[test]
    fn open_sockets_round_trip_without_a_close() {
        let open = format!(
            r#"{{"initiatorType":"websocket","type":"open","socketId":"s","name":"wss://a.test/","startTimeAbs":{}}}"#,
            samples::at(5.0)
        );
        let session = samples::native("", &open);
        let (written, again, left) = round_trip(&session, writing::ALL);
        let entry = &written["log"]["entries"][0];
        assert_eq!((entry.get("_webSocketClose"), entry.get("_webSocketMessages")), (None, None));
        let socket = samples::socket(&again.records[0]);
        assert_eq!((&socket.ending, socket.id.as_deref()), (&Ending::StillOpen, Some("s")));
        assert_eq!(left.messages_not_recorded, 1);
    }

    #[test]
    fn sockets_without_a_recorded_close_round_trip_without_it() {
        let (_, again, _) = round_trip(&samples::har("mitmproxy", &socket_entry("")), writing::ALL);
        assert_eq!(samples::socket(&again.records[0]).ending, Ending::NotRecorded);
    }

    #[test]
    fn sockets_whose_messages_file_is_not_available_are_counted() {
        let open = format!(
            r#"{{"initiatorType":"websocket","type":"open","socketId":"s","name":"wss://a.test/","startTimeAbs":{}}}"#,
            samples::at(5.0)
        );
        let session = samples::native(r#""s":{"path":"sockets/s.jsonl"}"#, &open);
        let (written, _, left) = round_trip(&session, writing::ALL);
        assert_eq!(written["log"]["entries"][0].get("_webSocketMessages"), None);
        assert_eq!((left.messages_not_given, left.messages_not_recorded), (1, 0));
    }

    #[test]
    fn opcodes_distinguish_text_binary_and_control_frames() {
        let messages = r#","_webSocketMessages":[
            {"type":"send","time":1795269720.1,"opcode":1,"data":"a"},
            {"type":"receive","time":-1,"opcode":2,"data":"AP8="},
            {"type":"send","time":1795269720.1,"opcode":9,"data":""},
            {"type":"receive","time":1795269720.2,"opcode":10,"data":""},
            {"type":"error","time":1795269720.3,"opcode":-1,"data":"no route"}]"#;
        let written = entry(&samples::har("Proxyman", &socket_entry(messages)));
        let kinds: Vec<String> = written["_webSocketMessages"]
            .as_array()
            .expect("messages")
            .iter()
            .map(|message| {
                format!("{} {} {} {}", message["type"], message["time"], message["opcode"], message["data"])
            })
            .collect();
        assert_eq!(
            kinds,
            [
                r#""send" 1795269720.1 1 "a""#,
                r#""receive" -1 2 "AP8=""#,
                r#""send" 1795269720.1 9 """#,
                r#""receive" 1795269720.2 10 """#,
                r#""error" 1795269720.3 -1 "no route""#,
            ]
        );
    }
}

mod omissions {
    use super::*;

    const PAYLOADS: &str = r#","_webSocketMessages":[{"type":"send","time":1795269720.1,"opcode":2,"data":"AP8="},{"type":"receive","time":1795269720.2,"opcode":1,"data":""}]"#;

    #[test]
    fn excluded_payloads_are_absent_after_a_round_trip_and_keep_their_size() {
        let session = samples::har("Proxyman", &socket_entry(PAYLOADS));
        let (written, again, left) =
            round_trip(&session, ExportOptions { socket_payloads: false, ..writing::ALL });
        let first = &written["log"]["entries"][0]["_webSocketMessages"][0];
        assert_eq!(first, &json!({"type": "send", "time": 1_795_269_720.1, "opcode": 2, "size": 2}));
        let Messages::Inline(columns) = &samples::socket(&again.records[0]).messages else {
            panic!("no messages")
        };
        let log = session::model::MessageLog { bytes: &again.bytes, columns };
        let read: Vec<_> =
            comparable::messages(log).into_iter().map(|message| (message.size, message.payload)).collect();
        assert_eq!(read, [(Some(2), None), (Some(0), None)]);
        assert_eq!(left.payloads, 2);
    }

    #[test]
    fn credentials_in_messages_are_redacted_unless_they_are_wanted() {
        let message = |opcode: u8, data: &str| {
            json!({"type": "send", "time": 1_795_269_720.1, "opcode": opcode, "data": data}).to_string()
        };
        let messages = [
            message(1, r#"40{"token":"hush-hush","room":7}"#),
            message(1, "hush, a word of the page"),
            // MessagePack: {"token": "hush-hush", "room": 7}
            message(2, "gqV0b2tlbqlodXNoLWh1c2ikcm9vbQc="),
        ];
        let entry = socket_entry(&format!(r#","_webSocketMessages":[{}]"#, messages.join(",")));
        let session = samples::har("Proxyman", &entry);
        let (written, _, left) = round_trip(&session, ExportOptions::default());
        let messages = &written["log"]["entries"][0]["_webSocketMessages"];
        assert_eq!(messages[0]["data"], r#"40{"token":"[REDACTED]","room":7}"#);
        assert_eq!(messages[1]["data"], "hush, a word of the page");
        assert_eq!(messages[2]["data"], "gqV0b2tlbqkqKioqKioqKiqkcm9vbQc=");
        assert_eq!(left.removed, 2);
        let (files, _) = writing::folder(&session, "x", ExportOptions::default(), NO_FILES);
        for (path, bytes) in files {
            assert!(!String::from_utf8_lossy(&bytes).contains("hush-hush"), "{path}");
        }
        let (written, _, left) = round_trip(&session, writing::ALL);
        let messages = &written["log"]["entries"][0]["_webSocketMessages"];
        assert_eq!(messages[0]["data"], r#"40{"token":"hush-hush","room":7}"#);
        assert_eq!(
            (left.removed, messages[2]["data"].as_str()),
            (0, Some("gqV0b2tlbqlodXNoLWh1c2ikcm9vbQc="))
        );
    }

    #[test]
    fn credentials_are_redacted_and_everything_else_is_written() {
        let entry = r#"{"pageref":"p","request":{"method":"POST","url":"https://ann:hush@a.test/x?token=hush&page=2",
            "headers":[{"name":"Cookie","value":"a=hush"},{"name":"Authorization","value":"Bearer hush"},{"name":"Referer","value":"https://a.test/?api_key=hush"},{"name":"Accept","value":"open"}],
            "queryString":[{"name":"token","value":"hush"},{"name":"page","value":"2"}],"postData":{"mimeType":"text/plain","text":"body"}},
            "response":{"status":302,"redirectURL":"https://a.test/?sig=hush","headers":[{"name":"Set-Cookie","value":"hush"},{"name":"location","value":"https://a.test/?sig=hush"}]}}"#;
        let page = r#"{"id":"p","title":"https://a.test/?access_token=hush","startedDateTime":"2026-11-21T14:02:00Z"}"#;
        let text = format!(
            r#"{{"log":{{"creator":{{"name":"Chrome","version":"1"}},"pages":[{page}],"entries":[{entry},{}]}}}}"#,
            socket_entry(
                r#","request":{"headers":[{"name":"cookie","value":"hush"}],"method":"GET","url":"wss://a.test/?ticket=1&access_token=hush"}"#
            )
        );
        let session = samples::har_text(&text);
        let (written, again, left) = round_trip(&session, ExportOptions::default());
        let text = written.to_string();
        assert!(!text.contains("hush") && !text.contains("ann:"), "{text}");
        assert_eq!(again.records[0].url.as_ref(), "https://a.test/x?token=[REDACTED]&page=2");
        let request = &written["log"]["entries"][0]["request"];
        assert_eq!(request["headers"][0], json!({"name": "Cookie", "value": "[REDACTED]"}));
        assert_eq!(request["headers"][3]["value"], "open");
        assert_eq!(request["queryString"][1]["value"], "2");
        assert_eq!(request["postData"]["text"], "body", "bodies stay");
        assert!(left.removed >= 10, "{left:?}");
        let (files, _) = writing::folder(&session, "x", ExportOptions::default(), NO_FILES);
        for (path, bytes) in files {
            assert!(!String::from_utf8_lossy(&bytes).contains("hush"), "{path}");
        }
    }
}

mod pieces {
    use super::*;

    #[test]
    fn pieces_stay_below_the_maximum_size_for_any_number_of_messages() {
        let message = r#"{"type":"send","time":1795269720.1,"opcode":1,"data":"0123456789012345678901234567890123456789"}"#;
        let messages = vec![message; 20_000].join(",");
        let entry = socket_entry(&format!(r#","_webSocketMessages":[{messages}]"#));
        let session = samples::har("Proxyman", &entry);
        let (bytes, _, pieces) = writing::har(&session, vec![0], writing::ALL, NO_FILES);
        assert!(pieces.len() > 5 && pieces.iter().all(|piece| *piece < 300_000), "{pieces:?}");
        assert_eq!(pieces.iter().sum::<usize>(), bytes.len());
        let again = samples::har_text(&String::from_utf8_lossy(&bytes));
        assert_eq!(samples::socket(&again.records[0]).totals.messages, Some(20_000));
    }
}

mod folders {
    use super::*;

    fn open(files: &std::collections::BTreeMap<String, Vec<u8>>) -> Session {
        let others: Vec<(&str, &[u8])> =
            files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        crate::common::open(("session.json", &files["session.json"]), &others, 1000).expect("a session")
    }

    fn event(kind: &str, key: &str, ms: f64) -> String {
        let time = samples::at(ms);
        format!(
            r#"{{"initiatorType":"websocket","type":"{kind}","socketId":"../s","name":"wss://a.test/","{key}":{time}}}"#
        )
    }

    #[test]
    fn repeated_ids_are_made_unique_and_each_socket_keeps_its_messages() {
        let lines = [
            event("open", "startTimeAbs", 0.0),
            event("close", "responseEndAbs", 10.0),
            event("open", "startTimeAbs", 20.0),
        ];
        let session = samples::native(r#""../s":{"path":"sockets/s.jsonl"}"#, &lines.join("\n"));
        let line = |ms: f64| {
            format!("{{\"type\":\"sent\",\"timeStamp\":{},\"message\":\"{ms}\"}}\n", samples::at(ms))
        };
        let shared = [line(5.0), line(25.0), line(26.0)].concat();
        let read_file = |_: &str| Some(shared.clone().into_bytes());
        let (files, left) = writing::folder(&session, "x", writing::ALL, &read_file);
        assert_eq!(left, ExportOmissions::default());
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["resources.jsonl", "session.json", "sockets/messages-1.jsonl", "sockets/messages-2.jsonl"],
            "and no id becomes a path"
        );
        let again = open(&files);
        let counts = |session: &Session, read_file: comparable::ReadFile<'_>| -> Vec<_> {
            let rows = comparable::rows(session, read_file).into_iter();
            rows.map(|row| {
                row.socket.map(|socket| (socket.id, socket.messages.map(|messages| messages.len())))
            })
            .collect()
        };
        assert_eq!(
            counts(&again, &|path| files.get(path).cloned()),
            [Some((Some("../s".to_owned()), Some(1))), Some((Some("../s-1".to_owned()), Some(2)))]
        );
    }

    #[test]
    fn a_request_without_a_response_keeps_when_it_was_sent() {
        let line = format!(
            r#"{{"initiatorType":"fetch","name":"https://a.test/","startTimeAbs":{},"requestStartAbs":{}}}"#,
            samples::at(0.0),
            samples::at(40.0)
        );
        let session = samples::native("", &line);
        let (files, _) = writing::folder(&session, "x", writing::ALL, NO_FILES);
        let rows = comparable::rows(&open(&files), NO_FILES);
        let phases = rows[0].http.as_ref().map(|request| request.phases.as_slice());
        assert_eq!(phases, Some(&[(Phase::Blocked, 0.0, 4000.0)][..]), "in hundredths of a millisecond");
    }

    #[test]
    fn a_socket_with_only_messages_is_written_with_them() {
        let session = samples::native(r#""s":{"path":"sockets/s.jsonl"}"#, "");
        let (files, left) = writing::folder(&session, "x", writing::ALL, NO_FILES);
        assert_eq!((open(&files).records.len(), left.rows, left.messages_not_given), (0, 1, 1));
        let (files, left) = writing::folder(&session, "x", writing::ALL, &|_| Some(Vec::new()));
        assert_eq!(
            (open(&files).records.len(), left),
            (1, ExportOmissions { starts: 1, ..ExportOmissions::default() })
        );
    }

    #[test]
    fn a_har_becomes_a_folder_with_its_rows_closes_and_messages() {
        let more = r#","_webSocketClose":{"code":1000,"timestamp":1795269720.4},"_webSocketMessages":[{"type":"send","time":1795269720.1,"opcode":2,"data":"AP8="}]"#;
        let request = r#"{"startedDateTime":"2026-11-21T14:02:00.100Z","time":12.5,"request":{"method":"PUT","url":"https://a.test/a","headers":[{"name":"x","value":"1"},{"name":"x","value":"2"}]},"response":{"status":201,"headers":[],"content":{"size":2,"mimeType":"text/plain","text":"ok"}},"timings":{"wait":10,"receive":2.5}}"#;
        let session = samples::har("HTTP Toolkit", &format!("{},{request}", socket_entry(more)));
        let (files, left) = writing::folder(&session, "x", writing::ALL, NO_FILES);
        let again = open(&files);
        assert_eq!((left, again.notes.total()), (ExportOmissions::default(), 0));
        let before = comparable::rows(&session, NO_FILES);
        let after = comparable::rows(&again, &|path| files.get(path).cloned());
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(
                (&after.url, &after.method, after.start, after.status, &after.latency),
                (&before.url, &before.method, before.start, before.status, &before.latency)
            );
            assert_eq!(after.http, before.http);
            let socket_of =
                |row: &comparable::Row| row.socket.clone().map(|socket| (socket.ending, socket.messages));
            assert_eq!(socket_of(after), socket_of(before));
        }
        assert_eq!(after[1].details.response_body, before[1].details.response_body);
        assert_eq!(after[1].details.request_headers, before[1].details.request_headers);
    }

    #[test]
    fn a_close_that_was_not_recorded_is_open_after_a_round_trip_and_counted() {
        let session = samples::har("mitmproxy", &socket_entry(""));
        let (files, left) = writing::folder(&session, "x", writing::ALL, NO_FILES);
        assert_eq!(left.closes, 1);
        assert_eq!(samples::socket(&open(&files).records[0]).ending, Ending::StillOpen);
    }

    #[test]
    fn a_session_without_rows_is_written_as_a_folder() {
        let (files, _) = writing::folder(&samples::native("", ""), "a b", writing::ALL, NO_FILES);
        assert_eq!(files.get("resources.jsonl"), Some(&Vec::new()));
        assert_eq!(open(&files).records.len(), 0);
        assert!(String::from_utf8_lossy(&files["session.json"]).contains(r#""id":"a-b""#));
    }
}

#[test]
fn bodies_of_other_files_are_included_and_missing_ones_are_counted() {
    let entry = |name: &str| {
        format!(
            r#"{{"startedDateTime":"2026-11-21T14:02:00Z","time":1,"request":{{"method":"GET","url":"https://a.test/{name}"}},"response":{{"status":200,"content":{{"mimeType":"text/plain","_file":"{name}"}}}}}}"#
        )
    };
    let session = samples::har("Playwright", &[entry("there.txt"), entry("gone.txt")].join(","));
    let read_file = |path: &str| (path == "there.txt").then(|| b"what it said".to_vec());
    let (har, left, _) = writing::har(&session, vec![0, 1], writing::ALL, &read_file);
    let har: Value = serde_json::from_slice(&har).expect("JSON");
    let content = |entry: usize| &har["log"]["entries"][entry]["response"]["content"];
    assert_eq!(
        (content(0)["text"].as_str(), content(0)["mimeType"].as_str()),
        (Some("what it said"), Some("text/plain"))
    );
    assert!(
        content(1)["text"].is_null()
            && content(1)["comment"].as_str().is_some_and(|why| why.contains("gone.txt"))
    );
    assert_eq!(left.bodies, 1);
    let (files, left) = writing::folder(&session, "x", writing::ALL, &read_file);
    assert!(String::from_utf8_lossy(&files["resources.jsonl"]).contains(r#""body":"what it said""#));
    assert_eq!(left.bodies, 1);
}
