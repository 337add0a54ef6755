//! The grammar of RFC 8259, without recursion: the way back up is in the nodes.

use super::tree::{MAX_DEPTH, Node, NodeKind};
use crate::model::Span;
use json_spans::{number_end, string_end};

/// The values of `text` in order; `None` where it is not one JSON value, or too deep or too long.
pub(super) fn nodes(text: &[u8]) -> Option<Vec<Node>> {
    u32::try_from(text.len()).ok()?;
    let mut parser = Parser { text, at: 0, nodes: Vec::new(), open: None };
    parser.run()?;
    Some(parser.nodes)
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The innermost container that has not ended.
    open: Option<u32>,
}

impl Parser<'_> {
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
        let key = if self.open_kind() == Some(NodeKind::Object) { Some(self.key()?) } else { None };
        self.skip_space();
        let start = self.at;
        let kind = self.scalar_or_opening()?;
        let index = self.add(kind, key, start)?;
        if kind.is_container() {
            self.open = Some(index);
        }
        Some(())
    }

    fn add(&mut self, kind: NodeKind, key: Option<Span>, start: usize) -> Option<u32> {
        let index = u32::try_from(self.nodes.len()).ok()?;
        let mut depth = 0;
        if let Some(parent) = self.open_node() {
            parent.children += 1;
            depth = parent.depth + 1;
        }
        if kind.is_container() && depth >= MAX_DEPTH {
            return None;
        }
        let value = Span::between(start as u64, self.at as u64);
        let parent = self.open.unwrap_or(index);
        self.nodes.push(Node { kind, key, value, depth, children: 0, end: index.checked_add(1)?, parent });
        Some(index)
    }

    /// After a value or the beginning of a container: ends what ends here; whether another value follows.
    fn more_follows(&mut self) -> Option<bool> {
        while let Some(kind) = self.open_kind() {
            self.skip_space();
            let is_empty = self.open_node()?.children == 0;
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
        let (at, count, index) = (self.at, self.nodes.len(), self.open?);
        let node = self.open_node()?;
        node.value = Span::between(u64::from(node.value.start), at as u64);
        node.end = u32::try_from(count).ok()?;
        self.open = (node.parent != index).then_some(node.parent);
        Some(())
    }

    fn open_node(&mut self) -> Option<&mut Node> {
        self.nodes.get_mut(self.open? as usize)
    }

    fn open_kind(&self) -> Option<NodeKind> {
        self.nodes.get(self.open? as usize).map(|node| node.kind)
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
    use super::super::JsonTree;
    use super::*;
    use proptest::prelude::*;

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
        assert!(JsonTree::parse(&nested(512)).is_some());
        assert!(JsonTree::parse(&nested(513)).is_none());
        assert!(JsonTree::parse(&"[".repeat(1_000_000)).is_none());
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
