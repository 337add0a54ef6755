//! The part of a message around a match, on one line.

use std::borrow::Cow;

use json_spans::json_string::{prefix, unescape};
use session::encodings::{base64, one_line, preview};
use session::filter::{ByteFrequencies, Condition, Expression, Needle, TextPattern};
use session::model::{Encoding, Message, MessageKind};
use session::redact::mask;

/// Bytes of a payload in which the match is looked for; a match after that is not quoted.
const MAX_SEARCHED_BYTES: usize = 1 << 20;
/// Characters that are shown before a match.
const MAX_BEFORE_CHARS: usize = 40;
/// Characters of a match that are shown.
const MAX_MATCHED_CHARS: usize = 80;
/// Characters that are shown after a match, or of a message without one.
const MAX_AFTER_CHARS: usize = 200;

/// The part of a message around a match. Safe to show.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    pub before: String,
    /// The text that a word of the query matches; empty if the query is about other properties.
    pub matched: String,
    pub after: String,
}

/// The texts of a query that may be quoted.
#[derive(Debug)]
pub(crate) struct Terms {
    /// Each text with its length.
    needles: Vec<(Needle, usize)>,
}

impl Terms {
    pub(crate) fn of(expression: &Expression) -> Self {
        let mut texts = Vec::new();
        collect(expression, &mut texts);
        let frequencies = ByteFrequencies::of(std::iter::empty());
        let needle = |text: &str| (Needle::with_frequencies(&frequencies, text), text.len());
        Self { needles: texts.into_iter().filter(|text| !text.is_empty()).map(needle).collect() }
    }

    /// The first match in a text, as a range of its bytes.
    fn find(&self, text: &str) -> Option<(usize, usize)> {
        let find = |(needle, len): &(Needle, usize)| Some((needle.find(text.as_bytes())?, *len));
        let (start, len) = self.needles.iter().filter_map(find).min()?;
        let end = start.checked_add(len)?;
        (text.is_char_boundary(start) && text.is_char_boundary(end)).then_some((start, end))
    }
}

/// The texts that must, or may, occur in a message that matches.
fn collect<'a>(expression: &'a Expression, texts: &mut Vec<&'a str>) {
    match expression {
        Expression::All(terms) | Expression::Any(terms) => {
            for term in terms {
                collect(term, texts);
            }
        }
        Expression::Group(inner) => collect(inner, texts),
        Expression::Text { text, .. } => texts.push(text),
        Expression::Field(term) if term.field.name == "raw" => {
            if let Condition::Text(patterns) = &term.condition {
                texts.extend(patterns.iter().filter_map(|pattern| match pattern {
                    TextPattern::Contains(text) | TextPattern::Equals(text) => Some(text.as_str()),
                    TextPattern::Wildcard(_) => None,
                }));
            }
        }
        Expression::Not(_) | Expression::Regex(_) | Expression::Field(_) => {}
    }
}

/// The part of a message around a match, with its credentials hidden.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Snippets {
    pub(crate) masked: Snippet,
    /// The same with credentials, where some are hidden.
    pub(crate) with_credentials: Option<Snippet>,
}

impl Snippets {
    /// The part of a message around the first match of `terms`, or its beginning. `raw` is the body
    /// as it is in the file.
    pub(crate) fn of(message: &Message, raw: &[u8], terms: &Terms) -> Self {
        let named = |snippet: Snippet| snippet.named(message.kind);
        let Some(text) = text(message.encoding, raw) else {
            let after = preview(message.encoding, raw, message.size, MAX_AFTER_CHARS);
            return Self { masked: named(Snippet { after, ..Snippet::default() }), with_credentials: None };
        };
        let shown = named(Snippet::of_text(&text, terms));
        match mask(&text) {
            Cow::Borrowed(_) => Self { masked: shown, with_credentials: None },
            Cow::Owned(masked) => {
                Self { masked: named(Snippet::of_text(&masked, terms)), with_credentials: Some(shown) }
            }
        }
    }
}

impl Snippet {
    /// Names the kind of a message without data: a ping, a close frame.
    fn named(mut self, kind: MessageKind) -> Self {
        let name = match kind {
            MessageKind::Ping => "Ping ",
            MessageKind::Pong => "Pong ",
            MessageKind::CloseFrame => "Close frame ",
            MessageKind::Error => "Error ",
            MessageKind::Sent | MessageKind::Received => "",
        };
        self.before.insert_str(0, name);
        self
    }

    fn of_text(text: &str, terms: &Terms) -> Self {
        if let Some(range) = terms.find(text) {
            return Self::around(text, range);
        }
        // The match may be in a string of a JSON payload, behind an escape.
        let unescaped = if text.contains('\\') { unescape(text.as_bytes()) } else { Cow::Borrowed("") };
        match terms.find(&unescaped) {
            Some(range) => Self::around(&unescaped, range),
            None => Self { after: one_line(text, MAX_AFTER_CHARS), ..Self::default() },
        }
    }

    fn around(text: &str, (start, end): (usize, usize)) -> Self {
        let (before, rest) = text.split_at_checked(start).unwrap_or(("", text));
        let (matched, after) = rest.split_at_checked(end - start).unwrap_or((rest, ""));
        let skipped = before.char_indices().rev().nth(MAX_BEFORE_CHARS);
        let from = skipped.map_or(0, |(at, char)| at + char.len_utf8());
        let near = one_line(before.get(from..).unwrap_or_default(), MAX_BEFORE_CHARS);
        Self {
            before: if from > 0 { format!("…{near}") } else { near },
            matched: one_line(matched, MAX_MATCHED_CHARS),
            after: one_line(after, MAX_AFTER_CHARS),
        }
    }
}

