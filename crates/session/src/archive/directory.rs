//! The directory of an archive, and the headers of its members.

use super::numbers::{u16_at, u32_at, u64_at};
use super::{ArchiveError, ArchiveErrorKind, HEADER_LEN};

/// A file in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its path, with forward slashes.
    pub name: String,
    /// How its data is compressed.
    pub method: Method,
    /// CRC-32 of the decompressed data.
    pub checksum: u32,
    /// Length of its data in the archive, in bytes.
    pub packed_len: u64,
    /// Length of the decompressed data in bytes, as the directory says.
    pub len: u64,
    /// Offset of its header in the archive.
    pub header_start: u64,
}

/// How a member is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Not compressed.
    Stored,
    /// By DEFLATE.
    Deflated,
    /// Encrypted with a password.
    Encrypted,
    /// Another compression method, by its number in the format.
    Other(u16),
}

const ENTRY: &[u8] = b"PK\x01\x02";
const ENTRY_LEN: usize = 46;
const HEADER: &[u8] = b"PK\x03\x04";
/// Maximum number of members that are listed: more than any session has files.
const MAX_MEMBERS: usize = 1_000_000;
const IS_ENCRYPTED: u16 = 1;
/// The extra field with 64-bit numbers.
const ZIP64: u16 = 1;

/// The files of an archive in the order of its directory, without folders. `start` is the offset of
/// the directory in the archive. Files after the first million are ignored.
///
/// # Errors
/// If the directory is damaged, or a member is not before it; the byte is that of the entry.
pub fn members(directory: &[u8], start: u64) -> Result<Vec<Member>, ArchiveError> {
    let mut members = Vec::new();
    let mut at = 0;
    while at < directory.len() && members.len() < MAX_MEMBERS {
        let damaged = || ArchiveErrorKind::DamagedDirectory.at(start + at as u64);
        let entry = directory.get(at..).filter(|entry| entry.starts_with(ENTRY)).ok_or_else(damaged)?;
        let (member, len) = member(entry).ok_or_else(damaged)?;
        if !member.name.ends_with('/') {
            if !is_before(&member, start) {
                return Err(ArchiveErrorKind::MemberOutside { name: member.name }.at(start + at as u64));
            }
            members.push(member);
        }
        at += len;
    }
    Ok(members)
}

/// Whether a member's header and data end at or before the directory, as in every valid archive.
fn is_before(member: &Member, directory: u64) -> bool {
    let end = member.header_start.checked_add(HEADER_LEN).and_then(|end| end.checked_add(member.packed_len));
    end.is_some_and(|end| end <= directory)
}

/// An entry of the directory, and its length.
fn member(entry: &[u8]) -> Option<(Member, usize)> {
    let flags = u16_at(entry, 8)?;
    let method = match u16_at(entry, 10)? {
        _ if flags & IS_ENCRYPTED != 0 => Method::Encrypted,
        0 => Method::Stored,
        8 => Method::Deflated,
        other => Method::Other(other),
    };
    let (name_len, extra_len) = (usize::from(u16_at(entry, 28)?), usize::from(u16_at(entry, 30)?));
    let comment_len = usize::from(u16_at(entry, 32)?);
    let name = entry.get(ENTRY_LEN..ENTRY_LEN + name_len)?;
    let extra = entry.get(ENTRY_LEN + name_len..ENTRY_LEN + name_len + extra_len)?;
    let mut zip64 = Zip64Numbers { rest: zip64_field(extra) };
    let member = Member {
        // Windows tools write backslashes.
        name: String::from_utf8_lossy(name).replace('\\', "/"),
        method,
        checksum: u32_at(entry, 16)?,
        len: zip64.or(u32_at(entry, 24)?),
        packed_len: zip64.or(u32_at(entry, 20)?),
        header_start: zip64.or(u32_at(entry, 42)?),
    };
    Some((member, ENTRY_LEN + name_len + extra_len + comment_len))
}

/// The 64-bit numbers that replace 32-bit ones of the maximum value, in the order of the fields
/// that they replace.
struct Zip64Numbers<'a> {
    rest: &'a [u8],
}

impl Zip64Numbers<'_> {
    fn or(&mut self, small: u32) -> u64 {
        if small != u32::MAX {
            return small.into();
        }
        let large = u64_at(self.rest, 0);
        self.rest = self.rest.get(8..).unwrap_or_default();
        large.unwrap_or(small.into())
    }
}

