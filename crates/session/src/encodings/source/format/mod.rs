//! Formats source text: line breaks and indentation between tokens. Tokens are never changed, and
//! whitespace is added or shortened, never removed where there was any, except at the ends of the
//! text. What is required between two tokens follows from the tokens alone, so that formatting a
//! formatted text changes nothing.

mod graphql;
mod javascript;
mod markup;
mod stylesheet;

use super::{Language, Lexer, Piece, TokenKind, char_boundary};
use graphql::GraphQlLayout;
use javascript::JavaScriptLayout;
use markup::MarkupLayout;
use stylesheet::CssLayout;

/// Bytes of the largest text that is formatted.
pub const MAX_FORMATTED_BYTES: usize = 16 << 20;
/// Bytes of the largest result: indentation multiplies what is nested.
const MAX_OUTPUT_BYTES: usize = 96 << 20;
/// Levels that are indented; deeper ones are as the last of them.
const MAX_INDENTED: usize = 40;
/// Spaces for each level.
const INDENT: usize = 2;

/// Mean length of a line in bytes from which a text is minified: written code has 30 to 60.
const MINIFIED_LINE: usize = 120;
/// Number of leading bytes inspected to tell minified text.
const MINIFIED_SAMPLE: usize = 64 << 10;

/// Whether a text has been minified: the mean length of the lines that are not blank, within the
/// first 64 KiB, is more than 120 bytes.
pub fn is_minified(text: &str) -> bool {
    let sample = text.get(..char_boundary(text, MINIFIED_SAMPLE)).unwrap_or_default();
    let lines = sample.lines().filter(|line| !line.trim().is_empty());
    let (count, bytes) = lines.fold((0, 0), |(count, bytes), line| (count + 1, bytes + line.trim().len()));
    bytes > count * MINIFIED_LINE
}

/// The whitespace between two tokens, ordered by what it separates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    /// A line break and an empty line.
    Blank,
}

/// What a layout requires before a token.
#[derive(Clone, Copy, Debug)]
struct Placement {
    gap: Gap,
    /// Levels of indentation, if the token begins a line.
    depth: usize,
}

/// A token that is placed: its text is that of its first piece, which is all of it unless it is
/// long.
#[derive(Clone, Copy, Debug)]
struct Token<'t> {
    kind: TokenKind,
    text: &'t str,
    /// The whitespace that was before it.
    gap: Gap,
}

/// Formats a text in slices.
#[derive(Debug)]
pub struct Formatter {
    lexer: Lexer,
    output: String,
    /// The whitespace since the last token.
    gap: Gap,
    /// That whitespace as it is in the text: `pre` keeps it.
    gap_start: usize,
    layout: Layout,
    is_too_large: bool,
}

/// The layout of each language.
#[derive(Debug)]
enum Layout {
    Markup(Box<MarkupLayout>),
    Css(CssLayout),
    JavaScript(JavaScriptLayout),
    GraphQl(GraphQlLayout),
}

impl Formatter {
    /// A formatter at the beginning of a text.
    pub fn new(language: Language) -> Self {
        let layout = match language {
            Language::Html | Language::Xml => {
                Layout::Markup(Box::new(MarkupLayout::new(language == Language::Html)))
            }
            Language::Css => Layout::Css(CssLayout::default()),
            Language::JavaScript => Layout::JavaScript(JavaScriptLayout::default()),
            Language::GraphQl => Layout::GraphQl(GraphQlLayout::default()),
        };
        Self {
            lexer: Lexer::new(language),
            output: String::new(),
            gap: Gap::None,
            gap_start: 0,
            layout,
            is_too_large: false,
        }
    }

    /// The complete text, formatted; `None` if the text or the result is too large.
    pub fn format(language: Language, text: &str) -> Option<String> {
        let mut formatter = Self::new(language);
        while !formatter.advance(text, usize::MAX) {}
        formatter.finish()
    }

    /// Formats about `max_bytes` more of the text; returns whether it is complete.
    pub fn advance(&mut self, text: &str, max_bytes: usize) -> bool {
        self.is_too_large |= text.len() > MAX_FORMATTED_BYTES || self.output.len() > MAX_OUTPUT_BYTES;
        if self.is_too_large {
            return true;
        }
        let stop = self.lexer.position().saturating_add(max_bytes);
        while self.lexer.position() < stop && self.output.len() <= MAX_OUTPUT_BYTES {
            let Some(piece) = self.lexer.next_piece(text) else { return true };
            self.push(text, piece);
        }
        false
    }

    /// The number of bytes of the text that have been formatted.
    pub fn position(&self) -> usize {
        self.lexer.position()
    }

    /// The formatted text; `None` if the text or the result is too large.
    pub fn finish(self) -> Option<String> {
        (!self.is_too_large && self.output.len() <= MAX_OUTPUT_BYTES).then_some(self.output)
    }

    fn push(&mut self, text: &str, piece: Piece) {
        let written = text.get(piece.start..piece.end).unwrap_or_default();
        if piece.kind == TokenKind::Whitespace {
            let breaks = line_breaks(text.as_bytes(), piece.start, piece.end);
            // A line break can be in two pieces of the same whitespace.
            let is_broken = !piece.is_first && self.gap >= Gap::Line;
            let gap = match breaks + usize::from(is_broken) {
                0 => Gap::Space,
                1 => Gap::Line,
                _ => Gap::Blank,
            };
            self.gap = self.gap.max(gap);
            return;
        }
        if piece.is_first {
            let token = Token { kind: piece.kind, text: written, gap: std::mem::take(&mut self.gap) };
            let placement = self.layout.place(piece.language, token);
            let before = text.get(self.gap_start..piece.start).unwrap_or_default();
            match placement {
                // Leading whitespace is dropped.
                _ if self.output.is_empty() => {}
                Some(placement) => self.write_gap(placement.gap.max(token.gap), placement.depth),
                None => self.output.push_str(before),
            }
        }
        self.output.push_str(written);
        self.gap_start = piece.end;
    }

    fn write_gap(&mut self, gap: Gap, depth: usize) {
        match gap {
            Gap::None => {}
            Gap::Space => self.output.push(' '),
            Gap::Line | Gap::Blank => {
                self.output.push_str(if gap == Gap::Blank { "\n\n" } else { "\n" });
                let indent = depth.min(MAX_INDENTED) * INDENT;
                self.output.extend(std::iter::repeat_n(' ', indent));
            }
        }
    }
}

/// Number of line breaks within a range: line feeds, and carriage returns without one.
fn line_breaks(bytes: &[u8], start: usize, end: usize) -> usize {
    let is_break = |at: &usize| match bytes.get(*at) {
        Some(b'\n') => true,
        Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (start..end).filter(is_break).count()
}

impl Layout {
    /// Where a token goes; `None` if the whitespace before it is kept.
    fn place(&mut self, language: Language, token: Token<'_>) -> Option<Placement> {
        match self {
            Self::Markup(layout) => layout.place(language, token),
            Self::Css(layout) => Some(layout.place(token)),
            Self::JavaScript(layout) => Some(layout.place(token)),
            Self::GraphQl(layout) => Some(layout.place(token)),
        }
    }
}
