//! A file that is made piece by piece, without a second copy of it in the memory of the page.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::Blob;

use super::export::ExportError;

/// Bytes after which the pieces are given to the browser as a blob, which it may keep on disk.
const BLOB_BYTES: usize = 8 << 20;

/// A file that is being made: blobs, and the pieces since the last one.
#[derive(Default)]
pub(super) struct FileParts {
    blobs: Array,
    pieces: Array,
    bytes: usize,
}

impl FileParts {
    /// Adds a piece.
    ///
    /// # Errors
    /// If the browser has no memory for it.
    pub(super) fn push(&mut self, piece: &[u8]) -> Result<(), ExportError> {
        self.pieces.push(&Uint8Array::from(piece));
        self.bytes += piece.len();
        if self.bytes >= BLOB_BYTES { self.store() } else { Ok(()) }
    }

    fn store(&mut self) -> Result<(), ExportError> {
        let blob = Blob::new_with_u8_array_sequence(&self.pieces).map_err(out_of_memory)?;
        self.blobs.push(&blob);
        (self.pieces, self.bytes) = (Array::new(), 0);
        Ok(())
    }

    /// The file.
    ///
    /// # Errors
    /// If the browser has no memory for it.
    pub(super) fn finish(mut self) -> Result<Blob, ExportError> {
        self.store()?;
        Blob::new_with_blob_sequence(&self.blobs).map_err(out_of_memory)
    }
}

fn out_of_memory(_: JsValue) -> ExportError {
    ExportError::OutOfMemory
}
