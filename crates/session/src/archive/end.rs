//! The end of an archive, which tells where its directory stands.

use super::ArchiveError;
use super::numbers::{u16_at, u32_at, u64_at};

/// The end record stands within this many bytes of the archive's end: its own 22 and the longest comment, and what a
/// large archive (zip64) writes before it.
pub const TAIL_LEN: u64 = 22 + 65_535 + 20 + 56;

/// A directory larger than this names more files than any session has. In bytes.
pub const MAX_DIRECTORY: u64 = 64 << 20;

/// Where the directory stands, in bytes from the archive's first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directory {
    pub start: u64,
    pub len: u64,
}

const END: &[u8] = b"PK\x05\x06";
const LOCATOR: &[u8] = b"PK\x06\x07";
const LOCATOR_LEN: usize = 20;
const END64: &[u8] = b"PK\x06\x06";

/// Finds the directory from the archive's last bytes: `tail` are the last [`TAIL_LEN`] of its `len`, or all of them.
///
/// # Errors
/// When there is no end record (the archive is cut off), or it names a place that is not in the archive (bytes are lost
/// from it, or it is damaged).
pub fn directory(tail: &[u8], len: u64) -> Result<Directory, ArchiveError> {
    let tail_start = len.saturating_sub(tail.len() as u64);
    let cut_off = || ArchiveError::new("the archive is cut off: its end is missing", len);
    let end = memchr::memmem::rfind(tail, END).ok_or_else(cut_off)?;
    let (size, start) = u32_at(tail, end + 12).zip(u32_at(tail, end + 16)).ok_or_else(cut_off)?;
    let found = match large(tail, tail_start, end) {
        Some(large) => large,
        None => Directory { start: start.into(), len: size.into() },
    };
    let end_at = tail_start + end as u64;
    let directory_end = found.start.saturating_add(found.len);
    if directory_end > end_at {
        let lost = directory_end - end_at;
        let what = format!("the archive is damaged: {lost} bytes are missing before its end record");
        return Err(ArchiveError::new(what, end_at));
    }
    if u16_at(tail, end + 4) != Some(0) {
        return Err(ArchiveError::new("the archive is split over several files", end_at));
    }
    if found.len > MAX_DIRECTORY {
        return Err(ArchiveError::new("the archive holds more files than any session has", found.start));
    }
    Ok(found)
}

/// The zip64 end record, where a locator stands before the end record and points into the tail.
fn large(tail: &[u8], tail_start: u64, end: usize) -> Option<Directory> {
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
    fn the_directory_stands_where_the_end_record_says() {
        let tail = [vec![b'-'; 50], end(20, 30)].concat();
        assert_eq!(directory(&tail, tail.len() as u64), Ok(Directory { start: 30, len: 20 }));
        assert_eq!(
            directory(&tail, 1000),
            Ok(Directory { start: 30, len: 20 }),
            "the tail of a longer archive"
        );
    }

    #[test]
    fn what_is_missing_is_counted() {
        let tail = [vec![b'-'; 50], end(20, 45)].concat();
        let error = directory(&tail, tail.len() as u64).expect_err("damaged");
        assert!(error.what.contains("15 bytes are missing"), "{error}");
        assert_eq!(error.byte, 50);
        assert!(directory(b"PK\x03\x04....", 8).is_err_and(|error| error.what.contains("cut off")));
        assert!(directory(END, 4).is_err());
    }

    #[test]
    fn a_large_archive_tells_its_directory_in_64_bits() {
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
