//! An expression prepared for evaluation: the cheapest conditions first, without what everything
//! matches.

use super::expression::{Expression, FieldTerm};
use super::regex::Regex;

/// A condition, or several of them.
#[derive(Clone, Debug)]
pub(super) enum Predicate<L> {
    Leaf(L),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

/// A condition of an expression.
#[derive(Clone, Copy, Debug)]
pub(super) enum Term<'e> {
    Text(&'e str),
    Regex(&'e Regex),
    Field(&'e FieldTerm),
}

/// How long a condition takes to check, compared with others.
pub(super) trait Cost {
    fn cost(&self) -> u8;
}

impl<L: Cost> Predicate<L> {
    /// The predicate of an expression, where `prepare` prepares its conditions; `None` if
    /// everything matches. Empty texts are ignored, excluded ones too.
    pub(super) fn new(expression: &Expression, prepare: &mut impl FnMut(Term<'_>) -> L) -> Option<Self> {
        let term = match expression {
            Expression::Text { text, .. } if text.is_empty() => return None,
            Expression::Text { text, .. } => Term::Text(text),
            Expression::Regex(regex) => Term::Regex(regex),
            Expression::Field(term) => Term::Field(term),
            Expression::Group(inner) => return Self::new(inner, prepare),
            Expression::Not(inner) => {
                return Self::new(inner, prepare).map(|inner| Self::Not(Box::new(inner)));
            }
            Expression::All(terms) => {
                let parts: Vec<_> = terms.iter().filter_map(|term| Self::new(term, prepare)).collect();
                return if parts.is_empty() { None } else { Some(Self::several(parts, Self::All)) };
            }
            Expression::Any(terms) => {
                let parts: Option<Vec<_>> = terms.iter().map(|term| Self::new(term, prepare)).collect();
                return parts.map(|parts| Self::several(parts, Self::Any));
            }
        };
        Some(Self::Leaf(prepare(term)))
    }

    fn several(mut parts: Vec<Self>, combine: fn(Vec<Self>) -> Self) -> Self {
        if parts.len() == 1 {
            return parts.remove(0);
        }
        // Stable: among equals, the order typed.
        parts.sort_by_key(Self::cost);
        combine(parts)
    }

    fn cost(&self) -> u8 {
        match self {
            Self::Leaf(leaf) => leaf.cost(),
            Self::Not(inner) => inner.cost(),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::cost).max().unwrap_or_default(),
        }
    }
}

impl<L> Predicate<L> {
    /// Whether it matches, where `check` says whether a condition does.
    pub(super) fn matches(&self, check: &mut impl FnMut(&L) -> bool) -> bool {
        match self {
            Self::Leaf(leaf) => check(leaf),
            Self::All(parts) => parts.iter().all(|part| part.matches(check)),
            Self::Any(parts) => parts.iter().any(|part| part.matches(check)),
            Self::Not(inner) => !inner.matches(check),
        }
    }

    /// Whether it matches, where `check` says whether a condition does, and `None` where that is not
    /// known yet: the answer is known if the conditions that are known decide it.
    pub(super) fn decide(&self, check: &mut impl FnMut(&L) -> Option<bool>) -> Option<bool> {
        match self {
            Self::Leaf(leaf) => check(leaf),
            Self::All(parts) => decide_until(parts, false, check),
            Self::Any(parts) => decide_until(parts, true, check),
            Self::Not(inner) => inner.decide(check).map(|matches| !matches),
        }
    }
}

/// The answer `decisive` if one of `parts` has it, the other one if all have that.
fn decide_until<L>(
    parts: &[Predicate<L>],
    decisive: bool,
    check: &mut impl FnMut(&L) -> Option<bool>,
) -> Option<bool> {
    let mut answer = Some(!decisive);
    for part in parts {
        match part.decide(check) {
            Some(matches) if matches == decisive => return Some(decisive),
            Some(_) => {}
            None => answer = None,
        }
    }
    answer
}
