//! Which format a file has, told by its content, never by its name.

use super::fallback::{self, Fallback};
use super::shape::{Shape, ShapeKind};
use super::text_encoding::{TextEncoding, encoding_of};
use super::{Format, LoadError, foreign, har, native, playwright, rrweb};
use crate::archive::is_zip;

/// All formats, in the order in which they are asked.
pub(super) static FORMATS: [&Format; 9] = [
    &har::FORMAT,
    &native::FORMAT,
    &native::RESOURCES,
    &har::ENTRIES,
    &playwright::FORMAT,
    &rrweb::EVENTS,
    &rrweb::PACKED,
    &rrweb::STORED,
    &rrweb::WRAPPED,
];

/// What is known of a file from its first bytes.
#[derive(Debug)]
pub(super) enum Verdict {
    /// More bytes are needed.
    Unknown,
    Is(&'static Format),
    No(LoadError),
}

/// How a file is compressed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstandard,
    /// It is neither text nor known by a magic number: Brotli has none, so it can only be tried.
    MaybeBrotli,
}

/// Tells the compression by the first bytes, of which at least [`COMPRESSION_BYTES`] should be there.
pub fn compression(first_bytes: &[u8]) -> Compression {
    if first_bytes.starts_with(&[0x1f, 0x8b]) {
        Compression::Gzip
    } else if first_bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        Compression::Zstandard
    } else if is_zip(first_bytes)
        || looks_like_text(first_bytes)
        || encoding_of(first_bytes) != TextEncoding::Utf8
    {
        Compression::None
    } else {
        Compression::MaybeBrotli
    }
}

/// So many bytes tell text from what is none.
pub const COMPRESSION_BYTES: usize = 64;

/// Text holds no control characters but white space, and is UTF-8 as far as it goes.
fn looks_like_text(bytes: &[u8]) -> bool {
    let has_control = bytes.iter().any(|byte| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r'));
    let is_utf8 = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character that is cut off at the end.
        Err(error) => error.error_len().is_none(),
    };
    !has_control && is_utf8
}

/// A top-level key that settles the format stands within this many bytes, or the file is read no further.
pub(super) const MAX_PREFIX: usize = 8 << 20;

/// Bytes of white space that a file may begin with: they are looked at again with each piece that comes.
const MAX_LEADING_SPACE: usize = 1 << 20;

/// Bytes of an XML document that tell which tool wrote it.
const MAX_XML: usize = 1 << 10;

/// So many bytes of what is no JSON are looked at to say what it starts with.
const SHOWN_BYTES: usize = 40;

/// Looks at what arrived so far; `complete` when no more comes.
pub(super) fn detect(file: &str, prefix: &[u8], complete: bool) -> Verdict {
    let text = text_of(prefix);
    if prefix.len() - text.len() > MAX_LEADING_SPACE {
        return Verdict::No(LoadError::leading_space(file, MAX_LEADING_SPACE >> 20));
    }
    let Some(&first) = text.first() else {
        return if complete { Verdict::No(LoadError::empty(file)) } else { Verdict::Unknown };
    };
    if first == b'<' && text.len() < MAX_XML && !complete {
        return Verdict::Unknown;
    }
    if text.len() < MAX_MAGIC && !complete {
        return Verdict::Unknown;
    }
    if let Some(error) = refusal(file, prefix) {
        return Verdict::No(error);
    }
    match first {
        b'{' | b'[' | b'"' => json(file, text, complete),
        // What it starts with is told the same however little of it is there yet.
        _ if !complete && text.len() < SHOWN_BYTES => Verdict::Unknown,
        _ => {
            if let Some(foreign) = foreign::by_signature(prefix).or_else(|| foreign::by_signature(text)) {
                return Verdict::No(LoadError::foreign(file, foreign));
            }
            let at = prefix.len() - text.len();
            let refusal = || LoadError::not_json(file, at as u64, &starts_with(text));
            let is_text = looks_like_text(text.get(..SHOWN_BYTES).unwrap_or(text));
            if is_text { fallback(text, complete, refusal) } else { Verdict::No(refusal()) }
        }
    }
}

/// Why a JSON file is refused of which no element is what its first bytes suggest; `prefix` is its beginning.
pub(super) fn refusal_of_json(file: &str, prefix: &[u8], why: LoadError) -> LoadError {
    let text = text_of(prefix);
    let is_json = matches!(text.first(), Some(b'{' | b'[' | b'"'));
    let foreign = is_json.then(|| foreign::by_shape(&Shape::of(text, true))).flatten();
    foreign.map_or(why, |foreign| LoadError::foreign(file, foreign))
}

/// The verdict where the first element tells none.
fn fallback(text: &[u8], complete: bool, refusal: impl FnOnce() -> LoadError) -> Verdict {
    let claimed = |shape: &Shape| {
        FORMATS.into_iter().find(|format| format.claims_further.is_some_and(|claims| claims(shape)))
    };
    match fallback::ask(text, complete, claimed) {
        Fallback::Told(format) => Verdict::Is(format),
        Fallback::Open => Verdict::Unknown,
        Fallback::Nothing => Verdict::No(refusal()),
    }
}

/// The first bytes of a file whose format is known, until they tell whether it is JSON at all.
#[derive(Debug, Default)]
pub(super) struct ContentSniffer {
    bytes: Vec<u8>,
    /// Bytes of white space that were passed over.
    space: usize,
    is_known: bool,
}

