//! Base64 as recordings have it: both alphabets of RFC 4648, padded or not, with line breaks or
//! without.
//!
//! By hand because of size and leniency: `data-encoding` with such a specification adds 52 KB to
//! the module (11 compressed) instead of 5 (2), and either requires padding or does not check it.
//! Sixteen digits at a time are decoded at 1.7 GB/s in wasm with simd128, as `data-encoding` does
//! natively; what has white space is decoded byte by byte.

mod block;

const STANDARD: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const SPACE: u8 = 0xFE;
const INVALID: u8 = 0xFF;

/// The value of each byte: 0 to 63, [`SPACE`] or [`INVALID`].
const VALUES: [u8; 256] = values();

const fn values() -> [u8; 256] {
    let mut values = [INVALID; 256];
    let mut value = 0;
    while value < 64 {
        values[STANDARD[value] as usize] = value as u8;
        value += 1;
    }
    values[b'-' as usize] = 62;
    values[b'_' as usize] = 63;
    let spaces = b" \t\n\r\x0c";
    let mut at = 0;
    while at < spaces.len() {
        values[spaces[at] as usize] = SPACE;
        at += 1;
    }
    values
}

/// Decodes `text`; `None` if it is not base64. Padding may be missing but not wrong; ASCII white
/// space is skipped.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    decode_into(text, &mut bytes).then_some(bytes)
}

/// Appends what `text` decodes to as by [`decode`]; `false` if it is not base64, in which case
/// `bytes` has a part of it.
pub(crate) fn decode_into(text: &[u8], bytes: &mut Vec<u8>) -> bool {
    bytes.reserve(text.len() / 4 * 3 + 3);
    let (blocks, _) = text.as_chunks();
    let mut decoded = 0;
    for digits in blocks {
        let Some(block) = block::decode(digits) else { break };
        bytes.extend_from_slice(&block);
        decoded += digits.len();
    }
    decode_bytes(text.get(decoded..).unwrap_or_default(), bytes)
}

/// [`decode_into`] byte by byte.
fn decode_bytes(text: &[u8], bytes: &mut Vec<u8>) -> bool {
    let mut group = 0_u32;
    let mut digits = 0_usize;
    let mut padding = 0_usize;
    for &byte in text {
        let value = VALUES[usize::from(byte)];
        match value {
            0..64 if padding == 0 => {
                group = group << 6 | u32::from(value);
                digits += 1;
                if digits.is_multiple_of(4) {
                    let [_, first, second, third] = group.to_be_bytes();
                    bytes.extend_from_slice(&[first, second, third]);
                    group = 0;
                }
            }
            SPACE => {}
            _ if byte == b'=' => padding += 1,
            _ => return false,
        }
    }
    if padding > 2 || (padding > 0 && !(digits + padding).is_multiple_of(4)) {
        return false;
    }
    let [_, first, second, _] = (group << (6 * (4 - digits % 4))).to_be_bytes();
    match digits % 4 {
        0 => {}
        2 => bytes.push(first),
        3 => bytes.extend_from_slice(&[first, second]),
        _ => return false,
    }
    true
}

/// [`decode`] for text that a producer marks as base64. Text with spaces inside a line is not
/// base64, even if all of its letters are: base64 has white space only at line breaks.
pub fn decode_payload(text: &[u8]) -> Option<Vec<u8>> {
    if has_inner_spaces(text) { None } else { decode(text) }
}

/// Whether a space is inside a line, as in prose. Line breaks may still be escaped as in JSON.
pub(crate) fn has_inner_spaces(text: &[u8]) -> bool {
    let text = text.trim_ascii();
    memchr::memchr_iter(b' ', text).any(|at| {
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + 1..).unwrap_or_default();
        let is_break =
            |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_whitespace() || *byte == b'=');
        let is_escaped =
            |text: &[u8], at: usize| matches!(text.get(at..), Some([b'\\', b'n' | b'r' | b't', ..]));
        let is_at_break = is_break(before.last())
            || is_break(after.first())
            || is_escaped(before, before.len().saturating_sub(2))
            || is_escaped(after, 0);
        !is_at_break
    })
}

