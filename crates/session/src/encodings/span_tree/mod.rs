//! The values of a payload as a tree of byte ranges: numbers as written, repeated keys kept. One
//! kind of tree for all encodings, so that views, search and protocols are written once.

mod builder;
mod summary;
mod value;

use std::borrow::Cow;

use super::protobuf::{self, FieldVotes, ValueReading};
use super::{bson, cbor, json, message_pack};
use crate::model::Span;
use json_spans::json_string;

pub(super) use builder::TreeBuilder;
pub use value::Value;

/// Maximum nesting depth of containers; a payload that is nested deeper has no tree.
pub const MAX_DEPTH: u16 = 512;

/// Number of children up to which a container is expanded at first.
const MAX_CHILDREN_SHOWN_AT_FIRST: u32 = 100;

/// The encoding of the bytes that a tree points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    Json,
    MessagePack,
    Cbor,
    /// Protocol Buffers without a schema: keys are the numbers of fields.
    Protobuf,
    Bson,
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A container of values with keys: a JSON object, a MessagePack map.
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
    /// Bytes that are not text; shown in hexadecimal.
    Bytes,
    /// An instant.
    Timestamp,
    /// A value of a type that the encoding does not define, such as a MessagePack extension.
    Extension,
}

impl NodeKind {
    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// A value of the tree. Positions are bytes of the source; indexes are those of
/// [`SpanTree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub kind: NodeKind,
    /// The key as written, if the value is a member of an object: of JSON without its quotes, of
    /// BSON without its end, else the complete encoded key.
    pub key: Option<Span>,
    /// The complete encoded value: a JSON string with its quotes, a MessagePack string with its
    /// header. Of Protocol Buffers without the key and the length, so that the value of a field is
    /// itself a message.
    pub value: Span,
    /// The nesting depth, 0 for the root.
    pub depth: u16,
    /// Number of direct children.
    pub children: u32,
    /// The index after the last descendant.
    pub end: u32,
    /// The index of the container; the root has its own.
    pub parent: u32,
}

/// The content of a string within its encoded value.
pub(super) struct StringContent<'s> {
    pub(super) bytes: &'s [u8],
    pub(super) form: StringForm,
}

/// How the bytes of a string are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StringForm {
    Plain,
    /// JSON escapes have to be resolved.
    JsonEscapes,
    /// Chunks of CBOR have to be joined.
    CborChunks,
}

impl<'s> StringContent<'s> {
    pub(super) fn text(&self) -> Cow<'s, str> {
        match self.form {
            StringForm::Plain => String::from_utf8_lossy(self.bytes),
            StringForm::JsonEscapes => json_string::unescape(self.bytes),
            StringForm::CborChunks => {
                Cow::Owned(String::from_utf8_lossy(&cbor::joined(self.bytes)).into_owned())
            }
        }
    }

    /// The bytes of a binary value.
    pub(super) fn to_bytes(&self) -> Cow<'s, [u8]> {
        if self.form == StringForm::CborChunks {
            Cow::Owned(cbor::joined(self.bytes))
        } else {
            Cow::Borrowed(self.bytes)
        }
    }
}

