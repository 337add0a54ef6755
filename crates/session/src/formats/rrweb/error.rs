//! Why an element of a recording is not read as an event. Its number and position are those of the
//! load note that quotes the error.

use json_spans::SyntaxError;
use thiserror::Error;

/// Why an element is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum EventError {
    #[error("it is not an event")]
    NotAnEvent,
    #[error("it is not an object")]
    NotAnObject,
    #[error("it has no type")]
    MissingType,
    #[error("its type is not a number")]
    InvalidType,
    #[error("its JSON is broken ({0})")]
    InvalidJson(SyntaxError),
    #[error(transparent)]
    Packed(#[from] UnpackError),
}

/// Why packed data cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(super) enum UnpackError {
    /// A character of the string is above U+00FF, so it does not encode a byte.
    #[error("it contains characters that packed data cannot contain")]
    NotBytes,
    #[error("it is not gzip data")]
    NotGzip,
    #[error("it is not packed data")]
    NotDeflate,
    #[error("its packed data ends too early")]
    Truncated,
    #[error("its packed data is damaged")]
    ChecksumMismatch,
    #[error("it unpacks to more than is read")]
    TooLarge,
}
