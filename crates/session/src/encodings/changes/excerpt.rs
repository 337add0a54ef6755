//! The parts of two long texts in which they differ.

use crate::encodings::visible_line;

/// Characters of a value that are shown.
pub(super) const MAX_CHARS: usize = 200;
/// Characters that are shown before the first difference.
const CONTEXT_CHARS: usize = 20;

/// Two texts on a line each; of long ones that begin alike, from shortly before the first
/// difference.
pub(super) fn excerpts(one: &str, other: &str) -> (String, String) {
    let skipped = skipped_len(one, other);
    (excerpt(one, skipped), excerpt(other, skipped))
}

/// The beginning of a text on a line.
pub(super) fn beginning(text: &str) -> String {
    excerpt(text, 0)
}

/// Bytes at the beginning of both that are not shown.
fn skipped_len(one: &str, other: &str) -> usize {
    if one.len().max(other.len()) <= MAX_CHARS {
        return 0;
    }
    let same = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let same = (0..=same).rev().find(|at| one.is_char_boundary(*at)).unwrap_or(0);
    let context = one.get(..same).unwrap_or_default().char_indices().rev().nth(CONTEXT_CHARS);
    context.map_or(0, |(at, _)| at)
}

fn excerpt(text: &str, skipped: usize) -> String {
    let shown = visible_line(text.get(skipped..).unwrap_or(text), MAX_CHARS);
    if skipped == 0 { shown.into_owned() } else { format!("…{shown}") }
}
