//! The fields of one object, found without building anything.

use std::borrow::Cow;

use super::cursor::Cursor;
use super::json_string::unescape_bytes;

/// A field as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// What stands between the quotes of its key.
    pub key: &'a [u8],
    /// Its value, quotes or brackets included.
    pub value: &'a [u8],
    /// Where the value begins in the text.
    pub at: usize,
}

impl<'a> Field<'a> {
    /// Its key without escapes; bytes that are not UTF-8 stay.
    pub fn name(&self) -> Cow<'a, [u8]> {
        if memchr::memchr(b'\\', self.key).is_some() {
            return Cow::Owned(unescape_bytes(self.key));
        }
        Cow::Borrowed(self.key)
    }
}

/// The fields of an object in order, repeated keys and all. What is no field is passed over.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    cursor: Cursor<'a>,
    end: End,
    has_strays: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    NotYet,
    /// The text ended first.
    CutOff,
    Closed,
}

impl<'a> Fields<'a> {
    /// `text` begins with the object's brace.
    pub fn of(text: &'a [u8]) -> Self {
        Self { cursor: Cursor::within(text), end: End::NotYet, has_strays: false }
    }

    /// After the last field: whether the object was closed, and nothing follows it.
    pub fn is_whole(&self) -> bool {
        self.end == End::Closed && self.cursor.rest().trim_ascii_start().is_empty()
    }

    /// Whether something was passed over that is no field.
    pub fn has_strays(&self) -> bool {
        self.has_strays
    }

    /// The next field; `None` at the end, of which `self.end` tells more.
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
                        self.has_strays = true;
                        continue;
                    }
                    cursor.at += 1;
                    let first = cursor.peek()?;
                    let at = cursor.at;
                    return Some(Field { key, value: cursor.value(first)?, at });
                }
                byte => {
                    self.has_strays = true;
                    // A bracket or a colon on its own is none.
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
            self.end = End::CutOff;
        }
        field
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// `key=value` of each field, whether the object is whole, and whether something was passed over.
    fn told(text: &str) -> (Vec<String>, bool, bool) {
        let mut fields = Fields::of(text.as_bytes());
        let mut told = Vec::new();
        for field in &mut fields {
            assert_eq!(&text.as_bytes()[field.at..field.at + field.value.len()], field.value);
            told.push(format!(
                "{}={}",
                String::from_utf8_lossy(field.key),
                String::from_utf8_lossy(field.value)
            ));
        }
        (told, fields.is_whole(), fields.has_strays())
    }

    #[test]
    fn keys_and_values_as_they_stand() {
        let text = r#"{"a" : "x\"}" ,"b":{"a":[1,"]"]},"c":-1.5e3,"a":null,"":[]} "#;
        assert_eq!(told(text).0, [r#"a="x\"}""#, r#"b={"a":[1,"]"]}"#, "c=-1.5e3", "a=null", "=[]"]);
        assert_eq!((told(text).1, told(text).2), (true, false));
        assert_eq!(told("{}"), (Vec::new(), true, false));
    }

    #[test]
    fn a_name_is_its_key_without_escapes() {
        let names: Vec<_> =
            Fields::of(br#"{"a b":1,"\u0074i\/":2}"#).map(|field| field.name().into_owned()).collect();
        assert_eq!(names, [&b"a b"[..], b"ti/"]);
    }

    #[test]
    fn what_is_no_field_is_passed_over() {
        assert_eq!(
            told(r#"{"a" 1, b:2, "c":3 "d" {"x":1} [2] : "e":4}"#),
            (vec!["c=3".to_owned(), "e=4".to_owned()], true, true)
        );
        assert_eq!(told(r#"{"a":,"b":1}"#).0, ["a=", "b=1"]);
    }

    #[test]
    fn an_object_that_is_cut_off_or_followed_by_something_is_not_whole() {
        for text in
            ["{", r#"{"a":1"#, r#"{"a":"}"#, r#"{"a":[1}"#, r#"{"a"#, "{} 1", r#"{"a":1}}"#, "", r#"{"a" 1"#]
        {
            assert!(!told(text).1, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[\\[\\]{}:,\"\\\\a1 ]{0,60}") {
            told(&format!("{{{text}"));
        }
    }
}
