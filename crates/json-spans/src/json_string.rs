//! Decodes and encodes the bytes between the quotes of a JSON string. "Raw" are the bytes as
//! written.
//!
//! Decoding is lenient, which no JSON crate offers, because recordings are not always valid JSON:
//! an escape that RFC 8259 does not define is kept as written; a lone surrogate and bytes that are
//! not UTF-8 become U+FFFD.

use std::borrow::Cow;

use memchr::memmem;

/// The most raw bytes that one character can take: a surrogate pair, `\ud83d\ude00`.
const MAX_RAW_CHAR_LEN: usize = 12;

/// The text that `raw` encodes; borrowed if it has no escapes and is UTF-8.
///
/// ```
/// use json_spans::json_string::unescape;
///
/// assert_eq!(unescape(br"caf\u00e9 \q \ud800"), "café \\q \u{fffd}");
/// ```
pub fn unescape(raw: &[u8]) -> Cow<'_, str> {
    if memchr::memchr(b'\\', raw).is_none() {
        // Most strings are valid UTF-8, which this check finds out faster.
        return std::str::from_utf8(raw).map_or_else(|_| String::from_utf8_lossy(raw), Cow::Borrowed);
    }
    // An escape is a complete character, so bytes that are not UTF-8 may be replaced after escapes
    // are resolved.
    let text = String::from_utf8(unescape_bytes(raw));
    Cow::Owned(text.unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// [`unescape`] without its last step: bytes that are not UTF-8 are unchanged.
pub fn unescape_bytes(raw: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(raw.len());
    unescape_into(raw, &mut bytes);
    bytes
}

/// Appends the result of [`unescape_bytes`]. In JSON within JSON an escape is a few bytes away, so
/// eight bytes are copied at a time, and those from the escape on are taken back.
pub fn unescape_into(raw: &[u8], bytes: &mut Vec<u8>) {
    bytes.reserve(raw.len());
    let mut rest = raw;
    while let Some(word) = rest.first_chunk::<8>() {
        bytes.extend_from_slice(word);
        let backslashes = positions(*word, b'\\');
        let plain = if backslashes == 0 { word.len() } else { backslashes.trailing_zeros() as usize / 8 };
        let tail = rest.get(plain..).unwrap_or_default();
        rest = tail;
        if backslashes != 0 {
            bytes.truncate(bytes.len() - word.len() + plain);
            rest = tail.get(push_escape(tail, bytes)..).unwrap_or_default();
        }
    }
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, tail) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        rest = tail.get(push_escape(tail, bytes)..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
}

/// Appends what the escape that `raw` begins with encodes, or its backslash; returns the number of
/// raw bytes.
fn push_escape(raw: &[u8], bytes: &mut Vec<u8>) -> usize {
    // Nearly all escapes in JSON within JSON.
    if raw.get(1) == Some(&b'"') {
        bytes.push(b'"');
        return 2;
    }
    let Some(escape) = read_escape(raw) else {
        bytes.push(b'\\');
        return 1;
    };
    push_char(bytes, escape.char);
    escape.len
}

/// What [`measure`] finds out about a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// The length of the result of [`unescape`], in bytes.
    pub len: u64,
    /// Whether the raw bytes contain `\u`.
    pub has_unicode_escapes: bool,
}

/// Measures the result of [`unescape`] without building it.
pub fn measure(raw: &[u8]) -> Measure {
    let len = if std::str::from_utf8(raw).is_ok() { raw.len() as u64 } else { lossy_len(raw) };
    let Some(at) = memchr::memchr(b'\\', raw) else { return Measure { len, has_unicode_escapes: false } };
    let escaped = raw.get(at..).unwrap_or_default();
    let (saved, are_quotes_alone) = saved_by_escapes(escaped);
    let has_unicode_escapes = !are_quotes_alone && has_unicode_escapes(escaped);
    Measure { len: len - saved, has_unicode_escapes }
}

/// Whether the raw bytes contain `\u`.
pub fn has_unicode_escapes(raw: &[u8]) -> bool {
    memmem::find(raw, b"\\u").is_some()
}

/// The first `max_chars` characters of the result of [`unescape`], and whether more follow. Reads
/// at most `12 * (max_chars + 1)` bytes, however long `raw` is.
pub fn prefix(raw: &[u8], max_chars: usize) -> (String, bool) {
    // One character more than asked for, so that a longer string is recognized. An escape that the
    // end of the window splits only changes characters after the first `max_chars`.
    let window_len = max_chars.saturating_add(1).saturating_mul(MAX_RAW_CHAR_LEN).min(raw.len());
    let window = raw.get(..window_len).unwrap_or(raw);
    let text = unescape(window);
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => (text.get(..end).unwrap_or_default().to_owned(), true),
        None => (text.into_owned(), false),
    }
}

