//! A payload, its kind, and the views of it.

use std::borrow::Cow;
use std::sync::Arc;

use super::json::is_json_container;
use super::source::Language;
use super::span_tree::{SpanTree, Syntax};
use super::visible::one_line;
use super::{Compression, DecompressError, Detected, FieldVotes, Image, Media, base64, detect, hex};
use crate::model::{Encoding, plural};
use json_spans::json_string;

/// Bytes of the largest text that is parsed into a tree: a tree can take 16 times the memory of its
/// text.
const MAX_TREE_BYTES: usize = 32 * 1024 * 1024;

/// Compressions within one another that are undone.
const MAX_LAYERS: usize = 4;

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
    /// The units of the protocol that is spoken. Not a view of the payload alone: offered where a
    /// protocol is known.
    Decoded,
    /// The rendered image, a sample of a font, audio or video.
    Preview,
    Parsed,
    Text,
    Hex,
    Base64,
    /// What changed since another payload. Not a view of the payload alone: offered for messages.
    Changes,
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
            Self::Changes => "changes",
        }
    }

    /// The view with that [`View::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        let all =
            [Self::Decoded, Self::Preview, Self::Parsed, Self::Text, Self::Hex, Self::Base64, Self::Changes];
        all.into_iter().find(|view| view.key() == key)
    }
}

/// The payload of a message or the body of a request or response, decoded once for all views.
#[derive(Clone, Debug)]
pub struct Payload {
    content: Content,
    tree: Option<SpanTree>,
    image: Option<Image>,
    media: Option<Media>,
    /// What the bytes of a message were guessed to be.
    guess: Option<&'static str>,
    layer: Option<Arc<Layer>>,
    /// The language of a text that is source code.
    language: Option<Language>,
}

