//! Base64 that no flag of the producer announces: recognized by what its bytes are.

use super::signatures::{is_binary_file, is_image_file};
use crate::encodings::base64;

/// Number of leading characters that are decoded to see whether the rest is worth decoding. They
/// hold 12 bytes, more than the longest file signature.
const INSPECTED_CHARS: usize = 16;

/// The bytes of a file that is recorded as base64, if the MIME type is that of files which are not
/// text, and the bytes begin as such files do.
pub(in crate::formats) fn decode_file(text: &str, mime: &str) -> Option<Vec<u8>> {
    let family = mime.trim_start().split(['/', ';']).next()?.to_ascii_lowercase();
    if !matches!(family.as_str(), "image" | "font" | "audio" | "video" | "application") {
        return None;
    }
    let encoded = without_data_url(text).as_bytes();
    let start = base64::decode(encoded.get(..INSPECTED_CHARS).unwrap_or(encoded))?;
    let is_file = is_binary_file(&start) || is_image_file(&start);
    is_file.then(|| base64::decode_payload(encoded)).flatten()
}

/// The bytes of base64, if `is_expected` recognizes them. Short texts are often base64 by accident,
/// so they are not decoded.
pub(in crate::formats) fn decode_expected(
    text: &str,
    is_expected: impl Fn(&[u8]) -> bool,
) -> Option<Vec<u8>> {
    let encoded = without_data_url(text).as_bytes();
    let is_base64 = encoded.len() >= INSPECTED_CHARS && base64::decoded_len(encoded).is_some();
    is_base64.then(|| base64::decode_payload(encoded)).flatten().filter(|bytes| is_expected(bytes))
}

/// The base64 of a `data:` URL; any other text as it is.
fn without_data_url(text: &str) -> &str {
    match text.strip_prefix("data:").and_then(|url| url.split_once(";base64,")) {
        Some((mime, data)) if mime.len() < 100 => data,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_decoded_by_their_mime_type_and_their_first_bytes() {
        for (text, mime) in [
            ("iVBORw0KGgo=", "image/png"),
            ("data:image/png;base64,iVBORw0KGgoAAAAN", "image/png"),
            ("JVBERi0xLjcK", " application/pdf; x=1"),
            ("d09GMgABAAAAAA==", "Font/woff2"),
            ("AAAAHGZ0eXBhdmlm", "image/avif"),
            ("PHN2ZyB4bWxucz0i", "image/svg+xml"),
        ] {
            assert!(decode_file(text, mime).is_some(), "{text}");
        }
        for (text, mime) in [
            ("iVBORw0KGgo=", "text/plain"),
            ("iVBORw0KGgo=", ""),
            ("aGVsbG8gdGhlcmU=", "image/png"),
            ("iVBORw0KGgo= and more text", "image/png"),
            ("{\"a\":1}", "application/json"),
            ("", "image/png"),
        ] {
            assert_eq!(decode_file(text, mime), None, "{text}");
        }
    }

    #[test]
    fn expected_bytes_are_decoded_from_texts_that_are_long_enough() {
        let is_hello = |bytes: &[u8]| bytes.starts_with(b"hello");
        assert_eq!(decode_expected("aGVsbG8gdGhlcmU=", is_hello).as_deref(), Some(&b"hello there"[..]));
        assert_eq!(decode_expected("aGVsbG8=", is_hello), None);
        assert_eq!(decode_expected("Z29vZGJ5ZSB0aGVyZQ==", is_hello), None);
        assert_eq!(decode_expected("hello there, this is text", |_| true), None);
    }
}
