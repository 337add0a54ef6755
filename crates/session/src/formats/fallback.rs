//! The elements after the first one: if the first is damaged or of no format, a later one decides
//! the format. Its reader then drops the others with a note, as it does in the middle of a file.

use memchr::memchr;

use super::shape::{Extent, Shape, ShapeKind};
use json_spans::Elements;

/// Number of elements that are inspected, the first one included.
const MAX_ELEMENTS: usize = 32;

/// Number of bytes that are inspected, again with each piece that arrives.
const MAX_BYTES: usize = 1 << 20;

/// Length in bytes of the longest first line of a list.
const MAX_FIRST_LINE: usize = 64 << 10;

/// What the elements after the first one show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fallback<T> {
    Found(T),
    /// An element that may decide has not arrived yet.
    Open,
    Nothing,
}

/// Passes one element after the other to `claim`, until it claims one.
pub(super) fn probe<T>(text: &[u8], extent: Extent, claim: impl Fn(&Shape) -> Option<T>) -> Fallback<T> {
    let extent = if text.len() > MAX_BYTES { Extent::Complete } else { extent };
    let text = text.get(..MAX_BYTES).unwrap_or(text);
    if text.starts_with(b"[") {
        elements(text, extent, claim)
    } else {
        lines(text, extent, claim, FirstLine::Other)
    }
}

fn elements<T>(text: &[u8], extent: Extent, claim: impl Fn(&Shape) -> Option<T>) -> Fallback<T> {
    let mut count = 0;
    let mut end = 1;
    for element in Elements::of(text).take(MAX_ELEMENTS) {
        count += 1;
        end = element.at + element.value.len();
        if let (_, Some(found)) = Shape::in_array(element.value, Extent::Complete).first_claim(&claim) {
            return Fallback::Found(found);
        }
    }
    if count == MAX_ELEMENTS {
        return Fallback::Nothing;
    }
    let (array, rest) = text.split_at(end);
    let rest = rest.trim_ascii_start();
    if rest.starts_with(b"]") {
        let is_line = memchr(b'\n', array).is_none();
        return if is_line { lines(text, extent, claim, FirstLine::Array) } else { Fallback::Nothing };
    }
    let rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    under_way(Shape::in_array(rest, extent), extent, claim)
}

/// What the first line of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FirstLine {
    /// A complete array: only arrays can follow it, such as PostHog stores.
    Array,
    Other,
}

/// The lines after the first one.
fn lines<T>(
    text: &[u8],
    extent: Extent,
    claim: impl Fn(&Shape) -> Option<T>,
    first_line: FirstLine,
) -> Fallback<T> {
    let Some(end) = memchr(b'\n', text) else {
        return if extent.is_complete() || text.len() > MAX_FIRST_LINE {
            Fallback::Nothing
        } else {
            Fallback::Open
        };
    };
    let (first, mut rest) = text.split_at(end);
    if end > MAX_FIRST_LINE || is_laid_out(first) {
        return Fallback::Nothing;
    }
    let is_element = |shape: &Shape| match shape.kind {
        ShapeKind::StringAndObject => true,
        ShapeKind::Object | ShapeKind::String => first_line == FirstLine::Other,
        ShapeKind::ArrayOfObjects
        | ShapeKind::ArrayOfStrings
        | ShapeKind::ArrayOfArrays
        | ShapeKind::OtherArray => false,
    };
    let claim = |shape: &Shape| claim(shape).filter(|_| is_element(shape));
    for _ in 1..MAX_ELEMENTS {
        rest = rest.get(1..).unwrap_or_default();
        let Some(end) = memchr(b'\n', rest) else { return under_way(line(rest, extent), extent, claim) };
        let (next, after) = rest.split_at(end);
        if let (_, Some(found)) = line(next, Extent::Complete).first_claim(claim) {
            return Fallback::Found(found);
        }
        rest = after;
    }
    Fallback::Nothing
}

