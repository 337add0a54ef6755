//! MessagePack, as its specification defines it: values with their byte ranges.

use std::borrow::Cow;

use super::scalar_text::{big_endian, hex_text, instant};
use super::span_tree::{Node, NodeKind, TreeBuilder};
use crate::model::Span;

/// The extension type of timestamps.
const TIMESTAMP: i8 = -1;

/// A decoded header: the kind of a value, the length of its header in bytes, and what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) kind: NodeKind,
    pub(crate) len: usize,
    /// Bytes of content for a scalar, elements of an array, members of a map.
    pub(crate) count: u64,
    extension: Option<i8>,
}

/// Replaces `nodes` by the values of `source`; `None` if it is not exactly one value.
pub(super) fn parse(source: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    u32::try_from(source.len()).ok()?;
    let mut walker = Walker { source, at: 0, tree: TreeBuilder::new(nodes), remaining: Vec::new() };
    walker.run()?;
    (walker.at == source.len()).then_some(())
}

/// Length of the value at the beginning of `source` in bytes; `None` if it is incomplete or
/// invalid.
pub fn value_len(source: &[u8]) -> Option<usize> {
    let (mut at, mut pending) = (0_usize, 1_u64);
    while pending > 0 {
        let head = head(source.get(at..)?)?;
        at += head.len;
        pending -= 1;
        let left = (source.len() - at) as u64;
        let values = match head.kind {
            NodeKind::Array => head.count,
            NodeKind::Object => head.count.checked_mul(2)?,
            _ => {
                at += usize::try_from(head.count).ok().filter(|len| *len as u64 <= left)?;
                0
            }
        };
        // Each value takes at least one byte.
        pending = pending
            .checked_add(values)
            .filter(|pending| *pending <= (source.len() - at) as u64 || *pending == 0)?;
    }
    Some(at)
}

/// The lengths of two or more values that `source` consists of; `None` if it is something else, or
/// more than `max` values.
pub(super) fn sequence(source: &[u8], max: usize) -> Option<Vec<usize>> {
    let (mut lens, mut at) = (Vec::new(), 0);
    while at < source.len() {
        let len = value_len(source.get(at..)?)?;
        at += len;
        lens.push(len);
        if lens.len() > max {
            return None;
        }
    }
    (lens.len() > 1).then_some(lens)
}

struct Walker<'s, 'n> {
    source: &'s [u8],
    at: usize,
    tree: TreeBuilder<'n>,
    /// Values that the open containers still need, innermost last.
    remaining: Vec<u64>,
}

impl Walker<'_, '_> {
    fn run(&mut self) -> Option<()> {
        loop {
            self.value()?;
            while self.remaining.pop_if(|remaining| *remaining == 0).is_some() {
                self.tree.close(self.at)?;
            }
            match self.remaining.last_mut() {
                Some(remaining) => *remaining -= 1,
                None => return Some(()),
            }
        }
    }

    fn value(&mut self) -> Option<()> {
        let key = if self.tree.open_kind() == Some(NodeKind::Object) { Some(self.key()?) } else { None };
        let start = self.at;
        let head = self.head()?;
        let left = (self.source.len() - self.at) as u64;
        if head.kind.is_container() {
            let min_len = if head.kind == NodeKind::Object { head.count.checked_mul(2)? } else { head.count };
            if min_len > left {
                return None;
            }
            self.tree.add(head.kind, key, start, self.at)?;
            self.remaining.push(head.count);
            return Some(());
        }
        self.skip(head.count)?;
        self.tree.add(head.kind, key, start, self.at)
    }

    /// A key: a scalar, because a container as key cannot be shown as one.
    fn key(&mut self) -> Option<Span> {
        let start = self.at;
        let head = self.head()?;
        if head.kind.is_container() {
            return None;
        }
        self.skip(head.count)?;
        Some(Span::between(start as u64, self.at as u64))
    }

