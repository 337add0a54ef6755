//! The end record of an archive, which has the position of its directory.

use super::numbers::{u16_at, u32_at, u64_at};
use super::{ArchiveError, ArchiveErrorKind};

/// Number of bytes at the end of an archive that contain its end record: the record's own 22, the
/// longest comment, and the two records of a zip64 archive before it.
pub const TAIL_LEN: u64 = 22 + 65_535 + 20 + 56;

/// Largest directory that is read, in bytes: more files than any session has.
pub const MAX_DIRECTORY: u64 = 64 << 20;

/// The position of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    /// Offset of its first byte in the archive.
    pub start: u64,
    /// Its length in bytes, at most [`MAX_DIRECTORY`].
    pub len: u64,
}

const END: &[u8] = b"PK\x05\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: usize = 20;
const END64: &[u8] = b"PK\x06\x06";

/// Finds the directory by the end record. `tail` holds the last [`TAIL_LEN`] bytes of the archive,
/// or all of them; `len` is the archive's length in bytes.
///
/// # Errors
/// If there is no end record, if the archive is split or its directory too large, or if the
/// directory is not within the archive (bytes are missing, or the record is damaged).
pub fn directory(tail: &[u8], len: u64) -> Result<Directory, ArchiveError> {
    let tail_start = len.saturating_sub(tail.len() as u64);
    let truncated = || ArchiveErrorKind::MissingEndRecord.at(len);
    let end = memchr::memmem::rfind(tail, END).ok_or_else(truncated)?;
    let (size, start) = u32_at(tail, end + 12).zip(u32_at(tail, end + 16)).ok_or_else(truncated)?;
    let found = match zip64(tail, tail_start, end) {
        Some(directory) => directory,
        None => Directory { start: start.into(), len: size.into() },
    };
    let end_at = tail_start + end as u64;
    let directory_end = found.start.saturating_add(found.len);
    if directory_end > end_at {
        let missing = directory_end - end_at;
        return Err(ArchiveErrorKind::MissingBytes { missing }.at(end_at));
    }
    if u16_at(tail, end + 4) != Some(0) {
        return Err(ArchiveErrorKind::Split.at(end_at));
    }
    if found.len > MAX_DIRECTORY {
        return Err(ArchiveErrorKind::TooManyFiles.at(found.start));
    }
    Ok(found)
}

/// The directory of the zip64 end record, if a locator precedes the end record and points into the
/// tail.
fn zip64(tail: &[u8], tail_start: u64, end: usize) -> Option<Directory> {
    let locator = end.checked_sub(LOCATOR_LEN)?;
    if !tail.get(locator..)?.starts_with(LOCATOR) {
        return None;
    }
    let at = usize::try_from(u64_at(tail, locator + 8)?.checked_sub(tail_start)?).ok()?;
    if !tail.get(at..)?.starts_with(END64) {
        return None;
    }
    Some(Directory { len: u64_at(tail, at + 40)?, start: u64_at(tail, at + 48)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(size: u32, start: u32) -> Vec<u8> {
        let mut end = END.to_vec();
        end.extend([0; 8]);
        end.extend(size.to_le_bytes());
        end.extend(start.to_le_bytes());
        end.extend([3, 0, b'a', b'b', b'c']);
        end
    }

    #[test]
    fn the_directory_is_found_by_the_end_record() {
        let tail = [vec![b'-'; 50], end(20, 30)].concat();
        assert_eq!(directory(&tail, tail.len() as u64), Ok(Directory { start: 30, len: 20 }));
        assert_eq!(
            directory(&tail, 1000),
            Ok(Directory { start: 30, len: 20 }),
            "the tail of a longer archive"
        );
    }

    #[test]
    fn missing_bytes_are_counted() {
        let tail = [vec![b'-'; 50], end(20, 45)].concat();
        let error = directory(&tail, tail.len() as u64).expect_err("damaged");
        assert_eq!(error, ArchiveErrorKind::MissingBytes { missing: 15 }.at(50));
        assert!(error.to_string().contains("15 bytes are missing"), "{error}");
        assert!(
            directory(b"PK\x03\x04....", 8)
                .is_err_and(|error| error.kind == ArchiveErrorKind::MissingEndRecord)
        );
        assert!(directory(END, 4).is_err());
    }

    #[test]
    fn the_directory_of_a_zip64_archive_has_64_bit_positions() {
        let mut tail = vec![b'-'; 10];
        let record_at = tail.len() as u64;
        tail.extend_from_slice(END64);
        tail.extend([0; 36]);
        tail.extend(7_u64.to_le_bytes());
        tail.extend(3_u64.to_le_bytes());
        tail.extend_from_slice(LOCATOR);
        tail.extend([0; 4]);
        tail.extend(record_at.to_le_bytes());
        tail.extend([0; 4]);
        tail.extend(end(u32::MAX, u32::MAX));
        assert_eq!(directory(&tail, tail.len() as u64), Ok(Directory { start: 3, len: 7 }));
    }
}
