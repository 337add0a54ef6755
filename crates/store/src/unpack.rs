//! Unpacking a gzip object while it arrives.

use std::io::Write;

use bytes::Bytes;
use flate2::write::GzDecoder;
use futures::stream::{self, BoxStream};
use futures::{Stream, StreamExt};
use object_store::path::Path;

use crate::error::StoreError;

/// Bytes that are unpacked at a time: at most about a thousand times as many come of it.
const PIECE: usize = 16 << 10;

struct Unpacking {
    packed: BoxStream<'static, object_store::Result<Bytes>>,
    /// What has arrived and is not unpacked yet.
    pending: Bytes,
    decoder: Option<GzDecoder<Vec<u8>>>,
    path: Path,
}

/// The content of a gzip object. Ends with an error if the object is damaged or incomplete.
pub(crate) fn unpacked(
    packed: BoxStream<'static, object_store::Result<Bytes>>,
    path: Path,
) -> impl Stream<Item = Result<Bytes, StoreError>> + Send {
    let decoder = Some(GzDecoder::new(Vec::new()));
    let state = Unpacking { packed, pending: Bytes::new(), decoder, path };
    stream::try_unfold(state, |mut state| async move {
        let next = state.next().await?;
        Ok(next.map(|bytes| (bytes, state)))
    })
}

impl Unpacking {
    /// The next bytes, or `None` at the end.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        loop {
            let Some(decoder) = &mut self.decoder else { return Ok(None) };
            if self.pending.is_empty() {
                match self.packed.next().await {
                    Some(chunk) => self.pending = chunk?,
                    None => return self.finish(),
                }
                continue;
            }
            let piece = self.pending.split_to(self.pending.len().min(PIECE));
            decoder.write_all(&piece).map_err(|_| StoreError::damaged(&self.path, "not valid gzip"))?;
            let unpacked = std::mem::take(decoder.get_mut());
            if !unpacked.is_empty() {
                return Ok(Some(unpacked.into()));
            }
        }
    }

    fn finish(&mut self) -> Result<Option<Bytes>, StoreError> {
        let Some(decoder) = self.decoder.take() else { return Ok(None) };
        let rest = decoder.finish().map_err(|_| StoreError::damaged(&self.path, "incomplete gzip"))?;
        Ok((!rest.is_empty()).then(|| rest.into()))
    }
}

#[cfg(test)]
mod tests {
    use futures::TryStreamExt;

    use super::*;
    use crate::gzip::pack_fast;

    async fn unpack(packed: &[u8], chunk: usize) -> Result<Vec<u8>, StoreError> {
        let chunks: Vec<_> = packed.chunks(chunk).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let content = unpacked(stream::iter(chunks).boxed(), Path::from("x"));
        content
            .try_fold(Vec::new(), |mut all, chunk| async move {
                all.extend_from_slice(&chunk);
                Ok(all)
            })
            .await
    }

    #[tokio::test]
    async fn content_arrives_whatever_the_chunks_are() {
        let content: Vec<u8> =
            (0..200_000_u32).flat_map(|number| number.wrapping_mul(number).to_le_bytes()).collect();
        let packed = pack_fast(&content).expect("gzip");
        for chunk in [1, 7, 10_000, packed.len()] {
            assert_eq!(unpack(&packed, chunk).await.expect("the content"), content);
        }
    }

    #[tokio::test]
    async fn what_is_incomplete_ends_with_an_error() {
        let packed = pack_fast(b"some text").expect("gzip");
        assert!(unpack(&packed[..packed.len() - 1], 4).await.is_err());
        assert!(unpack(b"some text", 4).await.is_err());
    }
}
