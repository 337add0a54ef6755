//! Text on one line in which nothing is invisible: a payload must not be able to break, hide or reorder a row.

use std::fmt::Write;

/// `text` on one line of at most `max_chars` characters of it, ending in `…` where more follows.
///
/// A line break reads `⏎`, a tab `⇥`, another ASCII control character its picture (`␀`, `␞`, `␡`); characters that
/// steer the direction of text or have no width read as their code, `\u{202e}`. Joiners stay: emoji and several
/// scripts are written with them.
pub fn one_line(text: &str, max_chars: usize) -> String {
    let mut line = String::with_capacity(text.len().min(max_chars.saturating_mul(4)));
    push_one_line(&mut line, text, max_chars);
    line
}

/// As [`one_line`], appended; returns how many characters of `text` were taken.
pub(super) fn push_one_line(line: &mut String, text: &str, max_chars: usize) -> usize {
    let mut chars = text.chars().peekable();
    let mut taken = 0;
    while let Some(char) = chars.next() {
        if taken == max_chars {
            line.push('…');
            break;
        }
        taken += 1;
        if char == '\r' && chars.peek() == Some(&'\n') {
            continue;
        }
        push_visible(line, char);
    }
    taken
}

fn push_visible(line: &mut String, char: char) {
    match char {
        '\n' => line.push('⏎'),
        '\t' => line.push('⇥'),
        '\0'..='\u{1f}' => line.push(char::from_u32(0x2400 + char as u32).unwrap_or('\u{fffd}')),
        '\u{7f}' => line.push('␡'),
        _ if is_hidden(char) => {
            let _ = write!(line, "\\u{{{:x}}}", char as u32);
        }
        _ => line.push(char),
    }
}

/// C1 controls, marks, embeddings, overrides and isolates of direction, separators of lines, and characters without
/// width other than the joiners.
fn is_hidden(char: char) -> bool {
    matches!(char,
        '\u{80}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn line_breaks_and_controls_are_shown_as_signs() {
        assert_eq!(one_line("a\nb\r\nc\td", 99), "a⏎b⏎c⇥d");
        assert_eq!(one_line("CONNECT\n\n\0", 99), "CONNECT⏎⏎␀");
        assert_eq!(one_line("{}\u{1e}\u{7f}", 99), "{}␞␡");
    }

    #[test]
    fn nothing_can_turn_or_hide_the_rest_of_the_row() {
        assert_eq!(one_line("a\u{202e}b\u{2066}c\u{200f}d", 99), r"a\u{202e}b\u{2066}c\u{200f}d");
        assert_eq!(one_line("a\u{200b}\u{feff}\u{85}\u{2028}", 99), r"a\u{200b}\u{feff}\u{85}\u{2028}");
    }

    #[test]
    fn what_is_written_with_joiners_stays_whole() {
        assert_eq!(one_line("👩\u{200d}💻 café שלום", 99), "👩\u{200d}💻 café שלום");
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        assert_eq!(one_line("abcdef", 6), "abcdef");
        assert_eq!(one_line("abcdef", 5), "abcde…");
        assert_eq!(one_line("abc", 0), "…");
    }

    proptest! {
        #[test]
        fn a_line_holds_no_control_characters(text: String, max_chars in 0_usize..40) {
            prop_assert!(!one_line(&text, max_chars).chars().any(|char| char.is_control() || is_hidden(char)));
        }
    }
}
