//! CBOR (RFC 8949): values with their byte ranges.
//!
//! Written by hand: a tree needs the range of each value with its tags and header, and its text on
//! demand from these bytes alone. A pull parser such as minicbor yields values without ranges, and
//! would add more code than it saves.

use super::scalar_text::{big_endian, hex_text, instant, uuid};
use super::span_tree::{Node, NodeKind, StringContent, StringForm, TreeBuilder};
use crate::model::Span;

/// Tags in front of one value.
const MAX_TAGS: usize = 16;
/// The additional information of a value without a length, which a break ends.
const INDEFINITE: u8 = 31;
/// Ends a value of indefinite length.
const BREAK: u8 = 0xff;

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

const TAG_DATE_TIME: u64 = 0;
const TAG_EPOCH: u64 = 1;
const TAG_BIG_POSITIVE: u64 = 2;
const TAG_BIG_NEGATIVE: u64 = 3;
const TAG_UUID: u64 = 37;

/// The beginning of a value without its tags.
#[derive(Clone, Copy, Debug)]
struct Head {
    major: u8,
    info: u8,
    argument: u64,
    len: usize,
}

/// The tags and the head of a value.
#[derive(Clone, Copy, Debug)]
struct Item {
    /// The innermost tag.
    tag: Option<u64>,
    head: Head,
    /// Length of the tags and the head in bytes.
    len: usize,
}

/// Replaces `nodes` by the values of `source`; `None` if it is not exactly one value.
pub(super) fn parse(source: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    u32::try_from(source.len()).ok()?;
    let mut walker = Walker { source, at: 0, tree: TreeBuilder::new(nodes), remaining: Vec::new() };
    walker.run()?;
    (walker.at == source.len()).then_some(())
}

struct Walker<'s, 'n> {
    source: &'s [u8],
    at: usize,
    tree: TreeBuilder<'n>,
    /// Values that the open containers still need, innermost last; `None` if a break ends the
    /// container.
    remaining: Vec<Option<u64>>,
}

impl Walker<'_, '_> {
    fn run(&mut self) -> Option<()> {
        loop {
            self.value()?;
            while self.ends_container() {
                self.remaining.pop();
                self.tree.close(self.at)?;
            }
            match self.remaining.last_mut() {
                Some(Some(remaining)) => *remaining -= 1,
                Some(None) => {}
                None => return Some(()),
            }
        }
    }

    /// Whether the innermost container ends here; a break is consumed.
    fn ends_container(&mut self) -> bool {
        match self.remaining.last() {
            Some(Some(remaining)) => *remaining == 0,
            Some(None) if self.source.get(self.at) == Some(&BREAK) => {
                self.at += 1;
                true
            }
            _ => false,
        }
    }

    fn value(&mut self) -> Option<()> {
        let key = if self.tree.open_kind() == Some(NodeKind::Object) { Some(self.key()?) } else { None };
        let start = self.at;
        let item = item(self.rest())?;
        let kind = item.kind()?;
        if !kind.is_container() {
            self.at += scalar_len(self.rest(), item)?;
            return self.tree.add(kind, key, start, self.at);
        }
        self.at += item.len;
        self.tree.add(kind, key, start, self.at)?;
        let count = item.head.argument;
        let min_len = if kind == NodeKind::Object { count.checked_mul(2)? } else { count };
        if min_len > self.rest().len() as u64 {
            return None;
        }
        self.remaining.push((item.head.info != INDEFINITE).then_some(count));
        Some(())
    }

    /// A key: a scalar, because a container as key cannot be shown as one.
    fn key(&mut self) -> Option<Span> {
        let start = self.at;
        let item = item(self.rest())?;
        if item.kind()?.is_container() {
            return None;
        }
        self.at += scalar_len(self.rest(), item)?;
        Some(Span::between(start as u64, self.at as u64))
    }

    fn rest(&self) -> &[u8] {
        self.source.get(self.at..).unwrap_or_default()
    }
}

