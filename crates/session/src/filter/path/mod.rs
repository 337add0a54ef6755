//! `path:` of a filter: a value within a decoded payload, and what it must be.
//!
//! The steps are those of JSONPath (RFC 9535) that have one meaning for everyone: `$.a`,
//! `$["a b"]`, `[3]`, `[*]`, `..b`.

mod candidates;
mod message_pack;
mod parse;
mod scan;
mod walk;

use std::cmp::Ordering;

use super::decimal::Number;
use super::regex::Regex;

pub(super) use candidates::PathCandidates;
pub(super) use walk::Walker;

/// A path, and what a value at it must be.
#[derive(Clone, Debug, PartialEq)]
pub struct PathTest {
    steps: Vec<Step>,
    comparison: Comparison,
}

/// A step from a value to some of those within it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// The member with that key.
    Key(String),
    /// The element at that position, from 0.
    Index(u64),
    /// Every element or member.
    Any,
    /// The members with that key at any depth.
    Descendants(String),
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
enum Comparison {
    /// It exists.
    Exists,
    /// It is one of these.
    Equal(Vec<Operand>),
    /// It is none of these.
    NotEqual(Vec<Operand>),
    /// Its order to the operand is one of these.
    Ordered(&'static [Ordering], Operand),
    /// It is a number within these bounds, inclusive.
    Between(Number, Number),
    /// It contains this text; ASCII case is ignored.
    Contains(String),
    /// It matches this regular expression.
    Matches(Regex),
}

/// A value to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Operand {
    text: String,
    /// The number that the text is, unless it is in quotes.
    number: Option<Number>,
    /// It is in quotes: a string, not a number or a keyword.
    is_quoted: bool,
}

impl PathTest {
    /// The key that a payload must have for a value at the path to exist; `None` if it needs none.
    fn last_key(&self) -> Option<&str> {
        self.steps.iter().rev().find_map(|step| match step {
            Step::Key(key) | Step::Descendants(key) => Some(key.as_str()),
            Step::Index(_) | Step::Any => None,
        })
    }

    /// Texts of which one must occur in a JSON payload for a value to match; none if the value may
    /// be written in several ways.
    fn required_texts(&self) -> Vec<&str> {
        let Comparison::Equal(operands) = &self.comparison else { return Vec::new() };
        let is_text = |operand: &Operand| operand.number.is_none() && !operand.text.is_empty();
        if operands.iter().all(is_text) {
            operands.iter().map(|operand| operand.text.as_str()).collect()
        } else {
            Vec::new()
        }
    }
}

/// A scalar of a payload.
#[derive(Clone, Copy, Debug)]
struct Scalar<'v> {
    text: &'v str,
    is_string: bool,
    is_number: bool,
}

impl PathTest {
    /// Whether what was found is what it must be.
    fn accepts(&self, found: &scan::Found<'_>) -> bool {
        self.comparison == Comparison::Exists
            || found.scalar().is_some_and(|scalar| self.comparison.matches(scalar))
    }
}

impl Comparison {
    /// Whether a number matches, by the 64-bit float nearest to it; `None` if its text decides.
    fn matches_float(&self, float: f64) -> Option<bool> {
        match self {
            Self::Exists => Some(true),
            Self::Equal(operands) => differs_from_all(operands, float).map(|differs| !differs),
            Self::NotEqual(operands) => differs_from_all(operands, float),
            Self::Ordered(orders, operand) => {
                Some(orders.contains(&operand.number.as_ref()?.order_of_float(float)?))
            }
            Self::Between(min, max) => {
                Some(min.order_of_float(float)?.is_ge() && max.order_of_float(float)?.is_le())
            }
            Self::Contains(_) | Self::Matches(_) => None,
        }
    }

    fn matches(&self, value: Scalar<'_>) -> bool {
        match self {
            Self::Exists => true,
            Self::Equal(operands) => operands.iter().any(|operand| operand.equals(value)),
            Self::NotEqual(operands) => !operands.iter().any(|operand| operand.equals(value)),
            Self::Ordered(orders, operand) => {
                operand.order_of(value).is_some_and(|order| orders.contains(&order))
            }
            Self::Between(min, max) => {
                min.order_of(value.text).is_some_and(Ordering::is_ge)
                    && max.order_of(value.text).is_some_and(Ordering::is_le)
            }
            Self::Contains(part) => value.text.to_ascii_lowercase().contains(part),
            Self::Matches(regex) => regex.is_match(value.text.as_bytes()),
        }
    }
}

/// `Some(true)` if all operands are numbers whose nearest float differs from `float`; otherwise the
/// text decides.
fn differs_from_all(operands: &[Operand], float: f64) -> Option<bool> {
    operands
        .iter()
        .all(|operand| operand.number.as_ref().is_some_and(|number| number.order_of_float(float).is_some()))
        .then_some(true)
}

impl Operand {
    fn equals(&self, value: Scalar<'_>) -> bool {
        if value.is_string {
            return value.text == self.text;
        }
        let is_same_number = |number: &Number| number.order_of(value.text) == Some(Ordering::Equal);
        !self.is_quoted
            && (value.text == self.text
                || (value.is_number && self.number.as_ref().is_some_and(is_same_number)))
    }

    /// The order of a value to the operand: of numbers, also where a string is one, or else of
    /// strings.
    fn order_of(&self, value: Scalar<'_>) -> Option<Ordering> {
        match &self.number {
            Some(number) => number.order_of(value.text),
            None => value.is_string.then(|| value.text.cmp(&self.text)),
        }
    }
}
