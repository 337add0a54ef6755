//! What a value without a schema can mean: the encoding has one form for several types.

use super::schema::zigzag;
use super::{MAX_VARINT_BYTES, Wire, field_key, text, varint};
use crate::encodings::scalar_text::{hex_text, instant, little_endian};
use crate::encodings::span_tree::{Node, NodeKind, SpanTree, Syntax, written};

/// Seconds since 1970 that are likely a time: 2001 to 2096.
const SECONDS: std::ops::RangeInclusive<u64> = 1_000_000_000..=4_000_000_000;
/// Characters of a message within bytes on one line.
const MAX_MESSAGE_CHARS: usize = 200;

/// A way to read a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueReading {
    /// The type: `sint (zigzag)`, `float`, `bytes`.
    pub label: &'static str,
    pub text: String,
}

/// The ways to read a scalar, the one that is shown at first before the others.
pub(in crate::encodings) fn readings(node: &Node, source: &[u8]) -> Vec<ValueReading> {
    let value = written(source, node.value);
    let mut found = match node.kind {
        NodeKind::Number => numbers(node, source, value),
        NodeKind::String | NodeKind::Bytes => contents(value),
        _ => Vec::new(),
    };
    let shown = if node.kind == NodeKind::String {
        String::from_utf8_lossy(value).into_owned()
    } else {
        text(node, source)
    };
    if let Some(at) = found.iter().position(|reading| reading.text == shown) {
        found.swap(0, at);
    }
    found
}

fn numbers(node: &Node, source: &[u8], value: &[u8]) -> Vec<ValueReading> {
    let wire = node.key.and_then(|key| field_key(written(source, key))).map_or(Wire::Varint, |key| key.wire);
    let bits = little_endian(value.get(..8).unwrap_or(value));
    match wire {
        Wire::Fixed32 => vec![
            reading("float", f32::from_bits(bits as u32)),
            reading("sfixed32", (bits as u32).cast_signed()),
            reading("fixed32", bits as u32),
        ],
        Wire::Fixed64 => vec![
            reading("double", f64::from_bits(bits)),
            reading("sfixed64", bits.cast_signed()),
            reading("fixed64", bits),
        ],
        _ => varint(value).map(|(number, len)| varints(number, len)).unwrap_or_default(),
    }
}

fn varints(number: u64, len: usize) -> Vec<ValueReading> {
    let mut found = vec![reading("uint", number)];
    if len == MAX_VARINT_BYTES {
        found.push(reading("int", number.cast_signed()));
    }
    found.push(reading("sint (zigzag)", zigzag(number)));
    if number <= 1 {
        found.push(reading("bool", number == 1));
    }
    if SECONDS.contains(&number) {
        found.extend(instant(number.cast_signed(), 0).map(|time| reading("time in seconds", time)));
    } else if SECONDS.contains(&(number / 1000)) {
        let nanos = (number % 1000) as u32 * 1_000_000;
        let time = instant((number / 1000).cast_signed(), nanos);
        found.extend(time.map(|time| reading("time in milliseconds", time)));
    }
    found
}

fn contents(value: &[u8]) -> Vec<ValueReading> {
    let mut found = vec![reading("bytes", hex_text(value))];
    if let Ok(text) = std::str::from_utf8(value) {
        found.push(reading("string", text));
    }
    if let Some(tree) = SpanTree::parse(Syntax::Protobuf, value) {
        found.push(reading("message", tree.preview(value, 0, MAX_MESSAGE_CHARS)));
    }
    found
}

fn reading(label: &'static str, value: impl std::fmt::Display) -> ValueReading {
    ValueReading { label, text: value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The readings of the first field.
    fn of(source: &[u8]) -> Vec<String> {
        let tree = SpanTree::parse(Syntax::Protobuf, source).expect("a message");
        let shown = |reading: ValueReading| format!("{}: {}", reading.label, reading.text);
        tree.readings(source, 1).into_iter().map(shown).collect()
    }

    #[test]
    fn a_number_is_read_as_every_type_that_is_encoded_like_it() {
        assert_eq!(of(b"\x30\x03"), ["uint: 3", "sint (zigzag): -2"]);
        assert_eq!(of(b"\x30\x01"), ["uint: 1", "sint (zigzag): -1", "bool: true"]);
        let fixed = of(b"\x2d\x07\0\0\0");
        assert!(fixed[0] == "sfixed32: 7" && fixed[1].starts_with("float: 0.0") && fixed[2] == "fixed32: 7");
        assert_eq!(of(b"\x21\0\0\0\0\0\0\xf8\x3f")[0], "double: 1.5");
        assert_eq!(of(b"\x08\x80\xe2\xcf\xaa\x06")[2], "time in seconds: 2023-11-14T22:13:20Z");
        let minus_one = b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01";
        assert_eq!(of(minus_one)[..2], ["int: -1", "uint: 18446744073709551615"]);
    }

    #[test]
    fn bytes_are_read_as_text_or_as_a_message() {
        assert_eq!(of(b"\x0a\x02\xff\x00"), ["bytes: ff 00"]);
        assert_eq!(of(b"\x0a\x05hello"), ["string: hello", "bytes: 68 65 6c 6c 6f"]);
    }

    proptest! {
        #[test]
        fn the_first_reading_is_the_one_that_is_shown(source in proptest::collection::vec(any::<u8>(), 1..40)) {
            if let Some(tree) = SpanTree::parse(Syntax::Protobuf, &source) {
                for index in 0..tree.nodes().len() as u32 {
                    if let Some(first) = tree.readings(&source, index).first() {
                        let shown = tree.value_text(&source, index).into_owned();
                        prop_assert_eq!(&first.text, &shown);
                    }
                }
            }
        }
    }
}
