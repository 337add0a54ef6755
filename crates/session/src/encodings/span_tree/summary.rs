//! A container on one line, shown while it is collapsed.

use std::borrow::Cow;

use super::{Node, NodeKind, SpanTree, StringContent, StringForm, Syntax, is_identifier, written};
use crate::encodings::visible::push_one_line;
use json_spans::json_string;

/// Number of characters to which a string within a preview is truncated.
const MAX_STRING_CHARS: usize = 40;

impl SpanTree {
    /// The number of children of the container at `index`: `{3}`, `[12]`. Empty for any other
    /// value.
    pub fn count_label(&self, index: u32) -> String {
        match self.node(index) {
            Some(Node { kind: NodeKind::Object, children, .. }) => format!("{{{children}}}"),
            Some(Node { kind: NodeKind::Array, children, .. }) => format!("[{children}]"),
            _ => String::new(),
        }
    }

    /// The value at `index` on one line of about `max_chars` characters:
    /// `{id: "x", state: "paid", …}`. Containers within are collapsed.
    pub fn preview(&self, source: &[u8], index: u32, max_chars: usize) -> String {
        let mut line = String::new();
        let Some(node) = self.node(index) else { return line };
        if !node.kind.is_container() {
            self.push_value(&mut line, source, index, max_chars);
            return line;
        }
        let (opening, closing) = if node.kind == NodeKind::Object { ('{', '}') } else { ('[', ']') };
        line.push(opening);
        let mut used = 2;
        for (nth, child) in self.children(index).enumerate() {
            let mut member = String::from(if nth == 0 { "" } else { ", " });
            self.push_key(&mut member, source, child);
            self.push_value(&mut member, source, child, MAX_STRING_CHARS);
            let is_last = self.node(child).is_some_and(|child| child.end == node.end);
            let ellipsis_len = if is_last { 0 } else { ", …".chars().count() };
            used += member.chars().count();
            if used + ellipsis_len > max_chars {
                line.push_str(if nth == 0 { "…" } else { ", …" });
                break;
            }
            line.push_str(&member);
        }
        line.push(closing);
        line
    }

    fn push_key(&self, line: &mut String, source: &[u8], index: u32) {
        let Some(key) = self.node(index).and_then(|node| node.key) else { return };
        let key = written(source, key);
        // A JSON key is shown as written, with its escapes.
        let (text, is_string) = match self.syntax {
            Syntax::Json => (String::from_utf8_lossy(key), true),
            _ => self.syntax.key(key),
        };
        if !is_string || is_identifier(&text) {
            push_one_line(line, &text, MAX_STRING_CHARS);
        } else {
            let is_json = self.syntax == Syntax::Json;
            let form = if is_json { StringForm::JsonEscapes } else { StringForm::Plain };
            push_string(line, &StringContent { bytes: text.as_bytes(), form }, MAX_STRING_CHARS);
        }
        line.push_str(": ");
    }

    fn push_value(&self, line: &mut String, source: &[u8], index: u32, max_chars: usize) {
        let Some(node) = self.node(index) else { return };
        match node.kind {
            NodeKind::Object => line.push_str(if node.children == 0 { "{}" } else { "{…}" }),
            NodeKind::Array => line.push_str(if node.children == 0 { "[]" } else { "[…]" }),
            NodeKind::String => {
                let content = self.syntax.string_content(written(source, node.value));
                push_string(line, &content, max_chars);
            }
            _ => {
                push_one_line(line, &self.syntax.text(node, source), max_chars);
            }
        }
    }
}

/// Appends a string in quotes.
fn push_string(line: &mut String, content: &StringContent<'_>, max_chars: usize) {
    let max_len = max_chars.saturating_add(1).saturating_mul(4);
    let head = match content.form {
        StringForm::JsonEscapes => {
            Cow::Owned(json_string::prefix(content.bytes, max_chars.saturating_add(1)).0)
        }
        StringForm::Plain => String::from_utf8_lossy(content.bytes.get(..max_len).unwrap_or(content.bytes)),
        StringForm::CborChunks => content.text(),
    };
    line.push('"');
    push_one_line(line, &head, max_chars);
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn preview(text: &str, max_chars: usize) -> String {
        SpanTree::parse(Syntax::Json, text.as_bytes()).expect("JSON").preview(text.as_bytes(), 0, max_chars)
    }

    #[test]
    fn a_collapsed_container_shows_its_first_members() {
        let order = r#"{"id":"x","unit price":1e999,"items":[1],"none":[],"of":{"a":1},"state":"paid\n"}"#;
        assert_eq!(
            preview(order, 200),
            r#"{id: "x", "unit price": 1e999, items: […], none: [], of: {…}, state: "paid⏎"}"#
        );
        assert_eq!(preview(order, 20), r#"{id: "x", …}"#);
        assert_eq!(preview(order, 3), "{…}");
        assert_eq!(preview("[1,2,3]", 9), "[1, 2, 3]");
        assert_eq!(preview("[1,2,3]", 8), "[1, …]");
        assert_eq!(preview("[]", 0), "[]");
    }

    #[test]
    fn a_long_string_is_truncated() {
        let text = format!("[\"{}\"]", "a".repeat(1000));
        assert_eq!(preview(&text, 100), format!("[\"{}…\"]", "a".repeat(40)));
    }

    #[test]
    fn containers_have_a_count_of_children() {
        let tree = SpanTree::parse(Syntax::Json, br#"[{"a":1,"b":2},3]"#).expect("JSON");
        assert_eq!([0, 1, 2].map(|index| tree.count_label(index)), ["[2]", "{2}", ""]);
    }

    proptest! {
        #[test]
        fn a_preview_of_a_container_is_within_the_bound(texts in proptest::collection::vec("[a-z\u{202e}\n]{0,60}", 0..20), max_chars in 3_usize..120) {
            let text = serde_json::to_string(&texts).unwrap_or_default();
            let plain = preview(&text, max_chars).replace("\\u{202e}", "x");
            prop_assert!(plain.chars().count() <= max_chars);
        }
    }
}
