//! Pairs of rows, and what differs between them.

use crate::align::Partner;
use crate::part::{Part, Reason};

/// A row of the base and its partner; one of them may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The index of the row in the base.
    pub base: Option<u32>,
    /// The index of the row in the other session.
    pub other: Option<u32>,
    /// The parts that differ, in the order of [`Part::ALL`].
    pub differing: Vec<Part>,
    /// The parts that were not compared, and why.
    pub uncompared: Vec<(Part, Reason)>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairState {
    /// Nothing of what was compared differs. See [`Pair::is_in_part`].
    Same,
    Changed,
    /// Only in the base.
    Missing,
    /// Only in the other session.
    Added,
}

impl PairState {
    /// All states, in the order of the buttons.
    pub const ALL: [Self; 4] = [Self::Changed, Self::Missing, Self::Added, Self::Same];

    /// Its name in addresses, options and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Missing => "missing",
            Self::Added => "added",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Same => "Same",
            Self::Changed => "Changed",
            Self::Missing => "Missing",
            Self::Added => "Added",
        }
    }

    /// The state with that [`PairState::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

impl Pair {
    /// What became of the row.
    pub fn state(&self) -> PairState {
        match (self.base, self.other) {
            (Some(_), None) => PairState::Missing,
            (None, _) => PairState::Added,
            (Some(_), Some(_)) if self.differing.is_empty() => PairState::Same,
            (Some(_), Some(_)) => PairState::Changed,
        }
    }

    /// Whether a part of it was not compared.
    pub fn is_in_part(&self) -> bool {
        !self.uncompared.is_empty()
    }

    /// Notes that a part differs.
    pub(crate) fn note_difference(&mut self, part: Part) {
        if let Err(at) = self.differing.binary_search(&part) {
            self.differing.insert(at, part);
        }
    }

    /// Notes that a part was not compared.
    pub(crate) fn note_uncompared(&mut self, part: Part, reason: Reason) {
        self.uncompared.push((part, reason));
    }
}

/// Numbers of pairs by state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub same: u32,
    pub changed: u32,
    pub missing: u32,
    pub added: u32,
    /// Pairs among `same` of which a part was not compared.
    pub same_in_part: u32,
}

impl Counts {
    /// The number of pairs with a state.
    pub fn of(self, state: PairState) -> u32 {
        match state {
            PairState::Same => self.same,
            PairState::Changed => self.changed,
            PairState::Missing => self.missing,
            PairState::Added => self.added,
        }
    }

    /// The number of all pairs.
    pub fn total(self) -> u32 {
        self.same + self.changed + self.missing + self.added
    }
}

/// What differs between two sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// In the order of the base; an added row follows the row that it follows in the other session.
    pub pairs: Vec<Pair>,
    /// Rows of both sessions beyond [`MAX_ROWS`](crate::MAX_ROWS), which were not compared.
    pub omitted_rows: u32,
}

impl Comparison {
    /// Numbers of pairs by state.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for pair in &self.pairs {
            match pair.state() {
                PairState::Same => {
                    counts.same += 1;
                    counts.same_in_part += u32::from(pair.is_in_part());
                }
                PairState::Changed => counts.changed += 1,
                PairState::Missing => counts.missing += 1,
                PairState::Added => counts.added += 1,
            }
        }
        counts
    }
}

/// The pairs of two lists of row indexes, each in order of time. `partners` has for each row of the
/// base the position of its partner in the other list.
pub(crate) fn merged(base: &[u32], other: &[u32], partners: &[Option<Partner>]) -> Vec<Pair> {
    let pair = |base: Option<u32>, other: Option<u32>| Pair {
        base,
        other,
        differing: Vec::new(),
        uncompared: Vec::new(),
    };
    let mut is_paired = vec![false; other.len()];
    for partner in partners.iter().flatten() {
        if let Some(paired) = is_paired.get_mut(partner.index as usize) {
            *paired = true;
        }
    }
    let mut added = (0..other.len()).filter(|at| !is_paired[*at]).peekable();
    let mut pairs = Vec::with_capacity(base.len().max(other.len()));
    for (row, partner) in base.iter().zip(partners) {
        if let Some(Partner { index, is_in_order: true }) = partner {
            while let Some(at) = added.next_if(|at| *at < *index as usize) {
                pairs.push(pair(None, other.get(at).copied()));
            }
        }
        let to = partner.and_then(|partner| other.get(partner.index as usize).copied());
        pairs.push(pair(Some(*row), to));
    }
    pairs.extend(added.map(|at| pair(None, other.get(at).copied())));
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_added_row_follows_the_row_that_it_follows_in_the_other_session() {
        let partner = |index| Some(Partner { index, is_in_order: true });
        let pairs = merged(&[10, 11, 12], &[20, 21, 22, 23], &[partner(0), None, partner(2)]);
        let shown: Vec<_> = pairs.iter().map(|pair| (pair.base, pair.other)).collect();
        assert_eq!(
            shown,
            [
                (Some(10), Some(20)),
                (Some(11), None),
                (None, Some(21)),
                (Some(12), Some(22)),
                (None, Some(23))
            ]
        );
        assert_eq!(pairs[1].state(), PairState::Missing);
        assert_eq!(pairs[2].state(), PairState::Added);
    }

    #[test]
    fn a_pair_that_was_compared_in_part_is_counted_apart() {
        let mut pair = merged(&[1], &[1], &[Some(Partner { index: 0, is_in_order: true })]).remove(0);
        let whole = Comparison { pairs: vec![pair.clone()], omitted_rows: 0 }.counts();
        assert_eq!((whole.same, whole.same_in_part), (1, 0));
        pair.note_uncompared(Part::ResponseBody, Reason::NotRecorded);
        let part = Comparison { pairs: vec![pair.clone()], omitted_rows: 0 }.counts();
        assert_eq!((part.same, part.same_in_part), (1, 1));
        pair.note_difference(Part::Timing);
        pair.note_difference(Part::Status);
        pair.note_difference(Part::Status);
        assert_eq!(pair.differing, [Part::Status, Part::Timing]);
        assert_eq!(pair.state(), PairState::Changed);
    }
}
