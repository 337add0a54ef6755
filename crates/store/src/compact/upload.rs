//! Writing a file as gzip while its lines are found: in one request if it is small, else in parts.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};

use crate::error::StoreError;

/// Bytes of a part, and of the largest file that is written in one request.
pub(super) const PART: usize = 8 << 20;
/// Bytes that are packed at a time, where blocking is allowed.
const PIECE: usize = 512 << 10;

/// A file that is being written.
pub(super) struct GzipUpload {
    objects: Arc<dyn ObjectStore>,
    path: Path,
    encoder: Option<GzEncoder<Vec<u8>>>,
    /// Not packed yet.
    pending: Vec<u8>,
    parts: Option<Box<dyn MultipartUpload>>,
}

impl GzipUpload {
    pub(super) fn new(objects: Arc<dyn ObjectStore>, path: Path) -> Self {
        let encoder = Some(GzEncoder::new(Vec::new(), Compression::default()));
        Self { objects, path, encoder, pending: Vec::new(), parts: None }
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        for piece in bytes.chunks(PIECE) {
            self.pending.extend_from_slice(piece);
            if self.pending.len() >= PIECE {
                self.pack().await?;
                self.put_parts().await?;
            }
        }
        Ok(())
    }

    /// Ends the file. It exists when this returns.
    pub(super) async fn finish(&mut self) -> Result<(), StoreError> {
        self.pack().await?;
        self.put_parts().await?;
        let rest = self.encoder.take().map(GzEncoder::finish).transpose();
        let rest = rest.map_err(|error| self.failed(&error))?.unwrap_or_default();
        match &mut self.parts {
            None => drop(self.objects.put(&self.path, rest.into()).await?),
            Some(parts) => {
                parts.put_part(rest.into()).await?;
                parts.complete().await?;
            }
        }
        Ok(())
    }

    /// Gives up, and frees what the store keeps of it. What it does not answer then is left to the
    /// store's own rules for incomplete uploads.
    pub(super) async fn abort(&mut self) {
        if let Some(mut parts) = self.parts.take() {
            let _ = parts.abort().await;
        }
    }

    async fn pack(&mut self) -> Result<(), StoreError> {
        let Some(mut encoder) = self.encoder.take() else { return Ok(()) };
        let mut pending = std::mem::take(&mut self.pending);
        let packed = tokio::task::spawn_blocking(move || {
            encoder.write_all(&pending)?;
            pending.clear();
            Ok::<_, std::io::Error>((encoder, pending))
        });
        let packed = packed.await.map_err(|_| StoreError::damaged(&self.path, "packing failed"))?;
        let (encoder, pending) = packed.map_err(|error| self.failed(&error))?;
        self.encoder = Some(encoder);
        self.pending = pending;
        Ok(())
    }

    async fn put_parts(&mut self) -> Result<(), StoreError> {
        while let Some(part) = self.encoder.as_mut().and_then(take_part) {
            if self.parts.is_none() {
                self.parts = Some(self.objects.put_multipart(&self.path).await?);
            }
            if let Some(parts) = &mut self.parts {
                parts.put_part(part.into()).await?;
            }
        }
        Ok(())
    }

    fn failed(&self, error: &std::io::Error) -> StoreError {
        StoreError::damaged(&self.path, error.to_string())
    }
}

/// The first part of what is packed, if there is more than one: some stores want equal parts.
fn take_part(encoder: &mut GzEncoder<Vec<u8>>) -> Option<Vec<u8>> {
    let packed = encoder.get_mut();
    if packed.len() < PART {
        return None;
    }
    let rest = packed.split_off(PART);
    Some(std::mem::replace(packed, rest))
}
