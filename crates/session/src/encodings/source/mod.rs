//! Source text for display: tokens of HTML, XML, CSS, JavaScript and GraphQL, and a formatter that
//! changes only the whitespace between them.
//!
//! By hand because of size: syntect with the grammars of these languages adds several hundred kB of
//! WebAssembly, tree-sitter as much for each grammar, where these lexers take about 20 kB. Neither
//! resumes at any byte of a body of 30 MB, which is what a view needs that draws only what is on
//! screen.
//!
//! Any text has tokens: what a grammar does not allow is an unknown character or the text to its
//! end, never an error.

mod css;
mod format;
mod graphql;
mod highlight;
mod javascript;
mod markup;

use std::sync::Arc;

use css::CssLexer;
use graphql::GraphQlLexer;
use javascript::JavaScriptLexer;
use markup::MarkupLexer;

pub use format::{Formatter, MAX_FORMATTED_BYTES, is_minified};
pub use highlight::{Highlighter, MAX_COLORED_BYTES};

/// Most bytes of one [`Piece`]. A long token is several pieces, so that its middle can be drawn
/// without reading it from its beginning.
const MAX_PIECE: usize = 4096;

/// A language of source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Html,
    /// Also SVG, SOAP, RSS and XHTML.
    Xml,
    Css,
    /// Also TypeScript and JSON, as far as their tokens are those of JavaScript.
    JavaScript,
    GraphQl,
}

impl Language {
    /// The language of a text with that MIME type; `None` for a type that is none of these. The
    /// parameters of the type are ignored.
    pub fn of_mime(mime: &str) -> Option<Self> {
        let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match essence.as_str() {
            "text/html" => Some(Self::Html),
            "text/xml" | "application/xml" => Some(Self::Xml),
            "text/css" => Some(Self::Css),
            "application/graphql" => Some(Self::GraphQl),
            // RFC 9239 and the names that came before it.
            "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "application/ecmascript"
            | "text/ecmascript"
            | "text/x-javascript"
            | "text/jscript"
            | "module" => Some(Self::JavaScript),
            _ if essence.ends_with("+xml") => Some(Self::Xml),
            _ => None,
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Xml => "XML",
            Self::Css => "CSS",
            Self::JavaScript => "JavaScript",
            Self::GraphQl => "GraphQL",
        }
    }

    /// The extension of a file name, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Xml => "xml",
            Self::Css => "css",
            Self::JavaScript => "js",
            Self::GraphQl => "graphql",
        }
    }
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Whitespace,
    Comment,
    /// Also a regular expression, the beginning of a template, and the value of an attribute.
    String,
    /// The text of a template after a substitution: whitespace before it would be part of it.
    Template,
    Number,
    Keyword,
    /// `true`, `null`, `this`: a word that is a value.
    Constant,
    /// An identifier, or a word of text.
    Name,
    /// The name of an element, with its `<`; a selector of CSS.
    Tag,
    /// The name of an attribute, a property of CSS, a variable of GraphQL.
    Attribute,
    Punctuation,
}

/// A part of a text: a token, or a part of one that is longer than 4 KiB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    pub kind: TokenKind,
    /// The language that the token is of: within HTML also CSS and JavaScript.
    pub language: Language,
    /// Byte offsets within the text.
    pub start: usize,
    pub end: usize,
    /// Whether a token begins here.
    pub is_first: bool,
}

/// A position in a text and what precedes it, from which the pieces that follow can be read. All
/// calls have to pass the same text.
#[derive(Clone, Debug)]
pub struct Lexer {
    language: Language,
    at: usize,
    /// The token of which pieces are left: its kind, its language and its end.
    token: Option<(TokenKind, Language, usize)>,
    rules: Rules,
}

/// The lexer of a language. Shared until one of its copies reads on: a highlighter keeps many.
#[derive(Clone, Debug)]
enum Rules {
    Markup(Arc<MarkupLexer>),
    Css(Arc<CssLexer>),
    JavaScript(Arc<JavaScriptLexer>),
    GraphQl(GraphQlLexer),
}

