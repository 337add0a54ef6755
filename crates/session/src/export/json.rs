//! Writes JSON into a buffer whose content can be taken piece by piece.

use std::fmt::Write as _;

use crate::redact::Redactor;
use json_spans::{is_json, json_string};

/// Writes a JSON text. Commas are added automatically; the caller writes brackets and keys.
///
/// Every string is redacted, so that a new field cannot leak a credential by mistake. A string that
/// must stay as recorded is written by [`Json::verbatim_string`].
#[derive(Debug, Default)]
pub(super) struct Json {
    bytes: Vec<u8>,
    /// The next key or element follows another one.
    needs_comma: bool,
    /// Redacts the strings that are written.
    pub(super) redactor: Redactor,
}

impl Json {
    pub(super) fn new(redactor: Redactor) -> Self {
        Self { redactor, ..Self::default() }
    }

    /// Number of bytes that were written and not yet taken.
    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Takes the bytes written so far; the text continues after them.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    pub(super) fn open_object(&mut self) {
        self.open(b'{');
    }

    pub(super) fn close_object(&mut self) {
        self.close(b'}');
    }

    pub(super) fn open_array(&mut self) {
        self.open(b'[');
    }

    pub(super) fn close_array(&mut self) {
        self.close(b']');
    }

    fn open(&mut self, bracket: u8) {
        self.comma();
        self.bytes.push(bracket);
        self.needs_comma = false;
    }

    fn close(&mut self, bracket: u8) {
        self.bytes.push(bracket);
        self.needs_comma = true;
    }

    fn comma(&mut self) {
        if std::mem::replace(&mut self.needs_comma, true) {
            self.bytes.push(b',');
        }
    }

    /// Ends a line of JSON Lines; a new text begins.
    pub(super) fn end_line(&mut self) {
        self.bytes.push(b'\n');
        self.needs_comma = false;
    }

    /// Bytes that are not JSON: a text around it, or another format.
    pub(super) fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// A key, not redacted; its value is written next.
    pub(super) fn key(&mut self, key: &str) {
        self.verbatim_string(key);
        self.bytes.push(b':');
        self.needs_comma = false;
    }

    pub(super) fn string(&mut self, text: &str) {
        let redacted = self.redactor.text(text);
        self.verbatim_string(&redacted);
    }

    /// A string that is not searched for credentials: a body, a payload that was searched already.
    pub(super) fn verbatim_string(&mut self, text: &str) {
        self.comma();
        self.bytes.push(b'"');
        json_string::escape(&mut self.bytes, text.as_bytes());
        self.bytes.push(b'"');
    }

    /// A string whose text is escaped already.
    pub(super) fn escaped_string(&mut self, escaped: &[u8]) {
        self.comma();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(escaped);
        self.bytes.push(b'"');
    }

    /// A value that is already JSON.
    pub(super) fn json(&mut self, value: &[u8]) {
        self.comma();
        self.bytes.extend_from_slice(value);
    }

    /// The text of a message or of a console entry.
    pub(super) fn payload_string(&mut self, text: &str) {
        let redacted = self.redactor.payload(text);
        self.verbatim_string(&redacted);
    }

    /// A value that is already JSON, searched like the payload of a message, on one line. What is
    /// not JSON is written as a string.
    pub(super) fn payload_json(&mut self, value: &[u8]) {
        match payload_json(&mut self.redactor, value) {
            Ok(value) => self.json(value.as_bytes()),
            Err(text) => self.verbatim_string(&text),
        }
    }

    /// A number, in its shortest form that parses to the same value; `null` if it is not finite.
    pub(super) fn number(&mut self, number: f64) {
        self.comma();
        let text = number_text(number);
        self.bytes.extend_from_slice(text.as_bytes());
    }

    pub(super) fn flag(&mut self, flag: bool) {
        self.comma();
        self.bytes.extend_from_slice(if flag { b"true" } else { b"false" });
    }

    pub(super) fn field(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    /// A field that is not searched for credentials.
    pub(super) fn verbatim_field(&mut self, key: &str, text: &str) {
        self.key(key);
        self.verbatim_string(text);
    }

    /// A field, unless it is `None`.
    pub(super) fn optional_field(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.field(key, text);
        }
    }

    pub(super) fn number_field(&mut self, key: &str, number: f64) {
        self.key(key);
        self.number(number);
    }

    pub(super) fn optional_number_field(&mut self, key: &str, number: Option<f64>) {
        if let Some(number) = number {
            self.number_field(key, number);
        }
    }

    pub(super) fn flag_field(&mut self, key: &str, flag: bool) {
        self.key(key);
        self.flag(flag);
    }

    /// A field that is written only if it is true.
    pub(super) fn mark(&mut self, key: &str, is_so: bool) {
        if is_so {
            self.flag_field(key, true);
        }
    }
}

/// JSON on one line, searched like the payload of a message.
///
/// # Errors
/// The text, searched too, if it is not JSON.
pub(super) fn payload_json(redactor: &mut Redactor, value: &[u8]) -> Result<String, String> {
    let text = String::from_utf8_lossy(value);
    let redacted = redactor.payload(&text).into_owned();
    if !is_json(redacted.as_bytes()) {
        return Err(redacted);
    }
    // A line break in valid JSON is space between values.
    Ok(if redacted.contains(['\n', '\r']) { redacted.replace(['\n', '\r'], " ") } else { redacted })
}

/// Numbers without a fraction up to here are written as integers: every one of them is exact.
const MAX_WHOLE: f64 = 1e15;

fn number_text(number: f64) -> String {
    let size = number.abs();
    let mut text = String::new();
    // Writing to a string never fails.
    let _ = if !number.is_finite() {
        write!(text, "null")
    } else if number.fract() == 0.0 && size < MAX_WHOLE {
        write!(text, "{}", number as i64)
    } else if (1e-6..1e21).contains(&size) {
        write!(text, "{number}")
    } else {
        write!(text, "{number:e}")
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_come_by_themselves_across_pieces() {
        let mut json = Json::default();
        json.open_object();
        json.field("a", "x");
        json.key("b");
        json.open_array();
        json.number(1.0);
        let mut text = json.take();
        json.number(2.5);
        json.open_object();
        json.close_object();
        json.close_array();
        json.mark("c", true);
        json.mark("d", false);
        json.optional_field("e", None);
        json.close_object();
        json.end_line();
        json.flag(false);
        text.extend(json.take());
        assert_eq!(String::from_utf8_lossy(&text), "{\"a\":\"x\",\"b\":[1,2.5,{}],\"c\":true}\nfalse");
    }

    #[test]
    fn numbers_are_as_short_as_they_can_be() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-1.0, "-1"),
            (1_795_300_133_867.8, "1795300133867.8"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e300"),
            (1.5e-9, "1.5e-9"),
            (f64::NAN, "null"),
            (f64::NEG_INFINITY, "null"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    proptest! {
        #[test]
        fn every_string_reads_back(text: String) {
            let mut json = Json::default();
            json.string(&text);
            prop_assert_eq!(serde_json::from_slice::<String>(&json.take()).ok(), Some(text));
        }

        #[test]
        fn every_number_reads_back(number: f64) {
            prop_assume!(number.is_finite());
            let text = number_text(number);
            prop_assert_eq!(text.parse::<f64>().ok(), Some(number));
            prop_assert!(serde_json::from_str::<f64>(&text).is_ok());
        }
    }
}
