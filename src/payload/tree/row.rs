//! One row of a tree, as plain data.

use std::borrow::Cow;
use std::collections::HashMap;

use leptos::prelude::{RwSignal, With};
use session::encodings::{NodeKind, SpanTree};
use session::encodings::{one_line, visible_lines};
use session::model::format_count;
use session::redact::{MASK, is_credential_node, mask};

use super::nested::nested_in;
use super::rows::{TreeRow, indent, is_long, value_columns};
use super::state::TreeState;
use crate::ui::{IconName, VNode};

/// Most characters of a key.
const MAX_KEY_CHARS: usize = 80;
/// Indent for each level in px.
const INDENT_PX: u16 = 14;

/// The id of the row that keys act on, in the tree of that number.
pub(super) fn current_id(number: u32) -> String {
    format!("tree-{number}-current")
}

/// What a row depends on besides its value.
#[derive(Clone, Copy)]
pub(super) struct RowContext<'a> {
    pub(super) source: &'a [u8],
    pub(super) tree: &'a SpanTree,
    pub(super) columns: usize,
    pub(super) current: Option<u32>,
    /// How many strings the tree is within.
    pub(super) level: usize,
    /// The number of the tree.
    pub(super) number: u32,
    /// Which reading of a value is shown, where it is not the first one.
    pub(super) readings: RwSignal<HashMap<u32, usize>>,
    /// The value that was copied last, and whether that worked.
    pub(super) copied: Option<(u32, bool)>,
    /// Whether credentials are masked.
    pub(super) hides: bool,
    pub(super) state: TreeState,
}

