//! Zip archives: where each member stands. Decompressing is left to who has the bytes; nothing here holds more than the
//! archive's directory.
//!
//! After the format's own note (PKWARE APPNOTE 6.3): the end record in the last 65,557 bytes tells where the directory
//! is, the directory tells where each member's header is, and behind that header stands its data.

mod checksum;
mod directory;
mod end;
mod inflate;
mod numbers;

use std::fmt;

pub use checksum::Checksum;
pub use directory::{Member, Method, data_start, members};
pub use end::{Directory, MAX_DIRECTORY, TAIL_LEN, directory};
pub use inflate::{Inflater, Wrapper};

/// The length of a member's header before its name, in bytes.
pub const HEADER_LEN: u64 = 30;

/// Why an archive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveError {
    /// What is wrong.
    pub what: String,
    /// The byte at which it shows, counted from 0.
    pub byte: u64,
}

impl ArchiveError {
    fn new(what: impl Into<String>, byte: u64) -> Self {
        Self { what: what.into(), byte }
    }
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}, at byte {}", self.what, self.byte)
    }
}

impl std::error::Error for ArchiveError {}

/// Whether a file begins as a zip archive does, an empty one included.
pub fn is_zip(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(b"PK\x03\x04") || first_bytes.starts_with(b"PK\x05\x06")
}
