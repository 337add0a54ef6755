//! Names that come from outside and become parts of keys: each is checked against a pattern, so
//! that no key leaves its prefix.

use std::fmt;
use std::str::FromStr;

/// Maximum length of a session id, and of a socket id, in bytes.
const MAX_ID: usize = 128;
/// Maximum length of a project's name in bytes.
const MAX_PROJECT: usize = 63;

/// A name does not match its pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidName {
    /// What must be matched.
    pub pattern: &'static str,
}

/// The list of a project's sessions, as static hosts serve it.
pub(crate) const LIST: &str = "sessions.json";

impl fmt::Display for InvalidName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "does not match {}", self.pattern)
    }
}

impl std::error::Error for InvalidName {}

/// The name of a project: `[a-z0-9][a-z0-9-]{0,62}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Project(Box<str>);

/// The id of a session: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`, but not the name of the list of a project's sessions, which
/// is next to their folders.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(Box<str>);

impl FromStr for Project {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, InvalidName> {
        let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let is_valid = name.len() <= MAX_PROJECT && name.bytes().all(is_allowed);
        if is_valid && name.bytes().next().is_some_and(|first| first != b'-') {
            return Ok(Self(name.into()));
        }
        Err(InvalidName { pattern: "[a-z0-9][a-z0-9-]{0,62}" })
    }
}

impl FromStr for SessionId {
    type Err = InvalidName;

    fn from_str(id: &str) -> Result<Self, InvalidName> {
        // In any case: some file systems do not tell upper from lower.
        if is_id(id) && !id.eq_ignore_ascii_case(LIST) {
            return Ok(Self(id.into()));
        }
        Err(InvalidName { pattern: "[A-Za-z0-9][A-Za-z0-9._-]{0,127}" })
    }
}

impl Project {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SessionId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Project {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

fn is_id(id: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    id.len() <= MAX_ID
        && id.bytes().all(is_allowed)
        && id.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}

/// The socket id of `sockets/<id>.jsonl`.
pub(crate) fn socket_id(file: &str) -> Option<&str> {
    file.strip_prefix("sockets/")?.strip_suffix(".jsonl").filter(|id| is_id(id))
}

/// Whether a recorder may write to a file of that path.
pub(crate) fn is_session_file(file: &str) -> bool {
    matches!(file, RESOURCES | CONSOLE | EVENTS) || socket_id(file).is_some()
}

pub(crate) const RESOURCES: &str = "resources.jsonl";
pub(crate) const CONSOLE: &str = "console.jsonl";
pub(crate) const EVENTS: &str = "events.jsonl";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_files_cannot_leave_their_prefix() {
        let long = "a".repeat(129);
        for bad in ["", ".", "..", ".a", "a/b", "%2e%2e", "a\0", "a b", "-a", "ä", long.as_str()] {
            assert!(SessionId::from_str(bad).is_err(), "{bad}");
            assert!(!is_session_file(&format!("sockets/{bad}.jsonl")), "{bad}");
        }
        for good in ["a", "20261122-081200-x7k2", "A.b_c-1", &long[1..]] {
            assert!(SessionId::from_str(good).is_ok(), "{good}");
            assert!(is_session_file(&format!("sockets/{good}.jsonl")), "{good}");
        }
        assert!(["sessions.json", "Sessions.JSON"].iter().all(|name| SessionId::from_str(name).is_err()));
        let files =
            ["../x", "sockets/../../x", "sockets/a", "Resources.jsonl", "session.json", "x.jsonl", ""];
        assert!(files.iter().all(|file| !is_session_file(file)));
    }

    #[test]
    fn projects_are_lowercase_names() {
        assert!(["shop", "0", "a-b-2"].iter().all(|name| Project::from_str(name).is_ok()));
        let long = "a".repeat(64);
        assert!(
            ["", "-a", "A", "a_b", "a.b", "..", &long].iter().all(|name| Project::from_str(name).is_err())
        );
    }
}
