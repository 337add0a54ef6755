//! A payload, its kind, and the views of it.

use std::borrow::Cow;

use super::json::is_json_container;
use super::span_tree::{SpanTree, Syntax};
use super::visible::one_line;
use super::{Image, base64, hex};
use crate::model::{Encoding, plural};
use json_spans::json_string;

/// Bytes of the largest text that is parsed into a tree: a tree can take 16 times the memory of its text.
const MAX_TREE_BYTES: usize = 32 * 1024 * 1024;

/// Number of bytes in the preview of a binary payload.
const PREVIEW_BYTES: usize = 16;

/// The kind of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One JSON value.
    Json,
    Text,
    /// Bytes that are not UTF-8.
    Binary,
    Empty,
}

/// A view of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// The units of the protocol that is spoken. Not a view of the payload alone: offered where a protocol is known.
    Decoded,
    /// The rendered image.
    Preview,
    Parsed,
    Text,
    Hex,
    Base64,
}

impl View {
    /// Its name in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Decoded => "decoded",
            Self::Preview => "preview",
            Self::Parsed => "parsed",
            Self::Text => "text",
            Self::Hex => "hex",
            Self::Base64 => "base64",
        }
    }

    /// The view with that [`View::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        let all = [Self::Decoded, Self::Preview, Self::Parsed, Self::Text, Self::Hex, Self::Base64];
        all.into_iter().find(|view| view.key() == key)
    }
}

/// The payload of a message or the body of a request or response, decoded once for all views.
#[derive(Clone, Debug)]
pub struct Payload {
    content: Content,
    tree: Option<SpanTree>,
    image: Option<Image>,
}

#[derive(Clone, Debug)]
enum Content {
    Text(String),
    Binary(Vec<u8>),
}

impl Payload {
    /// A payload of text; JSON up to 32 MiB is parsed.
    pub fn from_text(text: String) -> Self {
        let tree =
            if text.len() <= MAX_TREE_BYTES { SpanTree::parse(Syntax::Json, text.as_bytes()) } else { None };
        Self { content: Content::Text(text), tree, image: None }
    }

    /// A payload of bytes in a known encoding; without one it is detected as by [`Payload::from_bytes`].
    pub fn of_syntax(syntax: Option<Syntax>, bytes: Vec<u8>) -> Self {
        match syntax {
            None | Some(Syntax::Json) => Self::from_bytes(bytes),
            Some(syntax) => {
                let is_small = bytes.len() <= MAX_TREE_BYTES;
                let tree = if is_small { SpanTree::parse(syntax, &bytes) } else { None };
                Self { content: Content::Binary(bytes), tree, image: None }
            }
        }
    }