fn head(source: &[u8]) -> Option<Head> {
    let first = *source.first()?;
    let (major, info) = (first >> 5, first & 0x1f);
    let bytes = match info {
        24..=27 => 1_usize << (info - 24),
        28..=30 => return None,
        INDEFINITE if !matches!(major, BYTES | TEXT | ARRAY | MAP) => return None,
        _ => 0,
    };
    let argument = match info {
        INDEFINITE => 0,
        0..24 => u64::from(info),
        _ => big_endian(source.get(1..=bytes)?),
    };
    Some(Head { major, info, argument, len: 1 + bytes })
}

fn item(source: &[u8]) -> Option<Item> {
    let (mut at, mut tag) = (0, None);
    for _ in 0..=MAX_TAGS {
        let head = head(source.get(at..)?)?;
        at += head.len;
        if head.major != TAG {
            return Some(Item { tag, head, len: at });
        }
        tag = Some(head.argument);
    }
    None
}

impl Item {
    /// The kind; `None` for a simple value that is not allowed.
    fn kind(self) -> Option<NodeKind> {
        let kind = match (self.head.major, self.head.info) {
            (ARRAY, _) => return Some(NodeKind::Array),
            (MAP, _) => return Some(NodeKind::Object),
            (UNSIGNED | NEGATIVE, _) => NodeKind::Number,
            (BYTES, _) => NodeKind::Bytes,
            (TEXT, _) => NodeKind::String,
            (_, 20) => NodeKind::False,
            (_, 21) => NodeKind::True,
            (_, 22 | 23) => NodeKind::Null,
            (_, 24) if self.head.argument < 32 => return None,
            (_, 25..=27) => NodeKind::Number,
            _ => NodeKind::Extension,
        };
        Some(match (self.tag, kind) {
            (None, _) => kind,
            (Some(TAG_DATE_TIME), NodeKind::String) | (Some(TAG_EPOCH), NodeKind::Number) => {
                NodeKind::Timestamp
            }
            (Some(TAG_BIG_POSITIVE | TAG_BIG_NEGATIVE), NodeKind::Bytes) => NodeKind::Number,
            (Some(tag), _) if is_hint(tag) => kind,
            _ => NodeKind::Extension,
        })
    }
}

/// Whether a tag only says how to use a value: encoding hints, URIs, base64 and other texts,
/// self-described CBOR.
fn is_hint(tag: u64) -> bool {
    matches!(tag, 21..=24 | 32..=36 | 55799)
}

/// The length in bytes of a value that is not a container, with its tags and head.
fn scalar_len(source: &[u8], item: Item) -> Option<usize> {
    if !matches!(item.head.major, BYTES | TEXT) {
        return Some(item.len);
    }
    if item.head.info != INDEFINITE {
        return end_after(source, item.len, item.head.argument);
    }
    let mut at = item.len;
    while *source.get(at)? != BREAK {
        let chunk = head(source.get(at..)?)?;
        if chunk.major != item.head.major || chunk.info == INDEFINITE {
            return None;
        }
        at = end_after(source, at + chunk.len, chunk.argument)?;
    }
    Some(at + 1)
}

fn end_after(source: &[u8], start: usize, len: u64) -> Option<usize> {
    let end = start.checked_add(usize::try_from(len).ok()?)?;
    (end <= source.len()).then_some(end)
}

/// The kind of an encoded value.
pub(super) fn kind(written: &[u8]) -> NodeKind {
    item(written).and_then(Item::kind).unwrap_or(NodeKind::Null)
}

/// The content of an encoded string or binary value.
pub(super) fn content(written: &[u8]) -> StringContent<'_> {
    let Some(item) = item(written) else { return StringContent { bytes: &[], form: StringForm::Plain } };
    let bytes = written.get(item.len..).unwrap_or_default();
    let is_chunked = item.head.info == INDEFINITE;
    StringContent { bytes, form: if is_chunked { StringForm::CborChunks } else { StringForm::Plain } }
}

