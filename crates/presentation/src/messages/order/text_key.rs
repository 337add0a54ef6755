//! Keys of the texts that messages are sorted by: a few bytes of the text as a number.

use json_spans::json_string;
use session::model::{Encoding, MessageBody, SegmentedBuffer, Span};

/// Bytes of a text in one key. The first byte of the first key is the kind of the text.
const KEY_BYTES: usize = 8;
/// Bytes of a text that are compared: as many as a wide row shows. Texts that are equal up to here
/// count as equal.
const MAX_COMPARED_BYTES: usize = 256;
/// The levels of such a text.
pub(super) const MAX_LEVELS: u32 = (MAX_COMPARED_BYTES / KEY_BYTES) as u32;
/// Raw bytes of the longest escape of one character, `\ud83d\ude00`.
const MAX_ESCAPE_LEN: usize = 12;

/// Texts come before binary payloads. No key is 0 or all ones because of these.
const TEXT: u8 = 1;
const BINARY: u8 = 2;

/// The key of a message's payload at a level, ASCII case ignored; `None` if it is empty or was not
/// recorded.
pub(super) fn payload_key(bytes: &SegmentedBuffer, body: MessageBody, level: u32) -> Option<u64> {
    if body.encoding == Encoding::Absent || body.span.len == 0 {
        return None;
    }
    let raw = bytes.slice(prefix_of(body.span));
    Some(match body.encoding {
        Encoding::JsonString => key(TEXT, Unescaped::new(&raw), level),
        Encoding::Base64 => key(BINARY, Base64::new(&raw), level),
        Encoding::JsonValue | Encoding::Absent => key(TEXT, raw.iter().copied(), level),
    })
}

/// The key of a JSON string between its quotes at a level; `None` if it is empty.
pub(super) fn string_key(bytes: &SegmentedBuffer, span: Span, level: u32) -> Option<u64> {
    let body = MessageBody { encoding: Encoding::JsonString, has_unicode_escapes: true, span };
    payload_key(bytes, body, level)
}

/// Whether a text ends with that key, so that there is nothing to compare at further levels.
pub(super) fn is_end(key: u64) -> bool {
    key as u8 == 0
}

fn prefix_of(span: Span) -> Span {
    Span { len: span.len.min((MAX_COMPARED_BYTES * MAX_ESCAPE_LEN) as u32), ..span }
}

/// The bytes of a level, the first of them in the highest place; zeros after the end. ASCII letters
/// of a text are lower case.
fn key(kind: u8, mut text: impl Iterator<Item = u8>, level: u32) -> u64 {
    // The kind precedes the text.
    let (mut key, mut count) = if level == 0 { (u64::from(kind), 1) } else { (0, 0) };
    if let Some(skipped) = (level as usize * KEY_BYTES).checked_sub(1)
        && text.nth(skipped - 1).is_none()
    {
        return 0;
    }
    while count < KEY_BYTES {
        let Some(byte) = text.next() else { break };
        let byte = if kind == TEXT { byte.to_ascii_lowercase() } else { byte };
        // A zero is the end of the text.
        key = key << 8 | u64::from(byte.max(1));
        count += 1;
    }
    if count == 0 { 0 } else { key << (8 * (KEY_BYTES - count)) }
}

/// The bytes of a JSON string with escapes resolved.
struct Unescaped<'a> {
    rest: &'a [u8],
    /// Bytes of the character that an escape encodes, the next one last.
    pending: [u8; 4],
    pending_len: usize,
}

impl<'a> Unescaped<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self { rest: raw, pending: [0; 4], pending_len: 0 }
    }
}

impl Iterator for Unescaped<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.pending_len > 0 {
            self.pending_len -= 1;
            return self.pending.get(self.pending_len).copied();
        }
        let (first, rest) = self.rest.split_first()?;
        let escape = if *first == b'\\' { json_string::read_escape(self.rest) } else { None };
        let Some(escape) = escape else {
            self.rest = rest;
            return Some(*first);
        };
        self.rest = self.rest.get(escape.len..).unwrap_or_default();
        self.pending_len = escape.char.encode_utf8(&mut self.pending).len();
        if let Some(bytes) = self.pending.get_mut(..self.pending_len) {
            bytes.reverse();
        }
        self.next()
    }

    /// Plain text is skipped without a look at each byte.
    fn nth(&mut self, mut skipped: usize) -> Option<u8> {
        while skipped > 0 {
            let plain = self.rest.get(..skipped.min(self.rest.len())).unwrap_or_default();
            let end = memchr::memchr(b'\\', plain).unwrap_or(plain.len());
            if self.pending_len > 0 || end == 0 {
                self.next()?;
                skipped -= 1;
            } else {
                self.rest = self.rest.get(end..).unwrap_or_default();
                skipped -= end;
            }
        }
        self.next()
    }
}

