//! A parsed filter as a tree, and its text.

use std::fmt;
use std::ops::Range;

use super::fields::Field;
use super::lexer::{value_takes_parenthesis, word_takes_parenthesis};
use super::named_pattern::NamedPattern;
use super::path::PathTest;
use super::regex::Regex;
use super::values::{NumberRange, TextPattern};

/// Why an input is not a filter, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FilterError {
    /// The place, as a byte range of the input.
    pub span: Range<usize>,
    /// The reason, in a sentence that quotes the place.
    pub message: String,
}

/// Something about a valid filter that its author may not expect: a key that does not exist, for
/// example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The place, as a byte range of the input.
    pub span: Range<usize>,
    pub message: String,
}

/// A parsed filter. Its [`Display`](fmt::Display) is a filter that is parsed to the same
/// expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// All must match; everything matches none.
    All(Vec<Self>),
    /// At least one must match.
    Any(Vec<Self>),
    /// It must not match.
    Not(Box<Self>),
    /// An expression in parentheses.
    Group(Box<Self>),
    /// A text that must occur.
    Text {
        text: String,
        /// It is in quotes.
        is_phrase: bool,
    },
    /// A regular expression that must match somewhere.
    Regex(Regex),
    /// A condition on a field.
    Field(FieldTerm),
}

/// A condition on a field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldTerm {
    pub field: &'static Field,
    /// The value as written.
    pub value: String,
    pub condition: Condition,
}

/// What the value of a field must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// One of these texts.
    Text(Vec<TextPattern>),
    /// One of these words.
    Choice(Vec<&'static str>),
    /// In one of these ranges.
    Number(Vec<NumberRange>),
    /// In one of these ranges, or one of these words.
    NumberOrChoice { ranges: Vec<NumberRange>, choices: Vec<&'static str> },
    /// One of these names with one of their values.
    Named(Vec<NamedPattern>),
    /// A value within a payload.
    Path(PathTest),
}

impl Default for Expression {
    /// The empty filter, which everything matches.
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(terms) => list(out, terms, " "),
            Self::Any(terms) => list(out, terms, " OR "),
            Self::Not(term) => write!(out, "-{term}"),
            Self::Group(expression) => {
                // A word with an open parenthesis would take the closing one.
                let space = if expression.ends_with_open_word() { " " } else { "" };
                write!(out, "({expression}{space})")
            }
            Self::Text { text, is_phrase: true } => write!(out, "\"{text}\""),
            Self::Text { text, .. } => out.write_str(text),
            Self::Regex(regex) => write!(out, "{regex}"),
            Self::Field(term) => write!(out, "{}:{}", term.field.name, term.value),
        }
    }
}

fn list(out: &mut fmt::Formatter<'_>, terms: &[Expression], separator: &str) -> fmt::Result {
    for (nth, term) in terms.iter().enumerate() {
        if nth > 0 {
            out.write_str(separator)?;
        }
        write!(out, "{term}")?;
    }
    Ok(())
}

impl Expression {
    /// Whether a `)` after the last word or value would belong to it.
    fn ends_with_open_word(&self) -> bool {
        match self {
            Self::All(terms) | Self::Any(terms) => terms.last().is_some_and(Self::ends_with_open_word),
            Self::Not(inner) => inner.ends_with_open_word(),
            Self::Text { text, is_phrase: false } => word_takes_parenthesis(text),
            Self::Field(term) => value_takes_parenthesis(&term.value),
            Self::Group(_) | Self::Text { .. } | Self::Regex(_) => false,
        }
    }
}
