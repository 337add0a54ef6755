//! Zip archives in memory, read by the library and decompressed like in a browser.

use std::io::Read;

use session::archive::{ArchiveError, HEADER_LEN, Method, TAIL_LEN, data_start, directory, members};

use super::Files;

/// The members of an archive.
pub(crate) fn unpack(archive: &[u8]) -> Result<Files, ArchiveError> {
    let len = archive.len() as u64;
    let part = |start: u64, end: u64| archive.get(start as usize..end.min(len) as usize).unwrap_or_default();
    let found = directory(part(len.saturating_sub(TAIL_LEN), len), len)?;
    let mut files = Files::new();
    for member in members(part(found.start, found.start + found.len), found.start)? {
        let header = part(member.header_start, member.header_start + HEADER_LEN);
        let start = data_start(header, &member)?;
        let packed = part(start, start + member.packed_len);
        let mut plain = Vec::new();
        match member.method {
            Method::Stored => plain.extend_from_slice(packed),
            Method::Deflated => {
                flate2::read::DeflateDecoder::new(packed).read_to_end(&mut plain).expect("deflated data");
            }
            Method::Encrypted | Method::Other(_) => panic!("{}: {:?}", member.name, member.method),
        }
        assert_eq!(plain.len() as u64, member.len, "{}", member.name);
        files.push((member.name, plain));
    }
    Ok(files)
}