/// What a payload is compressed around.
#[derive(Clone, Debug)]
pub struct Layer {
    pub compression: Compression,
    /// The decompressed payload, or why there is none.
    pub payload: Result<Payload, DecompressError>,
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
        Self { tree, ..Self::of_content(Content::Text(text)) }
    }

    /// A payload of bytes in a known encoding; without one it is detected as by
    /// [`Payload::from_bytes`].
    pub fn of_syntax(syntax: Option<Syntax>, bytes: Vec<u8>) -> Self {
        match syntax {
            None | Some(Syntax::Json) => Self::from_bytes(bytes),
            Some(syntax) => {
                let is_small = bytes.len() <= MAX_TREE_BYTES;
                let tree = if is_small { SpanTree::parse(syntax, &bytes) } else { None };
                Self { tree, ..Self::of_content(Content::Binary(bytes)) }
            }
        }
    }

    fn of_content(content: Content) -> Self {
        Self { content, tree: None, image: None, media: None, guess: None, layer: None, language: None }
    }

    /// A payload of Protocol Buffers, whose fields read as `votes` decided.
    pub fn protobuf(bytes: Vec<u8>, votes: &FieldVotes) -> Self {
        let tree = if bytes.len() <= MAX_TREE_BYTES { SpanTree::protobuf(&bytes, votes) } else { None };
        Self { tree, ..Self::of_content(Content::Binary(bytes)) }
    }

    /// A payload of bytes of which nothing is declared, such as a message: as
    /// [`Payload::from_bytes`], and bytes that are not UTF-8 are decoded as what they seem to be.
    pub fn detected(bytes: Vec<u8>) -> Self {
        Self::detected_within(bytes, MAX_LAYERS)
    }

    fn detected_within(bytes: Vec<u8>, max_layers: usize) -> Self {
        let payload = Self::from_bytes(bytes);
        let Content::Binary(bytes) = &payload.content else { return payload };
        if payload.image.is_some() || bytes.len() > MAX_TREE_BYTES {
            return payload;
        }
        match detect(bytes) {
            None => payload,
            Some(Detected::Named(name)) => Self { guess: Some(name), ..payload },
            Some(Detected::Encoded(syntax)) => {
                let tree = SpanTree::parse(syntax, bytes);
                Self { tree, guess: Some(syntax.label()), ..payload }
            }
            Some(Detected::Compressed(_)) if max_layers == 0 => payload,
            Some(Detected::Compressed(compression)) => {
                let inner = compression.decompress(bytes);
                let inner = inner.map(|inner| Self::detected_within(inner, max_layers - 1));
                let layer = Some(Arc::new(Layer { compression, payload: inner }));
                Self { layer, guess: Some(compression.label()), ..payload }
            }
        }
    }

    /// What the bytes of a message seem to be; `None` if they are text or nothing is known.
    pub fn guess(&self) -> Option<&'static str> {
        self.guess
    }

    /// What the bytes are compressed around, if they are compressed.
    pub fn layer(&self) -> Option<&Layer> {
        self.layer.as_deref()
    }

    /// What the payload is compressed around, through all layers; itself if it is not compressed.
    pub fn innermost(&self) -> &Self {
        match self.layer().map(|layer| &layer.payload) {
            Some(Ok(inner)) => inner.innermost(),
            Some(Err(_)) | None => self,
        }
    }

    /// A payload of bytes, which is text if they are UTF-8.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let image = Image::of(&bytes);
        match String::from_utf8(bytes) {
            Ok(text) => Self { image, ..Self::from_text(text) },
            Err(error) => Self { image, ..Self::of_content(Content::Binary(error.into_bytes())) },
        }
    }

    /// Sets the recorded MIME type: an SVG, source text and media are recognized only with
    /// it.
    #[must_use]
    pub fn of_mime(self, mime: &str) -> Self {
        const SVG: &str = "image/svg+xml";
        let is_svg = mime.get(..SVG.len()).is_some_and(|start| start.eq_ignore_ascii_case(SVG));
        let svg = self.text().filter(|_| is_svg).and_then(Image::of_svg);
        let language = Language::of_mime(mime).filter(|_| self.shape() == Shape::Text);
        let media = if self.image.is_none() { Media::of(self.bytes(), mime) } else { None };
        Self { image: self.image.or(svg), media, language, ..self }
    }

    /// A payload that is source text of that language, whatever else it could be.
    pub fn source(language: Language, text: String) -> Self {
        Self { language: Some(language), ..Self::of_content(Content::Text(text)) }
    }

    /// The language of the text, if it is source code.
    pub fn language(&self) -> Option<Language> {
        self.language
    }

    /// The image that the bytes are, if they are one.
    pub fn image(&self) -> Option<Image> {
        self.image
    }

    /// The font, the recording or the document that the bytes are, if they are one. It is known only
    /// with a MIME type: see [`Payload::of_mime`].
    pub fn media(&self) -> Option<Media> {
        self.media
    }

    /// The payload of a message, from its raw bytes in the file; `None` if it was not recorded.
    /// Text that is marked as base64 and is not stays text.
    pub fn from_message(encoding: Encoding, raw: &[u8]) -> Option<Self> {
        let text = match encoding {
            Encoding::Absent => return None,
            Encoding::JsonValue => String::from_utf8_lossy(raw),
            Encoding::JsonString | Encoding::Base64 => json_string::unescape(raw),
        };
        let decoded = if encoding == Encoding::Base64 { base64::decode(text.as_bytes()) } else { None };
        Some(decoded.map_or_else(|| Self::from_text(text.into_owned()), Self::detected))
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
        if self.image.is_some() || self.media.is_some() {
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
            _ if self.image.is_some() || self.media.is_some() => View::Preview,
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

    /// The tree of JSON or of another encoding, whose positions are those of [`Payload::bytes`];
    /// `None` for a payload without structure.
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

/// The payload of a message on one line, from its raw bytes in the file: at most `max_chars`
/// characters of a text, or `[binary] 12 bytes 0a 1f 03 …`, where `size` is the recorded size of
/// the payload. Empty if the payload was not recorded. The cost does not depend on the length of
/// the payload.
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
mod tests;