/// The content of the zip64 extra field; empty if there is none.
fn zip64_field(mut extra: &[u8]) -> &[u8] {
    while let (Some(id), Some(len)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = 4 + usize::from(len);
        if id == ZIP64 {
            return extra.get(4..end).unwrap_or_default();
        }
        extra = extra.get(end..).unwrap_or_default();
    }
    &[]
}

/// Offset of a member's data in the archive. `header` holds the first [`HEADER_LEN`] bytes at its
/// `header_start`.
///
/// # Errors
/// If these bytes are not a header.
pub fn data_start(header: &[u8], member: &Member) -> Result<u64, ArchiveError> {
    let lens = u16_at(header, 26).zip(u16_at(header, 28)).filter(|_| header.starts_with(HEADER));
    let (name, extra) = lens.ok_or_else(|| {
        ArchiveErrorKind::MissingHeader { name: member.name.clone() }.at(member.header_start)
    })?;
    Ok(member.header_start + HEADER_LEN + u64::from(name) + u64::from(extra))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, method: u16, flags: u16, sizes: [u32; 3], extra: &[u8]) -> Vec<u8> {
        let mut entry = ENTRY.to_vec();
        entry.extend([20, 0, 20, 0]);
        entry.extend(flags.to_le_bytes());
        entry.extend(method.to_le_bytes());
        entry.extend([0; 8]);
        entry.extend(sizes[0].to_le_bytes());
        entry.extend(sizes[1].to_le_bytes());
        entry.extend((name.len() as u16).to_le_bytes());
        entry.extend((extra.len() as u16).to_le_bytes());
        entry.extend([0; 10]);
        entry.extend(sizes[2].to_le_bytes());
        entry.extend(name.as_bytes());
        entry.extend(extra);
        entry
    }

    #[test]
    fn files_are_listed_without_folders() {
        let directory = [
            entry("a/", 0, 0, [0, 0, 0], &[]),
            entry("a\\b.har", 8, 0, [5, 9, 70], &[]),
            entry("c", 0, 1, [1, 1, 1], &[]),
        ]
        .concat();
        let members = members(&directory, 105).expect("a directory");
        assert_eq!(members.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["a/b.har", "c"]);
        let found =
            members.first().map(|member| (member.method, member.packed_len, member.len, member.header_start));
        assert_eq!(found, Some((Method::Deflated, 5, 9, 70)));
        assert_eq!(members.get(1).map(|member| member.method), Some(Method::Encrypted));
    }

    #[test]
    fn sizes_of_zip64_members_are_64_bit_numbers() {
        let extra = [
            &[9, 0, 1, 0, 7, 1, 0, 16, 0][..],
            &5_000_000_000_u64.to_le_bytes(),
            &4_999_999_999_u64.to_le_bytes(),
        ]
        .concat();
        let directory = entry("big", 8, 0, [u32::MAX, u32::MAX, 3], &extra);
        let members = members(&directory, 6_000_000_000).expect("a directory");
        let found = members.first().map(|member| (member.len, member.packed_len, member.header_start));
        assert_eq!(found, Some((5_000_000_000, 4_999_999_999, 3)));
    }

    #[test]
    fn a_member_that_is_not_before_the_directory_is_an_error() {
        let far = |start: u64| [&[1, 0, 8, 0][..], &start.to_le_bytes()].concat();
        for (sizes, extra) in
            [([70, 1, 1], vec![]), ([1, 1, 71], vec![]), ([1, 1, u32::MAX], far(u64::MAX - 3))]
        {
            let directory = [entry("a", 0, 0, [1, 1, 1], &[]), entry("b", 0, 0, sizes, &extra)].concat();
            let error = members(&directory, 100).expect_err("b is elsewhere");
            assert_eq!(error, ArchiveErrorKind::MemberOutside { name: "b".to_owned() }.at(147), "{sizes:?}");
        }
    }

    #[test]
    fn errors_have_the_byte_of_the_damage() {
        let directory = [entry("a", 0, 0, [1, 1, 1], &[]), b"junk".to_vec()].concat();
        assert!(members(&directory, 100).is_err_and(|error| error.byte == 147));
        let member = Member {
            name: "a".into(),
            method: Method::Stored,
            checksum: 0,
            packed_len: 1,
            len: 1,
            header_start: 7,
        };
        assert!(data_start(b"PK..", &member).is_err_and(|error| error.byte == 7));
        let header = [HEADER, &[0; 22], &[1, 0, 2, 0]].concat();
        assert_eq!(data_start(&header, &member), Ok(40));
    }
}
