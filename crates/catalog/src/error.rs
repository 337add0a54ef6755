//! What the catalog's functions fail with.

use std::fmt;

/// Why an operation on the catalog failed. None of them names a row's content.
#[derive(Debug)]
pub enum Error {
    /// The store failed or could not be reached. The operation may be repeated.
    Store(object_store::Error),
    /// A row was refused: the named part of it cannot be stored.
    InvalidRow(&'static str),
    /// The cursor of a query is not one that a page gave.
    InvalidCursor,
    /// The catalog has more than [`MAX_FILES`](crate::MAX_FILES) files: it needs to be merged.
    TooManyFiles,
    /// Files vanished faster than they could be read. The operation may be repeated.
    Unstable,
    /// A file could not be encoded, or a task of the runtime ended early.
    Internal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => write!(f, "The store failed: {error}"),
            Self::InvalidRow(part) => write!(f, "Invalid row: {part}"),
            Self::InvalidCursor => f.write_str("Invalid cursor: use the `next` of a page"),
            Self::TooManyFiles => f.write_str("The catalog has too many files: merge it"),
            Self::Unstable => f.write_str("The catalog's files were replaced while they were read"),
            Self::Internal(why) => write!(f, "The catalog failed: {why}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        Self::Store(error)
    }
}
