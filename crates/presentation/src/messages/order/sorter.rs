//! A stable sort that can be interrupted: a million messages are sorted in steps between which the
//! page answers.
//!
//! Keys are numbers. Texts have one for every few bytes, a level: elements with equal keys are
//! sorted again by the next level, so that most of a long text is never read.

/// Elements that one step handles, roughly: a few milliseconds.
const STEP: usize = 1 << 14;
/// Elements that are sorted at once; longer groups are merged from such runs.
const RUN: usize = 1 << 14;

/// What the elements are sorted by.
pub(super) trait Keys {
    /// The key of an element at a level; levels count from 0.
    fn key(&self, element: u32, level: u32) -> u64;

    /// Whether elements whose keys at `level` are equal to `key` are equal altogether.
    fn is_final(&self, key: u64, level: u32) -> bool;
}

/// The state of a sort.
#[derive(Debug)]
pub(super) struct Sorter {
    /// The elements with their keys at the level of their group.
    elements: Vec<(u64, u32)>,
    scratch: Vec<(u64, u32)>,
    /// Groups of elements that were equal so far.
    groups: Vec<Group>,
    current: Option<(Group, Phase)>,
}

/// Elements from `start` to `end`, not including it, that are to be sorted by a level.
#[derive(Clone, Copy, Debug)]
struct Group {
    start: usize,
    end: usize,
    level: u32,
}

/// The next thing to do with a group; `at` is a position in the sorter's elements.
#[derive(Clone, Copy, Debug)]
enum Phase {
    Keys { at: usize },
    Runs { at: usize },
    Merge(Merge),
    Split { at: usize },
}

/// Merging neighboring runs of `width` elements; the two at `base` are merged up to `left` and
/// `right`.
#[derive(Clone, Copy, Debug)]
struct Merge {
    width: usize,
    base: usize,
    left: usize,
    right: usize,
}

impl Sorter {
    /// Sorts `elements`; equal ones end up in ascending order of their numbers.
    pub(super) fn new(elements: impl Iterator<Item = u32>) -> Self {
        let elements: Vec<(u64, u32)> = elements.map(|element| (0, element)).collect();
        let all = Group { start: 0, end: elements.len(), level: 0 };
        Self { scratch: Vec::new(), elements, groups: vec![all], current: None }
    }

    /// Works for a few milliseconds; whether there is more to do.
    pub(super) fn step(&mut self, keys: &impl Keys) -> bool {
        let mut budget = STEP;
        while budget > 0 {
            let Some((group, phase)) = self.current.or_else(|| self.next_group()) else { return false };
            let (next, work) = self.advance(group, phase, keys, budget);
            self.current = next.map(|phase| (group, phase));
            budget = budget.saturating_sub(work.max(1));
        }
        true
    }

    /// The elements in order, when no step is left.
    pub(super) fn into_elements(self) -> impl Iterator<Item = u32> {
        self.elements.into_iter().map(|(_, element)| element)
    }

    fn next_group(&mut self) -> Option<(Group, Phase)> {
        self.groups.pop().map(|group| (group, Phase::Keys { at: group.start }))
    }

    /// Does a part of a phase, of at most about `budget` elements; returns what follows, and the
    /// number of elements that were handled.
    fn advance(
        &mut self,
        group: Group,
        phase: Phase,
        keys: &impl Keys,
        budget: usize,
    ) -> (Option<Phase>, usize) {
        match phase {
            Phase::Keys { at } => {
                // A key of a later level is found behind those before it.
                let cost = group.level as usize + 1;
                let end = at.saturating_add((budget / cost).max(1)).min(group.end);
                for (key, element) in self.elements.get_mut(at..end).into_iter().flatten() {
                    *key = keys.key(*element, group.level);
                }
                let is_done = end == group.end;
                let next = if is_done { Phase::Runs { at: group.start } } else { Phase::Keys { at: end } };
                (Some(next), (end - at) * cost)
            }
            Phase::Runs { at } => {
                let end = at.saturating_add(RUN).min(group.end);
                if let Some(run) = self.elements.get_mut(at..end) {
                    run.sort_unstable();
                }
                let is_sorted = || self.elements.get(group.start..group.end).is_some_and(<[_]>::is_sorted);
                let next = if end < group.end {
                    Phase::Runs { at: end }
                } else if end - at < group.end - group.start && is_sorted() {
                    Phase::Split { at: group.start }
                } else {
                    merge_of(group, RUN)
                };
                (Some(next), end - at)
            }
            Phase::Merge(merge) => self.merge(group, merge, budget),
            Phase::Split { at } => self.split(group, at, keys, budget),
        }
    }