/// The beginning of the payload as text; `None` if it is binary or was not recorded.
fn text(encoding: Encoding, raw: &[u8]) -> Option<Cow<'_, str>> {
    match encoding {
        Encoding::Absent => None,
        Encoding::JsonString => Some(prefix(raw, MAX_SEARCHED_BYTES).0.into()),
        Encoding::JsonValue => Some(String::from_utf8_lossy(raw.get(..MAX_SEARCHED_BYTES).unwrap_or(raw))),
        Encoding::Base64 => {
            let base64_text = unescape(raw.get(..MAX_SEARCHED_BYTES).unwrap_or(raw));
            String::from_utf8(base64::decode(base64_text.as_bytes())?).ok().map(Cow::Owned)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use session::filter::MessageFilter;
    use session::model::{Direction, Span};

    fn message(encoding: Encoding, has_unicode_escapes: bool) -> Message {
        Message {
            kind: MessageKind::Received,
            direction: Some(Direction::Received),
            time: None,
            size: None,
            encoding,
            is_truncated: false,
            has_unicode_escapes,
            body: Span::default(),
        }
    }

    fn snippet(query: &str, encoding: Encoding, raw: &str) -> String {
        let filter = MessageFilter::parse(query).expect("a valid filter");
        let message = message(encoding, raw.contains("\\u"));
        let Snippet { before, matched, after } =
            Snippets::of(&message, raw.as_bytes(), &Terms::of(filter.expression())).masked;
        if matched.is_empty() { format!("{before}{after}") } else { format!("{before}[{matched}]{after}") }
    }

    #[test]
    fn the_first_word_that_occurs_is_quoted_with_its_surroundings() {
        let text = |query, raw| snippet(query, Encoding::JsonString, raw);
        assert_eq!(text("paid", r#"{\"state\":\"Paid\"}"#), r#"{"state":"[Paid]"}"#);
        assert_eq!(text("missing OR state", r#"{\"state\":1}"#), r#"{"[state]":1}"#);
        assert_eq!(text("-state dir:sent", r#"{\"state\":1}"#), r#"{"state":1}"#, "excluded, or no text");
        assert_eq!(text("/st.te/", r#"{\"state\":1}"#), r#"{"state":1}"#);
        assert_eq!(text("raw:state", r#"{\"state\":1}"#), r#"{"[state]":1}"#);
    }

    #[test]
    fn a_match_behind_an_escape_is_quoted_without_the_escape() {
        assert_eq!(snippet("café", Encoding::JsonString, r#"{\"t\":\"caf\\u00e9\"}"#), "{\"t\":\"[café]\"}");
    }

    #[test]
    fn credentials_are_hidden_also_where_they_match() {
        let raw = r#"{\"user\":\"ann\",\"password\":\"hunter2\"}"#;
        assert_eq!(snippet("ann", Encoding::JsonString, raw), r#"{"user":"[ann]","password":"••••"}"#);
        assert_eq!(snippet("hunter2", Encoding::JsonString, raw), r#"{"user":"ann","password":"••••"}"#);
        let terms = Terms::of(MessageFilter::as_text("hunter2").expression());
        let snippets = Snippets::of(&message(Encoding::JsonString, false), raw.as_bytes(), &terms);
        assert_eq!(snippets.with_credentials.map(|snippet| snippet.matched).as_deref(), Some("hunter2"));
        let plain = Snippets::of(&message(Encoding::JsonString, false), b"hunter2", &terms);
        assert_eq!(plain.with_credentials, None);
        let connect =
            b"\x10\x19\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01a\x00\x03ann\x00\x01x".map(|byte| byte & 0x7f);
        assert!(!snippet("ann", Encoding::Base64, &base64::encode(&connect)).is_empty());
    }

    #[test]
    fn the_surroundings_are_bounded() {
        let raw = format!("{}needle{}", "é".repeat(500), "b".repeat(500));
        let found = snippet("needle", Encoding::JsonString, &raw);
        let expected = format!("…{}[needle]{}…", "é".repeat(MAX_BEFORE_CHARS), "b".repeat(MAX_AFTER_CHARS));
        assert_eq!(found, expected);
    }

    #[test]
    fn binary_messages_are_quoted_as_text_if_they_are_utf8() {
        assert_eq!(snippet("lo", Encoding::Base64, &base64::encode(b"hello")), "hel[lo]");
        assert_eq!(snippet("op:binary", Encoding::Base64, &base64::encode(b"\xff\x00")), "[binary] ff 00");
        assert_eq!(snippet("op:binary", Encoding::Absent, ""), "");
    }

    proptest! {
        #[test]
        fn any_message_and_query_are_quoted_in_bounds(raw: Vec<u8>, text in ".{0,4}") {
            let terms = Terms::of(MessageFilter::as_text(&text).expression());
            for encoding in [Encoding::Absent, Encoding::JsonString, Encoding::Base64, Encoding::JsonValue] {
                let message = message(encoding, false);
                let Snippet { before, matched, after } = Snippets::of(&message, &raw, &terms).masked;
                // A character may be shown as its code, which has at most ten.
                let chars = before.chars().count() + matched.chars().count() + after.chars().count();
                prop_assert!(chars <= 10 * (MAX_BEFORE_CHARS + MAX_MATCHED_CHARS + MAX_AFTER_CHARS));
            }
        }
    }

    #[test]
    fn control_characters_are_made_visible() {
        assert_eq!(snippet("b", Encoding::JsonString, "a\\nb\\u202ec"), "a⏎[b]\\u{202e}c");
    }
}
