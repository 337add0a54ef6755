//! Splits a filter as typed into tokens with their positions.

use std::ops::Range;

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// The text without the leading `-` and without quotes. Empty only for the phrase `""`.
    pub text: &'a str,
    /// The token as typed, as a byte range of the input.
    pub span: Range<usize>,
    /// It began with `-`.
    pub is_excluded: bool,
    /// It was in quotes.
    pub is_phrase: bool,
}

/// The tokens of `input`. No input is an error: `-` alone is a word, a quote that is not closed runs to the end, and a
/// quote within a word is an ordinary character.
pub fn lex(input: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(token) = next_token(input, at) {
        at = token.span.end;
        tokens.push(token);
    }
    tokens
}

fn next_token(input: &str, from: usize) -> Option<Token<'_>> {
    let rest = input.get(from..)?;
    let start = from + rest.find(|char: char| !char.is_whitespace())?;
    let typed = input.get(start..)?;
    let after_minus =
        typed.strip_prefix('-').filter(|after| after.starts_with(|char: char| !char.is_whitespace()));
    let is_excluded = after_minus.is_some();
    let body = after_minus.unwrap_or(typed);
    let is_phrase = body.starts_with('"');
    let (text, len) = if is_phrase { phrase(body) } else { word(body) };
    let end = start + usize::from(is_excluded) + len;
    Some(Token { text, span: start..end, is_excluded, is_phrase })
}

/// The text between the quotes, and its length with the quotes.
fn phrase(body: &str) -> (&str, usize) {
    let inner = body.get(1..).unwrap_or_default();
    match inner.split_once('"') {
        Some((text, _)) => (text, text.len() + 2),
        None => (inner, body.len()),
    }
}

/// The text up to white space, and its length.
fn word(body: &str) -> (&str, usize) {
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    (body.get(..end).unwrap_or(body), end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn tokens_have_their_position_in_the_input() {
        let input = "  paid -\"not found\" -ws";
        let tokens = lex(input);
        let typed: Vec<_> = tokens.iter().map(|token| &input[token.span.clone()]).collect();
        assert_eq!(typed, ["paid", "-\"not found\"", "-ws"]);
        assert_eq!(tokens[1], Token { text: "not found", span: 7..19, is_excluded: true, is_phrase: true });
    }

    #[test]
    fn a_phrase_ends_at_its_quote_and_a_word_at_white_space() {
        let texts = |input| lex(input).into_iter().map(|token| token.text).collect::<Vec<_>>();
        assert_eq!(texts("\"a b\"c"), ["a b", "c"]);
        assert_eq!(texts("a\"b c\"d"), ["a\"b", "c\"d"]);
        assert_eq!(texts("\"a b"), ["a b"]);
        assert_eq!(texts("\""), [""]);
        assert_eq!(texts("a\u{a0}b\u{3000}c\td\n"), ["a", "b", "c", "d"]);
    }

    proptest! {
        #[test]
        fn tokens_are_in_order_with_only_white_space_between(input in "[a\" \\-é\u{3000}]{0,20}") {
            let mut at = 0;
            for token in lex(&input) {
                prop_assert!(token.span.end > token.span.start && token.span.start >= at);
                prop_assert!(input[at..token.span.start].trim().is_empty());
                at = token.span.end;
            }
            prop_assert!(input[at..].trim().is_empty());
        }
    }
}
