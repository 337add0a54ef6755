//! BSON (bsonspec.org, version 1.1): documents with the byte ranges of their values.
//!
//! The type of a value is the byte in front of its name, so that it is found from the range of the
//! value.

use super::scalar_text::{hex_text, instant, little_endian, uuid};
use super::span_tree::{Node, NodeKind, StringContent, StringForm, TreeBuilder, written};
use crate::model::Span;

/// The shortest document: its length, and the byte that ends it.
const MIN_DOCUMENT: usize = 5;

const DOUBLE: u8 = 0x01;
const STRING: u8 = 0x02;
const DOCUMENT: u8 = 0x03;
const ARRAY: u8 = 0x04;
const BINARY: u8 = 0x05;
const UNDEFINED: u8 = 0x06;
const OBJECT_ID: u8 = 0x07;
const BOOLEAN: u8 = 0x08;
const DATE_TIME: u8 = 0x09;
const NULL: u8 = 0x0a;
const REGEX: u8 = 0x0b;
const DB_POINTER: u8 = 0x0c;
const CODE: u8 = 0x0d;
const SYMBOL: u8 = 0x0e;
const CODE_WITH_SCOPE: u8 = 0x0f;
const INT32: u8 = 0x10;
const TIMESTAMP: u8 = 0x11;
const INT64: u8 = 0x12;
const DECIMAL128: u8 = 0x13;
const MAX_KEY: u8 = 0x7f;
const MIN_KEY: u8 = 0xff;

/// The subtypes of binary values that are UUIDs.
const UUID_SUBTYPES: std::ops::RangeInclusive<u8> = 3..=4;

/// Replaces `nodes` by the values of `source`; `None` if it is not exactly one document.
pub(super) fn parse(source: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    u32::try_from(source.len()).ok()?;
    let mut walker = Walker { source, at: 0, tree: TreeBuilder::new(nodes), ends: Vec::new() };
    walker.open(NodeKind::Object, None)?;
    walker.run()?;
    (walker.at == source.len()).then_some(())
}

struct Walker<'s, 'n> {
    source: &'s [u8],
    at: usize,
    tree: TreeBuilder<'n>,
    /// The ends of the open documents, innermost last.
    ends: Vec<usize>,
}

impl Walker<'_, '_> {
    fn run(&mut self) -> Option<()> {
        while let Some(end) = self.ends.last().copied() {
            let kind = *self.source.get(self.at)?;
            self.at += 1;
            if kind == 0 {
                if self.at != end {
                    return None;
                }
                self.ends.pop();
                self.tree.close(end)?;
            } else {
                self.element(kind)?;
            }
        }
        Some(())
    }

    /// Begins a document.
    fn open(&mut self, kind: NodeKind, key: Option<Span>) -> Option<()> {
        let start = self.at;
        let end = start.checked_add(length(self.source.get(start..)?)?)?;
        let limit = self.ends.last().copied().unwrap_or(self.source.len());
        if end > limit || end - start < MIN_DOCUMENT {
            return None;
        }
        self.tree.add(kind, key, start, end)?;
        self.ends.push(end);
        self.at = start + 4;
        Some(())
    }

    fn element(&mut self, kind: u8) -> Option<()> {
        let start = self.at;
        let name_len = memchr::memchr(0, self.source.get(start..*self.ends.last()?)?)?;
        let name = self.source.get(start..start + name_len)?;
        let is_in_array = self.tree.open_kind() == Some(NodeKind::Array);
        if is_in_array && !name.iter().all(u8::is_ascii_digit) || std::str::from_utf8(name).is_err() {
            return None;
        }
        let key = (!is_in_array).then(|| Span::between(start as u64, (start + name_len) as u64));
        self.at = start + name_len + 1;
        match kind {
            DOCUMENT => return self.open(NodeKind::Object, key),
            ARRAY => return self.open(NodeKind::Array, key),
            _ => {}
        }
        let value = self.source.get(self.at..*self.ends.last()?)?;
        let len = scalar_len(kind, value)?;
        let node = node_kind(kind, value.get(..len)?)?;
        let start = self.at;
        self.at += len;
        self.tree.add(node, key, start, self.at)
    }
}

/// The length at the beginning of a value, in bytes.
fn length(source: &[u8]) -> Option<usize> {
    usize::try_from(i32::from_le_bytes(*source.first_chunk()?)).ok()
}

/// The length of the value of that type at the beginning of `rest`; `None` if it is incomplete or
/// invalid.
fn scalar_len(kind: u8, rest: &[u8]) -> Option<usize> {
    let text_end = |from: usize| Some(from + memchr::memchr(0, rest.get(from..)?)? + 1);
    let len = match kind {
        UNDEFINED | NULL | MIN_KEY | MAX_KEY => 0,
        BOOLEAN => 1,
        INT32 => 4,
        DOUBLE | DATE_TIME | TIMESTAMP | INT64 => 8,
        OBJECT_ID => 12,
        DECIMAL128 => 16,
        STRING | CODE | SYMBOL => string_len(rest)?,
        DB_POINTER => string_len(rest)?.checked_add(12)?,
        BINARY => length(rest)?.checked_add(5)?,
        REGEX => text_end(text_end(0)?)?,
        CODE_WITH_SCOPE => length(rest)?,
        _ => return None,
    };
    (len <= rest.len()).then_some(len)
}

