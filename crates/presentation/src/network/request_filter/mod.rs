//! The filter of requests and sockets: the keys of [`REQUEST_FIELDS`] over the rows of a session.
//!
//! Most conditions read the rows alone. Headers and other details are read once into a
//! [`RequestIndex`]; bodies and messages are searched row by row, and what was found is kept in
//! [`Contents`]. A row that depends on what is not read yet is undecided, and not listed.

mod condition;
mod contents;
mod headers;
mod index;
mod site;
mod suggest;
mod text;

pub(super) use condition::first_byte;
pub use contents::{ContentKind, ContentTerm, Contents};
pub(super) use headers::cookie_count;
pub use index::{IndexedText, RequestIndex, Side};
pub use suggest::request_values;

use session::filter::{
    Condition, Expression, FilterError, Parsed, REQUEST_FIELDS, Remark, RowPlan, Zone, parse,
};
use session::model::{Record, Session};

use crate::network::status_text;
use condition::{RequestTest, Rows, Undecided};

/// A parsed filter of requests and sockets.
#[derive(Clone, Debug)]
pub struct RequestFilter {
    parsed: Parsed,
    zone: Zone,
}

impl Default for RequestFilter {
    /// The filter that everything matches.
    fn default() -> Self {
        Self { parsed: Parsed::default(), zone: |_| 0 }
    }
}

/// What was read of a session's rows beyond the rows themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// Headers and other details.
    pub index: Option<&'a RequestIndex>,
    /// What was found in bodies and messages.
    pub contents: Option<&'a Contents>,
}

impl RequestFilter {
    /// Parses a filter. White space and empty quotes alone match everything.
    ///
    /// # Errors
    /// If the filter is not valid: see [`parse`].
    pub fn parse(input: &str) -> Result<Self, FilterError> {
        Ok(Self { parsed: parse(input, REQUEST_FIELDS)?, ..Self::default() })
    }

    /// The filter with wall-clock times in a zone, given as its minutes east of UTC at an instant;
    /// without it, they are in UTC.
    #[must_use]
    pub fn in_zone(self, zone: Zone) -> Self {
        Self { zone, ..self }
    }

    /// What the author of the filter may not expect.
    pub fn remarks(&self) -> &[Remark] {
        &self.parsed.remarks
    }

    /// Whether the filter has no terms, so that everything matches.
    pub fn is_empty(&self) -> bool {
        RowPlan::new(&self.parsed.expression, |_| Undecided).is_empty()
    }

    /// Whether it depends on headers or other details, which are read into a [`RequestIndex`].
    pub fn needs_index(&self) -> bool {
        let mut needs = false;
        for_each_term(&self.parsed.expression, &mut |term| needs |= condition::needs_index(term));
        needs
    }

    /// The texts that must be searched in bodies and messages.
    pub fn content_terms(&self) -> Vec<ContentTerm> {
        let mut terms = Vec::new();
        for_each_term(&self.parsed.expression, &mut |term| {
            let (Some(kind), Condition::Text(patterns)) = (ContentKind::of(term.field.name), &term.condition)
            else {
                return;
            };
            for pattern in patterns {
                let term = ContentTerm { kind, pattern: pattern.clone() };
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
        });
        terms
    }

    /// A predicate over the rows of a session, by their index and record; `None` where it depends on
    /// what is not read yet.
    pub fn matching<'a>(
        &self,
        session: &'a Session,
        evidence: Evidence<'a>,
    ) -> impl Fn(usize, &Record) -> Option<bool> + use<'a> {
        let rows = Rows::new(session, evidence);
        let zone = self.zone;
        let plan = RowPlan::new(&self.parsed.expression, |term| RequestTest::new(term, &rows, zone));
        move |index, record| {
            let status = status_text(record);
            let texts = [
                record.url.as_bytes(),
                record.method.as_bytes(),
                record.resource_type().label().as_bytes(),
                status.as_bytes(),
            ];
            plan.decide(&texts, |test| test.decide(&rows, index, record))
        }
    }
}

impl PartialEq for RequestFilter {
    fn eq(&self, other: &Self) -> bool {
        self.parsed.expression == other.parsed.expression
    }
}

/// Calls `act` for each condition on a field.
fn for_each_term(expression: &Expression, act: &mut impl FnMut(&session::filter::FieldTerm)) {
    match expression {
        Expression::All(terms) | Expression::Any(terms) => {
            for term in terms {
                for_each_term(term, act);
            }
        }
        Expression::Not(inner) | Expression::Group(inner) => for_each_term(inner, act),
        Expression::Field(term) => act(term),
        Expression::Text { .. } | Expression::Regex(_) => {}
    }
}