    fn head(&mut self) -> Option<Head> {
        let head = head(self.source.get(self.at..)?)?;
        self.at += head.len;
        Some(head)
    }

    fn skip(&mut self, len: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(len).ok()?)?;
        (end <= self.source.len()).then(|| self.at = end)
    }
}

/// The name that a message has as an event: of a map the text at `key`, or else its only key; of an
/// array the text that it begins with. `None` if it has none, or is not one MessagePack value.
/// Without a tree, because it is read from every message of a socket.
pub(crate) fn event<'s>(source: &'s [u8], key: Option<&str>) -> Option<Cow<'s, str>> {
    if value_len(source)? != source.len() {
        return None;
    }
    let container = head(source)?;
    let mut rest = source.get(container.len..)?;
    if container.kind == NodeKind::Array {
        return text_at(rest).filter(|_| container.count > 0).map(String::from_utf8_lossy);
    }
    if container.kind != NodeKind::Object {
        return None;
    }
    let mut only = None;
    for _ in 0..container.count {
        let (name, value) = rest.split_at_checked(value_len(rest)?)?;
        let is_event = key.is_some_and(|key| text_at(name) == Some(key.as_bytes()));
        if let Some(event) = text_at(value).filter(|_| is_event) {
            return Some(String::from_utf8_lossy(event));
        }
        only = Some(name);
        rest = value.get(value_len(value)?..)?;
    }
    let only = only.filter(|name| container.count == 1 && !kind(name).is_container())?;
    Some(text_at(only).map_or_else(|| Cow::Owned(text(only)), String::from_utf8_lossy))
}

/// The content of the text that `source` begins with; `None` if it is another value.
fn text_at(source: &[u8]) -> Option<&[u8]> {
    let head = head(source).filter(|head| head.kind == NodeKind::String)?;
    source.get(head.len..)?.get(..usize::try_from(head.count).ok()?)
}

/// The big-endian integer of `len` bytes after the first byte.
fn uint(source: &[u8], len: usize) -> Option<u64> {
    source.get(1..=len).map(big_endian)
}

/// Whether `source` begins with an object or an array of less than 16 members, as neither JSON nor
/// other text does.
pub(crate) fn begins_with_container(source: &[u8]) -> bool {
    matches!(source.first(), Some(0x80..=0x9f))
}

/// The head of the value at the beginning of `source`; `None` if it is incomplete or invalid.
pub(crate) fn head(source: &[u8]) -> Option<Head> {
    let first = *source.first()?;
    let plain = |kind, count: u64| Some(Head { kind, len: 1, count, extension: None });
    let sized = |kind, bytes: usize| {
        Some(Head { kind, len: 1 + bytes, count: uint(source, bytes)?, extension: None })
    };
    match first {
        0x00..=0x7f | 0xe0..=0xff => plain(NodeKind::Number, 0),
        0x80..=0x8f => plain(NodeKind::Object, u64::from(first & 0x0f)),
        0x90..=0x9f => plain(NodeKind::Array, u64::from(first & 0x0f)),
        0xa0..=0xbf => plain(NodeKind::String, u64::from(first & 0x1f)),
        0xc0 => plain(NodeKind::Null, 0),
        0xc1 => None,
        0xc2 => plain(NodeKind::False, 0),
        0xc3 => plain(NodeKind::True, 0),
        0xc4..=0xc6 => sized(NodeKind::Bytes, 1 << (first - 0xc4)),
        0xc7..=0xc9 => {
            let bytes = 1 << (first - 0xc7);
            extension(source, 1 + bytes, uint(source, bytes)?)
        }
        0xca => plain(NodeKind::Number, 4),
        0xcb => plain(NodeKind::Number, 8),
        0xcc..=0xcf => plain(NodeKind::Number, 1 << (first - 0xcc)),
        0xd0..=0xd3 => plain(NodeKind::Number, 1 << (first - 0xd0)),
        0xd4..=0xd8 => extension(source, 1, 1 << (first - 0xd4)),
        0xd9..=0xdb => sized(NodeKind::String, 1 << (first - 0xd9)),
        0xdc..=0xdd => sized(NodeKind::Array, 2 << (first - 0xdc)),
        0xde..=0xdf => sized(NodeKind::Object, 2 << (first - 0xde)),
    }
}

