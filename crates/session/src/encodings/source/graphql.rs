//! Tokens of GraphQL (specification of October 2021).

use super::{TokenKind, byte_at, end_after, quoted_end, rest, run_end, whitespace_end};

/// Words that are keywords where they begin a definition. As names of fields they are rare.
const KEYWORDS: &[&[u8]] = &[
    b"query",
    b"mutation",
    b"subscription",
    b"fragment",
    b"on",
    b"type",
    b"interface",
    b"union",
    b"enum",
    b"input",
    b"scalar",
    b"schema",
    b"directive",
    b"extend",
    b"implements",
];

/// A lexer without a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct GraphQlLexer;

impl GraphQlLexer {
    /// The token at `at`, which is within the text: its kind and its end.
    #[expect(clippy::unused_self, reason = "the lexers of other languages have a state")]
    pub(super) fn token(self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let (first, next) = (byte_at(bytes, at), byte_at(bytes, at + 1));
        match first {
            _ if first.is_ascii_whitespace() => (TokenKind::Whitespace, whitespace_end(bytes, at)),
            b'#' => (TokenKind::Comment, run_end(bytes, at, |byte| !matches!(byte, b'\n' | b'\r'))),
            b'"' if rest(bytes, at).starts_with(b"\"\"\"") => {
                (TokenKind::String, end_after(bytes, at + 3, b"\"\"\""))
            }
            b'"' => (TokenKind::String, quoted_end(bytes, at)),
            b'$' => (TokenKind::Attribute, run_end(bytes, at + 1, is_name)),
            b'@' => (TokenKind::Keyword, run_end(bytes, at + 1, is_name)),
            b'.' if rest(bytes, at).starts_with(b"...") => (TokenKind::Punctuation, at + 3),
            _ if first.is_ascii_digit() || first == b'-' && next.is_ascii_digit() => {
                let end = run_end(bytes, at + 1, |byte| byte.is_ascii_alphanumeric() || byte == b'.');
                let has_exponent = matches!(byte_at(bytes, end - 1), b'e' | b'E');
                let is_signed = has_exponent && matches!(byte_at(bytes, end), b'+' | b'-');
                (
                    TokenKind::Number,
                    if is_signed { run_end(bytes, end + 1, |byte| byte.is_ascii_digit()) } else { end },
                )
            }
            _ if is_name(first) => {
                let end = run_end(bytes, at, is_name);
                let kind = match bytes.get(at..end).unwrap_or_default() {
                    b"true" | b"false" | b"null" => TokenKind::Constant,
                    word if KEYWORDS.contains(&word) => TokenKind::Keyword,
                    _ => TokenKind::Name,
                };
                (kind, end)
            }
            _ => (TokenKind::Punctuation, at + 1),
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | 0x80..)
}
