//! Recognizes files that are not JSON by their first bytes: web pages, archives, compressed data.

use super::common::text_encoding::{TextEncoding, encoding_of};
use super::{LoadError, LoadFailure, foreign};
use crate::archive::is_zip;

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstandard,
    /// Neither text nor a known magic number. Brotli has no magic number, so it can only be tried.
    MaybeBrotli,
}

/// The compression by the first bytes, at least [`COMPRESSION_BYTES`] of them if the file has as
/// many.
pub fn compression(first_bytes: &[u8]) -> Compression {
    if first_bytes.starts_with(&[0x1f, 0x8b]) {
        Compression::Gzip
    } else if first_bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Compression::Zstandard
    } else if is_zip(first_bytes)
        || looks_like_text(first_bytes)
        || encoding_of(first_bytes) != TextEncoding::Utf8
    {
        Compression::None
    } else {
        Compression::MaybeBrotli
    }
}

/// Number of leading bytes that distinguish text from compressed data.
pub const COMPRESSION_BYTES: usize = 64;

/// Whether the bytes are UTF-8 without control characters other than white space.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    let has_control = bytes.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let is_utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character is truncated at the end.
        Err(error) => error.error_len().is_none(),
    };
    !has_control && is_utf8
}

/// Maximum number of bytes of leading white space, which are inspected again with each piece.
pub(super) const MAX_LEADING_SPACE: usize = 1 << 20;

/// Number of leading bytes of an XML document that identify the tool that wrote it.
pub(super) const MAX_XML: usize = 1 << 10;

/// The first bytes of a file of known format, until they show whether it is text.
#[derive(Debug, Default)]
pub(super) struct ContentSniffer {
    bytes: Vec<u8>,
    /// Bytes of white space that were skipped.
    space: usize,
    is_known: bool,
}

/// The length of the longest magic number, in bytes.
pub(super) const MAX_MAGIC: usize = 4;
/// Number of bytes that are inspected.
const MAX_INSPECTED: usize = 64;

/// The bytes without a byte order mark and the white space around it.
pub(super) fn text_of(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start()
}

impl ContentSniffer {
    /// Reads the next piece.
    ///
    /// # Errors
    /// When the file is a web page, an archive, or compressed.
    pub(super) fn take(&mut self, file: &str, piece: &[u8]) -> Result<(), LoadError> {
        if self.is_known {
            return Ok(());
        }
        let len = piece.len();
        let piece = if self.bytes.is_empty() { piece.trim_ascii_start() } else { piece };
        self.space += len - piece.len();
        if self.space > MAX_LEADING_SPACE {
            return Err(LoadFailure::LeadingSpace(MAX_LEADING_SPACE >> 20).at(file));
        }
        let wanted = MAX_INSPECTED.saturating_sub(self.bytes.len()).min(piece.len());
        self.bytes.extend_from_slice(piece.get(..wanted).unwrap_or_default());
        self.is_known = text_of(&self.bytes).len() >= MAX_MAGIC || self.bytes.len() == MAX_INSPECTED;
        unsupported_reason(file, &self.bytes).map_or(Ok(()), Err)
    }

    /// Whether enough bytes arrived to decide.
    pub(super) fn is_known(&self) -> bool {
        self.is_known
    }
}

/// The error for a file that is a web page, an archive or compressed data by its first bytes.
pub(super) fn unsupported_reason(file: &str, prefix: &[u8]) -> Option<LoadError> {
    let text = text_of(prefix);
    if text.starts_with(b"<?xml") || text.starts_with(b"<items") {
        let xml = foreign::by_xml(text.get(..MAX_XML).unwrap_or(text));
        return Some(LoadError::foreign(file, xml));
    }
    if text.first() == Some(&b'<') {
        return Some(LoadFailure::WebPage.at(file));
    }
    if is_zip(prefix) {
        return Some(LoadFailure::NestedArchive.at(file));
    }
    match compression(prefix) {
        Compression::Zstandard => Some(LoadFailure::CompressedTwice("Zstandard").at(file)),
        Compression::Gzip => Some(LoadFailure::CompressedTwice("gzip").at(file)),
        Compression::None | Compression::MaybeBrotli => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compression_is_recognized_by_magic_numbers_and_brotli_by_elimination() {
        let cases: [(&[u8], Compression); 6] = [
            (b"\x1f\x8b\x08", Compression::Gzip),
            (b"\x28\xb5\x2f\xfd", Compression::Zstandard),
            (b"PK\x03\x04\x14\x00", Compression::None),
            (b"\xEF\xBB\xBF{\r\n\t\"\xc3", Compression::None),
            (b"<html>", Compression::None),
            (b"[\x05\x80{}", Compression::MaybeBrotli),
        ];
        for (bytes, expected) in cases {
            assert_eq!(compression(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn files_that_are_not_json_are_rejected_in_pieces_of_any_size() {
        for text in [&b" \n<html>"[..], b"\xEF\xBB\xBF <html>", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"] {
            let mut sniffer = ContentSniffer::default();
            assert!(text.chunks(1).any(|piece| sniffer.take("x", piece).is_err()), "{text:?}");
        }
        let mut sniffer = ContentSniffer::default();
        assert!(b"{\"a\":\"<html>\"}".chunks(1).all(|piece| sniffer.take("x", piece).is_ok()));
    }
}
