//! Decides most messages by the bytes of the file: whether the last key of a path occurs, and
//! whether a value after it is what it must be.
//!
//! A JSON key is written with quotation marks around it, so that its occurrences are found by a
//! substring search; a key of MessagePack has its length before it. Only where one of them has a
//! matching value is the text before it read, to know whether the key is on the path. What cannot be
//! decided so, such as a key with an escape or JSON in a string of JSON, takes a tree.

use memchr::memmem;

use super::message_pack as scan_message_pack;
use super::scan::{self, Form, Found, InString, Plain};
use super::{PathTest, Step, Walker};
use crate::encodings::{NodeKind, message_pack};
use crate::filter::escaped::is_plain;
use crate::filter::search::ByteFrequencies;
use crate::filter::text::TextTerm;
use crate::model::{Encoding, MessageBody};
use json_spans::json_string::read_escape;

/// A path, and what excludes payloads without such a value.
#[derive(Clone, Debug)]
pub(in crate::filter) struct PathCandidates {
    test: PathTest,
    /// The last key of the path.
    key: Option<TextTerm>,
    /// Its occurrences in JSON; `None` if JSON writes it in several ways.
    occurrences: Option<Occurrences>,
    /// Texts of which one must occur in a payload of JSON; none if it can be written in several
    /// ways.
    values: Vec<TextTerm>,
}

/// Searches for a key in JSON.
#[derive(Clone, Debug)]
struct Occurrences {
    key: memmem::Finder<'static>,
    /// The beginning of the escape of a character of ASCII.
    escape: memmem::Finder<'static>,
    /// The path ends with the key, so that the value after it is compared.
    is_last_step: bool,
}

/// What an occurrence of the text of a key is.
enum Occurrence {
    /// Not a key, or one with a value that does not match.
    Irrelevant,
    /// A key that matches if it is on the path.
    Candidate,
    /// Perhaps a key of JSON within a string.
    Uncertain,
}

impl PathCandidates {
    pub(in crate::filter) fn new(test: &PathTest, frequencies: &ByteFrequencies) -> Self {
        let term = |text: &str| TextTerm::new(frequencies, text);
        let key = test.last_key();
        let is_last_step = matches!(test.steps.last(), Some(Step::Key(_) | Step::Descendants(_)));
        let occurrences = key.filter(|key| !key.is_empty() && is_plain(key)).map(|key| Occurrences {
            key: memmem::Finder::new(key.as_bytes()).into_owned(),
            escape: memmem::Finder::new("\\u00"),
            is_last_step,
        });
        Self {
            key: key.map(term),
            occurrences,
            values: test.required_texts().into_iter().map(term).collect(),
            test: test.clone(),
        }
    }

    /// Whether a payload matches, by its bytes in the file; `None` if they do not decide.
    pub(in crate::filter) fn decide(&self, raw: &[u8], body: MessageBody) -> Option<bool> {
        match body.encoding {
            Encoding::Absent => Some(false),
            Encoding::Base64 => None,
            Encoding::JsonString => self.decide_json::<InString>(raw, body),
            Encoding::JsonValue => self.decide_json::<Plain>(raw, body),
        }
    }

    fn decide_json<F: Form>(&self, raw: &[u8], body: MessageBody) -> Option<bool> {
        let may_occur = |term: &TextTerm| term.in_escaped.may_occur_in(raw, body.has_unicode_escapes);
        let Some(occurrences) = &self.occurrences else {
            let has_key = self.key.as_ref().is_none_or(may_occur);
            return (!has_key || !self.may_have_value(may_occur)).then_some(false);
        };
        let is_escaped = body.has_unicode_escapes && occurrences.may_be_escaped_in(raw);
        let found = if is_escaped { Occurrence::Uncertain } else { occurrences.find::<F>(raw, &self.test) };
        match found {
            Occurrence::Irrelevant => Some(false),
            Occurrence::Candidate => {
                scan::matches::<F>(raw, &self.test.steps, &|found| self.test.accepts(found))
            }
            Occurrence::Uncertain => (!self.may_have_value(may_occur)).then_some(false),
        }
    }

    fn may_have_value(&self, may_occur: impl Fn(&TextTerm) -> bool) -> bool {
        self.values.is_empty() || self.values.iter().any(may_occur)
    }

    /// Whether a payload matches, by what was sent.
    pub(in crate::filter) fn matches(&self, body: MessageBody, sent: &[u8], walker: &mut Walker) -> bool {
        let is_json = matches!(body.encoding, Encoding::JsonString | Encoding::JsonValue);
        let in_message_pack = || self.occurrences.as_ref()?.find_in_message_pack(sent, &self.test);
        if !is_json && matches!(in_message_pack(), Some(Occurrence::Irrelevant)) {
            return false;
        }
        let may_have_key = |key: &TextTerm| is_json || key.in_escaped.may_occur_in(sent, true);
        self.key.as_ref().is_none_or(may_have_key) && walker.matches(&self.test, sent)
    }
}

