//! A strict validator of JSON (RFC 8259) that allocates nothing per token.

use std::fmt;

use super::block::{self, Block};
use super::fields::Field;
use super::space::past_space;

/// The first byte at which a text is not JSON, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Offset of the first wrong byte; the length of the text where it ends too early.
    pub at: usize,
    /// The line of that byte, from 1.
    pub line: usize,
    /// Its column, from 1, in bytes.
    pub column: usize,
    /// What is allowed there, as a phrase: `a value`.
    pub expected: &'static str,
}

impl SyntaxError {
    #[cold]
    fn new(text: &[u8], at: usize, expected: &'static str) -> Self {
        let at = at.min(text.len());
        let before = text.get(..at).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = memchr::memrchr(b'\n', before).map_or(at, |end| at - end - 1) + 1;
        Self { at, line, column, expected }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, expected, .. } = self;
        write!(formatter, "expected {expected} at line {line} column {column}")
    }
}

impl std::error::Error for SyntaxError {}

/// Whether `text` is one JSON value. The text within strings need not be UTF-8.
pub fn is_json(text: &[u8]) -> bool {
    Check::new(text, &mut |_| {}).run().is_some()
}

/// The first syntax error of `text` as one JSON value; `None` if it is one.
pub fn syntax_error(text: &[u8]) -> Option<SyntaxError> {
    checked_fields(text, &mut |_| {})
}

/// Calls `on_field` for each field of the object that `text` is, up to the first syntax error,
/// which is returned.
///
/// ```
/// let mut keys = Vec::new();
/// let error = json_spans::checked_fields(br#"{"a": 1, "b": }"#, &mut |field| keys.push(field.key));
/// assert_eq!(keys, [b"a"]);
/// assert_eq!(error.map(|error| error.to_string()).as_deref(), Some("expected a value at line 1 column 15"));
/// ```
pub fn checked_fields<'a>(text: &'a [u8], on_field: &mut dyn FnMut(Field<'a>)) -> Option<SyntaxError> {
    let mut check = Check::new(text, on_field);
    if check.run().is_some() {
        return None;
    }
    Some(SyntaxError::new(text, check.at, check.expected))
}

/// A validation in progress. Its steps return `None` at a syntax error, which is at `at`.
struct Check<'a, 'p> {
    text: &'a [u8],
    at: usize,
    expected: &'static str,
    containers: Containers,
    /// The last key of the outermost object, and where its value begins.
    key: &'a [u8],
    value_at: usize,
    on_field: &'p mut dyn FnMut(Field<'a>),
}

impl<'a, 'p> Check<'a, 'p> {
    fn new(text: &'a [u8], on_field: &'p mut dyn FnMut(Field<'a>)) -> Self {
        let containers = Containers::default();
        Self { text, at: 0, expected: "", containers, key: b"", value_at: 0, on_field }
    }

    fn run(&mut self) -> Option<()> {
        loop {
            if self.value()? {
                continue;
            }
            if !self.more_follows()? {
                break;
            }
        }
        match self.peek() {
            None => Some(()),
            Some(_) => self.expected("the end"),
        }
    }

    /// Reads a value, or the beginning of a container up to its first value: then it returns
    /// `true`.
    fn value(&mut self) -> Option<bool> {
        let first = self.peek();
        if self.containers.depth == 1 {
            self.value_at = self.at;
        }
        match first {
            Some(b'"') => self.string()?,
            Some(b'{') => {
                self.at += 1;
                if self.peek() != Some(b'}') {
                    self.containers.open(true);
                    return self.key().map(|()| true);
                }
                self.at += 1;
            }
            Some(b'[') => {
                self.at += 1;
                if self.peek() != Some(b']') {
                    self.containers.open(false);
                    return Some(true);
                }
                self.at += 1;
            }
            Some(b't') => self.literal(b"true")?,
            Some(b'f') => self.literal(b"false")?,
            Some(b'n') => self.literal(b"null")?,
            _ => self.number()?,
        }
        Some(false)
    }

    /// After a value: closes the containers that end here and returns whether another value
    /// follows.
    fn more_follows(&mut self) -> Option<bool> {
        while let Some(is_object) = self.containers.innermost() {
            if is_object && self.containers.depth == 1 {
                let value = self.text.get(self.value_at..self.at).unwrap_or_default();
                (self.on_field)(Field { key: self.key, value, at: self.value_at });
            }
            match (self.peek(), is_object) {
                (Some(b','), _) => {
                    self.at += 1;
                    if is_object {
                        self.key()?;
                    }
                    return Some(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.at += 1;
                    self.containers.close();
                }
                (_, true) => return self.expected("`,` or `}`"),
                (_, false) => return self.expected("`,` or `]`"),
            }
        }
        Some(false)
    }

    fn key(&mut self) -> Option<()> {
        if self.peek() != Some(b'"') {
            return self.expected("a key");
        }
        let start = self.at + 1;
        self.string()?;
        if self.containers.depth == 1 {
            self.key = self.text.get(start..self.at - 1).unwrap_or_default();
        }
        if self.peek() != Some(b':') {
            return self.expected("`:`");
        }
        self.at += 1;
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        match string_end(self.text, self.at) {
            Ok(end) => {
                self.at = end;
                Some(())
            }
            Err(at) => {
                self.at = at;
                self.expected(match self.text.get(at) {
                    None => "a closing quote",
                    Some(b'\\') => "an escape",
                    Some(_) => "no control character",
                })
            }
        }
    }

    fn number(&mut self) -> Option<()> {
        match number_end(self.text, self.at) {
            Ok(end) => {
                self.at = end;
                Some(())
            }
            Err(at) => {
                let expected = if at == self.at { "a value" } else { "a digit" };
                self.at = at;
                self.expected(expected)
            }
        }
    }

    fn literal(&mut self, literal: &[u8]) -> Option<()> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(literal)) {
            return self.expected("a value");
        }
        self.at += literal.len();
        Some(())
    }

