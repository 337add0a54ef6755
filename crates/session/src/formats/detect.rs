//! The format of a file, recognized by its content.

use super::fallback::{self, Fallback};
use super::shape::{Extent, Shape, ShapeKind};
use super::sniffer::{MAX_LEADING_SPACE, MAX_MAGIC, MAX_XML, looks_like_text, text_of, unsupported_reason};
use super::{Format, Formats, LoadError, LoadFailure, Sniffed, Start, foreign};

/// The result of detection.
#[derive(Debug)]
pub(super) enum Verdict {
    /// More bytes are needed.
    Unknown,
    Is(&'static dyn Format, Sniffed),
    No(LoadError),
}

/// Number of bytes within which a key must decide the format.
pub(super) const MAX_PREFIX: usize = 8 << 20;

/// Number of leading bytes of a text that is not JSON, of which an error message quotes the
/// beginning.
const SHOWN_BYTES: usize = 40;

/// Inspects the beginning of a file.
pub(super) fn detect(formats: Formats, start: &Start, prefix: &[u8], extent: Extent) -> Verdict {
    let file = start.file.as_str();
    let text = text_of(prefix);
    if prefix.len() - text.len() > MAX_LEADING_SPACE {
        return Verdict::No(LoadFailure::LeadingSpace(MAX_LEADING_SPACE >> 20).at(file));
    }
    let Some(&first) = text.first() else {
        return if extent.is_complete() {
            Verdict::No(LoadFailure::Empty.at(file))
        } else {
            Verdict::Unknown
        };
    };
    if first == b'<' && text.len() < MAX_XML && !extent.is_complete() {
        return Verdict::Unknown;
    }
    if text.len() < MAX_MAGIC && !extent.is_complete() {
        return Verdict::Unknown;
    }
    if let Some(error) = unsupported_reason(file, prefix) {
        return Verdict::No(error);
    }
    match first {
        b'{' | b'[' | b'"' => json(formats, start, text, extent),
        // The error quotes the same beginning for pieces of any size.
        _ if !extent.is_complete() && text.len() < SHOWN_BYTES => Verdict::Unknown,
        _ => {
            if let Some(foreign) = foreign::by_signature(prefix).or_else(|| foreign::by_signature(text)) {
                return Verdict::No(LoadError::foreign(file, foreign));
            }
            let at = prefix.len() - text.len();
            let error = || LoadFailure::NotJson.at(format!("{file}, byte {at}: {}", starts_with(text)));
            let is_text = looks_like_text(text.get(..SHOWN_BYTES).unwrap_or(text));
            if is_text { fallback(formats, start, text, extent, error) } else { Verdict::No(error()) }
        }
    }
}

/// The error for a JSON file none of whose elements is of the detected format; `prefix` is its
/// beginning.
pub(super) fn json_error(file: &str, prefix: &[u8], why: LoadError) -> LoadError {
    let text = text_of(prefix);
    let is_json = matches!(text.first(), Some(b'{' | b'[' | b'"'));
    let foreign = is_json.then(|| foreign::by_shape(&Shape::of(text, Extent::Complete))).flatten();
    foreign.map_or(why, |foreign| LoadError::foreign(file, foreign))
}

/// The verdict by the later elements, if the first element is of no format.
fn fallback(
    formats: Formats,
    start: &Start,
    text: &[u8],
    extent: Extent,
    error: impl FnOnce() -> LoadError,
) -> Verdict {
    let claimed = |shape: &Shape| most_certain(formats, |format| format.sniff_element(shape, start));
    match fallback::probe(text, extent, claimed) {
        Fallback::Found((format, sniffed)) => Verdict::Is(format, sniffed),
        Fallback::Open => Verdict::Unknown,
        Fallback::Nothing => Verdict::No(error()),
    }
}

fn starts_with(text: &[u8]) -> String {
    let shown: String = String::from_utf8_lossy(text.get(..SHOWN_BYTES).unwrap_or(text))
        .chars()
        .map(|char| if char.is_control() || char == '\u{fffd}' { '·' } else { char })
        .take(24)
        .collect();
    format!("it starts with “{shown}”")
}

/// The most certain format; the first one of several that are equally certain.
fn most_certain(
    formats: Formats,
    sniff: impl Fn(&'static dyn Format) -> Option<Sniffed>,
) -> Option<(&'static dyn Format, Sniffed)> {
    let found = formats.iter().filter_map(|format| Some((*format, sniff(*format)?)));
    found.reduce(|best, next| if next.1.confidence > best.1.confidence { next } else { best })
}

fn json(formats: Formats, start: &Start, text: &[u8], extent: Extent) -> Verdict {
    let inspected = if text.len() >= MAX_PREFIX { Extent::Complete } else { extent };
    let shape = Shape::of(text, inspected);
    let (shape, claimed) =
        shape.first_claim(|shape| most_certain(formats, |format| format.sniff(shape, start)));
    if let Some((format, sniffed)) = claimed {
        return Verdict::Is(format, sniffed);
    }
    if !shape.is_final {
        return Verdict::Unknown;
    }
    let file = start.file.as_str();
    fallback(formats, start, text, extent, || {
        let foreign = foreign::by_shape(&shape);
        let unrecognized = || LoadError::unrecognized_json(file, &found(&shape));
        foreign.map_or_else(unrecognized, |foreign| LoadError::foreign(file, foreign))
    })
}

/// The content of a file of no format, for the error.
fn found(shape: &Shape) -> String {
    let keys: Vec<String> = shape.keys().take(6).map(|key| key.chars().take(40).collect()).collect();
    let keys = keys.join(", ");
    match shape.kind {
        ShapeKind::Object if !keys.is_empty() => format!("an object with the keys {keys}"),
        ShapeKind::Object if shape.is_complete() => "an empty object".to_owned(),
        ShapeKind::Object => "an object that ends before its first key".to_owned(),
        ShapeKind::ArrayOfObjects => format!("an array of objects with the keys {keys}"),
        ShapeKind::ArrayOfArrays => format!("an array of arrays of objects with the keys {keys}"),
        ShapeKind::ArrayOfStrings => "an array of strings".to_owned(),
        ShapeKind::StringAndObject => format!("an array of a string and an object with the keys {keys}"),
        ShapeKind::String => "a string".to_owned(),
        ShapeKind::OtherArray => "an array that is empty, or holds no objects".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::FORMATS;

    /// The name of the format that is detected in a text.
    fn detected(text: &str, extent: Extent) -> &'static str {
        match detect(FORMATS, &Start::default(), text.as_bytes(), extent) {
            Verdict::Is(_, sniffed) => sniffed.name,
            Verdict::Unknown => "unknown",
            Verdict::No(_) => "none",
        }
    }

    #[test]
    fn formats_by_their_keys() {
        for (text, name) in [
            ("\u{feff} {\"a\":[1,{\"log\":2}],\"log\":{}}", "HAR"),
            (r#"{"log":"GET /","stream":"stdout"}"#, "none"),
            (r#"{"log":[]}"#, "none"),
            (r#"{"entries":{}}"#, "none"),
            (r#"{"events":7}"#, "none"),
            (r#"{"resources":{}}"#, "none"),
            (r#"{"format":"glTF"}"#, "none"),
            (r#"{"format":{"duration":"1"},"streams":[]}"#, "none"),
            (r#"{"startedAt":1,"files":["a"]}"#, "none"),
            (r#"{"log":{"entries":[{"a":[1}]}}"#, "HAR"),
            (r#"{"entries":[]}"#, "HAR"),
            (r#"[{"request":{},"response":{}}]"#, "HAR entries"),
            ("{\"messageType\":\"http\",\"firstMessageTime\":1}\n{}", "HAR entries"),
            (r#"{"format":"replayscope/1"}"#, "Replayscope session"),
            ("{\"name\":\"u\",\"initiatorType\":\"fetch\"}\n{}", "resources of a Replayscope session"),
            (r#"{"resources":[]}"#, "resources of a Replayscope session"),
            (r#"[{"initiatorType":"fetch"}]"#, "resources of a Replayscope session"),
            (r#"[{"type":4,"data":{"href":"#, "rrweb events"),
            ("{\"data\":{},\"type\":0,\"timestamp\":1}\n{}", "rrweb events"),
            (r#"[[{"type":5,"timestamp":1,"data":{"tag":"#, "rrweb events"),
            (r#"{"initialOffset":{"left":0},"node":{"#, "rrweb events"),
            ("[\"x\u{9c}", "packed rrweb events"),
            ("\"x\\u009c", "packed rrweb events"),
            (r#"["019a", {"type":4,"data":{"#, "PostHog's stored events"),
            (r#"["019a",{"a":1}]"#, "none"),
            (r#"{"version":"2023-04-28","data":{"#, "wrapped rrweb events"),
            (r#"{"snapshot_data_by_window_id":{"#, "wrapped rrweb events"),
            (r#"{"events":["#, "wrapped rrweb events"),
            (r#"["word"]"#, "none"),
            (r#"[null,{"type":4,"data":{}}]"#, "rrweb events"),
            ("garbage\n{\"type\":4,\"data\":{}}\n", "rrweb events"),
            (r#"[7,"x\u009c"]"#, "packed rrweb events"),
            ("[\"019a\",null]\n[\"019a\",{\"type\":4,\"data\":{}}]", "PostHog's stored events"),
            (r#"[{"name":"u"},{"initiatorType":"fetch"}]"#, "resources of a Replayscope session"),
            ("null\n{\"request\":{},\"response\":{}}", "HAR entries"),
            ("7\n{\"type\":\"context-options\"}", "Playwright trace"),
            ("garbage\n{\"log\":{\"entries\":[]}}", "none"),
            (r#"[{"a":1},{"resources":[]},{"events":[]}]"#, "none"),
            (r#"[1,["a",{"initiatorType":"fetch"}]]"#, "none"),
            (r#"{"type":"4","data":{"href":"#, "rrweb events"),
            (r#"{"type":"a","data":1}"#, "none"),
            (r#"{"0":{"type":4},"v":"v1"}"#, "rrweb events"),
        ] {
            assert_eq!(detected(text, Extent::Complete), name, "{text}");
        }
        assert_eq!(detected(r#"{"log":{"entries":[{"#, Extent::Prefix), "HAR");
    }

    #[test]
    fn an_undecided_prefix_needs_more_bytes() {
        for prefix in ["", " ", "{", "{\"a\":[1,", "[", "[{\"a\":1"] {
            assert_eq!(detected(prefix, Extent::Prefix), "unknown", "{prefix}");
        }
    }

    #[test]
    fn a_file_that_is_not_a_recording_is_an_error_that_names_its_kind() {
        let says = |text: &[u8], part: &str| match detect(FORMATS, &Start::default(), text, Extent::Complete)
        {
            Verdict::No(error) => assert!(error.to_string().contains(part), "{error}"),
            other => panic!("{other:?}"),
        };
        says(b"", "empty");
        says(b" \n", "empty");
        says(b"<!doctype html><html>", "HTML");
        says(b"hello there", "not JSON");
        says(b"PK\x03\x04....", "zip");
        says(b"WARC/1.0\r\n", "WARC");
        says(b"\x0a\x0d\x0d\x0a\x1c\x00\x00\x00", "pcap");
        says(b"<?xml version=\"1.0\"?><items burpVersion=\"1\">", "Burp");
        says(&[b" ".repeat(MAX_LEADING_SPACE + 1), b"{}".to_vec()].concat(), "white space");
        says(b"{}", "an empty object");
        says(br#"{"creator":{"log":{}},"date":1}"#, "creator, date");
        says(b"[]", "an array that is empty");
    }
}
