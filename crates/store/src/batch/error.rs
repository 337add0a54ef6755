//! Why a batch is refused.

use std::fmt;

use serde_json::error::Category;

/// A batch will never be accepted as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchError {
    pub kind: BatchErrorKind,
    /// The line of the batch, from 1, if one is at fault.
    pub line: Option<u64>,
    /// What is wrong. Contains nothing of the batch's content.
    pub message: String,
}

/// The kind of a refusal, which decides its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchErrorKind {
    /// It is not a batch: 400.
    Malformed,
    /// It exceeds a limit: 413.
    TooLarge,
    /// It is a batch of a format that is not supported: 422.
    Unsupported,
}

impl BatchError {
    pub(super) fn new(kind: BatchErrorKind, line: Option<u64>, message: impl Into<String>) -> Self {
        Self { kind, line, message: message.into() }
    }

    pub(super) fn malformed(line: impl Into<Option<u64>>, message: impl Into<String>) -> Self {
        Self::new(BatchErrorKind::Malformed, line.into(), message)
    }

    pub(super) fn too_large(line: impl Into<Option<u64>>, message: impl Into<String>) -> Self {
        Self::new(BatchErrorKind::TooLarge, line.into(), message)
    }

    /// A line that is not the JSON that is expected. The message of `error` could quote the line.
    pub(super) fn invalid_json(line: u64, error: &serde_json::Error) -> Self {
        let what = match error.classify() {
            Category::Data => "not the object that is expected",
            Category::Eof => "its JSON is incomplete",
            Category::Syntax | Category::Io => "its JSON is invalid",
        };
        Self::malformed(line, format!("{what}, at column {}", error.column()))
    }

    /// The HTTP status of the response. A recorder drops a batch with any of these.
    pub fn status(&self) -> u16 {
        match self.kind {
            BatchErrorKind::Malformed => 400,
            BatchErrorKind::TooLarge => 413,
            BatchErrorKind::Unsupported => 422,
        }
    }
}

impl fmt::Display for BatchError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "line {line}: {}", self.message),
            None => formatter.write_str(&self.message),
        }
    }
}

impl std::error::Error for BatchError {}
