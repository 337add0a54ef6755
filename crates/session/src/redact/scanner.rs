//! Finds credentials within a text: values after names, user and password in URLs, tokens.
//!
//! One pass from left to right. Matches are skipped, and a part that was searched without a match
//! is not searched again, so the time is linear in the length of any text.

use std::ops::Range;

use super::REDACTED;
use super::bytes::{is_boundary, is_end_of_url, is_name_byte, is_slash, is_space, is_token_byte};
use super::current_name::CurrentName;
use super::names::{MAX_NAME, credentials, is_code_context, is_payload_credential};
use super::shapes::{
    Shape, container, is_authorization_code, is_secret_like, is_token, json_web_token, rest_of_line,
};
use super::unit::{MAX_DEPTH, Unit, unit, units};

/// The kind of a text, which decides where a value in it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Sentences, perhaps with URLs or JSON in them.
    Text,
    /// The value of a header: text in which base64url of JSON is a credential even without a
    /// signature.
    Header,
    /// One URL, with spaces and quotes as browsers accept them.
    Url,
    /// The payload of a message: text in which fewer names are those of credentials
    /// ([`is_payload_credential`](super::names::is_payload_credential)).
    Payload,
}

/// A part of a text that is a credential.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    /// The replacement: [`REDACTED`], or nothing for a user and password before a host.
    pub(super) replacement: &'static str,
}

/// The credentials in a text, in order.
pub(super) fn find(text: &str, mode: Mode) -> Vec<Edit> {
    // Most texts are one word or a date.
    let can_hold_one = |byte: &u8| byte.is_ascii_whitespace() || b"=:@%+./\\".contains(byte);
    let is_one_word = !text.as_bytes().iter().any(can_hold_one);
    if is_one_word && !(mode == Mode::Header && text.contains("eyJ")) {
        return Vec::new();
    }
    let mut scanner = Scanner {
        text: text.as_bytes(),
        mode,
        name: CurrentName::default(),
        before: b' ',
        in_query: false,
        in_path: false,
        searched: [0; MAX_DEPTH as usize + 1],
        has_code_context: None,
        edits: Vec::new(),
    };
    let mut at = 0;
    while let Some(unit) = unit(scanner.text, at) {
        at = scanner.step(at, unit);
    }
    scanner.edits
}

struct Scanner<'a> {
    text: &'a [u8],
    mode: Mode,
    name: CurrentName,
    /// The previous decoded byte.
    before: u8,
    /// After the `?` of a URL.
    in_query: bool,
    /// Within a URL, before its `?`.
    in_path: bool,
    /// For each depth of encoding, the offset up to which no user and password precede a host.
    searched: [usize; MAX_DEPTH as usize + 1],
    /// Whether the text has parameters of OAuth, computed when first needed.
    has_code_context: Option<bool>,
    edits: Vec<Edit>,
}

