//! Splits a filter as typed into tokens with their positions.
//!
//! The text that an engineer pastes is mostly not filter syntax: `foo()`, `a|b`, `/api/orders`,
//! `http://x/a:b`, `{"type":"x"}`, `12:30:05`. So syntax counts only at the beginning of a token, a
//! key only if the table of fields has it, and slashes only if what follows the second one are
//! flags and the end of the token. All else is a word.

use std::ops::Range;

use super::fields::{Field, Fields};

/// A part of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    pub kind: TokenKind<'a>,
    /// The token as typed, as a byte range of the input.
    pub span: Range<usize>,
    /// It began with `-` or `!`.
    pub is_excluded: bool,
}

/// The kind of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenKind<'a> {
    /// Text up to white space.
    Word(&'a str),
    /// Text between quotes, which may be empty.
    Phrase(&'a str),
    /// A regular expression between slashes.
    Regex(RegexText<'a>),
    /// `key:value` with a key that the table of fields has.
    Field {
        field: &'static Field,
        /// The value as written, with quotes and operators; never empty. The token ends with it.
        value: &'a str,
    },
    /// `(` before a term.
    Open,
    /// `)` after a term.
    Close,
    /// `OR` or `|` as a word.
    Or,
}

/// A regular expression as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegexText<'a> {
    /// The text between the slashes.
    pub pattern: &'a str,
    /// It has the flag `c`.
    pub is_case_sensitive: bool,
    /// Length in bytes, with slashes and flags.
    len: usize,
}

impl Token<'_> {
    /// Where the token begins after `-` or `!`.
    pub fn body_start(&self) -> usize {
        self.span.start + usize::from(self.is_excluded)
    }
}

/// The tokens of `input`. No input is an error here: `-` alone is a word, a quote that is not
/// closed runs to the end, and a quote within a word is an ordinary character.
pub fn lex(input: &str, fields: Fields) -> Vec<Token<'_>> {
    let mut lexer = Lexer { input, fields, at: 0, depth: 0 };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token() {
        lexer.at = token.span.end;
        match token.kind {
            TokenKind::Open => lexer.depth += 1,
            TokenKind::Close => lexer.depth -= 1,
            _ => {}
        }
        tokens.push(token);
    }
    tokens
}

struct Lexer<'a> {
    input: &'a str,
    fields: Fields,
    at: usize,
    /// Number of open parentheses.
    depth: usize,
}

