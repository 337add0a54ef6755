//! Bodies that were stored compressed, decompressed in slices and within bounds.

use std::fmt;

use js_sys::Uint8Array;
use session::archive::{Inflater, Wrapper};
use session::formats::{Coding, ReadableBody, StoredBody};

use super::stream::message_of;
use super::unpack::{UnpackMethod, unpacker};
use super::{TaskHandle, TimeSlicer};

/// Most bytes of a decompressed body; the rest is not shown. The page holds it several times: as
/// bytes, as text, as a tree.
const MAX_PLAIN: usize = 64 << 20;
/// A body that decompresses to more than this many times its size is cut off at [`MAX_BOMB`]: no
/// text compresses so well.
const MAX_RATIO: usize = 1000;
/// Bytes up to which the ratio does not matter.
const MAX_BOMB: usize = 8 << 20;

/// Why a body cannot be decompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DecompressError {
    /// The data ends early, and what came out of it cannot be trusted.
    CutOff,
    /// More data follows the end of the compressed data.
    TrailingData,
    /// What the decompressor reports.
    Invalid(String),
}

impl fmt::Display for DecompressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutOff => formatter.write_str("the compressed data is cut off"),
            Self::TrailingData => formatter.write_str("other data follows"),
            Self::Invalid(why) => formatter.write_str(why),
        }
    }
}

/// Undoes the codings of a stored body. `None` where the task was canceled.
pub async fn readable(mut stored: StoredBody, task: &TaskHandle) -> Option<ReadableBody> {
    let mut slicer = TimeSlicer::default();
    while let Some(coding) = stored.next_coding() {
        let plain = match coding {
            Coding::Gzip => inflate(Wrapper::Gzip, stored.bytes(), task, &mut slicer).await,
            Coding::Zlib => inflate(Wrapper::Zlib, stored.bytes(), task, &mut slicer).await,
            Coding::Deflate => inflate(Wrapper::Raw, stored.bytes(), task, &mut slicer).await,
            Coding::Brotli => unpack(UnpackMethod::Brotli, stored.bytes(), task, &mut slicer).await,
            Coding::Zstandard => unpack(UnpackMethod::Zstandard, stored.bytes(), task, &mut slicer).await,
        };
        if task.is_canceled() {
            return None;
        }
        match plain {
            Ok(Plain { bytes, is_partial }) => stored.undo(coding, bytes, is_partial),
            Err(why) => stored.fail(coding, &why.to_string()),
        }
    }
    Some(stored.into_readable())
}

/// Decompresses bytes; also whether the result is the beginning only, as it is where there is too
/// much of it.
pub async fn unpack_bytes(
    method: UnpackMethod,
    packed: &[u8],
    task: &TaskHandle,
) -> Result<(Vec<u8>, bool), String> {
    let plain = unpack(method, packed, task, &mut TimeSlicer::default()).await;
    plain.map(|plain| (plain.bytes, plain.is_partial)).map_err(|error| error.to_string())
}

/// Decompressed data.
struct Plain {
    bytes: Vec<u8>,
    /// Whether it is only the beginning.
    is_partial: bool,
}

async fn inflate(
    wrapper: Wrapper,
    packed: &[u8],
    task: &TaskHandle,
    slicer: &mut TimeSlicer,
) -> Result<Plain, DecompressError> {
    let mut inflater = Inflater::new(wrapper, packed).map_err(|error| invalid(error.to_string()))?;
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        inflater.pull(packed, &mut bytes).map_err(|error| invalid(error.to_string()))?;
        if inflater.is_done() {
            return Ok(Plain { bytes, is_partial: false });
        }
        if bytes.len() == before {
            return truncated(bytes, wrapper != Wrapper::Raw);
        }
        if is_enough(bytes.len(), packed.len()) || task.is_canceled() {
            return Ok(Plain { bytes, is_partial: true });
        }
        slicer.yield_if_due().await;
    }
}

/// Decompresses what browsers do not, by a module of its own.
async fn unpack(
    method: UnpackMethod,
    packed: &[u8],
    task: &TaskHandle,
    slicer: &mut TimeSlicer,
) -> Result<Plain, DecompressError> {
    let unpacker = unpacker(method).await.map_err(|error| invalid(message_of(&error)))?;
    unpacker.push(&Uint8Array::from(packed));
    let mut bytes = Vec::new();
    loop {
        let piece = unpacker.pull().map_err(|error| invalid(message_of(&error)))?;
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(bytes.get_mut(start..).unwrap_or_default());
        if unpacker.is_done() {
            return if method == UnpackMethod::Brotli && unpacker.unread_bytes() > 0 {
                Err(DecompressError::TrailingData)
            } else {
                Ok(Plain { bytes, is_partial: false })
            };
        }
        if piece.length() == 0 {
            return truncated(bytes, method != UnpackMethod::Brotli);
        }
        if is_enough(bytes.len(), packed.len()) || task.is_canceled() {
            return Ok(Plain { bytes, is_partial: true });
        }
        slicer.yield_if_due().await;
    }
}

/// The beginning of data that ends early. A part of a format without a signature proves nothing.
fn truncated(bytes: Vec<u8>, has_signature: bool) -> Result<Plain, DecompressError> {
    if bytes.is_empty() || !has_signature {
        Err(DecompressError::CutOff)
    } else {
        Ok(Plain { bytes, is_partial: true })
    }
}

/// Whether nothing more is decompressed.
fn is_enough(plain: usize, packed: usize) -> bool {
    plain >= MAX_PLAIN || (plain >= MAX_BOMB && plain / packed.max(1) >= MAX_RATIO)
}

fn invalid(why: String) -> DecompressError {
    DecompressError::Invalid(why)
}
