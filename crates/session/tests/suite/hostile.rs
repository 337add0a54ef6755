//! Input is hostile: no bytes make a reader panic, pieces can have any size, and a truncated file
//! keeps its complete elements.

use crate::common;
use crate::edits as damage;
use common::description::{describe, describe_messages};
use damage::{edited, edits};
use proptest::prelude::*;
use session::formats::{LoadError, MessagesReader, catalog, compression};
use session::model::{MessagesFile, Session, Truncation};

const HAR: &str = include_str!("../fixtures/playwright/embed.har");
const ATTACHED: &str = include_str!("../fixtures/playwright/attach/attach.har");
const PROXIED: &str = include_str!("../fixtures/mitmproxy/reverse.har");

const MANIFEST: &str = r#"{"format":"replayscope/1","id":"x","startedAt":1795269720000,"pages":[{"id":"p1","url":"https://a.test/","timeOrigin":1795269720000}],
    "files":{"resources":{"path":"resources.jsonl"},"sockets":{"s":{"path":"sockets/s.jsonl"},"e":{"path":"sockets/e.jsonl"},"lone":{"path":"sockets/lone.jsonl"}}}}"#;

const RESOURCES: &str = r#"{"name":"https://a.test/","initiatorType":"navigation","startTimeAbs":1795269720000,"responseEndAbs":1795269720050.5,"responseStatus":200}
{"initiatorType":"websocket","type":"open","socketId":"s","name":"wss://a.test/feed","startTimeAbs":1795269720010,"openedTimeAbs":1795269720072}
{"initiatorType":"websocket","type":"close","socketId":"gone","name":"wss://a.test/gone","responseEndAbs":1795269720090,"code":1001}
{"initiatorType":"websocket","type":"close","socketId":"s","name":"wss://a.test/feed","responseEndAbs":1795269725000,"code":1006,"reason":"\u00e9","wasClean":false}
{"name":"https://a.test/events","initiatorType":"eventsource","socketId":"e","startTime":30,"endTime":90,"requestResponsePairs":{"request":{"verb":"get","headers":{"a":["b","c"]}}}}
{"initiatorType":"websocket","type":"open","socketId":"s","name":"wss://a.test/feed","startTimeAbs":1795269726000}
"#;

const MESSAGES: &str = r#"{"type":"sent","timeStamp":1795269720100,"size":5,"message":"hello"}
{"type":"received","timeStamp":1795269720101.25,"opcode":2,"encoding":"base64","message":"AAH/","socketId":"s"}
{"type":"receive","time":1795269720.5,"opcode":1,"data":"\ud83d\ude00\n"}
{"type":"error","timeStamp":1795269720103}
"#;

fn open_har(bytes: &[u8], piece: usize) -> Result<Session, LoadError> {
    common::open(("x.har", bytes), &[], piece)
}

fn open_folder(manifest: &[u8], resources: &[u8], piece: usize) -> Result<Session, LoadError> {
    common::open(("session.json", manifest), &[("resources.jsonl", resources)], piece)
}

fn read_messages(bytes: &[u8], piece: usize) -> Result<(MessagesReader, Option<Truncation>), LoadError> {
    let mut reader = MessagesReader::new(MessagesFile {
        path: "s.jsonl".into(),
        socket_id: Some("s".into()),
        ..MessagesFile::default()
    });
    for piece in bytes.chunks(piece.max(1)) {
        reader.feed(piece)?;
    }
    let cut = reader.finish(None)?;
    Ok((reader, cut))
}

