//! One zlib stream (RFC 1950) over several messages: each ends at a flush, and refers to the bytes of earlier ones.

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush, MZStatus};

/// Bytes of the largest message after decompression.
const MAX_DECOMPRESSED_BYTES: usize = 64 << 20;
/// The largest ratio of decompressed to compressed bytes of a message above [`MIN_RATIO_BYTES`].
const MAX_RATIO: usize = 1000;
const MIN_RATIO_BYTES: usize = 1 << 20;
/// Bytes by which the output grows at least and at most.
const MIN_PIECE: usize = 4 << 10;
const MAX_PIECE: usize = 256 << 10;

/// The bytes with which a flush ends.
const FLUSH_END: &[u8] = b"\x00\x00\xff\xff";

/// Why a message of a stream is not decompressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZlibStreamError {
    /// The data is not a valid continuation of the stream.
    #[error("The compressed data is damaged")]
    Damaged,
    /// The data would take too much memory.
    #[error("The decompressed data is larger than 64 MiB, or more than 1,000 times the compressed data")]
    TooLarge,
}

/// A stream that is decompressed message by message.
#[derive(Clone)]
pub struct ZlibStream {
    state: Box<InflateState>,
}

impl std::fmt::Debug for ZlibStream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("ZlibStream").finish_non_exhaustive()
    }
}

impl Default for ZlibStream {
    fn default() -> Self {
        Self { state: InflateState::new_boxed(DataFormat::Zlib) }
    }
}

impl ZlibStream {
    /// Approximate bytes of the state: mostly the window of 32 KiB.
    pub const STATE_BYTES: usize = 44 << 10;

    /// Whether a message begins a stream.
    pub fn is_start(bytes: &[u8]) -> bool {
        matches!(bytes, [0x78, flags, ..] if (0x7800 | u32::from(*flags)) % 31 == 0 && flags & 0x20 == 0)
    }

    /// Whether a message ends at a flush: what it contains is complete.
    pub fn is_flushed(bytes: &[u8]) -> bool {
        bytes.ends_with(FLUSH_END)
    }

    /// Appends what the next message of the stream contains to `output`.
    ///
    /// # Errors
    /// If the data is damaged, or `output` would have more than 64 MiB or 1,000 times the message. The stream cannot be
    /// continued after an error.
    pub fn decompress(&mut self, message: &[u8], output: &mut Vec<u8>) -> Result<(), ZlibStreamError> {
        let growth = message.len().saturating_mul(MAX_RATIO).max(MIN_RATIO_BYTES);
        let max_len = output.len().saturating_add(growth).min(MAX_DECOMPRESSED_BYTES);
        let piece = message.len().saturating_mul(4).clamp(MIN_PIECE, MAX_PIECE);
        let mut rest = message;
        loop {
            let start = output.len();
            output.resize(start + piece, 0);
            let free = output.get_mut(start..).unwrap_or_default();
            let step = inflate(&mut self.state, rest, free, MZFlush::None);
            output.truncate(start + step.bytes_written);
            rest = rest.get(step.bytes_consumed..).unwrap_or_default();
            match step.status {
                Ok(MZStatus::StreamEnd) | Err(MZError::Buf) => return Ok(()),
                Err(_) => return Err(ZlibStreamError::Damaged),
                Ok(_) if step.bytes_consumed == 0 && step.bytes_written == 0 => return Ok(()),
                Ok(_) if rest.is_empty() && step.bytes_written < piece => return Ok(()),
                Ok(_) => {}
            }
            if output.len() > max_len {
                return Err(ZlibStreamError::TooLarge);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compress, Compression, FlushCompress};
    use proptest::prelude::*;

    const FIRST: &[u8] = b"\x78\x9c\xaa\x56\xca\x2f\x50\xb2\x32\x34\xa8\x05\x00\x00\x00\xff\xff";
    const SECOND: &[u8] = b"\xaa\x86\x30\x0c\x6b\x01\x00\x00\x00\xff\xff";

    #[test]
    fn later_messages_refer_to_earlier_ones() {
        let mut stream = ZlibStream::default();
        let (mut first, mut second) = (Vec::new(), Vec::new());
        assert_eq!(stream.decompress(FIRST, &mut first), Ok(()));
        assert_eq!(stream.decompress(SECOND, &mut second), Ok(()));
        assert_eq!((first.as_slice(), second.as_slice()), (&br#"{"op":10}"#[..], &br#"{"op":11}"#[..]));
        assert!(ZlibStream::is_start(FIRST) && !ZlibStream::is_start(SECOND));
        assert!(ZlibStream::is_flushed(SECOND) && !ZlibStream::is_flushed(b"\x00\xff\xff"));
        assert_eq!(ZlibStream::default().decompress(SECOND, &mut second), Err(ZlibStreamError::Damaged));
    }

    #[test]
    fn a_message_that_decompresses_to_too_much_is_rejected() {
        let mut compress = Compress::new(Compression::best(), true);
        let mut message = Vec::with_capacity(1 << 20);
        let zeros = vec![0; 4 << 20];
        compress.compress_vec(&zeros, &mut message, FlushCompress::Sync).expect("compressed");
        let mut output = Vec::new();
        assert_eq!(ZlibStream::default().decompress(&message, &mut output), Err(ZlibStreamError::TooLarge));
        assert!(output.len() <= 4 << 20);
    }

    proptest! {
        #[test]
        fn messages_are_restored(messages in proptest::collection::vec("[a-d]{0,300}", 1..8)) {
            let mut compress = Compress::new(Compression::default(), true);
            let mut stream = ZlibStream::default();
            for message in messages {
                let mut compressed = Vec::with_capacity(1024);
                compress.compress_vec(message.as_bytes(), &mut compressed, FlushCompress::Sync).expect("compressed");
                let mut output = Vec::new();
                prop_assert_eq!(stream.decompress(&compressed, &mut output), Ok(()));
                prop_assert_eq!(output, message.into_bytes());
            }
        }

        #[test]
        fn any_bytes_are_decompressed_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut stream = ZlibStream::default();
            let mut output = Vec::new();
            let _ = stream.decompress(FIRST, &mut output);
            let _ = stream.decompress(&bytes, &mut output);
        }
    }
}
