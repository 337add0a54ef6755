//! Digests between the data of a Parquet file and its footer: `u64` of each column chunk in the
//! order of the file, their number as `u32`, and a `u64` of all that and of the footer; little
//! endian, XXH3. Other readers pass over them, since a footer is found from the end of the file.
//!
//! Parquet has checksums of pages, but neither of page headers nor of the footer, and a decoder
//! that is given flipped bits may panic or allocate without bound. With these digests no damaged
//! byte reaches it.

use std::hash::Hasher;
use std::ops::Range;

use parquet::file::metadata::RowGroupMetaData;
use twox_hash::XxHash3_64;

/// The last bytes of a Parquet file: the footer's length as `u32`, and `PAR1`.
const TAIL_BYTES: usize = 8;
const MAGIC: &[u8; 4] = b"PAR1";
const DIGEST_BYTES: usize = 8;
const COUNT_BYTES: usize = 4;
/// Maximum size of a footer in bytes.
const MAX_FOOTER_BYTES: usize = 8 << 20;
/// Maximum number of column chunks of a file.
const MAX_CHUNKS: usize = 100_000;

/// A footer that is as it was written.
#[derive(Debug)]
pub(crate) struct Footer<'a> {
    /// The footer itself, in Thrift's encoding.
    pub(crate) thrift: &'a [u8],
    /// Those of the column chunks.
    pub(crate) digests: Vec<u64>,
    /// Where the data ends: the offset of the digests in the file.
    pub(crate) data_end: u64,
}

/// What can be said of a file by its last bytes.
#[derive(Debug)]
pub(crate) enum FooterState<'a> {
    Complete(Footer<'a>),
    /// That many of the file's last bytes are needed.
    NeedsBytes(usize),
    /// The file is not one of the catalog's, or is damaged.
    Invalid,
}

/// The digest of a column chunk.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// The offsets of a column chunk in its file.
pub(crate) fn chunk_range(group: &RowGroupMetaData, column: usize) -> Option<Range<u64>> {
    let chunk = group.columns().get(column)?;
    let start = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
    let start = u64::try_from(start).ok()?;
    Some(start..start.checked_add(u64::try_from(chunk.compressed_size()).ok()?)?)
}

/// Inserts the digests into a file that was just written.
pub(crate) fn seal(mut file: Vec<u8>, groups: &[RowGroupMetaData]) -> Option<Vec<u8>> {
    let mut block = Vec::new();
    let mut count = 0_u32;
    for group in groups {
        for column in 0..group.num_columns() {
            let range = chunk_range(group, column)?;
            let chunk = file.get(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)?;
            block.extend_from_slice(&digest(chunk).to_le_bytes());
            count += 1;
        }
    }
    block.extend_from_slice(&count.to_le_bytes());
    let footer_start = file.len().checked_sub(TAIL_BYTES + footer_length(&file)?)?;
    let footer = file.get(footer_start..file.len() - TAIL_BYTES)?;
    block.extend_from_slice(&digest_of_footer(&block, footer).to_le_bytes());
    file.splice(footer_start..footer_start, block);
    Some(file)
}

/// Finds and checks the footer in the last bytes, `tail`, of a file of `size` bytes.
pub(crate) fn open(tail: &[u8], size: u64) -> FooterState<'_> {
    let Some(length) = footer_length(tail).filter(|length| *length <= MAX_FOOTER_BYTES) else {
        return FooterState::Invalid;
    };
    let fixed = TAIL_BYTES + length + DIGEST_BYTES + COUNT_BYTES;
    let needs = |needed: usize| {
        let is_possible = needed as u64 <= size && needed > tail.len();
        if is_possible { FooterState::NeedsBytes(needed) } else { FooterState::Invalid }
    };
    let Some(count_start) = tail.len().checked_sub(fixed) else {
        return needs(fixed);
    };
    let Some(count) = read_u32(tail, count_start).filter(|count| *count <= MAX_CHUNKS) else {
        return FooterState::Invalid;
    };
    let Some(start) = count_start.checked_sub(count * DIGEST_BYTES) else {
        return needs(fixed + count * DIGEST_BYTES);
    };
    let (block, rest) = tail[start..].split_at(count_start + COUNT_BYTES - start);
    let (expected, rest) = rest.split_at(DIGEST_BYTES);
    let footer = &rest[..length];
    if expected != digest_of_footer(block, footer).to_le_bytes() {
        return FooterState::Invalid;
    }
    let digests = block[..count * DIGEST_BYTES].chunks_exact(DIGEST_BYTES);
    let digests = digests.filter_map(|bytes| bytes.try_into().ok().map(u64::from_le_bytes)).collect();
    let data_end = size.saturating_sub((tail.len() - start) as u64);
    FooterState::Complete(Footer { thrift: footer, digests, data_end })
}

fn digest_of_footer(block: &[u8], footer: &[u8]) -> u64 {
    let mut hasher = XxHash3_64::default();
    hasher.write(block);
    hasher.write(footer);
    hasher.finish()
}

fn footer_length(tail: &[u8]) -> Option<usize> {
    if !tail.ends_with(MAGIC) {
        return None;
    }
    read_u32(tail, tail.len().checked_sub(TAIL_BYTES)?)
}

fn read_u32(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file with a footer of the given text and no data.
    fn sealed(footer: &[u8]) -> Vec<u8> {
        let length = (footer.len() as u32).to_le_bytes();
        seal([&b"PAR1"[..], footer, &length, MAGIC].concat(), &[]).expect("a file")
    }

    #[test]
    fn a_sealed_footer_is_found() {
        let file = sealed(b"footer");
        let FooterState::Complete(found) = open(&file, file.len() as u64) else {
            panic!("no footer");
        };
        assert_eq!((found.thrift, found.data_end), (&b"footer"[..], 4));
    }

    #[test]
    fn each_flipped_bit_behind_the_data_is_noticed() {
        let file = sealed(b"footer");
        for position in 4..file.len() {
            for bit in 0..8 {
                let mut damaged = file.clone();
                damaged[position] ^= 1 << bit;
                let state = open(&damaged, file.len() as u64);
                assert!(matches!(state, FooterState::Invalid), "byte {position}, bit {bit}: {state:?}");
            }
        }
    }

    #[test]
    fn a_footer_longer_than_the_bytes_read_asks_for_more_but_not_beyond_the_file() {
        let file = sealed(&[7; 1_000]);
        let tail = &file[file.len() - 100..];
        let FooterState::NeedsBytes(needed) = open(tail, file.len() as u64) else {
            panic!("enough");
        };
        assert!(matches!(open(&file[file.len() - needed..], file.len() as u64), FooterState::Complete(_)));
        assert!(matches!(open(tail, 500), FooterState::Invalid));
        assert!(matches!(open(b"", 0), FooterState::Invalid));
    }
}
