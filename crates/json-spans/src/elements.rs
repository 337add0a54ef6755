//! The elements of one complete array, found without allocation.

use super::cursor::Cursor;

/// An element as written in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// The value, including its quotes or brackets.
    pub value: &'a [u8],
    /// The byte offset of the value in the text.
    pub at: usize,
}

/// Iterates over the elements of an array in order. Lenient: anything that is not a value is
/// skipped, and a truncated last element is omitted.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    cursor: Cursor<'a>,
    has_ended: bool,
}

impl<'a> Elements<'a> {
    /// The elements of the array that `text` begins with; its first byte is the opening bracket.
    pub fn of(text: &'a [u8]) -> Self {
        Self { cursor: Cursor::within(text), has_ended: false }
    }

    fn element(&mut self) -> Option<Element<'a>> {
        loop {
            match self.cursor.peek()? {
                b']' => return None,
                b',' | b'}' | b':' => self.cursor.at += 1,
                first => {
                    let at = self.cursor.at;
                    return Some(Element { value: self.cursor.value(first)?, at });
                }
            }
        }
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Element<'a>;

    fn next(&mut self) -> Option<Element<'a>> {
        if self.has_ended {
            return None;
        }
        let element = self.element();
        self.has_ended = element.is_none();
        element
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(text: &str) -> Vec<String> {
        let value = |element: Element<'_>| {
            assert_eq!(&text.as_bytes()[element.at..element.at + element.value.len()], element.value);
            String::from_utf8_lossy(element.value).into_owned()
        };
        Elements::of(text.as_bytes()).map(value).collect()
    }

    #[test]
    fn elements_are_returned_in_order_as_written() {
        assert_eq!(
            values(r#"[ 1,"a,]" , {"b":[2]},[[]],null]{"#),
            ["1", r#""a,]""#, r#"{"b":[2]}"#, "[[]]", "null"]
        );
        assert!(values("[]").is_empty() && values("[").is_empty() && values("").is_empty());
    }

    #[test]
    fn unexpected_bytes_and_truncated_elements_are_skipped() {
        assert_eq!(values(r#"[,1:"a" 2},{"b"}"#), ["1", r#""a""#, "2", r#"{"b"}"#]);
        assert_eq!(values(r#"[1,[2,{"a"#), ["1"]);
    }

    proptest! {
        #[test]
        fn iteration_over_any_text_ends(text in "[\\[\\]{}:,\"\\\\a1 ]{0,60}") {
            values(&format!("[{text}"));
        }
    }
}