    fn merge(&mut self, group: Group, mut merge: Merge, budget: usize) -> (Option<Phase>, usize) {
        let middle = merge.base.saturating_add(merge.width).min(group.end);
        let end = middle.saturating_add(merge.width).min(group.end);
        self.scratch.resize(self.elements.len(), (0, 0));
        let mut work = 0;
        while work < budget && (merge.left < middle || merge.right < end) {
            let at = merge.left + merge.right - middle;
            let (left, right) = (self.elements.get(merge.left), self.elements.get(merge.right));
            let takes_left = merge.left < middle && (merge.right >= end || left <= right);
            let taken = if takes_left { left } else { right };
            if let Some((slot, taken)) = self.scratch.get_mut(at).zip(taken) {
                *slot = *taken;
            }
            *(if takes_left { &mut merge.left } else { &mut merge.right }) += 1;
            work += 1;
        }
        if merge.left < middle || merge.right < end {
            return (Some(Phase::Merge(merge)), work);
        }
        if end < group.end {
            return (Some(Phase::Merge(Merge::at(merge.width, end, group))), work);
        }
        let range = group.start..group.end;
        if let Some((merged, elements)) = self.scratch.get(range.clone()).zip(self.elements.get_mut(range)) {
            elements.copy_from_slice(merged);
        }
        (Some(merge_of(group, merge.width.saturating_mul(2))), work)
    }

    /// Finds runs of equal elements and makes groups of them.
    fn split(&mut self, group: Group, at: usize, keys: &impl Keys, budget: usize) -> (Option<Phase>, usize) {
        let (mut start, limit) = (at, at.saturating_add(budget));
        while start < group.end && start < limit {
            let rest = self.elements.get(start..group.end).unwrap_or_default();
            let Some((key, _)) = rest.first() else { break };
            let count = rest.iter().take_while(|(other, _)| other == key).count().max(1);
            if count > 1 && !keys.is_final(*key, group.level) {
                self.groups.push(Group { start, end: start + count, level: group.level + 1 });
            }
            start += count;
        }
        ((start < group.end).then_some(Phase::Split { at: start }), start - at)
    }
}

impl Merge {
    fn at(width: usize, base: usize, group: Group) -> Self {
        Self { width, base, left: base, right: base.saturating_add(width).min(group.end) }
    }
}

/// Merging runs of `width` elements, or what follows where there is only one run.
fn merge_of(group: Group, width: usize) -> Phase {
    if width >= group.end - group.start {
        Phase::Split { at: group.start }
    } else {
        Phase::Merge(Merge::at(width, group.start, group))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Texts, by two bytes a level.
    struct Texts(Vec<String>);

    impl Keys for Texts {
        fn key(&self, element: u32, level: u32) -> u64 {
            let bytes = self.0[element as usize].as_bytes();
            let byte = |nth: usize| u64::from(bytes.get(level as usize * 2 + nth).copied().unwrap_or(0));
            byte(0) << 8 | byte(1)
        }

        fn is_final(&self, key: u64, _: u32) -> bool {
            key as u8 == 0
        }
    }

    fn sorted(keys: &impl Keys, count: usize) -> Vec<u32> {
        let mut sorter = Sorter::new(0..count as u32);
        while sorter.step(keys) {}
        sorter.into_elements().collect()
    }

    struct Numbers(Vec<u64>);

    impl Keys for Numbers {
        fn key(&self, element: u32, _: u32) -> u64 {
            self.0[element as usize]
        }

        fn is_final(&self, _: u64, _: u32) -> bool {
            true
        }
    }

    #[test]
    fn many_numbers_are_sorted_and_equal_ones_keep_their_order() {
        for count in [0, 1, RUN - 1, RUN, RUN + 1, 5 * RUN + 3] {
            let numbers =
                Numbers((0..count as u64).map(|nth| nth.wrapping_mul(2_654_435_761) % 1000).collect());
            let mut expected: Vec<u32> = (0..count as u32).collect();
            expected.sort_by_key(|element| numbers.0[*element as usize]);
            assert_eq!(sorted(&numbers, count), expected, "{count} numbers");
        }
    }

    #[test]
    fn one_step_handles_a_part_only() {
        let numbers = Numbers((0..10 * STEP as u64).rev().collect());
        let mut sorter = Sorter::new(0..10 * STEP as u32);
        let mut steps = 1;
        while sorter.step(&numbers) {
            steps += 1;
        }
        assert!(steps > 20, "{steps}");
    }

    proptest! {
        #[test]
        fn texts_are_sorted_by_all_of_their_levels(texts in prop::collection::vec("[ab]{0,9}", 0..80)) {
            let mut expected: Vec<u32> = (0..texts.len() as u32).collect();
            expected.sort_by(|a, b| texts[*a as usize].cmp(&texts[*b as usize]));
            let count = texts.len();
            prop_assert_eq!(sorted(&Texts(texts), count), expected);
        }
    }
}