/// The bytes that base64 encodes, up to the first character that is none of it.
struct Base64<'a> {
    digits: Unescaped<'a>,
    bits: u32,
    bit_count: u32,
}

impl<'a> Base64<'a> {
    fn new(raw: &'a [u8]) -> Self {
        Self { digits: Unescaped::new(raw), bits: 0, bit_count: 0 }
    }
}

impl Iterator for Base64<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        while self.bit_count < 8 {
            let value = match self.digits.next()? {
                digit @ b'A'..=b'Z' => digit - b'A',
                digit @ b'a'..=b'z' => digit - b'a' + 26,
                digit @ b'0'..=b'9' => digit - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                byte if byte.is_ascii_whitespace() => continue,
                _ => return None,
            };
            self.bits = self.bits << 6 | u32::from(value);
            self.bit_count += 6;
        }
        self.bit_count -= 8;
        let byte = (self.bits >> self.bit_count) as u8;
        self.bits &= (1 << self.bit_count) - 1;
        Some(byte)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::encodings::base64;

    fn keys(encoding: Encoding, raw: &str) -> Vec<Option<u64>> {
        let mut bytes = SegmentedBuffer::default();
        bytes.append(raw.as_bytes()).expect("room");
        let span = Span { start: 0, len: raw.len() as u32 };
        let body = MessageBody { encoding, has_unicode_escapes: true, span };
        (0..3).map(|level| payload_key(&bytes, body, level)).collect()
    }

    #[test]
    fn texts_compare_as_they_are_read() {
        let key = |raw: &str| keys(Encoding::JsonString, raw);
        assert_eq!(key(r#"{\"a\":1}"#), keys(Encoding::JsonValue, r#"{"a":1}"#));
        assert_eq!(key(r"\u00e9\ud83d\ude00"), key("é😀"));
        assert_eq!(key("ABC"), key("abc"));
        assert!(key("abc") < key("abcd") && key("abcd") < key("abd"));
        assert!(key("12345678") < key("12345679"), "the eighth byte is of the second level");
        assert_eq!(key(r"\u0000")[0], key("\u{1}")[0], "no byte of a text is an end");
        assert_eq!(key(""), [None; 3]);
        assert_eq!(keys(Encoding::Absent, "abc"), [None; 3]);
    }

    #[test]
    fn skipping_reads_the_same_bytes() {
        let raw = br#"plain text \"quoted\" and \u00e9\ud83d\ude00 \x end\"#;
        let bytes: Vec<u8> = Unescaped::new(raw).collect();
        for skipped in 0..bytes.len() + 3 {
            let mut rest = Unescaped::new(raw);
            assert_eq!(rest.nth(skipped), bytes.get(skipped).copied(), "{skipped}");
            assert_eq!(rest.next(), bytes.get(skipped + 1).copied().filter(|_| skipped < bytes.len()));
        }
    }

    #[test]
    fn binary_payloads_compare_by_their_bytes_behind_texts() {
        let key = |bytes: &[u8]| keys(Encoding::Base64, &base64::encode(bytes));
        assert!(key(&[0x7A, 1]) < key(&[0x7A, 2]) && key(&[0x7A, 2]) < key(&[0xFA]));
        assert!(keys(Encoding::JsonString, "zz") < key(&[1]));
        assert_eq!(keys(Encoding::Base64, "ab*")[0], keys(Encoding::Base64, "ab")[0]);
    }

    #[test]
    fn a_text_ends_with_its_last_key() {
        assert!(is_end(keys(Encoding::JsonString, "abcdef")[0].unwrap_or_default()));
        assert!(!is_end(keys(Encoding::JsonString, "abcdefg")[0].unwrap_or_default()));
        assert!(is_end(keys(Encoding::JsonString, "abcdefg")[1].unwrap_or_default()));
    }
}
