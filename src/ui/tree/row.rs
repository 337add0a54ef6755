//! One row of a tree, as plain elements.

use leptos::attr::custom::custom_attribute;
use leptos::prelude::*;
use session::encodings::json::{JsonTree, NodeKind};
use session::encodings::{one_line, visible_lines};
use session::model::format_count;

use super::super::{Icon, IconName};
use super::rows::{TreeRow, indent, is_long, room};

/// Keys longer than this are cut.
const MAX_KEY_CHARS: usize = 80;
/// Indent for each level in px.
const INDENT_PX: u16 = 14;

/// The id of the row that keys act on, in the tree of that number.
pub(super) fn current_id(number: u32) -> String {
    format!("tree-{number}-current")
}

/// What a row needs to know besides its value.
#[derive(Clone, Copy)]
pub(super) struct RowContext<'a> {
    pub(super) text: &'a str,
    pub(super) tree: &'a JsonTree,
    pub(super) columns: usize,
    pub(super) current: Option<u32>,
    /// The number of the tree.
    pub(super) number: u32,
    /// The value that was copied just now, and whether that worked.
    pub(super) copied: Option<(u32, bool)>,
}

impl RowContext<'_> {
    /// The key or place of a value in its container; empty for the whole.
    fn key(&self, row: TreeRow) -> String {
        match self.tree.key_text(self.text, row.node) {
            Some(key) if key.is_empty() => "\"\"".to_owned(),
            Some(key) => one_line(&key, MAX_KEY_CHARS),
            None if row.node == 0 => String::new(),
            None => row.nth.to_string(),
        }
    }

    fn room(&self, row: TreeRow, key: &str) -> usize {
        let depth = self.tree.node(row.node).map_or(0, |node| node.depth);
        room(self.columns, depth, super::super::wrap::width(key))
    }

    /// Whether a value can be opened: a container that is not empty, or a text too long for its line.
    pub(super) fn can_open(&self, row: TreeRow) -> bool {
        let has_children = self.tree.node(row.node).is_some_and(|node| node.children > 0);
        has_children || is_long(self.text, self.tree, row.node, self.room(row, &self.key(row)))
    }

    /// A value's own row.
    pub(super) fn item(&self, row: TreeRow, open: bool) -> AnyView {
        let Some(node) = self.tree.node(row.node) else { return ().into_any() };
        let key = self.key(row);
        let room = self.room(row, &key);
        let can_open = self.can_open(row);
        let siblings = self.tree.node(node.parent).map_or(1, |parent| parent.children.max(1));
        let count = count_label(node.kind, node.children);
        let value = self.tree.preview(self.text, row.node, room);
        // The name holds what the row shows, as the accessibility guidelines ask (WCAG 2.5.3).
        let name = match (node.children > 0, open) {
            (true, true) => count.clone(),
            (true, false) => format!("{count} {value}"),
            (false, _) => value.clone(),
        };
        let name = if key.is_empty() { name } else { format!("{key}: {name}") };
        let is_current = self.current == Some(row.node);
        let key_class = if node.key.is_some() { "ui-tree-key" } else { "ui-tree-place" };
        view! {
            <div
                class="ui-line ui-tree-row"
                class:ui-tree-current=is_current
                class:ui-tree-can-open=can_open
                id=is_current.then(|| current_id(self.number))
                role="treeitem"
                aria-label=name
                aria-posinset=(row.nth + 1).to_string()
                aria-setsize=if row.node == 0 { "1".to_owned() } else { siblings.to_string() }
                aria-expanded=can_open.then(|| open.to_string())
                aria-selected=is_current.then_some("true")
                data-node=row.node.to_string()
                style:padding-left=padding(node.depth)
                // Leptos has no method for this one.
                {..custom_attribute("aria-level", (node.depth + 1).to_string())}
            >
                <span class="ui-tree-twisty" aria-hidden="true">
                    {match (can_open, open) {
                        (false, _) => "",
                        (true, true) => "▾",
                        (true, false) => "▸",
                    }}
                </span>
                {(!key.is_empty()).then(|| view! { <span class=key_class>{key}</span> ": " })}
                {self.value(node.kind, node.children, open && can_open, count, value, row.node)}
                {self.actions(row.node)}
            </div>
        }
        .into_any()
    }

    fn value(
        &self,
        kind: NodeKind,
        children: u32,
        open: bool,
        count: String,
        value: String,
        node: u32,
    ) -> AnyView {
        if children > 0 {
            let preview = (!open).then(|| view! { <span class="ui-tree-preview">{value}</span> });
            return view! { <span class="ui-tree-count">{count}</span> " " {preview} }.into_any();
        }
        if open {
            let length = self.tree.value_text(self.text, node).chars().count() as u64;
            let words = format!("{} characters", format_count(length));
            return view! { <span class="ui-tree-preview">{words}</span> }.into_any();
        }
        view! { <span class=value_class(kind)>{value}</span> }.into_any()
    }

    fn actions(&self, node: u32) -> AnyView {
        if let Some((_, worked)) = self.copied.filter(|(copied, _)| *copied == node) {
            let word = if worked { "Copied" } else { "Copying is not allowed" };
            return view! { <span class="ui-tree-actions ui-tree-copied">{word}</span> }.into_any();
        }
        view! {
            <span class="ui-tree-actions">
                <button type="button" tabindex="-1" title="Copy value (c)" aria-label="Copy value" data-copy="value">
                    <Icon name=IconName::Copy />
                </button>
                <button type="button" tabindex="-1" title="Copy path (p)" aria-label="Copy path" data-copy="path">
                    "$."
                </button>
            </span>
        }
        .into_any()
    }
}

/// How many values a container has: `{3}`, `[2,318]`.
fn count_label(kind: NodeKind, children: u32) -> String {
    let count = format_count(u64::from(children));
    if kind == NodeKind::Object { format!("{{{count}}}") } else { format!("[{count}]") }
}

/// A line of a long text, below the row of its value.
pub(super) fn text_line(tree: &JsonTree, row: TreeRow, line: &str) -> AnyView {
    let depth = tree.node(row.node).map_or(0, |node| node.depth);
    view! {
        <div class="ui-line ui-tree-text" role="presentation" style:padding-left=padding(depth + 1)>
            {visible_lines(line, usize::MAX).into_owned()}
        </div>
    }
    .into_any()
}

fn padding(depth: u16) -> String {
    format!("{}px", 4 + indent(depth) * INDENT_PX)
}

fn value_class(kind: NodeKind) -> &'static str {
    match kind {
        NodeKind::String => "ui-tree-string",
        NodeKind::Number => "ui-tree-number",
        NodeKind::True | NodeKind::False | NodeKind::Null => "ui-tree-word",
        NodeKind::Object | NodeKind::Array => "ui-tree-count",
    }
}
