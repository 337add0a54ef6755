//! Decompression of gzip (RFC 1952), zlib (RFC 1950) and raw DEFLATE (RFC 1951) in bounded steps.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

use super::Checksum;

/// Maximum number of bytes per [`Inflater::pull`]: a few milliseconds of work.
const PIECE: usize = 256 << 10;

/// The format around the compressed data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapper {
    /// RFC 1952, of one or more members.
    Gzip,
    /// RFC 1950.
    Zlib,
    /// RFC 1951 without header and checksum.
    Raw,
}

/// Why data cannot be decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// The data does not begin with a gzip header.
    #[error("no gzip header")]
    NoGzipHeader,
    /// The data is not valid DEFLATE, or a checksum of zlib does not match.
    #[error("the compressed data is damaged")]
    Damaged,
    /// The CRC-32 of a gzip member does not match.
    #[error("the checksum of the compressed data does not match")]
    ChecksumMismatch,
}

/// Decompresses data that is complete in memory, step by step.
pub struct Inflater {
    wrapper: Wrapper,
    state: Box<InflateState>,
    /// Offset in the input of the next step.
    at: usize,
    is_done: bool,
    /// For a gzip member, which ends with one.
    checksum: Option<Checksum>,
}

impl std::fmt::Debug for Inflater {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("Inflater");
        shown.field("wrapper", &self.wrapper).field("at", &self.at).finish_non_exhaustive()
    }
}

impl Inflater {
    /// An inflater for `input`, which must be passed to each call of [`Inflater::pull`].
    ///
    /// # Errors
    /// If the input has no gzip header.
    pub fn new(wrapper: Wrapper, input: &[u8]) -> Result<Self, InflateError> {
        let at =
            if wrapper == Wrapper::Gzip { gzip_header(input).ok_or(InflateError::NoGzipHeader)? } else { 0 };
        let format = if wrapper == Wrapper::Zlib { DataFormat::Zlib } else { DataFormat::Raw };
        let checksum = (wrapper == Wrapper::Gzip).then(Checksum::default);
        Ok(Self { wrapper, state: InflateState::new_boxed(format), at, is_done: false, checksum })
    }

    /// Whether all data was decompressed.
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// Appends the next decompressed bytes, at most 256 KiB, to `output`. Appends nothing at the
    /// end of the input, even if the data is truncated there.
    ///
    /// # Errors
    /// If the data is damaged. The bytes before the damage are appended.
    pub fn pull(&mut self, input: &[u8], output: &mut Vec<u8>) -> Result<(), InflateError> {
        let start = output.len();
        output.resize(start + PIECE, 0);
        let mut written = start;
        let mut result = Ok(());
        while !self.is_done && written < output.len() {
            let rest = input.get(self.at..).unwrap_or_default();
            let free = output.get_mut(written..).unwrap_or_default();
            let step = inflate(&mut self.state, rest, free, MZFlush::None);
            self.at += step.bytes_consumed;
            if let Some(checksum) = &mut self.checksum {
                checksum.add(output.get(written..written + step.bytes_written).unwrap_or_default());
            }
            written += step.bytes_written;
            match step.status {
                Ok(MZStatus::StreamEnd) => result = self.end(input),
                // The input ends here.
                Err(MZError::Buf) => break,
                Err(_) => result = Err(InflateError::Damaged),
                Ok(_) if step.bytes_consumed == 0 && step.bytes_written == 0 => break,
                Ok(_) => {}
            }
            if result.is_err() {
                break;
            }
        }
        output.truncate(written);
        result
    }

    /// Ends a stream: checks gzip's checksum, and begins the next member if there is one.
    fn end(&mut self, input: &[u8]) -> Result<(), InflateError> {
        self.is_done = true;
        let Some(checksum) = &self.checksum else { return Ok(()) };
        // Data that is truncated within the last eight bytes is complete.
        let Some(trailer) = input.get(self.at..self.at + 4) else { return Ok(()) };
        if trailer != checksum.sum().to_le_bytes() {
            return Err(InflateError::ChecksumMismatch);
        }
        let after = self.at + 8;
        if let Some(header) = input.get(after..).and_then(gzip_header) {
            let wrapper = self.wrapper;
            *self = Self {
                wrapper,
                state: InflateState::new_boxed(DataFormat::Raw),
                at: after + header,
                is_done: false,
                checksum: Some(Checksum::default()),
            };
        }
        Ok(())
    }
}

