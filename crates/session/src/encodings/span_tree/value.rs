//! A value of a tree with its bytes, as protocols read it.

use std::borrow::Cow;
use std::ops::Range;

use super::{Node, NodeKind, SpanTree, StringForm, Syntax, written};

/// A value of a tree with the bytes that the tree points into. The same for all encodings.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    tree: &'t SpanTree,
    source: &'t [u8],
    index: u32,
}

impl<'t> Value<'t> {
    pub(super) fn of(tree: &'t SpanTree, source: &'t [u8], index: u32) -> Option<Self> {
        tree.node(index).map(|_| Self { tree, source, index })
    }

    fn node(self) -> Option<&'t Node> {
        self.tree.node(self.index)
    }

    fn child(self, index: u32) -> Self {
        Self { index, ..self }
    }

    /// Its kind.
    pub fn kind(self) -> NodeKind {
        self.node().map_or(NodeKind::Null, |node| node.kind)
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.kind() == NodeKind::Object
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.kind() == NodeKind::Array
    }

    /// Number of direct children.
    pub fn len(self) -> usize {
        self.node().map_or(0, |node| node.children as usize)
    }

    /// Whether it has no children.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The children of a container, in their order.
    pub fn children(self) -> impl Iterator<Item = Self> + 't {
        let tree = self.tree;
        tree.children(self.index).map(move |child| self.child(child))
    }

    /// The element at `position` of an array, from 0.
    pub fn at(self, position: usize) -> Option<Self> {
        if self.is_array() { self.children().nth(position) } else { None }
    }

    /// The member of an object with that key; of repeated keys the first.
    pub fn get(self, key: &str) -> Option<Self> {
        if self.is_object() { self.children().find(|child| child.has_key(key)) } else { None }
    }

    /// The value at the end of a path of keys.
    pub fn path(self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// The key of a member as text; `None` if it has none.
    pub fn key(self) -> Option<Cow<'t, str>> {
        self.tree.key_text(self.source, self.index)
    }

    /// Whether it is the member of an object with that key.
    pub fn has_key(self, key: &str) -> bool {
        let Some(span) = self.node().and_then(|node| node.key) else { return false };
        let raw = written(self.source, span);
        // Most keys need no decoding.
        if self.tree.syntax() == Syntax::Json && !raw.contains(&b'\\') {
            return raw == key.as_bytes();
        }
        self.key().is_some_and(|found| found == key)
    }

    /// The content of a string; `None` if it is not a string.
    pub fn str(self) -> Option<Cow<'t, str>> {
        (self.kind() == NodeKind::String).then(|| self.text())
    }

    /// The string member with that key.
    pub fn get_str(self, key: &str) -> Option<Cow<'t, str>> {
        self.get(key)?.str()
    }

    /// The content of a string, a number in decimal, bytes in hexadecimal, a JSON value as written.
    pub fn text(self) -> Cow<'t, str> {
        self.tree.value_text(self.source, self.index)
    }

    /// A number that is a non-negative integer.
    pub fn u64(self) -> Option<u64> {
        if self.kind() == NodeKind::Number { self.text().parse().ok() } else { None }
    }

    /// The bytes of a binary value or of a string that has no escapes; `None` for others, and for
    /// those in chunks.
    pub fn bytes(self) -> Option<&'t [u8]> {
        let content = self.tree.syntax().string_content(self.raw());
        match self.kind() {
            NodeKind::Bytes if content.form == StringForm::Plain => Some(content.bytes),
            NodeKind::String
                if content.form == StringForm::Plain
                    || content.form == StringForm::JsonEscapes && !content.bytes.contains(&b'\\') =>
            {
                Some(content.bytes)
            }
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.kind() == NodeKind::Null
    }

    /// The encoding that it is written in.
    pub fn syntax(self) -> Syntax {
        self.tree.syntax()
    }

    /// The bytes of the source that the encoded value takes.
    pub fn range(self) -> Range<usize> {
        self.node().map_or(0..0, |node| node.value.start as usize..node.value.end() as usize)
    }

    /// The value as encoded.
    pub fn raw(self) -> &'t [u8] {
        self.node().map_or(&[], |node| written(self.source, node.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_by_key_in_every_encoding() {
        let mut tree = SpanTree::default();
        let json = br#"{"type":1,"\u0061":"x\ny","list":[null,{"b":true}]}"#;
        let root = tree.reparse(Syntax::Json, json).expect("JSON");
        assert_eq!(root.get("type").and_then(Value::u64), Some(1));
        assert_eq!(root.get_str("a").as_deref(), Some("x\ny"));
        assert_eq!(
            root.path(&["list"]).and_then(|list| list.at(1)?.get("b")).map(Value::kind),
            Some(NodeKind::True)
        );
        assert!(root.get("missing").is_none() && root.at(0).is_none());
        let packed = b"\x84\xa4type\x02\xa3nsp\xa1/\xa2id\x03\xa4data\x92\xa2hi\x81\xa1a\x01";
        let root = tree.reparse(Syntax::MessagePack, packed).expect("MessagePack");
        assert_eq!(root.get_str("nsp").as_deref(), Some("/"));
        assert_eq!(root.get("data").and_then(|data| data.at(1)?.get("a")?.u64()), Some(1));
        assert!(tree.reparse(Syntax::Json, b"{").is_none());
        assert!(tree.nodes().is_empty());
    }
}
