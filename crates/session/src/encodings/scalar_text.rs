//! Scalars of binary encodings as text.

use std::fmt::Write;

use super::hex;
use crate::model::EpochMs;

/// Bytes of a binary value that are shown as text.
const MAX_SHOWN_BYTES: usize = 4096;
/// Bytes of a UUID.
const UUID_BYTES: usize = 16;

/// The big-endian integer of at most eight bytes.
pub(super) fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// The little-endian integer of at most eight bytes.
pub(super) fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

/// An instant in ISO 8601 with nanoseconds; `None` if it is out of range.
pub(super) fn instant(seconds: i64, nanoseconds: u32) -> Option<String> {
    let text = EpochMs::new(seconds as f64 * 1000.0)?.iso8601()?;
    let date_and_time = text.get(.."2023-11-14T22:13:20".len())?;
    let fraction = format!(".{nanoseconds:09}");
    let fraction = if nanoseconds == 0 { "" } else { fraction.trim_end_matches('0') };
    Some(format!("{date_and_time}{fraction}Z"))
}

/// Bytes in hexadecimal, the first ones of many.
pub(super) fn hex_text(bytes: &[u8]) -> String {
    let shown = bytes.get(..MAX_SHOWN_BYTES).unwrap_or(bytes);
    let mut text = hex::digits(shown).replace("  ", " ");
    if shown.len() < bytes.len() {
        // Writing to a string cannot fail.
        let _ = write!(text, " … ({} bytes)", bytes.len());
    }
    text
}

/// A UUID in groups; `None` if the bytes are not as many.
pub(super) fn uuid(bytes: &[u8]) -> Option<String> {
    if bytes.len() != UUID_BYTES {
        return None;
    }
    let mut text = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        let dash = if matches!(at, 4 | 6 | 8 | 10) { "-" } else { "" };
        let _ = write!(text, "{dash}{byte:02x}");
    }
    Some(text)
}
