//! Regular expressions of filters: whether one matches somewhere in a text, in time linear in the
//! text.
//!
//! By hand because of size and speed. Measured in a module of its own (wasm, `opt-level = "z"`,
//! Brotli) and over messages of 200 bytes natively: `regex-lite` adds 27 kB and searches 8 to 13
//! MB/s, so that a pattern without a literal would take 20 s for a socket of 232 MB;
//! `regex-automata` with its lazy DFA and no Unicode tables adds 86 kB, twice of what the app's
//! first load may grow by, and searches 150 to 220 MB/s. A filter needs neither the place of a
//! match nor groups, which leaves a parser, a translation into states, and the lazy DFA; a search
//! within one text adds the place (`find.rs`).
//!
//! The syntax is that of JavaScript without look-around and back references. Letters match in both
//! cases unless the flag `c` is set; only ASCII has cases, digits and words. `^` and `$` match at
//! line ends too.

mod dfa;
mod find;
mod parse;
mod program;

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::lexer::RegexText;
use dfa::Dfa;

/// Bytes of the longest pattern.
const MAX_PATTERN_LEN: usize = 1000;

/// A regular expression, compiled. Clones share its cache.
#[derive(Clone)]
pub struct Regex {
    pattern: String,
    is_case_sensitive: bool,
    literal: Option<String>,
    dfa: Arc<Mutex<Dfa>>,
}

impl Regex {
    /// Compiles a regular expression; the reason if it is invalid or too large.
    pub(super) fn new(text: RegexText<'_>) -> Result<Self, String> {
        Self::compile(text.pattern, text.is_case_sensitive)
    }

    /// Compiles the text between slashes; the reason if it is invalid or too large.
    pub(super) fn compile(pattern: &str, is_case_sensitive: bool) -> Result<Self, String> {
        if pattern.len() > MAX_PATTERN_LEN {
            return Err(format!("This regular expression is longer than {MAX_PATTERN_LEN} bytes"));
        }
        let syntax = parse::parse(pattern)?;
        let program = program::compile(&syntax, is_case_sensitive)?;
        Ok(Self {
            pattern: pattern.to_owned(),
            is_case_sensitive,
            literal: syntax.required_literal(),
            dfa: Arc::new(Mutex::new(Dfa::new(program))),
        })
    }

    /// Whether it matches somewhere in `text`, which is UTF-8.
    pub fn is_match(&self, text: &[u8]) -> bool {
        // A cache that a panic left is still a cache of correct transitions.
        self.dfa.lock().unwrap_or_else(PoisonError::into_inner).is_match(text)
    }

    /// The first match in a line of text that begins at or after `from` and is not empty, the longest
    /// of those.
    pub(super) fn find(&self, line: &[u8], from: usize) -> Option<Range<usize>> {
        let dfa = self.dfa.lock().unwrap_or_else(PoisonError::into_inner);
        find::find(dfa.program(), line, from)
    }

    /// A text that occurs, in some case, in everything that matches.
    pub(super) fn required_literal(&self) -> Option<&str> {
        self.literal.as_deref()
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        self.pattern == other.pattern && self.is_case_sensitive == other.is_case_sensitive
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Regex({self})")
    }
}

impl fmt::Display for Regex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "/{}/{}", self.pattern, if self.is_case_sensitive { "c" } else { "" })
    }
}

#[cfg(test)]
mod tests;
