use proptest::prelude::*;

use super::*;

/// A letter for each row: the same letter is the same pattern, in upper case another URL of it.
fn keys(rows: &str) -> Vec<RowKey> {
    rows.chars()
        .map(|row| RowKey { pattern: u32::from(row.to_ascii_lowercase()), exact: u64::from(u32::from(row)) })
        .collect()
}

fn partners(base: &str, other: &str) -> Vec<Option<Partner>> {
    let mut aligner = Aligner::new(keys(base), keys(other));
    while aligner.step().is_some() {}
    aligner.into_partners()
}

/// For each row of the base the index of its partner, or `-`.
fn pairs(base: &str, other: &str) -> String {
    let shown = |partner: Option<Partner>| {
        partner.map_or_else(|| "-".to_owned(), |partner| partner.index.to_string())
    };
    partners(base, other).into_iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn an_inserted_row_and_a_missing_one_show_where_they_are() {
    assert_eq!(pairs("abc", "abc"), "0 1 2");
    assert_eq!(pairs("abc", "abxc"), "0 1 3");
    assert_eq!(pairs("abxc", "abc"), "0 1 - 2");
    assert_eq!(pairs("", "abc"), "");
    assert_eq!(pairs("abc", ""), "- - -");
}

#[test]
fn of_repeated_requests_the_one_that_is_missing_is_found_by_those_around_it() {
    assert_eq!(pairs("lpsp", "lsp"), "0 - 1 2");
    assert_eq!(pairs("lpsp", "lps"), "0 1 2 -");
}

#[test]
fn requests_with_the_same_url_are_preferred() {
    assert_eq!(pairs("aA", "A"), "- 0");
    assert_eq!(pairs("Aa", "A"), "0 -");
    assert_eq!(pairs("Ab", "ab"), "0 1");
}

#[test]
fn rows_in_another_order_are_still_pairs() {
    assert_eq!(pairs("xyab", "abxy").split(' ').filter(|partner| *partner != "-").count(), 4);
    let moved = partners("xyzab", "abxyz");
    assert_eq!(moved.iter().flatten().filter(|partner| partner.is_in_order).count(), 3);
}

#[test]
fn ranges_that_differ_in_everything_are_divided_at_what_is_unique() {
    let other: String = (0..6000).map(|n| ['a', 'b', 'c'][(n * n / 3) % 3]).collect();
    let base: String = (0..6000).map(|n| ['c', 'a', 'b'][(n * 7 / 5) % 3]).collect();
    let (base, other) = (format!("{base}x{base}"), format!("{other}x{other}"));
    let aligned = partners(&base, &other);
    assert_eq!(aligned[6000], Some(Partner { index: 6000, is_in_order: true }));
    let count = |rows: &str, row: char| rows.chars().filter(|known| *known == row).count();
    let expected: usize =
        ['a', 'b', 'c', 'x'].map(|row| count(&base, row).min(count(&other, row))).iter().sum();
    assert_eq!(aligned.iter().flatten().count(), expected);
}

fn rows() -> impl Strategy<Value = String> {
    "[a-dA-D]{0,40}"
}

proptest! {
    #[test]
    fn each_pattern_has_as_many_pairs_as_both_sides_have_rows(base in rows(), other in rows()) {
        let aligned = partners(&base, &other);
        let (ones, twos) = (keys(&base), keys(&other));
        let mut seen = vec![false; twos.len()];
        for (at, partner) in aligned.iter().enumerate() {
            let Some(partner) = partner else { continue };
            let to = partner.index as usize;
            prop_assert_eq!(ones[at].pattern, twos[to].pattern);
            prop_assert!(!std::mem::replace(&mut seen[to], true), "a row has one partner");
        }
        for pattern in ones.iter().map(|key| key.pattern) {
            let count = |keys: &[RowKey]| keys.iter().filter(|key| key.pattern == pattern).count();
            let paired = (0..ones.len()).filter(|at| ones[*at].pattern == pattern && aligned[*at].is_some()).count();
            prop_assert_eq!(paired, count(&ones).min(count(&twos)));
        }
    }

    #[test]
    fn pairs_in_order_rise_on_both_sides(base in rows(), other in rows()) {
        let in_order: Vec<_> =
            partners(&base, &other).into_iter().flatten().filter(|partner| partner.is_in_order).collect();
        prop_assert!(in_order.windows(2).all(|pair| pair[0].index < pair[1].index));
    }

    #[test]
    fn exchanging_the_sides_gives_the_same_pairs(base in rows(), other in rows()) {
        let swapped = partners(&other, &base);
        for (at, partner) in partners(&base, &other).into_iter().enumerate() {
            if let Some(partner) = partner {
                prop_assert_eq!(swapped[partner.index as usize].map(|back| back.index), Some(at as u32));
            }
        }
    }

    #[test]
    fn a_list_is_paired_with_itself_row_by_row(rows in rows()) {
        let aligned = partners(&rows, &rows);
        prop_assert!(aligned.iter().enumerate().all(|(at, partner)| partner.map(|partner| partner.index) == Some(at as u32)));
    }
}