/// JSON of the shape that readers expect, with any values.
fn odd_json() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "null",
        "true",
        "0",
        "-1",
        "1e308",
        "-1e308",
        "1e999",
        "1795269720000",
        "1693314240.79",
        "\"\"",
        "\"1795269720000\"",
        "\"open\"",
        "\"close\"",
        "\"websocket\"",
        "\"eventsource\"",
        "\"s\"",
        "\"wss://a.test/\"",
        "\"2026-11-21T14:02:00Z\"",
        "\"send\"",
        "\"AAH/\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"replayscope/1\"",
        "\"sockets/s.jsonl\"",
    ]);
    let key = prop::sample::select(vec![
        "log",
        "entries",
        "creator",
        "name",
        "version",
        "pages",
        "id",
        "title",
        "startedDateTime",
        "time",
        "request",
        "response",
        "url",
        "method",
        "headers",
        "value",
        "status",
        "content",
        "size",
        "_file",
        "timings",
        "connect",
        "ssl",
        "wait",
        "receive",
        "_resourceType",
        "_webSocketMessages",
        "_webSocketClose",
        "code",
        "reason",
        "timestamp",
        "type",
        "data",
        "opcode",
        "pageref",
        "format",
        "startedAt",
        "files",
        "resources",
        "path",
        "sockets",
        "initiatorType",
        "socketId",
        "startTimeAbs",
        "responseEndAbs",
        "startTime",
        "endTime",
        "requestResponsePairs",
        "message",
        "timeStamp",
        "encoding",
        "truncated",
    ]);
    damage::json_text(leaf, key)
}