impl Occurrences {
    /// Whether `raw` has an escape that could be of a key or of a character around it.
    fn may_be_escaped_in(&self, raw: &[u8]) -> bool {
        self.escape.find_iter(raw).any(|at| {
            let escape = raw.get(at..).and_then(read_escape);
            escape.is_some_and(|escape| escape.char.is_ascii_graphic())
        })
    }

    /// The most relevant occurrence in MessagePack that is an object or an array; `None` if `data` is
    /// neither. A key is written with its length before it.
    fn find_in_message_pack(&self, data: &[u8], test: &PathTest) -> Option<Occurrence> {
        if !message_pack::begins_with_container(data) {
            return None;
        }
        let key = self.key.needle();
        let mut found = Occurrence::Irrelevant;
        for start in self.key.find_iter(data) {
            let is_key = data.get(..start).is_some_and(|before| ends_with_text_head(before, key.len()));
            // It may be a key of JSON within a text.
            if !is_key {
                return Some(Occurrence::Uncertain);
            }
            if !self.is_last_step {
                found = Occurrence::Candidate;
                continue;
            }
            match scan_message_pack::matches_at(data, start + key.len(), test) {
                Some(true) => found = Occurrence::Candidate,
                Some(false) => {}
                None => return Some(Occurrence::Uncertain),
            }
        }
        let is_escaped = || self.escape.find(data).is_some();
        let is_none = matches!(found, Occurrence::Irrelevant);
        Some(if is_none && is_escaped() { Occurrence::Uncertain } else { found })
    }

    /// The most relevant occurrence in `raw`.
    fn find<F: Form>(&self, raw: &[u8], test: &PathTest) -> Occurrence {
        let mut found = Occurrence::Irrelevant;
        for start in self.key.find_iter(raw) {
            match self.occurrence::<F>(raw, start, test) {
                Occurrence::Irrelevant => {}
                Occurrence::Candidate => found = Occurrence::Candidate,
                Occurrence::Uncertain => return Occurrence::Uncertain,
            }
        }
        found
    }

    fn occurrence<F: Form>(&self, raw: &[u8], start: usize, test: &PathTest) -> Occurrence {
        let end = start + self.key.needle().len();
        let before = raw.get(..start).unwrap_or_default();
        let after = raw.get(end..).unwrap_or_default();
        if !before.ends_with(b"\"") || !after.starts_with(b"\"") && !after.starts_with(b"\\") {
            return Occurrence::Irrelevant;
        }
        if !after.starts_with(F::QUOTE) || !ends_with_quote::<F>(before) {
            return Occurrence::Uncertain;
        }
        let colon = scan::after_space::<F>(raw, end + F::QUOTE.len());
        match raw.get(colon) {
            Some(b':') if self.is_last_step => {}
            Some(b':') => return Occurrence::Candidate,
            // White space can be written as an escape.
            Some(b'\\') => return Occurrence::Uncertain,
            _ => return Occurrence::Irrelevant,
        }
        match scan::value_at::<F>(raw, colon + 1) {
            Some(found) if test.accepts(&found) => Occurrence::Candidate,
            Some(Found::Container | Found::Scalar { .. }) => Occurrence::Irrelevant,
            None => Occurrence::Uncertain,
        }
    }
}

/// Whether MessagePack ends with the head of a text of `len` bytes.
fn ends_with_text_head(data: &[u8], len: usize) -> bool {
    [1, 2, 3, 5].into_iter().any(|head_len| {
        let written = data.len().checked_sub(head_len).and_then(|start| data.get(start..));
        let head = written.and_then(message_pack::head).filter(|head| head.len == head_len);
        head.is_some_and(|head| head.kind == NodeKind::String && head.count == len as u64)
    })
}

