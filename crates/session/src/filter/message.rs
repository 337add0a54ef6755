//! Whether a message matches a filter, by the text of its payload as a person reads it.
//!
//! A payload has two readings, and a term occurs in the payload if it occurs in either:
//!
//! - the payload itself: a JSON string of the file with its escapes resolved once, or a JSON value as written;
//! - if that is JSON in turn, the payload with the escapes of its own strings resolved too; for a binary message, the
//!   decoded bytes if they are UTF-8.
//!
//! Resolving every message on every keystroke would be slow, so most are decided by the raw bytes alone: see
//! [`EscapedTerm`].

use std::borrow::Cow;

use memchr::memmem;

use super::query::{Query, Term};
use super::search::{ByteFrequencies, Needle};
use crate::encodings::base64;
use crate::model::{Encoding, EventFields, MessageBody, MessageLog, Span};
use json_spans::json_string::{read_escape, unescape, unescape_bytes};

/// Bytes of the longest escape, a surrogate pair.
const MAX_ESCAPE_LEN: usize = 12;

/// A predicate over the indexes of `log`: whether the message matches `filter`. The type and ID of an event are
/// searched like its payload. An index past the end does not match.
pub fn matching(log: MessageLog<'_>, filter: &str) -> impl Fn(usize) -> bool {
    let query = Query::parse_with_frequencies(&sample(log), filter);
    move |index| {
        let Some(body) = log.columns.body(index) else { return false };
        let raw = log.bytes.slice(body.span);
        if log.columns.event(index) == EventFields::default() {
            return message_matches(&query, body, &raw);
        }
        let mut readings = Readings::of(body, &raw);
        let fields = [log.event_name(index), log.event_id(index)];
        let in_fields = |term: &Term| fields.iter().any(|field| term.needle.find_in(field.as_bytes()));
        query.matches(|term| in_fields(term) || readings.match_term(term, body))
    }
}

/// Byte frequencies in a sample of the raw payloads: the beginnings of up to 256 of them, evenly spaced.
fn sample(log: MessageLog<'_>) -> ByteFrequencies {
    const BODIES: usize = 256;
    const BYTES: u32 = 256;
    let step = log.len().div_ceil(BODIES).max(1);
    let bodies = (0..log.len()).step_by(step).filter_map(|index| log.columns.body(index));
    ByteFrequencies::of(
        bodies.map(|body| log.bytes.slice(Span { len: body.span.len.min(BYTES), ..body.span })),
    )
}

/// Whether a message matches; `raw` is its payload as written in the file. A payload that was not recorded is empty: it
/// matches only a filter of exclusions.
pub fn message_matches(query: &Query, body: MessageBody, raw: &[u8]) -> bool {
    let mut readings = Readings::of(body, raw);
    query.matches(|term| readings.match_term(term, body))
}

/// The readings of one payload, each computed when a term first needs it.
struct Readings<'a> {
    encoding: Encoding,
    raw: &'a [u8],
    text: Option<Cow<'a, str>>,
    second: Option<Second>,
}

/// The second reading of a payload: see the module.
struct Second {
    bytes: Vec<u8>,
    /// Whether the reading counts. That costs more to find out than to search, so it is checked only after a match.
    is_valid: Option<bool>,
}

impl<'a> Readings<'a> {
    fn of(body: MessageBody, raw: &'a [u8]) -> Self {
        Self { encoding: body.encoding, raw, text: None, second: None }
    }

    fn match_term(&mut self, term: &Term, body: MessageBody) -> bool {
        match self.encoding {
            Encoding::Absent => false,
            Encoding::Base64 => self.contain(term),
            Encoding::JsonString | Encoding::JsonValue => {
                term.in_escaped.decide(term, body, self.raw).unwrap_or_else(|| self.contain(term))
            }
        }
    }

    fn contain(&mut self, term: &Term) -> bool {
        let (encoding, raw) = (self.encoding, self.raw);
        let text = self.text.get_or_insert_with(|| first_reading(encoding, raw));
        if term.needle.find_in(text.as_bytes()) {
            return true;
        }
        let second = self.second.get_or_insert_with(|| Second::of(encoding, text));
        term.needle.find_in(&second.bytes) && *second.is_valid.get_or_insert_with(|| is_json(text))
    }
}

