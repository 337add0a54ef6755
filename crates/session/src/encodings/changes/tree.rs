//! What differs between two trees of the same encoding.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::excerpt::{self, excerpts};
use super::{Change, ChangeKind, Changes, HiddenRanges, Middle};
use crate::encodings::{NodeKind, SpanTree};

/// Adds what differs between two trees to `changes`.
pub(super) fn compare(before: &Side<'_>, after: &Side<'_>, changes: &mut Changes) {
    let mut comparison = Comparison { before, after, steps: Vec::new(), changes };
    comparison.values(0, 0);
}

/// One of the trees.
pub(super) struct Side<'t> {
    tree: &'t SpanTree,
    source: &'t [u8],
    /// A hash of each value with what it contains, without its own key.
    hashes: Vec<u64>,
    hidden: &'t HiddenRanges,
}

impl<'t> Side<'t> {
    pub(super) fn of(tree: &'t SpanTree, source: &'t [u8], hidden: &'t HiddenRanges) -> Self {
        let mut hashes = vec![0; tree.nodes().len()];
        // Children come after their container.
        for (index, node) in tree.nodes().iter().enumerate().rev() {
            let index = index as u32;
            let mut digest = DefaultHasher::new();
            (node.kind as u8).hash(&mut digest);
            if node.kind.is_container() {
                for child in tree.children(index) {
                    tree.key_text(source, child).hash(&mut digest);
                    hashes.get(child as usize).hash(&mut digest);
                }
            } else {
                tree.value_text(source, index).hash(&mut digest);
            }
            if let Some(hash) = hashes.get_mut(index as usize) {
                *hash = digest.finish();
            }
        }
        Self { tree, source, hashes, hidden }
    }

    fn kind(&self, index: u32) -> NodeKind {
        self.tree.node(index).map_or(NodeKind::Null, |node| node.kind)
    }

    fn text(&self, index: u32) -> Cow<'t, str> {
        self.tree.value_text(self.source, index)
    }

    fn children(&self, index: u32) -> Vec<u32> {
        self.tree.children(index).collect()
    }

    /// Number of values without children among a value and what it contains.
    fn leaves(&self, index: u32) -> u64 {
        let end = self.tree.node(index).map_or(0, |node| node.end);
        let nodes = self.tree.nodes().get(index as usize..end as usize).unwrap_or_default();
        nodes.iter().filter(|node| node.children == 0).count() as u64
    }

    /// The members of an object: the n-th of those with the same key, and the index.
    fn members(&self, object: u32) -> Vec<((Cow<'t, str>, u32), u32)> {
        let mut counts: HashMap<Cow<'t, str>, u32> = HashMap::new();
        let mut members = Vec::new();
        for child in self.tree.children(object) {
            let key = self.tree.key_text(self.source, child).unwrap_or_default();
            let count = counts.entry(key.clone()).or_default();
            members.push(((key, *count), child));
            *count += 1;
        }
        members
    }

    /// Whether a value is hidden, or contains what is.
    fn is_hidden(&self, index: u32) -> bool {
        let Some(span) = self.tree.node(index).map(|node| node.value) else { return false };
        let next = self.hidden.partition_point(|range| range.end <= span.start as usize);
        self.hidden.get(next).is_some_and(|range| range.start < span.end() as usize)
    }

    /// A value on one line.
    fn shown(&self, index: u32) -> String {
        match self.kind(index) {
            NodeKind::String => format!("\"{}\"", excerpt::beginning(&self.text(index))),
            kind if kind.is_container() => self.tree.preview(self.source, index, excerpt::MAX_CHARS),
            _ => excerpt::beginning(&self.text(index)),
        }
    }
}

/// A step of the path to the values that are compared.
#[derive(Clone, Copy)]
enum Step {
    /// A member of an object of the later tree, or of the earlier one if it was removed.
    Member {
        index: u32,
        is_after: bool,
    },
    Element(usize),
}

struct Comparison<'c> {
    before: &'c Side<'c>,
    after: &'c Side<'c>,
    steps: Vec<Step>,
    changes: &'c mut Changes,
}

