//! Protocol Buffers without a schema: fields by number, with their byte ranges.
//!
//! The encoding does not say whether a field with a length is a message, a text or bytes;
//! [`FieldVotes`] decides by all messages of a direction, so that a field reads the same in each of
//! them.

mod readings;
mod schema;
mod stability;
mod votes;

use super::scalar_text::{hex_text, little_endian};
use super::span_tree::{Node, NodeKind, TreeBuilder, written};
use crate::model::Span;

pub use readings::ValueReading;
pub(super) use readings::readings;
pub use schema::{Schema, SchemaError, SchemaFile, TypeFit};
pub(super) use stability::are_messages;
pub use votes::FieldVotes;
use votes::{Path, Reading};

/// Nesting of messages and groups; a guess that goes deeper is more likely wrong.
const MAX_NESTING: usize = 32;
/// Bytes of the longest varint.
const MAX_VARINT_BYTES: usize = 10;
/// The largest number of a field.
const MAX_NUMBER: u64 = (1 << 29) - 1;
/// Characters of a text that is preferred to a message.
const MIN_TEXT_CHARS: usize = 4;

/// How the value of a field is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Varint,
    Fixed64,
    Len,
    GroupStart,
    GroupEnd,
    Fixed32,
}

/// The key of a field.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldKey {
    pub(super) number: u32,
    pub(super) wire: Wire,
    /// Its length in bytes.
    len: usize,
}

/// Replaces `nodes` by the fields of `source`; `None` if it is not a message.
pub(super) fn parse(source: &[u8], nodes: &mut Vec<Node>, votes: Option<&FieldVotes>) -> Option<()> {
    u32::try_from(source.len()).ok()?;
    if source.is_empty() {
        return None;
    }
    let root = Open { end: source.len(), path: Path::ROOT, group: None };
    let mut tree = TreeBuilder::new(nodes);
    tree.add(NodeKind::Object, None, 0, 0)?;
    Walker { source, at: 0, tree, open: vec![root], votes }.run()
}

/// A message or group that has not ended.
#[derive(Clone, Copy, Debug)]
struct Open {
    end: usize,
    path: Path,
    /// The number of the group, which its end has to repeat.
    group: Option<u32>,
}

struct Walker<'s, 'n, 'v> {
    source: &'s [u8],
    at: usize,
    tree: TreeBuilder<'n>,
    open: Vec<Open>,
    votes: Option<&'v FieldVotes>,
}

impl Walker<'_, '_, '_> {
    fn run(&mut self) -> Option<()> {
        while let Some(open) = self.open.last().copied() {
            if self.at == open.end && open.group.is_none() {
                self.open.pop();
                self.tree.close(self.at)?;
            } else {
                self.field(open)?;
            }
        }
        Some(())
    }

    fn field(&mut self, open: Open) -> Option<()> {
        let start = self.at;
        let key = field_key(self.source.get(start..open.end)?)?;
        self.at += key.len;
        let span = Some(Span::between(start as u64, self.at as u64));
        let path = open.path.field(key.number);
        match key.wire {
            Wire::GroupStart if self.open.len() >= MAX_NESTING => None,
            Wire::GroupStart => {
                self.tree.add(NodeKind::Object, span, self.at, self.at)?;
                self.open.push(Open { end: open.end, path, group: Some(key.number) });
                Some(())
            }
            Wire::GroupEnd => {
                if open.group != Some(key.number) {
                    return None;
                }
                self.open.pop();
                self.tree.close(start)
            }
            Wire::Len => self.sized(open, span, path),
            wire => {
                let start = self.at;
                self.at += number_len(wire, self.source.get(start..open.end)?)?;
                self.tree.add(NodeKind::Number, span, start, self.at)
            }
        }
    }

    /// A field with a length.
    fn sized(&mut self, open: Open, key: Option<Span>, path: Path) -> Option<()> {
        let (content, len) = sized_content(self.source.get(self.at..open.end)?)?;
        let start = self.at + len - content.len();
        self.at += len;
        let can_nest = self.open.len() < MAX_NESTING;
        let reading = match self.votes.and_then(|votes| votes.reading(path)) {
            Some(reading) if reading.fits(content) => reading,
            Some(_) => Reading::Bytes,
            None => Reading::of(content),
        };
        match reading {
            Reading::Message if can_nest => {
                self.tree.add(NodeKind::Object, key, start, start)?;
                self.open.push(Open { end: self.at, path, group: None });
                self.at = start;
                Some(())
            }
            Reading::Packed => {
                self.tree.add(NodeKind::Array, key, start, start)?;
                let end = std::mem::replace(&mut self.at, start);
                while self.at < end {
                    let start = self.at;
                    self.at += varint(self.source.get(start..end)?)?.1;
                    self.tree.add(NodeKind::Number, None, start, self.at)?;
                }
                self.tree.close(end)
            }
            Reading::Text => self.tree.add(NodeKind::String, key, start, self.at),
            Reading::Bytes | Reading::Message => self.tree.add(NodeKind::Bytes, key, start, self.at),
        }
    }
}

