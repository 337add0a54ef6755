//! Sorting by index. All sorts of the crates go through these two functions, because the standard
//! sort is compiled again for each type and comparison.

use std::cmp::Ordering;

/// A key whose order is that of [`f64::total_cmp`]: -0 before 0, NaN after all others (before them
/// with its sign set).
pub fn rank(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = number.to_bits();
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// The indexes of `keys`, of which there are at most `u32::MAX`, in ascending order of the keys.
/// Stable.
pub fn argsort_by_key(keys: impl Iterator<Item = u64>) -> Vec<u32> {
    let mut indexed: Vec<(u64, u32)> = keys.zip(0..).collect();
    sort_indexed(&mut indexed);
    indexed.into_iter().map(|(_, index)| index).collect()
}

// A separate function, because the one above is compiled for each type of iterator.
#[inline(never)]
fn sort_indexed(indexed: &mut [(u64, u32)]) {
    indexed.sort_unstable();
}

/// The indexes from 0 up to, not including, `count`, in the order of `compare`, which compares two
/// indexes. Stable.
#[inline(never)]
pub fn argsort_by(count: usize, compare: &mut dyn FnMut(usize, usize) -> Ordering) -> Vec<u32> {
    let mut indexes: Vec<u32> = (0..count as u32).collect();
    indexes.sort_unstable_by(|&a, &b| compare(a as usize, b as usize).then(a.cmp(&b)));
    indexes
}

/// Sorts texts by their bytes.
pub fn sort_texts(mut texts: Vec<String>) -> Vec<String> {
    let order = argsort_by(texts.len(), &mut |a, b| texts.get(a).cmp(&texts.get(b)));
    apply_permutation(&mut texts, &order)
}

/// Takes the elements at `indexes`, in that order, and leaves defaults in their slots.
pub fn apply_permutation<T: Default>(elements: &mut [T], indexes: &[u32]) -> Vec<T> {
    indexes.iter().filter_map(|index| elements.get_mut(*index as usize).map(std::mem::take)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranks_of_numbers_have_the_order_of_total_cmp() {
        let numbers = [3.5, f64::NEG_INFINITY, 0.0, -0.0, f64::NAN, f64::INFINITY, -2.0, 3.5];
        assert_eq!(argsort_by_key(numbers.into_iter().map(rank)), [1, 6, 3, 2, 0, 7, 5, 4]);
    }

    #[test]
    fn texts_are_sorted_by_their_bytes() {
        let unsorted = ["b", "a", "", "ab"].map(str::to_owned).to_vec();
        assert_eq!(sort_texts(unsorted), ["", "a", "ab", "b"]);
    }

    proptest! {
        #[test]
        fn indexes_have_the_order_of_the_standard_sort(
            numbers in prop::collection::vec(prop_oneof![any::<f64>(), (0..4).prop_map(f64::from)], 0..60),
        ) {
            let mut expected: Vec<usize> = (0..numbers.len()).collect();
            expected.sort_by(|a, b| numbers[*a].total_cmp(&numbers[*b]));
            let expected: Vec<u32> = expected.into_iter().map(|index| index as u32).collect();
            prop_assert_eq!(argsort_by_key(numbers.iter().copied().map(rank)), expected.clone());
            let compared = argsort_by(numbers.len(), &mut |a, b| numbers[a].total_cmp(&numbers[b]));
            prop_assert_eq!(compared, expected);
        }
    }
}
