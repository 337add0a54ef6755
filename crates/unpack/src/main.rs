//! The WebAssembly module that the app loads when a file needs it.

use unpack::Unpacker;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// [`Unpacker`] for JavaScript.
#[wasm_bindgen(js_name = Unpacker)]
#[derive(Debug)]
pub struct JsUnpacker(Unpacker);

#[wasm_bindgen(js_class = Unpacker)]
impl JsUnpacker {
    /// See [`Unpacker::new`].
    ///
    /// # Errors
    /// If the method is unknown.
    #[wasm_bindgen(constructor)]
    pub fn new(method: &str) -> Result<Self, JsError> {
        Ok(Self(Unpacker::new(method)?))
    }

    pub fn push(&mut self, piece: &[u8]) {
        self.0.push(piece);
    }

    /// See [`Unpacker::pull`].
    ///
    /// # Errors
    /// If the data is damaged.
    pub fn pull(&mut self) -> Result<Vec<u8>, JsError> {
        Ok(self.0.pull()?)
    }

    #[wasm_bindgen(js_name = unreadBytes)]
    pub fn unread_bytes(&self) -> usize {
        self.0.unread_bytes()
    }

    #[wasm_bindgen(js_name = isDone)]
    pub fn is_done(&self) -> bool {
        self.0.is_done()
    }
}

fn main() {}
