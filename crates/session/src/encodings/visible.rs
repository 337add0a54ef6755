//! Makes recorded text safe to show: bounded, and without characters that are invisible, break a
//! line or change the direction of the text around them. A recording must not be able to break,
//! hide, reorder or disguise what the screen says. Text that is copied or saved is not processed
//! here.

use std::borrow::Cow;
use std::fmt::Write;
use std::iter::Peekable;
use std::str::Chars;

use crate::model::format_count;

/// Maximum number of combining marks shown on one base character. Real text needs at most about
/// five; browsers shape a run of them in quadratic time, so that a title of 400,000 hangs the tab.
const MAX_MARKS: usize = 8;
/// Maximum number of combining marks that are skipped and counted, so that a huge run costs
/// milliseconds. The text ends there.
const MAX_SKIPPED_MARKS: usize = 1_000_000;

/// How line breaks, tabs and joiners are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Layout {
    /// On one line.
    Line,
    /// Line feeds and tabs are kept.
    Lines,
    /// On one line, with joiners made visible too: browsers percent-encode emoji in URLs.
    Url,
}

/// `text` on one line of at most `max_chars` of its characters, ending in `…` if more follow.
///
/// A line break is shown as `⏎`, a tab `⇥`, another ASCII control character its picture (`␀`, `␞`,
/// `␡`). Characters that change the direction of text or have no width are shown as their code,
/// `\u{202e}`; joiners are kept between characters beyond ASCII, because emoji and several scripts
/// need them. Of a long run of combining marks the first eight are kept.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let mut line = String::with_capacity(text.len().min(max_chars.saturating_mul(4)));
    push_one_line(&mut line, text, max_chars);
    line
}

/// Appends [`one_line`] to `line`; returns the number of characters of `text` that were shown.
pub(super) fn push_one_line(line: &mut String, text: &str, max_chars: usize) -> usize {
    let mut source = Source::new(text, Layout::Line);
    let mut taken = 0;
    while !source.is_at_end() {
        if taken == max_chars {
            line.push('…');
            break;
        }
        source.push_next(line);
        taken += 1;
    }
    taken
}

/// Like [`one_line`], but at most `max_chars` characters as shown, including the `…`. Borrowed if
/// the text is short printable ASCII.
pub fn visible_line(text: &str, max_chars: usize) -> Cow<'_, str> {
    visible(text, max_chars, Layout::Line)
}

/// Like [`visible_line`], but line feeds and tabs are kept.
pub fn visible_lines(text: &str, max_chars: usize) -> Cow<'_, str> {
    visible(text, max_chars, Layout::Lines)
}

/// Like [`visible_line`], for a URL or a host name: joiners are shown as their codes too, so that a
/// host cannot be mistaken for another one.
pub fn visible_url(url: &str, max_chars: usize) -> Cow<'_, str> {
    visible(url, max_chars, Layout::Url)
}

fn visible(text: &str, max_chars: usize, layout: Layout) -> Cow<'_, str> {
    let is_plain =
        |byte: &u8| matches!(byte, b' '..=b'~') || (layout == Layout::Lines && matches!(byte, b'\n' | b'\t'));
    if text.len() <= max_chars && text.as_bytes().iter().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut source = Source::new(text, layout);
    let mut shown = String::with_capacity(text.len().min(max_chars.saturating_mul(4)));
    // The length to truncate to if the text is too long: complete characters, with space for the
    // `…`.
    let (mut count, mut truncated_len) = (0_usize, 0);
    while !source.is_at_end() {
        let start = shown.len();
        source.push_next(&mut shown);
        count += shown.get(start..).map_or(0, |added| added.chars().count());
        if count < max_chars {
            truncated_len = shown.len();
        }
        if count > max_chars {
            shown.truncate(truncated_len);
            shown.extend((max_chars > 0).then_some('…'));
            break;
        }
    }
    Cow::Owned(shown)
}