proptest! {
    #[test]
    fn any_bytes_load_or_are_rejected(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1_usize..40) {
        describe(&open_har(&bytes, piece));
        describe(&open_folder(MANIFEST.as_bytes(), &bytes, piece));
        describe_messages(&read_messages(&bytes, piece));
        let _ = catalog("sessions.json", &bytes);
        compression(&bytes);
    }

    #[test]
    fn any_json_loads_or_is_rejected(json in odd_json()) {
        describe(&open_har(json.as_bytes(), 9));
        describe(&open_har(format!(r#"{{"log":{{"entries":[{json},{json}]}}}}"#).as_bytes(), 9));
        describe(&open_folder(json.as_bytes(), RESOURCES.as_bytes(), 9));
        describe(&open_folder(MANIFEST.as_bytes(), json.as_bytes(), 9));
        describe_messages(&read_messages(json.as_bytes(), 9));
        let _ = catalog("sessions.json", format!(r#"{{"sessions":[{json}]}}"#).as_bytes());
    }

    #[test]
    fn a_damaged_har_loads_the_same_in_pieces_of_any_size(
        edits in edits(1..6, &[]), har in prop::sample::select(vec![HAR, ATTACHED, PROXIED]), piece in 1_usize..3000,
    ) {
        let bytes = edited(har, &edits);
        prop_assert_eq!(describe(&open_har(&bytes, piece)), describe(&open_har(&bytes, usize::MAX)));
    }

    #[test]
    fn a_damaged_folder_loads_the_same_in_pieces_of_any_size(
        edits in edits(1..6, &[]), in_manifest in any::<bool>(), piece in 1_usize..400,
    ) {
        let (manifest, resources) = if in_manifest {
            (edited(MANIFEST, &edits), RESOURCES.as_bytes().to_vec())
        } else {
            (MANIFEST.as_bytes().to_vec(), edited(RESOURCES, &edits))
        };
        prop_assert_eq!(describe(&open_folder(&manifest, &resources, piece)), describe(&open_folder(&manifest, &resources, usize::MAX)));
    }

    #[test]
    fn a_damaged_messages_file_loads_the_same_in_pieces_of_any_size(edits in edits(1..6, &[]), piece in 1_usize..300) {
        let bytes = edited(MESSAGES, &edits);
        prop_assert_eq!(describe_messages(&read_messages(&bytes, piece)), describe_messages(&read_messages(&bytes, usize::MAX)));
    }

    #[test]
    fn a_har_truncated_anywhere_keeps_its_complete_entries_and_names_the_byte(at in 30_usize..PROXIED.len() - 3) {
        let untruncated = open_har(PROXIED.as_bytes(), usize::MAX).expect("a HAR");
        let ends: Vec<usize> = untruncated.records.iter().map(|record| record.source.end() as usize).collect();
        let starts: Vec<usize> = untruncated.records.iter().map(|record| record.source.start as usize).collect();
        let session = open_har(&PROXIED.as_bytes()[..at], 100).expect("what came is a HAR");
        let complete = ends.iter().filter(|end| **end <= at).count();
        prop_assert_eq!(session.records.len(), complete);
        let cut = session.truncation.expect("a cut");
        prop_assert_eq!(cut.byte, at as u64);
        let has_begun = starts.get(complete).is_some_and(|start| *start < at);
        prop_assert_eq!(cut.element, has_begun.then_some(complete as u64 + 1));
    }

    #[test]
    fn resources_and_messages_truncated_anywhere_keep_their_complete_lines(at in 0_usize..RESOURCES.len(), message_at in 0_usize..MESSAGES.len()) {
        // The last line needs no line end.
        let complete = |text: &str| text.lines().filter(|line| line.ends_with('}') && serde_json::from_str::<serde_json::Value>(line).is_ok()).count();
        let text = &RESOURCES[..at];
        let session = open_folder(MANIFEST.as_bytes(), text.as_bytes(), 50).expect("a folder");
        let is_truncated = complete(text) < text.lines().count();
        let expected = is_truncated.then_some((complete(text) as u64 + 1, at as u64));
        prop_assert_eq!(session.truncation.map(|cut| (cut.element.expect("a record"), cut.byte)), expected);

        let text = &MESSAGES[..message_at];
        let (reader, cut) = read_messages(text.as_bytes(), 50).expect("messages");
        prop_assert_eq!(reader.log().len(), complete(text));
        prop_assert_eq!(cut.is_some(), complete(text) < text.lines().count());
    }
}

mod sizes {
    use super::*;

    #[test]
    fn nesting_of_any_depth_is_bounded() {
        let deep = "[".repeat(300_000);
        describe(&open_har(format!(r#"{{"log":{{"entries":[{{"a":{deep}"#).as_bytes(), 70_000));
        describe(&open_har(format!(r#"{{"log":{deep}"#).as_bytes(), 70_000));
        describe(&open_har(deep.as_bytes(), 70_000));
        describe(&open_folder(MANIFEST.as_bytes(), deep.as_bytes(), 70_000));
        describe_messages(&read_messages(deep.as_bytes(), 70_000));
        let nested = format!("{}{}", r#"{"request":"#.repeat(5000), "}".repeat(5000));
        describe(&open_har(format!(r#"{{"log":{{"entries":[{nested}]}}}}"#).as_bytes(), 70_000));
        describe(&open_folder(MANIFEST.as_bytes(), format!("{nested}\n").as_bytes(), 70_000));
    }

    #[test]
    fn many_blank_lines_errors_and_repeated_ids_take_linear_time() {
        let lines = "\n".repeat(500_000);
        describe(&open_folder(MANIFEST.as_bytes(), format!("{lines}{RESOURCES}").as_bytes(), 70_000));
        let faults = open_har(
            format!(r#"{{"log":{{"creator":{{"name":"a"}},"entries":[{}1]}}}}"#, "1,".repeat(100_000))
                .as_bytes(),
            70_000,
        )
        .expect("a HAR");
        assert_eq!(
            (faults.notes.total(), faults.notes.listed().len()),
            (100_001, 1000),
            "notes are counted, and some are kept"
        );
        let events: Vec<String> = (0..20_000)
            .map(|at| {
                let kind = if at % 2 == 0 { "open" } else { "close" };
                format!(r#"{{"initiatorType":"websocket","type":"{kind}","socketId":"s","name":"u","startTimeAbs":{0},"responseEndAbs":{0}}}"#, 1_795_269_720_000_u64 + at)
            })
            .collect();
        let session =
            open_folder(MANIFEST.as_bytes(), events.join("\n").as_bytes(), 70_000).expect("a folder");
        assert_eq!(session.records.len(), 10_002, "each open, and the messages of two ids that have none");
    }
}
