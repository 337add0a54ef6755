//! A filter of rows: requests, console entries, events.

use super::expression::{Expression, FilterError, Remark};
use super::fields::Fields;
use super::parse::{Parsed, as_text, parse};
use super::predicate::{Predicate, Term};
use super::search::ByteFrequencies;
use super::text::{TextTerm, TextTest};

/// The keys of the filters of rows: none so far.
const ROW_FIELDS: Fields = Fields::NONE;

/// A parsed filter of rows.
#[derive(Clone, Debug, Default)]
pub struct Query {
    parsed: Parsed,
    /// `None` if everything matches.
    predicate: Option<Predicate<TextTest>>,
}

impl Query {
    /// Parses a filter. White space and empty quotes alone match everything.
    ///
    /// # Errors
    /// If the filter is not valid: see [`parse`].
    pub fn try_parse(input: &str) -> Result<Self, FilterError> {
        parse(input, ROW_FIELDS).map(Self::new)
    }

    /// Parses a filter, where one with an error is searched as text: for a caller that does not
    /// show errors.
    pub fn parse(input: &str) -> Self {
        Self::try_parse(input)
            .unwrap_or_else(|_| Self::new(Parsed { expression: as_text(input), remarks: Vec::new() }))
    }

    fn new(parsed: Parsed) -> Self {
        let frequencies = ByteFrequencies::default();
        let predicate = Predicate::new(&parsed.expression, &mut |term| match term {
            Term::Text(text) => TextTest::Term(TextTerm::new(&frequencies, text)),
            Term::Regex(regex) => TextTest::of_regex(&frequencies, regex),
            // The table of keys is empty, so this does not occur.
            Term::Field(term) => TextTest::Term(TextTerm::new(&frequencies, &term.value)),
        });
        Self { parsed, predicate }
    }

    /// Whether the filter has no terms, so that everything matches.
    pub fn is_empty(&self) -> bool {
        self.predicate.is_none()
    }

    /// The filter as a tree.
    pub fn expression(&self) -> &Expression {
        &self.parsed.expression
    }

    /// What the author of the filter may not expect.
    pub fn remarks(&self) -> &[Remark] {
        &self.parsed.remarks
    }

    /// Whether a row matches: a term is true if it occurs in at least one of `fields`, an excluded
    /// term if it occurs in none of them.
    pub fn matches_fields(&self, fields: &[&[u8]]) -> bool {
        self.matches(&mut |test| fields.iter().any(|field| test.matches(field)))
    }

    /// Whether the filter matches, where `check` says whether a condition does.
    pub(super) fn matches(&self, check: &mut impl FnMut(&TextTest) -> bool) -> bool {
        self.predicate.as_ref().is_none_or(|predicate| predicate.matches(check))
    }
}

impl PartialEq for Query {
    fn eq(&self, other: &Self) -> bool {
        self.parsed.expression == other.parsed.expression
    }
}

impl Eq for Query {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms as `text` or `not text`.
    fn terms(input: &str) -> Vec<String> {
        let spelled = |term: &Expression| match term {
            Expression::Text { text, .. } => text.clone(),
            Expression::Not(inner) => match &**inner {
                Expression::Text { text, .. } => format!("not {text}"),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        match Query::parse(input).expression() {
            Expression::All(terms) => terms.iter().map(spelled).collect(),
            term => vec![spelled(term)],
        }
    }

    fn matches(input: &str, fields: &[&str]) -> bool {
        let fields: Vec<_> = fields.iter().map(|field| field.as_bytes()).collect();
        Query::parse(input).matches_fields(&fields)
    }

    #[test]
    fn words_phrases_and_exclusions_are_parsed() {
        assert_eq!(terms("spaced text"), ["spaced", "text"]);
        assert_eq!(terms("\"spaced text\""), ["spaced text"]);
        assert_eq!(terms("-text -\"two words\""), ["not text", "not two words"]);
        assert_eq!(terms("bar -yek:roo baz"), ["bar", "not yek:roo", "baz"]);
    }

    #[test]
    fn keys_that_do_not_exist_are_text() {
        assert_eq!(terms("//"), ["//"]);
        assert_eq!(terms("/api/orders key1:foo event:x"), ["/api/orders", "key1:foo", "event:x"]);
        assert!(
            Query::parse("event:x").remarks().is_empty(),
            "a filter without keys has nothing to say of them"
        );
    }

    #[test]
    fn a_filter_with_an_error_is_searched_as_text() {
        assert!(Query::try_parse("(a OR b").is_err());
        assert_eq!(terms("(a -b"), ["(", "a", "not b"]);
    }

    #[test]
    fn no_input_of_words_is_an_error() {
        assert_eq!(terms("-"), ["-"]);
        assert_eq!(terms("- a"), ["-", "a"]);
        assert_eq!(terms("--a"), ["not -a"]);
        assert_eq!(terms("\"open end "), ["open end "]);
        assert_eq!(terms("a\"b"), ["a\"b"]);
    }

    #[test]
    fn an_empty_filter_matches_everything() {
        for input in ["", "  \u{a0}", "\"\"", "-\"\"", "\"", "\"\" -\"\"", "(\"\")", "x OR \"\""] {
            assert!(Query::parse(input).is_empty(), "{input}");
            assert!(matches(input, &[]));
        }
    }

    #[test]
    fn fields_match_if_they_have_every_word_and_no_excluded_word() {
        let row = ["https://example.com/api/Orders", "GET", "fetch", "200"];
        assert!(matches("orders get 200", &row));
        assert!(matches("-post ORDERS", &row));
        assert!(!matches("orders post", &row));
        assert!(!matches("orders -fetch", &row));
        assert!(!matches("\"GET fetch\"", &row), "a phrase does not run from one field into the next");
        assert!(matches("-ws", &[]));
        assert!(!matches("ws", &[]));
    }

    #[test]
    fn alternatives_groups_and_regular_expressions_apply_to_fields() {
        let row = ["https://example.com/api/Orders", "GET", "fetch", "200"];
        assert!(matches("post OR get", &row) && matches("(post | get) 200", &row));
        assert!(!matches("(post OR get) 404", &row) && !matches("-(post OR get)", &row));
        assert!(
            matches("post | get 200", &row) && !matches("get 404 | post", &row),
            "a space binds stronger"
        );
        assert!(
            matches(r"/^https?:.*orders$/", &row)
                && !matches("/orders/c", &row)
                && matches("-/^ws/ !post", &row)
        );
    }
}
