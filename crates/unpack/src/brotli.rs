//! Brotli (RFC 7932).

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::{Compression, Method, UnpackError, Used};

pub(super) struct Brotli {
    state: BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>,
    is_done: bool,
}

impl Brotli {
    pub(super) fn new() -> Self {
        let alloc = StandardAlloc::default;
        Self { state: BrotliState::new(alloc(), alloc(), alloc()), is_done: false }
    }
}

impl Method for Brotli {
    fn run(&mut self, input: &[u8], output: &mut [u8]) -> Result<Used, UnpackError> {
        if self.is_done {
            return Ok(Used::default());
        }
        let (mut available_in, mut read) = (input.len(), 0);
        let (mut available_out, mut written, mut total) = (output.len(), 0, 0);
        let result = BrotliDecompressStream(
            &mut available_in,
            &mut read,
            input,
            &mut available_out,
            &mut written,
            output,
            &mut total,
            &mut self.state,
        );
        match result {
            BrotliResult::ResultFailure => Err(UnpackError::Damaged(Compression::Brotli)),
            BrotliResult::ResultSuccess => {
                self.is_done = true;
                Ok(Used { read, written })
            }
            BrotliResult::NeedsMoreInput | BrotliResult::NeedsMoreOutput => Ok(Used { read, written }),
        }
    }

    fn is_done(&self) -> bool {
        self.is_done
    }
}