impl Scanner<'_> {
    /// Processes the unit at `at`; returns the offset to continue at.
    fn step(&mut self, at: usize, unit: Unit) -> usize {
        if let Some(next) = self.word(at, unit) {
            return next;
        }
        let byte = unit.byte;
        match byte {
            b'=' => return self.parameter(unit),
            b':' => return self.colon(at, unit),
            b'/' | b'\\' if self.begins_authority(unit) => return self.authority(unit),
            b' ' | b'\t' | b'\r' | b'\n' | b'+' => {
                if let Some(next) = self.scheme(unit) {
                    return next;
                }
                self.name.has_space = true;
                if byte == b'+' {
                    self.name = CurrentName::default();
                }
            }
            b'"' | b'\'' | b'\\' => self.name.has_quote = true,
            _ if is_name_byte(byte) => self.name.push(byte, self.before),
            _ => self.name = CurrentName::default(),
        }
        match byte {
            b'?' => (self.in_query, self.in_path) = (true, false),
            b'/' if is_boundary(self.before) => self.in_path = !self.in_query,
            _ if self.mode != Mode::Url && is_end_of_url(byte) => {
                (self.in_query, self.in_path) = (false, false);
            }
            _ => {}
        }
        self.before = byte;
        unit.next
    }

    /// Redacts a word that is a credential by its shape.
    fn word(&mut self, at: usize, unit: Unit) -> Option<usize> {
        let is_start = unit.depth == 0 && !self.before.is_ascii_alphanumeric();
        if !is_start || unit.byte != b'e' {
            return None;
        }
        match json_web_token(self.text, at, self.mode == Mode::Header)? {
            Shape::Credential(range) => {
                let end = range.end;
                self.redact(range);
                self.name = CurrentName::default();
                self.before = b']';
                Some(end)
            }
            Shape::Not(end) => {
                for byte in self.text.get(at..end)?.iter().copied() {
                    self.name.push(byte, self.before);
                    self.before = byte;
                }
                Some(end)
            }
        }
    }

    /// `Bearer <token>`, at the space.
    fn scheme(&mut self, unit: Unit) -> Option<usize> {
        if self.name.is_over() || !credentials().schemes.iter().any(|scheme| self.name.is(scheme)) {
            return None;
        }
        let mut rest =
            units(self.text, unit.next).skip_while(|(_, unit)| is_space(unit.byte) || unit.byte == b'+');
        let (start, mut last) = rest.next()?;
        let mut token = vec![last.byte];
        let mut end = start;
        // Padding ends a token; a `=` with text after it makes it a parameter.
        let mut is_padded = false;
        loop {
            if !is_token_byte(last.byte) {
                break;
            }
            if is_padded && last.byte != b'=' {
                return None;
            }
            is_padded |= last.byte == b'=';
            end = last.next;
            let Some((_, next)) = rest.next() else { break };
            last = next;
            if is_token_byte(last.byte) {
                token.push(last.byte);
            }
        }
        let is_parameter = is_padded && matches!(last.byte, b'"' | b'\'');
        let is_redacted = self.text.get(end..).is_some_and(|rest| rest.starts_with(REDACTED.as_bytes()));
        if is_parameter || is_redacted || !is_token(&token) {
            return None;
        }
        if self.text.get(end - 1) == Some(&b'.') {
            end -= 1;
        }
        self.redact(start..end);
        self.name = CurrentName::default();
        self.before = b']';
        Some(end)
    }

    /// `name=value`, at the `=`.
    fn parameter(&mut self, unit: Unit) -> usize {
        let name = std::mem::take(&mut self.name);
        self.before = b'=';
        let is_code = name.is("code") && self.is_authorization_code(unit.next);
        let is_comparison =
            self.mode != Mode::Url && matches!(self.text.get(unit.next), Some(b'=' | b'>' | b'~'));
        if is_comparison || !(is_code || self.is_credential(&name)) {
            return unit.next;
        }
        let is_certain = self.mode == Mode::Url || !name.has_space;
        let Some(value) = self.value(&name, unit, is_certain) else { return unit.next };
        self.redact_value(value)
    }

    /// Whether a value after that name is a credential.
    fn is_credential(&self, name: &CurrentName) -> bool {
        match self.mode {
            Mode::Payload if !self.in_query => is_payload_credential(name.last_bytes()),
            Mode::Payload | Mode::Text | Mode::Header | Mode::Url => name.is_credential(),
        }
    }

    /// `scheme://` or `name: value`, at the `:`.
    fn colon(&mut self, at: usize, unit: Unit) -> usize {
        let name = std::mem::take(&mut self.name);
        let is_special = ["http", "https", "ws", "wss", "ftp"].iter().any(|scheme| name.is(scheme));
        let is_scheme = !name.is_over() && name.bytes.first().is_some_and(u8::is_ascii_alphabetic);
        let mut slashes = units(self.text, unit.next).take_while(|(_, unit)| is_slash(unit.byte));
        let is_hierarchical = is_special
            || (slashes.next().is_some_and(|(_, unit)| unit.byte == b'/')
                && slashes.next().is_some_and(|(_, unit)| unit.byte == b'/'));
        self.before = b':';
        if is_scheme && is_hierarchical {
            return self.authority(unit);
        }
        let is_port = self.searched.iter().any(|end| at < *end);
        if is_port || !self.is_credential(&name) {
            return unit.next;
        }
        match self.value(&name, unit, false) {
            Some(value) => self.redact_value(value),
            None => unit.next,
        }
    }

    /// Whether `//host` begins here, without a scheme.
    fn begins_authority(&self, unit_at: Unit) -> bool {
        let next = unit(self.text, unit_at.next);
        (is_boundary(self.before) || self.before == b':') && next.is_some_and(|next| is_slash(next.byte))
    }

    /// Removes the user and password before the `@` of an authority, after the slashes that follow
    /// `from`.
    fn authority(&mut self, from: Unit) -> usize {
        self.name = CurrentName::default();
        (self.in_path, self.in_query, self.before) = (true, false, b'/');
        let (mut at, mut depth) = (from.next, from.depth);
        loop {
            for (_, slash) in units(self.text, at).take_while(|(_, unit)| is_slash(unit.byte)) {
                at = slash.next;
                depth = depth.max(slash.depth);
            }
            let Some(searched) = self.searched.get_mut(usize::from(depth)) else { return at };
            if at < *searched {
                return at;
            }
            let is_inside = |unit: &Unit| {
                let ends = matches!(unit.byte, b'/' | b'\\' | b'?' | b'#')
                    || (self.mode != Mode::Url && is_end_of_url(unit.byte));
                unit.depth > depth || !ends
            };
            let mut host = None;
            *searched = at;
            for (start, unit) in units(self.text, at).take_while(|(_, unit)| is_inside(unit)) {
                *searched = unit.next;
                if unit.byte == b'@' && unit.depth <= depth && start > at {
                    host = Some(unit.next);
                }
            }
            let Some(host) = host else { return at };
            self.edits.push(Edit { range: at..host, replacement: "" });
            *searched = host;
            at = host;
        }
    }

    /// The range of the value after a name. `is_certain` if the following text can only be its
    /// value; otherwise it is one if it is quoted or looks like a secret.
    fn value(&self, name: &CurrentName, separator: Unit, is_certain: bool) -> Option<Range<usize>> {
        let mut start = separator.next;
        if self.mode != Mode::Url {
            if !is_certain {
                start = self.skip(start, is_space);
            }
            if let Some(quoted) = self.quoted(start) {
                return Some(quoted);
            }
        }
        if is_certain {
            let end = self.end_of_value(name, start, separator.depth);
            return Some(start..end).filter(|range| !range.is_empty());
        }
        if self.mode == Mode::Payload {
            let is_header = name.before == b'\n' && !name.is_over();
            let container = if name.has_quote { container(self.text, start) } else { None };
            let found = container.or_else(|| is_header.then(|| rest_of_line(self.text, start))?);
            if found.is_some() {
                return found;
            }
        }
        let end = self.skip(start, is_token_byte);
        let found = self.text.get(start..end)?;
        let is_word = matches!(found, b"true" | b"false" | b"null" | b"");
        let digits = found.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let is_port = (1..=5).contains(&digits) && matches!(found.get(digits), Some(b'/') | None);
        let is_value = if name.has_quote { !is_word } else { is_secret_like(found) && !is_port };
        is_value.then_some(start..end)
    }

    fn skip(&self, from: usize, is_part: fn(u8) -> bool) -> usize {
        let parts = units(self.text, from).take_while(|(_, unit)| is_part(unit.byte));
        parts.last().map_or(from, |(_, unit)| unit.next)
    }

    /// The range between quotes, which may be escaped as in JSON within JSON; to the end of the
    /// text if not closed.
    fn quoted(&self, from: usize) -> Option<Range<usize>> {
        let escapes = units(self.text, from).take_while(|(_, unit)| unit.byte == b'\\').count();
        let mut found = units(self.text, from).skip(escapes);
        let (_, quote) = found.next().filter(|(_, unit)| matches!(unit.byte, b'"' | b'\''))?;
        let (mut backslashes, mut before) = (0, quote.next);
        for (at, unit) in found {
            if unit.byte == quote.byte && backslashes % (2 * (escapes + 1)) == escapes {
                let end = if escapes == 0 { at } else { before };
                return Some(quote.next..end);
            }
            if unit.byte == b'\\' {
                backslashes += 1;
            } else {
                (backslashes, before) = (0, unit.next);
            }
        }
        Some(quote.next..self.text.len())
    }

    /// The end of a value without quotes after a `=` at `depth`: an `&` that is encoded more often
    /// is part of it.
    fn end_of_value(&self, name: &CurrentName, start: usize, depth: u8) -> usize {
        let is_matrix = name.before == b';' && !self.in_query;
        let mut end = start;
        for (at, unit) in units(self.text, start) {
            let ends = match unit.byte {
                _ if unit.depth > depth => false,
                b'&' | b'#' => true,
                b';' | b',' => self.is_before_name(unit.next),
                b'?' => is_matrix,
                b'/' => is_matrix && self.in_path,
                b'\\' => self.mode != Mode::Url,
                byte => self.mode != Mode::Url && is_end_of_url(byte),
            };
            if ends {
                return self.without_punctuation(start, at);
            }
            end = unit.next;
        }
        self.without_punctuation(start, end)
    }

    /// `end` without punctuation, which belongs to the sentence rather than to the value.
    fn without_punctuation(&self, start: usize, end: usize) -> usize {
        let value = self.text.get(start..end).unwrap_or_default();
        let marks =
            value.iter().rev().take_while(|byte| matches!(byte, b')' | b'.' | b',' | b';' | b':' | b'!'));
        if self.mode == Mode::Url { end } else { end - marks.count() }
    }

    /// Whether another `name=` follows at `at`.
    fn is_before_name(&self, at: usize) -> bool {
        let mut rest = units(self.text, at).skip_while(|(_, unit)| is_space(unit.byte)).take(MAX_NAME);
        let mut is_empty = true;
        rest.find(|(_, unit)| {
            let is_name = is_name_byte(unit.byte);
            is_empty &= !is_name;
            !is_name
        })
        .is_some_and(|(_, unit)| unit.byte == b'=' && !is_empty)
    }

    /// Whether the value of `code` that begins at `start` is an OAuth authorization code.
    fn is_authorization_code(&mut self, start: usize) -> bool {
        /// Bytes of the longest code. A longer value is not searched to its end for each `code=` in
        /// it.
        const MAX: usize = 2048;
        if *self.has_code_context.get_or_insert_with(|| has_code_context(self.text)) {
            return true;
        }
        let value = self.text.get(start..).unwrap_or_default().iter();
        let length = value.take(MAX + 1).take_while(|byte| is_token_byte(**byte) && **byte != b'=').count();
        length <= MAX && self.text.get(start..start + length).is_some_and(is_authorization_code)
    }

    /// Redacts the value unless it is redacted already; returns the offset to continue at.
    fn redact_value(&mut self, value: Range<usize>) -> usize {
        let found = self.text.get(value.clone()).unwrap_or_default();
        if let Some(rest) = found.strip_prefix(REDACTED.as_bytes())
            && !rest.first().is_some_and(u8::is_ascii_alphanumeric)
        {
            self.before = b']';
            return value.start + REDACTED.len();
        }
        let end = value.end;
        if found.iter().any(|byte| *byte != b'=') {
            self.redact(value);
        }
        self.before = b']';
        end
    }

    fn redact(&mut self, range: Range<usize>) {
        self.edits.push(Edit { range, replacement: REDACTED });
    }
}

/// Whether the text has a parameter that OAuth sends together with `code`.
fn has_code_context(text: &[u8]) -> bool {
    let mut name = CurrentName::default();
    units(text, 0).any(|(_, unit)| {
        if is_name_byte(unit.byte) {
            name.push(unit.byte, b' ');
            return false;
        }
        let before = std::mem::take(&mut name);
        unit.byte == b'=' && is_code_context(before.last_bytes())
    })
}
