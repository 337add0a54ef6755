//! What differs between two payloads: values of their trees by path, else lines of their text, else
//! bytes.
//!
//! Members of objects are compared by key, whatever their order; of a repeated key the n-th with
//! the n-th. Elements of arrays are compared by position, between those that both arrays begin and
//! end with. Numbers are compared as written: `1.0` is not `1.00`.

mod excerpt;
mod tree;

use std::ops::Range;

use super::{Payload, visible_line};
use excerpt::excerpts;
use tree::Side;

/// Changes that are listed; further ones are only counted.
const MAX_CHANGES: usize = 200;
/// Values of the largest trees that are compared: about 50 ms. The text of larger ones is.
const MAX_NODES: usize = 300_000;
/// Bytes of a binary payload that are shown of a change.
const MAX_SHOWN_BYTES: usize = 32;

/// A value that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where it is: `$.items[2].price`, `line 3`, `byte 17`.
    pub path: String,
    /// The value before, on one line; `None` if it was added.
    pub before: Option<String>,
    /// The value after, on one line; `None` if it was removed.
    pub after: Option<String>,
    /// One of the values is, or contains, what is hidden on screen.
    pub is_hidden: bool,
}

/// What is hidden on screen of a payload: ranges of its bytes, in order.
pub type HiddenRanges = [Range<usize>];

/// What differs between two payloads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// The first changes, in the order of the later payload.
    pub items: Vec<Change>,
    /// Number of values that only the later payload has; a container counts as one.
    pub added: u64,
    /// Number of values that only the earlier payload has.
    pub removed: u64,
    /// Number of values that differ.
    pub changed: u64,
    /// Number of values that are the same, without those that contain others.
    pub unchanged: u64,
}

impl Changes {
    /// What differs between two payloads.
    pub fn between(before: &Payload, after: &Payload) -> Self {
        Self::between_hiding((before, &[]), (after, &[]))
    }

    /// What differs between two payloads, each with what is hidden of it. Of what is compared as
    /// text or as bytes all is hidden if anything is.
    pub fn between_hiding(
        (before, before_hidden): (&Payload, &HiddenRanges),
        (after, after_hidden): (&Payload, &HiddenRanges),
    ) -> Self {
        let mut changes = Self::default();
        let trees = before.tree().zip(after.tree());
        let comparable = trees.filter(|(one, other)| {
            one.syntax() == other.syntax() && one.nodes().len().max(other.nodes().len()) <= MAX_NODES
        });
        match (comparable, before.text().zip(after.text())) {
            (Some((one, other)), _) => {
                let sides = [(one, before, before_hidden), (other, after, after_hidden)];
                let [one, other] =
                    sides.map(|(tree, payload, hidden)| Side::of(tree, payload.bytes(), hidden));
                tree::compare(&one, &other, &mut changes);
                return changes;
            }
            (None, Some((one, other))) => changes.compare_lines(one, other),
            (None, None) => changes.compare_bytes(before.bytes(), after.bytes()),
        }
        let is_hidden = !before_hidden.is_empty() || !after_hidden.is_empty();
        for change in &mut changes.items {
            change.is_hidden = is_hidden;
        }
        changes
    }

