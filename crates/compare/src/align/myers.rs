//! The longest common subsequence of two lists that differ little.
#![expect(clippy::cast_possible_wrap, reason = "lists have at most some hundred thousand elements")]

/// Indexes of elements that are the same, rising on both sides.
pub(super) type Matches = Vec<(usize, usize)>;

/// The longest common subsequence of lists of those lengths; `None` if it takes more than
/// `max_edits` insertions and deletions to turn one into the other. Takes time in proportion to the
/// product of the lengths' sum and that number.
pub(super) fn common_subsequence(
    base: usize,
    other: usize,
    max_edits: usize,
    is_equal: impl Fn(usize, usize) -> bool,
) -> Option<Matches> {
    let (base, other) = (base as i64, other as i64);
    let max = (max_edits as i64).min(base + other);
    // The furthest position in the base on each diagonal, the difference of both positions.
    let mut furthest = Furthest::new(max);
    let mut trace: Vec<Furthest> = Vec::new();
    for edits in 0..=max {
        let (low, high) = (-(edits - 2 * (edits - other).max(0)), edits - 2 * (edits - base).max(0));
        let before = furthest.copy_of(edits);
        let mut diagonal = low;
        while diagonal <= high {
            let is_down = diagonal == -edits
                || diagonal != edits && furthest.get(diagonal - 1) < furthest.get(diagonal + 1);
            let mut at = if is_down { furthest.get(diagonal + 1) } else { furthest.get(diagonal - 1) + 1 };
            let mut to = at - diagonal;
            while at < base && to < other && is_equal(at as usize, to as usize) {
                (at, to) = (at + 1, to + 1);
            }
            furthest.set(diagonal, at);
            if at >= base && to >= other {
                trace.push(before);
                return Some(matches(&trace, base, other));
            }
            diagonal += 2;
        }
        trace.push(before);
    }
    None
}

/// Follows the edits back from the end.
fn matches(trace: &[Furthest], base: i64, other: i64) -> Matches {
    let (mut at, mut to) = (base, other);
    let mut matches = Vec::new();
    for (edits, furthest) in trace.iter().enumerate().rev() {
        let edits = edits as i64;
        let diagonal = at - to;
        let is_down = diagonal == -edits
            || diagonal != edits && furthest.get(diagonal - 1) < furthest.get(diagonal + 1);
        let previous = if is_down { diagonal + 1 } else { diagonal - 1 };
        let (from, from_to) =
            if edits == 0 { (0, 0) } else { (furthest.get(previous), furthest.get(previous) - previous) };
        while at > from && to > from_to {
            (at, to) = (at - 1, to - 1);
            matches.push((at as usize, to as usize));
        }
        (at, to) = (from, from_to);
    }
    matches.reverse();
    matches
}

/// A number for each diagonal from `-reach` to `reach`.
#[derive(Clone, Debug)]
struct Furthest {
    reach: i64,
    positions: Vec<i32>,
}

impl Furthest {
    fn new(max: i64) -> Self {
        let reach = max + 1;
        Self { reach, positions: vec![0; (2 * reach + 1) as usize] }
    }

    /// A copy of the diagonals that the step with so many edits reads.
    fn copy_of(&self, edits: i64) -> Self {
        let reach = (edits + 1).min(self.reach);
        let range = (self.reach - reach) as usize..=(self.reach + reach) as usize;
        Self { reach, positions: self.positions.get(range).unwrap_or_default().to_vec() }
    }

    fn get(&self, diagonal: i64) -> i64 {
        self.positions.get((diagonal + self.reach) as usize).copied().map_or(0, i64::from)
    }

    fn set(&mut self, diagonal: i64, position: i64) {
        if let Some(slot) = self.positions.get_mut((diagonal + self.reach) as usize) {
            *slot = position as i32;
        }
    }
}
