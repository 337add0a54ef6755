//! A JSON value as written, and its position.

use crate::formats::common::lenient::{Number, Text};
use crate::model::Span;
use json_spans::{Elements, Field, Fields};

/// A value inside the session's bytes, decoded on demand.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) struct Part<'a> {
    text: &'a [u8],
    /// Position of its first byte in the session's bytes.
    at: u32,
}

impl<'a> Part<'a> {
    pub(in crate::formats) fn new(text: &'a [u8], at: u32) -> Self {
        Self { text, at }
    }

    /// Without a byte order mark and the space around it.
    pub(in crate::formats) fn trimmed(self) -> Self {
        let text = self.text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(self.text).trim_ascii_start();
        let leading = self.text.len() - text.len();
        Self { text: text.trim_ascii_end(), at: self.at.saturating_add(leading as u32) }
    }

    pub(in crate::formats) fn text(self) -> &'a [u8] {
        self.text
    }

    pub(in crate::formats) fn span(self) -> Span {
        Span { start: self.at, len: self.text.len() as u32 }
    }

    pub(in crate::formats) fn is_object(self) -> bool {
        self.text.starts_with(b"{")
    }

    pub(in crate::formats) fn is_array(self) -> bool {
        self.text.starts_with(b"[")
    }

    pub(in crate::formats) fn is_string(self) -> bool {
        self.text.starts_with(b"\"")
    }

    /// The fields of an object, in order; none of anything else.
    pub(in crate::formats) fn fields(self) -> impl Iterator<Item = (&'a [u8], Self)> {
        let fields = self.is_object().then(|| Fields::of(self.text)).into_iter().flatten();
        fields.map(move |field| (field.key, self.value_of(field)))
    }

    /// The value of one of its fields.
    pub(in crate::formats) fn value_of(self, field: Field<'a>) -> Self {
        Self { text: field.value, at: self.at.saturating_add(field.at as u32) }
    }

    /// The value of `key`; the last one if the key is repeated.
    pub(in crate::formats) fn field(self, key: &str) -> Option<Self> {
        let fields = self.is_object().then(|| Fields::of(self.text)).into_iter().flatten();
        fields.filter(|field| *field.name() == *key.as_bytes()).last().map(|field| self.value_of(field))
    }

    /// The elements of an array; none of anything else.
    pub(in crate::formats) fn elements(self) -> impl Iterator<Item = Self> {
        let elements = self.is_array().then(|| Elements::of(self.text)).into_iter().flatten();
        elements
            .map(move |element| Self { text: element.value, at: self.at.saturating_add(element.at as u32) })
    }

    /// A string without its quotes, anything else as written.
    pub(in crate::formats) fn plain(self) -> String {
        if self.is_string() {
            return self.as_text().owned();
        }
        String::from_utf8_lossy(self.text).into_owned()
    }

    pub(in crate::formats) fn number(self) -> Number {
        Number::from_json(self.text)
    }

    pub(in crate::formats) fn as_text(self) -> Text<'a> {
        Text::from_json(self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_its_position_in_the_session() {
        let text = b"\xEF\xBB\xBF {\"a\":1,\"b\":[{\"c\":2}, 3],\"\\u0061\":\"x\"} ";
        let object = Part::new(text, 100).trimmed();
        assert_eq!(object.field("a").and_then(|part| part.as_text().0), Some("x".into()));
        let list = object.field("b").expect("a list");
        let found: Vec<_> =
            list.elements().map(|part| (part.span().start - 100, part.text(), part.is_object())).collect();
        assert_eq!(found, [(16, &b"{\"c\":2}"[..], true), (25, b"3", false)]);
        assert!(object.elements().next().is_none() && object.field("c").is_none());
    }
}
