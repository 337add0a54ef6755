//! Which format a file has, told by its content, never by its name.

use super::LoadError;
use crate::scan::{Event, Outline, Place, Route};

/// What is known of a file from its first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// More bytes are needed.
    Unknown,
    Har,
    /// A native session's manifest.
    Manifest,
    /// A native session's `resources.jsonl` by itself.
    Resources,
    No(LoadError),
}

/// How a file is compressed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
}

/// Tells gzip by its magic number; other compressions are refused by name when the file is read.
pub fn compression(first_bytes: &[u8]) -> Compression {
    if first_bytes.starts_with(&[0x1f, 0x8b]) { Compression::Gzip } else { Compression::None }
}

/// A top-level key that settles the format stands within this many bytes, or the file is read no further.
const MAX_PREFIX: usize = 8 << 20;

/// So many bytes of what is no JSON are looked at to say what it starts with.
const SHOWN_BYTES: usize = 40;

/// Looks at what arrived so far; `complete` when no more comes.
pub(super) fn detect(file: &str, prefix: &[u8], complete: bool) -> Verdict {
    let text = text_of(prefix);
    let Some(&first) = text.first() else {
        return if complete { Verdict::No(LoadError::empty(file)) } else { Verdict::Unknown };
    };
    if text.len() < MAX_MAGIC && !complete {
        return Verdict::Unknown;
    }
    if let Some(error) = refusal(file, prefix) {
        return Verdict::No(error);
    }
    match first {
        b'{' => object(file, prefix, complete),
        b'[' => array(file, text, complete),
        // What it starts with is told the same however little of it is there yet.
        _ if !complete && text.len() < SHOWN_BYTES => Verdict::Unknown,
        _ => {
            let at = prefix.len() - text.len();
            Verdict::No(LoadError::not_json(file, at as u64, &starts_with(text)))
        }
    }
}

/// The first bytes of a file whose format is known, until they tell whether it is JSON at all.
#[derive(Debug, Default)]
pub(super) struct Head {
    bytes: Vec<u8>,
    is_known: bool,
}

/// The longest magic number.
const MAX_MAGIC: usize = 4;
const MAX_HEAD: usize = 64;

/// The bytes without a byte order mark and the space around it.
fn text_of(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start()
}

impl Head {
    /// Takes the next piece.
    ///
    /// # Errors
    /// When the file is a web page, an archive, or compressed.
    pub(super) fn take(&mut self, file: &str, piece: &[u8]) -> Result<(), LoadError> {
        if self.is_known {
            return Ok(());
        }
        let piece = if self.bytes.is_empty() { piece.trim_ascii_start() } else { piece };
        let wanted = MAX_HEAD.saturating_sub(self.bytes.len()).min(piece.len());
        self.bytes.extend_from_slice(piece.get(..wanted).unwrap_or_default());
        self.is_known = text_of(&self.bytes).len() >= MAX_MAGIC || self.bytes.len() == MAX_HEAD;
        refusal(file, &self.bytes).map_or(Ok(()), Err)
    }
}

/// What a file is that holds no JSON at all, told by its first bytes: a web page, an archive, something compressed.
pub(super) fn refusal(file: &str, prefix: &[u8]) -> Option<LoadError> {
    if text_of(prefix).first() == Some(&b'<') {
        return Some(LoadError::html(file));
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return Some(LoadError::zip(file));
    }
    if prefix.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
        return Some(LoadError::compressed(file, "Zstandard"));
    }
    (compression(prefix) == Compression::Gzip).then(|| LoadError::compressed(file, "gzip"))
}

fn starts_with(text: &[u8]) -> String {
    let shown: String = String::from_utf8_lossy(text.get(..SHOWN_BYTES).unwrap_or(text))
        .chars()
        .map(|char| if char.is_control() || char == '\u{fffd}' { '·' } else { char })
        .take(24)
        .collect();
    format!("it starts with “{shown}”")
}

fn every_field(place: Place, _: &[u8]) -> Route {
    if place == Outline::ROOT { Route::Report } else { Route::Skip }
}

/// The keys of the top object, as far as their values are complete, and the key whose value is under way.
fn top_keys(prefix: &[u8]) -> (Vec<String>, bool) {
    let mut outline = Outline::new(every_field, Outline::OPAQUE);
    let mut events = Vec::new();
    outline.feed(prefix, &mut events);
    let mut keys = Vec::new();
    let mut ended = false;
    for event in events {
        match event {
            Event::Field { key, .. } if !ended => {
                let key = prefix.get(key.start as usize..key.end() as usize).unwrap_or_default();
                keys.push(String::from_utf8_lossy(key).into_owned());
            }
            Event::Root(_) => ended = true,
            _ => {}
        }
    }
    keys.extend(outline.pending_key().map(|key| String::from_utf8_lossy(key).into_owned()));
    (keys, ended)
}

