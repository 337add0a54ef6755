//! A file as a stream of pieces, decompressed on the way where the file itself is compressed.

use std::fmt;

use js_sys::Uint8Array;
use session::archive::Checksum;
use session::formats::{COMPRESSION_BYTES, Compression, compression};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStream, WritableStream, WritableStreamDefaultWriter};

use super::reader::Reader;
use super::unpack::{UnpackMethod, Unpacker, unpacker};

#[wasm_bindgen]
extern "C" {
    /// The browser's own decompression, which `web-sys` does not name.
    pub(super) type DecompressionStream;

    #[wasm_bindgen(constructor, catch)]
    pub(super) fn new(format: &str) -> Result<DecompressionStream, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn readable(this: &DecompressionStream) -> ReadableStream;

    #[wasm_bindgen(method, getter)]
    fn writable(this: &DecompressionStream) -> WritableStream;
}

/// Why a stream stopped before its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamError {
    /// The network, the disk or the browser's own decompression failed; the browser's message.
    Transfer(String),
    /// The file cannot be decompressed.
    Decompression(String),
}

impl fmt::Display for StreamError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transfer(why) => formatter.write_str(why),
            Self::Decompression(why) => write!(formatter, "decompression failed: {why}"),
        }
    }
}

/// A file that is being transferred.
#[derive(Debug)]
pub struct ByteStream {
    reader: Reader,
    /// The first piece, which was inspected to detect compression.
    first: Option<Uint8Array>,
    unpacker: Option<Unpacker>,
    /// The checksum that an archive has of the file.
    checksum: Option<Checksum>,
    /// Size in bytes, where the source has it and the file is not compressed.
    pub total: Option<u64>,
    /// The file is a zip archive, which cannot be read from its beginning.
    pub is_archive: bool,
    /// The complete file, where the browser has it and it is not compressed.
    pub blob: Option<Blob>,
}

impl ByteStream {
    /// Takes the stream over. By its first bytes it is decompressed on the way. `blob` is the
    /// complete file, where the browser has it; `checksum` is that of a file that is not compressed
    /// a second time.
    pub(super) async fn new(
        stream: ReadableStream,
        total: Option<u64>,
        blob: Option<Blob>,
        checksum: Option<Checksum>,
    ) -> Result<Self, JsValue> {
        let reader = Reader::of(&stream)?;
        let first = reader.read().await?.map(|piece| reader.kept(piece));
        let known = first.as_ref().map(|piece| piece.subarray(0, COMPRESSION_BYTES as u32).to_vec());
        let known = known.unwrap_or_default();
        let is_archive = session::archive::is_zip(&known);
        let plain = Self { reader, first, unpacker: None, checksum, total, is_archive, blob };
        match compression(&known) {
            Compression::None => Ok(plain),
            Compression::Gzip => plain.through_gzip(),
            Compression::Zstandard => plain.through(UnpackMethod::Zstandard).await,
            Compression::MaybeBrotli => plain.through_brotli().await,
        }
    }

    fn through_gzip(self) -> Result<Self, JsValue> {
        let Self { reader, first, .. } = self;
        let gzip = DecompressionStream::new("gzip")?;
        let writer = gzip.writable().get_writer()?;
        let plain = Reader::of(&gzip.readable())?;
        spawn_local(async move {
            // Errors here surface at the other end of the decompression.
            let _ = pump(first, &reader, &writer).await;
        });
        Ok(Self {
            reader: plain,
            first: None,
            unpacker: None,
            checksum: None,
            total: None,
            is_archive: false,
            blob: None,
        })
    }

    async fn through(self, method: UnpackMethod) -> Result<Self, JsValue> {
        let unpacker = unpacker(method).await?;
        self.first.iter().for_each(|piece| unpacker.push(piece));
        Ok(Self { first: None, unpacker: Some(unpacker), checksum: None, total: None, blob: None, ..self })
    }