impl Lexer {
    /// A lexer at the beginning of a text.
    pub fn new(language: Language) -> Self {
        let rules = match language {
            Language::Html => Rules::Markup(Arc::new(MarkupLexer::new(true))),
            Language::Xml => Rules::Markup(Arc::new(MarkupLexer::new(false))),
            Language::Css => Rules::Css(Arc::default()),
            Language::JavaScript => Rules::JavaScript(Arc::default()),
            Language::GraphQl => Rules::GraphQl(GraphQlLexer),
        };
        Self { language, at: 0, token: None, rules }
    }

    /// The byte offset that the next piece begins at.
    pub fn position(&self) -> usize {
        self.at
    }

    /// The next piece; `None` at the end of the text.
    pub fn next_piece(&mut self, text: &str) -> Option<Piece> {
        if self.at >= text.len() {
            return None;
        }
        let start = self.at;
        let is_first = self.token.is_none();
        let (kind, language, token_end) = match self.token {
            Some(token) => token,
            None => self.next_token(text),
        };
        let mut end = token_end.min(text.len());
        if end - start > MAX_PIECE {
            end = char_boundary(text, start + MAX_PIECE);
        }
        self.at = end;
        self.token = (end < token_end.min(text.len())).then_some((kind, language, token_end));
        Some(Piece { kind, language, start, end, is_first })
    }

    /// The next token, which has at least one character and ends between characters.
    fn next_token(&mut self, text: &str) -> (TokenKind, Language, usize) {
        let bytes = text.as_bytes();
        let (kind, language, end) = match &mut self.rules {
            Rules::Markup(rules) => Arc::make_mut(rules).token(bytes, self.at),
            Rules::Css(rules) => with_language(Arc::make_mut(rules).token(bytes, self.at), self.language),
            Rules::JavaScript(rules) => {
                with_language(Arc::make_mut(rules).token(bytes, self.at), self.language)
            }
            Rules::GraphQl(rules) => with_language(rules.token(bytes, self.at), self.language),
        };
        let mut end = end.max(self.at + 1);
        while !text.is_char_boundary(end.min(text.len())) {
            end += 1;
        }
        (kind, language, end)
    }
}

/// The last position between two characters that is not after `at`.
pub(crate) fn char_boundary(text: &str, at: usize) -> usize {
    let mut boundary = at.min(text.len());
    while !text.is_char_boundary(boundary) {
        boundary -= 1;
    }
    boundary
}

fn with_language((kind, end): (TokenKind, usize), language: Language) -> (TokenKind, Language, usize) {
    (kind, language, end)
}

/// The end of the run of whitespace at `at`.
fn whitespace_end(bytes: &[u8], at: usize) -> usize {
    run_end(bytes, at, |byte| byte.is_ascii_whitespace())
}

/// The end of the bytes from `at` on of which `is_part` is true.
fn run_end(bytes: &[u8], at: usize, is_part: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !is_part(*byte)).unwrap_or(rest.len())
}

/// The end of the first `marker` at or after `at`; the end of the text without one.
fn end_after(bytes: &[u8], at: usize, marker: &[u8]) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memmem::find(rest, marker).map_or(bytes.len(), |found| at + found + marker.len())
}

/// The end of a string that begins at `at` with its quote: after the same quote, or before the end
/// of the line. A backslash escapes the next byte.
fn quoted_end(bytes: &[u8], at: usize) -> usize {
    let quote = byte_at(bytes, at);
    let mut from = at + 1;
    loop {
        let rest = bytes.get(from..).unwrap_or_default();
        let Some(found) =
            rest.iter().position(|byte| *byte == quote || matches!(byte, b'\\' | b'\n' | b'\r'))
        else {
            return bytes.len();
        };
        let place = from + found;
        match byte_at(bytes, place) {
            b'\\' => from = place + if bytes.get(place + 1..place + 3) == Some(b"\r\n") { 3 } else { 2 },
            b'\n' | b'\r' => return place,
            _ => return place + 1,
        }
    }
}

/// The byte at a position; 0 past the end.
fn byte_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The bytes from `at` on that are not read yet.
fn rest(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at..).unwrap_or_default()
}

#[cfg(test)]
mod tests;
