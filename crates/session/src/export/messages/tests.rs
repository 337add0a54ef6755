//! Tests of exported messages.

use super::*;
use crate::encodings::{Payload, Syntax};
use crate::model::{
    Direction, Encoding, EpochMs, Message, MessageColumns, MessageKind, SegmentedBuffer, Span,
};
use crate::protocols::{DecodedBody, DecodedField, DecodedUnit};

/// 2026-11-21 14:02:00 UTC.
const START: f64 = 1_795_269_720_000.0;

fn log_of(messages: &[(Encoding, &str)]) -> (SegmentedBuffer, MessageColumns) {
    let (mut bytes, mut columns) = (SegmentedBuffer::default(), MessageColumns::default());
    for (nth, (encoding, raw)) in messages.iter().enumerate() {
        let body = Span { start: bytes.len() as u32, len: raw.len() as u32 };
        bytes.append(raw.as_bytes()).expect("room");
        columns.push(Message {
            kind: if nth % 2 == 0 { MessageKind::Sent } else { MessageKind::Received },
            direction: Some(if nth % 2 == 0 { Direction::Sent } else { Direction::Received }),
            time: EpochMs::new(START + 100.0 * nth as f64),
            size: Some(raw.len() as u64),
            encoding: *encoding,
            is_truncated: false,
            has_unicode_escapes: true,
            body,
        });
    }
    (bytes, columns)
}

fn exported(
    format: MessagesFormat,
    is_decoded: bool,
    messages: &[(Encoding, &str)],
    indexes: &[u32],
) -> String {
    let (bytes, columns) = log_of(messages);
    let session = Session { started_at: EpochMs::new(START), ..Session::default() };
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let source = MessageSource { session: &session, record: 0, log, analysis: None };
    let mut writer = MessagesWriter::new(format, is_decoded, 0, indexes.to_vec(), ExportOptions::default());
    let mut file = Vec::new();
    while let Some(piece) = writer.next_piece(&source, &mut |_| None) {
        file.extend(piece);
    }
    String::from_utf8(file).expect("UTF-8")
}