impl RowContext<'_> {
    /// The key or index of a value in its container; empty for the root.
    fn key(&self, row: TreeRow) -> String {
        match self.tree.key_text(self.source, row.node) {
            Some(key) if key.is_empty() => "\"\"".to_owned(),
            Some(key) => one_line(&key, MAX_KEY_CHARS),
            None if row.node == 0 => String::new(),
            None => row.nth.to_string(),
        }
    }

    fn value_columns(&self, row: TreeRow, key: &str) -> usize {
        let depth = self.tree.node(row.node).map_or(0, |node| node.depth);
        value_columns(self.columns, depth, super::super::wrap::width(key))
    }

    /// Whether a value can be opened: a container that is not empty, or a text too long for its
    /// line.
    pub(super) fn can_open(&self, row: TreeRow) -> bool {
        let has_children = self.tree.node(row.node).is_some_and(|node| node.children > 0);
        if self.is_hidden(row.node) {
            return false;
        }
        has_children || is_long(self.source, self.tree, row.node, self.value_columns(row, &self.key(row)))
    }

    /// Whether a value is a credential that is masked.
    fn is_hidden(&self, node: u32) -> bool {
        self.hides && is_credential_node(self.tree, self.source, node)
    }

    /// Whether the search matches a value.
    fn is_match(&self, node: u32) -> bool {
        self.state.search.is_some_and(|search| {
            search
                .matches
                .with(|matches| matches.binary_search_by_key(&(node as usize), |found| found.start).is_ok())
        })
    }

    /// The beginning of a value, without what is masked.
    fn preview(&self, node: u32, columns: usize) -> String {
        if self.is_hidden(node) {
            return MASK.to_owned();
        }
        let preview = self.other_reading(node, columns);
        let preview = preview.unwrap_or_else(|| self.tree.preview(self.source, node, columns));
        if self.hides { mask(&preview).into_owned() } else { preview }
    }

    /// A value's own row.
    pub(super) fn item(&self, row: TreeRow, open: bool) -> Option<VNode> {
        let node = self.tree.node(row.node)?;
        let key = self.key(row);
        let columns = self.value_columns(row, &key);
        let can_open = self.can_open(row);
        let siblings = self.tree.node(node.parent).map_or(1, |parent| parent.children.max(1));
        let count = count_label(node.kind, node.children);
        let value = self.preview(row.node, columns);
        // The name holds what the row shows, as the accessibility guidelines ask (WCAG 2.5.3).
        let name = match (node.children > 0, open) {
            (true, true) => count.clone(),
            (true, false) => format!("{count} {value}"),
            (false, _) => value.clone(),
        };
        let name = if key.is_empty() { name } else { format!("{key}: {name}") };
        let is_current = self.current == Some(row.node);
        let key_class = if node.key.is_some() { "ui-tree-key" } else { "ui-tree-place" };
        let mark = match (is_current, self.is_match(row.node)) {
            (true, _) => " ui-tree-current",
            (false, true) => " ui-tree-match",
            (false, false) => "",
        };
        let openable = if can_open { " ui-tree-can-open" } else { "" };
        let twisty = match (can_open, open) {
            (false, _) => "",
            (true, true) => "▾",
            (true, false) => "▸",
        };
        let row_node = VNode::new("div")
            .class(format!("ui-line ui-tree-row{mark}{openable}"))
            .optional("id", is_current.then(|| current_id(self.number)))
            .attribute("role", "treeitem")
            .attribute("aria-label", name)
            .attribute("aria-posinset", (row.nth + 1).to_string())
            .attribute("aria-setsize", if row.node == 0 { "1".to_owned() } else { siblings.to_string() })
            .attribute("aria-level", (node.depth + 1).to_string())
            .optional("aria-expanded", can_open.then(|| open.to_string()))
            .optional("aria-selected", is_current.then_some("true"))
            .attribute("data-node", row.node.to_string())
            .style("padding-left", Some(padding(node.depth)))
            .child(span("ui-tree-twisty", twisty).attribute("aria-hidden", "true"));
        let row_node =
            if key.is_empty() { row_node } else { row_node.child(span(key_class, key)).text(": ") };
        let value = self.value(node.kind, node.children, open && can_open, count, value, row.node);
        Some(row_node.children(value).child(self.actions(row.node)))
    }

    /// The value as the user wants to read it, with the type; `None` where that is as usual.
    fn other_reading(&self, node: u32, columns: usize) -> Option<String> {
        let at = self.readings.with(|readings| readings.get(&node).copied()).filter(|at| *at > 0)?;
        let readings = self.tree.readings(self.source, node);
        let reading = readings.get(at)?;
        Some(format!("{} ({})", one_line(&reading.text, columns), reading.label))
    }

    fn value(
        &self,
        kind: NodeKind,
        children: u32,
        open: bool,
        count: String,
        value: String,
        node: u32,
    ) -> Vec<VNode> {
        if children > 0 {
            let preview = (!open).then(|| span("ui-tree-preview", format!(" {value}")));
            return std::iter::once(span("ui-tree-count", count)).chain(preview).collect();
        }
        if open {
            let length = self.tree.value_text(self.source, node).chars().count() as u64;
            return vec![span("ui-tree-preview", format!("{} characters", format_count(length)))];
        }
        vec![span(value_class(kind), value)]
    }

    fn actions(&self, node: u32) -> VNode {
        if let Some((_, worked)) = self.copied.filter(|(copied, _)| *copied == node) {
            let label = if worked { "Copied" } else { "Copying is not allowed" };
            return span("ui-tree-actions ui-tree-copied", label);
        }
        let button = |title: Cow<'static, str>, label: &'static str, what: &'static str| {
            VNode::new("button")
                .attribute("type", "button")
                .attribute("tabindex", "-1")
                .attribute("title", title)
                .attribute("aria-label", label)
                .attribute("data-copy", what)
        };
        let opens = nested_in(self.source, self.tree, self.level, node).map(|nested| {
            let title = format!("Open {} (o)", nested.kind.label());
            button(title.into(), "Open", "nested").text("Open")
        });
        let action = self.state.action_on(self.tree, node).map(|action| {
            let title = format!("{} ({})", action.label, action.key);
            button(title.into(), action.label, "action").text("⇄")
        });
        let has_readings = self.tree.readings(self.source, node).len() > 1;
        let reads = has_readings
            .then(|| button("Read as another type (r)".into(), "Read as another type", "reading").text("↻"));
        VNode::new("span")
            .class("ui-tree-actions")
            .children(opens)
            .children(action)
            .children(reads)
            .child(button("Copy value (c)".into(), "Copy value", "value").child(IconName::Copy.node()))
            .child(button("Copy path (p)".into(), "Copy path", "path").text("$."))
    }
}

fn span(class: &'static str, text: impl Into<Cow<'static, str>>) -> VNode {
    VNode::new("span").class(class).text(text)
}

/// How many values a container has: `{3}`, `[2,318]`.
fn count_label(kind: NodeKind, children: u32) -> String {
    let count = format_count(u64::from(children));
    if kind == NodeKind::Object { format!("{{{count}}}") } else { format!("[{count}]") }
}

/// A line of a long text, below the row of its value.
pub(super) fn text_line(tree: &SpanTree, row: TreeRow, line: &str) -> VNode {
    let depth = tree.node(row.node).map_or(0, |node| node.depth);
    VNode::new("div")
        .class("ui-line ui-tree-text")
        .attribute("role", "presentation")
        .style("padding-left", Some(padding(depth + 1)))
        .text(visible_lines(line, usize::MAX).into_owned())
}

fn padding(depth: u16) -> String {
    format!("{}px", 4 + indent(depth) * INDENT_PX)
}

fn value_class(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::String => "ui-tree-string",
        NodeKind::Number | NodeKind::Timestamp => "ui-tree-number",
        NodeKind::True | NodeKind::False | NodeKind::Null => "ui-tree-word",
        NodeKind::Bytes | NodeKind::Extension => "ui-tree-bytes",
        NodeKind::Object | NodeKind::Array => "ui-tree-count",
    }
}
