//! The name that the scanner is currently reading.

use super::names::{MAX_NAME, is_credential};

/// The text before a `=` or `:`, as far as it can be a name.
#[derive(Debug, Default)]
pub(super) struct CurrentName {
    /// The decoded bytes; of a long name, the last ones.
    pub(super) bytes: Vec<u8>,
    /// The character before it.
    pub(super) before: u8,
    /// White space follows it.
    pub(super) has_space: bool,
    /// A quote follows it, as in JSON.
    pub(super) has_quote: bool,
}

impl CurrentName {
    /// Whether the name has ended.
    pub(super) fn is_over(&self) -> bool {
        self.has_space || self.has_quote
    }

    pub(super) fn push(&mut self, byte: u8, before: u8) {
        if self.is_over() {
            *self = Self::default();
        }
        if self.bytes.is_empty() {
            self.before = before;
        }
        // The end of a name counts. It is moved once per MAX_NAME bytes, which keeps the cost
        // linear.
        if self.bytes.len() >= 2 * MAX_NAME {
            self.bytes.drain(..MAX_NAME);
        }
        self.bytes.push(byte);
    }

    /// The last [`MAX_NAME`] bytes.
    pub(super) fn last_bytes(&self) -> &[u8] {
        self.bytes.get(self.bytes.len().saturating_sub(MAX_NAME)..).unwrap_or_default()
    }

    pub(super) fn is_credential(&self) -> bool {
        is_credential(self.last_bytes())
    }

    /// Whether the name is `name`, ignoring ASCII case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.bytes.eq_ignore_ascii_case(name.as_bytes())
    }
}
