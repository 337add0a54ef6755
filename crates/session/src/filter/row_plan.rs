//! A filter with keys, prepared for the rows of a list.

use super::expression::{Expression, FieldTerm};
use super::predicate::{Cost, Predicate, Term};
use super::search::ByteFrequencies;
use super::text::{TextTerm, TextTest};

/// A condition on a field of a row, as the list prepared it.
pub trait FieldTest {
    /// How long it takes to check, compared with others: a text in a short field takes 1.
    fn cost(&self) -> u8;
}

/// A filter prepared for the rows of a list, whose conditions on fields are `T`.
#[derive(Clone, Debug)]
pub struct RowPlan<T> {
    /// `None` if everything matches.
    predicate: Option<Predicate<RowTest<T>>>,
}

#[derive(Clone, Debug)]
enum RowTest<T> {
    Text(Box<TextTest>),
    Field(T),
}

impl<T: FieldTest> Cost for RowTest<T> {
    fn cost(&self) -> u8 {
        match self {
            Self::Text(test) => test.cost(),
            Self::Field(test) => test.cost(),
        }
    }
}

impl<T: FieldTest> RowPlan<T> {
    /// Prepares an expression, its conditions on fields by `prepare`.
    pub fn new(expression: &Expression, mut prepare: impl FnMut(&FieldTerm) -> T) -> Self {
        let frequencies = ByteFrequencies::default();
        let predicate = Predicate::new(expression, &mut |term| match term {
            Term::Text(text) => RowTest::Text(Box::new(TextTest::Term(TextTerm::new(&frequencies, text)))),
            Term::Regex(regex) => RowTest::Text(Box::new(TextTest::of_regex(&frequencies, regex))),
            Term::Field(term) => RowTest::Field(prepare(term)),
        });
        Self { predicate }
    }
}

impl<T> RowPlan<T> {
    /// Whether everything matches.
    pub fn is_empty(&self) -> bool {
        self.predicate.is_none()
    }

    /// Whether a row matches: a text if it occurs in one of `texts`, a condition on a field if
    /// `check` says so. `None` where that depends on a condition that `check` cannot decide yet.
    pub fn decide(&self, texts: &[&[u8]], mut check: impl FnMut(&T) -> Option<bool>) -> Option<bool> {
        let Some(predicate) = &self.predicate else { return Some(true) };
        predicate.decide(&mut |test| match test {
            RowTest::Text(test) => Some(texts.iter().any(|text| test.matches(text))),
            RowTest::Field(test) => check(test),
        })
    }
}
