//! The readings of a payload in which text is searched: a text occurs in the payload if it occurs
//! in one of them.
//!
//! - The payload itself: a JSON string of the file with its escapes resolved once, or a JSON value
//!   as written. Of a binary payload: see [`BinaryPayload`].
//! - If that is JSON in turn, the payload with the escapes of its own strings resolved too.
//!
//! Resolving every message on every keystroke would be slow, so most are decided by the raw bytes
//! alone: see [`EscapedTerm`](super::escaped::EscapedTerm).

use std::borrow::Cow;

use super::binary_payload::BinaryPayload;
use super::text::TextTerm;
use crate::model::{Encoding, MessageBody};
use json_spans::json_string::{unescape, unescape_bytes};

/// The readings of one payload, each computed when a term first needs it.
pub(super) struct Readings<'a> {
    encoding: Encoding,
    raw: &'a [u8],
    /// The bytes of a binary payload, where they are decoded already.
    decoded: Option<&'a [u8]>,
    text: Option<Cow<'a, str>>,
    unescaped: Option<Unescaped>,
    binary: Option<BinaryPayload<'a>>,
}

/// The payload with the escapes of its own strings resolved; empty if there are none.
struct Unescaped {
    bytes: Vec<u8>,
    /// It is a reading if the payload is JSON. That costs more to find out than to search, so it is
    /// checked only after a match.
    is_json: Option<bool>,
}

impl<'a> Readings<'a> {
    /// `raw` is the payload as the file has it.
    pub(super) fn of(body: MessageBody, raw: &'a [u8]) -> Self {
        let encoding = body.encoding;
        Self { encoding, raw, decoded: None, text: None, unescaped: None, binary: None }
    }

    /// The same readings, where a binary payload is decoded already.
    pub(super) fn with_decoded(self, decoded: Option<&'a [u8]>) -> Self {
        Self { decoded, ..self }
    }

    pub(super) fn match_term(&mut self, term: &TextTerm, body: MessageBody) -> bool {
        match self.encoding {
            Encoding::Absent => false,
            Encoding::Base64 => {
                let is_in_notation = |text: &str| term.needle.find_in(text.as_bytes());
                self.binary().contains(&term.needle) || (term.may_be_base64 && is_in_notation(self.text()))
            }
            Encoding::JsonString | Encoding::JsonValue => {
                term.in_escaped.decide(term, body, self.raw).unwrap_or_else(|| self.contain(term))
            }
        }
    }

    fn contain(&mut self, term: &TextTerm) -> bool {
        term.needle.find_in(self.text().as_bytes())
            || (term.needle.find_in(&self.unescaped().bytes) && self.is_json())
    }

    /// Whether `is_match` is true of a reading.
    pub(super) fn any(&mut self, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        match self.encoding {
            Encoding::Absent => false,
            Encoding::Base64 => self.binary().any(is_match),
            Encoding::JsonString | Encoding::JsonValue => {
                is_match(self.text().as_bytes()) || {
                    let unescaped = self.unescaped();
                    !unescaped.bytes.is_empty() && is_match(&unescaped.bytes) && self.is_json()
                }
            }
        }
    }

    /// The payload without the escapes of the file; base64 as written.
    pub(super) fn text(&mut self) -> &str {
        let (encoding, raw) = (self.encoding, self.raw);
        self.text.get_or_insert_with(|| first_reading(encoding, raw))
    }

    /// The payload as it was sent: the decoded bytes of a binary message, else the text.
    pub(super) fn sent(&mut self) -> &[u8] {
        if self.encoding == Encoding::Base64 { self.binary().sent() } else { self.text().as_bytes() }
    }

    /// The payload as it was sent, or what it decompresses to.
    pub(super) fn content(&mut self) -> &[u8] {
        if self.encoding == Encoding::Base64 { self.binary().content() } else { self.text().as_bytes() }
    }

    fn binary(&mut self) -> &mut BinaryPayload<'a> {
        let (raw, decoded) = (self.raw, self.decoded);
        self.binary.get_or_insert_with(|| match decoded {
            Some(bytes) => BinaryPayload::new(Cow::Borrowed(bytes)),
            None => BinaryPayload::of_base64(unescape(raw)),
        })
    }

    fn unescaped(&mut self) -> &mut Unescaped {
        self.text();
        let text = self.text.as_deref().unwrap_or_default();
        self.unescaped.get_or_insert_with(|| {
            let is_same = memchr::memchr(b'\\', text.as_bytes()).is_none();
            let bytes = if is_same { Vec::new() } else { unescape_bytes(text.as_bytes()) };
            Unescaped { bytes, is_json: None }
        })
    }

    /// Whether the payload is JSON.
    fn is_json(&mut self) -> bool {
        self.unescaped();
        let text = self.text.as_deref().unwrap_or_default();
        self.unescaped.as_mut().is_some_and(|known| *known.is_json.get_or_insert_with(|| is_json(text)))
    }
}

pub(super) fn first_reading(encoding: Encoding, raw: &[u8]) -> Cow<'_, str> {
    match encoding {
        Encoding::Absent => Cow::Borrowed(""),
        Encoding::JsonString | Encoding::Base64 => unescape(raw),
        Encoding::JsonValue => String::from_utf8_lossy(raw),
    }
}

pub(super) fn is_json(text: &str) -> bool {
    json_spans::is_json(text.as_bytes())
}