/// Iterates over the characters of a text and shows them one by one.
struct Source<'a> {
    chars: Peekable<Chars<'a>>,
    layout: Layout,
    /// The last character that was shown.
    previous: Option<char>,
    /// Combining marks since the last base character.
    marks: usize,
    /// A run of marks was too long to skip: the text after it is not shown.
    is_given_up: bool,
}

impl<'a> Source<'a> {
    fn new(text: &'a str, layout: Layout) -> Self {
        Self { chars: text.chars().peekable(), layout, previous: None, marks: 0, is_given_up: false }
    }

    fn is_at_end(&mut self) -> bool {
        self.is_given_up || self.chars.peek().is_none()
    }

    /// Appends the next character as it is shown; a long run of marks counts as one.
    fn push_next(&mut self, shown: &mut String) {
        let Some(char) = self.chars.next() else { return };
        if char.is_ascii() {
            self.marks = 0;
            self.push_ascii(shown, char);
        } else if is_hidden(char) || (is_joining(char) && !self.joins(char)) {
            self.marks = 0;
            // Writing to a string cannot fail.
            let _ = write!(shown, "\\u{{{:x}}}", char as u32);
        } else if is_joining(char) || is_mark(char) {
            self.push_mark(shown, char);
        } else {
            self.marks = 0;
            shown.push(char);
        }
        self.previous = shown.chars().next_back();
    }

    fn push_ascii(&mut self, shown: &mut String, char: char) {
        match char {
            '\n' | '\t' if self.layout == Layout::Lines => shown.push(char),
            // A carriage return and a line feed are one line break.
            '\r' if self.chars.peek() == Some(&'\n') => self.push_next(shown),
            '\n' => shown.push('⏎'),
            '\t' => shown.push('⇥'),
            '\0'..='\u{1f}' => shown.push(char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}')),
            '\u{7f}' => shown.push('␡'),
            _ => shown.push(char),
        }
    }

    /// Appends a mark while there are at most [`MAX_MARKS`] on their base, then the number of
    /// further ones.
    fn push_mark(&mut self, shown: &mut String, char: char) {
        self.marks += 1;
        if self.marks <= MAX_MARKS {
            shown.push(char);
            return;
        }
        let mut skipped = 1_usize;
        while self.chars.next_if(|char| is_joining(*char) || is_mark(*char)).is_some() {
            skipped += 1;
            if skipped == MAX_SKIPPED_MARKS {
                self.is_given_up = true;
                break;
            }
        }
        self.marks = 0;
        let _ = write!(shown, "⟨{} more marks⟩", format_count(skipped as u64));
    }

    /// Whether a joiner or a variation selector is at a position where text needs it.
    fn joins(&mut self, char: char) -> bool {
        let Some(previous) = self.previous.filter(|_| self.layout != Layout::Url) else { return false };
        if is_variation_selector(char) {
            // `1` followed by two of these is a keycap.
            return !(previous.is_ascii() || is_joiner(previous))
                || matches!(previous, '0'..='9' | '#' | '*');
        }
        let is_written = |next: &char| !(next.is_ascii() || is_hidden(*next) || is_joining(*next));
        !(previous.is_ascii() || is_joiner(previous)) && self.chars.peek().is_some_and(is_written)
    }
}

