//! Compressed JSON inside JSON strings: each character of the string is one byte.
//!
//! `@rrweb/packer` packs an event with zlib. posthog-js (`cv: "2024-10"`) packs fields of an event
//! with gzip.

use std::borrow::Cow;

use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit};

use super::error::UnpackError;
use json_spans::json_string;

/// Maximum size of an unpacked event, in bytes.
const MAX_UNPACKED: usize = 64 << 20;
/// Maximum ratio of unpacked to packed size. Events of real pages reach about 10, a long run of one
/// letter 1000.
const MAX_RATIO: usize = 500;
/// Number of bytes that may be unpacked whatever the ratio is.
const MIN_LIMIT: usize = 64 << 10;

/// Whether a string begins as zlib data with a window of 32 kB and one of the four levels. `raw` is
/// the beginning of the string as written in the file.
pub(super) fn begins_packed(raw: &[u8]) -> bool {
    const LEVELS: [char; 4] = ['\u{1}', '^', '\u{9c}', '\u{da}'];
    let text = json_string::unescape(raw);
    let mut chars = text.chars();
    chars.next() == Some('x') && chars.next().is_some_and(|level| LEVELS.contains(&level))
}

/// Unpacks an event; `raw` is the text between the quotes of its string.
///
/// # Errors
/// If the string does not hold packed data, or unpacks to more than the limit.
pub(super) fn unpack_event(raw: &[u8]) -> Result<Cow<'_, [u8]>, UnpackError> {
    let text = json_string::unescape(raw);
    // rrweb also accepts an event that was not packed.
    if text.starts_with('{') {
        return Ok(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        });
    }
    let packed = latin1(&text)?;
    let unpacked = decompress_to_vec_zlib_with_limit(&packed, limit(packed.len()));
    unpacked.map(Cow::Owned).map_err(|error| unpack_error(error.status))
}

/// Unpacks a field that posthog-js compressed with gzip; `raw` is the text between the quotes of
/// its string.
///
/// # Errors
/// If the string does not hold packed data, or unpacks to more than the limit.
pub(super) fn unpack_gzip(raw: &[u8]) -> Result<Vec<u8>, UnpackError> {
    let packed = latin1(&json_string::unescape(raw))?;
    let body = gzip_body(&packed).ok_or(UnpackError::NotGzip)?;
    let unpacked = decompress_to_vec_with_limit(body, limit(packed.len()));
    unpacked.map_err(|error| unpack_error(error.status))
}

fn limit(packed: usize) -> usize {
    packed.saturating_mul(MAX_RATIO).clamp(MIN_LIMIT, MAX_UNPACKED)
}

fn unpack_error(status: TINFLStatus) -> UnpackError {
    match status {
        TINFLStatus::HasMoreOutput => UnpackError::TooLarge,
        TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => UnpackError::Truncated,
        TINFLStatus::Adler32Mismatch => UnpackError::ChecksumMismatch,
        _ => UnpackError::NotDeflate,
    }
}

/// The bytes that the characters encode.
fn latin1(text: &str) -> Result<Vec<u8>, UnpackError> {
    let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
    bytes.map_err(|_| UnpackError::NotBytes)
}

/// A gzip file (RFC 1952) without its header. The checksum at its end is ignored.
fn gzip_body(bytes: &[u8]) -> Option<&[u8]> {
    const HAS_CHECKSUM: u8 = 2;
    const HAS_EXTRA: u8 = 4;
    const HAS_NAME: u8 = 8;
    const HAS_COMMENT: u8 = 16;
    let [0x1f, 0x8b, 8, flags, ..] = *bytes else { return None };
    let mut rest = bytes.get(10..)?;
    if flags & HAS_EXTRA != 0 {
        let (len, extra) = rest.split_first_chunk()?;
        rest = extra.get(usize::from(u16::from_le_bytes(*len))..)?;
    }
    for text in [HAS_NAME, HAS_COMMENT] {
        if flags & text != 0 {
            let end = memchr::memchr(0, rest)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & HAS_CHECKSUM != 0 { rest.get(2..) } else { Some(rest) }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    fn in_latin1(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| char::from(*byte)).collect()
    }

    fn zlib(text: &[u8]) -> String {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory");
        in_latin1(&encoder.finish().expect("memory"))
    }

    /// As it is between the quotes of a JSON string.
    fn raw(text: &str) -> Vec<u8> {
        let quoted = serde_json::to_string(text).expect("a string");
        quoted.as_bytes()[1..quoted.len() - 1].to_vec()
    }

    #[test]
    fn a_packed_event_round_trips() {
        let event = r#"{"type":4,"data":{"href":"https://a.test/é"},"timestamp":1,"v":"v1"}"#;
        let packed = raw(&zlib(event.as_bytes()));
        assert!(begins_packed(&packed));
        assert_eq!(unpack_event(&packed).expect("packed").as_ref(), event.as_bytes());
        assert_eq!(unpack_event(&raw(event)).expect("plain").as_ref(), event.as_bytes());
    }

    #[test]
    fn a_field_round_trips_with_any_gzip_header() {
        let text = br#"{"plugin":"rrweb/console@1"}"#;
        let builder = flate2::GzBuilder::new().filename("data").comment("none").extra(&b"ab"[..]);
        for mut encoder in [
            GzEncoder::new(Vec::new(), Compression::fast()),
            builder.write(Vec::new(), Compression::default()),
        ] {
            encoder.write_all(text).expect("memory");
            let packed = raw(&in_latin1(&encoder.finish().expect("memory")));
            assert_eq!(unpack_gzip(&packed).expect("gzip"), text);
        }
    }

    #[test]
    fn data_that_cannot_be_unpacked_is_an_error_with_its_cause() {
        let complete = zlib(&[b'a'; 5000]);
        let half: String = complete.chars().take(complete.chars().count() / 2).collect();
        for (text, why) in [
            ("", UnpackError::Truncated),
            ("hello", UnpackError::NotDeflate),
            ("\u{4f60}", UnpackError::NotBytes),
            (half.as_str(), UnpackError::Truncated),
            (&zlib(&vec![b'a'; 300_000]), UnpackError::TooLarge),
        ] {
            assert_eq!(unpack_event(&raw(text)), Err(why), "{text}");
        }
        assert_eq!(unpack_gzip(b"hello"), Err(UnpackError::NotGzip));
        assert!(!begins_packed(b"x") && !begins_packed(b"hello"));
    }
}
