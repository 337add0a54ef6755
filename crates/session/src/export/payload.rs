//! Payloads of messages on their way from one file to another: copied as written where that is
//! sound JSON.

use std::borrow::Cow;

use crate::encodings::base64;
use crate::model::{Encoding, Message, MessageKind};
use json_spans::json_string;

use super::json::Json;

/// How a payload is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// Its text. Binary payloads are base64.
    String,
    /// Base64, also where it is text.
    Base64,
}

/// Writes the payload of the message, whose raw bytes in the file are `raw`.
pub(super) fn write(json: &mut Json, message: &Message, raw: &[u8], form: As) {
    match redacted(json, message, raw) {
        Some(bytes) if form == As::Base64 || message.encoding == Encoding::Base64 => {
            json.verbatim_string(&base64::encode(&bytes));
        }
        Some(bytes) => json.verbatim_string(&String::from_utf8_lossy(&bytes)),
        None => write_as_recorded(json, message.encoding, raw, form),
    }
}

/// A payload on its way out of a session.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text(String),
    Binary(Vec<u8>),
}

/// The payload of the message; `None` if it was not recorded. What is marked as base64 and is not
/// is text.
pub(super) fn content(json: &mut Json, message: &Message, raw: &[u8]) -> Option<Content> {
    let redacted = redacted(json, message, raw);
    let text = match message.encoding {
        Encoding::Absent => return None,
        Encoding::JsonValue => String::from_utf8_lossy(raw),
        Encoding::JsonString | Encoding::Base64 => json_string::unescape(raw),
    };
    let decoded = if message.encoding == Encoding::Base64 { base64::decode(text.as_bytes()) } else { None };
    Some(match (redacted, decoded) {
        (Some(bytes), Some(_)) | (None, Some(bytes)) => Content::Binary(bytes),
        (Some(bytes), None) => Content::Text(String::from_utf8_lossy(&bytes).into_owned()),
        (None, None) => Content::Text(text.into_owned()),
    })
}

/// The decoded payload, where a credential in it was redacted. Every payload that is exported or
/// copied passes through here.
pub(super) fn redacted(json: &mut Json, message: &Message, raw: &[u8]) -> Option<Vec<u8>> {
    if !json.redactor.is_on() {
        return None;
    }
    if matches!(message.kind, MessageKind::Error | MessageKind::CloseFrame) {
        return redacted_reason(json, message, raw);
    }
    let text = match message.encoding {
        Encoding::Absent => return None,
        Encoding::JsonValue => String::from_utf8_lossy(raw),
        Encoding::JsonString | Encoding::Base64 => json_string::unescape(raw),
    };
    let decoded = if message.encoding == Encoding::Base64 { base64::decode(text.as_bytes()) } else { None };
    if let Some(bytes) = decoded {
        return json.redactor.binary_payload(&bytes);
    }
    match json.redactor.payload(&text) {
        Cow::Borrowed(_) => None,
        Cow::Owned(text) => Some(text.into_bytes()),
    }
}

/// What an error or a close frame says, where a credential in it was redacted. It is the browser's
/// or the server's word about the connection, like the close reason of the socket, and no payload
/// of the page.
fn redacted_reason(json: &mut Json, message: &Message, raw: &[u8]) -> Option<Vec<u8>> {
    /// Bytes of the close code before the reason.
    const CLOSE_CODE: usize = 2;
    let bytes = match message.encoding {
        Encoding::Base64 => base64::decode(raw)?,
        Encoding::JsonString => json_string::unescape(raw).into_owned().into_bytes(),
        Encoding::JsonValue => raw.to_vec(),
        Encoding::Absent => return None,
    };
    let has_code = message.kind == MessageKind::CloseFrame && message.encoding == Encoding::Base64;
    let (code, reason) = bytes.split_at_checked(if has_code { CLOSE_CODE } else { 0 })?;
    match json.redactor.text(std::str::from_utf8(reason).ok()?) {
        Cow::Borrowed(_) => None,
        Cow::Owned(reason) => Some([code, reason.as_bytes()].concat()),
    }
}