    fn peek(&mut self) -> Option<u8> {
        self.at = past_space(self.text, self.at);
        self.text.get(self.at).copied()
    }

    #[cold]
    fn expected<T>(&mut self, expected: &'static str) -> Option<T> {
        self.expected = expected;
        None
    }
}

/// The containers around a value, one bit each: set for an object. A bit each bounds the memory of
/// hostile nesting.
#[derive(Default)]
struct Containers {
    depth: usize,
    /// The innermost 64 or fewer, the last in the lowest bit.
    inner: u64,
    /// The others, 64 in each number.
    outer: Vec<u64>,
}

impl Containers {
    fn open(&mut self, is_object: bool) {
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.outer.push(self.inner);
        }
        self.inner = self.inner << 1 | u64::from(is_object);
        self.depth += 1;
    }

    fn close(&mut self) {
        self.inner >>= 1;
        self.depth = self.depth.saturating_sub(1);
        if self.depth > 0 && self.depth.is_multiple_of(64) {
            self.inner = self.outer.pop().unwrap_or_default();
        }
    }

    fn innermost(&self) -> Option<bool> {
        (self.depth > 0).then_some(self.inner & 1 == 1)
    }
}

/// The end of the string whose opening quote is at `at`: the offset just after its closing quote.
///
/// # Errors
/// The offset of the first control character or invalid escape, or the length of the text if the
/// string is not closed.
pub fn string_end(text: &[u8], at: usize) -> Result<usize, usize> {
    let mut at = at + 1;
    while let Some(block) = text.get(at..).and_then(Block::of) {
        let quotes = block.equal(b'"');
        let mut special = quotes | block.equal(b'\\') | block.controls();
        let mut len = block::LEN;
        while special != 0 {
            let offset = special.trailing_zeros() as usize;
            if quotes >> offset & 1 == 1 {
                return Ok(at + offset + 1);
            }
            let escape = escape_len(text, at + offset).ok_or(at + offset)?;
            special = special >> offset >> escape << escape << offset;
            len = len.max(offset + escape);
        }
        at += len;
    }
    loop {
        match text.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\' | ..0x20) => at += escape_len(text, at).ok_or(at)?,
            Some(_) => at += 1,
            None => return Err(at),
        }
    }
}

/// The length of the escape at `at`, in bytes; `None` if there is none. Each half of a surrogate
/// pair is an escape.
#[inline]
fn escape_len(text: &[u8], at: usize) -> Option<usize> {
    if text.get(at) != Some(&b'\\') {
        return None;
    }
    match text.get(at + 1)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(2),
        b'u' => text.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit).then_some(6),
        _ => None,
    }
}