fn object(file: &str, prefix: &[u8], complete: bool) -> Verdict {
    let (keys, ended) = top_keys(prefix);
    let has = |key: &str| keys.iter().any(|known| known == key);
    if has("log") {
        return Verdict::Har;
    }
    if has("format") || (has("startedAt") && has("files")) {
        return Verdict::Manifest;
    }
    if has("initiatorType") || has("resources") {
        return Verdict::Resources;
    }
    if has("snapshots") || (has("data") && has("version")) {
        return Verdict::No(LoadError::known_format(file, "a PostHog recording"));
    }
    if !ended && !complete && prefix.len() < MAX_PREFIX {
        return Verdict::Unknown;
    }
    if keys.is_empty() {
        let found = if ended { "an empty object" } else { "an object that ends before its first key" };
        return Verdict::No(LoadError::no_session(file, found));
    }
    let shown: Vec<String> = keys.iter().take(6).map(|key| key.chars().take(40).collect()).collect();
    Verdict::No(LoadError::no_session(file, &format!("an object with the keys {}", shown.join(", "))))
}

fn array(file: &str, text: &[u8], complete: bool) -> Verdict {
    let mut outline = Outline::new(|_, _| Route::Skip, Outline::OPAQUE);
    let mut events = Vec::new();
    outline.feed(text, &mut events);
    let first = events.iter().find_map(|event| match event {
        Event::Element { span, .. } => text.get(span.start as usize..span.end() as usize),
        _ => None,
    });
    let Some(first) = first else {
        return match events.last() {
            Some(Event::Root(_)) => Verdict::No(LoadError::no_session(file, "an empty array")),
            _ if complete || text.len() >= MAX_PREFIX => {
                Verdict::No(LoadError::no_session(file, "an array that ends within its first element"))
            }
            _ => Verdict::Unknown,
        };
    };
    let (keys, _) = top_keys(first);
    let has = |key: &str| keys.iter().any(|known| known == key);
    if has("initiatorType") {
        Verdict::Resources
    } else if has("type") && has("data") && has("timestamp") {
        Verdict::No(LoadError::known_format(file, "an rrweb recording"))
    } else {
        Verdict::No(LoadError::no_session(file, "an array"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> Verdict {
        detect("x", text.as_bytes(), true)
    }

    #[test]
    fn formats_by_their_keys() {
        assert_eq!(whole("\u{feff} {\"a\":[1,{\"log\":2}],\"log\":{}}"), Verdict::Har);
        assert_eq!(detect("x", br#"{"log":{"entries":[{"#, false), Verdict::Har);
        assert_eq!(
            detect("x", br#"{"log":{"entries":[{"a":[1}]}}"#, true),
            Verdict::Har,
            "broken, but a HAR"
        );
        assert_eq!(whole(r#"{"format":"replayscope/1"}"#), Verdict::Manifest);
        assert_eq!(whole("{\"name\":\"u\",\"initiatorType\":\"fetch\"}\n{}"), Verdict::Resources);
        assert_eq!(whole(r#"{"resources":[]}"#), Verdict::Resources);
        assert_eq!(whole(r#"[{"initiatorType":"fetch"}]"#), Verdict::Resources);
    }

    #[test]
    fn more_bytes_are_awaited() {
        for prefix in ["", " ", "{", "{\"a\":[1,", "[", "[{\"a\":1"] {
            assert_eq!(detect("x", prefix.as_bytes(), false), Verdict::Unknown, "{prefix}");
        }
    }

    #[test]
    fn a_head_is_known_however_it_comes() {
        for text in [&b" \n<html>"[..], b"\xEF\xBB\xBF <html>", b"PK\x03\x04", b"\x28\xb5\x2f\xfd"] {
            let mut head = Head::default();
            assert!(text.chunks(1).any(|piece| head.take("x", piece).is_err()), "{text:?}");
        }
        let mut head = Head::default();
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
        says(b"{}", "an empty object");
        says(br#"{"creator":{"log":{}},"date":1}"#, "creator, date");
        says(br#"[{"type":4,"data":{},"timestamp":1}]"#, "rrweb");
        says(b"[]", "an empty array");
    }
}
