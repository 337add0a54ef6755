//! The fields of one complete object, found without allocation.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::json_string::unescape_bytes;

/// A field as written in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The key: the bytes between its quotes, with escapes unresolved.
    pub key: &'a [u8],
    /// The value, including its quotes or brackets.
    pub value: &'a [u8],
    /// The byte offset of the value in the text.
    pub at: usize,
}

impl<'a> Field<'a> {
    /// The key with escapes resolved. Bytes that are not UTF-8 are unchanged.
    pub fn name(&self) -> Cow<'a, [u8]> {
        if memchr::memchr(b'\\', self.key).is_some() {
            return Cow::Owned(unescape_bytes(self.key));
        }
        Cow::Borrowed(self.key)
    }
}

/// Iterates over the fields of an object in order, including repeated keys. Lenient: anything that
/// is not a field is skipped, see [`Fields::has_unexpected`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    cursor: Cursor<'a>,
    end: End,
    has_unexpected: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// The text ended first.
    Truncated,
    Closed,
}

impl<'a> Fields<'a> {
    /// The fields of the object that `text` begins with; its first byte is the opening brace.
    pub fn of(text: &'a [u8]) -> Self {
        Self { cursor: Cursor::within(text), end: End::NotYet, has_unexpected: false }
    }

    /// After the last field: whether the object was closed and nothing but white space follows it.
    pub fn is_complete(&self) -> bool {
        self.end == End::Closed && self.cursor.rest().trim_ascii_start().is_empty()
    }

    /// Whether anything that is not a field was skipped so far.
    pub fn has_unexpected(&self) -> bool {
        self.has_unexpected
    }

    /// The next field; `None` at the end of the object or of the text, as `self.end` says.
    fn field(&mut self) -> Option<Field<'a>> {
        let cursor = &mut self.cursor;
        loop {
            match cursor.peek()? {
                b',' => cursor.at += 1,
                b'}' => {
                    cursor.at += 1;
                    self.end = End::Closed;
                    return None;
                }
                b'"' => {
                    let key = cursor.string()?;
                    if cursor.peek()? != b':' {
                        self.has_unexpected = true;
                        continue;
                    }
                    cursor.at += 1;
                    let first = cursor.peek()?;
                    let at = cursor.at;
                    return Some(Field { key, value: cursor.value(first)?, at });
                }
                byte => {
                    self.has_unexpected = true;
                    // A bracket or a colon by itself is not a value.
                    if cursor.value(byte)?.is_empty() {
                        cursor.at += 1;
                    }
                }
            }
        }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    fn next(&mut self) -> Option<Field<'a>> {
        if self.end != End::NotYet {
            return None;
        }
        let field = self.field();
        if field.is_none() && self.end == End::NotYet {
            self.end = End::Truncated;
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `key=value` of each field, whether the object is complete, and whether anything was skipped.
    fn parse(text: &str) -> (Vec<String>, bool, bool) {
        let mut fields = Fields::of(text.as_bytes());
        let mut found = Vec::new();
        for field in &mut fields {
            assert_eq!(&text.as_bytes()[field.at..field.at + field.value.len()], field.value);
            found.push(format!(
                "{}={}",
                String::from_utf8_lossy(field.key),
                String::from_utf8_lossy(field.value)
            ));
        }
        (found, fields.is_complete(), fields.has_unexpected())
    }

    #[test]
    fn keys_and_values_are_returned_as_written() {
        let text = r#"{"a" : "x\"}" ,"b":{"a":[1,"]"]},"c":-1.5e3,"a":null,"":[]} "#;
        assert_eq!(parse(text).0, [r#"a="x\"}""#, r#"b={"a":[1,"]"]}"#, "c=-1.5e3", "a=null", "=[]"]);
        assert_eq!((parse(text).1, parse(text).2), (true, false));
        assert_eq!(parse("{}"), (Vec::new(), true, false));
    }

    #[test]
    fn the_name_of_a_field_is_its_key_with_escapes_resolved() {
        let names: Vec<_> =
            Fields::of(br#"{"a b":1,"\u0074i\/":2}"#).map(|field| field.name().into_owned()).collect();
        assert_eq!(names, [&b"a b"[..], b"ti/"]);
    }

    #[test]
    fn anything_that_is_not_a_field_is_skipped_and_reported() {
        assert_eq!(
            parse(r#"{"a" 1, b:2, "c":3 "d" {"x":1} [2] : "e":4}"#),
            (vec!["c=3".to_owned(), "e=4".to_owned()], true, true)
        );
        assert_eq!(parse(r#"{"a":,"b":1}"#).0, ["a=", "b=1"]);
    }

    #[test]
    fn an_object_that_is_truncated_or_followed_by_text_is_not_complete() {
        for text in
            ["{", r#"{"a":1"#, r#"{"a":"}"#, r#"{"a":[1}"#, r#"{"a"#, "{} 1", r#"{"a":1}}"#, "", r#"{"a" 1"#]
        {
            assert!(!parse(text).1, "{text}");
        }
    }

    proptest! {
        #[test]
        fn iteration_over_any_text_ends(text in "[\\[\\]{}:,\"\\\\a1 ]{0,60}") {
            parse(&format!("{{{text}"));
        }
    }
}