/// The head of an extension, whose type is the byte at `at`.
fn extension(source: &[u8], at: usize, count: u64) -> Option<Head> {
    let kind = i8::from_be_bytes([*source.get(at)?]);
    let is_timestamp = kind == TIMESTAMP && matches!(count, 4 | 8 | 12);
    let node = if is_timestamp { NodeKind::Timestamp } else { NodeKind::Extension };
    Some(Head { kind: node, len: at + 1, count, extension: Some(kind) })
}

/// The kind of an encoded value.
pub(super) fn kind(written: &[u8]) -> NodeKind {
    head(written).map_or(NodeKind::Null, |head| head.kind)
}

/// The content of an encoded string or binary value.
pub(super) fn content(written: &[u8]) -> &[u8] {
    head(written).and_then(|head| written.get(head.len..)).unwrap_or_default()
}

/// An encoded scalar other than a string as text.
pub(crate) fn text(written: &[u8]) -> String {
    let Some(head) = head(written) else { return String::new() };
    match head.kind {
        NodeKind::Number => number(written),
        NodeKind::True => "true".to_owned(),
        NodeKind::False => "false".to_owned(),
        NodeKind::Null => "null".to_owned(),
        NodeKind::Timestamp => timestamp(content(written)),
        NodeKind::Extension => {
            format!("extension {}: {}", head.extension.unwrap_or_default(), hex_text(content(written)))
        }
        _ => hex_text(content(written)),
    }
}

/// The 64-bit float nearest to an encoded number; `None` for a 32-bit float, whose decimal digits
/// are those of another number.
pub(crate) fn float(written: &[u8]) -> Option<f64> {
    match *written.first()? {
        first @ 0x00..=0x7f => Some(f64::from(first)),
        first @ 0xe0..=0xff => Some(f64::from(first.cast_signed())),
        0xcb => Some(f64::from_bits(uint(written, 8)?)),
        first @ 0xcc..=0xcf => Some(uint(written, 1 << (first - 0xcc))? as f64),
        first @ 0xd0..=0xd3 => Some(int(written, 1 << (first - 0xd0))? as f64),
        _ => None,
    }
}

/// The big-endian signed integer of `len` bytes after the first byte.
fn int(source: &[u8], len: usize) -> Option<i64> {
    let unused = 64 - 8 * len as u32;
    Some((uint(source, len)? << unused).cast_signed() >> unused)
}

fn number(written: &[u8]) -> String {
    let Some(first) = written.first() else { return String::new() };
    let bits = |len| uint(written, len).unwrap_or_default();
    match first {
        0x00..=0x7f => first.to_string(),
        0xca => f32::from_bits(bits(4) as u32).to_string(),
        0xcb => f64::from_bits(bits(8)).to_string(),
        0xcc..=0xcf => bits(1 << (first - 0xcc)).to_string(),
        0xd0..=0xd3 => int(written, 1 << (first - 0xd0)).unwrap_or_default().to_string(),
        _ => i8::from_be_bytes([*first]).to_string(),
    }
}

/// Seconds and nanoseconds since 1970: 32-bit seconds, 30-bit nanoseconds with 34-bit seconds, or
/// 32-bit nanoseconds with 64-bit seconds.
fn timestamp(content: &[u8]) -> String {
    let int = big_endian;
    let (seconds, nanoseconds) = match content {
        [_, _, _, _] => (int(content).cast_signed(), 0),
        [_, _, _, _, _, _, _, _] => ((int(content) & 0x3_ffff_ffff).cast_signed(), int(content) >> 34),
        [nanoseconds @ .., _, _, _, _, _, _, _, _] if nanoseconds.len() == 4 => {
            (int(content.get(4..).unwrap_or_default()).cast_signed(), int(nanoseconds))
        }
        _ => return hex_text(content),
    };
    instant(seconds, nanoseconds as u32).unwrap_or_else(|| format!("{seconds} s since 1970"))
}

