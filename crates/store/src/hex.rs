//! Hexadecimal digits, and random names of them.

use std::fmt::Write as _;

use crate::error::StoreError;

/// That many random bytes as hexadecimal digits.
///
/// # Errors
/// When the operating system has none.
pub(crate) fn random(count: usize) -> Result<String, StoreError> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Location("no random numbers".to_owned()))?;
    Ok(digits(&bytes))
}

/// Bytes as hexadecimal digits.
pub(crate) fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
