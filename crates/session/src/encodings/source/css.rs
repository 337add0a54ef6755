//! Tokens of CSS (CSS Syntax Level 3, with nesting).

use super::{TokenKind, byte_at, end_after, quoted_end, rest, run_end, whitespace_end};

/// Bytes that are looked at to tell a declaration from a nested rule.
const MAX_LOOKAHEAD: usize = 4096;

/// The state between two tokens.
#[derive(Clone, Debug, Default)]
pub(super) struct CssLexer {
    /// Blocks that are open.
    depth: u32,
    /// Whether a declaration or a rule begins.
    is_at_start: bool,
    /// What the names are that follow.
    part: Part,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Selector,
    Property,
    Value,
}

impl CssLexer {
    /// The token at `at`, which is within the text: its kind and its end.
    pub(super) fn token(&mut self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let (first, next) = (byte_at(bytes, at), byte_at(bytes, at + 1));
        if first.is_ascii_whitespace() {
            return (TokenKind::Whitespace, whitespace_end(bytes, at));
        }
        if first == b'/' && next == b'*' {
            return (TokenKind::Comment, end_after(bytes, at + 2, b"*/"));
        }
        if std::mem::take(&mut self.is_at_start) {
            let is_declaration = self.depth > 0 && is_declaration(bytes, at);
            self.part = if is_declaration { Part::Property } else { Part::Selector };
        }
        match first {
            b'"' | b'\'' => (TokenKind::String, quoted_end(bytes, at)),
            b'@' if is_name(next) => {
                // What follows is a list of names and conditions.
                self.part = Part::Value;
                (TokenKind::Keyword, run_end(bytes, at + 1, is_name))
            }
            b'!' if is_name(next) => (TokenKind::Keyword, run_end(bytes, at + 1, is_name)),
            b'#' if self.part == Part::Value && is_name(next) => {
                (TokenKind::Number, run_end(bytes, at + 1, is_name))
            }
            b'#' | b'.' if self.part == Part::Selector && is_name(next) && !next.is_ascii_digit() => {
                (TokenKind::Tag, run_end(bytes, at + 1, is_name))
            }
            _ if starts_number(rest(bytes, at)) => (TokenKind::Number, number_end(bytes, at)),
            _ if is_name(first) => self.word(bytes, at),
            _ => self.punctuation(first, at),
        }
    }

    fn word(&self, bytes: &[u8], at: usize) -> (TokenKind, usize) {
        let end = name_end(bytes, at);
        let name = bytes.get(at..end).unwrap_or_default();
        if byte_at(bytes, end) == b'(' && name.eq_ignore_ascii_case(b"url") {
            let content = whitespace_end(bytes, end + 1);
            // A URL in quotes is a function with a string.
            if !matches!(byte_at(bytes, content), b'"' | b'\'') {
                return (TokenKind::String, url_end(bytes, end + 1));
            }
        }
        let kind = match self.part {
            Part::Selector => TokenKind::Tag,
            Part::Property => TokenKind::Attribute,
            Part::Value => TokenKind::Name,
        };
        (kind, end)
    }

    fn punctuation(&mut self, byte: u8, at: usize) -> (TokenKind, usize) {
        match byte {
            b'{' => {
                self.depth = self.depth.saturating_add(1);
                self.is_at_start = true;
            }
            b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.is_at_start = true;
            }
            b';' => self.is_at_start = true,
            b':' if self.part == Part::Property => self.part = Part::Value,
            _ => {}
        }
        (TokenKind::Punctuation, at + 1)
    }
}

/// Whether what begins at `at` is a declaration: its end comes before the block of a rule.
fn is_declaration(bytes: &[u8], at: usize) -> bool {
    let ahead = bytes.get(at..bytes.len().min(at + MAX_LOOKAHEAD)).unwrap_or_default();
    // The value of a custom property can be a block.
    ahead.starts_with(b"--")
        || memchr::memchr3(b'{', b'}', b';', ahead).is_none_or(|end| ahead.get(end) != Some(&b'{'))
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'\\' | 0x80..)
}

/// The end of a name, in which a backslash escapes the next byte.
fn name_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        end = run_end(bytes, end, |byte| is_name(byte) && byte != b'\\');
        if byte_at(bytes, end) != b'\\' {
            return end;
        }
        // Without a character to escape it is one itself.
        end += if byte_at(bytes, end + 1).is_ascii_graphic() { 2 } else { 1 };
    }
}

fn starts_number(text: &[u8]) -> bool {
    let digits = match text {
        [b'+' | b'-', b'.', after @ ..] | [b'+' | b'-' | b'.', after @ ..] => after,
        all => all,
    };
    digits.first().is_some_and(u8::is_ascii_digit)
}

/// The end of a number with its unit.
fn number_end(bytes: &[u8], at: usize) -> usize {
    let signed = at + usize::from(matches!(byte_at(bytes, at), b'+' | b'-'));
    run_end(bytes, signed, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'%'))
}

/// The end of a URL without quotes: after its parenthesis, or before the end of the line.
fn url_end(bytes: &[u8], at: usize) -> usize {
    let end = run_end(bytes, at, |byte| !matches!(byte, b')' | b'\n' | b'\r'));
    end + usize::from(byte_at(bytes, end) == b')')
}
