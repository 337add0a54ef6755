//! Zip archives: the positions of their members. Reading bytes and decompressing members is the
//! caller's; nothing here holds more than the archive's directory.
//!
//! After PKWARE APPNOTE 6.3: the end record, in the last 65,557 bytes, has the position of the
//! directory; the directory has the position of each member's header; the member's data follows its
//! header.
//!
//! By hand because of the interface and of size: a browser reads a `Blob` by asynchronous slices,
//! where `zip` needs `Read + Seek`. `rc-zip`, which does no I/O itself, adds 253 KB to the module
//! (167 compressed), mostly tables of code pages for names, where this adds 9 (4 compressed); the
//! browser's `DecompressionStream` decompresses.

mod checksum;
mod directory;
mod end;
mod inflate;
mod numbers;

pub use checksum::{Checksum, ChecksumError};
pub use directory::{Member, Method, data_start, members};
pub use end::{Directory, MAX_DIRECTORY, TAIL_LEN, directory};
pub use inflate::{InflateError, Inflater, Wrapper};

/// Length of the fixed part of a member's header, before its name, in bytes.
pub const HEADER_LEN: u64 = 30;

/// Why an archive cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}, at byte {byte}")]
pub struct ArchiveError {
    /// What is wrong.
    pub kind: ArchiveErrorKind,
    /// The byte of the archive at which it was found, from 0.
    pub byte: u64,
}

/// What is wrong with an archive.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveErrorKind {
    /// The end of the file has no end record: a download that was interrupted, or another format.
    #[error("the archive is cut off: its end is missing")]
    MissingEndRecord,
    /// The directory would overlap the end record.
    #[error("the archive is damaged: {missing} bytes are missing before its end record")]
    MissingBytes {
        /// Number of bytes that were lost.
        missing: u64,
    },
    /// The archive has several parts.
    #[error("the archive is split over several files")]
    Split,
    /// The directory is larger than [`MAX_DIRECTORY`].
    #[error("the archive has too many files")]
    TooManyFiles,
    /// An entry of the directory is malformed.
    #[error("the archive's directory is damaged")]
    DamagedDirectory,
    /// A member is not between the start of the archive and its directory.
    #[error("the archive is damaged: {name} is outside of it")]
    MemberOutside {
        /// The member's path.
        name: String,
    },
    /// The position of a member has no header.
    #[error("the archive is damaged: the header of {name} is missing")]
    MissingHeader {
        /// The member's path.
        name: String,
    },
}

impl ArchiveErrorKind {
    fn at(self, byte: u64) -> ArchiveError {
        ArchiveError { kind: self, byte }
    }
}

/// Whether a file begins like a zip archive, which may be empty.
pub fn is_zip(first_bytes: &[u8]) -> bool {
    first_bytes.starts_with(b"PK\x03\x04") || first_bytes.starts_with(b"PK\x05\x06")
}
