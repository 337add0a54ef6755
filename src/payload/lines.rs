//! Text in lines, of which only the visible ones are drawn: colored as source, with the numbers of
//! its lines and the matches of a search.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::source::{Highlighter, Language, Piece, TokenKind};
use session::encodings::{Payload, visible_lines};

use super::search::BodySearch;
use super::wrap::Wrapped;
use crate::ui::{Lines, VNode, in_slices};

/// Until the width is measured there are no lines: a long text is not wrapped twice.
const NOT_MEASURED: usize = 0;
/// Columns between the numbers of lines and the text.
const GUTTER_GAP: usize = 2;
/// Fewer columns than this are not left to the text.
const MIN_COLUMNS: usize = 16;
/// Bytes that are read for colors before the clock is read, and before they are drawn.
const SLICE_BYTES: usize = 64 << 10;
const DRAWN_BYTES: usize = 1 << 20;

/// A text that is shown.
#[derive(Clone, Debug)]
pub(super) enum ShownText {
    /// That of a payload which is text.
    Recorded(Arc<Payload>),
    Formatted(Arc<str>),
}

impl ShownText {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Recorded(payload) => payload.text().unwrap_or_default(),
            Self::Formatted(text) => text,
        }
    }
}

/// How the lines of a text were broken.
#[derive(Debug, PartialEq)]
struct Layout {
    wrapped: Wrapped,
    /// As [`Wrapped::numbers`]; empty where they are not shown.
    numbers: Vec<u32>,
    /// Digits of the largest number.
    digits: usize,
}

impl Layout {
    fn of(text: &str, columns: usize, has_numbers: bool) -> Self {
        if !has_numbers {
            return Self { wrapped: Wrapped::of(text, columns), numbers: Vec::new(), digits: 0 };
        }
        let lines = line_count(text);
        let digits = lines.to_string().len();
        let wrapped = Wrapped::of(text, columns.saturating_sub(digits + GUTTER_GAP).max(MIN_COLUMNS));
        let numbers = wrapped.numbers(text);
        Self { wrapped, numbers, digits }
    }
}

/// Number of lines of a text.
fn line_count(text: &str) -> usize {
    text.bytes().filter(|byte| *byte == b'\n').count() + 1
}

/// The text. With a language it is colored and has the numbers of its lines.
#[component]
pub(super) fn TextLines(
    text: ShownText,
    #[prop(default = "Text")] label: &'static str,
    #[prop(optional_no_strip)] language: Option<Language>,
    #[prop(optional_no_strip)] search: Option<BodySearch>,
) -> impl IntoView {
    let columns = RwSignal::new(NOT_MEASURED);
    let source = text.clone();
    let layout = Memo::new(move |_| {
        let columns = columns.get();
        (columns != NOT_MEASURED).then(|| Arc::new(Layout::of(source.as_str(), columns, language.is_some())))
    });
    let colors = language.map(|language| Colors::new(language, text.clone()));
    if let Some(search) = search {
        let searched = text.clone();
        search.find_in(move || Some(searched.clone()));
    }
    let current = Signal::derive(move || {
        let range = search?.current_match()?;
        layout.get().map(|layout| layout.wrapped.line_at(range.start))
    });
    let line = move |index: usize| {
        let layout = layout.get()?;
        let text = text.as_str();
        let content = content_range(text, layout.wrapped.range(text, index));
        let pieces = colors.as_ref().map(|colors| colors.pieces(text, content.clone())).unwrap_or_default();
        let (matches, current) = match search {
            Some(search) => (search.matches.get(), search.current_match()),
            None => (Arc::default(), None),
        };
        let parts = parts(content, &pieces, &matches, current.as_ref());
        let number = layout.numbers.get(index).map(|number| number_node(*number, layout.digits));
        Some(
            VNode::new("div")
                .class("ui-line")
                .children(number)
                .children(parts.into_iter().map(|part| part_node(text, &part))),
        )
    };
    view! {
        <Lines
            class=if language.is_some() { "ui-text-lines ui-source" } else { "ui-text-lines" }
            role="group"
            label=label
            lines=Signal::derive(move || layout.get().map_or(0, |layout| layout.wrapped.len()))
            columns=columns
            current=current
            line=line
        />
    }
}

/// The colors of a text, which is read in slices.
#[derive(Clone)]
struct Colors {
    highlighter: Rc<RefCell<Highlighter>>,
    /// The number of bytes that are colored.
    position: RwSignal<usize>,
}

impl Colors {
    fn new(language: Language, text: ShownText) -> Self {
        let highlighter = Rc::new(RefCell::new(Highlighter::new(language)));
        let position = RwSignal::new(0);
        let reading = Rc::clone(&highlighter);
        let mut drawn = 0;
        in_slices(move || {
            let mut highlighter = reading.borrow_mut();
            let is_complete = highlighter.advance(text.as_str(), SLICE_BYTES);
            let read = highlighter.position();
            drop(highlighter);
            if is_complete || drawn == 0 || read - drawn >= DRAWN_BYTES {
                drawn = read;
                // The view may be gone by then.
                let _ = position.try_set(read);
            }
            is_complete
        });
        Self { highlighter, position }
    }

