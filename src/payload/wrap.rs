//! Long text in lines of a given width, found without copying any of it.

use std::ops::Range;

/// Columns that a tab takes, as in the style sheet.
const TAB_COLUMNS: usize = 4;
/// From this character on, many characters of a monospaced font are two columns wide.
const FIRST_WIDE: char = '\u{1100}';

/// Where the lines of a text begin, in bytes. There is at least one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrapped {
    starts: Vec<usize>,
}

impl Wrapped {
    /// Breaks `text` at its line feeds, and wherever a line would take more than `columns` columns.
    pub fn of(text: &str, columns: usize) -> Self {
        let mut starts = vec![0];
        let mut start = 0;
        while let Some(next) = next_start(text, start, columns) {
            starts.push(next);
            start = next;
        }
        Self { starts }
    }

    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// The bytes of the line at `index`, with its line break; empty past the end.
    pub fn range(&self, text: &str, index: usize) -> Range<usize> {
        let start = self.starts.get(index).copied().unwrap_or(text.len());
        start..self.starts.get(index + 1).copied().unwrap_or(text.len())
    }

    /// The line that the byte at an offset is in.
    pub fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// For each line its number in the text, from 1; 0 for one that continues the line before.
    pub fn numbers(&self, text: &str) -> Vec<u32> {
        let mut last = 0;
        let number = |start: &usize| {
            let is_first = start.checked_sub(1).is_none_or(|at| text.as_bytes().get(at) == Some(&b'\n'));
            last += u32::from(is_first);
            if is_first { last } else { 0 }
        };
        self.starts.iter().map(number).collect()
    }

    /// The line at `index` of the text that was wrapped, without its line break; empty past the
    /// end.
    pub fn line<'t>(&self, text: &'t str, index: usize) -> &'t str {
        let Some(&start) = self.starts.get(index) else { return "" };
        let end = self.starts.get(index + 1).copied().unwrap_or(text.len());
        let line = text.get(start..end).unwrap_or_default();
        line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line))
    }
}

/// Where the line after the one at `start` begins; `None` for the last line.
fn next_start(text: &str, start: usize, columns: usize) -> Option<usize> {
    // Most text is ASCII without tabs: there a column is a byte, and lines are skipped at once.
    let rest = text.as_bytes().get(start..)?;
    let head = rest.get(..columns).unwrap_or(rest);
    match head.iter().position(|byte| !matches!(byte, b' '..=b'~')) {
        Some(at) if rest.get(at) == Some(&b'\n') => Some(start + at + 1),
        None if columns > 0 && matches!(rest.get(columns), Some(b' '..=b'~')) => Some(start + columns),
        None if rest.len() <= columns => None,
        _ => next_start_slowly(text.get(start..)?, columns).map(|next| start + next),
    }
}

fn next_start_slowly(text: &str, columns: usize) -> Option<usize> {
    let mut used = 0;
    for (at, char) in text.char_indices() {
        if char == '\n' {
            return Some(at + 1);
        }
        used += columns_of(char);
        // A line has at least one character, and a line break is never alone on the next.
        if used > columns && at > 0 && char != '\r' {
            return Some(at);
        }
    }
    None
}

/// How many columns a text takes on one line, at most.
pub fn width(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

fn columns_of(char: char) -> usize {
    match char {
        '\t' => TAB_COLUMNS,
        _ if char < FIRST_WIDE => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<&str> {
        let wrapped = Wrapped::of(text, columns);
        (0..wrapped.len()).map(|index| wrapped.line(text, index)).collect()
    }

    #[test]
    fn text_breaks_at_its_line_breaks_and_at_the_width() {
        assert_eq!(lines("abcdef\ng", 4), ["abcd", "ef", "g"]);
        assert_eq!(lines("abcd\r\nef", 4), ["abcd", "ef"]);
        assert_eq!(lines("a\n\nb\n", 4), ["a", "", "b", ""]);
        assert_eq!(lines("abcd\nef\n", 4), ["abcd", "ef", ""]);
        assert_eq!(lines("abcd", 4), ["abcd"]);
        assert_eq!(lines("", 4), [""]);
    }

    #[test]
    fn wide_characters_count_twice_and_are_never_split() {
        assert_eq!(lines("日本語", 4), ["日本", "語"]);
        assert_eq!(lines("日本", 1), ["日", "本"]);
        assert_eq!(width("a\té日"), 1 + TAB_COLUMNS + 1 + 2);
    }

    #[test]
    fn lines_past_the_end_are_empty() {
        assert_eq!(Wrapped::of("abc", 9).line("abc", 7), "");
        assert_eq!(Wrapped::of("abc", 0).len(), 3);
    }

    #[test]
    fn lines_have_the_numbers_of_the_text() {
        let text = "abcdef\n\ng";
        let wrapped = Wrapped::of(text, 4);
        assert_eq!(wrapped.numbers(text), [1, 0, 2, 3]);
        assert_eq!([0, 3, 4, 7, 8, 99].map(|offset| wrapped.line_at(offset)), [0, 0, 1, 2, 3, 3]);
        assert_eq!((wrapped.range(text, 1), wrapped.range(text, 3)), (4..7, 8..9));
    }
}
