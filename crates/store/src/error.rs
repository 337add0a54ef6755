//! What goes wrong between the store and its users.

use std::fmt;
use std::io;

use object_store::Error as ObjectError;

/// An operation on the store failed. No message contains credentials, or content of a session.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The location is not a folder or a URL of a store, or its settings are incomplete.
    Location(String),
    /// The session has been deleted: it takes no more batches.
    Deleted,
    /// The store was made by a version that this one does not know, or by something else.
    Format(String),
    /// An object is not what was written to it.
    Damaged { key: String, what: String },
    /// A session exceeds what a manifest or an index can list; its batches stay where they are.
    TooLarge(&'static str),
    /// Another server has changed the session at the same time. A later pass does the work.
    Conflict,
    /// The store cannot do it now. Never the fault of who sent the data.
    Unavailable(Unavailable),
}

/// Why the store could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    pub cause: Cause,
    /// What the store answered, without credentials and addresses' parameters.
    pub detail: String,
}

/// Causes that an operator can tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The credentials are missing, wrong or expired, or do not allow the operation.
    Denied,
    /// The disk or the quota is full.
    Full,
    /// The object, or the bucket, does not exist.
    NotFound,
    /// The store did not answer in time, or with an error.
    Failed,
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Location(what) => write!(formatter, "invalid store: {what}"),
            Self::Deleted => formatter.write_str("the session has been deleted"),
            Self::Format(what) => write!(formatter, "unsupported store: {what}"),
            Self::Damaged { key, what } => write!(formatter, "{key} is damaged: {what}"),
            Self::TooLarge(what) => write!(formatter, "the session is too large: {what}"),
            Self::Conflict => formatter.write_str("another server has changed the session"),
            Self::Unavailable(unavailable) => write!(formatter, "{unavailable}"),
        }
    }
}

impl fmt::Display for Unavailable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = match self.cause {
            Cause::Denied => "the store denies access",
            Cause::Full => "the store is full",
            Cause::NotFound => "not found in the store",
            Cause::Failed => "the store failed",
        };
        write!(formatter, "{cause}: {}", self.detail)
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    pub(crate) fn damaged(key: impl fmt::Display, what: impl Into<String>) -> Self {
        Self::Damaged { key: key.to_string(), what: what.into() }
    }
}

impl From<ObjectError> for StoreError {
    fn from(error: ObjectError) -> Self {
        let cause = match &error {
            ObjectError::AlreadyExists { .. } | ObjectError::Precondition { .. } => return Self::Conflict,
            ObjectError::PermissionDenied { .. } | ObjectError::Unauthenticated { .. } => Cause::Denied,
            ObjectError::NotFound { .. } => Cause::NotFound,
            other => cause_of(other),
        };
        Self::Unavailable(Unavailable { cause, detail: without_parameters(&error.to_string()) })
    }
}

/// The cause that an error of the operating system says.
fn cause_of(error: &(dyn std::error::Error + 'static)) -> Cause {
    let mut next = Some(error);
    while let Some(error) = next {
        match error.downcast_ref::<io::Error>().map(io::Error::kind) {
            Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => return Cause::Full,
            Some(io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {
                return Cause::Denied;
            }
            _ => next = error.source(),
        }
    }
    Cause::Failed
}

/// Maximum length of a message in characters: a store's answer may be a page.
const MAX_DETAIL: usize = 400;

/// A message without the parameters of addresses, where signatures and tokens are, nor users before
/// hosts.
fn without_parameters(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut is_parameter = false;
    for character in message.chars().take(MAX_DETAIL) {
        is_parameter = match character {
            '?' => true,
            ' ' | '"' | '\'' | ')' | '>' | '\n' => false,
            _ => is_parameter,
        };
        match character {
            '?' => text.push_str("?…"),
            '\n' | '\r' => text.push(' '),
            _ if is_parameter => {}
            _ => text.push(character),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generic(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
        ObjectError::Generic { store: "S3", source: source.into() }.into()
    }

    #[test]
    fn messages_contain_no_signatures() {
        let error = generic("GET https://a.test/x?sig=SECRET&se=1 failed (503)");
        assert_eq!(
            error.to_string(),
            "the store failed: Generic S3 error: GET https://a.test/x?… failed (503)"
        );
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let full = generic(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, StoreError::Unavailable(Unavailable { cause: Cause::Full, .. })));
        let other = generic(io::Error::from(io::ErrorKind::TimedOut));
        assert!(matches!(other, StoreError::Unavailable(Unavailable { cause: Cause::Failed, .. })));
    }
}