/// The end of the number that begins at `at`: the offset just after its last digit.
///
/// # Errors
/// The offset at which a digit is missing.
pub fn number_end(text: &[u8], at: usize) -> Result<usize, usize> {
    let is = |at: usize, bytes: &[u8]| text.get(at).is_some_and(|byte| bytes.contains(byte));
    let start = at + usize::from(is(at, b"-"));
    let mut end = if is(start, b"0") { start + 1 } else { digits_end(text, start)? };
    if is(end, b".") {
        end = digits_end(text, end + 1)?;
    }
    if is(end, b"eE") {
        end += 1;
        end = digits_end(text, end + usize::from(is(end, b"+-")))?;
    }
    Ok(end)
}

/// The end of one or more digits.
fn digits_end(text: &[u8], at: usize) -> Result<usize, usize> {
    let rest = text.get(at..).unwrap_or_default();
    let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if count == 0 { Err(at) } else { Ok(at + count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    #[test]
    fn a_syntax_error_names_what_was_expected_and_its_line_and_column() {
        let message = |text: &str| syntax_error(text.as_bytes()).map(|error| error.to_string());
        for (text, expected) in [
            (r#"{"type":3,"data":{"a" 1}}"#, "expected `:` at line 1 column 23"),
            ("{\n\"a\":1\n\"b\":2}", "expected `,` or `}` at line 3 column 1"),
            ("[1,]", "expected a value at line 1 column 4"),
            ("[1}", "expected `,` or `]` at line 1 column 3"),
            (r#"{"a":1,}"#, "expected a key at line 1 column 8"),
            ("\"a\nb\"", "expected no control character at line 1 column 3"),
            (r#""\x""#, "expected an escape at line 1 column 2"),
            ("\"a", "expected a closing quote at line 1 column 3"),
            ("-x", "expected a digit at line 1 column 2"),
            ("nul", "expected a value at line 1 column 1"),
            ("{} 1", "expected the end at line 1 column 4"),
            ("", "expected a value at line 1 column 1"),
        ] {
            assert_eq!(message(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn the_fields_of_an_object_are_passed_on_up_to_its_syntax_error() {
        let parse = |text: &str| {
            let mut found = Vec::new();
            let error = checked_fields(text.as_bytes(), &mut |field| {
                assert_eq!(&text.as_bytes()[field.at..field.at + field.value.len()], field.value);
                let part = |part: &[u8]| String::from_utf8_lossy(part).into_owned();
                found.push((part(field.key), part(field.value)));
            });
            (found, error.is_some())
        };
        let field = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let fields =
            vec![field("a", "1"), field("b", r#"{"c":[{"d":2}]}"#), field("", "[]"), field("e", r#""f""#)];
        let text = r#" {"a" : 1 , "b":{"c":[{"d":2}]},"":[],"e":"f" } "#;
        assert_eq!(parse(text), (fields.clone(), false));
        assert_eq!(parse(&text.replace("\"f\"", "f")), (fields[..3].to_vec(), true));
        for other in [r#"[{"a":1}]"#, "1", "{}"] {
            assert_eq!(parse(other), (Vec::new(), false), "{other}");
        }
    }

    #[test]
    fn any_depth_is_checked() {
        let nested = |depth: usize, middle: &str| {
            format!("{}{middle}{}", r#"[{"a":"#.repeat(depth), "}]".repeat(depth))
        };
        for depth in [31, 32, 33, 64, 100_000] {
            assert!(is_json(nested(depth, "1").as_bytes()), "{depth}");
            let crossed = nested(depth, "[]").replacen("}]", "]}", 1);
            assert!(!is_json(crossed.as_bytes()), "{depth}");
        }
        assert!(!is_json("[".repeat(1_000_000).as_bytes()));
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(
            pieces in prop::collection::vec(r#"[\[\]{}",:0-9eE.+\- a\\ntrue\n]|\{"a":|"[ab\\n]{0,40}"|\\ud83d|true|null"#, 0..12),
        ) {
            let text = pieces.concat();
            for text in [text.clone(), format!("[{text}]"), format!(r#"{{"a":{text}}}"#), format!(r#"["{text}"]"#)] {
                let is_json = serde_json::from_str::<IgnoredAny>(&text).is_ok();
                prop_assert_eq!(super::is_json(text.as_bytes()), is_json, "{}", text);
            }
        }

        #[test]
        fn any_bytes_are_checked(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(is_json(&bytes), serde_json::from_slice::<IgnoredAny>(&bytes).is_ok());
        }
    }
}
