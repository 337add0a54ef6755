//! The elements of one array, found without building anything.

use super::cursor::Cursor;

/// An element as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    /// Quotes or brackets included.
    pub value: &'a [u8],
    /// Where it begins in the text.
    pub at: usize,
}

/// The elements of an array in order. What is no element is passed over; one that is cut off is left out.
#[derive(Clone, Debug)]
pub struct Elements<'a> {
    cursor: Cursor<'a>,
    has_ended: bool,
}

impl<'a> Elements<'a> {
    /// `text` begins with the array's bracket.
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

    fn told(text: &str) -> Vec<String> {
        let told = |element: Element<'_>| {
            assert_eq!(&text.as_bytes()[element.at..element.at + element.value.len()], element.value);
            String::from_utf8_lossy(element.value).into_owned()
        };
        Elements::of(text.as_bytes()).map(told).collect()
    }

    #[test]
    fn elements_as_they_stand() {
        assert_eq!(
            told(r#"[ 1,"a,]" , {"b":[2]},[[]],null]{"#),
            ["1", r#""a,]""#, r#"{"b":[2]}"#, "[[]]", "null"]
        );
        assert!(told("[]").is_empty() && told("[").is_empty() && told("").is_empty());
    }

    #[test]
    fn what_is_no_element_is_passed_over() {
        assert_eq!(told(r#"[,1:"a" 2},{"b"}"#), ["1", r#""a""#, "2", r#"{"b"}"#]);
        assert_eq!(told(r#"[1,[2,{"a"#), ["1"]);
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[\\[\\]{}:,\"\\\\a1 ]{0,60}") {
            told(&format!("[{text}"));
        }
    }
}