    fn pieces(&self, text: &str, range: Range<usize>) -> Vec<Piece> {
        self.position.track();
        self.highlighter.borrow().pieces(text, range)
    }
}

/// The bytes of a line without its line break.
fn content_range(text: &str, range: Range<usize>) -> Range<usize> {
    let line = text.get(range.clone()).unwrap_or_default();
    let content = line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
    range.start..range.start + content.len()
}

/// A part of a line that looks the same.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    range: Range<usize>,
    kind: Option<TokenKind>,
    mark: Mark,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    Match,
    Current,
}

/// Divides a line at its tokens and matches, both in order.
fn parts(
    line: Range<usize>,
    pieces: &[Piece],
    matches: &[Range<usize>],
    current: Option<&Range<usize>>,
) -> Vec<Part> {
    let first_match = matches.partition_point(|range| range.end <= line.start);
    let matches = matches.get(first_match..).unwrap_or_default();
    let matches = || matches.iter().take_while(|range| range.start < line.end);
    let inner = |at: &usize| (line.start + 1..line.end).contains(at);
    let mut cuts: Vec<usize> = pieces.iter().map(|piece| piece.start).filter(inner).collect();
    cuts.extend(matches().flat_map(|range| [range.start, range.end]).filter(inner));
    cuts.extend([line.start, line.end]);
    cuts.sort_unstable();
    cuts.dedup();
    let mut found = matches().peekable();
    let part = |range: Range<usize>| {
        let piece = pieces.get(pieces.partition_point(|piece| piece.end <= range.start));
        let kind = piece.filter(|piece| piece.start <= range.start).map(|piece| piece.kind);
        while found.next_if(|found| found.end <= range.start).is_some() {}
        let mark = match found.peek() {
            Some(found) if found.start > range.start => Mark::None,
            Some(found) if Some(*found) == current => Mark::Current,
            Some(_) => Mark::Match,
            None => Mark::None,
        };
        Part { range, kind, mark }
    };
    let ranges = cuts.iter().zip(cuts.iter().skip(1)).map(|(start, end)| *start..*end);
    ranges.map(part).collect()
}

fn part_node(text: &str, part: &Part) -> VNode {
    let shown = visible_lines(text.get(part.range.clone()).unwrap_or_default(), usize::MAX).into_owned();
    let class = part.kind.map_or("", token_class);
    match part.mark {
        Mark::None => VNode::new("span").filled("class", class).text(shown),
        Mark::Match => VNode::new("mark").class(format!("ui-match {class}")).text(shown),
        Mark::Current => VNode::new("mark").class(format!("ui-match ui-match-current {class}")).text(shown),
    }
}

fn number_node(number: u32, digits: usize) -> VNode {
    let text = if number == 0 { String::new() } else { number.to_string() };
    // Without the separators of thousands, as editors number lines.
    VNode::new("span")
        .class("ui-source-number")
        .attribute("aria-hidden", "true")
        .style("width", Some(format!("{digits}ch")))
        .text(text)
}

/// The class that colors a token.
fn token_class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Whitespace | TokenKind::Name => "",
        TokenKind::Comment => "ui-token-comment",
        TokenKind::String | TokenKind::Template => "ui-token-string",
        TokenKind::Number => "ui-token-number",
        TokenKind::Keyword => "ui-token-keyword",
        TokenKind::Constant => "ui-token-constant",
        TokenKind::Tag => "ui-token-tag",
        TokenKind::Attribute => "ui-token-attribute",
        TokenKind::Punctuation => "ui-token-punctuation",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(kind: TokenKind, range: Range<usize>) -> Piece {
        Piece { kind, language: Language::Css, start: range.start, end: range.end, is_first: true }
    }

    fn part(range: Range<usize>, kind: Option<TokenKind>, mark: Mark) -> Part {
        Part { range, kind, mark }
    }

    #[test]
    fn a_line_is_divided_at_its_tokens_and_matches() {
        let pieces = [piece(TokenKind::Tag, 5..12), piece(TokenKind::Number, 12..14)];
        let matches = [0..2, 8..13, 13..14, 18..30];
        let expected = [
            part(10..12, Some(TokenKind::Tag), Mark::Current),
            part(12..13, Some(TokenKind::Number), Mark::Current),
            part(13..14, Some(TokenKind::Number), Mark::Match),
            part(14..18, None, Mark::None),
            part(18..20, None, Mark::Match),
        ];
        assert_eq!(parts(10..20, &pieces, &matches, Some(&(8..13))), expected);
    }

    #[test]
    fn an_empty_line_has_no_parts() {
        assert!(parts(10..10, &[], &[], None).is_empty());
    }

    #[test]
    fn lines_are_numbered_beside_the_text() {
        let layout = Layout::of(&"x\n".repeat(11), 40, true);
        assert_eq!((layout.digits, layout.numbers.last()), (2, Some(&12)));
        assert!(Layout::of("a\nb", 40, false).numbers.is_empty());
    }
}
