//! A filter as a list of terms.

use super::lexer::lex;
use super::search::{ByteFrequencies, Needle};

/// A parsed filter: terms that must all match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
}

/// A word or phrase that must occur, or must not occur.
#[derive(Clone, Debug)]
pub struct Term {
    text: String,
    is_excluded: bool,
    pub(super) needle: Needle,
    pub(super) in_escaped: super::message::EscapedTerm,
}

impl Query {
    /// Parses a filter. No input is an error; white space and empty quotes alone match everything.
    pub fn parse(input: &str) -> Self {
        Self::parse_with_frequencies(&ByteFrequencies::default(), input)
    }

    /// [`Query::parse`] for a search in data with these byte frequencies: the same matches, found faster.
    pub fn parse_with_frequencies(frequencies: &ByteFrequencies, input: &str) -> Self {
        let tokens = lex(input).into_iter().filter(|token| !token.text.is_empty());
        Self { terms: tokens.map(|token| Term::new(frequencies, token.text, token.is_excluded)).collect() }
    }

    /// Whether the filter has no terms, so that everything matches.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The terms, in the order typed.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether each term occurs in at least one of `fields`, and no excluded term in any of them.
    pub fn matches_fields(&self, fields: &[&[u8]]) -> bool {
        self.matches(|term| fields.iter().any(|field| term.needle.find_in(field)))
    }

    /// Whether all terms match, where `occurs` says whether the text of a term occurs.
    pub(super) fn matches(&self, mut occurs: impl FnMut(&Term) -> bool) -> bool {
        self.terms.iter().all(|term| occurs(term) != term.is_excluded)
    }
}

impl Term {
    fn new(frequencies: &ByteFrequencies, text: &str, is_excluded: bool) -> Self {
        Self {
            text: text.to_owned(),
            is_excluded,
            needle: Needle::with_frequencies(frequencies, text),
            in_escaped: super::message::EscapedTerm::new(frequencies, text),
        }
    }

    /// The text as typed, without `-` and quotes.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text must not occur.
    pub fn is_excluded(&self) -> bool {
        self.is_excluded
    }
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.is_excluded == other.is_excluded
    }
}

impl Eq for Term {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms as `text` or `not text`.
    fn terms(input: &str) -> Vec<String> {
        let spelled =
            |term: &Term| format!("{}{}", if term.is_excluded() { "not " } else { "" }, term.text());
        Query::parse(input).terms().iter().map(spelled).collect()
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
    fn operators_of_other_tools_are_plain_text() {
        assert_eq!(terms("//"), ["//"]);
        assert_eq!(terms("/regex/ key1:foo"), ["/regex/", "key1:foo"]);
    }

    #[test]
    fn no_input_is_an_error() {
        assert_eq!(terms("-"), ["-"]);
        assert_eq!(terms("- a"), ["-", "a"]);
        assert_eq!(terms("--a"), ["not -a"]);
        assert_eq!(terms("\"open end "), ["open end "]);
        assert_eq!(terms("a\"b"), ["a\"b"]);
    }

    #[test]
    fn an_empty_filter_matches_everything() {
        for input in ["", "  \u{a0}", "\"\"", "-\"\"", "\"", "\"\" -\"\""] {
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
}