impl Syntax {
    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::MessagePack => "MessagePack",
            Self::Cbor => "CBOR",
            Self::Protobuf => "Protobuf",
            Self::Bson => "BSON",
        }
    }

    fn nodes(self, source: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
        match self {
            Self::Json => json::parse(source, nodes),
            Self::MessagePack => message_pack::parse(source, nodes),
            Self::Cbor => cbor::parse(source, nodes),
            Self::Protobuf => protobuf::parse(source, nodes, None),
            Self::Bson => bson::parse(source, nodes),
        }
    }

    /// The content of an encoded string.
    pub(super) fn string_content(self, written: &[u8]) -> StringContent<'_> {
        match self {
            Self::Json => StringContent { bytes: json::unquoted(written), form: StringForm::JsonEscapes },
            Self::MessagePack => {
                StringContent { bytes: message_pack::content(written), form: StringForm::Plain }
            }
            Self::Cbor => cbor::content(written),
            Self::Protobuf => StringContent { bytes: written, form: StringForm::Plain },
            Self::Bson => bson::content(written),
        }
    }

    /// The value of a node as text: the content of a string, a number in decimal, bytes in
    /// hexadecimal.
    fn text<'s>(self, node: &Node, source: &'s [u8]) -> Cow<'s, str> {
        let value = written(source, node.value);
        match (node.kind, self) {
            (NodeKind::String, _) => self.string_content(value).text(),
            (_, Self::Json) => String::from_utf8_lossy(value),
            (_, Self::MessagePack) => Cow::Owned(message_pack::text(value)),
            (_, Self::Cbor) => Cow::Owned(cbor::text(value)),
            (_, Self::Protobuf) => Cow::Owned(protobuf::text(node, source)),
            (_, Self::Bson) => Cow::Owned(bson::text(node, source)),
        }
    }

    /// A key as text, and whether it is a string.
    fn key(self, written: &[u8]) -> (Cow<'_, str>, bool) {
        let (text, kind) = self.key_and_kind(written);
        (text, kind == NodeKind::String)
    }

    /// A key as text, and its kind.
    fn key_and_kind(self, written: &[u8]) -> (Cow<'_, str>, NodeKind) {
        let (kind, text): (_, fn(&[u8]) -> String) = match self {
            Self::Json => return (json_string::unescape(written), NodeKind::String),
            Self::MessagePack => (message_pack::kind(written), message_pack::text),
            Self::Cbor => (cbor::kind(written), cbor::text),
            Self::Protobuf => (NodeKind::Number, protobuf::key_text),
            Self::Bson => return (String::from_utf8_lossy(written), NodeKind::String),
        };
        if kind == NodeKind::String {
            (self.string_content(written).text(), kind)
        } else {
            (Cow::Owned(text(written)), kind)
        }
    }
}

/// A payload as a flat list of its values, in the order of their first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpanTree {
    syntax: Syntax,
    nodes: Vec<Node>,
}

impl Default for SpanTree {
    /// A tree without values, to be filled by [`SpanTree::reparse`].
    fn default() -> Self {
        Self { syntax: Syntax::Json, nodes: Vec::new() }
    }
}

impl SpanTree {
    /// Parses `source`; `None` if it is not exactly one value of that encoding, is nested deeper
    /// than [`MAX_DEPTH`], or is longer than 4 GiB.
    pub fn parse(syntax: Syntax, source: &[u8]) -> Option<Self> {
        let mut tree = Self { syntax, nodes: Vec::new() };
        syntax.nodes(source, &mut tree.nodes).map(|()| tree)
    }

    /// [`SpanTree::parse`] for Protocol Buffers, where fields read as `votes` decided.
    pub fn protobuf(source: &[u8], votes: &FieldVotes) -> Option<Self> {
        let mut tree = Self { syntax: Syntax::Protobuf, nodes: Vec::new() };
        protobuf::parse(source, &mut tree.nodes, Some(votes)).map(|()| tree)
    }

    /// [`SpanTree::parse`] into this tree, whose memory is used again; the root, or `None` and no
    /// values.
    pub fn reparse<'t>(&'t mut self, syntax: Syntax, source: &'t [u8]) -> Option<Value<'t>> {
        self.syntax = syntax;
        if syntax.nodes(source, &mut self.nodes).is_none() {
            self.nodes.clear();
        }
        self.root(source)
    }

    /// [`SpanTree::protobuf`] into this tree; the root, or `None` and no values.
    pub fn reparse_protobuf<'t>(&'t mut self, source: &'t [u8], votes: &FieldVotes) -> Option<Value<'t>> {
        self.syntax = Syntax::Protobuf;
        if protobuf::parse(source, &mut self.nodes, Some(votes)).is_none() {
            self.nodes.clear();
        }
        self.root(source)
    }

    /// The root, with its bytes.
    pub fn root<'t>(&'t self, source: &'t [u8]) -> Option<Value<'t>> {
        Value::of(self, source, 0)
    }

    /// The encoding.
    pub fn syntax(&self) -> Syntax {
        self.syntax
    }

