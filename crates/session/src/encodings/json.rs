//! JSON as written: numbers keep their digits, repeated keys stay, and their order too.
//!
//! The grammar is that of RFC 8259, without recursion: the way back up is in the nodes.

use super::span_tree::{Node, NodeKind, TreeBuilder};
use crate::model::Span;
use json_spans::{number_end, string_end};

/// Whether `text` looks like a JSON object or array: its first character other than whitespace says
/// so.
pub fn is_json_container(text: &str) -> bool {
    let first = text.bytes().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    matches!(first, Some(b'{' | b'['))
}

/// Replaces `nodes` by the values of `text` in order; `None` if it is not one JSON value, or too
/// deep or too long.
pub(super) fn parse(text: &[u8], nodes: &mut Vec<Node>) -> Option<()> {
    u32::try_from(text.len()).ok()?;
    Parser { text, at: 0, tree: TreeBuilder::new(nodes) }.run()
}

/// The bytes between the quotes of a string as written, with escapes unresolved.
pub(crate) fn unquoted(value: &[u8]) -> &[u8] {
    value.get(1..value.len().saturating_sub(1)).unwrap_or_default()
}

struct Parser<'a, 'n> {
    text: &'a [u8],
    at: usize,
    tree: TreeBuilder<'n>,
}

impl Parser<'_, '_> {
    fn run(&mut self) -> Option<()> {
        loop {
            self.value()?;
            if !self.more_follows()? {
                break;
            }
        }
        self.skip_space();
        (self.at == self.text.len()).then_some(())
    }

    /// A value with its key, if it has one; of a container only the beginning.
    fn value(&mut self) -> Option<()> {
        let key = if self.tree.open_kind() == Some(NodeKind::Object) { Some(self.key()?) } else { None };
        self.skip_space();
        let start = self.at;
        let kind = self.scalar_or_opening()?;
        self.tree.add(kind, key, start, self.at)
    }

    /// After a value or the beginning of a container: ends what ends here; whether another value
    /// follows.
    fn more_follows(&mut self) -> Option<bool> {
        while let Some(kind) = self.tree.open_kind() {
            self.skip_space();
            let is_empty = self.tree.open_node()?.children == 0;
            let closing = if kind == NodeKind::Object { b'}' } else { b']' };
            match self.text.get(self.at)? {
                byte if *byte == closing => self.close()?,
                b',' if !is_empty => {
                    self.at += 1;
                    return Some(true);
                }
                _ if is_empty => return Some(true),
                _ => return None,
            }
        }
        Some(false)
    }

    fn close(&mut self) -> Option<()> {
        self.at += 1;
        self.tree.close(self.at)
    }

    fn key(&mut self) -> Option<Span> {
        self.skip_space();
        if self.text.get(self.at) != Some(&b'"') {
            return None;
        }
        let start = self.at + 1;
        self.at = string_end(self.text, self.at).ok()?;
        let key = Span::between(start as u64, self.at as u64 - 1);
        self.skip_space();
        self.literal(b":")?;
        Some(key)
    }

    fn scalar_or_opening(&mut self) -> Option<NodeKind> {
        match self.text.get(self.at)? {
            b'{' => self.literal(b"{").map(|()| NodeKind::Object),
            b'[' => self.literal(b"[").map(|()| NodeKind::Array),
            b'"' => self.end_at(string_end(self.text, self.at), NodeKind::String),
            b't' => self.literal(b"true").map(|()| NodeKind::True),
            b'f' => self.literal(b"false").map(|()| NodeKind::False),
            b'n' => self.literal(b"null").map(|()| NodeKind::Null),
            _ => self.end_at(number_end(self.text, self.at), NodeKind::Number),
        }
    }

    fn end_at(&mut self, end: Result<usize, usize>, kind: NodeKind) -> Option<NodeKind> {
        self.at = end.ok()?;
        Some(kind)
    }

    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.text.get(self.at..)?.starts_with(literal).then(|| self.at += literal.len())
    }

    fn skip_space(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }
}

#[cfg(test)]
mod tests {
    use super::super::{SpanTree, Syntax};
    use super::*;
    use proptest::prelude::*;

    fn nodes(text: &[u8]) -> Option<Vec<Node>> {
        let mut nodes = Vec::new();
        parse(text, &mut nodes).map(|()| nodes)
    }

    #[test]
    fn every_kind_of_value_is_parsed() {
        let kinds: Vec<_> = nodes(br#" [{}, [], "", -0.5e+3, true, false, null] "#)
            .expect("JSON")
            .iter()
            .map(|node| node.kind)
            .collect();
        let expected = [
            NodeKind::Array,
            NodeKind::Object,
            NodeKind::Array,
            NodeKind::String,
            NodeKind::Number,
            NodeKind::True,
            NodeKind::False,
            NodeKind::Null,
        ];
        assert_eq!(kinds, expected);
    }

    #[test]
    fn invalid_json_is_rejected() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "{,}",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{a:1}",
            "[1}",
            "{\"a\":1]",
            "1 2",
            "01",
            "-",
            "1.",
            ".5",
            "1e",
            "+1",
            "tru",
            "nul",
            "NaN",
            "\"",
            "\"\\x\"",
            "\"\\u12\"",
            "\"a\nb\"",
            "'a'",
            "[1 2]",
            "{\"a\":1 \"b\":2}",
            "42[\"event\"]",
            "]",
            "}",
            ",",
            ":",
            "\u{feff}{}",
        ] {
            assert_eq!(nodes(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn nesting_deeper_than_the_bound_is_rejected() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(SpanTree::parse(Syntax::Json, nested(512).as_bytes()).is_some());
        assert!(SpanTree::parse(Syntax::Json, nested(513).as_bytes()).is_none());
        assert!(SpanTree::parse(Syntax::Json, "[".repeat(1_000_000).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn the_accepted_texts_are_those_of_serde_json(text in r#"[\[\]{}",:0-9eE.+\- a\\ntrue]{0,12}"#) {
            prop_assert_eq!(nodes(text.as_bytes()).is_some(), serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok());
        }

        #[test]
        fn any_text_is_parsed_without_a_panic(text: String) {
            let _ = nodes(text.as_bytes());
        }
    }
}
