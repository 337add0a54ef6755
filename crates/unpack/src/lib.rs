//! Decompresses the formats that browsers do not decompress for a page. Compressed bytes are pushed
//! in pieces of any size, and decompressed bytes are pulled in bounded pieces, however much the
//! data expands.

mod brotli;
mod zstandard;

use std::fmt;

use thiserror::Error;

use self::brotli::Brotli;
use self::zstandard::Zstandard;

/// Maximum number of bytes that one [`Unpacker::pull`] returns.
pub const PIECE: usize = 256 << 10;

/// Why data cannot be decompressed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnpackError {
    /// The method is neither `brotli` nor `zstd`.
    #[error("compression with {0} is not supported")]
    UnknownMethod(String),
    /// The data has another format, or is damaged.
    #[error("the {0} data is damaged")]
    Damaged(Compression),
    /// A Zstandard frame needs more memory than is allowed.
    #[error("the Zstandard data needs a window of {needed_mb} MB, more than {max_mb} MB")]
    WindowTooLarge { needed_mb: u64, max_mb: u64 },
}

/// A compression method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Brotli,
    Zstandard,
}

impl fmt::Display for Compression {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Brotli => "Brotli",
            Self::Zstandard => "Zstandard",
        })
    }
}

/// A streaming decompressor.
trait Method {
    /// Reads from `input`, writes to `output`, and returns how much of each it used.
    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Result<Used, UnpackError>;

    /// Whether all data was decompressed.
    fn is_done(&self) -> bool;
}

#[derive(Clone, Copy, Debug, Default)]
struct Used {
    read: usize,
    written: usize,
}

/// Decompresses one file.
pub struct Unpacker {
    method: Box<dyn Method>,
    /// The bytes that were pushed, of which those before `at` were read.
    input: Vec<u8>,
    at: usize,
}

impl fmt::Debug for Unpacker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Unpacker")
            .field("waiting", &(self.input.len() - self.at))
            .finish_non_exhaustive()
    }
}

impl Unpacker {
    /// A decompressor for the method of that name: `brotli` or `zstd`.
    ///
    /// # Errors
    /// If the method is not one of these.
    pub fn new(method: &str) -> Result<Self, UnpackError> {
        let method: Box<dyn Method> = match method {
            "brotli" => Box::new(Brotli::new()),
            "zstd" => Box::new(Zstandard::new()),
            other => return Err(UnpackError::UnknownMethod(other.to_owned())),
        };
        Ok(Self { method, input: Vec::new(), at: 0 })
    }

    /// Appends the next piece of the compressed data.
    pub fn push(&mut self, piece: &[u8]) {
        self.input.drain(..self.at);
        self.at = 0;
        self.input.extend_from_slice(piece);
    }

    /// The next decompressed bytes, at most [`PIECE`]; none if more data must be pushed first.
    ///
    /// # Errors
    /// If the data has another format, or is damaged.
    pub fn pull(&mut self) -> Result<Vec<u8>, UnpackError> {
        let mut output = vec![0; PIECE];
        let mut written = 0;
        while written < PIECE {
            let used = self.method.run(
                self.input.get(self.at..).unwrap_or_default(),
                output.get_mut(written..).unwrap_or_default(),
            )?;
            self.at += used.read;
            written += used.written;
            if used.read == 0 && used.written == 0 {
                break;
            }
        }
        output.truncate(written);
        Ok(output)
    }

    /// Number of bytes that were pushed and not read: at the end, of what follows the data.
    pub fn unread_bytes(&self) -> usize {
        self.input.len().saturating_sub(self.at)
    }

    /// Whether all data was decompressed. Bytes that follow it are ignored.
    pub fn is_done(&self) -> bool {
        self.method.is_done()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    /// Text that compresses well and unevenly.
    fn text() -> Vec<u8> {
        (0..200_000_u32)
            .flat_map(|number| format!("{{\"n\":{},\"é\":{}}}\n", number % 977, number).into_bytes())
            .collect()
    }

    fn unpacked(method: &str, packed: &[u8], piece: usize) -> Result<Vec<u8>, String> {
        let mut unpacker = Unpacker::new(method).map_err(|why| why.to_string())?;
        let mut plain = Vec::new();
        for piece in packed.chunks(piece) {
            unpacker.push(piece);
            loop {
                let pulled = unpacker.pull().map_err(|why| why.to_string())?;
                assert!(pulled.len() <= PIECE);
                if pulled.is_empty() {
                    break;
                }
                plain.extend_from_slice(&pulled);
            }
        }
        if unpacker.is_done() { Ok(plain) } else { Err("truncated".to_owned()) }
    }

    fn packed_with_brotli(plain: &[u8]) -> Vec<u8> {
        let mut packed = Vec::new();
        let mut writer = ::brotli::CompressorWriter::new(&mut packed, 4096, 5, 22);
        writer.write_all(plain).expect("memory");
        drop(writer);
        packed
    }

    fn packed_with_zstandard(plain: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest)
    }

    #[test]
    fn compressed_data_round_trips_in_pieces_of_any_size() {
        for (method, packed) in
            [("brotli", packed_with_brotli(&text())), ("zstd", packed_with_zstandard(&text()))]
        {
            for piece in [1, 1000, 65_536, packed.len()] {
                assert!(unpacked(method, &packed, piece) == Ok(text()), "{method} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn data_that_expands_is_pulled_in_bounded_pieces() {
        let plain = vec![b' '; 20_000_000];
        for (method, packed) in
            [("brotli", packed_with_brotli(&plain)), ("zstd", packed_with_zstandard(&plain))]
        {
            assert_eq!(
                unpacked(method, &packed, packed.len()).map(|plain| plain.len()),
                Ok(plain.len()),
                "{method}"
            );
        }
    }

    #[test]
    fn bytes_after_the_data_are_not_read() {
        for (method, mut packed) in
            [("brotli", packed_with_brotli(b"text")), ("zstd", packed_with_zstandard(b"text"))]
        {
            packed.extend_from_slice(b"more");
            let mut unpacker = Unpacker::new(method).expect("a method");
            unpacker.push(&packed);
            assert_eq!(unpacker.pull(), Ok(b"text".to_vec()), "{method}");
            assert!(unpacker.is_done());
            assert_eq!(unpacker.unread_bytes(), 4, "{method}");
        }
    }

    #[test]
    fn damaged_and_truncated_data_is_an_error() {
        for (method, mut packed) in
            [("brotli", packed_with_brotli(&text())), ("zstd", packed_with_zstandard(&text()))]
        {
            assert!(unpacked(method, &packed[..packed.len() / 2], 1000).is_err(), "{method} truncated");
            packed[..40].fill(0xff);
            assert!(unpacked(method, &packed, 1000).is_err(), "{method} damaged");
            assert!(unpacked(method, b"{\"log\":{}}", 4).is_err(), "{method}: not compressed");
        }
        assert_eq!(Unpacker::new("lzma").err(), Some(UnpackError::UnknownMethod("lzma".to_owned())));
    }
}
