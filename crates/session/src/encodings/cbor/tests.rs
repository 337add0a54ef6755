use super::super::{SpanTree, Syntax};
use super::*;
use proptest::prelude::*;

fn bytes(digits: &str) -> Vec<u8> {
    let digits: Vec<_> = digits.chars().filter_map(|char| char.to_digit(16)).collect();
    digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect()
}

fn tree(source: &[u8]) -> Option<SpanTree> {
    SpanTree::parse(Syntax::Cbor, source)
}

/// The text of the single value that is encoded.
fn shown(digits: &str) -> String {
    let source = bytes(digits);
    tree(&source).expect(digits).value_text(&source, 0).into_owned()
}

/// The sample of the MessagePack tests.
const SAMPLE: &str = "a7 62 69 64 01 61 74 c1 1a 65 53 f1 00 61 62 42 01 02 61 6e f6 61 66 fb 3f f8 00 00 00 00 00 00 \
     63 6e 65 67 38 20 63 62 69 67 1b 00 00 00 01 00 00 00 00";

#[test]
fn every_common_kind_is_decoded() {
    let source = bytes(SAMPLE);
    let tree = tree(&source).expect("CBOR");
    let rows: Vec<_> = (1..tree.nodes().len() as u32)
        .map(|index| {
            let key = tree.key_text(&source, index).unwrap_or_default();
            format!("{key}={}", tree.value_text(&source, index))
        })
        .collect();
    assert_eq!(
        rows,
        ["id=1", "t=2023-11-14T22:13:20Z", "b=01 02", "n=null", "f=1.5", "neg=-33", "big=4294967296"]
    );
    assert_eq!(tree.preview(&source, 0, 40), "{id: 1, t: 2023-11-14T22:13:20Z, …}");
    assert_eq!([0, 1, 3].map(|index| tree.path(&source, index)), ["$", "$.id", "$.b"]);
}

#[test]
fn numbers_of_the_appendix_of_the_specification_are_decoded() {
    for (digits, expected) in [
        ("1bffffffffffffffff", "18446744073709551615"),
        ("c249010000000000000000", "18446744073709551616"),
        ("3bffffffffffffffff", "-18446744073709551616"),
        ("c349010000000000000000", "-18446744073709551617"),
        ("f93c00", "1"),
        ("f93e00", "1.5"),
        ("f97bff", "65504"),
        ("f90001", "0.00000005960464477539063"),
        ("f9c400", "-4"),
        ("f97c00", "inf"),
        ("f97e00", "NaN"),
        ("fa47c35000", "100000"),
        ("fbc010666666666666", "-4.1"),
        ("f7", "undefined"),
        ("f0", "simple(16)"),
        ("f8ff", "simple(255)"),
    ] {
        assert_eq!(shown(digits), expected, "{digits}");
    }
}

#[test]
fn tags_say_what_a_value_means() {
    assert_eq!(
        shown("c074323031332d30332d32315432303a30343a30305a"),
        "2013-03-21T20:04:00Z",
        "a date as text"
    );
    assert_eq!(shown("c11a514b67b0"), "2013-03-21T20:04:00Z");
    assert_eq!(shown("c1fb41d452d9ec200000"), "2013-03-21T20:04:00.5Z");
    assert_eq!(shown("d9d9f701"), "1", "self-described");
    assert_eq!(shown("d82076687474703a2f2f7777772e6578616d706c652e636f6d"), "http://www.example.com");
    assert_eq!(shown("d825500102030405060708090a0b0c0d0e0f10"), "01020304-0506-0708-090a-0b0c0d0e0f10");
    assert_eq!(shown("d8fb4401020304"), "tag 251: 01 02 03 04");
    let source = bytes("d9d9f7 a1 61 61 c1 00");
    let tree = tree(&source).expect("CBOR");
    assert_eq!(tree.preview(&source, 0, 60), "{a: 1970-01-01T00:00:00Z}");
}

#[test]
fn values_of_indefinite_length_are_joined() {
    assert_eq!(shown("5f42010243030405ff"), "01 02 03 04 05");
    assert_eq!(shown("7f657374726561646d696e67ff"), "streaming");
    let source = bytes("bf 61 61 01 61 62 9f 02 9f ff ff ff");
    let tree = tree(&source).expect("CBOR");
    assert_eq!(tree.preview(&source, 0, 60), "{a: 1, b: […]}");
    assert_eq!(tree.preview(&source, 2, 60), "[2, []]");
    let chunked = bytes("a1 7f 61 61 61 62 ff 7f 61 78 ff");
    let tree = SpanTree::parse(Syntax::Cbor, &chunked).expect("CBOR");
    assert_eq!(tree.preview(&chunked, 0, 60), "{ab: \"x\"}");
}

#[test]
fn keys_that_are_integers_are_in_brackets() {
    let source = bytes("a2 20 61 78 07 f4");
    let tree = tree(&source).expect("CBOR");
    assert_eq!([1, 2].map(|index| tree.path(&source, index)), ["$[-1]", "$[7]"]);
    assert_eq!(tree.preview(&source, 0, 60), "{-1: \"x\", 7: false}");
}

#[test]
fn claims_beyond_the_end_are_rejected() {
    for digits in [
        "",
        "9b ffffffffffffffff",
        "bb 8000000000000000",
        "5b ffffffffffffffff",
        "82 01",
        "ff",
        "1c",
        "01 01",
        "9f 01",
        "bf 01 ff",
        "7f 41 61 ff",
        "5f 5f ff ff",
        "f8 14",
        "a1 80 01",
        "df",
        "1f",
    ] {
        assert_eq!(tree(&bytes(digits)), None, "{digits}");
    }
    assert_eq!(tree(&[0x81; 600]), None, "nested too deep");
    assert_eq!(tree(&[0xc1; 600]), None, "too many tags");
}

proptest! {
    #[test]
    fn any_bytes_are_shown_without_a_panic(source in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = (text(&source), kind(&source), content(&source).text(), joined(&source));
        if let Some(tree) = tree(&source) {
            for index in 0..tree.nodes().len() as u32 {
                let _ = (tree.value_text(&source, index), tree.key_text(&source, index), tree.path(&source, index));
            }
        }
    }
}
