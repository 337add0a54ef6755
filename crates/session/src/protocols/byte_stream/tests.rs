use proptest::prelude::*;
use proptest::sample::Index;

use super::super::PROTOCOLS;
use super::super::test_support::{
    Conversation, DecodedText, TestMessage, hex, received, received_binary, sent, sent_binary,
};
use super::*;

const URL: &str = "wss://x.test/";

/// A stream of units of each protocol, as the server sends it.
fn streams() -> Vec<(&'static str, Vec<u8>)> {
    let stomp = b"\nMESSAGE\r\nsubscription:0\nfoo:a\\cb\ncontent-length:3\n\na\0b\0\n\nRECEIPT\nreceipt-id:r-1\n\n\0\
        MESSAGE\ndestination:/t\n\nhello\0\r\nERROR\nmessage:no\n\n\0";
    let nats = b"INFO {\"a\":1}\r\nPONG\r\nMSG a.b 1 _INBOX.1 5\r\nhello\r\nHMSG a.b 1 12 14\r\nNATS/1.0\r\n\r\nhi\r\n\
        -ERR 'Unknown'\r\nMSG x 1 0\r\n\r\n+OK\r\n";
    let mut mqtt = hex("20 02 00 00 33 09 00 03 61 2f 62 00 0b 68 69 d0 00 90 03 00 0a 01 30 83 01 00 01 61");
    mqtt.extend([b'x'; 128]);
    mqtt.extend(hex("40 02 00 0b d0 00"));
    vec![("stomp", stomp.to_vec()), ("nats", nats.to_vec()), ("mqtt", mqtt)]
}

/// The units of a stream that is received in pieces, which end at `cuts`.
fn units_in_pieces(key: &str, stream: &[u8], cuts: &[usize]) -> Vec<DecodedText> {
    let mut messages = Vec::new();
    let mut start = 0;
    for end in cuts.iter().copied().chain([stream.len()]) {
        messages.push(received_binary(&stream[start..end]));
        // A message of the other direction does not interrupt the stream.
        messages.push(sent_binary(b""));
        start = end;
    }
    Conversation::decoded_as(key, URL, &messages).units()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_split_of_a_stream_gives_the_same_units(indexes in prop::collection::vec(any::<Index>(), 0..12)) {
        for (key, stream) in streams() {
            let mut cuts: Vec<_> = indexes.iter().map(|index| index.index(stream.len() + 1)).collect();
            cuts.sort_unstable();
            let complete = units_in_pieces(key, &stream, &[]);
            prop_assert!(complete.len() >= 6 && complete.iter().all(|unit| unit.problem.is_none()));
            prop_assert_eq!(units_in_pieces(key, &stream, &cuts), complete);
        }
    }

    #[test]
    fn any_bytes_are_decoded_and_their_units_are_ascending(
        messages in prop::collection::vec(any_message(), 1..8),
    ) {
        for protocol in PROTOCOLS {
            Conversation::decoded_as(protocol.key(), URL, &messages).check_ranges();
        }
    }
}

/// Beginnings of messages, which chance would not find.
static STARTS: &[&[u8]] = &[
    b"",
    b"a[\"",
    b"c[1,",
    b"[48,1,{},\"a\"",
    b"{\"type\":1,",
    b"SEND\na:b\n\n",
    b"MSG a 1 2\r\n",
    b"HPUB a 9 9\r\n",
    b"42[\"a\"",
    b"\x10\x0e\x00\x04MQTT\x05",
    b"\x30\x08\x00\x01",
    b"\x01\x02",
    b"\x00\x00\x01\x00",
];

/// Bytes that begin like a message of some protocol.
fn any_message() -> impl Strategy<Value = TestMessage> {
    let bytes = (prop::sample::select(STARTS), prop::collection::vec(any::<u8>(), 0..24))
        .prop_map(|(start, rest)| [start, &rest].concat());
    (bytes, any::<[bool; 2]>()).prop_map(|(bytes, [is_text, is_sent])| match (is_text, is_sent) {
        (true, false) => received(&String::from_utf8_lossy(&bytes)),
        (true, true) => sent(&String::from_utf8_lossy(&bytes)),
        (false, true) => sent_binary(&bytes),
        (false, false) => received_binary(&bytes),
    })
}

/// Units of a length byte and as many bytes; 255 means more than is put together.
fn measure(bytes: &[u8], _: usize) -> Measure {
    match bytes {
        [255, ..] => Measure::Incomplete(MAX_UNIT_BYTES + 1),
        [0, ..] => Measure::Invalid(1, "Zero"),
        [len, rest @ ..] if rest.len() >= usize::from(*len) => Measure::Unit(usize::from(*len) + 1),
        [len, ..] => Measure::Incomplete(usize::from(*len) + 1),
        [] => Measure::Incomplete(1),
    }
}

/// What a received message brings.
fn feed(stream: &mut ByteStream, index: u32, data: &[u8], is_truncated: bool) -> Vec<String> {
    let frame = Frame {
        index,
        direction: Direction::Received,
        opcode: super::super::Opcode::Binary,
        data,
        is_truncated,
        time: None,
    };
    let mut found = Vec::new();
    stream.feed(&frame, measure, |event| {
        found.push(match event {
            Found::Unit(unit) => format!("unit {:?} at {:?} since {:?}", unit.bytes, unit.range, unit.first),
            Found::Invalid { range, reason, is_first } => format!("{range:?} {reason} {is_first}"),
            Found::Part(part) => part.label(),
        });
    });
    found
}

#[test]
fn a_unit_that_is_too_large_is_skipped_to_its_end() {
    let mut stream = ByteStream::default();
    assert_eq!(feed(&mut stream, 0, &[255, 1], false), [format!("0..2 {TOO_LARGE} true")]);
    let rest = vec![1; MAX_UNIT_BYTES - 1];
    assert_eq!(feed(&mut stream, 1, &rest, false), [format!("0..{} {TOO_LARGE} true", rest.len())]);
    assert_eq!(feed(&mut stream, 2, &[1, 7], false), ["unit [1, 7] at 0..2 since None"]);
    assert!(stream.pending.is_empty());
}

#[test]
fn a_unit_is_put_together_from_its_parts() {
    let mut stream = ByteStream::default();
    assert_eq!(feed(&mut stream, 4, &[0, 1, 9, 3, 1], false)[2], "part 1 of #5");
    assert_eq!(feed(&mut stream, 5, &[2], false), ["part 2 of #5"]);
    let last = ["unit [3, 1, 2, 3] at 0..1 since Some(4)", "part 3 of 3 of #5", "part 1 of #7"];
    assert_eq!(feed(&mut stream, 6, &[3, 2], false), last);
}

#[test]
fn the_beginning_of_a_truncated_message_is_not_continued() {
    let mut stream = ByteStream::default();
    let reason = "0..2 Only the beginning of the message was recorded true";
    assert_eq!(feed(&mut stream, 0, &[3, 1], true), [reason]);
    assert_eq!(feed(&mut stream, 1, &[1, 7], false), ["unit [1, 7] at 0..2 since None"]);
}
