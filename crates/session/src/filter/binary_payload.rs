//! A binary payload in which text is searched: its bytes if they are UTF-8, or else the strings of
//! its MessagePack, CBOR, BSON or Protocol Buffers and its runs of printable characters. Bytes that
//! gzip or zlib compressed are read as what they decompress to.

use std::borrow::Cow;

use super::binary_text;
use super::search::Needle;
use crate::encodings::{Compression, base64};

/// Bytes of what a compressed payload decompresses to that are searched: a filter runs over all
/// messages between two keystrokes.
const MAX_SEARCHED_BYTES: usize = 1 << 20;

/// A binary payload, read as far as a condition needs it.
pub(super) struct BinaryPayload<'a> {
    sent: Cow<'a, [u8]>,
    /// What it decompresses to, if it is compressed.
    decompressed: Option<Vec<u8>>,
    texts: Option<Texts>,
}

enum Texts {
    /// All bytes are UTF-8.
    All,
    Some(Vec<String>),
}

impl<'a> BinaryPayload<'a> {
    /// The payload that was sent.
    pub(super) fn new(sent: Cow<'a, [u8]>) -> Self {
        let compression = Compression::of(&sent);
        let decompressed = compression.map(|compression| compression.beginning(&sent, MAX_SEARCHED_BYTES));
        Self { decompressed: decompressed.filter(|bytes| !bytes.is_empty()), sent, texts: None }
    }

    /// The payload that is recorded in base64. What is not base64 was recorded as text.
    pub(super) fn of_base64(text: Cow<'a, str>) -> Self {
        let decoded = base64::decode(text.as_bytes()).map(Cow::Owned);
        Self::new(decoded.unwrap_or_else(|| match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        }))
    }

    /// The bytes that were sent.
    pub(super) fn sent(&self) -> &[u8] {
        &self.sent
    }

    /// The bytes that were sent, or what they decompress to.
    pub(super) fn content(&self) -> &[u8] {
        self.decompressed.as_deref().unwrap_or(&self.sent)
    }

    /// Whether a text of the payload contains the needle.
    pub(super) fn contains(&mut self, needle: &Needle) -> bool {
        contains(self.content(), needle).unwrap_or_else(|| self.any(&|text| needle.find_in(text)))
    }

    /// Whether `is_match` is true of a text of the payload.
    pub(super) fn any(&mut self, is_match: &dyn Fn(&[u8]) -> bool) -> bool {
        if self.texts.is_none() {
            let content = self.content();
            let is_text = std::str::from_utf8(content).is_ok();
            self.texts = Some(if is_text { Texts::All } else { Texts::Some(binary_text::texts(content)) });
        }
        match &self.texts {
            Some(Texts::Some(texts)) => texts.iter().any(|text| is_match(text.as_bytes())),
            Some(Texts::All) | None => is_match(self.content()),
        }
    }
}

/// Whether a text of a payload contains the needle, by its bytes; `None` if they are compressed, or
/// the needle occurs in them outside of a run of printable characters.
pub(super) fn contains_plainly(sent: &[u8], needle: &Needle) -> Option<bool> {
    if Compression::of(sent).is_some() { None } else { contains(sent, needle) }
}

fn contains(content: &[u8], needle: &Needle) -> Option<bool> {
    let mut from = 0;
    while let Some(found) = content.get(from..).and_then(|rest| needle.find(rest)) {
        let at = from + found;
        if binary_text::is_in_run(content, at, needle.len()) {
            return Some(true);
        }
        from = at + 1;
    }
    (from == 0).then_some(false)
}