/// The length of a string with its own length and the byte that ends it.
fn string_len(rest: &[u8]) -> Option<usize> {
    let len = length(rest)?.checked_add(4)?;
    (len > 4 && rest.get(len - 1) == Some(&0)).then_some(len)
}

fn node_kind(kind: u8, value: &[u8]) -> Option<NodeKind> {
    Some(match kind {
        DOUBLE | INT32 | INT64 => NodeKind::Number,
        STRING | CODE | SYMBOL => NodeKind::String,
        BINARY if !value.get(4).is_some_and(|subtype| UUID_SUBTYPES.contains(subtype)) => NodeKind::Bytes,
        DATE_TIME => NodeKind::Timestamp,
        BOOLEAN => match value {
            [0] => NodeKind::False,
            [1] => NodeKind::True,
            _ => return None,
        },
        NULL | UNDEFINED => NodeKind::Null,
        _ => NodeKind::Extension,
    })
}

/// The content of an encoded string or binary value.
pub(super) fn content(value: &[u8]) -> StringContent<'_> {
    // A string counts the byte that ends it; binary data does not count its subtype.
    let is_string = length(value).and_then(|len| len.checked_add(4)) == Some(value.len());
    let range = if is_string { 4..value.len().saturating_sub(1) } else { 5..value.len() };
    StringContent { bytes: value.get(range).unwrap_or_default(), form: StringForm::Plain }
}

