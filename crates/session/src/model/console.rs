//! The console entries of the page.

use super::{EpochMs, Span};

/// One console entry. Its arguments are decoded from the session's bytes when shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConsoleEntry {
    pub time: Option<EpochMs>,
    pub level: ConsoleLevel,
    /// The element of the source that describes the entry.
    pub source: Span,
}

/// The details of a console entry, decoded from its source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsoleDetails {
    /// The logged arguments, in order; empty if they were not recorded.
    pub arguments: Vec<Argument>,
    /// The stack, one call per element, the innermost first; empty if it was not recorded.
    pub stack: Vec<String>,
    /// The location of the call in the page's sources, if recorded: `https://a.test/app.js:19:33`.
    pub place: Option<String>,
}

/// One argument of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Argument {
    /// Text: a string that the page logged, or the recorder's text for another value.
    Text(String),
    /// A value as JSON text, to be shown as a tree.
    Json(Vec<u8>),
}

/// The level of a console entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConsoleLevel {
    Debug,
    Log,
    Info,
    Warn,
    Error,
    /// An assertion that failed.
    Assert,
    /// An uncaught error.
    Exception,
}

impl ConsoleLevel {
    /// By the name of the console's method, or of the producer; a method that has no level of its
    /// own (`table`, `dir`, …) logs.
    pub fn from_name(name: &str) -> Self {
        match name.to_ascii_lowercase().as_str() {
            "debug" | "verbose" => Self::Debug,
            "info" => Self::Info,
            "warn" | "warning" => Self::Warn,
            "error" => Self::Error,
            "assert" => Self::Assert,
            "exception" | "fatal" => Self::Exception,
            _ => Self::Log,
        }
    }
}