/// The longest magic number.
const MAX_MAGIC: usize = 4;
const MAX_HEAD: usize = 64;

/// The bytes without a byte order mark and the space around it.
fn text_of(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start()
}

impl ContentSniffer {
    /// Takes the next piece.
    ///
    /// # Errors
    /// When the file is a web page, an archive, or compressed.
    pub(super) fn take(&mut self, file: &str, piece: &[u8]) -> Result<(), LoadError> {
        if self.is_known {
            return Ok(());
        }
        let whole = piece.len();
        let piece = if self.bytes.is_empty() { piece.trim_ascii_start() } else { piece };
        self.space += whole - piece.len();
        if self.space > MAX_LEADING_SPACE {
            return Err(LoadError::leading_space(file, MAX_LEADING_SPACE >> 20));
        }
        let wanted = MAX_HEAD.saturating_sub(self.bytes.len()).min(piece.len());
        self.bytes.extend_from_slice(piece.get(..wanted).unwrap_or_default());
        self.is_known = text_of(&self.bytes).len() >= MAX_MAGIC || self.bytes.len() == MAX_HEAD;
        refusal(file, &self.bytes).map_or(Ok(()), Err)
    }

    /// Whether enough came to tell.
    pub(super) fn is_known(&self) -> bool {
        self.is_known
    }
}

/// What a file is that holds no JSON at all, told by its first bytes: a web page, an archive, something compressed.
pub(super) fn refusal(file: &str, prefix: &[u8]) -> Option<LoadError> {
    let text = text_of(prefix);
    if text.starts_with(b"<?xml") || text.starts_with(b"<items") {
        let xml = foreign::by_xml(text.get(..MAX_XML).unwrap_or(text));
        return Some(LoadError::foreign(file, xml));
    }
    if text.first() == Some(&b'<') {
        return Some(LoadError::html(file));
    }
    if is_zip(prefix) {
        return Some(LoadError::zip(file));
    }
    match compression(prefix) {
        Compression::Zstandard => Some(LoadError::compressed(file, "Zstandard")),
        Compression::Gzip => Some(LoadError::compressed(file, "gzip")),
        Compression::None | Compression::MaybeBrotli => None,
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

fn json(file: &str, text: &[u8], complete: bool) -> Verdict {
    let shape = Shape::of(text, complete || text.len() >= MAX_PREFIX);
    let (shape, claimed) =
        shape.first_claim(|shape| FORMATS.into_iter().find(|format| (format.claims)(shape)));
    if let Some(format) = claimed {
        return Verdict::Is(format);
    }
    if !shape.is_final {
        return Verdict::Unknown;
    }
    fallback(text, complete, || {
        let foreign = foreign::by_shape(&shape);
        let unrecognized = || LoadError::unrecognized_json(file, &found(&shape));
        foreign.map_or_else(unrecognized, |foreign| LoadError::foreign(file, foreign))
    })
}

/// What stands in a file that no reader wants.
fn found(shape: &Shape) -> String {
    let keys: Vec<String> = shape.keys().take(6).map(|key| key.chars().take(40).collect()).collect();
    let keys = keys.join(", ");
    match shape.kind {
        ShapeKind::Object if !keys.is_empty() => format!("an object with the keys {keys}"),
        ShapeKind::Object if shape.is_whole() => "an empty object".to_owned(),
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

    /// The name of the format that a text is told to have.
    fn told(text: &str, complete: bool) -> &'static str {
        match detect("x", text.as_bytes(), complete) {
            Verdict::Is(format) => format.name,
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
            assert_eq!(told(text, true), name, "{text}");
        }
        assert_eq!(told(r#"{"log":{"entries":[{"#, false), "HAR");
    }

    #[test]
    fn compression_is_told_by_magic_numbers_and_brotli_by_being_nothing_else() {
        let cases: [(&[u8], Compression); 6] = [
            (b"\x1f\x8b\x08", Compression::Gzip),
            (b"\x28\xb5\x2f\xfd", Compression::Zstandard),
            (b"PK\x03\x04\x14\x00", Compression::None),
            (b"\xEF\xBB\xBF{\r\n\t\"\xc3", Compression::None),
            (b"<html>", Compression::None),
            (b"[\x05\x80{}", Compression::MaybeBrotli),
        ];
        for (bytes, expected) in cases {
            assert_eq!(compression(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn more_bytes_are_awaited() {
        for prefix in ["", " ", "{", "{\"a\":[1,", "[", "[{\"a\":1"] {
            assert_eq!(told(prefix, false), "unknown", "{prefix}");
        }
    }

    #[test]
    fn a_head_is_known_however_it_comes() {
        for text in [&b" \n<html>"[..], b"\xEF\xBB\xBF <html>", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"] {
            let mut head = ContentSniffer::default();
            assert!(text.chunks(1).any(|piece| head.take("x", piece).is_err()), "{text:?}");
        }
        let mut head = ContentSniffer::default();
        assert!(b"{\"a\":\"<html>\"}".chunks(1).all(|piece| head.take("x", piece).is_ok()));
    }

    #[test]
    fn what_is_no_recording_is_named() {
        let says = |text: &[u8], word: &str| match detect("x.json", text, true) {
            Verdict::No(error) => assert!(error.to_string().contains(word), "{error}"),
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
