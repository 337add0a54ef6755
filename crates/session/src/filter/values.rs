//! The values of fields: texts with `*`, words to choose from, numbers with units, comparisons and
//! ranges.

use std::ops::Range;

use super::fields::{Implied, Unit};
use super::lexer::phrase;
use super::wall_clock::{self, Origin};

/// A value that cannot be understood: its range within the text that was parsed, and why.
pub(super) type ValueError = (Range<usize>, String);

/// One of several values separated by commas.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    /// The text without quotes.
    pub(super) text: &'a str,
    pub(super) is_quoted: bool,
    /// Where the item begins in the value.
    pub(super) start: usize,
    /// Length of the item as written.
    pub(super) len: usize,
}

impl Item<'_> {
    pub(super) fn span(&self) -> Range<usize> {
        self.start..self.start + self.len
    }
}

/// The values between commas that are not within quotes. Empty ones are left out, unless quoted.
pub(super) fn items(value: &str) -> Vec<Item<'_>> {
    let mut items = Vec::new();
    let mut start = 0;
    while let Some(rest) = value.get(start..).filter(|rest| !rest.is_empty()) {
        let is_quoted = rest.starts_with('"');
        let quoted = is_quoted.then(|| phrase(rest));
        let len = match quoted {
            // What follows the closing quote belongs to the item, as a word does.
            Some((_, len)) => {
                len + rest.get(len..).and_then(|after| after.find(',')).unwrap_or(rest.len() - len)
            }
            None => rest.find(',').unwrap_or(rest.len()),
        };
        let text = quoted.filter(|(_, quoted_len)| *quoted_len == len).map(|(text, _)| text);
        let text = text.or_else(|| rest.get(..len)).unwrap_or_default();
        if len > 0 {
            items.push(Item { text, is_quoted, start, len });
        }
        start += len + 1;
    }
    items
}

/// What a text must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextPattern {
    /// It contains this text.
    Contains(String),
    /// It is this text.
    Equals(String),
    /// It is these parts in order, with anything between two of them.
    Wildcard(Vec<String>),
}

impl TextPattern {
    /// The pattern of a value: `*` matches any text unless the value is in quotes.
    pub(super) fn new(item: Item<'_>, is_whole: bool) -> Self {
        let lowercase = item.text.to_ascii_lowercase();
        if !item.is_quoted && lowercase.contains('*') {
            return Self::Wildcard(lowercase.split('*').map(str::to_owned).collect());
        }
        if is_whole { Self::Equals(lowercase) } else { Self::Contains(lowercase) }
    }

    /// Whether `text` matches; ASCII case is ignored.
    pub fn matches(&self, text: &str) -> bool {
        let text = text.to_ascii_lowercase();
        match self {
            Self::Contains(part) => text.contains(part),
            Self::Equals(whole) => text == *whole,
            Self::Wildcard(parts) => matches_wildcard(parts, &text),
        }
    }
}

fn matches_wildcard(parts: &[String], text: &str) -> bool {
    let [first, between @ .., last] = parts else { return parts.first().is_some_and(|part| part == text) };
    let Some(mut rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str()))
    else {
        return false;
    };
    // The first occurrence leaves most for the parts after it.
    for part in between {
        let Some((_, after)) = rest.split_once(part.as_str()) else { return false };
        rest = after;
    }
    true
}

/// The words of `choices` that a value names.
pub(super) fn choices(
    value: &str,
    choices: &'static [&'static str],
) -> Result<Vec<&'static str>, ValueError> {
    let find = |item: Item<'_>| {
        let found = choices.iter().find(|choice| choice.eq_ignore_ascii_case(item.text));
        found
            .copied()
            .ok_or_else(|| (item.span(), format!("{} is not one of {}", item.text, choices.join(", "))))
    };
    items(value).into_iter().map(find).collect()
}

/// A range of numbers. Without bounds it contains every number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberRange {
    min: f64,
    includes_min: bool,
    max: f64,
    includes_max: bool,
    /// What a time counts from.
    origin: Origin,
}

impl NumberRange {
    const ALL: Self = Self {
        min: f64::NEG_INFINITY,
        includes_min: true,
        max: f64::INFINITY,
        includes_max: true,
        origin: Origin::Start,
    };
    /// No number is in it.
    pub(super) const NONE: Self = Self { min: f64::INFINITY, max: f64::NEG_INFINITY, ..Self::ALL };

    /// Whether `number` is within the bounds.
    pub fn contains(self, number: f64) -> bool {
        let is_above = if self.includes_min { number >= self.min } else { number > self.min };
        is_above && if self.includes_max { number <= self.max } else { number < self.max }
    }

