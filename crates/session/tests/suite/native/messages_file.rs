//! A messages file, rule by rule.

use session::encodings::Payload;
use session::formats::{LoadError, MessagesReader};
use session::model::{EpochMs, Message, MessageKind, MessagesFile, NamedShare, TimeRange, Truncation};

/// 2026-11-21 14:02:00 UTC.
const START: f64 = 1_795_269_720_000.0;

fn at(ms: f64) -> Option<EpochMs> {
    EpochMs::new(START + ms)
}

/// A received message at that many ms.
fn message(ms: f64, more: &str) -> String {
    format!(r#"{{"type":"received","timeStamp":{},"message":"m{ms}"{more}}}"#, START + ms)
}

fn unshared_file() -> MessagesFile {
    MessagesFile { path: "sockets/s.jsonl".into(), ..MessagesFile::default() }
}

fn try_read(file: MessagesFile, text: &[u8]) -> Result<(MessagesReader, Option<Truncation>), LoadError> {
    let mut reader = MessagesReader::new(file);
    for piece in text.chunks(50) {
        reader.feed(piece)?;
    }
    let cut = reader.finish(None)?;
    Ok((reader, cut))
}

fn read(file: MessagesFile, text: &str) -> (MessagesReader, Option<Truncation>) {
    try_read(file, text.as_bytes()).expect("a file of messages")
}

fn list(reader: &MessagesReader) -> Vec<Message> {
    reader.log().columns.iter().collect()
}

fn payloads(reader: &MessagesReader) -> Vec<String> {
    let log = reader.log();
    let payload = |message: &Message| Payload::from_message(message.encoding, &log.raw(message));
    let text = |message: &Message| {
        payload(message).map(|payload| String::from_utf8_lossy(payload.bytes()).into_owned())
    };
    list(reader).iter().map(|message| text(message).unwrap_or("not recorded".to_owned())).collect()
}

fn notes(reader: &MessagesReader) -> Vec<String> {
    reader.notes().listed().iter().map(|note| format!("{}: {}", note.place, note.text)).collect()
}

#[test]
fn json_lines_arrays_and_wrappers_load_the_same() {
    let (one, two) = (message(1.0, ""), message(2.0, ""));
    for text in [
        format!("{one}\n{two}\n"),
        format!("{one}\r\n{two}"),
        format!("\u{feff}{one}\n{two}"),
        format!("[{one},{two}]"),
        format!("{{\"webSocketEvents\":[{one},{two}]}}"),
    ] {
        let (reader, cut) = read(unshared_file(), &text);
        assert_eq!((payloads(&reader), cut), (vec!["m1".to_owned(), "m2".to_owned()], None), "{text}");
    }
}

#[test]
fn an_empty_file_is_a_socket_without_messages() {
    for text in ["", "\n", "\u{feff}", "[]", "{\"webSocketEvents\":[]}"] {
        let (reader, cut) = read(unshared_file(), text);
        assert!(reader.log().is_empty() && cut.is_none() && reader.notes().total() == 0, "{text:?}");
    }
}

#[test]
fn messages_keep_their_order_and_duplicates() {
    let text = [message(5.0, ""), message(3.0, ""), message(5.0, "")].join("\n");
    assert_eq!(payloads(&read(unshared_file(), &text).0), ["m5", "m3", "m5"]);
}

#[test]
fn every_field_of_the_native_format_is_parsed() {
    let text = r#"{"type":"sent","timeStamp":1795269720000.25,"size":99,"opcode":1,"message":"h\u00e9"}
{"type":"received","timeStamp":1795269720001,"size":3,"opcode":2,"encoding":"base64","message":"AAH/"}
{"type":"received","timeStamp":1795269720002,"size":70000,"truncated":true,"message":"begin"}
{"type":"received","timeStamp":1795269720003,"size":12}
{"type":"error","timeStamp":1795269720004,"message":null}
{"type":"sent","timeStamp":null,"opcode":9,"message":""}"#;
    let (reader, _) = read(unshared_file(), text);
    let found = list(&reader);
    let kinds: Vec<MessageKind> = found.iter().map(|message| message.kind).collect();
    let expected = [
        MessageKind::Sent,
        MessageKind::Received,
        MessageKind::Received,
        MessageKind::Received,
        MessageKind::Error,
        MessageKind::Ping,
    ];
    assert_eq!(kinds, expected);
    let sizes: Vec<Option<u64>> = found.iter().map(|message| message.size).collect();
    assert_eq!(
        sizes,
        [Some(3), Some(3), Some(70_000), Some(12), None, Some(0)],
        "the length of the payload, unless it was truncated"
    );
    assert_eq!((found[0].time, found[5].time), (at(0.25), None));
    assert_eq!(payloads(&reader), ["hé", "\u{0}\u{1}\u{fffd}", "begin", "not recorded", "not recorded", ""]);
    assert_eq!((found[2].is_truncated, notes(&reader)), (true, Vec::new()));
}

#[test]
fn the_messages_files_of_playwright_are_parsed() {
    let text = r#"{"type":"send","time":1795269720001.5,"opcode":1,"data":"hello"}
{"type":"receive","time":1795269720002.5,"opcode":2,"data":"AAEC"}"#;
    let (reader, _) = read(unshared_file(), text);
    assert_eq!(payloads(&reader), ["hello", "\u{0}\u{1}\u{2}"]);
    assert_eq!(list(&reader)[1].time, at(2.5));
}

#[test]
fn the_size_of_a_binary_message_is_that_of_its_decoded_base64() {
    let text = r#"{"type":"send","opcode":2,"data":"AAH\/"}
{"type":"send","opcode":2,"data":"AAH\u002b"}
{"type":"send","opcode":2,"data":"no base64!"}"#;
    let (reader, _) = read(unshared_file(), text);
    let sizes: Vec<Option<u64>> = list(&reader).iter().map(|message| message.size).collect();
    assert_eq!(sizes, [Some(3), Some(3), Some(10)], "a payload that is not base64 is text");
}

#[test]
fn a_truncated_file_keeps_its_complete_lines_and_names_the_byte() {
    let text = format!("{}\n{}\n{}", message(1.0, ""), message(2.0, ""), &message(3.0, "")[..30]);
    let (reader, cut) = read(unshared_file(), &text);
    let cut = cut.expect("a cut");
    assert_eq!((reader.log().len(), cut.element, cut.element_name), (2, Some(3), "message"));
    assert_eq!((cut.byte, cut.file.as_str()), (text.len() as u64, "sockets/s.jsonl"));
}

#[test]
fn an_interrupted_transfer_is_named_even_between_two_lines() {
    let mut reader = MessagesReader::new(unshared_file());
    reader.feed(format!("{}\n", message(1.0, "")).as_bytes()).expect("a message");
    let cut = reader.finish(Some("the connection was lost")).expect("what came is kept").expect("a cut");
    assert_eq!((cut.reason.as_str(), cut.element), ("the connection was lost", None));
}

#[test]
fn a_damaged_line_is_dropped_and_noted() {
    let text = [
        &message(1.0, ""),
        "{\"type\":\"sent\",\"mess",
        "[1]",
        "{}",
        &message(2.0, ""),
        r#"{"type":"odd","message":"x"}"#,
    ]
    .join("\n");
    let (reader, cut) = read(unshared_file(), &text);
    assert_eq!((payloads(&reader).len(), cut), (3, None));
    let places: Vec<String> =
        notes(&reader).iter().filter_map(|note| note.split(": ").next().map(str::to_owned)).collect();
    assert_eq!(places, ["message 2", "message 3", "message 4", "message 6"]);
}

#[test]
fn invalid_text_within_a_message_does_not_hide_it() {
    let text =
        b"{\"type\":\"sent\",\"message\":\"a\xffb\"}\n{\"type\":\"sent\",\"message\":\"line\tbreak\"}\n\
        {\"type\":\"sent\",\"message\":\"first\",\"message\":\"last\"}\n";
    let (reader, _) = try_read(unshared_file(), text).expect("messages");
    assert_eq!(payloads(&reader), ["a\u{fffd}b", "line\tbreak", "last"]);
}

#[test]
fn a_file_that_is_not_a_messages_file_is_an_error() {
    let says = |text: &[u8], expected: &str| {
        let error = try_read(unshared_file(), text).expect_err("no messages").to_string();
        assert!(error.contains(expected) && error.contains("sockets/s.jsonl"), "{error}");
    };
    says(b"<!doctype html>", "web page");
    says(b"\xEF\xBB\xBF \n<html>", "web page");
    says(b"not found", "Not a messages file");
    says(br#"{"error":"not found"}"#, "Not a messages file");
    says(&[0x1f, 0x8b, 8, 0], "gzip");
    says(format!("{}<html>", " ".repeat(200)).as_bytes(), "web page");
}

mod shared {
    use super::*;

    fn range(from: Option<f64>, until: Option<f64>) -> TimeRange {
        TimeRange { from: from.and_then(at), until: until.and_then(at) }
    }

    fn named(id: &str, name: &str, ms: f64) -> String {
        message(ms, &format!(r#","socketId":"{id}","name":"{name}""#))
    }

    #[test]
    fn messages_of_other_sockets_are_excluded() {
        let text = [named("s", "u", 1.0), named("t", "u", 2.0), message(3.0, "")].join("\n");
        let (reader, _) = read(MessagesFile { socket_id: Some("s".into()), ..unshared_file() }, &text);
        assert_eq!(payloads(&reader), ["m1", "m3"], "one that names no socket is ours");
    }

    #[test]
    fn messages_of_a_repeated_id_are_partitioned_by_time_and_untimed_ones_go_to_the_first() {
        let text = [
            message(5.0, ""),
            message(30.0, ""),
            r#"{"type":"sent","message":"when?"}"#.to_owned(),
            message(40.0, ""),
        ]
        .join("\n");
        let part = |from: Option<f64>, until: Option<f64>| {
            let file = MessagesFile { share: range(from, until), ..unshared_file() };
            payloads(&read(file, &text).0)
        };
        assert_eq!(part(None, Some(30.0)), ["m5", "when?"]);
        assert_eq!(part(Some(30.0), None), ["m30", "m40"], "from its start, that included");
    }

    #[test]
    fn an_implausible_time_in_a_shared_file_is_unknown_and_noted() {
        const YEAR_MS: f64 = 365.25 * 86_400_000.0;
        let text = [message(-17.0 * YEAR_MS, ""), message(5.0, ""), message(-60_000.0, "")].join("\n");
        let share = range(None, Some(30.0));
        let (reader, _) = read(MessagesFile { share, start: at(0.0), ..unshared_file() }, &text);
        let times: Vec<_> = list(&reader).iter().map(|message| message.time).collect();
        assert_eq!(times, [None, at(5.0), at(-60_000.0)]);
        let noted = notes(&reader);
        assert!(
            noted.len() == 1 && noted[0].contains("1 message: the recorded time is not within"),
            "{noted:?}"
        );
        let (reader, _) = read(MessagesFile { share, ..unshared_file() }, &text);
        assert_eq!(list(&reader)[0].time, at(-17.0 * YEAR_MS), "the socket's start is not known");
    }

    #[test]
    fn a_message_s_url_takes_precedence_over_its_time() {
        let text = [
            named("s", "feed", 5.0),
            named("s", "chat", 35.0),
            named("s", "feed", 40.0),
            message(31.0, ""),
            named("s", "elsewhere", 6.0),
        ]
        .join("\n");
        let part = |name: &str, from: Option<f64>, until: Option<f64>| {
            let urls = ["chat", "feed"].map(Box::from);
            let named = NamedShare { name: name.into(), names: urls.into(), share: TimeRange::default() };
            let file = MessagesFile {
                socket_id: Some("s".into()),
                named: Some(named),
                share: range(from, until),
                ..unshared_file()
            };
            payloads(&read(file, &text).0)
        };
        assert_eq!(part("feed", None, Some(30.0)), ["m5", "m40", "m6"]);
        assert_eq!(part("chat", Some(30.0), None), ["m35", "m31"]);
    }
}
