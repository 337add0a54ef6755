//! Zstandard (RFC 8878). The decoder needs complete blocks, so a block is passed to it when all of
//! it was pushed: one at a time, because a block of four bytes can expand to 128 KiB.

use std::io::Read;

use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::{Compression, Method, UnpackError, Used};

pub(super) struct Zstandard {
    decoder: FrameDecoder,
    frame: Frame,
    /// Number of bytes of a skippable frame that are still to be skipped.
    to_skip: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Frame {
    /// No frame has begun.
    Before,
    Open {
        has_checksum: bool,
    },
    Done,
}

const MAGIC: u32 = 0xFD2F_B528;
/// The magic number of skippable frames, whose last four bits may have any value.
const SKIPPABLE: u32 = 0x184D_2A50;
const BLOCK_HEADER: usize = 3;
const CHECKSUM: usize = 4;
/// Largest window that is accepted, in bytes: that much decompressed data is held in memory. The
/// limit is that of the `zstd` tool.
const MAX_WINDOW: u64 = 128 << 20;

impl Zstandard {
    pub(super) fn new() -> Self {
        Self { decoder: FrameDecoder::new(), frame: Frame::Before, to_skip: 0 }
    }

    /// Begins a frame if its header is complete; returns the number of bytes read.
    fn begin(&mut self, input: &[u8]) -> Result<usize, UnpackError> {
        let Some(magic) = number(input, 4) else { return Ok(0) };
        if magic & 0xFFFF_FFF0 == SKIPPABLE {
            let Some(len) = number(input.get(4..).unwrap_or_default(), 4) else { return Ok(0) };
            self.to_skip = len as usize;
            return Ok(8);
        }
        if magic != MAGIC {
            // Bytes after a complete frame that do not begin another one are not part of the data.
            return if self.frame == Frame::Done { Ok(0) } else { Err(damaged()) };
        }
        let Some(&descriptor) = input.get(4) else { return Ok(0) };
        let len = header_len(descriptor);
        let Some(header) = input.get(..len) else { return Ok(0) };
        let window = window_size(header).ok_or_else(damaged)?;
        if window > MAX_WINDOW {
            let (needed_mb, max_mb) = (window >> 20, MAX_WINDOW >> 20);
            return Err(UnpackError::WindowTooLarge { needed_mb, max_mb });
        }
        // A decoder that was used before has a smaller bound.
        self.decoder = FrameDecoder::new();
        self.decoder.reset(header).map_err(|_| damaged())?;
        self.frame = Frame::Open { has_checksum: descriptor & 0b100 != 0 };
        Ok(len)
    }

    /// Decodes a block if it is complete; returns the number of bytes read.
    fn block(&mut self, input: &[u8], has_checksum: bool) -> Result<usize, UnpackError> {
        let Some(header) = number(input, BLOCK_HEADER) else { return Ok(0) };
        let (is_last, kind, size) = (header & 1 == 1, header >> 1 & 0b11, (header >> 3) as usize);
        // A block of one repeated byte has only that byte.
        let content = if kind == 1 { 1 } else { size };
        let len = BLOCK_HEADER + content + if is_last && has_checksum { CHECKSUM } else { 0 };
        let Some(block) = input.get(..len) else { return Ok(0) };
        self.decoder.decode_blocks(block, BlockDecodingStrategy::UptoBlocks(1)).map_err(|_| damaged())?;
        if is_last {
            self.frame = Frame::Done;
        }
        Ok(len)
    }
}

impl Method for Zstandard {
    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Result<Used, UnpackError> {
        if self.decoder.can_collect() > 0 {
            let written = self.decoder.read(output).map_err(|_| damaged())?;
            return Ok(Used { read: 0, written });
        }
        if self.to_skip > 0 {
            let read = self.to_skip.min(input.len());
            self.to_skip -= read;
            return Ok(Used { read, written: 0 });
        }
        let read = match self.frame {
            Frame::Open { has_checksum } => self.block(input, has_checksum),
            Frame::Before | Frame::Done => self.begin(input),
        };
        read.map(|read| Used { read, written: 0 })
    }

    fn is_done(&self) -> bool {
        self.frame == Frame::Done && self.to_skip == 0 && self.decoder.can_collect() == 0
    }
}

fn damaged() -> UnpackError {
    UnpackError::Damaged(Compression::Zstandard)
}

/// A little-endian number of `len` bytes.
fn number(bytes: &[u8], len: usize) -> Option<u32> {
    Some(bytes.get(..len)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

/// The window that a frame with that header needs, in bytes.
fn window_size(header: &[u8]) -> Option<u64> {
    let descriptor = *header.get(4)?;
    let is_single = descriptor >> 5 & 1 == 1;
    if !is_single {
        let window = *header.get(5)?;
        let base = 1_u64 << (10 + (window >> 3));
        return Some(base + base / 8 * u64::from(window & 0b111));
    }
    // All of the content, whose size is in the last bytes of the header.
    let len = [1, 2, 4, 8].get(usize::from(descriptor >> 6)).copied()?;
    let size = header.get(header.len().checked_sub(len)?..)?;
    let size = size.iter().rev().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
    Some(if len == 2 { size + 256 } else { size })
}

/// The length of a frame's header, from its descriptor: magic number, descriptor, window,
/// dictionary, content size.
fn header_len(descriptor: u8) -> usize {
    let is_single = descriptor >> 5 & 1 == 1;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 0b11)];
    let content_size = match descriptor >> 6 {
        0 => usize::from(is_single),
        1 => 2,
        2 => 4,
        _ => 8,
    };
    5 + usize::from(!is_single) + dictionary + content_size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_above_the_limit_is_an_error_that_names_it() {
        // The largest window that a header can ask for, 3.75 TB, and a single segment of 4 GB.
        let window = [0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 0x01, 0x00, 0x00];
        let segment = [0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0xff, 0x01, 0x00, 0x00];
        for frame in [&window[..], &segment] {
            let result = Zstandard::new().run(frame, &mut []);
            let why = result.expect_err("larger than the limit").to_string();
            assert!(why.contains("window of") && why.contains("more than 128 MB"), "{why}");
        }
        let small = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x01, 0x09, 0x00, 0x00, b'a'];
        assert!(Zstandard::new().run(&small, &mut []).is_ok_and(|used| used.read == 6));
    }
}
