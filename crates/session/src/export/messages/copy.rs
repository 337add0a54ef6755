//! Payloads as text for the clipboard, one a line.

use std::fmt;

use crate::encodings::{SpanTree, Syntax, base64};
use crate::export::json::Json;
use crate::export::payload::{self, Content};
use crate::model::MessageLog;
use crate::redact::Redactor;

/// Bytes of text that are copied at most: browsers build the text several times over, and larger
/// amounts are for an export.
pub const MAX_COPIED_BYTES: usize = 32 << 20;

/// Payloads, one a line.
#[derive(Debug)]
pub struct CopiedPayloads {
    text: String,
    /// Decodes and redacts the payloads.
    json: Json,
    count: u64,
}

/// The payloads take more than [`MAX_COPIED_BYTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("too long for the clipboard")
    }
}

impl std::error::Error for TooLong {}

impl Default for CopiedPayloads {
    fn default() -> Self {
        Self { text: String::new(), json: Json::new(Redactor::new(false)), count: 0 }
    }
}

impl CopiedPayloads {
    /// Adds the payload of a message, binary ones in base64. A message without one adds nothing.
    ///
    /// # Errors
    /// The text is too long.
    pub fn push(&mut self, log: MessageLog<'_>, index: u32) -> Result<(), TooLong> {
        let Some(message) = log.columns.get(index as usize) else { return Ok(()) };
        let payload = match payload::content(&mut self.json, &message, &log.raw(&message)) {
            None => return Ok(()),
            Some(Content::Text(text)) => text,
            Some(Content::Binary(bytes)) => base64::encode(&bytes),
        };
        if self.text.len().saturating_add(payload.len()) > MAX_COPIED_BYTES {
            return Err(TooLong);
        }
        match self.count {
            0 => self.text = payload,
            first => {
                if first == 1 {
                    self.text = on_one_line(std::mem::take(&mut self.text));
                }
                self.text.push('\n');
                self.text.push_str(&on_one_line(payload));
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Number of payloads.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The text. A single payload is as recorded; of several each is one line.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Line breaks as spaces in JSON, where they mean the same, else as `\n` and `\r`.
fn on_one_line(text: String) -> String {
    if !text.contains(['\n', '\r']) {
        return text;
    }
    if SpanTree::parse(Syntax::Json, text.as_bytes()).is_some() {
        return text.replace(['\n', '\r'], " ");
    }
    text.replace('\r', "\\r").replace('\n', "\\n")
}
