//! Compares numbers as they are written, exactly: a 64-bit id or a price is not rounded to a `f64`.

use std::cmp::Ordering;

/// A number: its sign, its significant digits, and the position of the point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    is_negative: bool,
    /// Digits without zeros at either end; empty for zero.
    digits: Vec<u8>,
    /// The number is `0.digits` times 10 to this power.
    exponent: i64,
}

impl Decimal {
    /// The number that `text` is in the syntax of JSON, with leading zeros and `+` allowed; `None`
    /// for any other text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (mantissa, power) =
            unsigned.split_once(['e', 'E']).map_or((unsigned, None), |(m, e)| (m, Some(e)));
        let power = power.map_or(Some(0), parse_power)?;
        let (integer, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(i, f)| (i, Some(f)));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if integer.is_empty()
            || !all_digits(integer)
            || fraction.is_some_and(|f| f.is_empty() || !all_digits(f))
        {
            return None;
        }
        let digits: Vec<u8> = integer.bytes().chain(fraction.unwrap_or_default().bytes()).collect();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let end = digits.iter().rposition(|digit| *digit != b'0').map_or(zeros, |at| at + 1);
        let digits = digits.get(zeros..end).unwrap_or_default().to_vec();
        if digits.is_empty() {
            return Some(Self { is_negative: false, digits, exponent: 0 });
        }
        let count = |len: usize| i64::try_from(len).unwrap_or(i64::MAX);
        let exponent = power.saturating_add(count(integer.len())).saturating_sub(count(zeros));
        Some(Self { is_negative: text.starts_with('-'), digits, exponent })
    }

    fn signum(&self) -> i8 {
        match (self.digits.is_empty(), self.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

/// The digits after `e`. A power beyond 64 bits is one without an end.
fn parse_power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let power = digits.parse().unwrap_or(i64::MAX / 4).min(i64::MAX / 4);
    Some(if text.starts_with('-') { -power } else { power })
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_size = || self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits));
        self.signum()
            .cmp(&other.signum())
            .then_with(|| if self.is_negative { by_size().reverse() } else { by_size() })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn numbers_are_compared_exactly() {
        assert_eq!(number("1.50"), number("15e-1"));
        assert_eq!(number("0"), number("-0.000"));
        assert_eq!(number("007"), number("7"));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("0.1") < number("0.10000000000000000001"));
        assert!(number("1e999") > number("1e998") && number("-1e999") < number("-1e998"));
        assert!(
            number("1e99999999999999999999") > number("1e5")
                && number("1e-99999999999999999999") > number("0")
        );
    }

    #[test]
    fn what_is_not_a_number_is_not_compared_as_one() {
        for text in ["", "-", ".5", "5.", "1e", "e1", "NaN", "inf", "0x1", "1 ", "1_000", "--1", "1e+-1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_order_is_that_of_integers(a: i64, b: i64) {
            prop_assert_eq!(number(&a.to_string()).cmp(&number(&b.to_string())), a.cmp(&b));
        }

        #[test]
        fn the_order_is_that_of_floats(a in -1e9..1e9_f64, b in -1e9..1e9_f64) {
            prop_assert_eq!(Some(number(&a.to_string()).cmp(&number(&b.to_string()))), a.partial_cmp(&b));
        }

        #[test]
        fn any_text_is_parsed_without_a_panic(text in "[-+0-9.eE]{0,12}") {
            let _ = Decimal::parse(&text);
        }
    }
}