    /// Whether a number from `from` to `to` is within the bounds.
    pub fn overlaps(self, from: f64, to: f64) -> bool {
        let is_above = if self.includes_min { to >= self.min } else { to > self.min };
        is_above && if self.includes_max { from <= self.max } else { from < self.max }
    }

    pub(super) fn origin(self) -> Origin {
        self.origin
    }

    /// The lower bound, or else the upper one.
    pub(super) fn first_finite(self) -> f64 {
        if self.min.is_finite() { self.min } else { self.max }
    }

    /// The range with both bounds larger by `shift`, counted from the start of the session.
    pub(super) fn moved(self, shift: f64) -> Self {
        Self { min: self.min + shift, max: self.max + shift, origin: Origin::Start, ..self }
    }

    fn at_least(min: f64) -> Self {
        Self { min, ..Self::ALL }
    }

    fn above(min: f64) -> Self {
        Self { min, includes_min: false, ..Self::ALL }
    }

    fn at_most(max: f64) -> Self {
        Self { max, ..Self::ALL }
    }

    fn below(max: f64) -> Self {
        Self { max, includes_max: false, ..Self::ALL }
    }
}

/// The ranges that a value names: `>500ms`, `1kB..2kB`, `0:05`.
pub(super) fn numbers(value: &str, unit: Unit, implied: Implied) -> Result<Vec<NumberRange>, ValueError> {
    items(value)
        .into_iter()
        .map(|item| number_range(item.text, unit, implied).map_err(|reason| (item.span(), reason)))
        .collect()
}

/// The ranges and the words of `choices` that a value names.
pub(super) fn numbers_or_choices(
    value: &str,
    unit: Unit,
    choices: &'static [&'static str],
) -> Result<(Vec<NumberRange>, Vec<&'static str>), ValueError> {
    let (mut ranges, mut words) = (Vec::new(), Vec::new());
    for item in items(value) {
        match choices.iter().find(|choice| choice.eq_ignore_ascii_case(item.text)) {
            Some(choice) => words.push(*choice),
            None => ranges
                .push(number_range(item.text, unit, Implied::Equal).map_err(|reason| {
                    (item.span(), format!("{reason}, or one of {}", choices.join(", ")))
                })?),
        }
    }
    Ok((ranges, words))
}

/// The codes of `4xx` or `40x`.
fn code_class(text: &str) -> Option<NumberRange> {
    let digits = text.trim_end_matches(['x', 'X']);
    let is_class = text.len() == 3 && (1..3).contains(&digits.len());
    let first: f64 = digits.parse::<u16>().ok().filter(|_| is_class)?.into();
    let span = if digits.len() == 1 { 100.0 } else { 10.0 };
    Some(NumberRange { max: first * span + span, includes_max: false, ..NumberRange::at_least(first * span) })
}

fn number_range(text: &str, unit: Unit, implied: Implied) -> Result<NumberRange, String> {
    for operator in [">=", "<=", ">", "<"] {
        if let Some(operand) = text.strip_prefix(operator) {
            let Quantity { value, origin, .. } = quantity(operand, unit)?;
            let range = match operator {
                ">=" => NumberRange::at_least(value),
                "<=" => NumberRange::at_most(value),
                ">" => NumberRange::above(value),
                _ => NumberRange::below(value),
            };
            return Ok(NumberRange { origin, ..range });
        }
    }
    if let Some((min, max)) = text.split_once("..") {
        return between(min, max, unit);
    }
    if let Some(range) = code_class(text).filter(|_| unit == Unit::Code) {
        return Ok(range);
    }
    let Quantity { value, step, origin } = quantity(text.strip_prefix('=').unwrap_or(text), unit)?;
    let range = match (implied, unit) {
        (Implied::AtLeast, _) => NumberRange::at_least(value),
        (Implied::Below, _) => NumberRange::below(value),
        (Implied::Equal, Unit::Bytes | Unit::Code) => {
            NumberRange { max: value, ..NumberRange::at_least(value) }
        }
        // A duration is shown rounded, an offset cut off after its last digit.
        (Implied::Equal, Unit::Duration) => NumberRange {
            min: value - step / 2.0,
            includes_min: true,
            ..NumberRange::below(value + step / 2.0)
        },
        (Implied::Equal, Unit::Offset) if value.is_sign_negative() => {
            NumberRange { min: value - step, includes_min: false, ..NumberRange::at_most(value) }
        }
        (Implied::Equal, Unit::Offset) => NumberRange { min: value, ..NumberRange::below(value + step) },
    };
    Ok(NumberRange { origin, ..range })
}