/// An integer of variable length at the beginning of `source`, and its length in bytes.
fn varint(source: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (nth, byte) in source.iter().take(MAX_VARINT_BYTES).enumerate() {
        if nth + 1 == MAX_VARINT_BYTES && *byte > 1 {
            return None;
        }
        value |= u64::from(byte & 0x7f) << (7 * nth);
        if byte & 0x80 == 0 {
            return Some((value, nth + 1));
        }
    }
    None
}

/// The key at the beginning of `source`; `None` if its number or its type is not allowed.
pub(super) fn field_key(source: &[u8]) -> Option<FieldKey> {
    let (key, len) = varint(source)?;
    let number = key >> 3;
    if !(1..=MAX_NUMBER).contains(&number) || (19_000..=19_999).contains(&number) {
        return None;
    }
    let wire = match key & 7 {
        0 => Wire::Varint,
        1 => Wire::Fixed64,
        2 => Wire::Len,
        3 => Wire::GroupStart,
        4 => Wire::GroupEnd,
        5 => Wire::Fixed32,
        _ => return None,
    };
    Some(FieldKey { number: number as u32, wire, len })
}

/// The content of a field with a length, and the length of both in bytes.
fn sized_content(source: &[u8]) -> Option<(&[u8], usize)> {
    let (len, header) = varint(source)?;
    let end = header.checked_add(usize::try_from(len).ok()?)?;
    Some((source.get(header..end)?, end))
}

fn number_len(wire: Wire, source: &[u8]) -> Option<usize> {
    let len = match wire {
        Wire::Varint => varint(source)?.1,
        Wire::Fixed32 => 4,
        _ => 8,
    };
    (len <= source.len()).then_some(len)
}

/// Calls `visit` for each field of a message, those in groups included, with the content of those
/// that have a length; `None` if `source` is not a message.
pub(super) fn fields<'s>(source: &'s [u8], mut visit: impl FnMut(FieldKey, &'s [u8], usize)) -> Option<()> {
    let (mut at, mut groups) = (0, Vec::new());
    while at < source.len() {
        let key = field_key(source.get(at..)?)?;
        at += key.len;
        let rest = source.get(at..)?;
        let depth = groups.len();
        let content = match key.wire {
            Wire::GroupStart if depth >= MAX_NESTING => return None,
            Wire::GroupStart => {
                groups.push(key.number);
                &[][..]
            }
            Wire::GroupEnd => {
                groups.pop().filter(|number| *number == key.number)?;
                &[][..]
            }
            Wire::Len => {
                let (content, len) = sized_content(rest)?;
                at += len;
                content
            }
            wire => {
                let len = number_len(wire, rest)?;
                at += len;
                rest.get(..len)?
            }
        };
        visit(key, content, depth);
    }
    groups.is_empty().then_some(())
}

/// The number of the field whose key is encoded.
pub(super) fn key_text(written: &[u8]) -> String {
    field_key(written).map_or_else(String::new, |key| key.number.to_string())
}

/// A number or bytes as text. A number is shown as it is most likely meant: fixed ones as a
/// fraction, unless that would be extreme.
pub(super) fn text(node: &Node, source: &[u8]) -> String {
    let value = written(source, node.value);
    if node.kind != NodeKind::Number {
        return hex_text(value);
    }
    // Without a key it is an element of a packed list.
    let wire = node.key.and_then(|key| field_key(written(source, key))).map_or(Wire::Varint, |key| key.wire);
    let bits = little_endian(value.get(..8).unwrap_or(value));
    match wire {
        Wire::Fixed32 => fixed32(bits as u32),
        Wire::Fixed64 => fixed64(bits),
        _ => match varint(value) {
            // Negative numbers take ten bytes.
            Some((number, MAX_VARINT_BYTES)) => number.cast_signed().to_string(),
            Some((number, _)) => number.to_string(),
            None => hex_text(value),
        },
    }
}

/// Magnitudes of fractions that are likely.
const LIKELY: std::ops::Range<f64> = 1e-9..1e15;

fn fixed32(bits: u32) -> String {
    let fraction = f32::from_bits(bits);
    if LIKELY.contains(&f64::from(fraction).abs()) {
        fraction.to_string()
    } else {
        bits.cast_signed().to_string()
    }
}

fn fixed64(bits: u64) -> String {
    let fraction = f64::from_bits(bits);
    if LIKELY.contains(&fraction.abs()) { fraction.to_string() } else { bits.cast_signed().to_string() }
}

#[cfg(test)]
mod tests;
