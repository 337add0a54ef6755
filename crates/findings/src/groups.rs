//! Occurrences of the same thing, collected into one finding.

use std::hash::Hash;

use rustc_hash::FxHashMap;

use crate::finding::{Evidence, Finding, MAX_FURTHER, Severity, Subject};
use crate::rule::RuleInfo;

/// Most groups that a rule follows; what belongs to another is dropped. No genuine recording has as
/// many different faults.
pub const MAX_GROUPS: usize = 2000;

/// The occurrences of one thing.
#[derive(Debug)]
pub(crate) struct Group<X> {
    pub(crate) subject: Subject,
    pub(crate) further: Vec<Subject>,
    pub(crate) count: u32,
    /// What the rule keeps of the group.
    pub(crate) extra: X,
}

/// Groups by key, in the order in which they first occurred.
#[derive(Debug)]
pub(crate) struct Groups<K, X = ()> {
    indexes: FxHashMap<K, usize>,
    groups: Vec<(K, Group<X>)>,
}

impl<K, X> Default for Groups<K, X> {
    fn default() -> Self {
        Self { indexes: FxHashMap::default(), groups: Vec::new() }
    }
}

impl<K: Clone + Eq + Hash, X: Default> Groups<K, X> {
    /// Adds an occurrence; `None` if there are too many groups.
    pub(crate) fn add(&mut self, key: K, subject: Subject) -> Option<&mut X> {
        if let Some(index) = self.indexes.get(&key) {
            let (_, group) = self.groups.get_mut(*index)?;
            group.count = group.count.saturating_add(1);
            if group.further.len() < MAX_FURTHER {
                group.further.push(subject);
            }
            return Some(&mut group.extra);
        }
        if self.groups.len() == MAX_GROUPS {
            return None;
        }
        self.indexes.insert(key.clone(), self.groups.len());
        let group = Group { subject, further: Vec::new(), count: 1, extra: X::default() };
        self.groups.push((key, group));
        self.groups.last_mut().map(|(_, group)| &mut group.extra)
    }

    /// What the rule keeps of a group that is known.
    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut Group<X>> {
        let index = self.indexes.get(key)?;
        self.groups.get_mut(*index).map(|(_, group)| group)
    }

    /// Takes all groups, in the order in which they first occurred.
    pub(crate) fn take(&mut self) -> Vec<(K, Group<X>)> {
        self.indexes.clear();
        std::mem::take(&mut self.groups)
    }
}

impl<X> Group<X> {
    /// The finding of the group.
    pub(crate) fn finding(self, rule: &'static RuleInfo, severity: Severity, evidence: Evidence) -> Finding {
        Finding { rule, severity, subject: self.subject, further: self.further, count: self.count, evidence }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn occurrences_of_a_key_are_one_group_that_lists_the_first_ones() {
        let mut groups: Groups<&str> = Groups::default();
        for row in 1..=40 {
            groups.add("a", Subject::Row(row));
        }
        groups.add("b", Subject::Row(9));
        let taken = groups.take();
        let (key, group) = taken.first().expect("a group");
        assert_eq!(
            (*key, group.count, group.subject, group.further.len()),
            ("a", 40, Subject::Row(1), MAX_FURTHER)
        );
        assert_eq!(taken.len(), 2);
    }

    #[test]
    fn groups_beyond_the_limit_are_dropped() {
        let mut groups: Groups<usize> = Groups::default();
        for key in 0..MAX_GROUPS {
            assert!(groups.add(key, Subject::Row(1)).is_some());
        }
        assert!(groups.add(MAX_GROUPS, Subject::Row(1)).is_none());
        assert!(groups.add(0, Subject::Row(2)).is_some());
    }
}
