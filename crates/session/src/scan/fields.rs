//! The fields of one object, found without building anything.

use super::quote::closing_quote;

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

/// The fields of an object in order, repeated keys and all. What is no field is passed over.
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    text: &'a [u8],
    at: usize,
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
        Self { text, at: 1, end: End::NotYet, has_strays: false }
    }

    /// After the last field: whether the object was closed, and nothing follows it.
    pub fn is_whole(&self) -> bool {
        self.end == End::Closed && self.rest().trim_ascii_start().is_empty()
    }

    /// Whether something was passed over that is no field.
    pub fn has_strays(&self) -> bool {
        self.has_strays
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_space(&mut self) -> Option<u8> {
        loop {
            match *self.text.get(self.at)? {
                b' ' | b'\t' | b'\r' | b'\n' => self.at += 1,
                byte => return Some(byte),
            }
        }
    }

    /// What stands between the quotes of the string that begins here; `None` where it does not end.
    fn string(&mut self) -> Option<&'a [u8]> {
        let from = self.at + 1;
        let len = closing_quote(self.text.get(from..)?).ok()?;
        self.at = from + len + 1;
        self.text.get(from..from + len)
    }

    /// Passes over the value that begins here; `None` where it does not end.
    fn value(&mut self, first: u8) -> Option<()> {
        match first {
            b'"' => self.string().map(|_| ()),
            b'{' | b'[' => self.container(),
            _ => {
                let len = self.rest().iter().position(|byte| ends_scalar(*byte))?;
                self.at += len;
                Some(())
            }
        }
    }

    fn container(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match *self.text.get(self.at)? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// The next field; `None` at the end, of which `self.end` tells more.
    fn field(&mut self) -> Option<Field<'a>> {
        loop {
            match self.skip_space()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    self.end = End::Closed;
                    return None;
                }
                b'"' => {
                    let key = self.string()?;
                    if self.skip_space()? != b':' {
                        self.has_strays = true;
                        continue;
                    }
                    self.at += 1;
                    let first = self.skip_space()?;
                    let at = self.at;
                    self.value(first)?;
                    return Some(Field { key, value: self.text.get(at..self.at)?, at });
                }
                byte => {
                    self.has_strays = true;
                    let at = self.at;
                    self.value(byte)?;
                    // A bracket or a colon on its own.
                    self.at = self.at.max(at + 1);
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

fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b':' | b'}' | b']' | b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n')
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
