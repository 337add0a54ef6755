//! Deleting sessions.

use std::time::{Duration, SystemTime};

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore, ObjectStoreExt};

use crate::error::StoreError;
use crate::layout::{DELETED, SessionKey};
use crate::store::Store;

/// What has been deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    pub objects: u64,
    /// Bytes of them.
    pub bytes: u64,
}

impl Deleted {
    pub(crate) fn add(&mut self, more: Self) {
        self.objects += more.objects;
        self.bytes += more.bytes;
    }
}

/// Deletions of sessions at a time.
const REQUESTS: usize = 8;

impl Store {
    /// Deletes a session with all its batches. It is gone for readers at once, and takes no more
    /// batches for [`Schedule::deleted`](crate::Schedule::deleted).
    ///
    /// # Errors
    /// When the store does not answer. Then the session may be marked and not yet deleted: readers
    /// do not see it, and the next sweep deletes it.
    pub async fn delete(&self, key: &SessionKey) -> Result<Deleted, StoreError> {
        self.objects.requests.put(&key.mark(), "{}".into()).await?;
        self.purge(key).await
    }

    /// Deletes all objects of a session.
    pub(crate) async fn purge(&self, key: &SessionKey) -> Result<Deleted, StoreError> {
        let mut deleted = Deleted::default();
        for folder in [key.folder(), self.inbox(key)] {
            let found: Vec<ObjectMeta> = self.objects.requests.list(Some(&folder)).try_collect().await?;
            deleted.add(self.delete_objects(found).await?);
        }
        Ok(deleted)
    }

    /// Deletes objects. What does not exist any more is deleted.
    pub(crate) async fn delete_objects(&self, found: Vec<ObjectMeta>) -> Result<Deleted, StoreError> {
        let sum = Deleted { objects: found.len() as u64, bytes: found.iter().map(|meta| meta.size).sum() };
        let paths = stream::iter(found).map(|meta| Ok(meta.location)).boxed();
        let mut results = self.objects.requests.delete_stream(paths);
        while let Some(result) = results.next().await {
            match result {
                Ok(_) | Err(object_store::Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(sum)
    }

    /// Deletes what has arrived for deleted sessions meanwhile, and marks that are old enough.
    pub(crate) async fn sweep_marks(&self, now: SystemTime) -> Result<Deleted, StoreError> {
        let schedule = self.settings.schedule;
        let marks = self.objects.requests.list(Some(&Path::from(DELETED))).map_err(StoreError::from);
        let due = marks.try_filter_map(|meta| {
            let age = age(&meta, now);
            let is_due = age <= schedule.recheck || age >= schedule.deleted;
            let key = SessionKey::of(&meta.location, 1).filter(|key| is_due && key.mark() == meta.location);
            std::future::ready(Ok(key.map(|key| (key, age >= schedule.deleted))))
        });
        let swept = due.map_ok(|(key, is_over)| async move {
            let deleted = self.purge(&key).await?;
            if is_over {
                self.objects.requests.delete(&key.mark()).await?;
            }
            Ok(deleted)
        });
        swept
            .try_buffer_unordered(REQUESTS)
            .try_fold(Deleted::default(), |mut sum, more| {
                sum.add(more);
                std::future::ready(Ok(sum))
            })
            .await
    }
}

/// How long ago an object was written. What was written later than now was written now.
pub(crate) fn age(meta: &ObjectMeta, now: SystemTime) -> Duration {
    now.duration_since(meta.last_modified.into()).unwrap_or_default()
}
