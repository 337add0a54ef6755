//! What JSON is (RFC 8259), told without building anything.

use super::block::{self, Block};
use super::json_string::read_escape;
use super::space::past_space;

/// Where a text stops being JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The first byte that cannot be right; the length of the text where it ends too early.
    pub at: usize,
    /// What would be right there.
    pub expected: &'static str,
}

impl Fault {
    /// In words, with the place counted in `text` as editors do: lines, and bytes within the line, from 1.
    pub fn words(self, text: &[u8]) -> String {
        let before = text.get(..self.at).unwrap_or(text);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let column = memchr::memrchr(b'\n', before).map_or(self.at, |end| self.at - end - 1) + 1;
        format!("expected {} at line {line} column {column}", self.expected)
    }
}

/// Whether `text` is one JSON value. What strings hold need not be UTF-8.
pub fn is_json(text: &[u8]) -> bool {
    fault(text).is_none()
}

/// Where `text` stops being one JSON value; `None` where it is one.
pub fn fault(text: &[u8]) -> Option<Fault> {
    Check { text, at: 0, containers: Containers::default() }.run().err()
}

struct Check<'a> {
    text: &'a [u8],
    at: usize,
    containers: Containers,
}

impl Check<'_> {
    fn run(&mut self) -> Result<(), Fault> {
        loop {
            if self.value()? {
                continue;
            }
            if !self.more_follows()? {
                break;
            }
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => self.expected("the end"),
        }
    }

    /// A value, or the beginning of a container up to where its first value is expected: then it returns `true`.
    fn value(&mut self) -> Result<bool, Fault> {
        match self.peek() {
            Some(b'"') => self.at = string_end(self.text, self.at)?,
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
                    return Ok(true);
                }
                self.at += 1;
            }
            Some(b't') => self.word(b"true")?,
            Some(b'f') => self.word(b"false")?,
            Some(b'n') => self.word(b"null")?,
            _ => self.at = number_end(self.text, self.at)?,
        }
        Ok(false)
    }

    /// After a value: closes what ends here; whether another value follows.
    fn more_follows(&mut self) -> Result<bool, Fault> {
        while let Some(is_object) = self.containers.innermost() {
            match (self.peek(), is_object) {
                (Some(b','), _) => {
                    self.at += 1;
                    if is_object {
                        self.key()?;
                    }
                    return Ok(true);
                }
                (Some(b'}'), true) | (Some(b']'), false) => {
                    self.at += 1;
                    self.containers.close();
                }
                (_, true) => return self.expected("`,` or `}`"),
                (_, false) => return self.expected("`,` or `]`"),
            }
        }
        Ok(false)
    }

    fn key(&mut self) -> Result<(), Fault> {
        if self.peek() != Some(b'"') {
            return self.expected("a key");
        }
        self.at = string_end(self.text, self.at)?;
        if self.peek() != Some(b':') {
            return self.expected("`:`");
        }
        self.at += 1;
        Ok(())
    }

    fn word(&mut self, word: &[u8]) -> Result<(), Fault> {
        if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            return self.expected("a value");
        }
        self.at += word.len();
        Ok(())
    }

    fn peek(&mut self) -> Option<u8> {
        self.at = past_space(self.text, self.at);
        self.text.get(self.at).copied()
    }

    fn expected<T>(&self, expected: &'static str) -> Result<T, Fault> {
        Err(Fault { at: self.at, expected })
    }
}

/// The containers around a value, a bit each: set for an object.
#[derive(Default)]
struct Containers {
    depth: usize,
    /// The innermost ones, the last in the lowest bit.
    inner: u64,
    /// The others, whole words of them.
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

/// Where the string ends whose opening quote stands at `at`: just behind its closing quote.
///
/// # Errors
/// Where it is none: it goes on to the end of the text, or holds a control character or an escape that there is not.
pub(crate) fn string_end(text: &[u8], at: usize) -> Result<usize, Fault> {
    let mut at = at + 1;
    loop {
        at += plain_len(text.get(at..).unwrap_or_default());
        match text.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => match text.get(at..).and_then(read_escape) {
                Some(escape) => at += escape.len,
                None => return Err(Fault { at, expected: "an escape" }),
            },
            Some(_) => return Err(Fault { at, expected: "no control character" }),
            None => return Err(Fault { at, expected: "a closing quote" }),
        }
    }
}

/// The bytes before the first quote, backslash or control character.
#[inline]
fn plain_len(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(block) = text.get(at..).and_then(Block::of) {
        let special = block.equal(b'"') | block.equal(b'\\') | block.controls();
        if special != 0 {
            return at + special.trailing_zeros() as usize;
        }
        at += block::LEN;
    }
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)).count()
}

/// Where the number ends that begins at `at`.
///
/// # Errors
/// Where it is none.
pub(crate) fn number_end(text: &[u8], at: usize) -> Result<usize, Fault> {
    let is = |at: usize, bytes: &[u8]| text.get(at).is_some_and(|byte| bytes.contains(byte));
    let digits = |from: usize, expected: &'static str| {
        let rest = text.get(from..).unwrap_or_default();
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 { Err(Fault { at: from, expected }) } else { Ok(from + count) }
    };
    let start = at + usize::from(is(at, b"-"));
    let mut end = if is(start, b"0") {
        start + 1
    } else {
        digits(start, if start == at { "a value" } else { "a digit" })?
    };
    if is(end, b".") {
        end = digits(end + 1, "a digit")?;
    }
    if is(end, b"eE") {
        end += 1;
        end = digits(end + usize::from(is(end, b"+-")), "a digit")?;
    }
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::de::IgnoredAny;

    #[test]
    fn a_fault_is_told_with_its_place() {
        let words = |text: &str| fault(text.as_bytes()).map(|fault| fault.words(text.as_bytes()));
        for (text, said) in [
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
            assert_eq!(words(text).as_deref(), Some(said), "{text}");
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
