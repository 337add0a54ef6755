//! Pairs the rows of two sessions, each a list of keys in order of time.
//!
//! 1. Rows with the same URL, in order: a longest common subsequence (Myers, "An O(ND) difference
//!    algorithm and its variations", 1986).
//! 2. Between these, rows with the same pattern, in order: the same.
//! 3. What is left, by pattern in order, wherever it is.
//!
//! So a row that was inserted or is missing shows where it belongs, and of each pattern as many rows
//! are paired as both sessions have. Where two ranges differ too much for the first two, patterns
//! that occur once in both divide them (the "patience" method).

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::key::RowKey;

mod myers;

use myers::{Matches, common_subsequence};

/// What a difference of two ranges may cost, in comparisons: some milliseconds.
const MAX_COST: usize = 4_000_000;
/// Bounds of the number of insertions and deletions that are looked for.
const MIN_EDITS: usize = 16;
const MAX_EDITS: usize = 1024;

/// What two rows have in common to be a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Equality {
    Exact,
    Pattern,
}

impl Equality {
    fn holds(self, one: RowKey, other: RowKey) -> bool {
        one.pattern == other.pattern && (self == Self::Pattern || one.exact == other.exact)
    }
}

/// A range of either list.
#[derive(Clone, Debug)]
struct Gap {
    base: Range<usize>,
    other: Range<usize>,
    /// It differs too much to be compared as a whole.
    is_hard: bool,
}

impl Gap {
    fn new(base: Range<usize>, other: Range<usize>) -> Self {
        Self { base, other, is_hard: false }
    }

    fn len(&self) -> usize {
        self.base.len() + self.other.len()
    }
}

/// Pairs rows, range by range.
#[derive(Debug)]
pub(crate) struct Aligner {
    base: Vec<RowKey>,
    other: Vec<RowKey>,
    /// The lists are exchanged, so that exchanging the sessions gives the same pairs.
    is_swapped: bool,
    /// For each row of `base` its partner.
    partners: Vec<Option<Partner>>,
    gaps: Vec<Gap>,
    equality: Equality,
    is_done: bool,
}

/// The partner of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partner {
    /// Its index in the other list.
    pub(crate) index: u32,
    /// It is in the same place relative to other pairs.
    pub(crate) is_in_order: bool,
}

impl Aligner {
    pub(crate) fn new(base: Vec<RowKey>, other: Vec<RowKey>) -> Self {
        let order = |keys: &[RowKey]| (keys.len(), keys.iter().map(|key| key.exact).collect::<Vec<_>>());
        let is_swapped = order(&base) > order(&other);
        let (base, other) = if is_swapped { (other, base) } else { (base, other) };
        let whole = Gap::new(0..base.len(), 0..other.len());
        let partners = vec![None; base.len()];
        Self {
            base,
            other,
            is_swapped,
            partners,
            gaps: vec![whole],
            equality: Equality::Exact,
            is_done: false,
        }
    }

    /// Aligns one range; returns about how many rows that was, and `None` at the end.
    pub(crate) fn step(&mut self) -> Option<usize> {
        if let Some(gap) = self.gaps.pop() {
            let len = gap.len();
            if gap.is_hard {
                self.divide(&gap);
            } else {
                self.align(gap);
            }
            return Some(len);
        }
        if self.equality == Equality::Exact {
            self.equality = Equality::Pattern;
            self.gaps = self.open_gaps();
        } else if self.is_done {
            return None;
        } else {
            self.pair_rest();
            self.is_done = true;
        }
        Some(self.base.len() + self.other.len())
    }

    /// For each row of the base its partner, once [`step`](Self::step) has returned `None`.
    pub(crate) fn into_partners(self) -> Vec<Option<Partner>> {
        if !self.is_swapped {
            return self.partners;
        }
        let mut partners = vec![None; self.other.len()];
        for (index, partner) in (0_u32..).zip(&self.partners) {
            if let Some(Partner { index: at, is_in_order }) = partner
                && let Some(slot) = partners.get_mut(*at as usize)
            {
                *slot = Some(Partner { index, is_in_order: *is_in_order });
            }
        }
        partners
    }

    fn align(&mut self, gap: Gap) {
        let gap = self.trim(gap);
        let (base, other) = self.keys(&gap);
        if base.is_empty() || other.is_empty() {
            return;
        }
        let max_edits = (MAX_COST / (base.len() + other.len())).clamp(MIN_EDITS, MAX_EDITS);
        let is_equal = |one: usize, two: usize| self.equality.holds(base[one], other[two]);
        match common_subsequence(base.len(), other.len(), max_edits, is_equal) {
            Some(matches) => self.accept(&gap, &matches),
            None => self.gaps.push(Gap { is_hard: true, ..gap }),
        }
    }

