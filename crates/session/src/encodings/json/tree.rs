use std::borrow::Cow;

use super::parse;
use crate::model::Span;
use json_spans::json_string;

/// Maximum nesting depth of containers; deeper JSON is shown as text.
pub const MAX_DEPTH: u16 = 512;

/// Number of children up to which a container is expanded at first.
const MAX_CHILDREN_SHOWN_AT_FIRST: u32 = 100;

/// The kind of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

impl NodeKind {
    /// Whether it is an object or an array.
    pub fn is_container(self) -> bool {
        matches!(self, Self::Object | Self::Array)
    }
}

/// A value of the tree. Positions are bytes of the text; indexes are those of [`JsonTree::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    pub kind: NodeKind,
    /// The key as written, without its quotes, where the value is a member of an object.
    pub key: Option<Span>,
    /// The value as written, a string with its quotes.
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

/// A JSON text as a flat list of its values, in the order in which they are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonTree {
    pub(super) nodes: Vec<Node>,
}

impl JsonTree {
    /// Parses `text`; `None` if it is not one JSON value (RFC 8259), is nested deeper than [`MAX_DEPTH`], or is
    /// longer than 4 GiB.
    pub fn parse(text: &str) -> Option<Self> {
        parse::nodes(text.as_bytes()).map(|nodes| Self { nodes })
    }

    /// All values, at least the root, which is first.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value at `index`; `None` past the end.
    pub fn node(&self, index: u32) -> Option<&Node> {
        self.nodes.get(index as usize)
    }

    /// The key of the value at `index`, unescaped; `None` if it has none.
    pub fn key_text<'t>(&self, text: &'t str, index: u32) -> Option<Cow<'t, str>> {
        Some(json_string::unescape(written(text, self.node(index)?.key?).as_bytes()))
    }

    /// The value at `index`: a string without quotes and unescaped, anything else as written. Empty past the end.
    pub fn value_text<'t>(&self, text: &'t str, index: u32) -> Cow<'t, str> {
        let Some(node) = self.node(index) else { return Cow::Borrowed("") };
        let value = written(text, node.value);
        if node.kind == NodeKind::String {
            json_string::unescape(unquoted(value))
        } else {
            Cow::Borrowed(value)
        }
    }

    /// The path to the value at `index`, in the syntax of JavaScript: `$.items[0]["unit price"]`.
    pub fn path(&self, text: &str, index: u32) -> String {
        let mut steps = Vec::new();
        let mut at = index;
        while let Some(node) = self.node(at).filter(|_| at > 0) {
            steps.push(self.step(text, at, node));
            at = node.parent;
        }
        steps.reverse();
        format!("${}", steps.concat())
    }

    fn step(&self, text: &str, index: u32, node: &Node) -> String {
        match node.key.map(|key| written(text, key)) {
            None => {
                format!("[{}]", self.children(node.parent).take_while(|sibling| *sibling != index).count())
            }
            Some(key) if is_identifier(key) => format!(".{key}"),
            Some(key) => format!("[\"{key}\"]"),
        }
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

    /// Whether the value at `index` is expanded at first: a container of the first two levels with at most 100
    /// children.
    pub fn default_expanded(&self, index: u32) -> bool {
        self.node(index).is_some_and(|node| {
            node.kind.is_container() && node.depth < 2 && node.children <= MAX_CHILDREN_SHOWN_AT_FIRST
        })
    }
}

/// The part of `text` at `span`.
pub(super) fn written(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end() as usize).unwrap_or_default()
}

/// The bytes between the quotes of a string as written.
pub(super) fn unquoted(value: &str) -> &[u8] {
    value.as_bytes().get(1..value.len().saturating_sub(1)).unwrap_or_default()
}

/// Whether a key as written can follow a dot in JavaScript (ASCII only).
pub(super) fn is_identifier(key: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$');
    !key.starts_with(|char: char| char.is_ascii_digit()) && !key.is_empty() && key.bytes().all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: &str =
        r#"{"id": 12345678901234567890, "unit price": 1e999, "tags": ["a\nb", {}], "id": null}"#;

    fn tree(text: &str) -> JsonTree {
        JsonTree::parse(text).expect("JSON")
    }

    #[test]
    fn numbers_stay_as_written_and_repeated_keys_are_kept() {
        let tree = tree(ORDER);
        let rows: Vec<_> = (1..tree.nodes().len() as u32)
            .map(|index| (tree.key_text(ORDER, index).unwrap_or_default(), tree.value_text(ORDER, index)))
            .collect();
        let expected = [
            ("id", "12345678901234567890"),
            ("unit price", "1e999"),
            ("tags", r#"["a\nb", {}]"#),
            ("", "a\nb"),
            ("", "{}"),
            ("id", "null"),
        ];
        assert_eq!(rows, expected.map(|(key, value)| (key.into(), value.into())));
    }

    #[test]
    fn each_node_has_its_depth_children_end_and_parent() {
        let tree = tree(ORDER);
        let tags = tree.nodes()[3];
        assert_eq!(
            (tags.kind, tags.depth, tags.children, tags.end, tags.parent),
            (NodeKind::Array, 1, 2, 6, 0)
        );
        assert_eq!(tree.nodes()[0].children, 4);
        assert_eq!(tree.nodes()[0].end as usize, tree.nodes().len());
        assert_eq!(tree.children(0).collect::<Vec<_>>(), [1, 2, 3, 6]);
        assert_eq!(tree.children(5).count(), 0);
        assert_eq!(tree.children(u32::MAX).count(), 0);
    }

    #[test]
    fn paths_have_the_syntax_of_javascript() {
        let tree = tree(ORDER);
        let paths: Vec<_> = [0, 1, 2, 5].iter().map(|index| tree.path(ORDER, *index)).collect();
        assert_eq!(paths, ["$", "$.id", r#"$["unit price"]"#, "$.tags[1]"]);
    }

    #[test]
    fn a_collapsed_container_hides_its_descendants() {
        let tree = tree(ORDER);
        assert_eq!(tree.visible(|_| true), [0, 1, 2, 3, 4, 5, 6]);
        assert_eq!(tree.visible(|index| index != 3), [0, 1, 2, 3, 6]);
        assert_eq!(tree.visible(|_| false), [0]);
    }

    #[test]
    fn the_first_two_levels_are_expanded_unless_long() {
        let nested = tree("[[[1]]]");
        assert_eq!([0, 1, 2, 3].map(|index| nested.default_expanded(index)), [true, true, false, false]);
        assert!(!tree(&format!("[{}0]", "0,".repeat(100))).default_expanded(0));
        assert!(!nested.default_expanded(99));
    }
}
