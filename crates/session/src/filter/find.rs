//! All places of one text in which a search matches.

use std::ops::Range;

use super::regex::Regex;
use super::search::{ByteFrequencies, Needle};
use crate::encodings::source::char_boundary;

/// Most matches of one search.
pub const MAX_MATCHES: usize = 100_000;

/// Bytes of a line that a regular expression sees at once; a longer line is several.
const MAX_LINE: usize = 64 << 10;

/// What is searched for in a text: a text, of which ASCII case is ignored, or `/…/`, a regular
/// expression of the filter language, line by line.
#[derive(Clone, Debug)]
pub struct TextFinder(Pattern);

#[derive(Clone, Debug)]
enum Pattern {
    Text(Box<Needle>),
    Regex(Regex),
}

impl TextFinder {
    /// The search that a user typed; `None` for an empty one, which matches nothing.
    ///
    /// # Errors
    /// Why a regular expression is invalid, as a sentence.
    pub fn parse(input: &str) -> Result<Option<Self>, String> {
        if input.is_empty() {
            return Ok(None);
        }
        if let Some((pattern, is_case_sensitive)) = regex_text(input) {
            return Ok(Some(Self(Pattern::Regex(Regex::compile(pattern, is_case_sensitive)?))));
        }
        let needle = Needle::with_frequencies(&ByteFrequencies::default(), input);
        Ok(Some(Self(Pattern::Text(Box::new(needle)))))
    }

    /// Whether it matches somewhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        match &self.0 {
            Pattern::Text(needle) => needle.find_in(text.as_bytes()),
            Pattern::Regex(regex) => regex.is_match(text.as_bytes()),
        }
    }

    /// Appends the matches from `from` on, within about `max_bytes`, until there are
    /// [`MAX_MATCHES`]; returns where to continue: the length of the text at its end.
    pub fn find(&self, text: &str, from: usize, max_bytes: usize, matches: &mut Vec<Range<usize>>) -> usize {
        let limit = from.saturating_add(max_bytes).min(text.len());
        match &self.0 {
            Pattern::Text(needle) => find_text(needle, text.as_bytes(), from, limit, matches),
            Pattern::Regex(regex) => find_regex(regex, text, from, limit, matches),
        }
    }
}

/// The regular expression that an input is, and whether the flag `c` makes it case-sensitive.
fn regex_text(input: &str) -> Option<(&str, bool)> {
    let (pattern, flags) = input.strip_prefix('/')?.rsplit_once('/')?;
    let are_flags = flags.bytes().all(|flag| matches!(flag, b'c' | b'i'));
    (are_flags && !pattern.is_empty()).then(|| (pattern, flags.contains('c')))
}

fn find_text(
    needle: &Needle,
    text: &[u8],
    from: usize,
    limit: usize,
    matches: &mut Vec<Range<usize>>,
) -> usize {
    // A match can begin before the limit and end after it.
    let window = limit.saturating_add(needle.len().saturating_sub(1)).min(text.len());
    let mut at = from;
    while at < limit && matches.len() < MAX_MATCHES {
        let Some(found) = text.get(at..window).and_then(|rest| needle.find(rest)) else { return limit };
        matches.push(at + found..at + found + needle.len());
        at += found + needle.len().max(1);
    }
    if matches.len() >= MAX_MATCHES { text.len() } else { at }
}

fn find_regex(
    regex: &Regex,
    text: &str,
    from: usize,
    limit: usize,
    matches: &mut Vec<Range<usize>>,
) -> usize {
    let mut start = from;
    while start < limit && matches.len() < MAX_MATCHES {
        let rest = text.get(start..).unwrap_or_default();
        let longest = char_boundary(rest, MAX_LINE);
        let line = rest.get(..longest).unwrap_or_default();
        let (line, next) = match memchr::memchr(b'\n', line.as_bytes()) {
            Some(end) => (line.get(..end).unwrap_or_default(), start + end + 1),
            None => (line, start + line.len()),
        };
        if regex.is_match(line.as_bytes()) {
            let mut at = 0;
            while let Some(found) = regex.find(line.as_bytes(), at) {
                at = found.end;
                matches.push(start + found.start..start + found.end);
                if matches.len() >= MAX_MATCHES {
                    return text.len();
                }
            }
        }
        start = next.max(start + 1);
    }
    if matches.len() >= MAX_MATCHES { text.len() } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found<'t>(search: &str, text: &'t str) -> Vec<&'t str> {
        let finder = TextFinder::parse(search).expect("a search").expect("not empty");
        let mut matches = Vec::new();
        let end = finder.find(text, 0, usize::MAX, &mut matches);
        assert_eq!(end, text.len());
        matches.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_text_is_found_in_any_case() {
        assert_eq!(found("order", "Order orders\nORDER"), ["Order", "order", "ORDER"]);
        assert_eq!(found("aa", "aaaa"), ["aa", "aa"], "matches do not overlap");
        assert_eq!(found("/a", "b/a"), ["/a"], "one slash is text");
    }

    #[test]
    fn a_regular_expression_is_found_line_by_line() {
        assert_eq!(found(r"/\d+/", "a 12 b 3\n45"), ["12", "3", "45"]);
        assert_eq!(found("/^b.*$/", "ab\nbc\nd"), ["bc"]);
        assert_eq!(found("/a|ab|abc/", "xabcx"), ["abc"], "the longest");
        assert_eq!(found("/é+/", "caféé"), ["éé"]);
        assert_eq!(found("/x*/", "axxb"), ["xx"], "empty matches are none");
        assert_eq!(found(r"/\bid\b/", "id idle id"), ["id", "id"]);
        assert_eq!(found("/Id/c", "id Id"), ["Id"]);
    }

    #[test]
    fn an_invalid_regular_expression_says_why() {
        assert!(TextFinder::parse("/(/").is_err());
        assert!(matches!(TextFinder::parse(""), Ok(None)));
    }

    #[test]
    fn the_number_of_matches_is_bounded() {
        let text = "ab\n".repeat(MAX_MATCHES + 1);
        assert_eq!(found("a", &text).len(), MAX_MATCHES);
        assert_eq!(found("/[a]/", &text).len(), MAX_MATCHES);
    }

    proptest! {
        #[test]
        fn slices_of_any_size_find_the_same(text in "[abé\n]{0,60}", search in prop_oneof![Just("a"), Just("ab"), Just("/a+b?/"), Just("/[^a]é/")], slice in 1_usize..30) {
            let finder = TextFinder::parse(search).expect("a search").expect("not empty");
            let (mut whole, mut parts) = (Vec::new(), Vec::new());
            finder.find(&text, 0, usize::MAX, &mut whole);
            let mut at = 0;
            while at < text.len() {
                at = finder.find(&text, at, slice, &mut parts);
            }
            prop_assert_eq!(&parts, &whole);
            prop_assert!(whole.iter().all(|range| text.get(range.clone()).is_some()));
        }
    }
}