/// The length of the gzip header at the start of `input`, in bytes; `None` if there is none.
fn gzip_header(input: &[u8]) -> Option<usize> {
    const HEADER_CRC: u8 = 1 << 1;
    const EXTRA: u8 = 1 << 2;
    const NAME: u8 = 1 << 3;
    const COMMENT: u8 = 1 << 4;
    let &[0x1f, 0x8b, 8, flags, ..] = input else { return None };
    if flags & 0b1110_0000 != 0 {
        return None;
    }
    let mut len = 10;
    if flags & EXTRA != 0 {
        let extra = input.get(len..len + 2)?;
        len += 2 + usize::from(u16::from_le_bytes([extra[0], extra[1]]));
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            len += memchr::memchr(0, input.get(len..)?)? + 1;
        }
    }
    if flags & HEADER_CRC != 0 {
        len += 2;
    }
    (len <= input.len()).then_some(len)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use proptest::prelude::*;

    use super::*;

    fn compress(wrapper: Wrapper, plain: &[u8]) -> Vec<u8> {
        let level = Compression::default();
        match wrapper {
            Wrapper::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), level);
                encoder.write_all(plain).and_then(|()| encoder.finish())
            }
            Wrapper::Zlib => {
                let mut encoder = ZlibEncoder::new(Vec::new(), level);
                encoder.write_all(plain).and_then(|()| encoder.finish())
            }
            Wrapper::Raw => {
                let mut encoder = DeflateEncoder::new(Vec::new(), level);
                encoder.write_all(plain).and_then(|()| encoder.finish())
            }
        }
        .expect("memory")
    }

    /// The decompressed bytes, and whether they are complete.
    fn decompress(wrapper: Wrapper, packed: &[u8]) -> Result<(Vec<u8>, bool), InflateError> {
        let mut inflater = Inflater::new(wrapper, packed)?;
        let mut plain = Vec::new();
        loop {
            let before = plain.len();
            inflater.pull(packed, &mut plain)?;
            assert!(plain.len() - before <= PIECE);
            if inflater.is_done() || plain.len() == before {
                return Ok((plain, inflater.is_done()));
            }
        }
    }

    #[test]
    fn compressed_data_round_trips() {
        let plain: Vec<u8> = (0..300_000_u32).flat_map(|number| (number % 1000).to_le_bytes()).collect();
        for wrapper in [Wrapper::Gzip, Wrapper::Zlib, Wrapper::Raw] {
            let packed = compress(wrapper, &plain);
            assert!(decompress(wrapper, &packed) == Ok((plain.clone(), true)), "{wrapper:?}");
            assert_eq!(decompress(wrapper, &compress(wrapper, b"")), Ok((Vec::new(), true)));
        }
    }

    #[test]
    fn truncated_data_decompresses_to_its_beginning() {
        let plain = b"0123456789".repeat(1000);
        for wrapper in [Wrapper::Gzip, Wrapper::Zlib, Wrapper::Raw] {
            let packed = compress(wrapper, &plain);
            let (part, is_done) = decompress(wrapper, &packed[..packed.len() - 12]).expect("a part");
            assert!(plain.starts_with(&part) && !is_done, "{wrapper:?}");
        }
    }

    #[test]
    fn optional_fields_members_and_the_checksum_of_gzip_are_read() {
        let mut named = flate2::GzBuilder::new().filename("a.json").comment("c").extra(vec![1, 2, 3]);
        named = named.mtime(1);
        let mut encoder = named.write(Vec::new(), Compression::default());
        encoder.write_all(b"one ").expect("memory");
        let mut packed = encoder.finish().expect("memory");
        packed.extend(compress(Wrapper::Gzip, b"two"));
        assert_eq!(decompress(Wrapper::Gzip, &packed), Ok((b"one two".to_vec(), true)));
        let at = packed.len() - 8;
        packed[at] ^= 1;
        assert!(decompress(Wrapper::Gzip, &packed).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_decompressed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            for wrapper in [Wrapper::Gzip, Wrapper::Zlib, Wrapper::Raw] {
                let _ = decompress(wrapper, &bytes);
                let _ = decompress(wrapper, &[&[0x1f, 0x8b, 8][..], &bytes].concat());
            }
        }
    }
}
