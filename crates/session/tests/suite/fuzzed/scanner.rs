//! The scanners: in pieces of any size they find what the plain scanner finds a byte at a time, and in valid JSON what
//! `serde_json` finds.

use std::fmt;

use json_spans::{Event, Fields, NodeId, Outline, Route, ScanEnd, json_string};
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use session::encodings::json::JsonTree;
use session::formats::RecordScanner;
use session::model::{SegmentedBuffer, Span};

use super::by_bytes;
use super::parts::pieces;

/// The place of a top-level array's elements.
const ELEMENT: NodeId = 7;
/// Longer keys are none that a reader asks for.
const MAX_KEY: usize = 64;

pub(crate) fn scanner(text: &[u8]) {
    let mut pieces = pieces(text);
    pieces.push(usize::MAX);
    let expected = by_bytes::scan(text, by_length, ELEMENT);
    let (records, end) = records(text, usize::MAX);
    for piece in pieces {
        assert_eq!(outline(text, piece, by_length, ELEMENT), expected, "in pieces of {piece}");
        assert_eq!(self::records(text, piece), (records.clone(), end), "in pieces of {piece}");
    }
    assert!(
        records.windows(2).all(|pair| pair[0].end() <= pair[1].start),
        "records follow one another: {records:?}"
    );
    assert!(records.iter().all(|record| record.end() as usize <= text.len()), "records lie within the text");
    fields(text);
    strings(text);
    if let Ok(text) = std::str::from_utf8(text) {
        as_serde_json(text, &records);
    }
}

/// Asks for something of every kind, by the length of the key.
fn by_length(place: NodeId, key: &[u8]) -> Route {
    match key.len() % 6 {
        0 => Route::Skip,
        1 => Route::Enter(place.wrapping_add(1)),
        2 => Route::Keep(place),
        3 => Route::List { list: place.wrapping_add(1), element: place.wrapping_add(2) },
        4 => Route::List { list: place, element: Outline::OPAQUE },
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

fn records(text: &[u8], piece: usize) -> (Vec<Span>, ScanEnd) {
    let (mut kept, mut scanner, mut found) =
        (SegmentedBuffer::default(), RecordScanner::default(), Vec::new());
    for piece in text.chunks(piece) {
        kept.append(piece).expect("a small text");
        scanner.feed(&kept, piece, &mut found);
    }
    let end = scanner.finish(&kept, &mut found);
    assert!(scanner.open_record() <= text.len() as u64);
    (found, end)
}

/// Fields stand where they say, one behind the other.
fn fields(text: &[u8]) {
    let mut fields = Fields::of(text);
    let mut last = 0;
    for field in &mut fields {
        assert_eq!(text.get(field.at..field.at + field.value.len()), Some(field.value));
        assert!(field.at >= last, "fields follow one another");
        last = field.at + field.value.len();
    }
    let _ = (fields.is_whole(), fields.has_strays());
}

/// Any bytes between two quotes stand for a text, of which the length and the beginning are told without building it.
fn strings(raw: &[u8]) {
    let text = json_string::unescape(raw);
    assert_eq!(json_string::measure(raw).len, text.len() as u64);
    for max_chars in [0, 1, 20] {
        let (prefix, goes_on) = json_string::prefix(raw, max_chars);
        let expected: String = text.chars().take(max_chars).collect();
        assert_eq!((prefix, goes_on), (expected, text.chars().nth(max_chars).is_some()));
    }
}

/// The fields of an object in order, repeated keys and all.
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

fn as_serde_json(text: &str, records: &[Span]) {
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    // `serde_json` goes no deeper than 127 brackets, and the tree a good deal deeper.
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() < 127 {
        assert_eq!(JsonTree::parse(text).is_some(), is_json, "a tree is made of JSON and nothing else");
    }
    let whole = || Span::between(leading(text), leading(text) + text.trim_ascii().len() as u64);
    if let Ok(Pairs(pairs)) = serde_json::from_str::<Pairs<'_>>(text) {
        object(text.trim_ascii_start(), &pairs);
        let (events, end) = outline(text.as_bytes(), usize::MAX, |_, _| Route::Report, Outline::OPAQUE);
        let found: Vec<&str> = events
            .iter()
            .filter_map(|event| match event {
                Event::Field { value, .. } => Some(*value),
                _ => None,
            })
            .map(|span| at(text, span))
            .collect();
        // Keys are asked about as they stand, and the longest are not.
        let raw_keys = Fields::of(text.trim_ascii_start().as_bytes()).map(|field| field.key.len());
        let asked: Vec<&str> = pairs
            .iter()
            .zip(raw_keys)
            .filter(|(_, len)| *len <= MAX_KEY)
            .map(|((_, value), _)| value.get())
            .collect();
        assert_eq!((found, end), (asked, ScanEnd::Complete));
        assert_eq!(events.last(), Some(&Event::Root(whole())));
    }
    if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) {
        let elements: Vec<&str> = elements.iter().map(|element| element.get()).collect();
        let found: Vec<&str> = records.iter().map(|span| at(text, *span)).collect();
        assert_eq!(found, elements, "the elements of an array are its records");
    }
    lines(text, records);
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
    assert!(fields.next().is_none() && fields.is_whole() && !fields.has_strays());
}

/// Where every line is an object, and the first is no wrapper of a list, every line is a record.
fn lines(text: &str, records: &[Span]) {
    // A form feed is no space in JSON.
    let trimmed = |line| str::trim_matches(line, [' ', '\t', '\r']);
    let lines: Vec<&str> = text.split('\n').map(trimmed).filter(|line| !line.is_empty()).collect();
    let are_objects = lines.iter().all(|line| serde_json::from_str::<Pairs<'_>>(line).is_ok());
    let is_wrapper =
        lines.first().is_none_or(|line| line.contains("resources") || line.contains("webSocketEvents"));
    if are_objects && !is_wrapper {
        let found: Vec<&str> = records.iter().map(|span| trimmed(at(text, *span))).collect();
        let found: Vec<&str> = found.into_iter().filter(|record| !record.is_empty()).collect();
        assert_eq!(found, lines, "the lines of JSON Lines are its records");
    }
}

fn leading(text: &str) -> u64 {
    (text.len() - text.trim_ascii_start().len()) as u64
}

fn at(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end() as usize).expect("a span of whole characters")
}
