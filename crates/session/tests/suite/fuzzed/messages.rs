//! Messages files, in the spelling of every producer.

use session::encodings::{Payload, Shape};
use session::filter::{Query, message_matches};
use session::formats::{LoadError, MessagesReader};
use session::model::{ClockRate, EpochMs, MessagesFile, NamedShare, TimeRange, Truncation};

use super::parts::pieces;
use super::payload::check_payload;
use super::views::Views;
use crate::common::description::describe_messages;

/// 2026-11-21 14:02:00 UTC.
const START: f64 = 1_795_269_720_000.0;

pub(crate) fn messages<V: Views>(input: &[u8]) {
    let at = |ms: f64| EpochMs::new(START + ms).expect("a time");
    let plain = MessagesFile { path: "s.jsonl".into(), ..MessagesFile::default() };
    let named = MessagesFile { socket_id: Some("s".into()), ..plain.clone() };
    let shared = MessagesFile {
        named: Some(NamedShare {
            name: "wss://a.test/feed".into(),
            names: ["wss://a.test/chat".into(), "wss://a.test/feed".into()].into(),
            share: TimeRange { from: None, until: Some(at(900.0)) },
        }),
        share: TimeRange { from: Some(at(100.0)), until: Some(at(5000.0)) },
        clock: Some(ClockRate { origin: at(0.0), rate: 1000.0 }),
        ..named.clone()
    };
    for file in [plain, named, shared] {
        let expected = describe_messages(&read(&file, input, usize::MAX));
        for piece in pieces(input) {
            assert_eq!(describe_messages(&read(&file, input, piece)), expected, "in pieces of {piece}");
        }
        if let Ok((reader, cut)) = read(&file, input, usize::MAX) {
            check_messages::<V>(&reader, cut.as_ref(), max_text_len(input));
        }
    }
}

pub(crate) fn read(
    file: &MessagesFile,
    bytes: &[u8],
    piece: usize,
) -> Result<(MessagesReader, Option<Truncation>), LoadError> {
    let mut reader = MessagesReader::new(file.clone());
    for piece in bytes.chunks(piece) {
        reader.feed(piece)?;
    }
    let cut = reader.finish(None)?;
    Ok((reader, cut))
}

/// The maximum length of a file's text in bytes: two bytes of UTF-16 may become three of UTF-8, as
/// may an odd one at the end.
pub(crate) fn max_text_len(file: &[u8]) -> usize {
    let is_utf16 = matches!(file, [0xfe, 0xff, ..] | [0xff, 0xfe, ..] | [0, _, ..] | [_, 0, ..]);
    if is_utf16 { file.len() * 3 / 2 + 3 } else { file.len() }
}

/// Checks the rules for messages of any file with `len` bytes of text.
pub(crate) fn check_messages<V: Views>(reader: &MessagesReader, cut: Option<&Truncation>, len: usize) {
    let log = reader.log();
    assert!(log.len() <= len, "every message takes at least a byte");
    assert!(cut.is_none_or(|cut| cut.byte <= len as u64), "{cut:?}");
    let counts = log.columns.counts();
    assert!(counts.sent + counts.received + counts.errors <= log.len() as u64, "no message is counted twice");
    for message in log.columns.iter() {
        assert!(message.body.end() as usize <= len, "a payload is within the file");
        let raw = log.raw(&message);
        let payload = Payload::from_message(message.encoding, &raw);
        if let Some(payload) = &payload {
            check_payload(payload);
            assert!(payload.bytes().len() <= 3 * raw.len(), "a payload is not longer than its text");
            assert_eq!(payload.shape() == Shape::Empty, payload.bytes().is_empty());
            let size = message.size.filter(|_| !message.is_truncated);
            assert!(size.is_none_or(|size| size == payload.bytes().len() as u64), "{message:?}");
        }
        let _ = session::encodings::preview(message.encoding, &raw, message.size, 80);
        if let Some(word) = payload.as_ref().and_then(Payload::text).and_then(word_of) {
            let found = message_matches(&Query::parse(word), message.body(), &raw);
            assert!(found, "a message is found by {word:?}, which it contains");
        }
    }
    V::check_messages(log.columns);
}

/// The first run of letters and digits in the text, which a filter takes literally.
fn word_of(text: &str) -> Option<&str> {
    text.split(|char: char| !char.is_ascii_alphanumeric()).find(|word| !word.is_empty())
}
