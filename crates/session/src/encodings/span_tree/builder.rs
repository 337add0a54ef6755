//! Appends the values of an encoding to a tree, for the walkers of the encodings.

use super::{MAX_DEPTH, Node, NodeKind};
use crate::model::Span;

/// Builds the flat list of a tree's nodes. A walker calls it for the values in the order of their
/// first bytes.
pub(in crate::encodings) struct TreeBuilder<'n> {
    nodes: &'n mut Vec<Node>,
    /// The innermost container that has not ended.
    open: Option<u32>,
}

impl<'n> TreeBuilder<'n> {
    /// Builds into `nodes`, which is emptied; its memory is used again.
    pub(in crate::encodings) fn new(nodes: &'n mut Vec<Node>) -> Self {
        nodes.clear();
        Self { nodes, open: None }
    }

    /// Appends a value from `start` to `end`; a container ends at [`close`](Self::close). `None` if
    /// it is nested too deep.
    pub(in crate::encodings) fn add(
        &mut self,
        kind: NodeKind,
        key: Option<Span>,
        start: usize,
        end: usize,
    ) -> Option<()> {
        let index = u32::try_from(self.nodes.len()).ok()?;
        let mut depth = 0;
        if let Some(parent) = self.open_node() {
            parent.children += 1;
            depth = parent.depth + 1;
        }
        if kind.is_container() && depth >= MAX_DEPTH {
            return None;
        }
        let value = Span::between(start as u64, end as u64);
        let parent = self.open.unwrap_or(index);
        self.nodes.push(Node { kind, key, value, depth, children: 0, end: index.checked_add(1)?, parent });
        if kind.is_container() {
            self.open = Some(index);
        }
        Some(())
    }

    /// Ends the innermost container at `end`.
    pub(in crate::encodings) fn close(&mut self, end: usize) -> Option<()> {
        let (count, index) = (u32::try_from(self.nodes.len()).ok()?, self.open?);
        let node = self.open_node()?;
        node.value = Span::between(u64::from(node.value.start), end as u64);
        node.end = count;
        self.open = (node.parent != index).then_some(node.parent);
        Some(())
    }

    /// The innermost container that has not ended.
    pub(in crate::encodings) fn open_node(&mut self) -> Option<&mut Node> {
        self.nodes.get_mut(self.open? as usize)
    }

    /// The kind of the innermost container that has not ended.
    pub(in crate::encodings) fn open_kind(&self) -> Option<NodeKind> {
        self.nodes.get(self.open? as usize).map(|node| node.kind)
    }
}