    /// A payload of bytes, which is text if they are UTF-8.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let image = Image::of(&bytes);
        match String::from_utf8(bytes) {
            Ok(text) => Self { image, ..Self::from_text(text) },
            Err(error) => Self { content: Content::Binary(error.into_bytes()), tree: None, image },
        }
    }

    /// Sets the recorded MIME type: an SVG is recognized only by it.
    #[must_use]
    pub fn of_mime(self, mime: &str) -> Self {
        const SVG: &str = "image/svg+xml";
        let is_svg = mime.get(..SVG.len()).is_some_and(|start| start.eq_ignore_ascii_case(SVG));
        let svg = self.text().filter(|_| is_svg).and_then(Image::of_svg);
        Self { image: self.image.or(svg), ..self }
    }

    /// The image that the bytes are, if they are one.
    pub fn image(&self) -> Option<Image> {
        self.image
    }

    /// The payload of a message, from its raw bytes in the file; `None` if it was not recorded. Text that is marked as
    /// base64 and is not stays text.
    pub fn from_message(encoding: Encoding, raw: &[u8]) -> Option<Self> {
        let text = match encoding {
            Encoding::Absent => return None,
            Encoding::JsonValue => String::from_utf8_lossy(raw),
            Encoding::JsonString | Encoding::Base64 => json_string::unescape(raw),
        };
        let decoded = if encoding == Encoding::Base64 { base64::decode(text.as_bytes()) } else { None };
        Some(decoded.map_or_else(|| Self::from_text(text.into_owned()), Self::from_bytes))
    }

    /// The kind of the payload.
    pub fn shape(&self) -> Shape {
        match &self.content {
            _ if self.bytes().is_empty() => Shape::Empty,
            Content::Binary(_) => Shape::Binary,
            Content::Text(_) if self.tree.is_some() => Shape::Json,
            Content::Text(_) => Shape::Text,
        }
    }

    /// The available views, in the order of their tabs.
    pub fn views(&self) -> &'static [View] {
        if self.image.is_some() {
            return match self.content {
                Content::Text(_) => &[View::Preview, View::Text, View::Hex, View::Base64],
                Content::Binary(_) => &[View::Preview, View::Hex, View::Base64],
            };
        }
        match self.shape() {
            Shape::Json => &[View::Parsed, View::Text, View::Hex, View::Base64],
            Shape::Text | Shape::Empty => &[View::Text, View::Hex, View::Base64],
            Shape::Binary if self.tree.is_some() => &[View::Parsed, View::Hex, View::Base64],
            Shape::Binary => &[View::Hex, View::Base64],
        }
    }

    /// The view to open first: the image, the tree of an object or array, text, or bytes.
    pub fn first_view(&self) -> View {
        match self.shape() {
            _ if self.image.is_some() => View::Preview,
            Shape::Json if self.text().is_some_and(is_json_container) => View::Parsed,
            Shape::Binary if self.tree.is_some() => View::Parsed,
            Shape::Binary => View::Hex,
            Shape::Json | Shape::Text | Shape::Empty => View::Text,
        }
    }

    /// The bytes of the payload.
    pub fn bytes(&self) -> &[u8] {
        match &self.content {
            Content::Text(text) => text.as_bytes(),
            Content::Binary(bytes) => bytes,
        }
    }

    /// The text of the payload; `None` if it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Binary(_) => None,
        }
    }

    /// The tree of JSON or of another encoding, whose positions are those of [`Payload::bytes`]; `None` for a payload without
    /// structure.
    pub fn tree(&self) -> Option<&SpanTree> {
        self.tree.as_ref()
    }

    /// The bytes in base64.
    pub fn base64(&self) -> String {
        base64::encode(self.bytes())
    }

    /// The payload on one line, with at most `max_chars` characters of a text.
    pub fn preview(&self, max_chars: usize) -> String {
        match &self.content {
            Content::Text(text) => one_line(text, max_chars),
            Content::Binary(bytes) => binary_preview(bytes, Some(bytes.len() as u64)),
        }
    }
}

/// The payload of a message on one line, from its raw bytes in the file: at most `max_chars` characters of a text, or
/// `[binary] 12 bytes 0a 1f 03 …`, where `size` is the recorded size of the payload. Empty if the payload was not
/// recorded. The cost does not depend on the length of the payload.
pub fn preview(encoding: Encoding, raw: &[u8], size: Option<u64>, max_chars: usize) -> String {
    match encoding {
        Encoding::Absent => String::new(),
        Encoding::JsonString => {
            // A line break of two characters is shown as one.
            let needed = max_chars.saturating_add(1).saturating_mul(2);
            one_line(&json_string::prefix(raw, needed).0, max_chars)
        }
        Encoding::JsonValue => one_line(&text_prefix(raw, max_chars), max_chars),
        Encoding::Base64 => match base64_prefix(raw) {
            Some(head) => binary_preview(&head, size),
            None => preview(Encoding::JsonString, raw, size, max_chars),
        },
    }
}

/// A prefix of `raw` with at least `max_chars + 1` characters, if it has as many.
fn text_prefix(raw: &[u8], max_chars: usize) -> Cow<'_, str> {
    let max_len = max_chars.saturating_add(1).saturating_mul(4);
    String::from_utf8_lossy(raw.get(..max_len).unwrap_or(raw))
}

/// Decodes the beginning of base64, at least as many bytes as a preview shows.
fn base64_prefix(raw: &[u8]) -> Option<Vec<u8>> {
    const DIGITS: usize = PREVIEW_BYTES.div_ceil(3) * 4;
    const LINE_BREAKS: usize = 8;
    let (head, more) = json_string::prefix(raw, DIGITS + LINE_BREAKS);
    let mut digits: Vec<u8> = head.into_bytes();
    digits.retain(|byte| !byte.is_ascii_whitespace());
    if more {
        digits.truncate(digits.len() / 4 * 4);
    }
    base64::decode(&digits)
}

