//! A text that is searched in bodies.

use std::borrow::Cow;

use super::binary_payload::BinaryPayload;
use super::search::{ByteFrequencies, Needle};
use super::values::TextPattern;
use crate::model::Body;

/// A text pattern that is searched in bodies.
#[derive(Clone, Debug)]
pub struct BodyTest {
    pattern: TextPattern,
    needle: Option<Needle>,
}

impl BodyTest {
    /// A test for that pattern.
    pub fn new(pattern: &TextPattern) -> Self {
        let needle = match pattern {
            TextPattern::Contains(text) => Some(Needle::with_frequencies(&ByteFrequencies::default(), text)),
            TextPattern::Equals(_) | TextPattern::Wildcard(_) => None,
        };
        Self { pattern: pattern.clone(), needle }
    }

    /// Whether a text matches.
    pub fn matches_text(&self, text: &str) -> bool {
        match &self.needle {
            Some(needle) => needle.find_in(text.as_bytes()),
            None => self.pattern.matches(text),
        }
    }

    /// Whether bytes match: as UTF-8, decompressed, or the strings of a binary encoding.
    pub fn matches_bytes(&self, bytes: &[u8]) -> bool {
        let mut payload = BinaryPayload::new(Cow::Borrowed(bytes));
        match &self.needle {
            Some(needle) => payload.contains(needle),
            None => payload.any(&|text| self.pattern.matches(&String::from_utf8_lossy(text))),
        }
    }

    /// Whether a body matches; `None` if it is in another file.
    pub fn matches_body(&self, body: &Body) -> Option<bool> {
        match body {
            Body::Text { text, .. } => Some(self.matches_text(text)),
            Body::Binary { bytes, .. } => Some(self.matches_bytes(bytes)),
            Body::Empty | Body::NotRecorded(_) => Some(false),
            Body::InFile { .. } => None,
        }
    }
}
