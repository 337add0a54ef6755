//! Compares numbers as they are written, exactly: a 64-bit id or a price is not rounded to a `f64`.

use std::cmp::Ordering;

use crate::encodings::exact_float;

/// A number: its sign, its significant digits, and the position of the point. It borrows the digits
/// of its text, because a filter compares the numbers of a million messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Decimal<'t> {
    is_negative: bool,
    /// Digits before the point and after it, without zeros at either end of both; empty for zero.
    integer: &'t [u8],
    fraction: &'t [u8],
    /// The number is `0.digits` times 10 to this power.
    exponent: i64,
}

impl<'t> Decimal<'t> {
    /// The number that `text` is in the syntax of JSON, with leading zeros and `+` allowed; `None`
    /// for any other text.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let text = text.as_bytes();
        let unsigned = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
        let (integer, rest) = leading_digits(unsigned);
        let (fraction, rest) = match rest.strip_prefix(b".") {
            Some(rest) => {
                let (fraction, rest) = leading_digits(rest);
                (Some(fraction), rest)
            }
            None => (None, rest),
        };
        let power = match rest.split_first() {
            None => 0,
            Some((b'e' | b'E', power)) => parse_power(power)?,
            Some(_) => return None,
        };
        if integer.is_empty() || fraction.is_some_and(<[u8]>::is_empty) {
            return None;
        }
        let significant = without_leading_zeros(integer);
        let fraction = fraction.unwrap_or_default();
        let mut exponent = power.saturating_add(count(significant.len()));
        let mut number =
            Self { is_negative: text.starts_with(b"-"), integer: significant, fraction, exponent };
        if significant.is_empty() {
            number.fraction = without_leading_zeros(fraction);
            exponent = exponent.saturating_sub(count(fraction.len() - number.fraction.len()));
        }
        number.fraction = without_trailing_zeros(number.fraction);
        if number.fraction.is_empty() {
            number.integer = without_trailing_zeros(number.integer);
        }
        let is_zero = number.integer.is_empty() && number.fraction.is_empty();
        number.exponent = if is_zero { 0 } else { exponent };
        number.is_negative &= !is_zero;
        Some(number)
    }

    fn digits(&self) -> impl Iterator<Item = &'t u8> + use<'t> {
        self.integer.iter().chain(self.fraction)
    }

    fn signum(&self) -> i8 {
        match (self.integer.is_empty() && self.fraction.is_empty(), self.is_negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

fn count(len: usize) -> i64 {
    i64::try_from(len).unwrap_or(i64::MAX)
}

/// The digits that `text` begins with, and what follows them.
fn leading_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    text.split_at(end)
}

fn without_leading_zeros(digits: &[u8]) -> &[u8] {
    let start = digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len());
    digits.get(start..).unwrap_or_default()
}

fn without_trailing_zeros(digits: &[u8]) -> &[u8] {
    let end = digits.iter().rposition(|digit| *digit != b'0').map_or(0, |at| at + 1);
    digits.get(..end).unwrap_or_default()
}

/// The digits after `e`. A power beyond 64 bits is one without an end.
fn parse_power(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |power: i64, digit: &u8| power.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
    let power = digits.iter().fold(0, add).min(i64::MAX / 4);
    Some(if text.starts_with(b"-") { -power } else { power })
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_size = || self.exponent.cmp(&other.exponent).then_with(|| self.digits().cmp(other.digits()));
        self.signum()
            .cmp(&other.signum())
            .then_with(|| if self.is_negative { by_size().reverse() } else { by_size() })
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal<'_> {}

/// A number that is kept to be compared with others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Number {
    is_negative: bool,
    digits: Vec<u8>,
    exponent: i64,
    /// The bits of the nearest 64-bit float.
    float: u64,
}

impl Number {
    /// `None` if the text is not a number.
    pub(super) fn new(text: &str) -> Option<Self> {
        let number = Decimal::parse(text)?;
        let (is_negative, exponent) = (number.is_negative, number.exponent);
        let float = text.parse().unwrap_or(f64::NAN).to_bits();
        Some(Self { is_negative, digits: number.digits().copied().collect(), exponent, float })
    }

    /// The order of the number that `text` is to this one; `None` if it is not a number.
    pub(super) fn order_of(&self, text: &str) -> Option<Ordering> {
        if let Some(order) = exact_float(text.as_bytes()).and_then(|float| self.order_of_float(float)) {
            return Some(order);
        }
        let Self { is_negative, ref digits, exponent, .. } = *self;
        Some(Decimal::parse(text)?.cmp(&Decimal { is_negative, integer: digits, fraction: &[], exponent }))
    }

    /// The order of a number to this one, by the 64-bit float nearest to it, without the time that
    /// writing it takes; `None` if the floats are equal, so that the digits decide. Different floats
    /// have the order of the numbers, because rounding keeps the order.
    pub(super) fn order_of_float(&self, float: f64) -> Option<Ordering> {
        float.partial_cmp(&f64::from_bits(self.float)).filter(|order| order.is_ne())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Decimal<'_> {
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
        fn floats_that_differ_have_the_order_of_the_numbers(a: f64, b: i64, c in "-?[0-9]{1,20}\\.[0-9]{1,20}") {
            let order = |text: &str, float: f64| Number::new(text).and_then(|number| number.order_of_float(float));
            for text in [a.to_string(), b.to_string(), c.clone()] {
                for (other, float) in [(a.to_string(), a), (b.to_string(), b as f64)] {
                    let exact = Decimal::parse(&other).zip(Decimal::parse(&text)).map(|(other, text)| other.cmp(&text));
                    prop_assert!(order(&text, float).is_none_or(|order| Some(order) == exact), "{} {}", text, other);
                }
            }
        }

        #[test]
        fn any_text_is_parsed_without_a_panic(text in "[-+0-9.eE]{0,12}") {
            let _ = Decimal::parse(&text);
        }
    }
}