impl<'a> Lexer<'a> {
    fn next_token(&self) -> Option<Token<'a>> {
        let rest = self.input.get(self.at..)?;
        let start = self.at + rest.find(|char: char| !char.is_whitespace())?;
        let typed = self.input.get(start..)?;
        let excluded = self.without_exclusion(typed);
        let body = excluded.unwrap_or(typed);
        let (kind, len) = self.token_at(body, excluded.is_some());
        let end = start + usize::from(excluded.is_some()) + len;
        Some(Token { kind, span: start..end, is_excluded: excluded.is_some() })
    }

    /// What follows `-` or `!`, if that excludes: `-` alone and `!=` are words.
    fn without_exclusion(&self, typed: &'a str) -> Option<&'a str> {
        let rest = typed
            .strip_prefix('-')
            .or_else(|| typed.strip_prefix('!').filter(|rest| !rest.starts_with('=')))?;
        let is_end = |char: char| char.is_whitespace() || (char == ')' && self.depth > 0);
        rest.starts_with(|char| !is_end(char)).then_some(rest)
    }

    /// The token at the beginning of `body`, and its length.
    fn token_at(&self, body: &'a str, is_excluded: bool) -> (TokenKind<'a>, usize) {
        if body.starts_with('"') {
            let (text, len) = phrase(body);
            return (TokenKind::Phrase(text), len);
        }
        if body.starts_with('(') && !body.starts_with("()") {
            return (TokenKind::Open, 1);
        }
        if body.starts_with(')') && self.depth > 0 {
            return (TokenKind::Close, 1);
        }
        if let Some(regex) = self.regex(body) {
            return (TokenKind::Regex(regex), regex.len);
        }
        if let Some((field, value_at)) = self.key(body) {
            let len = self.value_len(body, value_at);
            if let Some(value) = body.get(value_at..len).filter(|value| !value.is_empty()) {
                return (TokenKind::Field { field, value }, len);
            }
        }
        let word = self.word(body);
        let kind =
            if matches!(word, "OR" | "|") && !is_excluded { TokenKind::Or } else { TokenKind::Word(word) };
        (kind, word.len())
    }

    /// The text up to white space, or up to a `)` that closes a parenthesis before the word.
    fn word(&self, body: &'a str) -> &'a str {
        let mut own_depth = 0_usize;
        let end = body.find(|char: char| match char {
            '(' => {
                own_depth += 1;
                false
            }
            ')' if own_depth > 0 => {
                own_depth -= 1;
                false
            }
            ')' => self.depth > 0,
            _ => char.is_whitespace(),
        });
        body.get(..end.unwrap_or(body.len())).unwrap_or(body)
    }

    /// The field whose key `body` begins with, and where its value begins.
    fn key(&self, body: &str) -> Option<(&'static Field, usize)> {
        let (key, _) = body.split_once(':')?;
        self.fields.get(key).map(|field| (field, key.len() + 1))
    }

    /// The end of a value that begins at `value_at`: white space outside of quotes and regular
    /// expressions.
    fn value_len(&self, body: &'a str, value_at: usize) -> usize {
        let mut at = value_at;
        let mut before = ':';
        let mut own_depth = 0_usize;
        while let Some(char) = body.get(at..).and_then(|rest| rest.chars().next()) {
            let rest = body.get(at..).unwrap_or_default();
            let begins_value = matches!(before, ':' | '=' | ',' | '<' | '>' | '~' | '[');
            let skipped = match char {
                '"' if begins_value => phrase(rest).1,
                '\'' if before == '[' => quoted_len(rest, '\''),
                '/' if before == '~' => self.regex(rest).map_or(1, |regex| regex.len),
                _ if char.is_whitespace() => break,
                ')' if own_depth == 0 && self.depth > 0 => break,
                _ => char.len_utf8(),
            };
            match char {
                '(' => own_depth += 1,
                ')' => own_depth = own_depth.saturating_sub(1),
                _ => {}
            }
            at += skipped;
            before = char;
        }
        at
    }

    /// A regular expression at the beginning of `body`. A path, such as `/api/orders` or `/ x /`,
    /// is not one.
    fn regex(&self, body: &'a str) -> Option<RegexText<'a>> {
        let inner = body.strip_prefix('/')?;
        let end = closing_slash(inner, true).or_else(|| closing_slash(inner, false))?;
        let pattern = inner.get(..end)?;
        let is_space = |char: Option<char>| char.is_none_or(char::is_whitespace);
        if is_space(pattern.chars().next()) || is_space(pattern.chars().next_back()) {
            return None;
        }
        let after = inner.get(end + 1..)?;
        let flags = after.chars().next().filter(|flag| matches!(flag, 'i' | 'c'));
        let after = after.get(flags.map_or(0, char::len_utf8)..)?;
        let is_end =
            after.chars().next().is_none_or(|char| char.is_whitespace() || (char == ')' && self.depth > 0));
        let len = body.len() - after.len();
        is_end.then_some(RegexText { pattern, is_case_sensitive: flags == Some('c'), len })
    }
}

/// The position of the first `/` that is not escaped, and not within `[…]` if `has_classes`.
fn closing_slash(inner: &str, has_classes: bool) -> Option<usize> {
    let (mut is_escaped, mut is_in_class) = (false, false);
    inner.bytes().position(|byte| {
        let is_literal = std::mem::take(&mut is_escaped);
        match byte {
            _ if is_literal => {}
            b'\\' => is_escaped = true,
            b'[' => is_in_class = has_classes,
            b']' => is_in_class = false,
            b'/' => return !is_in_class,
            _ => {}
        }
        false
    })
}

/// The text between the quotes, and its length with the quotes.
pub(super) fn phrase(body: &str) -> (&str, usize) {
    let inner = body.get(1..).unwrap_or_default();
    match inner.split_once('"') {
        Some((text, _)) => (text, text.len() + 2),
        None => (inner, body.len()),
    }
}

fn quoted_len(body: &str, quote: char) -> usize {
    body.get(1..).and_then(|inner| inner.find(quote)).map_or(body.len(), |len| len + 2)
}

/// Whether a `)` after a word within parentheses would belong to the word.
pub(super) fn word_takes_parenthesis(word: &str) -> bool {
    let text = format!("{word})");
    Lexer { input: &text, fields: Fields::NONE, at: 0, depth: 1 }.word(&text).len() > word.len()
}

/// Whether a `)` after a value within parentheses would belong to the value.
pub(super) fn value_takes_parenthesis(value: &str) -> bool {
    let text = format!("{value})");
    Lexer { input: &text, fields: Fields::NONE, at: 0, depth: 1 }.value_len(&text, 0) > value.len()
}

/// A regular expression that is all of `text`, as a value is.
pub(super) fn complete_regex(text: &str) -> Option<RegexText<'_>> {
    let lexer = Lexer { input: text, fields: Fields::NONE, at: 0, depth: 0 };
    lexer.regex(text).filter(|regex| regex.len == text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::message_fields::MESSAGE_FIELDS;
    use proptest::prelude::*;

    fn typed(input: &str) -> Vec<&str> {
        lex(input, MESSAGE_FIELDS).into_iter().map(|token| &input[token.span]).collect()
    }

    /// Whether `input` is one word, which is searched as it is.
    fn is_word(input: &str) -> bool {
        matches!(&lex(input, MESSAGE_FIELDS)[..], [Token { kind: TokenKind::Word(word), .. }] if *word == input)
    }

    #[test]
    fn tokens_have_their_position_in_the_input() {
        let input = "  paid -\"not found\" -ws";
        assert_eq!(typed(input), ["paid", "-\"not found\"", "-ws"]);
        let tokens = lex(input, Fields::NONE);
        assert_eq!(tokens[1], Token { kind: TokenKind::Phrase("not found"), span: 7..19, is_excluded: true });
    }

    #[test]
    fn a_phrase_ends_at_its_quote_and_a_word_at_white_space() {
        let text = |token: Token<'static>| match token.kind {
            TokenKind::Word(text) | TokenKind::Phrase(text) => text,
            kind => panic!("{kind:?}"),
        };
        let texts = |input| lex(input, Fields::NONE).into_iter().map(text).collect::<Vec<_>>();
        assert_eq!(texts("\"a b\"c"), ["a b", "c"]);
        assert_eq!(texts("a\"b c\"d"), ["a\"b", "c\"d"]);
        assert_eq!(texts("\"a b"), ["a b"]);
        assert_eq!(texts("\""), [""]);
        assert_eq!(texts("a\u{a0}b\u{3000}c\td\n"), ["a", "b", "c", "d"]);
    }

    #[test]
    fn text_that_engineers_paste_is_a_word() {
        for word in [
            "http://x/a:b",
            "wss://x.test:8080/socket.io/?EIO=4&transport=websocket#(a)",
            "/api/orders",
            "/api/orders/42",
            "//",
            "/",
            "-",
            "!",
            "|x",
            "a|b",
            "a||b",
            r#"{"type":"x"}"#,
            r#"{"a":(1)}"#,
            "12:30:05",
            "::1",
            "[2001:db8::7]:443",
            "fe80::1%eth0",
            "foo()",
            "foo(a,b)",
            "()",
            ":)",
            "a)",
            "x=>y",
            "!=",
            "!==",
            "localhost:3000",
            "C:\\dir",
            "42[\"a\",{}]",
            "<a>",
            "$.a.b",
            "a/b/c",
            "/a",
            "1/2",
            "*",
            "\u{1f600}",
            "event:",
            "path:",
            "0..5",
            ">=",
            "/usr/bin/",
            "@scope/x",
        ] {
            if word == "/usr/bin/" {
                assert_eq!(typed(word), [word]);
                continue;
            }
            assert!(is_word(word), "{word}: {:?}", lex(word, MESSAGE_FIELDS));
        }
    }

    #[test]
    fn a_slash_begins_a_regular_expression_only_if_flags_or_the_end_follow_the_second() {
        let regex = |input| match lex(input, Fields::NONE).remove(0).kind {
            TokenKind::Regex(RegexText { pattern, is_case_sensitive, .. }) => {
                Some((pattern, is_case_sensitive))
            }
            _ => None,
        };
        assert_eq!(regex("/a b/"), Some(("a b", false)));
        assert_eq!(regex("/a/i x"), Some(("a", false)));
        assert_eq!(regex("/a/c"), Some(("a", true)));
        assert_eq!(regex(r"/a\/b/"), Some((r"a\/b", false)));
        assert_eq!(regex("/[/]x/"), Some(("[/]x", false)));
        assert_eq!(regex("/[/"), Some(("[", false)), "an error that can be explained");
        for text in ["/a/x", "/a/b/", "/ a/", "/a /", "/ ", "/a", "/a/ic"] {
            assert_eq!(regex(text), None, "{text}");
        }
    }

    #[test]
    fn parentheses_group_terms_and_stay_within_words() {
        assert_eq!(typed("(foo() OR -(bar))"), ["(", "foo()", "OR", "-(", "bar", ")", ")"]);
        assert_eq!(typed("(event:a(b) -)"), ["(", "event:a(b)", "-", ")"]);
        assert_eq!(typed("(/a)/ b)"), ["(", "/a)/", "b", ")"]);
    }

    #[test]
    fn values_end_at_white_space_outside_of_quotes() {
        assert_eq!(typed(r#"event:"a b",c d"#), [r#"event:"a b",c"#, "d"]);
        assert_eq!(typed(r#"path:$["a b"]~/c d/i e"#), [r#"path:$["a b"]~/c d/i"#, "e"]);
        assert_eq!(typed("path:$['a b']='c d'"), ["path:$['a b']='c", "d'"]);
        assert_eq!(typed("event:a\"b c"), ["event:a\"b", "c"]);
        assert_eq!(typed("event: a"), ["event:", "a"]);
    }

    proptest! {
        #[test]
        fn tokens_are_in_order_with_only_white_space_between(input in "[a\" \\-é\u{3000}|!()/:,]{0,20}|(event:|path:|OR |[ab\"(/)]){0,9}") {
            let mut at = 0;
            for token in lex(&input, MESSAGE_FIELDS) {
                prop_assert!(token.span.end > token.span.start && token.span.start >= at);
                prop_assert!(input[at..token.span.start].trim().is_empty());
                at = token.span.end;
            }
            prop_assert!(input[at..].trim().is_empty());
        }
    }
}
