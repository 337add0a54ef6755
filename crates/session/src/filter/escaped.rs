//! Decides by the raw bytes of a payload, before escapes are resolved, whether a text occurs in it.

use memchr::memmem;

use super::search::{ByteFrequencies, Needle};
use super::text::TextTerm;
use crate::model::{Encoding, MessageBody};
use json_spans::json_string::read_escape;

/// Bytes of the longest escape, a surrogate pair.
const MAX_ESCAPE_LEN: usize = 12;

/// Decides by the raw bytes of a payload, before escapes are resolved, whether a term occurs.
///
/// JSON writes most characters as themselves or as `\uXXXX`, and a few in a short form (`\n`,
/// `\"`). So the part of the term between those few must occur in the raw bytes unchanged, unless
/// some of it is written as `\uXXXX`.
#[derive(Clone, Debug)]
pub(super) struct EscapedTerm {
    /// The longest part without short forms, of ASCII characters if possible; `None` if there is
    /// none.
    part: Option<Part>,
    /// Whether the term, found in the raw bytes outside of escapes, certainly occurs in the
    /// payload.
    is_literal: bool,
}

#[derive(Clone, Debug)]
struct Part {
    needle: Needle,
    /// The part is the complete term.
    is_term: bool,
    escapes: Escapes,
}

/// The `\u` escapes that can encode a character of a part.
#[derive(Clone, Debug)]
struct Escapes {
    begin: memmem::Finder<'static>,
    /// For a part of ASCII characters: the characters whose escapes matter, one bit each. They are
    /// those of the part, and those that an escape consists of, because the payload may be JSON
    /// whose strings are resolved once more.
    ascii: Option<u128>,
}

impl EscapedTerm {
    pub(super) fn new(frequencies: &ByteFrequencies, text: &str) -> Self {
        let longest = |is_boundary: fn(char) -> bool| {
            text.split(is_boundary).max_by_key(|part| part.len()).filter(|part| !part.is_empty())
        };
        let part =
            longest(|char| has_short_form(char) || !char.is_ascii()).or_else(|| longest(has_short_form));
        Self {
            part: part.map(|part| Part {
                needle: Needle::with_frequencies(frequencies, part),
                is_term: part == text,
                escapes: Escapes::of(part),
            }),
            is_literal: !text.contains(['\\', char::REPLACEMENT_CHARACTER]),
        }
    }

    /// Whether the term occurs in a reading of `raw`, a JSON string or value; `None` if only the
    /// readings can decide.
    pub(super) fn decide(&self, term: &TextTerm, body: MessageBody, raw: &[u8]) -> Option<bool> {
        let part = self.part.as_ref()?;
        let Some(part_at) = part.needle.find(raw) else {
            let may_be_escaped = body.has_unicode_escapes && part.escapes.may_occur_in(raw);
            return if may_be_escaped { None } else { Some(false) };
        };
        if !self.is_literal {
            return None;
        }
        let at = if part.is_term { part_at } else { term.needle.find(raw)? };
        let is_certain =
            body.encoding == Encoding::JsonValue || !is_within_escape(raw, at, body.has_unicode_escapes);
        is_certain.then_some(true)
    }
}

impl EscapedTerm {
    /// Whether the term may occur in `raw`, or in a text that is nested in it as a string. `false`
    /// is certain.
    pub(super) fn may_occur_in(&self, raw: &[u8], has_unicode_escapes: bool) -> bool {
        self.part.as_ref().is_none_or(|part| {
            part.needle.find_in(raw) || (has_unicode_escapes && part.escapes.may_occur_in(raw))
        })
    }
}

/// Whether JSON writes every character of `text` as itself or as `\u00XX`.
pub(super) fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains(has_short_form)
}

impl Escapes {
    fn of(part: &str) -> Self {
        let bit = |byte: u8| 1_u128 << byte;
        let both_cases = |byte: u8| bit(byte.to_ascii_lowercase()) | bit(byte.to_ascii_uppercase());
        let escape_characters = b"\\u0123456789abcdefABCDEF".iter().fold(0, |bits, byte| bits | bit(*byte));
        let ascii = part
            .is_ascii()
            .then(|| part.bytes().fold(escape_characters, |bits, byte| bits | both_cases(byte)));
        Self { begin: memmem::Finder::new(if ascii.is_some() { "\\u00" } else { "\\u" }), ascii }
    }

    fn may_occur_in(&self, raw: &[u8]) -> bool {
        let Some(ascii) = self.ascii else { return self.begin.find(raw).is_some() };
        self.begin.find_iter(raw).any(|at| {
            let escape = raw.get(at..).and_then(read_escape);
            escape.is_some_and(|escape| escape.char.is_ascii() && ascii >> (escape.char as u32) & 1 == 1)
        })
    }
}

/// Whether JSON has another form of `char` than itself and `\uXXXX`. U+FFFD counts, because it also
/// replaces bytes that are not UTF-8.
fn has_short_form(char: char) -> bool {
    matches!(char, '"' | '\\' | '/' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' | char::REPLACEMENT_CHARACTER)
}

/// Whether the byte at `at` is part of an escape that begins before it. Only Unicode escapes are
/// longer than two bytes.
fn is_within_escape(raw: &[u8], at: usize, has_unicode_escapes: bool) -> bool {
    let max_len = if has_unicode_escapes { MAX_ESCAPE_LEN } else { 2 };
    let from = (at + 1).saturating_sub(max_len);
    raw.get(from..at).unwrap_or_default().iter().enumerate().any(|(nth, byte)| {
        let start = from + nth;
        *byte == b'\\'
            && begins_escape(raw, start)
            && raw.get(start..).and_then(read_escape).is_some_and(|escape| start + escape.len > at)
    })
}

/// Whether the backslash at `at` begins an escape, rather than being escaped itself.
fn begins_escape(raw: &[u8], at: usize) -> bool {
    let before = raw.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
}
