//! Reading a stream of the browser's, into a buffer that is used again and again where the stream can.

use std::cell::RefCell;

use js_sys::{ArrayBuffer, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ReadableStream, ReadableStreamByobReader, ReadableStreamDefaultReader};

/// The most that comes at once into a buffer of ours, in bytes.
const BUFFER_BYTES: u32 = 1 << 20;

/// Who reads a stream.
#[derive(Debug)]
pub(super) enum Reader {
    /// The browser makes a new array for each piece.
    Plain(ReadableStreamDefaultReader),
    /// The browser writes into the buffer that it is given, which takes two thirds of the time. Streams of transfers and
    /// files can; what comes out of a decompression cannot.
    IntoBuffer { reader: ReadableStreamByobReader, spare: RefCell<Option<ArrayBuffer>> },
}

impl Reader {
    /// Takes the stream over.
    pub(super) fn of(stream: &ReadableStream) -> Result<Self, JsValue> {
        match ReadableStreamByobReader::new(stream) {
            Ok(reader) => Ok(Self::IntoBuffer { reader, spare: RefCell::new(None) }),
            Err(_) => ReadableStreamDefaultReader::new(stream).map(Self::Plain),
        }
    }

    /// The next piece; `None` at the end. Its bytes are its reader's: what is kept beyond the next call is copied.
    pub(super) async fn read(&self) -> Result<Option<Uint8Array>, JsValue> {
        let result = JsFuture::from(self.ask()).await?;
        if Reflect::get(&result, &"done".into())?.is_truthy() {
            return Ok(None);
        }
        Ok(Some(Reflect::get(&result, &"value".into())?.unchecked_into()))
    }

    fn ask(&self) -> Promise {
        match self {
            Self::Plain(reader) => reader.read(),
            Self::IntoBuffer { reader, spare } => {
                let buffer = spare.take().unwrap_or_else(|| ArrayBuffer::new(BUFFER_BYTES));
                reader.read_with_array_buffer_view(&Uint8Array::new(&buffer))
            }
        }
    }

    /// A piece that is read no more: its buffer takes a later one.
    pub(super) fn recycle(&self, piece: &Uint8Array) {
        let buffer: ArrayBuffer = piece.buffer().unchecked_into();
        if let Self::IntoBuffer { spare, .. } = self
            && buffer.byte_length() == BUFFER_BYTES
        {
            spare.replace(Some(buffer));
        }
    }

    /// The same piece, to be kept.
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

    /// Stops the stream; what is under way is dropped.
    pub(super) fn cancel(&self) {
        let cancelled = JsFuture::from(match self {
            Self::Plain(reader) => reader.cancel(),
            Self::IntoBuffer { reader, .. } => reader.cancel(),
        });
        spawn_local(async move {
            // A transfer that was aborted has nothing left to stop, and says so.
            let _ = cancelled.await;
        });
    }
}