/// Whether a first line begins a JSON text that continues on the next lines.
fn is_laid_out(line: &[u8]) -> bool {
    matches!(line.trim_ascii_end().last(), Some(b'{' | b'[' | b',' | b':'))
}

fn line(text: &[u8], extent: Extent) -> Shape {
    let text = text.trim_ascii_start();
    if matches!(text.first(), Some(b'{' | b'[' | b'"')) { Shape::of(text, extent) } else { Shape::default() }
}

/// Passes an element of which more may come to `claim`.
fn under_way<T>(shape: Shape, extent: Extent, claim: impl Fn(&Shape) -> Option<T>) -> Fallback<T> {
    match shape.first_claim(claim).1 {
        Some(found) => Fallback::Found(found),
        None if extent.is_complete() => Fallback::Nothing,
        None => Fallback::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind of the first element with the key `a`, the same for any prefix that is long enough.
    fn found(text: &str) -> Option<ShapeKind> {
        let claim = |shape: &Shape| shape.has("a").then_some(shape.kind);
        let expected = probe(text.as_bytes(), Extent::Complete, claim);
        for end in 1..text.len() {
            let part = probe(&text.as_bytes()[..end], Extent::Prefix, claim);
            assert!(part == Fallback::Open || part == expected, "{text}, {end} bytes: {part:?}");
        }
        match expected {
            Fallback::Found(kind) => Some(kind),
            Fallback::Nothing => None,
            Fallback::Open => panic!("{text}: all of it came"),
        }
    }

    #[test]
    fn a_later_element_decides_if_those_before_it_do_not() {
        for array in [r#"[null,{"a":1}]"#, r#"[{"b":1}, {"b":2} ,{"a":"#, "[7\n,\n{\"a\":1}\n]"] {
            assert_eq!(found(array), Some(ShapeKind::ArrayOfObjects), "{array}");
        }
        assert_eq!(found(r#"[null,[{"a":1}]]"#), Some(ShapeKind::ArrayOfArrays));
        for lines in ["garbage\n{\"a\":1}\n", "null\n\n  {\"a\":1", "{\"b\":1}\r\n{\"b\":2}\r\n{\"a\":1}"] {
            assert_eq!(found(lines), Some(ShapeKind::Object), "{lines}");
        }
        assert_eq!(found("[\"w\",7]\n[\"w\",{\"a\":1}]"), Some(ShapeKind::StringAndObject));
    }

    #[test]
    fn a_text_that_is_not_a_list_has_no_later_elements() {
        for text in [
            "",
            "[]",
            "[{\"b\":1}]",
            "hello there",
            "{\n\"b\":1}\n{\"a\":1}",
            "[1]\n{\"a\":1}",
            "[\n1]\n[\"w\",{\"a\":1}]",
            "x\n[{\"a\":1}]",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn the_number_of_inspected_elements_and_bytes_is_bounded() {
        let behind = |count: usize| format!("[{}{{\"a\":1}}]", "7,".repeat(count));
        assert!(found(&behind(MAX_ELEMENTS - 1)).is_some() && found(&behind(MAX_ELEMENTS)).is_none());
        let behind = |count: usize| format!("{}{{\"a\":1}}", "7\n".repeat(count));
        assert!(found(&behind(MAX_ELEMENTS - 1)).is_some() && found(&behind(MAX_ELEMENTS)).is_none());
        let long = vec![b'x'; MAX_FIRST_LINE + 1];
        assert_eq!(probe(&long, Extent::Prefix, |_| Some(())), Fallback::Nothing);
        let big = format!("[\"{}\",{{\"a\":1}}]", "x".repeat(MAX_BYTES));
        let claim = |shape: &Shape| shape.has("a").then_some(());
        for end in [big.len() - 2, big.len()] {
            assert_eq!(probe(&big.as_bytes()[..end], Extent::Prefix, claim), Fallback::Nothing);
        }
    }
}