fn first_reading(encoding: Encoding, raw: &[u8]) -> Cow<'_, str> {
    match encoding {
        Encoding::Absent => Cow::Borrowed(""),
        Encoding::JsonString | Encoding::Base64 => unescape(raw),
        Encoding::JsonValue => String::from_utf8_lossy(raw),
    }
}

impl Second {
    /// Empty if there is none, or if it is the same as the first.
    fn of(encoding: Encoding, text: &str) -> Self {
        if encoding == Encoding::Base64 {
            let bytes = base64::decode(text.as_bytes()).unwrap_or_default();
            return Self { is_valid: Some(std::str::from_utf8(&bytes).is_ok()), bytes };
        }
        let is_same = memchr::memchr(b'\\', text.as_bytes()).is_none();
        Self { bytes: if is_same { Vec::new() } else { unescape_bytes(text.as_bytes()) }, is_valid: None }
    }
}

fn is_json(text: &str) -> bool {
    json_spans::is_json(text.as_bytes())
}

/// Decides by the raw bytes of a payload, before escapes are resolved, whether a term occurs.
///
/// JSON writes most characters as themselves or as `\uXXXX`, and a few in a short form (`\n`, `\"`). So the part of the
/// term between those few must occur in the raw bytes unchanged, unless some of it is written as `\uXXXX`.
#[derive(Clone, Debug)]
pub(super) struct EscapedTerm {
    /// The longest part without short forms, of ASCII characters if possible; `None` if there is none.
    part: Option<Part>,
    /// Whether the term, found in the raw bytes outside of escapes, certainly occurs in the payload.
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
    /// For a part of ASCII characters: the characters whose escapes matter, one bit each. They are those of the part,
    /// and those that an escape consists of, because the payload may be JSON whose strings are resolved once more.
    ascii: Option<u128>,
}

impl EscapedTerm {
    pub(super) fn new(frequencies: &ByteFrequencies, text: &str) -> Self {
        let longest_part = |is_boundary: fn(char) -> bool| {
            text.split(is_boundary).max_by_key(|part| part.len()).filter(|part| !part.is_empty())
        };
        let part = longest_part(|char| has_short_form(char) || !char.is_ascii())
            .or_else(|| longest_part(has_short_form));
        Self {
            part: part.map(|part| Part {
                needle: Needle::with_frequencies(frequencies, part),
                is_term: part == text,
                escapes: Escapes::of(part),
            }),
            is_literal: !text.contains(['\\', char::REPLACEMENT_CHARACTER]),
        }
    }

