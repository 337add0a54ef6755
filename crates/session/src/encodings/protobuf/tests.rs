use super::super::{SpanTree, Syntax};
use super::*;
use proptest::prelude::*;

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.chars().filter_map(|char| char.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn shown(digits: &str) -> Option<String> {
    let source = bytes(digits);
    Some(SpanTree::parse(Syntax::Protobuf, &source)?.preview(&source, 0, 200))
}

fn voted(votes: &FieldVotes, source: &[u8]) -> String {
    SpanTree::protobuf(source, votes).expect("a message").preview(source, 0, 200)
}

const SAMPLE: &str = "0a 03 68 c3 a9 12 04 01 96 01 03 1a 02 ff 00 21 00 00 00 00 00 00 f8 3f 2d 07 00 00 00 30 03 \
     3a 03 0a 01 78";

#[test]
fn every_wire_type_is_decoded_by_its_most_likely_reading() {
    let source = bytes(SAMPLE);
    let tree = SpanTree::parse(Syntax::Protobuf, &source).expect("a message");
    assert_eq!(
        tree.preview(&source, 0, 200),
        r#"{1: "hé", 2: 01 96 01 03, 3: ff 00, 4: 1.5, 5: 7, 6: 3, 7: {…}}"#
    );
    assert_eq!((tree.path(&source, 7), tree.preview(&source, 7, 99)), ("$[7]".into(), r#"{1: "x"}"#.into()));
    assert_eq!(tree.path(&source, 8), "$[7][1]");
    let root = tree.root(&source).expect("a root");
    assert_eq!(root.get("7").map(|message| message.raw().to_vec()), Some(bytes("0a 01 78")));
}

#[test]
fn a_short_text_that_is_also_a_message_is_a_message() {
    assert_eq!(shown("0a 02 68 69").as_deref(), Some("{1: {…}}"), "`hi` is field 13 with 105");
    assert_eq!(shown("0a 04 68 69 68 69").as_deref(), Some(r#"{1: "hihi"}"#));
    assert_eq!(shown("0a 00").as_deref(), Some(r#"{1: ""}"#));
}

#[test]
fn numbers_are_shown_as_they_are_most_likely_meant() {
    assert_eq!(shown("08 ff ff ff ff ff ff ff ff ff 01").as_deref(), Some("{1: -1}"));
    assert_eq!(shown("08 ff ff ff ff ff ff ff ff 7f").as_deref(), Some("{1: 9223372036854775807}"));
    assert_eq!(shown("0d 00 00 20 41").as_deref(), Some("{1: 10}"), "a fraction of 32 bits");
    assert_eq!(shown("0d ff ff ff ff").as_deref(), Some("{1: -1}"));
    assert_eq!(shown("09 01 00 00 00 00 00 00 00").as_deref(), Some("{1: 1}"));
}

#[test]
fn groups_have_to_be_balanced() {
    assert_eq!(shown("0b 10 01 0c 18 02").as_deref(), Some("{1: {…}, 3: 2}"));
    let source = bytes("0b 10 01 0c");
    let tree = SpanTree::parse(Syntax::Protobuf, &source).expect("a message");
    assert_eq!(tree.preview(&source, 1, 99), "{2: 1}");
    for digits in ["0b", "0c", "0b 14", "0b 13 0c 14"] {
        assert_eq!(shown(digits), None, "{digits}");
    }
}

#[test]
fn what_is_not_a_message_is_rejected() {
    for digits in [
        "",
        "00 00",
        "0e 00",
        "0f",
        "08",
        "08 ff ff ff ff ff ff ff ff ff 02",
        "0a ff ff ff ff 0f",
        "0a 02 61",
        "0d 00 00 00",
        "09 00",
        "c0 a3 09 00",
    ] {
        assert_eq!(shown(digits), None, "{digits}");
    }
    assert!(shown("c0 a2 09 00").is_some(), "18984 is not reserved");
}

#[test]
fn messages_are_not_guessed_deeper_than_the_bound() {
    let mut source = bytes("08 01");
    for _ in 0..60 {
        source = [&[0x0a, source.len() as u8], source.as_slice()].concat();
    }
    let tree = SpanTree::parse(Syntax::Protobuf, &source).expect("a message");
    let deepest = tree.nodes().iter().map(|node| node.depth).max();
    assert_eq!(deepest, Some(32));
    assert_eq!(shown(&"0b".repeat(40)), None);
}

#[test]
fn a_field_reads_the_same_in_all_messages_of_a_direction() {
    let mut votes = FieldVotes::default();
    let short = bytes("0a 02 68 69");
    for message in [short.as_slice(), b"\x0a\x05hello", b"\x0a\x03abc", b"\x0a\x05world"] {
        votes.add(message);
    }
    assert_eq!(voted(&votes, &short), r#"{1: "hi"}"#, "`abc` is not a message");
    let mut votes = FieldVotes::default();
    let printable = bytes("0a 04 28 64 30 65");
    votes.add(&printable);
    votes.add(&bytes("0a 04 28 01 30 02"));
    assert_eq!(voted(&votes, &printable), "{1: {…}}", "the other value holds a control character");
    assert_eq!(shown("0a 04 28 64 30 65").as_deref(), Some(r#"{1: "(d0e"}"#), "alone it is text");
}

#[test]
fn a_value_that_the_vote_does_not_fit_is_bytes() {
    let mut votes = FieldVotes::default();
    for _ in 0..20 {
        votes.add(b"\x0a\x05hello");
    }
    votes.add(b"\x0a\x02\xff\x00");
    assert_eq!(voted(&votes, b"\x0a\x02\xff\x00"), "{1: ff 00}");
}

#[test]
fn a_field_that_is_a_varint_elsewhere_is_a_packed_list() {
    let mut votes = FieldVotes::default();
    votes.add(&bytes("10 05"));
    let packed = bytes("12 04 01 96 01 03");
    votes.add(&packed);
    let tree = SpanTree::protobuf(&packed, &votes).expect("a message");
    assert_eq!(tree.preview(&packed, 1, 99), "[1, 150, 3]");
    assert_eq!(tree.path(&packed, 3), "$[2][1]");
}

#[test]
fn fields_in_groups_are_counted_apart() {
    let mut votes = FieldVotes::default();
    // Group 1 with field 2 as varint; field 2 of the message is a list only by its own values.
    votes.add(&bytes("0b 10 05 0c 12 02 96 01"));
    assert_eq!(voted(&votes, &bytes("12 02 96 01")), "{2: 96 01}");
    votes.add(&bytes("0b 12 02 96 01 0c"));
    let source = bytes("0b 12 02 96 01 0c");
    let tree = SpanTree::protobuf(&source, &votes).expect("a message");
    assert_eq!(tree.preview(&source, 2, 99), "[150]");
}

proptest! {
    #[test]
    fn any_bytes_are_shown_without_a_panic(sources in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..30), 1..5)) {
        let mut votes = FieldVotes::default();
        for source in &sources {
            votes.add(source);
        }
        for source in &sources {
            let alone = SpanTree::parse(Syntax::Protobuf, source);
            let voted = SpanTree::protobuf(source, &votes);
            prop_assert_eq!(alone.is_some(), voted.is_some());
            for tree in [alone, voted].into_iter().flatten() {
                for index in 0..tree.nodes().len() as u32 {
                    let _ = (tree.value_text(source, index), tree.path(source, index));
                }
            }
        }
    }
}