    /// All values, at least the root, which is first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value at `index`; `None` past the end.
    pub fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    /// The key of the value at `index`: a string unescaped, a number in decimal; `None` if it has
    /// none.
    pub fn key_text<'t>(&self, source: &'t [u8], index: u32) -> Option<Cow<'t, str>> {
        Some(self.syntax.key(written(source, self.node(index)?.key?)).0)
    }

    /// The key of the value at `index` as [`SpanTree::key_text`], and its kind.
    pub(super) fn key_and_kind<'t>(&self, source: &'t [u8], index: u32) -> Option<(Cow<'t, str>, NodeKind)> {
        Some(self.syntax.key_and_kind(written(source, self.node(index)?.key?)))
    }

    /// The value at `index`: the content of a string, bytes in hexadecimal, a JSON value as
    /// written. Empty past the end.
    pub fn value_text<'t>(&self, source: &'t [u8], index: u32) -> Cow<'t, str> {
        let Some(node) = self.node(index) else { return Cow::Borrowed("") };
        self.syntax.text(node, source)
    }

    /// The ways to read the value at `index` where its encoding has one form for several types; the
    /// one of [`SpanTree::value_text`] is first. Empty for values that have one meaning.
    pub fn readings(&self, source: &[u8], index: u32) -> Vec<ValueReading> {
        match self.node(index) {
            Some(node) if self.syntax == Syntax::Protobuf => protobuf::readings(node, source),
            _ => Vec::new(),
        }
    }

    /// The path to the value at `index`, in the syntax of JavaScript: `$.items[0]["unit price"]`.
    pub fn path(&self, source: &[u8], index: u32) -> String {
        let mut steps = Vec::new();
        let mut at = index;
        while let Some(node) = self.node(at).filter(|_| at > 0) {
            steps.push(self.step(source, at, node));
            at = node.parent;
        }
        steps.reverse();
        format!("${}", steps.concat())
    }

    fn step(&self, source: &[u8], index: u32, node: &Node) -> String {
        self.member_step(source, index).unwrap_or_else(|| {
            let nth = self.children(node.parent).take_while(|sibling| *sibling != index).count();
            format!("[{nth}]")
        })
    }

    /// The last step of the path to the member of an object at `index`; `None` for other values.
    pub(super) fn member_step(&self, source: &[u8], index: u32) -> Option<String> {
        let key = written(source, self.node(index)?.key?);
        // A JSON key is used as written, with its escapes.
        let (text, is_string) = if self.syntax == Syntax::Json {
            (String::from_utf8_lossy(key), true)
        } else {
            self.syntax.key(key)
        };
        Some(if is_string && is_identifier(&text) {
            format!(".{text}")
        } else if is_string && self.syntax == Syntax::Json {
            format!("[\"{text}\"]")
        } else if is_string {
            let mut escaped = Vec::new();
            json_string::escape(&mut escaped, text.as_bytes());
            format!("[\"{}\"]", String::from_utf8_lossy(&escaped))
        } else {
            format!("[{text}]")
        })
    }

    /// The direct children of the value at `index`.
    pub fn children(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.node(index).map_or(0, |node| node.end);
        let exists = move |child: &u32| *child < end;
        let first = Some(index.saturating_add(1)).filter(exists);
        std::iter::successors(first, move |child| self.node(*child).map(|node| node.end).filter(exists))
    }

    /// The values to show, in order; `is_expanded` says whether a container is expanded.
    pub fn visible(&self, is_expanded: impl Fn(u32) -> bool) -> Vec<u32> {
        let mut shown = Vec::new();
        let mut at = 0;
        while let Some(node) = self.node(at) {
            shown.push(at);
            let is_expanded = node.children > 0 && is_expanded(at);
            at = if is_expanded { at + 1 } else { node.end };
        }
        shown
    }

    /// Whether the value at `index` is expanded at first: a container of the first two levels with
    /// at most 100 children.
    pub fn default_expanded(&self, index: u32) -> bool {
        self.node(index).is_some_and(|node| {
            node.kind.is_container() && node.depth < 2 && node.children <= MAX_CHILDREN_SHOWN_AT_FIRST
        })
    }
}

/// The part of `source` at `span`.
pub(super) fn written(source: &[u8], span: Span) -> &[u8] {
    source.get(span.start as usize..span.end() as usize).unwrap_or_default()
}

/// Whether a key can follow a dot in JavaScript (ASCII only).
pub(super) fn is_identifier(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    !key.starts_with(|char: char| char.is_ascii_digit()) && !key.is_empty() && key.bytes().all(is_part)
}

#[cfg(test)]
mod tests;