/// Whether a character has no width or no glyph, or changes the direction of text: C1 controls,
/// directional marks, embeddings, overrides and isolates, line separators, fillers, annotations,
/// tags and other default-ignorable code points of Unicode. Not those of [`is_joining`].
fn is_hidden(char: char) -> bool {
    matches!(char,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Whether a character is a joiner or a variation selector: without a glyph, but needed by scripts
/// and emoji.
fn is_joining(char: char) -> bool {
    is_joiner(char) || is_variation_selector(char)
}

fn is_joiner(char: char) -> bool {
    matches!(char, '\u{200c}' | '\u{200d}')
}

fn is_variation_selector(char: char) -> bool {
    matches!(char, '\u{fe00}'..='\u{fe0f}')
}

/// Whether a character is a combining mark, drawn on the one before it.
fn is_mark(char: char) -> bool {
    const FIRST: char = '\u{300}';
    let is_private = matches!(char, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..);
    // The standard library has the table but no function for it: `escape_debug` escapes marks and
    // characters without a glyph, of which only spaces and private characters occur in runs.
    char >= FIRST && !is_private && !char.is_whitespace() && char.escape_debug().len() > 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_breaks_and_controls_are_shown_as_symbols() {
        assert_eq!(one_line("a\nb\r\nc\td", 99), "a⏎b⏎c⇥d");
        assert_eq!(one_line("CONNECT\n\n\0", 99), "CONNECT⏎⏎␀");
        assert_eq!(one_line("{}\u{1e}\u{7f}\r", 99), "{}␞␡␍");
    }

    #[test]
    fn invisible_and_directional_characters_are_shown_as_codes() {
        assert_eq!(one_line("a\u{202e}b\u{2066}c\u{200f}d", 99), r"a\u{202e}b\u{2066}c\u{200f}d");
        assert_eq!(one_line("a\u{200b}\u{feff}\u{85}\u{2028}", 99), r"a\u{200b}\u{feff}\u{85}\u{2028}");
        assert_eq!(one_line("a\u{e0041}\u{fff9}\u{3164}", 99), r"a\u{e0041}\u{fff9}\u{3164}");
    }

    #[test]
    fn joiners_within_emoji_and_scripts_are_kept() {
        for text in ["👩\u{200d}💻 café שלום", "می\u{200c}خواهم", "❤\u{fe0f}\u{200d}🔥", "1\u{fe0f}\u{20e3}"]
        {
            assert_eq!(one_line(text, 99), text);
            assert_eq!(visible_line(text, 99), text);
        }
    }

    #[test]
    fn a_joiner_that_joins_nothing_is_shown_as_its_code() {
        assert_eq!(one_line("pay\u{200d}pal", 99), r"pay\u{200d}pal");
        assert_eq!(one_line("é\u{200c}\u{200d}é", 99), r"é\u{200c}\u{200d}é");
        assert_eq!(one_line("\u{200d}é", 99), r"\u{200d}é");
        assert_eq!(one_line("a\u{fe0f}", 99), r"a\u{fe0f}");
        assert_eq!(visible_url("https://é\u{200d}é.test/", 99), r"https://é\u{200d}é.test/");
    }

    #[test]
    fn a_host_cannot_be_reversed_or_have_joiners() {
        assert_eq!(visible_url("https://\u{202e}moc.knab/", 99), r"https://\u{202e}moc.knab/");
    }

    #[test]
    fn a_long_text_is_truncated_with_an_ellipsis() {
        assert_eq!(one_line("abcdef", 6), "abcdef");
        assert_eq!(one_line("abcdef", 5), "abcde…");
        assert_eq!(one_line("abc", 0), "…");
        assert_eq!(visible_line("abcdef", 6), "abcdef");
        assert_eq!(visible_line("abcdef", 5), "abcd…");
        assert_eq!(visible_line("naïvely", 5), "naïv…");
        assert_eq!(visible_line("a\u{202e}", 8), "a…");
        assert_eq!(visible_line("abc", 0), "");
    }

    #[test]
    fn line_feeds_and_tabs_are_kept_in_lines() {
        assert_eq!(visible_lines("a\r\nb\n\tc\u{0}\r", 99), "a\nb\n\tc␀␍");
        assert_eq!(visible_line("a\nb", 99), "a⏎b");
    }

    #[test]
    fn a_run_of_combining_marks_is_truncated() {
        let marks = |count: usize| "\u{301}".repeat(count);
        let text = format!("a{}", marks(400_000));
        assert_eq!(visible_line(&text, 99), format!("a{}⟨399,992 more marks⟩", marks(8)));
        assert_eq!(one_line(&text, 99), format!("a{}⟨399,992 more marks⟩", marks(8)));
        let usual = format!("a{}b{}", marks(8), marks(8));
        assert_eq!(visible_line(&usual, 99), usual);
        // Marks of other scripts, and joiners between marks.
        let mixed = "\u{e34}\u{200d}\u{20dd}".repeat(9);
        assert!(visible_line(&format!("ก{mixed}"), 99).ends_with(" more marks⟩"));
    }

    #[test]
    fn spaces_and_private_characters_are_not_marks() {
        for text in ["\u{a0}".repeat(20), "\u{3000}".repeat(20), "\u{e001}".repeat(20), "é".repeat(20)] {
            assert_eq!(visible_line(&text, 99), text);
        }
    }

    #[test]
    fn a_run_of_millions_of_marks_ends_the_text() {
        let text = format!("a{}b", "\u{301}".repeat(MAX_SKIPPED_MARKS + 100));
        assert!(visible_line(&text, 99).ends_with("⟨1,000,000 more marks⟩"));
    }

    #[test]
    fn text_that_needs_no_change_is_borrowed() {
        assert!(matches!(visible_line("GET /orders", 99), Cow::Borrowed(_)));
        assert!(matches!(visible_lines("a\n\tb", 99), Cow::Borrowed(_)));
    }

    /// Text in which hidden characters, marks and line breaks are frequent.
    fn hostile() -> impl Strategy<Value = String> {
        let char = prop_oneof![
            any::<char>(),
            prop::sample::select(vec![
                'a',
                'é',
                '1',
                '\n',
                '\r',
                '\t',
                '\0',
                '\u{301}',
                '\u{301}',
                '\u{301}',
                '\u{200d}',
                '\u{200c}',
                '\u{202e}',
                '\u{2066}',
                '\u{fe0f}',
                '👩',
                'ש',
                '\u{e0061}',
                '\u{20e3}',
                '⟩',
                '…',
            ]),
            prop::char::range('\u{2000}', '\u{2070}'),
            prop::char::range('\u{300}', '\u{310}'),
        ];
        prop::collection::vec(char, 0..60).prop_map(String::from_iter)
    }

    fn is_raw(char: char) -> bool {
        char.is_control() || is_hidden(char)
    }

    proptest! {
        #[test]
        fn a_line_has_no_hidden_characters(text in hostile(), max_chars in 0_usize..40) {
            prop_assert!(!one_line(&text, max_chars).chars().any(is_raw));
            prop_assert!(!visible_line(&text, max_chars).chars().any(is_raw));
            prop_assert!(!visible_url(&text, max_chars).chars().any(|char| is_raw(char) || is_joining(char)));
            let lines = visible_lines(&text, max_chars);
            prop_assert!(!lines.chars().any(|char| is_raw(char) && !matches!(char, '\n' | '\t')));
        }

        #[test]
        fn shown_text_is_within_the_bound(text in hostile(), max_chars in 0_usize..80) {
            for layout in [Layout::Line, Layout::Lines, Layout::Url] {
                prop_assert!(visible(&text, max_chars, layout).chars().count() <= max_chars);
            }
        }

        #[test]
        fn showing_text_is_idempotent(text in hostile(), max_chars in 0_usize..80) {
            for layout in [Layout::Line, Layout::Lines, Layout::Url] {
                let once = visible(&text, max_chars, layout).into_owned();
                prop_assert_eq!(&visible(&once, max_chars, layout), &once);
            }
        }

        #[test]
        fn no_base_has_more_marks_than_the_bound(text in hostile()) {
            let shown = visible_line(&text, usize::MAX);
            let runs = shown.split(|char| !(is_mark(char) || is_joining(char)));
            prop_assert!(runs.into_iter().all(|run| run.chars().count() <= MAX_MARKS));
        }
    }
}