const MESSAGES: [(Encoding, &str); 4] = [
    (Encoding::JsonString, r#"{\"op\":\"a\",\n\"n\":1.50}"#),
    (Encoding::Base64, "gaFhAQ=="),
    (Encoding::JsonString, "=cmd|' /C calc'!A0"),
    (Encoding::Absent, ""),
];

#[test]
fn lines_have_the_payload_as_recorded() {
    let lines = exported(MessagesFormat::JsonLines, false, &MESSAGES, &[0, 1, 3]);
    assert_eq!(
        lines,
        concat!(
            r#"{"number":1,"time":"2026-11-21T14:02:00.000Z","offset":0,"direction":"sent","opcode":"text","length":27,"data":"{\"op\":\"a\",\n\"n\":1.50}"}"#,
            "\n",
            r#"{"number":2,"time":"2026-11-21T14:02:00.100Z","offset":100,"direction":"received","opcode":"binary","length":8,"encoding":"base64","data":"gaFhAQ=="}"#,
            "\n",
            r#"{"number":4,"time":"2026-11-21T14:02:00.300Z","offset":300,"direction":"received","length":0}"#,
            "\n",
        )
    );
}

#[test]
fn decoded_lines_have_the_value_that_the_payload_encodes() {
    let lines = exported(MessagesFormat::JsonLines, true, &MESSAGES, &[0, 1, 2]);
    let ends: Vec<&str> =
        lines.lines().filter_map(|line| line.split_once("\"length\":")).map(|(_, end)| end).collect();
    assert_eq!(
        ends,
        [r#"27,"value":{"op":"a","n":1.50}}"#, r#"8,"value":{"a":1}}"#, r#"18,"data":"=cmd|' /C calc'!A0"}"#]
    );
}

#[test]
fn credentials_are_redacted_in_recorded_and_in_decoded_payloads() {
    let messages = [(Encoding::JsonString, r#"40{\"token\":\"hush-hush\"}"#)];
    let (bytes, columns) = log_of(&messages);
    let session = Session::default();
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let source = MessageSource { session: &session, record: 0, log, analysis: None };
    let body = |name: &'static str, payload| DecodedBody { name: name.into(), payload, is_credential: false };
    let packed = Payload::of_syntax(Some(Syntax::MessagePack), b"\x81\xa5token\xa4hush".to_vec());
    let unit = DecodedUnit {
        bytes: 0..1,
        event: "connect".to_owned(),
        is_heartbeat: false,
        problem: None,
        messages: (0, 0),
        fields: vec![DecodedField { name: "Pass".into(), value: "hush".to_owned(), is_credential: true }],
        bodies: vec![
            body("Auth", Payload::from_text(r#"{"token":"hush-hush"}"#.to_owned())),
            body("Packed", packed),
        ],
    };
    let decoded = DecodedMessage { units: vec![unit] };
    for (format, is_decoded, redacted) in [
        (MessagesFormat::JsonLines, false, 1),
        (MessagesFormat::JsonLines, true, 2),
        (MessagesFormat::Csv, false, 1),
        (MessagesFormat::Csv, true, 2),
    ] {
        for sanitize in [true, false] {
            let options = ExportOptions { sanitize, ..ExportOptions::default() };
            let mut writer = MessagesWriter::new(format, is_decoded, 0, vec![0], options);
            let mut file = Vec::new();
            while let Some(piece) = writer.next_piece(&source, &mut |_| Some(decoded.clone())) {
                file.extend(piece);
            }
            let text = String::from_utf8(file).expect("UTF-8");
            assert_eq!(text.contains("hush"), !sanitize, "{text}");
            assert_eq!(writer.redacted(), if sanitize { redacted } else { 0 }, "{text}");
        }
    }
}

#[test]
fn a_table_has_a_line_for_each_message_and_no_formulas() {
    let table = exported(MessagesFormat::Csv, false, &MESSAGES, &[1, 2, 3]);
    let mut lines = table.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("number,time,offset_ms,direction,kind,opcode,event,round_trip_ms,length,encoding,data")
    );
    assert_eq!(
        lines.next(),
        Some(r#"2,2026-11-21T14:02:00.100Z,100,received,data,binary,"",,8,base64,"gaFhAQ==""#)
    );
    assert_eq!(
        lines.next(),
        Some(r#"3,2026-11-21T14:02:00.200Z,200,sent,data,text,"",,18,text,"'=cmd|' /C calc'!A0""#)
    );
    assert_eq!(lines.next(), Some(r#"4,2026-11-21T14:02:00.300Z,300,received,data,,"",,0,,"#));
    assert_eq!((lines.next(), lines.next()), (Some(""), None));
    let decoded = exported(MessagesFormat::Csv, true, &MESSAGES, &[0]);
    assert!(decoded.ends_with("json,\"{\"\"op\"\":\"\"a\"\",\"\"n\"\":1.50}\"\r\n"), "{decoded}");
}

#[test]
fn long_exports_come_in_pieces() {
    let messages = vec![(Encoding::JsonString, "tick"); 3 * MAX_PIECE_MESSAGES];
    let (bytes, columns) = log_of(&messages);
    let session = Session::default();
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let source = MessageSource { session: &session, record: 0, log, analysis: None };
    let indexes = (0..messages.len() as u32).collect();
    let mut writer =
        MessagesWriter::new(MessagesFormat::JsonLines, false, 0, indexes, ExportOptions::default());
    let mut written = Vec::new();
    while writer.next_piece(&source, &mut |_| None).is_some() {
        written.push(writer.written());
    }
    assert_eq!(written, [256, 512, 768]);
}

#[test]
fn copied_payloads_are_one_a_line() {
    let (bytes, columns) = log_of(&[
        (Encoding::JsonString, "SEND\\n\\nhi"),
        (Encoding::JsonString, r"{\n\u0022a\u0022:1}"),
        (Encoding::Absent, ""),
        (Encoding::Base64, "AAE="),
    ]);
    let log = MessageLog { bytes: &bytes, columns: &columns };
    let copied = |indexes: &[u32]| {
        let mut copied = CopiedPayloads::default();
        for index in indexes {
            copied.push(log, *index).expect("short");
        }
        (copied.count(), copied.text().to_owned())
    };
    assert_eq!(copied(&[0, 2]), (1, "SEND\n\nhi".to_owned()), "a single payload is as recorded");
    assert_eq!(copied(&[0, 1, 3]), (3, "SEND\\n\\nhi\n{ \"a\":1}\nAAE=".to_owned()));
    assert_eq!(copied(&[2, 9]), (0, String::new()));
}