    fn keys(&self, gap: &Gap) -> (&[RowKey], &[RowKey]) {
        let base = self.base.get(gap.base.clone()).unwrap_or_default();
        (base, self.other.get(gap.other.clone()).unwrap_or_default())
    }

    /// Pairs what both ranges begin and end with; returns the rest.
    fn trim(&mut self, mut gap: Gap) -> Gap {
        let (base, other) = self.keys(&gap);
        let same = |(one, two): &(&RowKey, &RowKey)| self.equality.holds(**one, **two);
        let prefix = base.iter().zip(other).take_while(same).count();
        let rest = base.len().min(other.len()) - prefix;
        let suffix = base.iter().rev().zip(other.iter().rev()).take(rest).take_while(same).count();
        for nth in 0..prefix {
            self.pair(gap.base.start + nth, gap.other.start + nth, true);
        }
        for nth in 1..=suffix {
            self.pair(gap.base.end - nth, gap.other.end - nth, true);
        }
        gap.base = gap.base.start + prefix..gap.base.end - suffix;
        gap.other = gap.other.start + prefix..gap.other.end - suffix;
        gap
    }

    fn accept(&mut self, gap: &Gap, matches: &Matches) {
        for (one, two) in matches {
            self.pair(gap.base.start + one, gap.other.start + two, true);
        }
    }

    /// Divides a range at the keys that occur once on both sides and keep their order.
    fn divide(&mut self, gap: &Gap) {
        let (base, other) = self.keys(gap);
        let of = |keys: &[RowKey]| {
            let mut places: FxHashMap<(u32, u64), (usize, bool)> = FxHashMap::default();
            for (at, key) in keys.iter().enumerate() {
                let exact = if self.equality == Equality::Exact { key.exact } else { 0 };
                places.entry((key.pattern, exact)).and_modify(|known| known.1 = false).or_insert((at, true));
            }
            places
        };
        let (ones, twos) = (of(base), of(other));
        let mut unique: Vec<(usize, usize)> = Vec::new();
        for (key, (one, is_unique)) in &ones {
            if let (true, Some((two, true))) = (*is_unique, twos.get(key)) {
                unique.push((*one, *two));
            }
        }
        unique.sort_unstable();
        let anchors = longest_increasing(&unique);
        let (mut one, mut two) = (gap.base.start, gap.other.start);
        for (at, to) in anchors {
            let (at, to) = (gap.base.start + at, gap.other.start + to);
            self.pair(at, to, true);
            self.open_gap(one..at, two..to);
            (one, two) = (at + 1, to + 1);
        }
        // Without an anchor the range is left to the last pass.
        if one > gap.base.start {
            self.open_gap(one..gap.base.end, two..gap.other.end);
        }
    }

    /// Leaves a range for a later step, where both sides have rows.
    fn open_gap(&mut self, base: Range<usize>, other: Range<usize>) {
        if !base.is_empty() && !other.is_empty() {
            self.gaps.push(Gap::new(base, other));
        }
    }

    /// The ranges between pairs.
    fn open_gaps(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let (mut one, mut two) = (0, 0);
        let ends = [(self.base.len(), self.other.len())];
        let pairs = self
            .partners
            .iter()
            .enumerate()
            .filter_map(|(at, partner)| Some((at, (*partner)?.index as usize)));
        for (at, to) in pairs.chain(ends) {
            if one < at && two < to {
                gaps.push(Gap::new(one..at, two..to));
            }
            (one, two) = (at + 1, to + 1);
        }
        gaps
    }

    /// Pairs what is left by pattern, in order.
    fn pair_rest(&mut self) {
        let mut is_taken = vec![false; self.other.len()];
        for partner in self.partners.iter().flatten() {
            if let Some(taken) = is_taken.get_mut(partner.index as usize) {
                *taken = true;
            }
        }
        let mut rest: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
        for (at, key) in self.other.iter().enumerate().rev().filter(|(at, _)| !is_taken[*at]) {
            rest.entry(key.pattern).or_default().push(at);
        }
        for at in 0..self.base.len() {
            if self.partners[at].is_none()
                && let Some(to) = rest.get_mut(&self.base[at].pattern).and_then(Vec::pop)
            {
                self.pair(at, to, false);
            }
        }
    }

    fn pair(&mut self, base: usize, other: usize, is_in_order: bool) {
        if let Some(partner) = self.partners.get_mut(base) {
            *partner = Some(Partner { index: other as u32, is_in_order });
        }
    }
}

/// The longest part of a list of pairs, sorted by the first, in which the second rise too.
fn longest_increasing(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // The index of the pair that ends the best list of each length, and of each pair the one before.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (at, (_, value)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < *value);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut chain = Vec::with_capacity(ends.len());
    let mut next = ends.last().copied();
    while let Some(at) = next {
        chain.push(pairs[at]);
        next = before[at];
    }
    chain.reverse();
    chain
}

#[cfg(test)]
mod tests;