fn binary_preview(head: &[u8], size: Option<u64>) -> String {
    let shown = head.get(..PREVIEW_BYTES).unwrap_or(head);
    let size_text = size.map_or_else(String::new, |size| format!(" {}", plural(size, "byte")));
    let digits = hex::digits(shown).replace("  ", " ");
    let space = if digits.is_empty() { "" } else { " " };
    let is_truncated = head.len() > shown.len() || size.is_some_and(|size| size > shown.len() as u64);
    let more = if is_truncated { " …" } else { "" };
    format!("[binary]{size_text}{space}{digits}{more}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(encoding: Encoding, raw: &str) -> Payload {
        Payload::from_message(encoding, raw.as_bytes()).expect("a recorded payload")
    }

    #[test]
    fn json_opens_as_a_tree_and_text_as_text() {
        let order = message(Encoding::JsonString, r#"{\"id\":1}"#);
        assert_eq!((order.shape(), order.first_view()), (Shape::Json, View::Parsed));
        assert_eq!(order.text(), Some(r#"{"id":1}"#));
        assert_eq!(order.views(), [View::Parsed, View::Text, View::Hex, View::Base64]);
        let hello = message(Encoding::JsonString, r"hello\nworld");
        assert_eq!((hello.shape(), hello.first_view()), (Shape::Text, View::Text));
        assert!(!hello.views().contains(&View::Parsed));
    }

    #[test]
    fn a_lone_number_is_json_but_opens_as_text() {
        let ping = message(Encoding::JsonString, "2");
        assert_eq!((ping.shape(), ping.first_view()), (Shape::Json, View::Text));
    }

    #[test]
    fn base64_of_utf8_is_text() {
        let bytes = message(Encoding::Base64, &base64::encode(b"\x00\xff"));
        assert_eq!((bytes.shape(), bytes.first_view(), bytes.text()), (Shape::Binary, View::Hex, None));
        assert_eq!(bytes.base64(), "AP8=");
        assert_eq!(message(Encoding::Base64, "e30=").shape(), Shape::Json);
        assert_eq!(message(Encoding::Base64, "no base64!").text(), Some("no base64!"));
    }

    #[test]
    fn an_absent_payload_is_not_an_empty_payload() {
        assert!(Payload::from_message(Encoding::Absent, b"").is_none());
        let empty = message(Encoding::JsonString, "");
        assert_eq!(
            (empty.shape(), empty.first_view(), empty.preview(9)),
            (Shape::Empty, View::Text, String::new())
        );
    }

    #[test]
    fn previews_are_on_one_line() {
        assert_eq!(preview(Encoding::JsonString, br#"{\"a\":\n1}"#, None, 99), "{\"a\":⏎1}");
        assert_eq!(preview(Encoding::JsonString, br"\u202eabcdef", None, 4), "\\u{202e}abc…");
        assert_eq!(preview(Encoding::JsonValue, "[\"é\"]".as_bytes(), None, 99), "[\"é\"]");
        assert_eq!(preview(Encoding::Base64, b"Ch8D", Some(3), 99), "[binary] 3 bytes 0a 1f 03");
        assert_eq!(preview(Encoding::Base64, b"", Some(0), 99), "[binary] 0 bytes");
        assert_eq!(preview(Encoding::Absent, b"", None, 99), "");
    }

    #[test]
    fn the_preview_of_a_long_binary_has_its_first_bytes() {
        let raw = base64::encode(&[7; 2000]);
        let shown = format!("[binary] 2,000 bytes {}…", "07 ".repeat(16));
        assert_eq!(preview(Encoding::Base64, raw.as_bytes(), Some(2000), 99), shown);
        assert_eq!(
            preview(Encoding::Base64, raw.replace("BwcHBwcH", "BwcHB\\nwcH").as_bytes(), Some(2000), 99),
            shown
        );
    }

    proptest! {
        #[test]
        fn the_preview_from_raw_bytes_is_that_of_the_payload(raw in "[a-z\"\\\\nu0é\n]{0,40}", max_chars in 0_usize..30) {
            let payload = message(Encoding::JsonString, &raw);
            prop_assert_eq!(preview(Encoding::JsonString, raw.as_bytes(), None, max_chars), payload.preview(max_chars));
            let value = message(Encoding::JsonValue, &raw);
            prop_assert_eq!(preview(Encoding::JsonValue, raw.as_bytes(), None, max_chars), value.preview(max_chars));
        }

        #[test]
        fn any_bytes_are_shown_without_a_panic(raw: Vec<u8>, max_chars: usize) {
            for encoding in [Encoding::Absent, Encoding::JsonString, Encoding::Base64, Encoding::JsonValue] {
                let _ = preview(encoding, &raw, None, max_chars);
                let _ = Payload::from_message(encoding, &raw).map(|payload| (payload.shape(), payload.preview(9)));
            }
        }
    }
}
