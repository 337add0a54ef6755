//! Converts UTF-16 to UTF-8 while a file arrives. JSON is UTF-8 (RFC 8259), but Windows tools also
//! write UTF-16.

use std::borrow::Cow;

/// Number of leading bytes that determine the encoding.
const MAX_SIGNATURE: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) enum TextEncoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
}

/// The encoding of a file by its first bytes: a byte order mark, or the zeros next to the first two
/// characters of a JSON text.
pub(in crate::formats) fn encoding_of(first_bytes: &[u8]) -> TextEncoding {
    let is_start = |byte: u8| matches!(byte, b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n');
    match *first_bytes {
        [0xFF, 0xFE, ..] => TextEncoding::Utf16LittleEndian,
        [0xFE, 0xFF, ..] => TextEncoding::Utf16BigEndian,
        [first, 0, second, 0, ..] if second != 0 && is_start(first) => TextEncoding::Utf16LittleEndian,
        [0, first, 0, second, ..] if second != 0 && is_start(first) => TextEncoding::Utf16BigEndian,
        _ => TextEncoding::Utf8,
    }
}

/// Converts the pieces of one file.
#[derive(Debug, Default)]
pub(in crate::formats) struct TextDecoder {
    /// The encoding, once enough bytes have arrived.
    encoding: Option<TextEncoding>,
    /// Bytes that arrived before the encoding was known, or half a code unit.
    pending: Vec<u8>,
    /// The first half of a surrogate pair.
    high_surrogate: Option<u16>,
}

impl TextDecoder {
    /// The next piece in UTF-8, unchanged if the file is UTF-8.
    pub(in crate::formats) fn decode<'a>(&mut self, piece: &'a [u8]) -> Cow<'a, [u8]> {
        match self.encoding {
            Some(TextEncoding::Utf8) => Cow::Borrowed(piece),
            None if self.pending.is_empty() && piece.len() >= MAX_SIGNATURE => self.begin(piece),
            None => {
                self.pending.extend_from_slice(piece);
                if self.pending.len() < MAX_SIGNATURE {
                    return Cow::Borrowed(&[]);
                }
                let held = std::mem::take(&mut self.pending);
                Cow::Owned(self.begin(&held).into_owned())
            }
            Some(_) => Cow::Owned(self.convert(piece)),
        }
    }

    /// The rest of the text at the end of the file.
    pub(in crate::formats) fn finish(&mut self) -> Vec<u8> {
        let held = std::mem::take(&mut self.pending);
        match self.encoding {
            None => self.begin(&held).into_owned(),
            Some(TextEncoding::Utf8) => held,
            Some(_) => {
                let is_incomplete = !held.is_empty() || self.high_surrogate.take().is_some();
                if is_incomplete { REPLACEMENT.as_bytes().to_vec() } else { Vec::new() }
            }
        }
    }

    /// Whether the text is converted, so that its positions are not those of the file.
    pub(in crate::formats) fn is_converting(&self) -> bool {
        self.encoding.is_some_and(|encoding| encoding != TextEncoding::Utf8)
    }

    fn begin<'a>(&mut self, text: &'a [u8]) -> Cow<'a, [u8]> {
        let encoding = encoding_of(text);
        self.encoding = Some(encoding);
        let mark = match text {
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => 2,
            _ => 0,
        };
        if encoding == TextEncoding::Utf8 {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.convert(text.get(mark..).unwrap_or_default()))
    }

    fn convert(&mut self, mut piece: &[u8]) -> Vec<u8> {
        let mut text = String::with_capacity(piece.len() / 2 + 3);
        if let (Some(&half), [first, rest @ ..]) = (self.pending.first(), piece) {
            self.pending.clear();
            self.push([half, *first], &mut text);
            piece = rest;
        }
        let (units, half) = piece.as_chunks();
        for unit in units {
            self.push(*unit, &mut text);
        }
        self.pending.extend_from_slice(half);
        text.into_bytes()
    }

    fn push(&mut self, bytes: [u8; 2], text: &mut String) {
        let unit = match self.encoding {
            Some(TextEncoding::Utf16BigEndian) => u16::from_be_bytes(bytes),
            _ => u16::from_le_bytes(bytes),
        };
        if let Some(high) = self.high_surrogate.take() {
            if let Some(Ok(pair)) = char::decode_utf16([high, unit]).next() {
                text.push(pair);
                return;
            }
            text.push_str(REPLACEMENT);
        }
        match char::from_u32(unit.into()) {
            Some(char) => text.push(char),
            None if unit < FIRST_LOW_SURROGATE => self.high_surrogate = Some(unit),
            None => text.push_str(REPLACEMENT),
        }
    }
}

/// Replaces half a surrogate pair.
const REPLACEMENT: &str = "\u{fffd}";
const FIRST_LOW_SURROGATE: u16 = 0xDC00;

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], piece: usize) -> Vec<u8> {
        let mut decoder = TextDecoder::default();
        let mut text: Vec<u8> =
            bytes.chunks(piece).flat_map(|piece| decoder.decode(piece).into_owned()).collect();
        text.extend(decoder.finish());
        text
    }

    fn utf16(text: &str, is_big_endian: bool) -> Vec<u8> {
        let bytes = |unit: u16| if is_big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() };
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn utf16_of_either_order_is_converted_in_pieces_of_any_size() {
        let text = "{\"a\":\"é😀漢\"}\r\n";
        for is_big_endian in [false, true] {
            for marked in [text.to_owned(), format!("\u{feff}{text}")] {
                let bytes = utf16(&marked, is_big_endian);
                for piece in 1..bytes.len() {
                    assert_eq!(decoded(&bytes, piece), text.as_bytes(), "{marked:?} in pieces of {piece}");
                }
            }
        }
    }

    #[test]
    fn utf8_stays_as_it_is() {
        for text in ["", "{", "{}", "\u{feff}{\"a\":1}", "[\"é\"]", "x"] {
            for piece in 1..=text.len().max(1) {
                assert_eq!(decoded(text.as_bytes(), piece), text.as_bytes(), "{text:?} in pieces of {piece}");
            }
        }
        let mut decoder = TextDecoder::default();
        assert!(matches!(decoder.decode(b"{\"a\":1}"), Cow::Borrowed(_)) && !decoder.is_converting());
    }

    #[test]
    fn half_a_surrogate_pair_becomes_a_replacement_character() {
        let bytes =
            [&utf16("{\"", false)[..], &[0x00, 0xD8], &utf16("a", false), &[0x00, 0xDC, 0x3D, 0xD8]].concat();
        assert_eq!(decoded(&bytes, 3), "{\"\u{fffd}a\u{fffd}\u{fffd}".as_bytes());
    }
}
