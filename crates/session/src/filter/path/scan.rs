//! Follows a path of keys through JSON without building a tree, and without resolving the escapes
//! of the file around it: a socket can have a million messages.
//!
//! Text that is not JSON need not be recognized as such: a value before the error may be found.

use std::borrow::Cow;

use super::{Scalar, Step};
use crate::encodings::MAX_DEPTH;
use json_spans::json_string::{read_escape, unescape};
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

/// How JSON is written in the bytes that are scanned.
pub(super) trait Form {
    /// A quotation mark.
    const QUOTE: &'static [u8];
    /// What ends a message of some protocols: a record separator, or NUL.
    const SEPARATORS: [&'static [u8]; 2];

    /// The length of the string that begins at `at`, quotation marks included, and whether it has
    /// escapes; `None` if that is not certain.
    fn string_len(text: &[u8], at: usize) -> Option<(usize, bool)>;

    /// The length of the white space character at `at`; 0 if there is none.
    fn space_len(text: &[u8], at: usize) -> usize;

    /// The text of a string, from what is between its quotation marks.
    fn unescaped(inner: &[u8]) -> Cow<'_, str>;
}

/// JSON as it is.
pub(super) enum Plain {}

impl Form for Plain {
    const QUOTE: &'static [u8] = b"\"";
    const SEPARATORS: [&'static [u8]; 2] = [b"\x1e", b"\0"];

    fn string_len(text: &[u8], at: usize) -> Option<(usize, bool)> {
        let end = string_end(text, at).ok()?;
        let has_escapes = memchr::memchr(b'\\', text.get(at..end)?).is_some();
        Some((end - at, has_escapes))
    }

    fn space_len(text: &[u8], at: usize) -> usize {
        usize::from(text.get(at).is_some_and(|byte| is_space(*byte)))
    }

    fn unescaped(inner: &[u8]) -> Cow<'_, str> {
        unescape(inner)
    }
}

/// JSON within a JSON string, whose escapes are not resolved: `{\"a\":1}`.
pub(super) enum InString {}

impl Form for InString {
    const QUOTE: &'static [u8] = b"\\\"";
    const SEPARATORS: [&'static [u8]; 2] = [b"\\u001e", b"\\u0000"];

    fn string_len(text: &[u8], start: usize) -> Option<(usize, bool)> {
        let mut at = start + Self::QUOTE.len();
        let mut has_escapes = false;
        loop {
            at += backslash(text.get(at..)?)?;
            at += match text.get(at + 1)? {
                b'"' => return Some((at + Self::QUOTE.len() - start, has_escapes)),
                b'\\' => 2 + inner_escape_len(text.get(at + 2..)?)?,
                b'/' => 2,
                // A character of ASCII could be a quotation mark or a backslash.
                b'u' => {
                    let escape = read_escape(text.get(at..)?)?;
                    (!escape.char.is_ascii()).then_some(escape.len)?
                }
                _ => return None,
            };
            has_escapes = true;
        }
    }

    fn space_len(text: &[u8], at: usize) -> usize {
        match text.get(at) {
            Some(b' ') => 1,
            Some(b'\\') if matches!(text.get(at + 1), Some(b'n' | b'r' | b't')) => 2,
            _ => 0,
        }
    }

    fn unescaped(inner: &[u8]) -> Cow<'_, str> {
        if memchr::memchr(b'\\', inner).is_none() {
            return String::from_utf8_lossy(inner);
        }
        Cow::Owned(unescape(unescape(inner).as_bytes()).into_owned())
    }
}

/// The position of the first backslash. Most strings are too short for the set-up of a vector
/// search.
#[inline]
fn backslash(text: &[u8]) -> Option<usize> {
    const WORD: usize = size_of::<u64>();
    const WORDS: usize = 4;
    const ONES: u64 = 0x0101_0101_0101_0101;
    for nth in 0..WORDS {
        let Some(word) = text.get(nth * WORD..).and_then(<[u8]>::first_chunk) else { break };
        // A byte that is zero after this is a backslash; the lowest one found is exact.
        let word = u64::from_le_bytes(*word) ^ (ONES * u64::from(b'\\'));
        let zeros = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if zeros != 0 {
            return Some(nth * WORD + zeros.trailing_zeros() as usize / 8);
        }
    }
    memchr::memchr(b'\\', text)
}

/// The length of what follows the backslash of an escape of JSON within a JSON string.
fn inner_escape_len(after: &[u8]) -> Option<usize> {
    match after.first()? {
        b'\\' => matches!(after.get(1)?, b'"' | b'\\' | b'/').then_some(2),
        b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(1),
        b'u' => after.get(1..5)?.iter().all(u8::is_ascii_hexdigit).then_some(5),
        _ => None,
    }
}

/// Whether a value at the path in `text` matches, where it is an object or an array, with text
/// before it that is not JSON, such as `42["chat",{}]`. `None` if that takes a tree: the path has
/// steps to any depth before the last one, or the text is something else, has escapes in a key, or JSON within a string
/// on the path.
pub(super) fn matches<F: Form>(
    text: &[u8],
    steps: &[Step],
    is_match: &dyn Fn(&Found<'_>) -> bool,
) -> Option<bool> {
    let (_, others) = steps.split_last()?;
    if others.iter().any(|step| matches!(step, Step::Descendants(_))) {
        return None;
    }
    let mut scan = Scan::<F>::new(text, 0, is_match);
    scan.skip_prefix()?;
    // A protocol or a batch wraps what it sends in an array.
    let is_wrapped = text.get(scan.at) == Some(&b'[') && matches!(steps.first(), Some(Step::Key(_)));
    let found = if is_wrapped {
        scan.at += 1;
        scan.array(None, steps)?
    } else {
        scan.follow(steps)?
    };
    scan.skip_space();
    let rest = text.get(scan.at..)?;
    (rest.is_empty() || F::SEPARATORS.contains(&rest)).then_some(found)
}

/// The value at `at` of `text`, which is written in the form `F`; `None` if it is not certain.
pub(super) fn value_at<F: Form>(text: &[u8], at: usize) -> Option<Found<'_>> {
    let mut scan = Scan::<F>::new(text, at, &|_| false);
    scan.skip_space();
    match scan.text.get(scan.at)? {
        // Its end does not matter.
        b'{' | b'[' => Some(Found::Container),
        _ => scan.value(),
    }
}

/// The position after white space at `at`.
#[inline]
pub(super) fn after_space<F: Form>(text: &[u8], mut at: usize) -> usize {
    loop {
        match F::space_len(text, at) {
            0 => return at,
            len => at += len,
        }
    }
}

struct Scan<'t, 'm, F> {
    text: &'t [u8],
    at: usize,
    /// Containers that the position is in, as far as they are followed.
    depth: u16,
    is_match: &'m dyn Fn(&Found<'_>) -> bool,
    form: std::marker::PhantomData<F>,
}

