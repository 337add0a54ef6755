//! A hexadecimal dump, formatted row by row: a view shows a few rows of a large payload, so only
//! those are formatted.

use std::fmt::Write;

/// Number of bytes per row.
pub const ROW_LEN: usize = 16;

/// One row of a hexadecimal view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexRow {
    /// The offset of its first byte, in at least 8 hexadecimal digits.
    pub offset: String,
    /// The bytes, two digits each, in two groups of 8 that are two spaces apart.
    pub hex: String,
    /// The bytes as ASCII, with `.` for those that are not printable.
    pub ascii: String,
}

/// Number of rows of `len` bytes.
pub fn rows(len: usize) -> usize {
    len.div_ceil(ROW_LEN)
}

/// The row at `index`; empty past the end.
pub fn row(bytes: &[u8], index: usize) -> HexRow {
    let start = index.saturating_mul(ROW_LEN);
    let end = start.saturating_add(ROW_LEN).min(bytes.len());
    let shown = bytes.get(start..end).unwrap_or_default();
    HexRow {
        offset: format!("{start:08x}"),
        hex: digits(shown),
        ascii: shown.iter().map(|byte| printed(*byte)).collect(),
    }
}

/// `0a 1f 03`, with a wider space after every eighth byte.
pub(crate) fn digits(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 + 1);
    for (at, byte) in bytes.iter().enumerate() {
        match at {
            0 => {}
            _ if at % 8 == 0 => text.push_str("  "),
            _ => text.push(' '),
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn printed(byte: u8) -> char {
    if matches!(byte, b' '..=b'~') { char::from(byte) } else { '.' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_and_partial_rows_are_formatted() {
        let bytes: Vec<u8> = (0x38..0x4a).collect();
        assert_eq!(rows(bytes.len()), 2);
        let first = row(&bytes, 0);
        assert_eq!(first.offset, "00000000");
        assert_eq!(first.hex, "38 39 3a 3b 3c 3d 3e 3f  40 41 42 43 44 45 46 47");
        assert_eq!(first.ascii, "89:;<=>?@ABCDEFG");
        let second = row(&bytes, 1);
        assert_eq!(
            (second.offset.as_str(), second.hex.as_str(), second.ascii.as_str()),
            ("00000010", "48 49", "HI")
        );
    }

    #[test]
    fn unprintable_bytes_are_dots() {
        assert_eq!(row(b"\x00\x7f\xff a\n", 0).ascii, "... a.");
    }

    #[test]
    fn a_row_past_the_end_is_empty() {
        assert_eq!(rows(0), 0);
        assert_eq!(row(b"abc", 1).hex, "");
        assert_eq!(row(b"abc", usize::MAX).ascii, "");
    }
}
