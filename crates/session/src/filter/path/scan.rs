//! Follows a path of keys through JSON without building a tree: a socket can have a million
//! messages.

use std::borrow::Cow;

use super::{Scalar, Step};
use json_spans::json_string::unescape;
use json_spans::string_end;

/// What is at the end of the path.
pub(super) enum Found<'t> {
    Container,
    Scalar { text: Cow<'t, str>, is_string: bool, is_number: bool },
}

impl Found<'_> {
    /// The value, unless it is a container.
    pub(super) fn scalar(&self) -> Option<Scalar<'_>> {
        match self {
            Self::Container => None,
            Self::Scalar { text, is_string, is_number } => {
                Some(Scalar { text, is_string: *is_string, is_number: *is_number })
            }
        }
    }
}

/// Whether a value at the path in the JSON object `text` matches; `None` if that takes a tree:
/// the path has steps that are not keys, or the text is not an object, has escapes in a key, or a
/// string on the path.
pub(super) fn matches(text: &[u8], steps: &[Step], is_match: &dyn Fn(&Found<'_>) -> bool) -> Option<bool> {
    if !steps.iter().all(|step| matches!(step, Step::Key(_))) {
        return None;
    }
    let mut scan = Scan { text, at: 0, is_match };
    scan.skip_space();
    scan.take(b'{')?;
    let found = scan.object(steps)?;
    scan.skip_space();
    (scan.at == text.len()).then_some(found)
}

struct Scan<'t, 'm> {
    text: &'t [u8],
    at: usize,
    is_match: &'m dyn Fn(&Found<'_>) -> bool,
}

impl<'t> Scan<'t, '_> {
    /// The object that begins before the position: whether a value at the path in it matches.
    fn object(&mut self, steps: &[Step]) -> Option<bool> {
        let (Step::Key(key), within) = steps.split_first()? else { return None };
        let mut found = false;
        self.skip_space();
        if self.take(b'}').is_some() {
            return Some(false);
        }
        loop {
            self.skip_space();
            let name = self.string()?;
            if memchr::memchr(b'\\', name).is_some() {
                return None;
            }
            self.skip_space();
            self.take(b':')?;
            self.skip_space();
            if name != key.as_bytes() || found {
                self.skip_value()?;
            } else if within.is_empty() {
                let value = self.value()?;
                found = (self.is_match)(&value);
            } else {
                found = self.member(within)?;
            }
            self.skip_space();
            if self.take(b',').is_none() {
                return self.take(b'}').map(|()| found);
            }
        }
    }

    /// The value of a key that is not the last one.
    fn member(&mut self, within: &[Step]) -> Option<bool> {
        match self.text.get(self.at)? {
            b'{' => {
                self.at += 1;
                self.object(within)
            }
            // It may hold JSON.
            b'"' => None,
            _ => self.skip_value().map(|()| false),
        }
    }

    fn value(&mut self) -> Option<Found<'t>> {
        let start = self.at;
        let (is_string, text) = match self.text.get(start)? {
            b'{' | b'[' => {
                self.skip_value()?;
                return Some(Found::Container);
            }
            b'"' => (true, unescape(self.string()?)),
            _ => {
                self.skip_value()?;
                (false, String::from_utf8_lossy(self.text.get(start..self.at)?))
            }
        };
        let is_number = !is_string && text.starts_with(|char: char| char == '-' || char.is_ascii_digit());
        Some(Found::Scalar { text, is_string, is_number })
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match self.text.get(self.at)? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                _ => self.skip_literal(depth > 0)?,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A number, `true`, `false`, `null`, or white space within a container.
    fn skip_literal(&mut self, allows_space: bool) -> Option<()> {
        let start = self.at;
        let is_literal = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        while let Some(byte) = self.text.get(self.at) {
            let is_part = is_literal(*byte) || (allows_space && is_space(*byte));
            if !is_part {
                break;
            }
            self.at += 1;
        }
        (self.at > start).then_some(())
    }

    /// The text between the quotes of a string.
    fn string(&mut self) -> Option<&'t [u8]> {
        let start = self.at;
        if self.text.get(start) != Some(&b'"') {
            return None;
        }
        self.at = string_end(self.text, start).ok()?;
        self.text.get(start + 1..self.at - 1)
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.text.get(self.at) == Some(&byte)).then(|| self.at += 1)
    }

    fn skip_space(&mut self) {
        while self.text.get(self.at).is_some_and(|byte| is_space(*byte)) {
            self.at += 1;
        }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
