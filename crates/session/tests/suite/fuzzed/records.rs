//! The record scanner finds the same records in pieces of any size, and in valid JSON those that
//! `serde_json` finds. The JSON tree accepts what `serde_json` accepts.

use std::collections::BTreeMap;

use json_spans::ScanEnd;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use session::encodings::{SpanTree, Syntax};
use session::formats::RecordScanner;
use session::model::{SegmentedBuffer, Span};

use super::parts::pieces;

pub(crate) fn records(text: &[u8]) {
    let (records, end) = scan(text, usize::MAX);
    for piece in pieces(text) {
        assert_eq!(scan(text, piece), (records.clone(), end), "in pieces of {piece}");
    }
    assert!(
        records.windows(2).all(|pair| pair[0].end() <= pair[1].start),
        "records follow one another: {records:?}"
    );
    assert!(records.iter().all(|record| record.end() as usize <= text.len()), "records are within the text");
    if let Ok(text) = std::str::from_utf8(text) {
        compare_with_serde_json(text, &records);
    }
}

fn scan(text: &[u8], piece: usize) -> (Vec<Span>, ScanEnd) {
    let (mut buffer, mut scanner, mut found) =
        (SegmentedBuffer::default(), RecordScanner::default(), Vec::new());
    for piece in text.chunks(piece) {
        buffer.append(piece).expect("a small text");
        scanner.feed(&buffer, piece, &mut found);
    }
    let end = scanner.finish(&buffer, &mut found);
    assert!(scanner.open_record() <= text.len() as u64);
    (found, end)
}

fn compare_with_serde_json(text: &str, records: &[Span]) {
    // `serde_json` bounds the depth to 127 brackets, the tree to 512.
    if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() < 127 {
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        assert_eq!(
            SpanTree::parse(Syntax::Json, text.as_bytes()).is_some(),
            is_json,
            "a tree is made of JSON and nothing else"
        );
    }
    if let Ok(elements) = serde_json::from_str::<Vec<&RawValue>>(text) {
        let elements: Vec<&str> = elements.iter().map(|element| element.get()).collect();
        let found: Vec<&str> = records.iter().map(|span| slice(text, *span)).collect();
        assert_eq!(found, elements, "the elements of an array are its records");
    }
    lines(text, records);
}

/// If every line is an object, and the first is not a wrapper around a list, every line is a
/// record.
fn lines(text: &str, records: &[Span]) {
    // A form feed is not white space in JSON.
    let trimmed = |line| str::trim_matches(line, [' ', '\t', '\r']);
    let lines: Vec<&str> = text.split('\n').map(trimmed).filter(|line| !line.is_empty()).collect();
    let are_objects =
        lines.iter().all(|line| serde_json::from_str::<BTreeMap<String, &RawValue>>(line).is_ok());
    let is_wrapper =
        lines.first().is_none_or(|line| line.contains("resources") || line.contains("webSocketEvents"));
    if are_objects && !is_wrapper {
        let found: Vec<&str> = records.iter().map(|span| trimmed(slice(text, *span))).collect();
        let found: Vec<&str> = found.into_iter().filter(|record| !record.is_empty()).collect();
        assert_eq!(found, lines, "the lines of JSON Lines are its records");
    }
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end() as usize).expect("a span ends between characters")
}