/// Number of bytes that resolving the escapes of `raw` saves, and whether all of them are `\"`.
/// Most are, in JSON within JSON, so these are counted eight bytes at a time and the others one by
/// one.
fn saved_by_escapes(raw: &[u8]) -> (u64, bool) {
    let mut saved = 0;
    let mut are_quotes_alone = true;
    let mut rest = raw;
    loop {
        let (quotes, counted) = escaped_quotes(rest);
        saved += quotes;
        rest = rest.get(counted..).unwrap_or_default();
        let Some(at) = find_backslash(rest) else { return (saved, are_quotes_alone) };
        let tail = rest.get(at..).unwrap_or_default();
        let escape = read_escape(tail);
        are_quotes_alone &= escape.as_ref().is_some_and(|escape| escape.char == '"' && escape.len == 2);
        saved += escape.as_ref().map_or(0, |escape| (escape.len - escape.char.len_utf8()) as u64);
        rest = tail.get(escape.map_or(1, |escape| escape.len)..).unwrap_or_default();
    }
}

/// Number of `\"` in `raw` before any other escape or the last few bytes, and the number of bytes
/// counted.
fn escaped_quotes(raw: &[u8]) -> (u64, usize) {
    let mut count = 0;
    let mut counted = 0;
    // The bit of the first byte of a word, set if the word before it ends in a backslash.
    let mut carried = 0;
    for word in raw.as_chunks().0 {
        let backslashes = positions(*word, b'\\');
        let escaped = backslashes << 8 | carried;
        if escaped & !positions(*word, b'"') != 0 {
            break;
        }
        count += u64::from(backslashes.count_ones());
        carried = backslashes >> 63 << 7;
        counted += word.len();
    }
    // A backslash at the end is not counted: what it escapes comes after.
    let open = usize::from(carried != 0);
    (count - open as u64, counted - open)
}

/// The offset of the first backslash. In JSON within JSON it is a few bytes away, so the first
/// eight bytes are compared without the cost of starting a search.
fn find_backslash(bytes: &[u8]) -> Option<usize> {
    if let Some(word) = bytes.first_chunk() {
        let backslashes = positions(*word, b'\\');
        if backslashes != 0 {
            return Some(backslashes.trailing_zeros() as usize / 8);
        }
    }
    memchr::memchr(b'\\', bytes)
}

/// A mask of the bytes of `word` equal to `byte`: the highest bit of each.
fn positions(word: [u8; 8], byte: u8) -> u64 {
    const LOW_BITS: u64 = u64::from_le_bytes([0x7F; 8]);
    let differences = u64::from_le_bytes(word) ^ u64::from_le_bytes([byte; 8]);
    !(((differences & LOW_BITS) + LOW_BITS) | differences | LOW_BITS)
}

fn push_char(bytes: &mut Vec<u8>, char: char) {
    if char.is_ascii() {
        bytes.push(char as u8);
    } else {
        bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn lossy_len(bytes: &[u8]) -> u64 {
    let replacement = char::REPLACEMENT_CHARACTER.len_utf8();
    let chunk_len = |chunk: std::str::Utf8Chunk<'_>| {
        chunk.valid().len() + if chunk.invalid().is_empty() { 0 } else { replacement }
    };
    bytes.utf8_chunks().map(|chunk| chunk_len(chunk) as u64).sum()
}

/// An escape of a JSON string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Escape {
    /// The character that it encodes; U+FFFD for a lone surrogate.
    pub char: char,
    /// Number of raw bytes: 2, 6 or 12.
    pub len: usize,
}

/// The escape at the start of `raw`, which begins with a backslash; `None` if RFC 8259 does not
/// define it.
pub fn read_escape(raw: &[u8]) -> Option<Escape> {
    let char = match raw.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return read_unicode_escape(raw),
        _ => return None,
    };
    Some(Escape { char, len: 2 })
}

