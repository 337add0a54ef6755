//! Packing and unpacking within bounds.

use std::io::{self, Read, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::bufread::GzDecoder;
use flate2::write::GzEncoder;

/// Why bytes could not be unpacked.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UnpackError {
    /// They are more than the limit when unpacked.
    TooLarge,
    /// They are not valid gzip.
    Invalid,
}

/// Unpacks one gzip member of at most `limit` bytes. Several members are invalid: browsers do not
/// unpack them, and the size at the end would be that of the last.
pub(crate) fn unpack(packed: &[u8], limit: usize) -> Result<Bytes, UnpackError> {
    let mut content = Vec::with_capacity(unpacked_size(packed).min(limit));
    let mut decoder = GzDecoder::new(packed);
    (&mut decoder).take(limit as u64 + 1).read_to_end(&mut content).map_err(|_| UnpackError::Invalid)?;
    if content.len() > limit {
        return Err(UnpackError::TooLarge);
    }
    if decoder.into_inner().is_empty() { Ok(content.into()) } else { Err(UnpackError::Invalid) }
}

/// The size of the content that a gzip member says.
pub(crate) fn unpacked_size(packed: &[u8]) -> usize {
    packed.last_chunk().map_or(0, |size| u32::from_le_bytes(*size) as usize)
}

/// Packs for the inbox, where bytes stay for minutes: fast rather than small.
pub(crate) fn pack_fast(content: &[u8]) -> io::Result<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 4), Compression::fast());
    encoder.write_all(content)?;
    Ok(encoder.finish()?.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gzip_bomb_stops_at_the_limit() {
        let bomb = pack_fast(&vec![0; 10_000_000]).expect("gzip");
        assert!(bomb.len() < 100_000);
        assert_eq!(unpack(&bomb, 1000), Err(UnpackError::TooLarge));
        assert_eq!(unpack(&bomb, 10_000_000).map(|content| content.len()), Ok(10_000_000));
    }

    #[test]
    fn truncated_and_foreign_bytes_are_invalid() {
        let packed = pack_fast(b"some text").expect("gzip");
        assert_eq!(unpack(&packed[..packed.len() - 1], 100), Err(UnpackError::Invalid));
        assert_eq!(unpack(b"some text", 100), Err(UnpackError::Invalid));
        assert_eq!(unpack(b"", 100), Err(UnpackError::Invalid));
        assert_eq!(unpack(&[&packed[..], &packed[..]].concat(), 100), Err(UnpackError::Invalid));
        assert_eq!(unpacked_size(&packed), 9);
    }
}
