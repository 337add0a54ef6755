//! Decompression of a file that is compressed as such, recognized by its first bytes.

use std::fmt;
use std::io::{self, Cursor, Read};

use brotli_decompressor::Decompressor;
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use session::formats::{COMPRESSION_BYTES, Compression, compression};

/// Bytes of a file that are read to recognize it: enough for Brotli to return its first text.
const PREFIX_BYTES: u64 = 64 << 10;
/// Size of Brotli's buffer in bytes.
const BROTLI_BUFFER: usize = 64 << 10;

/// A file whose first bytes are known.
pub(super) struct Prefixed {
    prefix: Cursor<Vec<u8>>,
    rest: Box<dyn Read>,
}

impl fmt::Debug for Prefixed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Prefixed").field("known", &self.prefix().len()).finish_non_exhaustive()
    }
}

impl Prefixed {
    pub(super) fn new(mut file: Box<dyn Read>) -> io::Result<Self> {
        let mut prefix = Vec::new();
        file.by_ref().take(PREFIX_BYTES).read_to_end(&mut prefix)?;
        Ok(Self { prefix: Cursor::new(prefix), rest: file })
    }

    pub(super) fn prefix(&self) -> &[u8] {
        self.prefix.get_ref()
    }
}

impl Read for Prefixed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.prefix.read(buffer)? {
            0 => self.rest.read(buffer),
            len => Ok(len),
        }
    }
}

/// The file's bytes, decompressed where it is compressed.
pub(super) fn decompressed(file: Prefixed) -> io::Result<Box<dyn Read>> {
    let known = file.prefix().get(..COMPRESSION_BYTES).unwrap_or(file.prefix());
    Ok(match compression(known) {
        Compression::Gzip => Box::new(MultiGzDecoder::new(file)),
        Compression::Zstandard => Box::new(StreamingDecoder::new(file).map_err(io::Error::other)?),
        Compression::MaybeBrotli if is_brotli(file.prefix()) => {
            Box::new(Decompressor::new(file, BROTLI_BUFFER))
        }
        Compression::None | Compression::MaybeBrotli => Box::new(file),
    })
}

/// Brotli has no magic number: it is Brotli if it decompresses to the beginning of a text.
fn is_brotli(prefix: &[u8]) -> bool {
    let mut beginning = [0; COMPRESSION_BYTES];
    match Decompressor::new(prefix, BROTLI_BUFFER).read(&mut beginning) {
        Ok(0) | Err(_) => false,
        Ok(len) => beginning.get(..len).is_some_and(|known| compression(known) == Compression::None),
    }
}