fn between(min: &str, max: &str, unit: Unit) -> Result<NumberRange, String> {
    if min.is_empty() && max.is_empty() {
        return Err("Write a number before or after ..".to_owned());
    }
    // The unit of `1..5s` is that of both.
    let max_unit =
        max.trim_start_matches(|char: char| char.is_ascii_digit() || matches!(char, '.' | ':' | '-'));
    let has_unit = min.contains(|char: char| char.is_ascii_alphabetic() || char == ':');
    let min = if has_unit || min.is_empty() { min.to_owned() } else { format!("{min}{max_unit}") };
    let min = if min.is_empty() { None } else { Some(quantity(&min, unit)?) };
    let max = if max.is_empty() { None } else { Some(quantity(max, unit)?) };
    let origin = min.or(max).map_or(Origin::Start, |bound| bound.origin);
    if min.zip(max).is_some_and(|(min, max)| min.origin != max.origin) {
        return Err("Write both times of a range in the same way".to_owned());
    }
    let min = min.map_or(f64::NEG_INFINITY, |min| min.value);
    let max = max.map_or(f64::INFINITY, |max| max.value);
    if min > max {
        return Err("This range is empty: its first number is the larger one".to_owned());
    }
    Ok(NumberRange { min, max, origin, ..NumberRange::ALL })
}

/// A number in bytes or milliseconds, and the value of one in its last digit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Quantity {
    pub(super) value: f64,
    pub(super) step: f64,
    pub(super) origin: Origin,
}

const BYTE_UNITS: &[(&str, f64)] =
    &[("", 1.0), ("b", 1.0), ("k", 1e3), ("kb", 1e3), ("m", 1e6), ("mb", 1e6), ("g", 1e9), ("gb", 1e9)];
const TIME_UNITS: &[(&str, f64)] = &[("ms", 1.0), ("s", 1e3), ("min", 6e4), ("m", 6e4), ("h", 3.6e6)];

fn quantity(text: &str, unit: Unit) -> Result<Quantity, String> {
    if let Some(time) = wall_clock::parse(text).filter(|_| unit == Unit::Offset) {
        return Ok(time);
    }
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text), |digits| (-1.0, digits));
    let units = match unit {
        Unit::Bytes => BYTE_UNITS,
        Unit::Code => &[("", 1.0)],
        Unit::Duration | Unit::Offset => TIME_UNITS,
    };
    let parsed = match unit {
        Unit::Offset if digits.contains(':') => clock(digits),
        _ => with_unit(digits, units, unit),
    };
    let Some(parsed) = parsed else { return Err(expectation(text, unit)) };
    Ok(Quantity { value: sign * parsed.value, ..parsed })
}

fn with_unit(text: &str, units: &[(&str, f64)], unit: Unit) -> Option<Quantity> {
    let end = text.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(text.len());
    let (number, suffix) = text.split_at_checked(end)?;
    let value = decimal(number)?;
    let scale = match (suffix, unit) {
        ("", Unit::Duration) => 1.0,
        // Seconds or milliseconds: a time without a unit could be either.
        ("", Unit::Offset) if value == 0.0 => 1.0,
        _ => units.iter().find(|(name, _)| name.eq_ignore_ascii_case(suffix))?.1,
    };
    Some(Quantity { value: value * scale, step: last_digit(number) * scale, origin: Origin::Start })
}

/// `m:ss`, `m:ss.mmm` or `h:mm:ss.mmm`.
fn clock(text: &str) -> Option<Quantity> {
    let parts: Vec<&str> = text.split(':').collect();
    let (hours, minutes, seconds) = match parts[..] {
        [minutes, seconds] => (0.0, decimal(minutes)?, seconds),
        [hours, minutes, seconds] => (decimal(hours)?, decimal(minutes)?, seconds),
        _ => return None,
    };
    let value = (hours * 60.0 + minutes) * 60.0 + decimal(seconds)?;
    Some(Quantity { value: value * 1e3, step: last_digit(seconds) * 1e3, origin: Origin::Start })
}

/// A number of digits with at most one point.
fn decimal(text: &str) -> Option<f64> {
    let is_number = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|number: &f64| is_number && number.is_finite())
}

/// The value of one in the last digit of a number.
pub(super) fn last_digit(number: &str) -> f64 {
    let digits = number.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    0.1_f64.powi(i32::try_from(digits).unwrap_or(i32::MAX))
}