fn read_unicode_escape(raw: &[u8]) -> Option<Escape> {
    let unit = code_unit(raw)?;
    if let Some(char) = char::from_u32(unit) {
        return Some(Escape { char, len: 6 });
    }
    let low = raw.get(6..).and_then(code_unit).filter(|low| (0xDC00..0xE000).contains(low));
    if let Some(low) = low
        && unit < 0xDC00
    {
        let char = char::from_u32(0x1_0000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return Some(Escape { char: char.unwrap_or(char::REPLACEMENT_CHARACTER), len: 12 });
    }
    Some(Escape { char: char::REPLACEMENT_CHARACTER, len: 6 })
}

/// The UTF-16 code unit of the `\uXXXX` at the start of `raw`.
fn code_unit(raw: &[u8]) -> Option<u32> {
    let digits = raw.strip_prefix(b"\\u")?.get(..4)?;
    digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
}

/// Appends UTF-8 `text` to `bytes`, escaped for use between the quotes of a JSON string.
pub fn escape(bytes: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        let (plain, tail) = rest.split_at(at);
        bytes.extend_from_slice(plain);
        let Some((special, after)) = tail.split_first() else { break };
        match special {
            b'"' => bytes.extend_from_slice(b"\\\""),
            b'\\' => bytes.extend_from_slice(b"\\\\"),
            b'\n' => bytes.extend_from_slice(b"\\n"),
            b'\r' => bytes.extend_from_slice(b"\\r"),
            b'\t' => bytes.extend_from_slice(b"\\t"),
            control => bytes.extend_from_slice(format!("\\u{control:04x}").as_bytes()),
        }
        rest = after;
    }
    bytes.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_escape_of_json_is_resolved() {
        let raw = br#"a\"b\\c\/d\be\ff\ng\rh\ti\u00e9j\u20ACk\ud83d\ude00"#;
        assert_eq!(unescape(raw), "a\"b\\c/d\u{8}e\u{c}f\ng\rh\ti\u{e9}j\u{20ac}k\u{1f600}");
    }

    #[test]
    fn text_without_escapes_is_borrowed() {
        assert!(matches!(unescape("café".as_bytes()), Cow::Borrowed("café")));
    }

    #[test]
    fn an_undefined_escape_is_kept_as_written() {
        for raw in [r"\q", r"\", r"\u12", r"\u12g4", r"a\x41", r"\u", r"\U0041"] {
            assert_eq!(unescape(raw.as_bytes()), raw);
        }
        assert_eq!(unescape(br"\q\n"), "\\q\n");
        assert_eq!(unescape(br"\\q"), r"\q");
    }

    #[test]
    fn a_lone_surrogate_is_replaced() {
        assert_eq!(unescape(br"\ud800"), "\u{fffd}");
        assert_eq!(unescape(br"\ude00\ud83d"), "\u{fffd}\u{fffd}");
        assert_eq!(unescape(br"\ud83d\ud83d\ude00"), "\u{fffd}\u{1f600}");
        assert_eq!(unescape(br"\ud83dx"), "\u{fffd}x");
    }

    #[test]
    fn bytes_that_are_not_utf8_are_replaced() {
        assert_eq!(unescape(b"a\xffb"), "a\u{fffd}b");
        assert_eq!(unescape(b"\xe2\\n\xe2\x82"), "\u{fffd}\n\u{fffd}");
        assert_eq!(measure(b"a\xff\\n").len, 5);
    }

    #[test]
    fn a_prefix_reports_whether_more_characters_follow() {
        assert_eq!(prefix(b"abc", 3), ("abc".to_owned(), false));
        assert_eq!(prefix(b"abc", 2), ("ab".to_owned(), true));
        assert_eq!(prefix(br"\ud83d\ude00\ud83d\ude00", 1), ("\u{1f600}".to_owned(), true));
        assert_eq!(prefix(b"", 0), (String::new(), false));
        assert_eq!(prefix(b"a", 0), (String::new(), true));
        assert_eq!(prefix(b"a", usize::MAX), ("a".to_owned(), false));
    }

    /// Bytes in which escapes, halves of escapes and bad UTF-8 are common.
    fn raw_strings() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            proptest::sample::select(vec![
                &b"\\"[..],
                b"\\\"",
                b"\\\\",
                b"\\n",
                b"\\u",
                b"\\u00e9",
                b"\\ud83d",
                b"\\ude00",
                b"\\u12",
                b"a",
                b"0",
                b"u",
                b"\xe2\x82\xac",
                b"\xe2\x82",
                b"\xff",
            ])
            .prop_map(<[u8]>::to_vec),
            proptest::collection::vec(any::<u8>(), 0..4),
        ];
        proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn the_measured_length_is_that_of_the_unescaped_text(raw in raw_strings()) {
            let has_unicode_escapes = raw.windows(2).any(|pair| pair == b"\\u");
            prop_assert_eq!(measure(&raw), Measure { len: unescape(&raw).len() as u64, has_unicode_escapes });
        }

        #[test]
        fn a_prefix_is_the_beginning_of_the_unescaped_text(raw in raw_strings(), max_chars in 0_usize..30) {
            let text = unescape(&raw);
            let (head, more) = prefix(&raw, max_chars);
            prop_assert_eq!(head, text.chars().take(max_chars).collect::<String>());
            prop_assert_eq!(more, text.chars().count() > max_chars);
        }

        #[test]
        fn strings_escaped_by_serde_json_round_trip(text in any::<String>()) {
            let written = serde_json::to_string(&text).unwrap_or_default();
            let raw = written.as_bytes().get(1..written.len() - 1).unwrap_or_default();
            prop_assert_eq!(unescape(raw), text);
        }
    }
}