    /// What differs between two named lists of values, each name once.
    pub fn between_fields<'f>(
        before: impl IntoIterator<Item = (&'f str, &'f str)>,
        after: impl IntoIterator<Item = (&'f str, &'f str)>,
    ) -> Self {
        let mut changes = Self::default();
        let mut earlier: Vec<_> = before.into_iter().collect();
        for (name, value) in after {
            let same_name = earlier.iter().position(|(known, _)| *known == name);
            match same_name.map(|at| earlier.remove(at).1) {
                Some(before) if before == value => changes.unchanged += 1,
                before => changes.record_text(name, before, Some(value)),
            }
        }
        for (name, value) in earlier {
            changes.record_text(name, Some(value), None);
        }
        changes
    }

    /// Adds the changes of a part, whose paths begin with its name.
    pub fn append(&mut self, part: &str, changes: Self) {
        for mut change in changes.items {
            if self.items.len() >= MAX_CHANGES {
                break;
            }
            change.path = [part, &change.path]
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
            self.items.push(change);
        }
        self.added += changes.added;
        self.removed += changes.removed;
        self.changed += changes.changed;
        self.unchanged += changes.unchanged;
    }

    /// Number of changes.
    pub fn len(&self) -> u64 {
        self.added + self.removed + self.changed
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of changes that are not listed.
    pub fn further(&self) -> u64 {
        self.len() - self.items.len() as u64
    }

    /// The listed changes as text: a line for each value before and after.
    pub fn to_text(&self) -> String {
        let mut lines = Vec::new();
        for Change { path, before, after, .. } in &self.items {
            for (sign, value) in [('-', before), ('+', after)] {
                if let Some(value) = value {
                    lines.push(format!("{sign} {path}: {value}\n"));
                }
            }
        }
        if self.further() > 0 {
            lines.push(format!("{} more\n", self.further()));
        }
        lines.concat()
    }

    fn compare_lines(&mut self, before: &str, after: &str) {
        // Not `lines`: a carriage return, or a line feed at the end, is a difference too.
        let [one, other] = [before, after].map(|text| text.split('\n').collect::<Vec<_>>());
        let Middle { prefix, suffix } =
            Middle::of(one.len(), other.len(), |at, to| one.get(at) == other.get(to));
        self.unchanged += (prefix + suffix) as u64;
        let middle = |lines: usize| prefix..lines - suffix;
        for at in prefix..(one.len() - suffix).max(other.len() - suffix) {
            let (before, after) = (middle(one.len()).contains(&at), middle(other.len()).contains(&at));
            let (before, after) =
                (one.get(at).filter(|_| before).copied(), other.get(at).filter(|_| after).copied());
            if before == after {
                self.unchanged += 1;
            } else if one.len().max(other.len()) == 1 {
                self.record_text("text", before, after);
            } else {
                self.record_text(&format!("line {}", at + 1), before, after);
            }
        }
    }

    fn compare_bytes(&mut self, before: &[u8], after: &[u8]) {
        let Middle { prefix, suffix } =
            Middle::of(before.len(), after.len(), |at, to| before.get(at) == after.get(to));
        self.unchanged += (prefix + suffix) as u64;
        let middle = |bytes: &[u8]| {
            let middle = bytes.get(prefix..bytes.len() - suffix).filter(|middle| !middle.is_empty())?;
            let shown = middle.iter().take(MAX_SHOWN_BYTES).map(|byte| format!("{byte:02x}"));
            let more = (middle.len() > MAX_SHOWN_BYTES).then(|| "…".to_owned());
            Some(shown.chain(more).collect::<Vec<_>>().join(" "))
        };
        if before != after {
            let (before, after) = (middle(before), middle(after));
            let kind = ChangeKind::of(before.is_some(), after.is_some());
            self.record(kind, || Change { path: format!("byte {prefix}"), before, after, is_hidden: false });
        }
    }

    fn record_text(&mut self, path: &str, before: Option<&str>, after: Option<&str>) {
        self.record(ChangeKind::of(before.is_some(), after.is_some()), || {
            let path = visible_line(path, excerpt::MAX_CHARS).into_owned();
            if let (Some(one), Some(other)) = (before, after) {
                let (one, other) = excerpts(one, other);
                return Change { path, before: Some(one), after: Some(other), is_hidden: false };
            }
            let shown = |text: Option<&str>| text.map(excerpt::beginning);
            Change { path, before: shown(before), after: shown(after), is_hidden: false }
        });
    }

    /// Counts a change. `describe` is called only if it is listed.
    fn record(&mut self, kind: ChangeKind, describe: impl FnOnce() -> Change) {
        match kind {
            ChangeKind::Added => self.added += 1,
            ChangeKind::Removed => self.removed += 1,
            ChangeKind::Changed => self.changed += 1,
        }
        if self.items.len() < MAX_CHANGES {
            self.items.push(describe());
        }
    }
}

/// What happened to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ChangeKind {
    Added,
    Removed,
    Changed,
}

impl ChangeKind {
    /// By the payloads that have the value.
    fn of(is_before: bool, is_after: bool) -> Self {
        match (is_before, is_after) {
            (false, _) => Self::Added,
            (true, false) => Self::Removed,
            (true, true) => Self::Changed,
        }
    }
}

/// How many elements two lists have in common at their beginning and at their end.
struct Middle {
    prefix: usize,
    suffix: usize,
}

impl Middle {
    /// `are_equal` compares an element of the earlier list with one of the later.
    fn of(before: usize, after: usize, are_equal: impl Fn(usize, usize) -> bool) -> Self {
        let shorter = before.min(after);
        let prefix = (0..shorter).take_while(|at| are_equal(*at, *at)).count();
        let from_end = |nth: &usize| are_equal(before - 1 - nth, after - 1 - nth);
        let suffix = (0..shorter - prefix).take_while(from_end).count();
        Self { prefix, suffix }
    }
}

#[cfg(test)]
mod tests;
