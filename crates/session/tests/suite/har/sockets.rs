//! Sockets of a HAR, rule by rule. The entries have the shapes that the named producers write,
//! reduced to the rule.

use crate::common::har;
use har::{notes, offset, read, socket};
use session::encodings::Payload;
use session::model::{
    Close, CloseSource, Direction, Encoding, Ending, Message, MessageKind, MessageLog, Messages, Missing,
    Record, Session,
};

/// 2026-11-21 14:02:00 UTC.
const START: &str = "2026-11-21T14:02:00.000Z";
const START_S: f64 = 1_795_269_720.0;

/// An entry that took a second, with those fields of the request, of the response and of the entry.
fn entry(request: &str, response: &str, of_entry: &str) -> String {
    format!(
        r#"{{"startedDateTime":"{START}","time":1000,"request":{{{request}}},"response":{{{response}}}{of_entry}}}"#
    )
}

/// A socket of that producer that was answered 101, with more fields of its entry.
fn socket_of(producer: &str, of_entry: &str) -> Session {
    let request = r#""method":"GET","url":"wss://a.test/feed""#;
    read(producer, &entry(request, r#""status":101"#, &format!(r#","_resourceType":"websocket"{of_entry}"#)))
}

fn close(record: &Record) -> &Close {
    socket(record).close().expect("a close")
}

fn messages(record: &Record) -> Vec<Message> {
    match &socket(record).messages {
        Messages::Inline(columns) => columns.iter().collect(),
        other => panic!("no messages in place: {other:?}"),
    }
}

/// `count` text messages, one each `step` seconds from `start`, in the unit of the producer.
fn texts(count: u32, start: f64, step: f64) -> String {
    let message = |at: u32| {
        format!(r#"{{"type":"receive","time":{},"opcode":1,"data":"m{at}"}}"#, start + step * f64::from(at))
    };
    let list: Vec<String> = (0..count).map(message).collect();
    format!(r#","_webSocketMessages":[{}]"#, list.join(","))
}

mod recognition {
    use super::*;

    fn is_socket(request: &str, of_entry: &str) -> bool {
        let session = read("any", &entry(request, r#""status":101"#, of_entry));
        session.records[0].socket().is_some()
    }

    #[test]
    fn an_entry_is_a_socket_by_any_of_its_marks() {
        let http = r#""method":"GET","url":"https://a.test/feed""#;
        assert!(is_socket(http, r#","_resourceType":"websocket""#));
        assert!(is_socket(http, r#","_webSocketMessages":[]"#));
        assert!(is_socket(r#""url":"ws://a.test/""#, ""));
        assert!(is_socket(r#""url":"WSS://a.test/""#, ""));
        let upgrade =
            r#""url":"https://a.test/","headers":[{"name":"a"},{"name":"upgrade","value":"WebSocket"}]"#;
        assert!(is_socket(upgrade, ""));
        assert!(!is_socket(r#""url":"https://a.test/","headers":[{"name":"Upgrade","value":"h2c"}]"#, ""));
        assert!(!is_socket(http, r#","_webSocketMessages":null"#));
    }

    #[test]
    fn a_response_that_accepts_the_upgrade_makes_a_socket_and_status_101_alone_does_not() {
        let answered = |headers: &str| {
            let response = format!(r#""status":101,"headers":[{headers}]"#);
            read("any", &entry(r#""url":"https://a.test/""#, &response, "")).records[0].socket().is_some()
        };
        assert!(!answered(""));
        assert!(answered(r#"{"name":"Upgrade","value":"websocket"}"#));
    }

    #[test]
    fn an_extended_connect_with_status_200_is_a_socket_over_http_2() {
        let session =
            read("Firefox", &entry(r#""method":"CONNECT","url":"wss://a.test/""#, r#""status":200"#, ""));
        let record = &session.records[0];
        assert_eq!(
            (record.method.as_ref(), record.status, socket(record).is_refused),
            ("CONNECT", Some(200), false)
        );
    }
}

mod handshakes {
    use super::*;

    fn refused(request: &str, response: &str, of_entry: &str) -> bool {
        let request = format!(r#""url":"wss://a.test/"{request}"#);
        socket(&read("any", &entry(&request, response, of_entry)).records[0]).is_refused
    }

    #[test]
    fn a_status_other_than_101_refuses_the_handshake() {
        for status in [302, 400, 401, 403, 404, 500, 503] {
            assert!(refused("", &format!(r#""status":{status}"#), ""), "{status}");
        }
        assert!(refused("", r#""status":-1,"_failureText":"net::ERR_CONNECTION_REFUSED""#, ""), "Playwright");
        assert!(refused("", r#""status":0,"_error":"net::ERR_CONNECTION_RESET""#, ""), "Chrome");
        let upgrade = r#","headers":[{"name":"Upgrade","value":"websocket"}]"#;
        assert!(refused(upgrade, r#""status":200"#, ""), "an upgrade answered with a page");
    }

    #[test]
    fn an_unknown_status_alone_does_not_refuse_and_a_message_proves_the_handshake() {
        assert!(!refused("", r#""status":0"#, ""));
        assert!(!refused("", r#""status":101,"_failureText":"the connection was reset later""#, ""));
        assert!(!refused("", r#""status":500"#, &texts(1, START_S, 1.0)));
        let error = r#","_webSocketMessages":[{"type":"error","time":1,"opcode":-1,"data":"no route"}]"#;
        assert!(refused("", r#""status":0,"_error":"net::ERR_FAILED""#, error), "an error proves nothing");
    }

    #[test]
    fn a_refused_socket_has_no_messages_even_if_it_has_a_body() {
        let session = read(
            "Playwright",
            &entry(r#""url":"wss://a.test/""#, r#""status":403,"content":{"_file":"a.html"}"#, ""),
        );
        assert!(messages(&session.records[0]).is_empty());
    }

    #[test]
    fn the_subprotocol_is_that_of_the_response() {
        let response = r#""status":101,"headers":[{"name":"sec-websocket-protocol","value":"orders.v2"}]"#;
        let session = read("any", &entry(r#""url":"wss://a.test/""#, response, &texts(1, START_S, 1.0)));
        assert_eq!(socket(&session.records[0]).protocol.as_deref(), Some("orders.v2"));
    }

    #[test]
    fn a_damaged_entry_is_a_socket_by_its_response_headers_too() {
        let upgrade =
            r#"{"name":"Upgrade","value":"websocket"},{"name":"Sec-WebSocket-Protocol","value":"v2"}"#;
        let answered = format!(r#""status":101,"headers":[{upgrade}]"#);
        let session = read("any", &entry(r#""method":"GET","url":"https://a.test/" x"#, &answered, ""));
        assert_eq!(socket(&session.records[0]).protocol.as_deref(), Some("v2"));
    }

    #[test]
    fn the_time_of_a_mitmproxy_entry_is_the_handshake() {
        let session = socket_of("mitmproxy", &texts(1, START_S + 60.0, 1.0));
        assert_eq!(offset(&session, socket(&session.records[0]).opened), Some(1000.0));
        let chrome = socket_of("WebInspector", &texts(1, START_S + 60.0, 1.0));
        assert_eq!(socket(&chrome.records[0]).opened, None);
    }
}

mod closes {
    use super::*;

    const CLOSE_FRAME: &str = r#"{"type":"receive","time":1795269725,"opcode":8,"data":"D6FieWU="}"#;

    #[test]
    fn http_toolkit_writes_code_reason_and_time_in_seconds() {
        let session = socket_of(
            "HTTP Toolkit",
            r#","_webSocketClose":{"code":4001,"reason":"replaced","timestamp":1795269723.25}"#,
        );
        let close = close(&session.records[0]);
        assert_eq!((close.code, close.reason.as_deref()), (Some(4001), Some("replaced")));
        assert_eq!((offset(&session, close.at), close.source), (Some(3250.0), CloseSource::Event));
    }

    #[test]
    fn an_aborted_socket_of_http_toolkit_has_no_close_time() {
        let session = socket_of("HTTP Toolkit", r#","_webSocketClose":"aborted""#);
        let close = close(&session.records[0]);
        assert_eq!((close.at, close.code, close.source), (None, None, CloseSource::Aborted));
        for none in ["null", "\"\"", "3", "[1]"] {
            let session = socket_of("HTTP Toolkit", &format!(r#","_webSocketClose":{none}"#));
            assert_eq!(socket(&session.records[0]).ending, Ending::NotRecorded, "{none}");
        }
    }

    #[test]
    fn a_close_frame_is_the_close_if_the_entry_has_none() {
        let session = socket_of("Proxyman", &format!(r#","_webSocketMessages":[{CLOSE_FRAME}]"#));
        let found = close(&session.records[0]);
        assert_eq!((found.code, found.reason.as_deref()), (Some(4001), Some("bye")));
        assert_eq!((offset(&session, found.at), found.source), (Some(5000.0), CloseSource::Frame));

        let named = socket_of(
            "HTTP Toolkit",
            &format!(r#","_webSocketMessages":[{CLOSE_FRAME}],"_webSocketClose":{{"code":1000}}"#),
        );
        assert_eq!(close(&named.records[0]).code, Some(1000));
    }

    #[test]
    fn the_second_close_frame_ends_the_socket() {
        let answer = r#"{"type":"send","time":1795269725.5,"opcode":8,"data":"D6E="}"#;
        let session = socket_of("any", &format!(r#","_webSocketMessages":[{CLOSE_FRAME},{answer}]"#));
        let close = close(&session.records[0]);
        assert_eq!(
            (offset(&session, close.at), close.code, close.was_clean),
            (Some(5500.0), Some(4001), Some(true))
        );
    }

    #[test]
    fn an_empty_or_invalid_close_frame_is_accepted() {
        for data in ["", "AA==", "not base64!", "AAE="] {
            let session = socket_of(
                "any",
                &format!(
                    r#","_webSocketMessages":[{{"type":"send","time":1795269725,"opcode":8,"data":"{data}"}}]"#
                ),
            );
            assert_eq!(
                (close(&session.records[0]).code, close(&session.records[0]).reason.as_deref()),
                (None, None),
                "{data}"
            );
        }
    }

    #[test]
    fn a_receive_phase_after_the_last_frame_is_a_close_in_chrome() {
        let with_receive = |producer: &str, receive: &str| {
            socket_of(
                producer,
                &format!(r#"{},"timings":{{"wait":800,"receive":{receive}}}"#, texts(2, START_S, 0.4)),
            )
        };
        let session = with_receive("WebInspector", "200");
        let found = close(&session.records[0]);
        assert_eq!((offset(&session, found.at), found.code), (Some(1000.0), None));
        assert_eq!(found.source, CloseSource::EntryTime);
        for (producer, receive) in
            [("WebInspector", "0"), ("WebInspector", "-1"), ("mitmproxy", "200"), ("Playwright", "200")]
        {
            let session = with_receive(producer, receive);
            assert_eq!(socket(&session.records[0]).ending, Ending::NotRecorded, "{producer} {receive}");
        }
    }

    #[test]
    fn a_socket_without_a_close_existed_until_its_time_or_last_message() {
        let seen = |of_entry: &str| {
            let session = socket_of("Playwright", of_entry);
            (offset(&session, socket(&session.records[0]).last_seen), offset(&session, session.end()))
        };
        assert_eq!(seen(""), (Some(1000.0), Some(1000.0)));
        assert_eq!(seen(&texts(3, START_S * 1000.0, 2500.0)), (Some(5000.0), Some(5000.0)));
    }
}

mod messages_in_place {
    use super::*;

    fn offsets(session: &Session) -> Vec<Option<f64>> {
        messages(&session.records[0]).iter().map(|message| offset(session, message.time)).collect()
    }

    #[test]
    fn times_of_messages_are_seconds_or_milliseconds_by_their_size() {
        let expected = [Some(0.0), Some(250.0)];
        assert_eq!(offsets(&socket_of("WebInspector", &texts(2, START_S, 0.25))), expected);
        assert_eq!(offsets(&socket_of("Playwright", &texts(2, START_S * 1000.0, 250.0))), expected);
        assert_eq!(offsets(&socket_of("Playwright", &texts(2, -1.0, 0.0))), [None, None], "left out");
    }

    #[test]
    fn fractional_seconds_of_mitmproxy_are_parsed() {
        let message =
            |time: &str, data: &str| format!(r#"{{"type":"send","time":{time},"opcode":1,"data":"{data}"}}"#);
        let list = [
            message("1693314232.444319", r#"{\"error\":\"Unknown api key\"}"#),
            message("1693314240.7948081", "foo"),
            message("1693314244.039395", "bar"),
        ];
        let session = socket_of("mitmproxy", &format!(r#","_webSocketMessages":[{}]"#, list.join(",")));
        let times: Vec<f64> =
            messages(&session.records[0]).iter().filter_map(|message| Some(message.time?.ms())).collect();
        let gaps: Vec<f64> = times.windows(2).map(|pair| (pair[1] - pair[0]).round()).collect();
        assert_eq!(gaps, [8350.0, 3245.0]);
    }

    #[test]
    fn times_of_playwright_1_61_0_are_corrected() {
        let entry =
            entry(r#""url":"wss://a.test/""#, r#""status":101"#, &texts(2, START_S * 1000.0 + 3.0, 3.0));
        let har = |version: &str| {
            har::read_text(&format!(
                r#"{{"log":{{"creator":{{"name":"Playwright","version":"{version}"}},"entries":[{entry}]}}}}"#
            ))
        };
        assert_eq!(offsets(&har("1.61.0")), [Some(3000.0), Some(6000.0)]);
        assert_eq!(offsets(&har("1.61.1")), [Some(3.0), Some(6.0)]);
    }

    #[test]
    fn implausible_times_are_noted_and_do_not_extend_the_session() {
        let mixed =
            texts(2, START_S, 1.0).replace(']', r#",{"type":"send","time":1,"opcode":1,"data":"x"}]"#);
        let session = socket_of("any", &mixed);
        assert_eq!(offset(&session, session.end()), Some(1000.0));
        assert_eq!(offsets(&session), [Some(0.0), Some(1000.0), None]);
        let [note] = &notes(&session)[..] else { panic!("one note") };
        assert!(note.starts_with("times: 1 message: the recorded time is not within"), "{note}");
    }

    #[test]
    fn payloads_of_other_opcodes_than_text_are_base64() {
        let list = r#"{"type":"send","opcode":1,"data":"AQID"},{"type":"receive","opcode":2,"data":"AQIDBA=="},
            {"type":"receive","opcode":2,"data":"no base64!"},{"type":"send","opcode":9,"data":""},
            {"type":"receive","opcode":10,"data":"aGk="},{"type":"error","opcode":-1,"data":"net::ERR_FAILED"}"#;
        let session = socket_of("WebInspector", &format!(r#","_webSocketMessages":[{list}]"#));
        let found = messages(&session.records[0]);
        let kinds: Vec<_> =
            found.iter().map(|message| (message.kind, message.direction, message.size)).collect();
        let expected = [
            (MessageKind::Sent, Some(Direction::Sent), Some(4)),
            (MessageKind::Received, Some(Direction::Received), Some(4)),
            (MessageKind::Received, Some(Direction::Received), found[2].size),
            (MessageKind::Ping, Some(Direction::Sent), Some(0)),
            (MessageKind::Pong, Some(Direction::Received), Some(2)),
            (MessageKind::Error, None, Some(15)),
        ];
        assert_eq!(kinds, expected);
        let Messages::Inline(columns) = &socket(&session.records[0]).messages else { panic!("in place") };
        let log = MessageLog { bytes: &session.bytes, columns };
        let payload = |message: &Message| {
            Payload::from_message(message.encoding, &log.raw(message)).map(|payload| payload.bytes().to_vec())
        };
        let expected: [&[u8]; 6] = [b"AQID", &[1, 2, 3, 4], b"no base64!", b"", b"hi", b"net::ERR_FAILED"];
        for (message, payload_expected) in found.iter().zip(expected) {
            assert_eq!(payload(message).as_deref(), Some(payload_expected));
        }
    }

    #[test]
    fn lengths_of_text_messages_count_utf_8_bytes() {
        for (text, length) in
            [("héllo", 6), ("日本", 6), ("😀", 4), (r"\ud83d\ude00", 4), (r"\n", 1), ("", 0)]
        {
            let session = socket_of(
                "any",
                &format!(r#","_webSocketMessages":[{{"type":"send","opcode":1,"data":"{text}"}}]"#),
            );
            assert_eq!(messages(&session.records[0])[0].size, Some(length), "{text}");
        }
    }

    #[test]
    fn an_invalid_message_is_dropped_and_noted_by_number() {
        let list = r#"3, {"type":"send","data":"a"}, {}, {"type":"odd","data":"b"}, {"type":"send","time":"x","data":"c"},
            {"type":"send" stray,"data":"d"}"#;
        let session = socket_of("any", &format!(r#","_webSocketMessages":[{list}]"#));
        let encodings: Vec<Encoding> =
            messages(&session.records[0]).iter().map(|message| message.encoding).collect();
        assert_eq!(encodings, [Encoding::JsonString; 4]);
        let notes = notes(&session);
        let places: Vec<&str> = notes.iter().filter_map(|note| note.split(": ").next()).collect();
        assert_eq!(places, [1, 3, 4, 5, 6].map(|number| format!("entry 1, message {number}")));
    }

    #[test]
    fn messages_are_found_anywhere_in_the_entry() {
        let entry = format!(
            r#"{{"_webSocketMessages":[{{"type":"send","opcode":1,"data":"]}}"}}],"startedDateTime":"{START}","request":{{"url":"wss://a.test/"}},"response":{{"status":101}}}}"#
        );
        let session = read("any", &entry);
        assert_eq!((messages(&session.records[0]).len(), session.records[0].status), (1, Some(101)));
    }
}

mod messages_elsewhere {
    use super::*;

    fn in_file(file: &str) -> Session {
        read(
            "Playwright",
            &entry(r#""url":"wss://a.test/""#, &format!(r#""status":101,"content":{{"_file":{file}}}"#), ""),
        )
    }

    #[test]
    fn the_messages_file_of_a_playwright_har_is_found() {
        let session = in_file("\"d8e40215.jsonl\"");
        let Messages::File(file) = &socket(&session.records[0]).messages else { panic!("a file") };
        assert_eq!(file.path.as_ref(), "d8e40215.jsonl");
    }

    #[test]
    fn a_messages_file_outside_of_the_har_s_folder_is_never_opened() {
        for file in ["../x.jsonl", "/x.jsonl", "https://a.test/x.jsonl", " //a.test/x.jsonl", r"..\\x.jsonl"]
        {
            let session = in_file(&format!("\"{file}\""));
            assert!(
                matches!(socket(&session.records[0]).messages, Messages::Missing(Missing::OutsideRecording)),
                "{file}"
            );
            assert!(notes(&session)[0].contains("not opened for safety"), "{file}");
        }
    }

    #[test]
    fn messages_of_firefox_and_safari_are_never_exported() {
        for producer in ["Firefox", "WebKit Web Inspector"] {
            let session = socket_of(producer, "");
            assert!(
                matches!(socket(&session.records[0]).messages, Messages::Missing(Missing::NotExported)),
                "{producer}"
            );
        }
        let session = socket_of("WebInspector", "");
        assert!(matches!(socket(&session.records[0]).messages, Messages::Missing(Missing::NotRecorded)));
    }

    #[test]
    fn messages_that_are_not_an_array_are_noted_with_their_beginning() {
        for name in ["_webSocketMessages", "_eventSourceMessages"] {
            for value in [r#"{"type":"send","data":"hi"}"#, r#""[]""#, "7"] {
                let field = format!(r#","{name}":{value}"#);
                let invalid = entry(r#""method":"GET","url":"https://a.test/""#, r#""status":200"#, &field);
                let noted = format!("entry 2: {name} is not an array (“{value}”)");
                let har = read("any", &format!("{},{invalid},{}", entry("", "", ""), entry("", "", "")));
                assert!(notes(&har)[1].ends_with(noted.trim_start_matches("entry 2: ")), "{:?}", notes(&har));
                let lines = har::read_text(&format!("{}\n{invalid}\n", invalid.replace(&field, "")));
                assert_eq!(notes(&lines), [noted], "one entry a line");
            }
            for value in ["null", "[]"] {
                let field = format!(r#","{name}":{value}"#);
                let entry = entry(r#""method":"GET","url":"https://a.test/""#, r#""status":200"#, &field);
                assert_eq!(notes(&read("any", &entry)), [""; 0], "{name}: {value}");
            }
        }
        let long = socket_of("any", &format!(r#","_webSocketMessages":{{"a":"{}"}}"#, "é".repeat(500)));
        let shown = "é".repeat(54);
        assert_eq!(
            notes(&long),
            [format!("entry 1: _webSocketMessages is not an array (“{{\"a\":\"{shown}”)")]
        );
    }
}