/// A scalar other than a string as text.
pub(super) fn text(node: &Node, source: &[u8]) -> String {
    let value = written(source, node.value);
    let bits = |range: std::ops::Range<usize>| little_endian(value.get(range).unwrap_or_default());
    match node.kind {
        NodeKind::True => return "true".to_owned(),
        NodeKind::False => return "false".to_owned(),
        NodeKind::Bytes => return hex_text(content(value).bytes),
        NodeKind::Timestamp => return date_time(bits(0..8).cast_signed()),
        _ => {}
    }
    match element_type(node, source) {
        DOUBLE => f64::from_bits(bits(0..8)).to_string(),
        INT32 => (bits(0..4) as u32).cast_signed().to_string(),
        INT64 => bits(0..8).cast_signed().to_string(),
        NULL => "null".to_owned(),
        UNDEFINED => "undefined".to_owned(),
        OBJECT_ID => hex_text(value).replace(' ', ""),
        BINARY => {
            let bytes = content(value).bytes;
            uuid(bytes).unwrap_or_else(|| hex_text(bytes))
        }
        REGEX => {
            let mut parts = value.split(|byte| *byte == 0).map(String::from_utf8_lossy);
            format!("/{}/{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
        }
        TIMESTAMP => {
            let seconds = i64::from(bits(4..8) as u32);
            let time = instant(seconds, 0).unwrap_or_else(|| format!("{seconds} s since 1970"));
            format!("{time}, increment {}", bits(0..4))
        }
        DECIMAL128 => decimal(bits(8..16), bits(0..8)),
        MIN_KEY => "minimum key".to_owned(),
        MAX_KEY => "maximum key".to_owned(),
        DB_POINTER => format!("DBPointer {}", hex_text(value)),
        CODE_WITH_SCOPE => format!("code with scope {}", hex_text(value)),
        _ => hex_text(value),
    }
}

/// The type of a value, which is in front of its name.
fn element_type(node: &Node, source: &[u8]) -> u8 {
    let at = match node.key {
        Some(key) => (key.start as usize).checked_sub(1),
        // In an array the name is a number: digits and the byte that ends them.
        None => (node.value.start as usize).checked_sub(1).and_then(|end| {
            let before = source.get(..end)?;
            before.iter().rposition(|byte| !byte.is_ascii_digit())
        }),
    };
    at.and_then(|at| source.get(at)).copied().unwrap_or(0)
}

fn date_time(milliseconds: i64) -> String {
    let fraction = milliseconds.rem_euclid(1000) as u32 * 1_000_000;
    instant(milliseconds.div_euclid(1000), fraction)
        .unwrap_or_else(|| format!("{milliseconds} ms since 1970"))
}

/// A decimal number of 128 bits: a sign, an exponent to the base 10, and an integer of 113 bits.
fn decimal(high: u64, low: u64) -> String {
    const BIAS: i64 = 6176;
    let sign = if high >> 63 == 1 { "-" } else { "" };
    match high >> 58 & 0x1f {
        0x1f => return "NaN".to_owned(),
        0x1e => return format!("{sign}Infinity"),
        _ => {}
    }
    // Integers above 113 bits are not canonical, and mean zero.
    let is_large = high >> 61 & 3 == 3;
    let shift = if is_large { 47 } else { 49 };
    let exponent = (high >> shift & 0x3fff).cast_signed() - BIAS;
    let integer = u128::from(high & 0x1_ffff_ffff_ffff) << 64 | u128::from(low);
    let integer = if is_large { 0 } else { integer };
    let digits = integer.to_string();
    match usize::try_from(-exponent) {
        Ok(0) => format!("{sign}{digits}"),
        Ok(places) if places < digits.len() => {
            let (whole, fraction) = digits.split_at(digits.len() - places);
            format!("{sign}{whole}.{fraction}")
        }
        _ => format!("{sign}{digits}E{exponent:+}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SpanTree, Syntax};
    use proptest::prelude::*;

    fn tree(source: &[u8]) -> Option<SpanTree> {
        SpanTree::parse(Syntax::Bson, source)
    }

    fn document(elements: &[u8]) -> Vec<u8> {
        let len = (elements.len() + 5) as u32;
        [&len.to_le_bytes(), elements, b"\0"].concat()
    }

    #[test]
    fn a_document_is_decoded() {
        let source = b"\x15\0\0\0\x10a\0\x01\0\0\0\x02s\0\x02\0\0\0x\0\0";
        let tree = tree(source).expect("BSON");
        assert_eq!(tree.preview(source, 0, 60), r#"{a: 1, s: "x"}"#);
        assert_eq!([1, 2].map(|index| tree.path(source, index)), ["$.a", "$.s"]);
    }

    #[test]
    fn every_type_is_decoded() {
        let array = document(b"\x10\x30\0\xff\xff\xff\xff\x01\x31\0\0\0\0\0\0\0\xf8\x3f");
        let elements = [
            &b"\x04list\0"[..],
            &array,
            b"\x03in\0\x05\0\0\0\0",
            b"\x07id\0\x65\x53\xf1\0\x01\x02\x03\x04\x05\x06\x07\x08",
            b"\x08t\0\x01\x08f\0\0\x0an\0\x06u\0",
            b"\x09d\0\0\x68\xe5\xcf\x8b\x01\0\0",
            b"\x05b\0\x02\0\0\0\0\x01\x02",
            b"\x05uuid\0\x10\0\0\0\x04\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10",
            b"\x0bre\0^a\0i\0",
            b"\x12l\0\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x11ts\0\x07\0\0\0\0\xf1\x53\x65",
            b"\x13dec\0\x7b\0\0\0\0\0\0\0\0\0\0\0\0\0\x3c\x30",
            b"\xffmin\0\x7fmax\0",
        ];
        let source = document(&elements.concat());
        let tree = tree(&source).expect("BSON");
        let rows: Vec<_> = (1..tree.nodes().len() as u32)
            .map(|index| {
                let key = tree.key_text(&source, index).unwrap_or_default();
                format!("{key}={}", tree.preview(&source, index, 99))
            })
            .collect();
        let expected = [
            "list=[-1, 1.5]",
            "=-1",
            "=1.5",
            "in={}",
            "id=6553f1000102030405060708",
            "t=true",
            "f=false",
            "n=null",
            "u=undefined",
            "d=2023-11-14T22:13:20Z",
            "b=01 02",
            "uuid=01020304-0506-0708-090a-0b0c0d0e0f10",
            "re=/^a/i",
            "l=-1",
            "ts=2023-11-14T22:13:20Z, increment 7",
            "dec=1.23",
            "min=minimum key",
            "max=maximum key",
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn claims_beyond_the_end_are_rejected() {
        for source in [
            &b""[..],
            b"\x04\0\0\0\0",
            b"\xff\xff\xff\xff\0",
            b"\x06\0\0\0\0",
            b"\x05\0\0\0\x01",
            b"\x05\0\0\0\0\0",
            &document(b"\x02s\0\xff\xff\xff\x7fx\0"),
            &document(b"\x02s\0\0\0\0\0"),
            &document(b"\x05b\0\xff\xff\xff\x7f\0"),
            &document(b"\x03d\0\xff\0\0\0\0"),
            &document(b"\x08t\0\x02"),
            &document(b"\x04l\0\x08\0\0\0\x0ax\0\0"),
            &document(b"\x20x\0"),
        ] {
            assert_eq!(tree(source), None, "{source:02x?}");
        }
        let mut deep = document(b"");
        for _ in 0..600 {
            deep = document(&[b"\x03d\0", deep.as_slice()].concat());
        }
        assert_eq!(tree(&deep), None, "nested too deep");
    }

    proptest! {
        #[test]
        fn any_bytes_are_shown_without_a_panic(elements in proptest::collection::vec(any::<u8>(), 0..40)) {
            for source in [elements.clone(), document(&elements)] {
                let Some(tree) = tree(&source) else { continue };
                for index in 0..tree.nodes().len() as u32 {
                    let _ = (tree.value_text(&source, index), tree.path(&source, index));
                }
            }
        }
    }
}
