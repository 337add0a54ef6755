//! Writing a manifest in the place of the one that a compaction has begun with.

use bytes::Bytes;
use object_store::{ObjectStore, PutMode, PutPayload, UpdateVersion};

use crate::error::{Cause, StoreError, Unavailable};
use crate::layout::SessionKey;
use crate::manifest::MAX_MANIFEST;
use crate::store::{Object, Store};

impl Store {
    /// Replaces the manifest, unless another server has done so since it was read.
    ///
    /// Where the store does not obey conditions, two servers may find it unchanged at the same time.
    /// The later write counts then, and the batches of the other one are still in the inbox.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] if another server has replaced it. After any other error it may have
    /// been replaced all the same.
    pub(super) async fn publish(
        &self,
        key: &SessionKey,
        before: Option<&Object>,
        manifest: Bytes,
    ) -> Result<(), StoreError> {
        let mode = self.mode(before).await?;
        let path = key.manifest();
        let write = async {
            if mode == PutMode::Overwrite {
                let standing = self.read(&path, MAX_MANIFEST).await?;
                if standing.map(|object| object.bytes) != before.map(|object| object.bytes.clone()) {
                    return Err(StoreError::Conflict);
                }
            }
            self.objects.requests.put_opts(&path, PutPayload::from(manifest), mode.into()).await?;
            Ok(())
        };
        // A write that comes much later could replace a manifest whose batches have been deleted.
        let limit = self.settings.schedule.manifest_write;
        tokio::time::timeout(limit, write).await.unwrap_or_else(|_| {
            let detail = "the manifest was not written in time".to_owned();
            Err(StoreError::Unavailable(Unavailable { cause: Cause::Failed, detail }))
        })
    }

    async fn mode(&self, before: Option<&Object>) -> Result<PutMode, StoreError> {
        let conditions = self.conditions().await?;
        Ok(match before.map(|object| &object.meta) {
            None if conditions.create => PutMode::Create,
            Some(meta) if conditions.update && (meta.e_tag.is_some() || meta.version.is_some()) => {
                let (e_tag, version) = (meta.e_tag.clone(), meta.version.clone());
                PutMode::Update(UpdateVersion { e_tag, version })
            }
            _ => PutMode::Overwrite,
        })
    }
}