/// Whether `text` ends with a quotation mark of the form, and not with an escaped one.
fn ends_with_quote<F: Form>(text: &[u8]) -> bool {
    text.strip_suffix(F::QUOTE).is_some_and(|before| !before.ends_with(b"\\"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::filter::path::message_pack::test_values::value as message_pack_value;
    use crate::filter::path::walk::test_json::json;
    use crate::filter::readings::Readings;
    use crate::model::Span;
    use json_spans::json_string::{escape, has_unicode_escapes};

    /// By the bytes of the file, and by a tree.
    fn both(path: &str, encoding: Encoding, raw: &[u8]) -> (Option<bool>, bool) {
        let test = PathTest::parse(path).unwrap_or_else(|error| panic!("{path}: {error:?}"));
        let body =
            MessageBody { encoding, has_unicode_escapes: has_unicode_escapes(raw), span: Span::default() };
        let candidates = PathCandidates::new(&test, &ByteFrequencies::default());
        let mut readings = Readings::of(body, raw);
        (candidates.decide(raw, body), Walker::default().decoded(&test, readings.sent()))
    }

    /// A text as the file has it, with some characters as Unicode escapes.
    fn in_string(text: &str, is_escaped: impl Fn(char) -> bool) -> Vec<u8> {
        let mut raw = Vec::new();
        for char in text.chars() {
            if is_escaped(char) {
                raw.extend_from_slice(format!("\\u{:04x}", char as u32).as_bytes());
            } else {
                escape(&mut raw, char.to_string().as_bytes());
            }
        }
        raw
    }

    #[test]
    fn most_payloads_are_decided_without_a_tree() {
        let text = r#"{"type":"price","bid":42.25,"note":"café","at":{"x":[1,{"bid":"no"}]}}"#;
        let raw = in_string(text, |char| !char.is_ascii());
        for (path, expected) in [
            ("$.bid>42", true),
            ("$.bid>43", false),
            ("$.type=price", true),
            ("$.note=café", true),
            ("$.at.x", true),
            ("$.at.bid", false),
            ("$.missing", false),
            ("$.type=bid", false),
            ("$..bid=7", false),
        ] {
            assert_eq!(both(path, Encoding::JsonString, &raw), (Some(expected), expected), "{path}");
            assert_eq!(
                both(path, Encoding::JsonValue, text.as_bytes()),
                (Some(expected), expected),
                "{path}"
            );
        }
        for text in
            ["42[\"chat\",{\"bid\":43}]", "MESSAGE\nsubscription:0\n\n{\"bid\":43}\0", "[{\"bid\":43}]\u{1e}"]
        {
            let raw = in_string(text, |char| char.is_ascii_control() && char != '\n');
            assert_eq!(both("bid>42", Encoding::JsonString, &raw), (Some(true), true), "{text}");
        }
    }

    #[test]
    fn what_could_be_json_in_a_string_is_left_to_the_tree() {
        for text in [r#"{"a":"{\"b\":1}"}"#, r#"{"a":" {\"b\":1}"}"#, r#"a["{\"a\":{\"b\":1}}"]"#] {
            let raw = in_string(text, |_| false);
            assert_eq!(both("a.b=1", Encoding::JsonString, &raw), (None, true), "{text}");
            assert_eq!(both("a.b=1", Encoding::JsonValue, text.as_bytes()), (None, true), "{text}");
        }
        let escaped = in_string(r#"{"a":{"b":1}}"#, |char| char == 'b');
        assert_eq!(both("a.b=1", Encoding::JsonString, &escaped), (None, true));
        assert_eq!(both("a.b=1", Encoding::JsonString, br#"{\"a\":{\"\\u0062\":1}}"#), (None, true));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5000))]
        #[test]
        fn the_bytes_of_messagepack_decide_as_a_tree_does(
            data in message_pack_value(),
            path in "(\\.\\.?[ab]|\\[0\\]|\\.\\*){0,2}\\.\\.?[ab](=1|!=x|=a|>=-25|~[1x]|=x,1|=0..2)?",
        ) {
            let test = PathTest::parse(&path).expect("a path");
            let body = MessageBody { encoding: Encoding::Base64, has_unicode_escapes: false, span: Span::default() };
            let candidates = PathCandidates::new(&test, &ByteFrequencies::default());
            let expected = Walker::default().decoded(&test, &data);
            prop_assert_eq!(candidates.matches(body, &data, &mut Walker::default()), expected, "{} in {:x?}", path, data);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3000))]
        #[test]
        fn the_bytes_of_the_file_decide_as_a_tree_does(
            json in json(),
            prefix in proptest::sample::select(vec!["", "42", " ", "a", "\"", "x{ ", "1\u{1e}"]),
            suffix in proptest::sample::select(vec!["", " ", "\u{1e}", "\0", "]"]),
            escaped in proptest::sample::select(vec!["", "a", "\"", "{", "\\", "1"]),
            path in "(\\.\\.?[ab]|\\[0\\]|\\.\\*){0,2}\\.\\.?[ab](=1|!=x|=a|>=-25|~[1x]|=x,1|=0..2)?",
        ) {
            let text = format!("{prefix}{json}{suffix}");
            let raw = in_string(&text, |char| escaped.contains(char) || char.is_ascii_control());
            let (decided, expected) = both(&path, Encoding::JsonString, &raw);
            prop_assert_eq!(decided.unwrap_or(expected), expected, "{} in {}", path, text);
            let (decided, expected) = both(&path, Encoding::JsonValue, text.as_bytes());
            prop_assert_eq!(decided.unwrap_or(expected), expected, "{} in {}", path, text);
        }

        #[test]
        fn any_bytes_are_decided_without_a_panic(raw: Vec<u8>, path in "\\.[a-z]{1,2}(=1)?") {
            for encoding in [Encoding::JsonString, Encoding::JsonValue, Encoding::Base64, Encoding::Absent] {
                let _ = both(&path, encoding, &raw);
            }
        }
    }
}
