//! The rules of the scanners for any input: in pieces of any size they find what the byte-wise
//! reference scanner finds, and in valid JSON what `serde_json` finds.

mod byte_wise;

use std::fmt;

use json_spans::{Event, Fields, NodeId, Outline, Route, ScanEnd, Span, is_json, json_string};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The node of a top-level array's elements.
const ELEMENT: NodeId = 7;
/// Maximum length of a key that a reader can request, in bytes.
const MAX_KEY: usize = 64;
/// Inputs up to this length are also fed a byte at a time.
const SMALL: usize = 600;

/// Checks every rule on one input.
pub fn scanner(text: &[u8]) {
    let expected = byte_wise::scan(text, by_length, ELEMENT);
    for piece in piece_sizes(text) {
        assert_eq!(outline(text, piece, by_length, ELEMENT), expected, "in pieces of {piece}");
    }
    fields(text);
    strings(text);
    if let Ok(text) = std::str::from_utf8(text) {
        compare_with_serde_json(text);
    }
}

/// Piece sizes to compare: all of the text at once, a size that depends on the input, and single
/// bytes for a small input.
fn piece_sizes(text: &[u8]) -> Vec<usize> {
    let mut sizes = vec![
        usize::MAX,
        2 + text.iter().rev().take(7).fold(text.len(), |sum, byte| sum * 31 + usize::from(*byte)) % 300,
    ];
    if text.len() <= SMALL {
        sizes.push(1);
    }
    sizes
}

/// Returns each kind of route, by the length of the key.
fn by_length(node: NodeId, key: &[u8]) -> Route {
    match key.len() % 6 {
        0 => Route::Skip,
        1 => Route::Enter(node.wrapping_add(1)),
        2 => Route::Capture(node),
        3 => Route::List { list: node.wrapping_add(1), element: node.wrapping_add(2) },
        4 => Route::List { list: node, element: Outline::OPAQUE },
        _ => Route::Report,
    }
}

fn outline(
    text: &[u8],
    piece: usize,
    route: fn(NodeId, &[u8]) -> Route,
    element: NodeId,
) -> (Vec<Event>, ScanEnd) {
    let mut outline = Outline::new(route, element);
    let mut events = Vec::new();
    for piece in text.chunks(piece) {
        outline.feed(piece, &mut events);
        let _ = (outline.pending_key(), outline.open_element());
    }
    assert_eq!(outline.position(), text.len() as u64);
    let end = outline.finish(&mut events);
    (events, end)
}

/// Fields are at the offsets that they report, in order.
fn fields(text: &[u8]) {
    let mut fields = Fields::of(text);
    let mut last = 0;
    for field in &mut fields {
        assert_eq!(text.get(field.at..field.at + field.value.len()), Some(field.value));
        assert!(field.at >= last, "fields follow one another");
        last = field.at + field.value.len();
    }
    let _ = (fields.is_complete(), fields.has_unexpected());
}

/// Any bytes between quotes encode a text, whose length and beginning are found without building
/// it.
fn strings(raw: &[u8]) {
    let text = json_string::unescape(raw);
    assert_eq!(json_string::measure(raw).len, text.len() as u64);
    for max_chars in [0, 1, 20] {
        let (prefix, has_more) = json_string::prefix(raw, max_chars);
        let expected: String = text.chars().take(max_chars).collect();
        assert_eq!((prefix, has_more), (expected, text.chars().nth(max_chars).is_some()));
    }
}

/// The fields of an object in order, including repeated keys.
struct Pairs<'t>(Vec<(String, &'t RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

fn compare_with_serde_json(text: &str) {
    // `serde_json` bounds the depth to 127 brackets.
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() < 127 {
        let expected = serde_json::from_str::<IgnoredAny>(text).is_ok();
        assert_eq!(is_json(text.as_bytes()), expected, "the validator accepts JSON and nothing else");
    }
    if let Ok(Pairs(pairs)) = serde_json::from_str::<Pairs<'_>>(text) {
        object(text.trim_ascii_start(), &pairs);
        let (events, end) = outline(text.as_bytes(), usize::MAX, |_, _| Route::Report, Outline::OPAQUE);
        let found: Vec<&str> = events
            .iter()
            .filter_map(|event| match event {
                Event::Field { value, .. } => Some(*value),
                _ => None,
            })
            .map(|span| slice(text, span))
            .collect();
        // Keys are routed as written, and the longest are skipped.
        let raw_keys = Fields::of(text.trim_ascii_start().as_bytes()).map(|field| field.key.len());
        let asked: Vec<&str> = pairs
            .iter()
            .zip(raw_keys)
            .filter(|(_, len)| *len <= MAX_KEY)
            .map(|((_, value), _)| value.get())
            .collect();
        assert_eq!((found, end), (asked, ScanEnd::Complete));
        let root = Span::between(leading(text), leading(text) + text.trim_ascii().len() as u64);
        assert_eq!(events.last(), Some(&Event::Root(root)));
    }
}

fn object(text: &str, pairs: &[(String, &RawValue)]) {
    let mut fields = Fields::of(text.as_bytes());
    for (key, value) in pairs {
        let field = fields.next().expect("as many fields");
        assert_eq!(json_string::unescape(field.key), *key);
        assert_eq!(field.value, value.get().as_bytes());
        if let Ok(text) = serde_json::from_str::<String>(value.get()) {
            let raw = value.get().as_bytes();
            assert_eq!(json_string::unescape(raw.get(1..raw.len() - 1).unwrap_or_default()), text);
        }
    }
    assert!(fields.next().is_none() && fields.is_complete() && !fields.has_unexpected());
}

fn leading(text: &str) -> u64 {
    (text.len() - text.trim_ascii_start().len()) as u64
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end() as usize).expect("a span ends between characters")
}
