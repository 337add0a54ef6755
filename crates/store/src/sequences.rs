//! Sets of batch numbers, as ranges.

use serde::{Deserialize, Serialize};

/// A set of numbers as inclusive ranges: sorted, disjoint, and with gaps between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<[u32; 2]>", into = "Vec<[u32; 2]>")]
pub struct Sequences(Vec<[u32; 2]>);

impl Sequences {
    pub fn ranges(&self) -> &[[u32; 2]] {
        &self.0
    }

    pub fn contains(&self, number: u32) -> bool {
        let next = self.0.partition_point(|[from, _]| *from <= number);
        next > 0 && self.0[next - 1][1] >= number
    }

    /// Adds the numbers of another set.
    pub fn extend(&mut self, other: &Self) {
        let mut ranges: Vec<[u32; 2]> = self.0.iter().chain(&other.0).copied().collect();
        ranges.sort_unstable();
        *self = Self(Vec::new());
        for range in ranges {
            self.push(range);
        }
    }

    /// Adds a range that begins no earlier than those in the set.
    fn push(&mut self, [from, to]: [u32; 2]) {
        match self.0.last_mut() {
            Some([_, last]) if from <= last.saturating_add(1) => *last = to.max(*last),
            _ => self.0.push([from, to]),
        }
    }

    pub fn last(&self) -> Option<u32> {
        self.0.last().map(|[_, to]| *to)
    }

    /// The ranges from 1 to the last number that are not in the set.
    pub fn holes(&self) -> Vec<[u32; 2]> {
        let mut next = 1;
        let mut holes = Vec::new();
        for [from, to] in &self.0 {
            if *from > next {
                holes.push([next, from - 1]);
            }
            next = to.saturating_add(1);
        }
        holes
    }
}

impl FromIterator<u32> for Sequences {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Self {
        let mut numbers: Vec<u32> = numbers.into_iter().collect();
        numbers.sort_unstable();
        let mut set = Self::default();
        for number in numbers {
            set.push([number, number]);
        }
        set
    }
}

impl TryFrom<Vec<[u32; 2]>> for Sequences {
    type Error = &'static str;

    fn try_from(ranges: Vec<[u32; 2]>) -> Result<Self, &'static str> {
        let is_sorted = ranges.windows(2).all(|pair| pair[0][1] < pair[1][0]);
        let is_valid = ranges.iter().all(|[from, to]| 0 < *from && from <= to);
        if is_sorted && is_valid { Ok(Self(ranges)) } else { Err("not sorted ranges of numbers") }
    }
}

impl From<Sequences> for Vec<[u32; 2]> {
    fn from(sequences: Sequences) -> Self {
        sequences.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_ranges_with_holes() {
        let set: Sequences = [3, 2, 9, 7, 8, 3, u32::MAX].into_iter().collect();
        assert_eq!(set.ranges(), [[2, 3], [7, 9], [u32::MAX, u32::MAX]]);
        assert_eq!(set.holes(), [[1, 1], [4, 6], [10, u32::MAX - 1]]);
        assert!([2, 3, 7, 9].into_iter().all(|number| set.contains(number)));
        assert!([1, 4, 6, 10].into_iter().all(|number| !set.contains(number)));
        assert_eq!(set.last(), Some(u32::MAX));
        let mut sum: Sequences = [4, 5, 20].into_iter().collect();
        sum.extend(&set);
        assert_eq!(sum.ranges(), [[2, 5], [7, 9], [20, 20], [u32::MAX, u32::MAX]]);
        assert_eq!(Sequences::default().holes(), Vec::<[u32; 2]>::new());
    }

    #[test]
    fn ranges_that_are_not_sorted_are_no_set() {
        let read = |text| serde_json::from_str::<Sequences>(text).is_ok();
        assert!(read("[[1,3],[5,5]]"));
        assert!(["[[5,5],[1,3]]", "[[3,1]]", "[[0,1]]", "[[1,3],[3,4]]"].into_iter().all(|text| !read(text)));
    }
}
