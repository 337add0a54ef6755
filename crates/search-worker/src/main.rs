//! The WebAssembly module that the worker loads. `static/message-search.mjs` calls it.

use js_sys::Date;
use search_worker::{Searcher, SocketSource};
use session::model::EpochMs;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};

/// [`Searcher`] for JavaScript.
#[wasm_bindgen(js_name = Searcher)]
#[derive(Debug, Default)]
pub struct JsSearcher(Searcher);

#[wasm_bindgen(js_class = Searcher)]
impl JsSearcher {
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// See [`Searcher::open`].
    ///
    /// # Errors
    /// If the source is not one that this version of the app writes.
    pub fn open(&mut self, row: u32, source: &[u8]) -> Result<(), JsError> {
        let source = SocketSource::decode(source).ok_or_else(|| JsError::new("unknown source"))?;
        self.0.open(row, source);
        Ok(())
    }

    pub fn feed(&mut self, row: u32, piece: &[u8]) {
        self.0.feed(row, piece);
    }

    /// See [`Searcher::add_packed`].
    pub fn add(&mut self, row: u32, packed: &[u8]) {
        self.0.add_packed(row, packed);
    }

    /// See [`Searcher::finish`]; `broken` is empty for a complete file.
    pub fn finish(&mut self, row: u32, broken: &str) {
        self.0.finish(row, Some(broken).filter(|broken| !broken.is_empty()));
    }

    /// The encoded result. `start` is the start of the session in ms since 1970, NaN if unknown;
    /// `is_utc` whether wall clocks are in UTC, not in the browser's zone.
    pub fn search(&mut self, row: u32, query: &str, start: f64, is_utc: bool) -> Vec<u8> {
        let zone = if is_utc { |_| 0 } else { offset_minutes };
        self.0.search(row, query, EpochMs::new(start), zone).encode()
    }
}

fn offset_minutes(time: EpochMs) -> i32 {
    // The browser counts west of UTC.
    -Date::new(&JsValue::from_f64(time.ms())).get_timezone_offset() as i32
}

fn main() {}
