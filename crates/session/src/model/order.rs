//! Sorting without moving what is sorted. All sorts of the crate go through these two, because each type and each
//! comparison that is sorted by itself is machine code of its own.

use std::cmp::Ordering;

/// A number that stands to others as `number` does: -0 before 0, NaN after (or, with its sign set, before) all others.
pub fn rank(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The places of `ranks` (at most `u32::MAX` of them) in rising order; equal ones stay in theirs.
pub fn argsort_by_key(ranks: impl Iterator<Item = u64>) -> Vec<u32> {
    let mut placed: Vec<(u64, u32)> = ranks.zip(0..).collect();
    sort_placed(&mut placed);
    placed.into_iter().map(|(_, place)| place).collect()
}

// A function of its own, because the one above is made anew for each iterator.
#[inline(never)]
fn sort_placed(placed: &mut [(u64, u32)]) {
    placed.sort_unstable();
}

/// The places 0 to `count` in the order that `compare` tells of two places; equal ones stay in theirs.
#[inline(never)]
pub fn by_comparing(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    let mut places: Vec<u32> = (0..count as u32).collect();
    places.sort_unstable_by(|&a, &b| compare(a as usize, b as usize).then(a.cmp(&b)));
    places
}

/// The texts in order.
pub fn texts(mut texts: Vec<String>) -> Vec<String> {
    let order = by_comparing(texts.len(), &mut |a, b| texts.get(a).cmp(&texts.get(b)));
    take(&mut texts, &order)
}

/// The elements at `places`, in that order; an element is taken once.
pub fn take<T: Default>(elements: &mut [T], places: &[u32]) -> Vec<T> {
    places.iter().filter_map(|place| elements.get_mut(*place as usize).map(std::mem::take)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_stand_as_they_are_counted() {
        let numbers = [3.5, f64::NEG_INFINITY, 0.0, -0.0, f64::NAN, f64::INFINITY, -2.0, 3.5];
        assert_eq!(argsort_by_key(numbers.into_iter().map(rank)), [1, 6, 3, 2, 0, 7, 5, 4]);
    }

    #[test]
    fn texts_stand_by_their_letters() {
        let words = ["b", "a", "", "ab"].map(str::to_owned).to_vec();
        assert_eq!(texts(words), ["", "a", "ab", "b"]);
    }

    proptest! {
        #[test]
        fn as_sorted_by_the_standard_library(
            numbers in prop::collection::vec(prop_oneof![any::<f64>(), (0..4).prop_map(f64::from)], 0..60),
        ) {
            let mut expected: Vec<usize> = (0..numbers.len()).collect();
            expected.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            let expected: Vec<u32> = expected.into_iter().map(|place| place as u32).collect();
            prop_assert_eq!(argsort_by_key(numbers.iter().copied().map(rank)), expected.clone());
            let compared = by_comparing(numbers.len(), &mut |a, b| numbers[a].total_cmp(&numbers[b]));
            prop_assert_eq!(compared, expected);
        }
    }
}
