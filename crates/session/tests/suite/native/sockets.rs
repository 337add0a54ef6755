//! Sockets of a native session, rule by rule: how opens, closes and messages files come together.

use crate::common::native;
use native::{at, notes, numbers, offset, read, socket};
use session::model::{Ending, Messages, MessagesFile, Missing, Session};

fn open(id: &str, name: &str, ms: f64, more: &str) -> String {
    let start = at(ms);
    format!(
        r#"{{"initiatorType":"websocket","type":"open","socketId":"{id}","name":"wss://a.test/{name}","startTimeAbs":{start}{more}}}"#
    )
}

fn close(id: &str, name: &str, ms: f64, more: &str) -> String {
    let end = at(ms);
    format!(
        r#"{{"initiatorType":"websocket","type":"close","socketId":"{id}","name":"wss://a.test/{name}","responseEndAbs":{end}{more}}}"#
    )
}

/// Opens a session of those lines; every id has a messages file.
fn session(lines: &[String]) -> Session {
    read(r#""s":{"path":"sockets/s.jsonl"}"#, &lines.join("\n"))
}

/// `number start state close` of every row.
fn rows(session: &Session) -> Vec<String> {
    let row = |record: &session::model::Record| {
        let socket = socket(record);
        let state = match (&socket.ending, socket.is_orphan) {
            (_, true) => "orphan",
            (Ending::Closed(_), _) => "closed",
            (Ending::StillOpen, _) => "open",
            (Ending::NotRecorded, _) => "unknown",
        };
        let number = |ms: Option<f64>| ms.map_or("-".to_owned(), |ms| ms.to_string());
        let close = socket.close().and_then(|close| close.at);
        format!("{} {} {state} {}", record.number, number(offset(record.start)), number(offset(close)))
    };
    session.records.iter().map(row).collect()
}

fn file(session: &Session, row: usize) -> &MessagesFile {
    match &socket(&session.records[row]).messages {
        Messages::File(file) => file,
        other => panic!("no file: {other:?}"),
    }
}

mod joined {
    use super::*;

    #[test]
    fn a_close_ends_the_open_of_its_id() {
        let session = session(&[
            open("s", "feed", 10.0, &format!(r#","openedTimeAbs":{},"protocol":"orders.v2""#, at(72.0))),
            close("s", "feed", 5000.0, r#","code":1006,"reason":"","wasClean":false"#),
        ]);
        assert_eq!(rows(&session), ["1 10 closed 5000"]);
        let socket = socket(&session.records[0]);
        assert_eq!((offset(socket.opened), socket.protocol.as_deref()), (Some(72.0), Some("orders.v2")));
        let close = socket.close().expect("a close");
        assert_eq!((close.code, close.reason.as_deref(), close.was_clean), (Some(1006), None, Some(false)));
    }

    #[test]
    fn a_close_is_paired_in_any_order_of_lines() {
        assert_eq!(
            rows(&session(&[close("s", "feed", 50.0, ""), open("s", "feed", 10.0, "")])),
            ["2 10 closed 50"]
        );
    }

    #[test]
    fn a_socket_without_a_close_is_still_open() {
        assert_eq!(rows(&session(&[open("s", "feed", 10.0, "")])), ["1 10 open -"]);
    }

    #[test]
    fn a_repeated_event_counts_once() {
        let open_again = open("s", "feed", 10.0, &format!(r#","openedTimeAbs":{}"#, at(60.0)));
        let close_again = close("s", "feed", 50.0, r#","code":1000"#);
        let session =
            session(&[open("s", "feed", 10.0, ""), close("s", "feed", 50.0, ""), open_again, close_again]);
        assert_eq!((rows(&session), session.notes.total()), (vec!["1 10 closed 50".to_owned()], 0));
        let socket = socket(&session.records[0]);
        assert_eq!(offset(socket.opened), Some(60.0), "the second event adds what the first lacks");
        assert_eq!(socket.close().and_then(|close| close.code), Some(1000));
    }

    #[test]
    fn sockets_with_a_repeated_id_are_paired_by_name_and_order() {
        let session = session(&[
            open("s", "feed", 10.0, ""),
            open("s", "chat", 20.0, ""),
            close("s", "chat", 30.0, ""),
            close("s", "feed", 40.0, ""),
            open("s", "feed", 50.0, ""),
            close("s", "feed", 60.0, ""),
            open("s", "feed", 70.0, ""),
        ]);
        assert_eq!(rows(&session), ["1 10 closed 40", "2 20 closed 30", "5 50 closed 60", "7 70 open -"]);
    }

    #[test]
    fn a_single_open_and_close_of_an_id_are_always_paired() {
        assert_eq!(
            rows(&session(&[open("s", "feed", 10.0, ""), close("s", "feed?x", 5.0, "")])),
            ["1 10 closed 5"]
        );
    }

    #[test]
    fn sockets_without_an_id_are_paired_by_name_and_order_and_noted() {
        let lines = [open("", "feed", 10.0, ""), open("", "chat", 10.0, ""), close("", "chat", 30.0, "")];
        let session = session(&lines);
        assert_eq!(rows(&session)[..2], ["1 10 open -", "2 10 closed 30"]);
        assert_eq!(notes(&session)[0], "record 1: a socket without its socketId");
    }

    #[test]
    fn older_field_names_are_accepted() {
        let lines = [
            r#"{"initiatorType":"WebSocket","type":"open","socketId":7,"name":"wss://a.test/feed","startTime":10}"#,
            r#"{"initiatorType":"WebSocket","type":"close","socketId":7,"name":"wss://a.test/feed","endTime":50}"#,
        ];
        let session = read(r#""7":{"path":"sockets/7.jsonl"}"#, &lines.join("\n"));
        assert_eq!(rows(&session), ["1 10 closed 50"]);
        assert_eq!(file(&session, 0).path.as_ref(), "sockets/7.jsonl");
    }
}

mod refused {
    use super::*;

    fn is_refused(more: &str) -> bool {
        socket(
            &session(&[open("s", "feed", 10.0, more), close("s", "feed", 20.0, r#","code":1006"#)]).records
                [0],
        )
        .is_refused
    }

    #[test]
    fn a_failed_handshake_has_its_reason() {
        assert!(is_refused(r#","error":"Unexpected response code: 403""#));
        assert!(is_refused(r#","status":403"#));
        assert!(is_refused(r#","status":302"#));
        assert!(!is_refused(r#","status":101"#));
        assert!(!is_refused(""), "a code of 1006 alone does not say so");
        assert!(!is_refused(&format!(r#","openedTimeAbs":{},"error":"reset later""#, at(15.0))));
    }
}

mod orphans {
    use super::*;

    #[test]
    fn a_close_without_an_open_is_a_row_of_its_own() {
        let session = session(&[open("t", "chat", 1.0, ""), close("s", "feed", 50.0, r#","code":1001"#)]);
        assert_eq!(rows(&session), ["1 1 open -", "2 - orphan 50"]);
        assert_eq!(session.records[1].url.as_ref(), "wss://a.test/feed");
        assert_eq!(file(&session, 1).path.as_ref(), "sockets/s.jsonl");
    }

    #[test]
    fn messages_without_an_open_are_a_row_after_all_records() {
        let files = r#""a":{"path":"sockets/a.jsonl"},"b":{"path":"sockets/b.jsonl","sent":3,"received":4,"errors":1}"#;
        let session = read(files, &open("a", "feed", 1.0, ""));
        assert_eq!(rows(&session), ["1 1 open -", "2 - orphan -"]);
        let orphan = socket(&session.records[1]);
        assert_eq!((orphan.id.as_deref(), orphan.totals.messages), (Some("b"), Some(8)));
    }

    #[test]
    fn messages_among_the_resources_are_not_sockets() {
        let message = format!(
            r#"{{"initiatorType":"websocket","type":"sent","socketId":"s","timeStamp":{},"message":"x"}}"#,
            at(1.0)
        );
        let session = read("", &message);
        assert!(session.records.is_empty());
        assert_eq!(
            notes(&session),
            ["record 1: dropped: a message of a socket belongs in its messages file"]
        );
    }
}

mod files {
    use super::*;

    #[test]
    fn a_socket_without_a_messages_file_has_no_recorded_messages() {
        let session = session(&[open("t", "feed", 1.0, "")]);
        assert!(matches!(socket(&session.records[0]).messages, Messages::Missing(Missing::NotRecorded)));
    }

    #[test]
    fn a_file_that_leaves_the_folder_is_not_opened() {
        let session = read(r#""s":{"path":"../s.jsonl"}"#, &open("s", "feed", 1.0, ""));
        assert_eq!(numbers(&session), [1], "nor is it an orphan");
        assert!(matches!(socket(&session.records[0]).messages, Messages::Missing(Missing::NotRecorded)));
        assert!(notes(&session)[0].contains("is outside the session's folder"));
    }

    #[test]
    fn the_manifest_s_counts_are_used_if_it_has_both_directions() {
        let total = |counts: &str| {
            let session = read(&format!(r#""s":{{"path":"s.jsonl"{counts}}}"#), &open("s", "feed", 1.0, ""));
            socket(&session.records[0]).totals.messages
        };
        assert_eq!(total(r#","sent":2,"received":3"#), Some(5));
        assert_eq!(total(r#","sent":0,"received":0,"errors":1"#), Some(1));
        assert_eq!(total(r#","sent":2,"received":null"#), None);
    }

    #[test]
    fn sockets_that_share_an_id_partition_its_file_by_their_starts() {
        let session = session(&[
            open("s", "feed", 10.0, ""),
            close("s", "feed", 20.0, ""),
            open("s", "feed", 30.0, ""),
            close("s", "feed", 40.0, ""),
        ]);
        let (first, second) = (file(&session, 0), file(&session, 1));
        assert_eq!((offset(first.share.from), offset(first.share.until)), (None, Some(30.0)));
        assert_eq!((offset(second.share.from), offset(second.share.until)), (Some(30.0), None));
        assert_eq!((first.named.as_ref(), first.socket_id.as_deref()), (None, Some("s")));
    }

    #[test]
    fn an_orphan_begins_where_the_socket_before_it_closed() {
        let session = session(&[
            open("s", "feed", 10.0, ""),
            close("s", "feed", 20.0, ""),
            close("s", "feed", 40.0, ""),
        ]);
        assert_eq!(rows(&session), ["1 10 closed 20", "3 - orphan 40"]);
        assert_eq!(offset(file(&session, 0).share.until), Some(20.0));
        assert_eq!(offset(file(&session, 1).share.from), Some(20.0));
    }

    #[test]
    fn sockets_of_different_urls_that_share_an_id_are_distinguished_by_url() {
        let session = session(&[open("s", "feed", 10.0, ""), open("s", "chat", 30.0, "")]);
        let name = |row| file(&session, row).named.as_ref().map(|named| named.name.as_ref());
        assert_eq!((name(0), name(1)), (Some("wss://a.test/feed"), Some("wss://a.test/chat")));
    }
}