fn write_as_recorded(json: &mut Json, encoding: Encoding, raw: &[u8], form: As) {
    match (encoding, form) {
        (Encoding::JsonString, As::Base64) => {
            json.verbatim_string(&base64::encode(json_string::unescape(raw).as_bytes()));
        }
        (Encoding::JsonValue, As::Base64) => {
            json.verbatim_string(&base64::encode(String::from_utf8_lossy(raw).as_bytes()));
        }
        (Encoding::JsonValue | Encoding::Absent, As::String) => {
            json.verbatim_string(&String::from_utf8_lossy(raw));
        }
        _ if is_sound(raw) => json.escaped_string(raw),
        _ => json.verbatim_string(&json_string::unescape(raw)),
    }
}

/// Whether `raw` is valid between the quotes of a JSON string and means the same to every reader.
/// Producers write control characters as they are, escapes that JSON does not know, and halves of
/// surrogate pairs.
fn is_sound(raw: &[u8]) -> bool {
    let is_plain = |text: &[u8]| !text.iter().any(|byte| *byte < 0x20 || *byte == b'"');
    if std::str::from_utf8(raw).is_err() {
        return false;
    }
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let (plain, tail) = rest.split_at(at);
        let escape = json_string::read_escape(tail).filter(|found| found.char != char::REPLACEMENT_CHARACTER);
        let (Some(escape), true) = (escape, is_plain(plain)) else { return false };
        rest = tail.get(escape.len..).unwrap_or_default();
    }
    is_plain(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(encoding: Encoding, raw: &[u8], form: As) -> String {
        let mut json = Json::default();
        write_as_recorded(&mut json, encoding, raw, form);
        String::from_utf8(json.take()).expect("UTF-8")
    }

    #[test]
    fn sound_text_stays_as_it_was_written() {
        for raw in [r#"{\"a\":\u00e9\ud83d\ude00}"#, "plain é", r"a\/b", ""] {
            assert_eq!(written(Encoding::JsonString, raw.as_bytes(), As::String), format!("\"{raw}\""));
        }
    }

    #[test]
    fn what_json_does_not_know_is_written_as_what_it_was_read_as() {
        for (raw, text) in [
            (&b"a\nb"[..], r#""a\nb""#),
            (br"\x41", r#""\\x41""#),
            (br"\ud83d!", "\"\u{fffd}!\""),
            (b"\xff", "\"\u{fffd}\""),
            (br"end\", r#""end\\""#),
        ] {
            assert_eq!(written(Encoding::JsonString, raw, As::String), text);
        }
    }

    #[test]
    fn values_become_strings_and_text_becomes_base64_where_the_opcode_asks_for_it() {
        assert_eq!(written(Encoding::JsonValue, br#"{"a":1}"#, As::String), r#""{\"a\":1}""#);
        assert_eq!(written(Encoding::JsonString, br"f\u006fo", As::Base64), r#""Zm9v""#);
        assert_eq!(written(Encoding::JsonValue, b"foo", As::Base64), r#""Zm9v""#);
        // What is no UTF-8 is written as it is shown.
        assert_eq!(written(Encoding::JsonValue, b"\xff", As::Base64), r#""77+9""#);
        assert_eq!(written(Encoding::Base64, b"Zm9v", As::Base64), r#""Zm9v""#);
    }

    proptest! {
        #[test]
        fn any_raw_text_is_written_as_json_and_reads_back_as_the_same(raw in "[a-z\"\\\\nu0dé\n\u{1}]{0,40}") {
            let text = written(Encoding::JsonString, raw.as_bytes(), As::String);
            let read: String = serde_json::from_str(&text).expect("JSON");
            prop_assert_eq!(read, json_string::unescape(raw.as_bytes()).into_owned());
        }
    }
}
