//! The readings of a payload in which text is searched: a text occurs in the payload if it occurs
//! in one of them.
//!
//! - The payload itself: a JSON string of the file with its escapes resolved once, or a JSON value
//!   as written.
//! - If that is JSON in turn, the payload with the escapes of its own strings resolved too; for a
//!   binary message, the decoded bytes if they are UTF-8, or else the strings of its MessagePack,
//!   CBOR, BSON or Protocol Buffers and its runs of printable characters. Bytes that gzip or zlib
//!   compressed are read as what they decompress to.
//!
//! Resolving every message on every keystroke would be slow, so most are decided by the raw bytes
//! alone: see [`EscapedTerm`](super::escaped::EscapedTerm).

use std::borrow::Cow;

use super::binary_text;
use super::text::TextTerm;
use crate::encodings::{Compression, base64};
use crate::model::{Encoding, MessageBody};
use json_spans::json_string::{unescape, unescape_bytes};

/// Bytes of what a compressed payload decompresses to that are searched: a filter runs over all
/// messages between two keystrokes.
const MAX_SEARCHED_BYTES: usize = 1 << 20;

/// The readings of one payload, each computed when a term first needs it.
pub(super) struct Readings<'a> {
    encoding: Encoding,
    raw: &'a [u8],
    text: Option<Cow<'a, str>>,
    second: Option<Second>,
}

/// The second reading of a payload: see the module.
struct Second {
    /// The bytes that are searched.
    bytes: Vec<u8>,
    /// The bytes as sent, where those that are searched were decompressed.
    compressed: Option<Vec<u8>>,
    kind: SecondKind,
}

enum SecondKind {
    /// It counts if the first reading is JSON. That costs more to find out than to search, so it is
    /// checked only after a match.
    Unescaped { is_json: Option<bool> },
    /// Bytes of a binary payload that are UTF-8.
    Text,
    /// Other bytes, whose texts are found after a match.
    Binary { texts: Option<Vec<String>> },
}

impl<'a> Readings<'a> {
    pub(super) fn of(body: MessageBody, raw: &'a [u8]) -> Self {
        Self { encoding: body.encoding, raw, text: None, second: None }
    }

    pub(super) fn match_term(&mut self, term: &TextTerm, body: MessageBody) -> bool {
        match self.encoding {
            Encoding::Absent => false,
            Encoding::Base64 => self.contain(term),
            Encoding::JsonString | Encoding::JsonValue => {
                term.in_escaped.decide(term, body, self.raw).unwrap_or_else(|| self.contain(term))
            }
        }
    }

    fn contain(&mut self, term: &TextTerm) -> bool {
        let text = self.text();
        if term.needle.find_in(text.as_bytes()) {
            return true;
        }
        self.second().is_some_and(|(second, text)| {
            term.needle.find_in(&second.bytes) && second.confirm(text, &|text| term.needle.find_in(text))
        })
    }

    /// Whether `is_match` is true of a reading.
    pub(super) fn any(&mut self, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        if self.encoding == Encoding::Absent {
            return false;
        }
        is_match(self.text().as_bytes())
            || self.second().is_some_and(|(second, text)| second.is_match(text, is_match))
    }

    /// The first reading.
    pub(super) fn text(&mut self) -> &str {
        let (encoding, raw) = (self.encoding, self.raw);
        self.text.get_or_insert_with(|| first_reading(encoding, raw))
    }

    /// The payload as it was sent: the decoded bytes of a binary message, else the text.
    pub(super) fn sent(&mut self) -> &[u8] {
        self.text();
        match (self.encoding, &self.text) {
            (Encoding::Base64, Some(text)) => {
                let second = self.second.get_or_insert_with(|| Second::of(Encoding::Base64, text));
                let sent = second.compressed.as_deref().unwrap_or(&second.bytes);
                // What is not base64 was recorded as text.
                if sent.is_empty() { text.as_bytes() } else { sent }
            }
            (_, text) => text.as_deref().unwrap_or_default().as_bytes(),
        }
    }

    /// The payload as it was sent, or what it decompresses to.
    pub(super) fn content(&mut self) -> &[u8] {
        let is_compressed = self.encoding == Encoding::Base64
            && self.second().is_some_and(|(second, _)| second.compressed.is_some());
        if !is_compressed {
            return self.sent();
        }
        self.second.as_ref().map_or(&[], |second| &second.bytes)
    }

    /// The second reading, and the first.
    fn second(&mut self) -> Option<(&mut Second, &str)> {
        self.text();
        let (encoding, text) = (self.encoding, self.text.as_deref()?);
        Some((self.second.get_or_insert_with(|| Second::of(encoding, text)), text))
    }
}

pub(super) fn first_reading(encoding: Encoding, raw: &[u8]) -> Cow<'_, str> {
    match encoding {
        Encoding::Absent => Cow::Borrowed(""),
        Encoding::JsonString | Encoding::Base64 => unescape(raw),
        Encoding::JsonValue => String::from_utf8_lossy(raw),
    }
}

impl Second {
    /// Empty if there is none, or if it is the same as the first.
    fn of(encoding: Encoding, text: &str) -> Self {
        if encoding == Encoding::Base64 {
            let sent = base64::decode(text.as_bytes()).unwrap_or_default();
            let decompressed =
                Compression::of(&sent).map(|compression| compression.beginning(&sent, MAX_SEARCHED_BYTES));
            let (bytes, compressed) = match decompressed {
                Some(bytes) if !bytes.is_empty() => (bytes, Some(sent)),
                _ => (sent, None),
            };
            let is_text = std::str::from_utf8(&bytes).is_ok();
            let kind = if is_text { SecondKind::Text } else { SecondKind::Binary { texts: None } };
            return Self { bytes, compressed, kind };
        }
        let is_same = memchr::memchr(b'\\', text.as_bytes()).is_none();
        let bytes = if is_same { Vec::new() } else { unescape_bytes(text.as_bytes()) };
        Self { bytes, compressed: None, kind: SecondKind::Unescaped { is_json: None } }
    }

    /// Whether `is_match` is true of this reading, if it is true of the bytes; `text` is the first
    /// reading.
    fn confirm(&mut self, text: &str, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        match &mut self.kind {
            SecondKind::Unescaped { is_json: known } => *known.get_or_insert_with(|| is_json(text)),
            SecondKind::Text => true,
            SecondKind::Binary { .. } => self.strings(is_match),
        }
    }

    /// Whether `is_match` is true of this reading; `text` is the first.
    fn is_match(&mut self, text: &str, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        let is_binary = matches!(self.kind, SecondKind::Binary { .. });
        !self.bytes.is_empty() && (is_binary || is_match(&self.bytes)) && self.confirm(text, is_match)
    }

    /// Whether `is_match` is true of a text within the bytes.
    fn strings(&mut self, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        let SecondKind::Binary { texts } = &mut self.kind else { return false };
        let texts = texts.get_or_insert_with(|| binary_text::texts(&self.bytes));
        texts.iter().any(|text| is_match(text.as_bytes()))
    }
}

pub(super) fn is_json(text: &str) -> bool {
    json_spans::is_json(text.as_bytes())
}