#[cfg(test)]
mod tests {
    use super::super::{SpanTree, Syntax};
    use super::*;
    use proptest::prelude::*;

    fn tree(source: &[u8]) -> Option<SpanTree> {
        SpanTree::parse(Syntax::MessagePack, source)
    }

    /// A map with a value of every common kind, encoded by @msgpack/msgpack 3.1.3.
    const SAMPLE: &[u8] = b"\x87\xa2id\x01\xa1t\xd6\xff\x65\x53\xf1\x00\xa1b\xc4\x02\x01\x02\xa1n\xc0\xa1f\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa3neg\xd0\xdf\xa3big\xcf\x00\x00\x00\x01\x00\x00\x00\x00";

    #[test]
    fn every_common_kind_is_decoded() {
        let tree = tree(SAMPLE).expect("MessagePack");
        let rows: Vec<_> = (1..tree.nodes().len() as u32)
            .map(|index| {
                let key = tree.key_text(SAMPLE, index).unwrap_or_default();
                format!("{key}={}", tree.value_text(SAMPLE, index))
            })
            .collect();
        assert_eq!(
            rows,
            ["id=1", "t=2023-11-14T22:13:20Z", "b=01 02", "n=null", "f=1.5", "neg=-33", "big=4294967296"]
        );
        assert_eq!(tree.preview(SAMPLE, 0, 40), "{id: 1, t: 2023-11-14T22:13:20Z, …}");
        assert_eq!([0, 1, 3].map(|index| tree.path(SAMPLE, index)), ["$", "$.id", "$.b"]);
    }

    #[test]
    fn timestamps_of_all_lengths_are_decoded() {
        assert_eq!(text(b"\xd7\xff\x00\x00\x00\x04\x65\x53\xf1\x00"), "2023-11-14T22:13:20.000000001Z");
        assert_eq!(
            text(b"\xc7\x0c\xff\x1d\xcd\x65\x00\xff\xff\xff\xff\xff\xff\xff\xff"),
            "1969-12-31T23:59:59.5Z"
        );
        assert_eq!(text(b"\xd4\x07\x2a"), "extension 7: 2a");
    }

    #[test]
    fn keys_that_are_integers_are_in_brackets() {
        let source = b"\x81\x07\xa1x";
        let tree = tree(source).expect("MessagePack");
        assert_eq!(
            (tree.path(source, 1).as_str(), tree.preview(source, 0, 20).as_str()),
            ("$[7]", "{7: \"x\"}")
        );
    }

    #[test]
    fn claims_beyond_the_end_are_rejected() {
        for source in [
            &b"\xdd\xff\xff\xff\xff"[..],
            b"\xdf\x00\x00\x00\x02\x01",
            b"\xdb\xff\xff\xff\xff",
            b"\x92\x01",
            b"\xc1",
            b"",
            b"\x01\x01",
        ] {
            assert_eq!(tree(source), None, "{source:02x?}");
        }
        assert_eq!(tree(&[0x91; 600]), None, "nested too deep");
    }

    proptest! {
        #[test]
        fn the_length_of_a_value_is_that_of_its_tree(source in proptest::collection::vec(any::<u8>(), 0..40)) {
            let is_value = tree(&source).is_some();
            if is_value {
                prop_assert_eq!(value_len(&source), Some(source.len()));
            }
            if let Some(tree) = tree(&source) {
                for index in 0..tree.nodes().len() as u32 {
                    let _ = (tree.value_text(&source, index), tree.key_text(&source, index), tree.path(&source, index));
                }
            }
        }
    }
}
