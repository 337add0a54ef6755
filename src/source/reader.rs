//! Reading a stream of the browser, into a buffer that is reused where the stream supports that.

use std::cell::RefCell;

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// Size of the buffer that the browser writes into.
const BUFFER_BYTES: u32 = 1 << 20;

/// Reader of a stream.
#[derive(Debug)]
pub(super) enum Reader {
    /// The browser creates a new array for each piece.
    Plain(ReadableStreamDefaultReader),
    /// The browser writes into the buffer that it is given, which takes two thirds of the time.
    /// Streams of transfers and files can; what comes out of a decompression cannot.
    IntoBuffer { reader: ReadableStreamByobReader, spare_buffer: RefCell<Option<ArrayBuffer>> },
}

impl Reader {
    /// Takes the stream over.
    pub(super) fn of(stream: &ReadableStream) -> Result<Self, JsValue> {
        match ReadableStreamByobReader::new(stream) {
            Ok(reader) => Ok(Self::IntoBuffer { reader, spare_buffer: RefCell::new(None) }),
            Err(_) => ReadableStreamDefaultReader::new(stream).map(Self::Plain),
        }
    }

    /// The next piece; `None` at the end. Its bytes belong to the reader: what is kept beyond the
    /// next call is copied.
    pub(super) async fn read(&self) -> Result<Option<Uint8Array>, JsValue> {
        let result = JsFuture::from(self.request()).await?;
        if Reflect::get(&result, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        Ok(Some(Reflect::get(&result, &"value".into())?.unchecked_into()))
    }

    fn request(&self) -> Promise {
        match self {
            Self::Plain(reader) => reader.read(),
            Self::IntoBuffer { reader, spare_buffer } => {
                let buffer = spare_buffer.take().unwrap_or_else(|| ArrayBuffer::new(BUFFER_BYTES));
                reader.read_with_array_buffer_view(&Uint8Array::new(&buffer))
            }
        }
    }

    /// Takes back a piece that is not needed any more: its buffer is reused.
    pub(super) fn recycle(&self, piece: &Uint8Array) {
        let buffer: ArrayBuffer = piece.buffer().unchecked_into();
        if let Self::IntoBuffer { spare_buffer, .. } = self
            && buffer.byte_length() == BUFFER_BYTES
        {
            spare_buffer.replace(Some(buffer));
        }
    }

    /// The same piece, to be kept beyond the next call.
    pub(super) fn kept(&self, piece: Uint8Array) -> Uint8Array {
        match self {
            Self::Plain(_) => piece,
            Self::IntoBuffer { .. } => {
                let copy = piece.slice(0, piece.length());
                self.recycle(&piece);
                copy
            }
        }
    }

    /// Cancels the stream; what is being transferred is dropped.
    pub(super) fn cancel(&self) {
        let canceled = JsFuture::from(match self {
            Self::Plain(reader) => reader.cancel(),
            Self::IntoBuffer { reader, .. } => reader.cancel(),
        });
        spawn_local(async move {
            // Fails for a transfer that was aborted already.
            let _ = canceled.await;
        });
    }
}
