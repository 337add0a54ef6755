//! The rows of a tree, as plain data: one for each value that is not hidden, and the lines of long
//! texts that are open.

use std::collections::HashMap;
use std::sync::Arc;

use session::encodings::{NodeKind, SpanTree};
use session::redact::{is_credential_node, mask};

use super::super::wrap::Wrapped;

/// A row of the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TreeRow {
    /// The value's index in the tree.
    pub(super) node: u32,
    /// Its position among the values of its container, from 0.
    pub(super) nth: u32,
    /// `None` for the value itself; else the row is that line of its text.
    pub(super) line: Option<u32>,
}

/// All rows, and the texts that lines are taken from.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct TreeRows {
    rows: Vec<TreeRow>,
    texts: HashMap<u32, Arc<OpenText>>,
}

/// The text of a value that is shown in full.
#[derive(Debug, PartialEq)]
struct OpenText {
    text: String,
    wrapped: Wrapped,
}

impl TreeRows {
    /// The rows, where `is_open` returns whether a value is open. `columns` returns the width of
    /// lines; it is called only where there are any. `hides` masks credentials.
    pub(super) fn of(
        source: &[u8],
        tree: &SpanTree,
        columns: impl Fn() -> usize,
        is_open: impl Fn(u32) -> bool,
        hides: bool,
    ) -> Self {
        let mut shown = Self::default();
        // The containers ancestors the current value: the end of each, and how many of its values
        // were passed.
        let mut ancestors: Vec<(u32, u32)> = Vec::new();
        for index in tree.visible(&is_open) {
            let Some(node) = tree.node(index) else { break };
            while ancestors.pop_if(|(end, _)| *end <= index).is_some() {}
            let nth = ancestors.last_mut().map_or(0, |(_, passed)| {
                *passed += 1;
                *passed - 1
            });
            shown.rows.push(TreeRow { node: index, nth, line: None });
            if node.kind.is_container() {
                ancestors.push((node.end, 0));
            } else if is_open(index) && !(hides && is_credential_node(tree, source, index)) {
                let text = tree.value_text(source, index);
                let text = if hides { mask(&text).into_owned() } else { text.into_owned() };
                shown.add_text(index, nth, text, columns());
            }
        }
        shown
    }

    fn add_text(&mut self, node: u32, nth: u32, text: String, columns: usize) {
        let wrapped = Wrapped::of(&text, columns);
        let lines = wrapped.len() as u32;
        self.rows.extend((0..lines).map(|line| TreeRow { node, nth, line: Some(line) }));
        self.texts.insert(node, Arc::new(OpenText { text, wrapped }));
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn get(&self, position: usize) -> Option<TreeRow> {
        self.rows.get(position).copied()
    }

    /// The line of text in the row.
    pub(super) fn line(&self, row: TreeRow) -> &str {
        let (Some(open), Some(line)) = (self.texts.get(&row.node), row.line) else { return "" };
        open.wrapped.line(&open.text, line as usize)
    }

    /// The position of a value's own row, where it is not hidden.
    pub(super) fn position_of(&self, node: u32) -> Option<usize> {
        let position = self.rows.partition_point(|row| row.node < node);
        self.get(position).filter(|row| row.node == node).map(|_| position)
    }

    /// The value whose row is `by` values away from the row at `position`, or as far as there are
    /// any.
    pub(super) fn step(&self, position: usize, by: isize) -> Option<u32> {
        // Lines of an open text are not values.
        let is_value = |row: &&TreeRow| row.line.is_none();
        let steps = by.unsigned_abs().saturating_add(1);
        let row = if by >= 0 {
            self.rows.get(position..)?.iter().filter(is_value).take(steps).last()
        } else {
            self.rows.get(..=position)?.iter().rev().filter(is_value).take(steps).last()
        };
        row.map(|row| row.node)
    }
}

/// Columns of the separator between a key and its value.
const KEY_END: usize = 2;
/// Columns of the twisty and of the buttons at the end of a line.
const MARGIN: usize = 4;
/// Columns of a value that are shown at any depth.
const MIN_VALUE_COLUMNS: usize = 16;
/// Values deeper than this are not indented further.
const MAX_INDENTED: u16 = 24;
/// Columns of indent for each level; the style sheet has the same in px.
const INDENT: usize = 2;

/// How many levels a value is indented by.
pub(super) fn indent(depth: u16) -> u16 {
    depth.min(MAX_INDENTED)
}

/// The columns that are available to a value after its key.
pub(super) fn value_columns(columns: usize, depth: u16, key: usize) -> usize {
    let taken = usize::from(indent(depth)) * INDENT + key + KEY_END + MARGIN;
    columns.saturating_sub(taken).max(MIN_VALUE_COLUMNS)
}

/// Whether a value that is not a container is too long for its line, or has several lines.
pub(super) fn is_long(source: &[u8], tree: &SpanTree, index: u32, columns: usize) -> bool {
    let Some(node) = tree.node(index).filter(|node| !node.kind.is_container()) else { return false };
    let written = node.value.len as usize;
    if node.kind != NodeKind::String {
        return written > columns;
    }
    // An escape takes at most 12 bytes for one character, so a longer one never fits.
    if written > columns.saturating_mul(12) {
        return true;
    }
    let value = tree.value_text(source, index);
    super::super::wrap::width(&value) + 2 > columns || value.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::encodings::Syntax;

    const ORDER: &str = r#"{"id":7,"note":"first\nsecond","items":[{"sku":"a"},{"sku":"b"}]}"#;

    fn rows(is_open: impl Fn(u32) -> bool) -> TreeRows {
        let tree = SpanTree::parse(Syntax::Json, ORDER.as_bytes()).expect("JSON");
        TreeRows::of(ORDER.as_bytes(), &tree, || 80, is_open, false)
    }

    #[test]
    fn each_value_that_is_not_hidden_has_a_row() {
        let closed = rows(|_| false);
        assert_eq!((closed.len(), closed.position_of(1)), (1, None));
        let items: Vec<_> = (0..)
            .map_while(|position| rows(|node| [0, 3, 4, 6].contains(&node)).get(position))
            .map(|row| (row.node, row.nth))
            .collect();
        assert_eq!(items, [(0, 0), (1, 0), (2, 1), (3, 2), (4, 0), (5, 0), (6, 1), (7, 0)]);
    }

    #[test]
    fn an_open_text_has_lines_below_its_key() {
        let shown = rows(|node| node == 0 || node == 2);
        let lines: Vec<_> =
            (3..5).filter_map(|position| shown.get(position)).map(|row| shown.line(row).to_owned()).collect();
        assert_eq!(lines, ["first", "second"]);
        assert_eq!(shown.position_of(3), Some(5));
    }

    #[test]
    fn steps_skip_the_lines_of_a_text() {
        let shown = rows(|node| node == 0 || node == 2);
        assert_eq!(shown.step(2, 1), Some(3));
        assert_eq!(shown.step(5, -1), Some(2));
        assert_eq!((shown.step(0, -9), shown.step(0, 99)), (Some(0), Some(3)));
        assert_eq!(shown.step(99, 1), None);
    }

    #[test]
    fn values_that_do_not_fit_are_long() {
        let tree = SpanTree::parse(Syntax::Json, ORDER.as_bytes()).expect("JSON");
        assert!(is_long(ORDER.as_bytes(), &tree, 2, 80), "it has two lines");
        assert!(!is_long(ORDER.as_bytes(), &tree, 5, 80));
        assert!(is_long(ORDER.as_bytes(), &tree, 5, 2));
        assert!(!is_long(ORDER.as_bytes(), &tree, 0, 2), "a container has values instead");
    }
}