/// The content of chunks, which a break ends.
pub(super) fn joined(chunks: &[u8]) -> Vec<u8> {
    let (mut content, mut at) = (Vec::new(), 0);
    while let Some(chunk) = chunks.get(at..).and_then(head) {
        let start = at + chunk.len;
        let Some(end) = end_after(chunks, start, chunk.argument) else { break };
        content.extend_from_slice(chunks.get(start..end).unwrap_or_default());
        at = end;
    }
    content
}

/// An encoded scalar other than a string as text.
pub(super) fn text(written: &[u8]) -> String {
    let Some(item) = item(written) else { return String::new() };
    let plain = plain_text(written, item);
    match (item.tag, item.kind()) {
        (Some(TAG_EPOCH), Some(NodeKind::Timestamp)) => {
            epoch(written, item).unwrap_or_else(|| format!("{plain} s since 1970"))
        }
        (Some(tag @ (TAG_BIG_POSITIVE | TAG_BIG_NEGATIVE)), Some(NodeKind::Number)) => {
            big_number(&content(written).to_bytes(), tag == TAG_BIG_NEGATIVE)
        }
        (Some(TAG_UUID), _) => uuid(&content(written).to_bytes()).unwrap_or(plain),
        (Some(tag), Some(NodeKind::Extension)) => format!("tag {tag}: {plain}"),
        _ => plain,
    }
}

/// A scalar as text without regard to its tag.
fn plain_text(written: &[u8], item: Item) -> String {
    let argument = item.head.argument;
    match (item.head.major, item.head.info) {
        (UNSIGNED, _) => argument.to_string(),
        (NEGATIVE, _) => (-1 - i128::from(argument)).to_string(),
        (BYTES, _) => hex_text(&content(written).to_bytes()),
        (TEXT, _) => content(written).text().into_owned(),
        (_, 20) => "false".to_owned(),
        (_, 21) => "true".to_owned(),
        (_, 22) => "null".to_owned(),
        (_, 23) => "undefined".to_owned(),
        (_, 25..=27) => float_text(item.head),
        _ => format!("simple({argument})"),
    }
}

fn float_text(head: Head) -> String {
    match head.info {
        26 => f32::from_bits(head.argument as u32).to_string(),
        _ => float(head).to_string(),
    }
}

fn float(head: Head) -> f64 {
    match head.info {
        25 => half(head.argument as u16),
        26 => f64::from(f32::from_bits(head.argument as u32)),
        _ => f64::from_bits(head.argument),
    }
}

/// A number of 16 bits: a sign, an exponent of 5 bits, and a fraction of 10 bits.
fn half(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f64::from(bits & 0x3ff));
    let magnitude = match (exponent, bits & 0x3ff) {
        (0, _) => fraction * 2_f64.powi(-24),
        (31, 0) => f64::INFINITY,
        (31, _) => f64::NAN,
        _ => (1024.0 + fraction) * 2_f64.powi(exponent - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

/// Seconds since 1970 as an instant; a fraction of a second is rounded to microseconds, which is
/// what a double holds.
fn epoch(written: &[u8], item: Item) -> Option<String> {
    let head = item.head;
    match head.major {
        UNSIGNED => instant(i64::try_from(head.argument).ok()?, 0),
        NEGATIVE => instant(-1 - i64::try_from(head.argument).ok()?, 0),
        _ if !written.is_empty() => {
            let microseconds = (float(head) * 1e6).round();
            let seconds = (microseconds / 1e6).floor();
            let fraction = (microseconds - seconds * 1e6).clamp(0.0, 999_999.0);
            instant(seconds as i64, fraction as u32 * 1000)
        }
        _ => None,
    }
}

/// A big number in decimal up to 15 bytes, else in hexadecimal.
fn big_number(bytes: &[u8], is_negative: bool) -> String {
    if bytes.len() > 15 {
        return format!("{}0x{}", if is_negative { "-1 - " } else { "" }, hex_text(bytes).replace(' ', ""));
    }
    let value = bytes.iter().fold(0_i128, |value, byte| value << 8 | i128::from(*byte));
    (if is_negative { -1 - value } else { value }).to_string()
}

#[cfg(test)]
mod tests;
