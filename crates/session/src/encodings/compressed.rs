//! Payloads that an application compressed itself, below what the connection compresses.

use crate::archive::{Inflater, Wrapper};

/// Bytes of the largest payload that is decompressed.
const MAX_DECOMPRESSED_BYTES: usize = 64 << 20;
/// The largest ratio of decompressed to compressed bytes.
const MAX_RATIO: usize = 1000;
/// Decompressed bytes below which the ratio does not matter.
const MIN_RATIO_BYTES: usize = 1 << 20;

/// How a payload is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zlib,
}

/// Why a payload is not decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecompressError {
    /// The data is not valid, or its checksum does not match.
    #[error("The compressed data is damaged")]
    Damaged,
    /// The data ends before its end mark.
    #[error("The compressed data is incomplete")]
    Incomplete,
    /// The data would take too much memory.
    #[error("The decompressed data is larger than 64 MiB, or more than 1,000 times the compressed data")]
    TooLarge,
}

impl Compression {
    /// The compression that the first bytes of a payload name.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x78, flags @ (0x01 | 0x5e | 0x9c | 0xda), ..] if (0x7800 | u32::from(*flags)) % 31 == 0 => {
                Some(Self::Zlib)
            }
            _ => None,
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zlib => "zlib",
        }
    }

    /// Decompresses a complete payload.
    ///
    /// # Errors
    /// If the data is damaged or incomplete, or decompresses to more than 64 MiB or 1,000 times its
    /// size.
    pub fn decompress(self, bytes: &[u8]) -> Result<Vec<u8>, DecompressError> {
        let mut output = Vec::new();
        self.run(bytes, &mut output, max_decompressed(bytes.len()))?;
        Ok(output)
    }

    /// What a payload decompresses to, up to about `max_len` bytes, or up to where it is damaged.
    pub(crate) fn beginning(self, bytes: &[u8], max_len: usize) -> Vec<u8> {
        let mut output = Vec::new();
        // What was decompressed before an error is valid.
        let _ = self.run(bytes, &mut output, max_len.min(max_decompressed(bytes.len())));
        output
    }

    fn run(self, bytes: &[u8], output: &mut Vec<u8>, max_len: usize) -> Result<(), DecompressError> {
        let wrapper = match self {
            Self::Gzip => Wrapper::Gzip,
            Self::Zlib => Wrapper::Zlib,
        };
        let mut inflater = Inflater::new(wrapper, bytes).map_err(|_| DecompressError::Damaged)?;
        while !inflater.is_done() {
            let before = output.len();
            inflater.pull(bytes, output).map_err(|_| DecompressError::Damaged)?;
            if output.len() > max_len {
                return Err(DecompressError::TooLarge);
            }
            if output.len() == before && !inflater.is_done() {
                return Err(DecompressError::Incomplete);
            }
        }
        Ok(())
    }
}

/// The most bytes that compressed data of that length may decompress to.
pub(crate) fn max_decompressed(compressed_len: usize) -> usize {
    compressed_len.saturating_mul(MAX_RATIO).clamp(MIN_RATIO_BYTES, MAX_DECOMPRESSED_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::write::ZlibEncoder;
    use proptest::prelude::*;
    use std::io::Write;

    const GZIP: &[u8] =
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\x56\x4a\x54\xb2\x32\xac\x05\0\xaf\xac\x1b\x56\x07\0\0\0";
    const ZLIB: &[u8] = b"\x78\x9c\xab\x56\x4a\x54\xb2\x32\xac\x05\0\x08\x2a\x02\x09";

    #[test]
    fn gzip_and_zlib_are_decompressed() {
        for (bytes, compression) in [(GZIP, Compression::Gzip), (ZLIB, Compression::Zlib)] {
            assert_eq!(Compression::of(bytes), Some(compression));
            assert_eq!(compression.decompress(bytes), Ok(br#"{"a":1}"#.to_vec()));
        }
        assert_eq!(Compression::of(b"\x78\x9d"), None, "a header whose check bits do not match");
        assert_eq!(Compression::of(b"x"), None);
    }

    #[test]
    fn damaged_and_incomplete_data_is_rejected() {
        let mut damaged = ZLIB.to_vec();
        damaged[13] ^= 1;
        assert_eq!(Compression::Zlib.decompress(&damaged), Err(DecompressError::Damaged));
        assert_eq!(Compression::Zlib.decompress(&ZLIB[..6]), Err(DecompressError::Incomplete));
        assert_eq!(Compression::Gzip.decompress(&GZIP[..3]), Err(DecompressError::Damaged));
    }

    #[test]
    fn data_that_decompresses_to_too_much_is_rejected() {
        let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![0; 8 << 20]).expect("memory");
        let bomb = encoder.finish().expect("memory");
        assert_eq!(Compression::Zlib.decompress(&bomb), Err(DecompressError::TooLarge));
        assert_eq!(max_decompressed(usize::MAX), 64 << 20);
    }

    proptest! {
        #[test]
        fn any_bytes_are_decompressed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            for (compression, header) in [(Compression::Gzip, &b"\x1f\x8b\x08"[..]), (Compression::Zlib, b"\x78\x9c")] {
                let _ = compression.decompress(&[header, bytes.as_slice()].concat());
            }
        }
    }
}
