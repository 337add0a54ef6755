//! Whether a message matches a filter of words and phrases, by the text of its payload as a person
//! reads it.

use super::message_filter::{MessageFilter, Messages};
use super::query::Query;
use super::readings::Readings;
use crate::model::{MessageBody, MessageLog};

/// A predicate over the indexes of `log`: whether the message matches `filter`, which may be any
/// filter of messages. A filter with an error is searched as text. An index past the end does not
/// match.
pub fn matching<'a>(log: MessageLog<'a>, filter: &str) -> impl Fn(usize) -> bool + use<'a> {
    let filter = MessageFilter::parse(filter).unwrap_or_else(|_| MessageFilter::as_text(filter));
    filter.matching(Messages { log, analysis: None, start: None })
}

/// Whether a message matches; `raw` is its payload as written in the file. A payload that was not
/// recorded is empty: it matches only a filter of exclusions.
pub fn message_matches(query: &Query, body: MessageBody, raw: &[u8]) -> bool {
    let mut readings = Readings::of(body, raw);
    query.matches(&mut |test| test.matches_payload(&mut readings, body))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::super::expression::Expression;
    use super::super::readings::{first_reading, is_json};
    use super::*;
    use crate::encodings::base64;
    use crate::model::{Encoding, Span};
    use json_spans::json_string::{has_unicode_escapes, unescape};
    use proptest::prelude::*;

    /// The message body of `raw`.
    fn body(encoding: Encoding, raw: &[u8]) -> MessageBody {
        MessageBody { encoding, has_unicode_escapes: has_unicode_escapes(raw), span: Span::default() }
    }

    fn matches(query: &str, encoding: Encoding, raw: &str) -> bool {
        message_matches(&Query::parse(query), body(encoding, raw.as_bytes()), raw.as_bytes())
    }

    fn string_matches(query: &str, raw: &str) -> bool {
        matches(query, Encoding::JsonString, raw)
    }

    #[test]
    fn a_term_is_searched_in_the_payload_and_not_in_the_escapes_of_the_file() {
        let raw = r#"{\"state\":\"paid\",\"note\":\"caf\u00e9\"}"#;
        assert!(string_matches("PAID", raw));
        assert!(string_matches("café", raw));
        assert!(string_matches(r#"state":"paid"#, raw), "quotes as the payload has them");
        assert!(!string_matches("00e9", raw));
        assert!(!string_matches(r"\", raw));
        assert!(!string_matches("nabc", r"a\nabc n"), "the letter of a line break is none");
    }

    #[test]
    fn escapes_in_strings_of_a_json_payload_are_resolved_too() {
        let raw = r#"{\"text\":\"caf\\u00e9 \\\"au lait\\\"\"}"#;
        assert!(string_matches("café", raw));
        assert!(string_matches(r#"é "au"#, raw));
        assert!(string_matches("u00e9", raw), "the payload as written still counts");
        assert!(!string_matches("café", r"not json caf\\u00e9"));
    }

    #[test]
    fn excluded_terms_are_searched_in_the_same_readings() {
        let raw = r#"{\"type\":\"p\\u0069ng\"}"#;
        assert!(!string_matches("-ping", raw));
        assert!(string_matches("-pong type", raw));
        assert!(!string_matches("-pong pang", raw));
    }

    #[test]
    fn a_json_value_is_searched_as_written_and_with_escapes_resolved() {
        let raw = r#"{"path":"\/orders","name":"caf\u00e9"}"#;
        for found in ["/orders", r"\/orders", "café", "00E9", r#"e":"caf"#] {
            assert!(matches(found, Encoding::JsonValue, raw), "{found}");
        }
        assert!(!matches("orders/", Encoding::JsonValue, raw));
    }

    #[test]
    fn a_binary_payload_is_searched_as_decoded_text_and_in_base64_by_a_long_term() {
        let raw = base64::encode(b"hello \x00 world");
        assert!(matches("hello", Encoding::Base64, &raw));
        assert!(matches(&raw, Encoding::Base64, &raw) && !matches(&raw[..8], Encoding::Base64, &raw));
        assert!(matches("hello", Encoding::Base64, &base64::encode(b"\x05hello \xff")));
        assert!(!matches("abc", Encoding::Base64, &base64::encode(b"\xfeabc\xff")), "too few to be text");
        let zlib = base64::encode(b"\x78\x9c\xab\x56\x4a\x54\xb2\x32\xac\x05\x00\x08\x2a\x02\x09");
        assert!(matches("\"a\":1", Encoding::Base64, &zlib), "what is compressed");
        assert!(matches("not", Encoding::Base64, "not base64!"));
    }

    #[test]
    fn a_payload_that_was_not_recorded_matches_only_exclusions() {
        assert!(matches("", Encoding::Absent, ""));
        assert!(matches("-ping", Encoding::Absent, ""));
        assert!(!matches("ping", Encoding::Absent, ""));
        assert!(!matches("ping -pong", Encoding::Absent, ""));
    }

    /// The definition, without any optimization.
    fn plainly(expression: &Expression, readings: &[&str; 2]) -> bool {
        match expression {
            Expression::All(terms) => terms.iter().all(|term| plainly(term, readings)),
            Expression::Any(terms) => terms.iter().any(|term| plainly(term, readings)),
            // An empty phrase is ignored, also where it is excluded.
            Expression::Not(inner) => is_empty(inner) || !plainly(inner, readings),
            Expression::Group(inner) => plainly(inner, readings),
            Expression::Text { text, .. } => {
                let lowercase = text.to_ascii_lowercase();
                readings.iter().any(|reading| reading.to_ascii_lowercase().contains(&lowercase))
            }
            Expression::Regex(regex) => readings.iter().any(|reading| regex.is_match(reading.as_bytes())),
            Expression::Field(_) => panic!("a query has no fields"),
        }
    }

    fn is_empty(expression: &Expression) -> bool {
        matches!(expression, Expression::Text { text, .. } if text.is_empty())
    }

    /// Pieces of payloads in which letters, escapes and escapes of escapes are easily confused.
    fn raw_payload() -> impl Strategy<Value = Vec<u8>> {
        let piece = proptest::sample::select(vec![
            &b"a"[..],
            b"N",
            b"n",
            b"u",
            b"00",
            b"e9",
            b"e",
            b"\\",
            b"\\\\",
            b"\\\\\\\\",
            b"\\n",
            b"\\\\n",
            b"\\\"",
            b"\\/",
            b"/",
            b"\\u00e9",
            b"\\u006e",
            b"\\u006E",
            b"\\\\u006e",
            b"\\ud83d\\ude00",
            b"\\u005cn",
            b"\\u12",
            b"\xc3\xa9",
            b"\xc3",
            b"\xff",
            b" ",
        ]);
        let pieces = proptest::collection::vec(piece, 0..10).prop_map(|pieces| pieces.concat());
        (pieces, any::<bool>()).prop_map(
            |(raw, in_quotes)| {
                if in_quotes { [&b"\\\""[..], &raw, b"\\\""].concat() } else { raw }
            },
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn matches_are_those_of_a_search_in_the_resolved_readings(raw in raw_payload(), query in "-?[anNu0e9\"\\\\/é\u{1f600}\u{fffd}]{1,3}( n)?") {
            let query = Query::parse(&query);
            for encoding in [Encoding::JsonString, Encoding::JsonValue] {
                let text = first_reading(encoding, &raw);
                let second = if is_json(&text) { unescape(text.as_bytes()) } else { Cow::Borrowed("") };
                let found = message_matches(&query, body(encoding, &raw), &raw);
                prop_assert_eq!(found, plainly(query.expression(), &[&text, &second]));
            }
        }

        #[test]
        fn any_bytes_are_matched_without_a_panic(raw: Vec<u8>, query: String) {
            for encoding in [Encoding::Absent, Encoding::JsonString, Encoding::Base64, Encoding::JsonValue] {
                let _ = message_matches(&Query::parse(&query), body(encoding, &raw), &raw);
            }
        }
    }
}