fn expectation(text: &str, unit: Unit) -> String {
    let examples = match unit {
        Unit::Bytes => "a size such as 500, 10kB or 2MB",
        Unit::Duration => "a duration such as 500ms, 1.5s, 2min or 1h",
        Unit::Offset => "a time such as 1:02.5, 90s or 14:03:05",
        Unit::Code => "a status such as 404, 4xx or >=400",
    };
    if text.is_empty() { format!("Write {examples}") } else { format!("{text} is not {examples}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str, unit: Unit) -> Result<NumberRange, String> {
        number_range(text, unit, Implied::Equal)
    }

    /// The numbers of `candidates` in the range.
    fn within(text: &str, unit: Unit, candidates: &[f64]) -> Vec<f64> {
        let range = range(text, unit).unwrap_or_else(|reason| panic!("{reason}"));
        candidates.iter().copied().filter(|number| range.contains(*number)).collect()
    }

    #[test]
    fn comparisons_and_ranges_have_units() {
        let sizes = [0.0, 999.0, 1000.0, 1001.0, 2e6, 2e6 + 1.0];
        assert_eq!(within(">1kB", Unit::Bytes, &sizes), [1001.0, 2e6, 2e6 + 1.0]);
        assert_eq!(within("<=1k", Unit::Bytes, &sizes), [0.0, 999.0, 1000.0]);
        assert_eq!(within("1000", Unit::Bytes, &sizes), [1000.0]);
        assert_eq!(within("1..2MB", Unit::Bytes, &sizes), [2e6]);
        assert_eq!(within("999B..0.001MB", Unit::Bytes, &sizes), [999.0, 1000.0]);
        assert_eq!(within("2MB..", Unit::Bytes, &sizes), [2e6, 2e6 + 1.0]);
        assert_eq!(within(">=1.5s", Unit::Duration, &[1499.0, 1500.0, 9e9]), [1500.0, 9e9]);
        assert_eq!(within("<2min", Unit::Duration, &[119_999.0, 120_000.0]), [119_999.0]);
        assert_eq!(within(">500", Unit::Duration, &[500.0, 501.0]), [501.0]);
    }

    #[test]
    fn equal_times_are_those_that_are_shown_with_these_digits() {
        assert_eq!(within("1.23s", Unit::Duration, &[1224.0, 1226.0, 1234.0, 1236.0]), [1226.0, 1234.0]);
        assert_eq!(
            within("1:02.5", Unit::Offset, &[62_499.0, 62_500.0, 62_599.0, 62_600.0]),
            [62_500.0, 62_599.0]
        );
        assert_eq!(within("1:02", Unit::Offset, &[61_999.0, 62_000.0, 62_999.0]), [62_000.0, 62_999.0]);
        assert_eq!(within("-0:01", Unit::Offset, &[-1999.0, -1000.0, -999.0]), [-1999.0, -1000.0]);
        assert_eq!(within(">=1:00:00", Unit::Offset, &[3_599_999.0, 3_600_000.0]), [3_600_000.0]);
        assert_eq!(
            within("90s..1:31", Unit::Offset, &[89_999.0, 90_000.0, 91_000.0, 91_001.0]),
            [90_000.0, 91_000.0]
        );
    }

    #[test]
    fn what_is_not_a_number_is_explained() {
        for (text, unit) in [
            ("", Unit::Bytes),
            ("x", Unit::Bytes),
            ("1xB", Unit::Bytes),
            (">", Unit::Duration),
            ("..", Unit::Duration),
            ("5s..1s", Unit::Duration),
            ("90", Unit::Offset),
            ("1:2:3:4", Unit::Offset),
            ("1..2..3", Unit::Bytes),
            ("1:", Unit::Offset),
            (".", Unit::Bytes),
            ("1.2.3", Unit::Bytes),
            ("\u{1f600}", Unit::Offset),
            ("--1", Unit::Duration),
            ("inf", Unit::Bytes),
        ] {
            assert!(range(text, unit).is_err(), "{text}");
        }
    }

    #[test]
    fn a_star_stands_for_any_text_and_quotes_make_it_literal() {
        let matches = |value, text: &str| {
            items(value).into_iter().any(|item| TextPattern::new(item, false).matches(text))
        };
        assert!(matches("chat", "new CHAT"));
        assert!(matches("chat*", "Chat:new") && !matches("chat*", "a chat"));
        assert!(matches("*new", "chat:new") && !matches("*new", "chat:new2"));
        assert!(matches("a*b*c", "a b xb c") && !matches("a*b*c", "a c"));
        assert!(!matches("ab*bc", "abc"), "parts do not overlap");
        assert!(matches("\"a*\"", "x a* y") && !matches("\"a*\"", "ab"));
        assert!(matches("x,\"a,b\",y", "a,b") && matches("x,,y", "y") && !matches("x,,z", "y"));
        assert!(TextPattern::new(items("chat")[0], true).matches("CHAT"));
        assert!(!TextPattern::new(items("chat")[0], true).matches("chat2"));
    }
}