    /// Whether the term occurs in a reading of `raw`, a JSON string or value; `None` if only the readings can decide.
    fn decide(&self, term: &Term, body: MessageBody, raw: &[u8]) -> Option<bool> {
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

/// Whether JSON has another form of `char` than itself and `\uXXXX`. U+FFFD counts, because it also replaces bytes that
/// are not UTF-8.
fn has_short_form(char: char) -> bool {
    matches!(char, '"' | '\\' | '/' | '\u{8}' | '\u{c}' | '\n' | '\r' | '\t' | char::REPLACEMENT_CHARACTER)
}

/// Whether the byte at `at` is part of an escape that begins before it. Only Unicode escapes are longer than two bytes.
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

#[cfg(test)]
mod tests {
    use super::*;
    use json_spans::json_string::has_unicode_escapes;
    use proptest::prelude::*;

    /// The message body of `raw`.
    fn body(encoding: Encoding, raw: &[u8]) -> MessageBody {
        MessageBody { encoding, has_unicode_escapes: has_unicode_escapes(raw), span: Span::default() }
    }

    fn matches(query: &str, encoding: Encoding, raw: &str) -> bool {
        message_matches(&Query::parse(query), body(encoding, raw.as_bytes()), raw.as_bytes())
    }

    fn string_matches(query: &str, raw: &str) -> bool {
        matches(query, Encoding::JsonString, raw)
    }

    #[test]
    fn a_term_is_searched_in_the_payload_and_not_in_the_escapes_of_the_file() {
        let raw = r#"{\"state\":\"paid\",\"note\":\"caf\u00e9\"}"#;
        assert!(string_matches("PAID", raw));
        assert!(string_matches("café", raw));
        assert!(string_matches(r#"state":"paid"#, raw), "quotes as the payload has them");
        assert!(!string_matches("00e9", raw));
        assert!(!string_matches(r"\", raw));
        assert!(!string_matches("nabc", r"a\nabc n"), "the letter of a line break is none");
    }

    #[test]
    fn escapes_in_strings_of_a_json_payload_are_resolved_too() {
        let raw = r#"{\"text\":\"caf\\u00e9 \\\"au lait\\\"\"}"#;
        assert!(string_matches("café", raw));
        assert!(string_matches(r#"é "au"#, raw));
        assert!(string_matches("u00e9", raw), "the payload as written still counts");
        assert!(!string_matches("café", r"not json caf\\u00e9"));
    }

    #[test]
    fn excluded_terms_are_searched_in_the_same_readings() {
        let raw = r#"{\"type\":\"p\\u0069ng\"}"#;
        assert!(!string_matches("-ping", raw));
        assert!(string_matches("-pong type", raw));
        assert!(!string_matches("-pong pang", raw));
    }

    #[test]
    fn a_json_value_is_searched_as_written_and_with_escapes_resolved() {
        let raw = r#"{"path":"\/orders","name":"caf\u00e9"}"#;
        for found in ["/orders", r"\/orders", "café", "00E9", r#"e":"caf"#] {
            assert!(matches(found, Encoding::JsonValue, raw), "{found}");
        }
        assert!(!matches("orders/", Encoding::JsonValue, raw));
    }

    #[test]
    fn a_binary_payload_is_searched_as_base64_and_as_decoded_text() {
        let raw = base64::encode(b"hello \x00 world");
        assert!(matches("hello", Encoding::Base64, &raw));
        assert!(matches(&raw, Encoding::Base64, &raw));
        assert!(!matches("hello", Encoding::Base64, &base64::encode(b"hello \xff")));
        assert!(matches("not", Encoding::Base64, "not base64!"));
    }

    #[test]
    fn a_payload_that_was_not_recorded_matches_only_exclusions() {
        assert!(matches("", Encoding::Absent, ""));
        assert!(matches("-ping", Encoding::Absent, ""));
        assert!(!matches("ping", Encoding::Absent, ""));
        assert!(!matches("ping -pong", Encoding::Absent, ""));
    }

    /// The definition, without any optimization.
    fn plainly(query: &Query, encoding: Encoding, raw: &[u8]) -> bool {
        let text = first_reading(encoding, raw);
        let second = if is_json(&text) { unescape(text.as_bytes()) } else { Cow::Borrowed("") };
        let contains =
            |text: &str, term: &Term| text.to_ascii_lowercase().contains(&term.text().to_ascii_lowercase());
        query.matches(|term| contains(&text, term) || contains(&second, term))
    }

    /// Pieces of payloads in which letters, escapes and escapes of escapes are easily confused.
    fn raw_payload() -> impl Strategy<Value = Vec<u8>> {
        let piece = proptest::sample::select(vec![
            &b"a"[..],
            b"N",
            b"n",
            b"u",
            b"00",
            b"e9",
            b"e",
            b"\\",
            b"\\\\",
            b"\\\\\\\\",
            b"\\n",
            b"\\\\n",
            b"\\\"",
            b"\\/",
            b"/",
            b"\\u00e9",
            b"\\u006e",
            b"\\u006E",
            b"\\\\u006e",
            b"\\ud83d\\ude00",
            b"\\u005cn",
            b"\\u12",
            b"\xc3\xa9",
            b"\xc3",
            b"\xff",
            b" ",
        ]);
        let pieces = proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat());
        (pieces, any::<bool>()).prop_map(
            |(raw, in_quotes)| {
                if in_quotes { [&b"\\\""[..], &raw, b"\\\""].concat() } else { raw }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn matches_are_those_of_a_search_in_the_resolved_readings(raw in raw_payload(), query in "-?[anNu0e9\"\\\\/é\u{1f600}\u{fffd}]{1,3}( n)?") {
            let query = Query::parse(&query);
            for encoding in [Encoding::JsonString, Encoding::JsonValue] {
                prop_assert_eq!(message_matches(&query, body(encoding, &raw), &raw), plainly(&query, encoding, &raw));
            }
        }

        #[test]
        fn any_bytes_are_matched_without_a_panic(raw: Vec<u8>, query: String) {
            for encoding in [Encoding::Absent, Encoding::JsonString, Encoding::Base64, Encoding::JsonValue] {
                let _ = message_matches(&Query::parse(&query), body(encoding, &raw), &raw);
            }
        }
    }
}
