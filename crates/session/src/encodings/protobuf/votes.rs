//! How the fields of messages without a schema read: decided by all messages of a direction.

use std::collections::HashMap;

use super::{MAX_NESTING, MIN_TEXT_CHARS, Wire, fields, varint};

/// Fields that are counted; those of further ones are read by each message alone.
const MAX_FIELDS: usize = 4096;
/// The share of the values that a reading has to fit, in percent.
const MIN_FITTING_PERCENT: u32 = 90;

/// The numbers of a field and the fields around it, as a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Path(u64);

impl Path {
    /// That of the message itself.
    pub(super) const ROOT: Self = Self(0xcbf2_9ce4_8422_2325);

    /// That of a field within.
    pub(super) fn field(self, number: u32) -> Self {
        Self((self.0 ^ u64::from(number)).wrapping_mul(0x0100_0000_01b3).rotate_left(23))
    }
}

/// How a field with a length reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    Message,
    Text,
    Bytes,
    /// A list of varints.
    Packed,
}

impl Reading {
    /// How one value reads alone: a text where that is likely, else a message, else bytes.
    pub(super) fn of(content: &[u8]) -> Self {
        match (text_chars(content), is_message(content)) {
            (Some(chars), true) if chars < MIN_TEXT_CHARS => Self::Message,
            (Some(_), _) => Self::Text,
            (None, true) => Self::Message,
            (None, false) => Self::Bytes,
        }
    }

    /// Whether a value can read like this.
    pub(super) fn fits(self, content: &[u8]) -> bool {
        match self {
            Self::Message => content.is_empty() || is_message(content),
            Self::Text => text_chars(content).is_some(),
            Self::Bytes => true,
            Self::Packed => is_packed(content),
        }
    }
}

/// The number of characters if the bytes are text: UTF-8 without control characters other than tabs
/// and line breaks.
fn text_chars(content: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(content).ok()?;
    let is_text = |char: char| !char.is_control() || matches!(char, '\t' | '\r' | '\n');
    text.chars().all(is_text).then(|| text.chars().count())
}

fn is_message(content: &[u8]) -> bool {
    !content.is_empty() && fields(content, |_, _, _| ()).is_some()
}

fn is_packed(content: &[u8]) -> bool {
    let mut at = 0;
    while at < content.len() {
        let Some((_, len)) = content.get(at..).and_then(varint) else { return false };
        at += len;
    }
    true
}

/// What the values of a field were so far.
#[derive(Clone, Copy, Debug, Default)]
struct Vote {
    /// Values with a length that are not empty.
    sized: u32,
    messages: u32,
    texts: u32,
    /// Values that read as a text by themselves.
    likely_texts: u32,
    packed: u32,
    /// Values without a length.
    varints: u32,
}

/// How each field reads, by the values that it has in the messages of one direction.
#[derive(Clone, Debug, Default)]
pub struct FieldVotes {
    votes: HashMap<Path, Vote>,
}

impl FieldVotes {
    /// Counts the fields of a message; no effect if the bytes are not one.
    pub fn add(&mut self, message: &[u8]) {
        self.add_fields(message, Path::ROOT, 0);
    }

    // Recursion is bounded by `MAX_NESTING`.
    fn add_fields(&mut self, message: &[u8], path: Path, depth: usize) {
        let mut paths = vec![path];
        let mut nested = Vec::new();
        let _ = fields(message, |key, content, group| {
            paths.truncate(group + 1);
            let field = paths.last().copied().unwrap_or(path).field(key.number);
            match key.wire {
                Wire::GroupStart => paths.push(field),
                Wire::Varint => self.update(field, |vote| vote.varints += 1),
                Wire::Len if !content.is_empty() => {
                    let (chars, is_message) = (text_chars(content), is_message(content));
                    self.update(field, |vote| {
                        vote.sized += 1;
                        vote.messages += u32::from(is_message);
                        vote.texts += u32::from(chars.is_some());
                        vote.likely_texts += u32::from(chars.is_some_and(|chars| chars >= MIN_TEXT_CHARS));
                        vote.packed += u32::from(is_packed(content));
                    });
                    if is_message {
                        nested.push((content, field));
                    }
                }
                _ => {}
            }
        });
        for (content, field) in nested {
            if depth < MAX_NESTING {
                self.add_fields(content, field, depth + 1);
            }
        }
    }

    fn update(&mut self, field: Path, change: impl FnOnce(&mut Vote)) {
        if self.votes.len() < MAX_FIELDS || self.votes.contains_key(&field) {
            change(self.votes.entry(field).or_default());
        }
    }

    /// How a field reads; `None` if it had no value with a length.
    pub(super) fn reading(&self, field: Path) -> Option<Reading> {
        let vote = self.votes.get(&field).filter(|vote| vote.sized > 0)?;
        let fits =
            |count: u32| u64::from(count) * 100 >= u64::from(vote.sized) * u64::from(MIN_FITTING_PERCENT);
        Some(if vote.varints > 0 && fits(vote.packed) {
            Reading::Packed
        } else {
            match (fits(vote.texts), fits(vote.messages)) {
                (true, true) if vote.likely_texts * 2 < vote.sized => Reading::Message,
                // What fits every value is more likely than what fits most of them.
                (true, true) if vote.messages == vote.sized && vote.texts < vote.sized => Reading::Message,
                (true, _) => Reading::Text,
                (false, true) => Reading::Message,
                (false, false) => Reading::Bytes,
            }
        })
    }
}