/// The length of the result of [`decode`] in bytes, without decoding; `None` if it is not base64.
pub fn decoded_len(text: &[u8]) -> Option<u64> {
    let (blocks, _) = text.as_chunks();
    let in_blocks = blocks.iter().take_while(|digits| block::is_valid(digits)).count() * block::DIGITS;
    let rest = text.get(in_blocks..).unwrap_or_default();
    let (plain, end) = rest.split_at(memchr::memchr(b'=', rest).unwrap_or(rest.len()));
    let count = |text: &[u8], is_match: fn(u8) -> bool| text.iter().filter(|byte| is_match(**byte)).count();
    let digits = count(plain, is_digit);
    let padding = count(end, |byte| byte == b'=');
    let is_valid =
        digits + count(plain, is_space) == plain.len() && padding + count(end, is_space) == end.len();
    let digits = in_blocks + digits;
    let is_complete =
        padding <= 2 && (padding == 0 || (digits + padding).is_multiple_of(4)) && digits % 4 != 1;
    (is_valid && is_complete).then_some(digits as u64 * 3 / 4)
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'\x0c')
}

pub(crate) fn is_digit(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
        || byte.wrapping_sub(b'0') < 10
        || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

/// Encodes in the standard alphabet, padded, on one line.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (group >> (18 - 6 * digit)) as usize & 63;
            text.push(if digit <= chunk.len() { char::from(STANDARD[value]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decoded(text: &str) -> Option<Vec<u8>> {
        decode(text.as_bytes())
    }

    #[test]
    fn the_examples_of_rfc_4648_encode_and_decode() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, text) in cases {
            assert_eq!(encode(plain.as_bytes()), text);
            assert_eq!(decoded(text).as_deref(), Some(plain.as_bytes()));
            assert_eq!(
                decoded(text.trim_end_matches('=')).as_deref(),
                Some(plain.as_bytes()),
                "without padding"
            );
        }
    }

    #[test]
    fn both_alphabets_and_line_breaks_are_decoded() {
        assert_eq!(decoded("+/+/"), Some(vec![0xfb, 0xff, 0xbf]));
        assert_eq!(decoded("-_-_"), decoded("+/+/"));
        assert_eq!(decoded(" Zm9v\r\nYg=\t= \n").as_deref(), Some(&b"foob"[..]));
    }

    #[test]
    fn text_with_words_is_not_decoded_as_a_payload() {
        for text in ["not base", "AQID BAUG AQID"] {
            assert_eq!(decode_payload(text.as_bytes()), None, "{text}");
        }
        for text in ["AQID\r\n BAUG", " AQIDBAUG ", "AQID\n\tBAUG", "AQIDBA = ="] {
            assert_eq!(decode_payload(text.as_bytes()), decoded(text), "{text}");
        }
    }

    #[test]
    fn invalid_base64_is_rejected() {
        for text in [
            "Z",
            "Zm9vY",
            "Zg=",
            "Zg===",
            "=",
            "====",
            "Zm9v=",
            "Z=g=",
            "Zg==Zg==",
            "Zm9!",
            "Zm\u{e9}9",
            "Zm9v\0",
        ] {
            assert_eq!((decoded(text), decoded_len(text.as_bytes())), (None, None), "{text}");
        }
    }

    proptest! {
        #[test]
        fn encoded_bytes_round_trip(bytes: Vec<u8>) {
            prop_assert_eq!(decode(encode(&bytes).as_bytes()), Some(bytes));
        }

        #[test]
        fn blocks_decode_as_bytes_do(text in "[A-Za-z0-9+/_-]{0,80}[ =!\\\\A]{0,2}[A-Za-z0-9+/_-]{0,80}") {
            let (mut one, mut other) = (Vec::new(), Vec::new());
            prop_assert_eq!(decode_into(text.as_bytes(), &mut one), decode_bytes(text.as_bytes(), &mut other));
            prop_assert_eq!(one, other);
        }

        #[test]
        fn the_decoded_length_is_that_of_the_decoded_bytes(text in "[A-Za-z0-9+/_ \n-]{0,600}={0,2}[ A!\\\\]{0,1}") {
            let expected = decode(text.as_bytes()).map(|bytes| bytes.len() as u64);
            prop_assert_eq!(decoded_len(text.as_bytes()), expected);
        }

        #[test]
        fn any_bytes_are_decoded_without_a_panic(text: Vec<u8>) {
            prop_assert_eq!(decode(&text).map(|bytes| bytes.len() as u64), decoded_len(&text));
        }
    }
}