impl<'t, 'm, F: Form> Scan<'t, 'm, F> {
    fn new(text: &'t [u8], at: usize, is_match: &'m dyn Fn(&Found<'_>) -> bool) -> Self {
        Self { text, at, depth: 0, is_match, form: std::marker::PhantomData }
    }

    /// Skips what precedes the first object or array. `None` if that could be a string, or could
    /// have an escaped brace or separator.
    fn skip_prefix(&mut self) -> Option<()> {
        self.skip_space();
        if matches!(self.text.get(self.at)?, b'{' | b'[') {
            return Some(());
        }
        let begin = memchr::memchr2(b'{', b'[', self.text.get(self.at..)?)? + self.at;
        let prefix = self.text.get(self.at..begin)?;
        let is_other = prefix.starts_with(F::QUOTE) || prefix.first().is_some_and(|byte| !byte.is_ascii());
        let has_separator =
            memchr::memchr2(0, 0x1e, prefix).is_some() || prefix.windows(2).any(|pair| pair == b"\\u");
        self.at = begin;
        (!is_other && !has_separator).then_some(())
    }

    /// The value at the position: whether a value that the steps lead to matches.
    fn follow(&mut self, steps: &[Step]) -> Option<bool> {
        let Some((step, within)) = steps.split_first() else {
            let value = self.value()?;
            return Some((self.is_match)(&value));
        };
        match (self.text.get(self.at)?, step) {
            (b'{', Step::Key(_) | Step::Any | Step::Descendants(_)) => {
                self.container(|scan| scan.object(step, steps, within))
            }
            (b'[', Step::Index(_) | Step::Any) => self.container(|scan| scan.array(Some(step), within)),
            (b'[', Step::Descendants(_)) => self.container(|scan| scan.array(None, steps)),
            _ if self.is_at(F::QUOTE) => {
                let (content, _) = self.string()?;
                // It may hold JSON, after white space that may be escaped.
                let first = content.first().copied().unwrap_or(b'.');
                let may_hold_json =
                    matches!(first, b'{' | b'[' | b'\\') || !first.is_ascii() || is_space(first);
                (!may_hold_json).then_some(false)
            }
            _ => self.skip_value().map(|()| false),
        }
    }

    /// The object or array that begins at the position, which `read` follows.
    fn container(&mut self, read: impl FnOnce(&mut Self) -> Option<bool>) -> Option<bool> {
        self.at += 1;
        self.depth += 1;
        let found = if self.depth > MAX_DEPTH { None } else { read(self) };
        self.depth -= 1;
        found
    }

    /// The array that begins before the position: whether a value in an element that the step
    /// selects matches; without a step, in any.
    fn array(&mut self, step: Option<&Step>, within: &[Step]) -> Option<bool> {
        let mut found = false;
        self.skip_space();
        if self.take(b']').is_some() {
            return Some(false);
        }
        for nth in 0_u64.. {
            let is_selected = !matches!(step, Some(Step::Index(index)) if *index != nth);
            found |= self.part(is_selected && !found, within)?;
            if self.take(b',').is_none() {
                return self.take(b']').map(|()| found);
            }
        }
        None
    }

    /// The value of an element or a member, with the space around it: whether a value in it matches,
    /// where that is asked.
    fn part(&mut self, is_asked: bool, within: &[Step]) -> Option<bool> {
        self.skip_space();
        let found = if is_asked {
            self.follow(within)?
        } else {
            self.skip_value()?;
            false
        };
        self.skip_space();
        Some(found)
    }

    /// The object that begins before the position: whether a value in a member that the step
    /// selects matches.
    fn object(&mut self, step: &Step, steps: &[Step], within: &[Step]) -> Option<bool> {
        let mut found = false;
        self.skip_space();
        if self.take(b'}').is_some() {
            return Some(false);
        }
        loop {
            self.skip_space();
            let (name, has_escapes) = self.string()?;
            let is_selected = match step {
                Step::Key(_) | Step::Descendants(_) if has_escapes => return None,
                Step::Key(key) | Step::Descendants(key) => name == key.as_bytes(),
                _ => true,
            };
            self.skip_space();
            self.take(b':')?;
            let start = self.at;
            found |= self.part(is_selected && !found, within)?;
            if !found && matches!(step, Step::Descendants(_)) {
                self.at = start;
                found = self.part(true, steps)?;
            }
            if self.take(b',').is_none() {
                return self.take(b'}').map(|()| found);
            }
        }
    }

    fn value(&mut self) -> Option<Found<'t>> {
        let start = self.at;
        if matches!(self.text.get(start)?, b'{' | b'[') {
            self.skip_value()?;
            return Some(Found::Container);
        }
        let is_string = self.is_at(F::QUOTE);
        let text = if is_string {
            let (content, has_escapes) = self.string()?;
            if has_escapes { F::unescaped(content) } else { String::from_utf8_lossy(content) }
        } else {
            self.skip_literal()?;
            String::from_utf8_lossy(self.text.get(start..self.at)?)
        };
        let is_number = !is_string && text.starts_with(|char: char| char == '-' || char.is_ascii_digit());
        Some(Found::Scalar { text, is_string, is_number })
    }

    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match self.text.get(self.at)? {
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                b'"' | b'\\' if self.is_at(F::QUOTE) => {
                    self.string()?;
                }
                _ if depth > 0 && F::space_len(self.text, self.at) > 0 => self.skip_space(),
                _ => self.skip_literal()?,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn skip_literal(&mut self) -> Option<()> {
        let is_literal = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        let rest = self.text.get(self.at..)?;
        let len = rest.iter().position(|byte| !is_literal(byte)).unwrap_or(rest.len());
        self.at += len;
        (len > 0).then_some(())
    }

    /// What is between the quotation marks of the string at the position, and whether it has
    /// escapes.
    fn string(&mut self) -> Option<(&'t [u8], bool)> {
        if !self.is_at(F::QUOTE) {
            return None;
        }
        let start = self.at;
        let (len, has_escapes) = F::string_len(self.text, start)?;
        self.at += len;
        Some((self.text.get(start + F::QUOTE.len()..self.at - F::QUOTE.len())?, has_escapes))
    }

    fn is_at(&self, expected: &[u8]) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(expected))
    }

    fn take(&mut self, expected: u8) -> Option<()> {
        (self.text.get(self.at) == Some(&expected)).then(|| self.at += 1)
    }

    #[inline]
    fn skip_space(&mut self) {
        self.at = after_space::<F>(self.text, self.at);
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
