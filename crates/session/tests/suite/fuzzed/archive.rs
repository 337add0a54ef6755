//! Zip archives: members are within the archive, whatever its directory says.

use session::archive::{HEADER_LEN, MAX_DIRECTORY, TAIL_LEN, data_start, directory, is_zip, members};

/// The fixed part of an entry of the directory, in bytes.
const ENTRY_LEN: u64 = 46;
/// The longest name and the longest extra fields of a member's header together, in bytes.
const MORE_THAN_HEADER: u64 = 2 * 65_535;

pub(crate) fn archive(bytes: &[u8]) {
    let _ = is_zip(bytes);
    list(bytes, 0);
    // The end of a larger archive.
    list(bytes, 1 << 20);
    list(bytes, u64::from(u32::MAX) * 3);
}

/// Lists an archive whose last bytes are given; `before` bytes come before them.
fn list(bytes: &[u8], before: u64) {
    let len = before + bytes.len() as u64;
    let tail = bytes.get(bytes.len().saturating_sub(TAIL_LEN as usize)..).unwrap_or_default();
    let found = match directory(tail, len) {
        Ok(found) => found,
        Err(error) => return assert!(error.byte <= len, "{error}"),
    };
    assert!(found.len <= MAX_DIRECTORY, "a directory is of a size that can be read");
    let end = found.start.checked_add(found.len).expect("a directory ends");
    assert!(end <= len, "a directory is within its archive");
    let part = |from: u64, to: u64| {
        let at = |byte: u64| (byte.saturating_sub(before) as usize).min(bytes.len());
        bytes.get(at(from)..at(to)).unwrap_or_default()
    };
    let listed = part(found.start, end);
    let members = match members(listed, found.start) {
        Ok(members) => members,
        Err(error) => {
            return assert!((found.start..=end).contains(&error.byte), "{error}: it is in the directory");
        }
    };
    assert!(members.len() as u64 * ENTRY_LEN <= listed.len() as u64, "every member has an entry");
    // A byte that is not UTF-8 becomes a character of three bytes.
    let names: usize = members.iter().map(|member| member.name.len()).sum();
    assert!(names <= 3 * listed.len(), "names are not longer than the directory");
    for member in &members {
        assert!(!member.name.contains('\\') && !member.name.ends_with('/'), "{}", member.name);
        let header_end = member.header_start.checked_add(HEADER_LEN).expect("a header ends");
        let data_end = header_end.checked_add(member.packed_len).expect("data ends");
        assert!(data_end <= found.start, "{} is before the directory", member.name);
        if let Ok(start) = data_start(part(member.header_start, header_end), member) {
            assert!((header_end..=header_end + MORE_THAN_HEADER).contains(&start), "data follow the header");
        }
    }
}
