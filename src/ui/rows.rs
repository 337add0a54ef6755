//! The rows of a table that are on screen.

use std::collections::VecDeque;

use web_sys::Element;

use super::vnode::{MountedNode, VNode};

/// The elements of the rows, in the order of the table.
#[derive(Debug, Default)]
pub struct Rows {
    /// The position of the first.
    first: usize,
    drawn: VecDeque<MountedNode>,
}

impl Rows {
    /// Shows `rows`, which begin at the position `first`, in `body`. A row that stays on screen
    /// keeps its element.
    pub fn show(&mut self, body: &Element, first: usize, rows: impl Iterator<Item = VNode>) {
        if self.drawn.is_empty() {
            // The page may reuse the body of a removed table for the next one.
            body.set_text_content(None);
        }
        self.rotate(body, first);
        let mut shown = 0;
        for row in rows {
            if let Some(drawn) = self.drawn.get_mut(shown) {
                drawn.patch(row);
            } else {
                let Some(drawn) = MountedNode::new(row) else { return };
                let _ = body.append_child(drawn.element());
                self.drawn.push_back(drawn);
            }
            shown += 1;
        }
        for surplus in self.drawn.drain(shown..) {
            surplus.element().remove();
        }
    }

    /// Moves the elements that leave on one side to the other.
    fn rotate(&mut self, body: &Element, first: usize) {
        let (down, up) = (first.saturating_sub(self.first), self.first.saturating_sub(first));
        self.first = first;
        if down.max(up) >= self.drawn.len() {
            return;
        }
        for _ in 0..down {
            if let Some(drawn) = self.drawn.pop_front() {
                let _ = body.append_child(drawn.element());
                self.drawn.push_back(drawn);
            }
        }
        for _ in 0..up {
            if let Some(drawn) = self.drawn.pop_back() {
                let _ = body.prepend_with_node_1(drawn.element());
                self.drawn.push_front(drawn);
            }
        }
    }
}