impl Comparison<'_> {
    /// Compares a value of the earlier tree with one of the later.
    fn values(&mut self, before: u32, after: u32) {
        if self.are_equal(before, after) {
            self.changes.unchanged += self.after.leaves(after);
            return;
        }
        match (self.before.kind(before), self.after.kind(after)) {
            (NodeKind::Object, NodeKind::Object) => self.objects(before, after),
            (NodeKind::Array, NodeKind::Array) => self.arrays(before, after),
            _ => self.record(Some(before), Some(after)),
        }
    }

    fn are_equal(&self, before: u32, after: u32) -> bool {
        let hashes = (self.before.hashes.get(before as usize), self.after.hashes.get(after as usize));
        hashes.0 == hashes.1 && self.is_same(before, after)
    }

    /// Compares what has the same hash: two values can have it by chance.
    fn is_same(&self, before: u32, after: u32) -> bool {
        let len = |side: &Side<'_>, index: u32| {
            side.tree.node(index).map_or(0, |node| node.end.saturating_sub(index))
        };
        let same_key = |one: u32, other: u32| {
            let key = self.before.tree.key_text(self.before.source, one);
            key == self.after.tree.key_text(self.after.source, other)
        };
        let count = len(self.before, before);
        count == len(self.after, after)
            && (0..count).all(|nth| {
                let (one, other) = (before + nth, after + nth);
                let kind = self.before.kind(one);
                (nth == 0 || same_key(one, other))
                    && kind == self.after.kind(other)
                    && (kind.is_container() || self.before.text(one) == self.after.text(other))
            })
    }

    fn objects(&mut self, before: u32, after: u32) {
        let members = self.before.members(before);
        let mut earlier: HashMap<_, _> = members.iter().cloned().collect();
        for (key, index) in self.after.members(after) {
            self.steps.push(Step::Member { index, is_after: true });
            match earlier.remove(&key) {
                Some(before) => self.values(before, index),
                None => self.record(None, Some(index)),
            }
            self.steps.pop();
        }
        for (key, index) in members {
            if earlier.contains_key(&key) {
                self.steps.push(Step::Member { index, is_after: false });
                self.record(Some(index), None);
                self.steps.pop();
            }
        }
    }

    fn arrays(&mut self, before: u32, after: u32) {
        let (one, other) = (self.before.children(before), self.after.children(after));
        let Middle { prefix, suffix } = Middle::of(one.len(), other.len(), |at, to| {
            one.get(at).zip(other.get(to)).is_some_and(|(one, other)| self.are_equal(*one, *other))
        });
        let unchanged = other.iter().take(prefix).chain(other.iter().rev().take(suffix));
        self.changes.unchanged += unchanged.map(|index| self.after.leaves(*index)).sum::<u64>();
        let (before_end, after_end) = (one.len() - suffix, other.len() - suffix);
        for at in prefix..before_end.max(after_end) {
            let element = |list: &[u32], end: usize| list.get(at).filter(|_| at < end).copied();
            self.steps.push(Step::Element(at));
            match (element(&one, before_end), element(&other, after_end)) {
                (Some(before), Some(after)) => self.values(before, after),
                (before, after) => self.record(before, after),
            }
            self.steps.pop();
        }
    }

    fn record(&mut self, before: Option<u32>, after: Option<u32>) {
        let (earlier, later, steps) = (self.before, self.after, &self.steps);
        self.changes.record(ChangeKind::of(before.is_some(), after.is_some()), || {
            let is_hidden = before.is_some_and(|index| earlier.is_hidden(index))
                || after.is_some_and(|index| later.is_hidden(index));
            let strings = before.zip(after).filter(|(one, other)| {
                (earlier.kind(*one), later.kind(*other)) == (NodeKind::String, NodeKind::String)
            });
            let (before, after) = if let Some((one, other)) = strings {
                let (one, other) = excerpts(&earlier.text(one), &later.text(other));
                (Some(format!("\"{one}\"")), Some(format!("\"{other}\"")))
            } else {
                (before.map(|index| earlier.shown(index)), after.map(|index| later.shown(index)))
            };
            Change { path: path(earlier, later, steps), before, after, is_hidden }
        });
    }
}

/// The path in the syntax of JavaScript: `$.items[0]["unit price"]`.
fn path(before: &Side<'_>, after: &Side<'_>, steps: &[Step]) -> String {
    let step = |step: &Step| match *step {
        Step::Member { index, is_after } => {
            let side = if is_after { after } else { before };
            side.tree.member_step(side.source, index).unwrap_or_default()
        }
        Step::Element(at) => format!("[{at}]"),
    };
    let steps: Vec<_> = steps.iter().map(step).collect();
    excerpt::beginning(&format!("${}", steps.concat()))
}
