//! What the page wrote to its console.

use super::{EpochMs, Span};

/// One entry of the console. Its arguments stay in the session's bytes until they are shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConsoleEntry {
    pub time: Option<EpochMs>,
    pub level: ConsoleLevel,
    /// The element of the source that tells of it.
    pub source: Span,
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
    /// An error that nobody caught.
    Exception,
}

impl ConsoleLevel {
    /// By the name of the console's method, or of the producer; a method that has no level of its own (`table`, `dir`, …)
    /// logs.
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
