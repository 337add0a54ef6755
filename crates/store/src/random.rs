//! Random names.

use std::fmt::Write as _;

use crate::error::StoreError;

/// That many random bytes as hexadecimal digits.
///
/// # Errors
/// When the operating system has none.
pub(crate) fn hex(count: usize) -> Result<String, StoreError> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Location("no random numbers".to_owned()))?;
    Ok(bytes.iter().fold(String::with_capacity(2 * count), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}
