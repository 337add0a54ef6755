//! Bodies that were stored compressed, decompressed in slices and within bounds.

use js_sys::Uint8Array;
use session::archive::{Inflater, Wrapper};
use session::formats::{Coding, ReadableBody, StoredBody};

use super::stream::words_of;
use super::unpack::unpacker;
use super::{TaskHandle, TimeSlicer};

/// Bytes that come out of a body at most; what is beyond is not shown. A page holds it a few times: as bytes, as
/// text, as a tree.
const MAX_PLAIN: usize = 64 << 20;
/// What is more than this many times as large as what it came from is cut off at [`MAX_BOMB`]: no text compresses so
/// well.
const MAX_RATIO: usize = 1000;
/// Bytes in which the ratio is not looked at.
const MAX_BOMB: usize = 8 << 20;
/// What a beginning of data that is compressed without a magic number cannot be told from.
const CUT_OFF: &str = "the compressed data is cut off";

/// Undoes what the body was stored in. `None` where the task was left.
pub async fn readable(mut stored: StoredBody, task: &TaskHandle) -> Option<ReadableBody> {
    let mut pace = TimeSlicer::default();
    while let Some(coding) = stored.next_coding() {
        let plain = match coding {
            Coding::Gzip => inflate(Wrapper::Gzip, stored.bytes(), task, &mut pace).await,
            Coding::Zlib => inflate(Wrapper::Zlib, stored.bytes(), task, &mut pace).await,
            Coding::Deflate => inflate(Wrapper::Raw, stored.bytes(), task, &mut pace).await,
            Coding::Brotli => unpack("brotli", stored.bytes(), task, &mut pace).await,
            Coding::Zstandard => unpack("zstd", stored.bytes(), task, &mut pace).await,
        };
        if !task.is_wanted() {
            return None;
        }
        match plain {
            Ok(Plain { bytes, is_partial }) => stored.undo(coding, bytes, is_partial),
            Err(why) => stored.fail(coding, &why),
        }
    }
    Some(stored.into_readable())
}

/// What came out of compressed data.
struct Plain {
    bytes: Vec<u8>,
    /// It is only the beginning.
    is_partial: bool,
}

async fn inflate(
    wrapper: Wrapper,
    packed: &[u8],
    task: &TaskHandle,
    pace: &mut TimeSlicer,
) -> Result<Plain, String> {
    let mut inflater = Inflater::new(wrapper, packed).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    loop {
        let before = bytes.len();
        inflater.pull(packed, &mut bytes).map_err(|error| error.to_string())?;
        if inflater.is_done() {
            return Ok(Plain { bytes, is_partial: false });
        }
        if bytes.len() == before {
            return cut_off(bytes, wrapper != Wrapper::Raw);
        }
        if is_enough(bytes.len(), packed.len()) || !task.is_wanted() {
            return Ok(Plain { bytes, is_partial: true });
        }
        pace.rest().await;
    }
}

/// What browsers do not decompress, by the module that does.
async fn unpack(
    method: &str,
    packed: &[u8],
    task: &TaskHandle,
    pace: &mut TimeSlicer,
) -> Result<Plain, String> {
    let unpacker = unpacker(method).await.map_err(|error| words_of(&error))?;
    unpacker.push(&Uint8Array::from(packed));
    let mut bytes = Vec::new();
    loop {
        let piece = unpacker.pull().map_err(|error| words_of(&error))?;
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(bytes.get_mut(start..).unwrap_or_default());
        if unpacker.is_done() {
            let is_brotli = method == "brotli";
            return if is_brotli && unpacker.unread_bytes() > 0 {
                Err("other data follows".to_owned())
            } else {
                Ok(Plain { bytes, is_partial: false })
            };
        }
        if piece.length() == 0 {
            return cut_off(bytes, method != "brotli");
        }
        if is_enough(bytes.len(), packed.len()) || !task.is_wanted() {
            return Ok(Plain { bytes, is_partial: true });
        }
        pace.rest().await;
    }
}

/// What there is of data that ends early. A format without a signature is not recognized by a part of it.
fn cut_off(bytes: Vec<u8>, has_signature: bool) -> Result<Plain, String> {
    if bytes.is_empty() || !has_signature {
        Err(CUT_OFF.to_owned())
    } else {
        Ok(Plain { bytes, is_partial: true })
    }
}

/// Whether no more of it is to be decompressed.
fn is_enough(plain: usize, packed: usize) -> bool {
    plain >= MAX_PLAIN || (plain >= MAX_BOMB && plain / packed.max(1) >= MAX_RATIO)
}