    /// Brotli has no magic number: it is Brotli if it unpacks to the beginning of a text.
    async fn through_brotli(self) -> Result<Self, JsValue> {
        let unpacker = unpacker(UnpackMethod::Brotli).await?;
        self.first.iter().for_each(|piece| unpacker.push(piece));
        let Ok(beginning) = unpacker.pull() else { return Ok(self) };
        let known = beginning.subarray(0, COMPRESSION_BYTES as u32).to_vec();
        if compression(&known) != Compression::None {
            return Ok(self);
        }
        let first = (beginning.length() > 0).then_some(beginning);
        Ok(Self { first, unpacker: Some(unpacker), checksum: None, total: None, blob: None, ..self })
    }

    /// The next piece, which is copied into `scratch`; `None` at the end.
    ///
    /// # Errors
    /// Why the stream stopped.
    pub async fn next<'a>(&mut self, scratch: &'a mut Vec<u8>) -> Result<Option<&'a [u8]>, StreamError> {
        let is_kept = self.first.is_some() || self.unpacker.is_some();
        let bytes = if is_kept { self.next_piece().await? } else { self.read().await? };
        let Some(bytes) = bytes else { return Ok(None) };
        let piece = copy_into(&bytes, scratch);
        if !is_kept {
            self.reader.recycle(&bytes);
        }
        if let Some(checksum) = &mut self.checksum {
            checksum.add(piece);
        }
        Ok(Some(piece))
    }

    /// What proves damage of a file that was read to its end by [`Self::next`].
    pub(super) fn damage(&self) -> Option<String> {
        self.checksum.as_ref()?.verify().err().map(|error| error.to_string())
    }

    async fn read(&self) -> Result<Option<Uint8Array>, StreamError> {
        self.reader.read().await.map_err(|error| StreamError::Transfer(message_of(&error)))
    }

    /// The next piece as the browser holds it; `None` at the end.
    pub(super) async fn next_piece(&mut self) -> Result<Option<Uint8Array>, StreamError> {
        if let Some(first) = self.first.take() {
            return Ok(Some(first));
        }
        let Some(unpacker) = &self.unpacker else {
            return Ok(self.read().await?.map(|piece| self.reader.kept(piece)));
        };
        loop {
            let piece = unpacker.pull().map_err(|error| StreamError::Decompression(message_of(&error)))?;
            if piece.length() > 0 {
                return Ok(Some(piece));
            }
            if unpacker.is_done() {
                return Ok(None);
            }
            match self.read().await? {
                Some(packed) => {
                    unpacker.push(&packed);
                    self.reader.recycle(&packed);
                }
                None => return Err(StreamError::Decompression("the compressed data is cut off".to_owned())),
            }
        }
    }

    /// Cancels it; what is being transferred is dropped.
    pub fn cancel(&self) {
        self.reader.cancel();
    }
}

/// Feeds a decompression, never ahead of its reader: a stream that fails throws away what was not
/// read from it yet.
async fn pump(
    first: Option<Uint8Array>,
    reader: &Reader,
    writer: &WritableStreamDefaultWriter,
) -> Result<(), JsValue> {
    let mut piece = first;
    while let Some(bytes) = piece {
        JsFuture::from(writer.ready()).await?;
        JsFuture::from(writer.write_with_chunk(&bytes)).await?;
        reader.recycle(&bytes);
        piece = match reader.read().await {
            Ok(next) => next,
            Err(error) => {
                JsFuture::from(writer.ready()).await?;
                JsFuture::from(writer.abort_with_reason(&error)).await?;
                return Err(error);
            }
        };
    }
    JsFuture::from(writer.ready()).await?;
    JsFuture::from(writer.close()).await?;
    Ok(())
}

/// The bytes, copied to the beginning of `scratch`, which only grows: to clear it for each piece
/// takes as long as the copy.
fn copy_into<'a>(bytes: &Uint8Array, scratch: &'a mut Vec<u8>) -> &'a [u8] {
    let len = bytes.length() as usize;
    if scratch.len() < len {
        scratch.resize(len, 0);
    }
    let piece = &mut scratch[..len];
    bytes.copy_to(piece);
    piece
}

/// The message of a JavaScript error.
pub(super) fn message_of(error: &JsValue) -> String {
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| "the browser gave no reason".to_owned()),
    }
}
