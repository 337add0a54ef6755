//! A file as a stream of pieces, decompressed on the way where it is gzip.

use js_sys::{Reflect, Uint8Array};
use session::read::{Compression, compression};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{ReadableStream, ReadableStreamDefaultReader, ReadableWritablePair, WritableStream};

#[wasm_bindgen]
extern "C" {
    /// The browser's own decompression, which `web-sys` does not name.
    type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &DecompressionStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &DecompressionStream) -> WritableStream;
}

/// A file that arrives.
#[derive(Debug)]
pub struct ByteStream {
    reader: ReadableStreamDefaultReader,
    /// Bytes to come, where the source tells and they are not compressed.
    pub total: Option<u64>,
}

impl ByteStream {
    /// Takes the stream over. Its first bytes tell whether it has to be decompressed; the browser does that.
    pub(super) async fn new(stream: ReadableStream, total: Option<u64>) -> Result<Self, JsValue> {
        let branches = stream.tee();
        let (probe, body) = (branches.get(0).unchecked_into::<ReadableStream>(), branches.get(1));
        let body = body.unchecked_into::<ReadableStream>();
        let probe = reader_of(&probe)?;
        let first = read(&probe).await;
        // The answer to the cancel does not matter: the other branch lives on.
        let _ = probe.cancel();
        let is_gzip = first?.is_some_and(|piece| compression(&piece.subarray(0, 4.min(piece.length())).to_vec()) == Compression::Gzip);
        if !is_gzip {
            return Ok(Self { reader: reader_of(&body)?, total });
        }
        let gzip = DecompressionStream::new("gzip")?;
        let pair = ReadableWritablePair::new(&gzip.readable(), &gzip.writable());
        let plain = body.pipe_through(&pair);
        Ok(Self { reader: reader_of(&plain)?, total: None })
    }

    /// Puts the next piece into `piece`; `false` at the end.
    ///
    /// # Errors
    /// Why the stream stopped, in the browser's words.
    pub async fn next(&mut self, piece: &mut Vec<u8>) -> Result<bool, String> {
        match read(&self.reader).await {
            Ok(Some(bytes)) => {
                piece.resize(bytes.length() as usize, 0);
                bytes.copy_to(piece);
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) => Err(words_of(&error)),
        }
    }

    /// Stops it; what is under way is dropped.
    pub fn cancel(&self) {
        let _ = self.reader.cancel();
    }
}

fn reader_of(stream: &ReadableStream) -> Result<ReadableStreamDefaultReader, JsValue> {
    ReadableStreamDefaultReader::new(stream)
}

async fn read(reader: &ReadableStreamDefaultReader) -> Result<Option<Uint8Array>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    let done = Reflect::get(&result, &"done".into())?.is_truthy();
    if done {
        return Ok(None);
    }
    Ok(Some(Reflect::get(&result, &"value".into())?.unchecked_into()))
}

/// The message of a JavaScript error.
pub(super) fn words_of(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "the browser gives no reason".to_owned()),
    }
}
