//! The keys of a tree, as the ARIA Authoring Practices have them, `c` and `p` to copy, `o` to open
//! what is encoded within a string, and `r` to read a number or bytes as another type.

use leptos::prelude::*;
use session::encodings::SpanTree;
use web_sys::KeyboardEvent;

use super::nested::nested_in;
use super::rows::TreeRows;
use super::state::TreeState;

/// Rows that Page up and Page down move by.
const PAGE: isize = 10;

/// What the keys act on.
pub(super) struct KeyContext<'a> {
    pub(super) source: &'a [u8],
    pub(super) tree: &'a SpanTree,
    pub(super) rows: &'a TreeRows,
    pub(super) state: TreeState,
}

impl KeyContext<'_> {
    /// Handles a key, and returns whether it has a meaning here. `can_open` returns whether a value
    /// can be opened.
    pub(super) fn handle(&self, event: &KeyboardEvent, can_open: impl Fn(u32) -> bool) -> bool {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let state = self.state;
        let current = state.current.get_untracked().filter(|node| self.rows.position_of(*node).is_some());
        let node = current.unwrap_or(0);
        let position = self.rows.position_of(node).unwrap_or(0);
        match event.key().as_str() {
            // The first key only shows the current row.
            "ArrowDown" | "ArrowUp" if current.is_none() => state.current.set(Some(0)),
            "ArrowDown" => state.current.set(self.rows.step(position, 1)),
            "ArrowUp" => state.current.set(self.rows.step(position, -1)),
            "PageDown" => state.current.set(self.rows.step(position, PAGE)),
            "PageUp" => state.current.set(self.rows.step(position, -PAGE)),
            "Home" => state.current.set(Some(0)),
            "End" => state.current.set(self.rows.step(position, isize::MAX)),
            "ArrowRight" => self.expand_or_enter(node, can_open(node)),
            "ArrowLeft" => self.collapse_or_leave(node, can_open(node)),
            "Enter" | " " if can_open(node) => state.toggle(self.tree, node),
            "*" => state.open_children(self.tree, self.tree.node(node).map_or(0, |found| found.parent)),
            "o" if nested_in(self.source, self.tree, state.level, node).is_some() => {
                state.nested.set(Some(node));
            }
            "r" => return state.next_reading(self.source, self.tree, node),
            "c" => state.copy(node, &self.tree.value_text(self.source, node)),
            "p" => state.copy(node, &self.tree.path(self.source, node)),
            key => return self.act(key, node),
        }
        true
    }

    /// Does what the key of the tree's action does; `false` if that is another key.
    fn act(&self, key: &str, node: u32) -> bool {
        let action = untrack(|| self.state.action_on(self.tree, node)).filter(|action| action.key == key);
        action.map(|action| action.run.run(self.tree.path(self.source, node))).is_some()
    }

    fn is_open(&self, node: u32) -> bool {
        untrack(|| self.state.is_open(self.tree, node))
    }

    /// Opens the value, or goes to its first child.
    fn expand_or_enter(&self, node: u32, can_open: bool) {
        if can_open && !self.is_open(node) {
            self.state.set_open(self.tree, node, true);
        } else if let Some(child) = self.tree.children(node).next() {
            self.state.current.set(Some(child));
        }
    }

    /// Closes the value, or goes to its parent.
    fn collapse_or_leave(&self, node: u32, can_open: bool) {
        if can_open && self.is_open(node) {
            self.state.set_open(self.tree, node, false);
        } else if let Some(found) = self.tree.node(node) {
            self.state.current.set(Some(found.parent));
        }
    }
}
