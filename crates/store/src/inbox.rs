//! Batches that wait to be compacted.

use std::sync::Arc;
use std::time::SystemTime;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use object_store::ObjectStore;
use object_store::path::Path;

use crate::batch::{Batch, BatchSummary, Limits, Tally};
use crate::error::StoreError;
use crate::gzip;
use crate::json::RawObject;
use crate::layout::{BatchId, SessionKey};
use crate::sequences::Sequences;
use crate::store::Store;

/// A batch in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) id: BatchId,
    pub(crate) path: Path,
    /// Bytes, packed.
    pub(crate) size: u64,
    /// By the store's clock.
    pub(crate) received: SystemTime,
}

/// What reading a batch gives.
#[derive(Clone, Debug)]
pub(crate) enum Loaded<T> {
    Batch(T),
    /// It is not what was written to it.
    Unreadable,
    /// It has been deleted meanwhile.
    Missing,
}

/// A batch and what it writes.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) waiting: Waiting,
    pub(crate) files: Arc<[(String, Tally)]>,
    /// Bytes, unpacked.
    pub(crate) unpacked: usize,
}

/// What is known of the batches that wait.
#[derive(Debug, Default)]
pub(crate) struct KnownBatches {
    /// In order of number.
    pub(crate) batches: Vec<Known>,
    /// The manifest of the last one.
    pub(crate) head: Option<Arc<RawObject>>,
    /// The last one ends the session.
    pub(crate) is_ended: bool,
    pub(crate) unreadable: Vec<Waiting>,
    /// Some have been deleted meanwhile.
    pub(crate) is_missing_some: bool,
    /// No batches follow that did not fit.
    pub(crate) is_complete: bool,
}

/// Requests for batches at a time.
const REQUESTS: usize = 16;

impl Store {
    /// The batches of a session, in order of number, then of receipt.
    pub(crate) async fn waiting(&self, key: &SessionKey) -> Result<Vec<Waiting>, StoreError> {
        let folder = self.inbox(key);
        let found = self.objects.requests.list(Some(&folder)).try_filter_map(|meta| {
            let name = meta.location.filename().and_then(BatchId::parse);
            let is_here = meta.location.parts_count() == folder.parts_count() + 1;
            let waiting = name.filter(|_| is_here).map(|id| Waiting {
                id,
                path: meta.location,
                size: meta.size,
                received: meta.last_modified.into(),
            });
            std::future::ready(Ok(waiting))
        });
        let mut found: Vec<Waiting> = found.try_collect().await?;
        found.sort_unstable_by_key(|batch| (batch.id.sequence, batch.received, batch.id.hash));
        Ok(found)
    }

    /// Reads a batch from the inbox.
    pub(crate) async fn load(
        &self,
        key: &SessionKey,
        waiting: &Waiting,
    ) -> Result<Loaded<Batch>, StoreError> {
        let limits = read_limits(self.settings.limits);
        let packed = match self.read(&waiting.path, max_packed(limits.batch)).await {
            Ok(Some(object)) => object.bytes,
            Ok(None) => return Ok(Loaded::Missing),
            Err(StoreError::Damaged { .. }) => return Ok(Loaded::Unreadable),
            Err(error) => return Err(error),
        };
        let size = gzip::unpacked_size(&packed).min(limits.batch);
        let permits = (size / PERMIT + 1).min(self.load_permits());
        let _permit = self.loads.acquire_many(permits as u32).await;
        let parsed = tokio::task::spawn_blocking(move || Batch::parse(packed, true, &limits)).await;
        let batch = parsed.map_err(|_| StoreError::damaged(&waiting.path, "its reader failed"))?;
        let is_as_named = |batch: &Batch| {
            let summary = batch.summary();
            let id = BatchId { sequence: summary.sequence(), hash: batch.hash() };
            id == waiting.id && *summary.session() == key.session
        };
        Ok(batch.ok().filter(is_as_named).map_or(Loaded::Unreadable, Loaded::Batch))
    }

    /// What is known of batches, in their order. As much is known at a time as fits into memory: of
    /// the others, those with higher numbers, nothing is said.
    pub(crate) async fn known(
        &self,
        key: &SessionKey,
        batches: Vec<Waiting>,
    ) -> Result<KnownBatches, StoreError> {
        let mut known = KnownBatches { is_complete: true, ..KnownBatches::default() };
        let mut room = self.settings.buffer;
        let each = stream::iter(batches).map(|waiting| self.with_summary(key, waiting).boxed());
        let mut each = each.buffered(REQUESTS);
        while let Some((waiting, summary)) = each.try_next().await? {
            match summary {
                Loaded::Batch(summary) => {
                    let size = summary.files_size() + size_of::<Known>() + waiting.path.as_ref().len();
                    if size > room && !known.batches.is_empty() {
                        known.is_complete = false;
                        break;
                    }
                    room = room.saturating_sub(size);
                    known.head = Some(Arc::clone(&summary.head));
                    known.is_ended = summary.is_ended();
                    known.batches.push(Known {
                        waiting,
                        files: Arc::clone(&summary.files),
                        unpacked: summary.unpacked,
                    });
                }
                Loaded::Unreadable => known.unreadable.push(waiting),
                Loaded::Missing => known.is_missing_some = true,
            }
        }
        Ok(known)
    }

    async fn with_summary(
        &self,
        key: &SessionKey,
        waiting: Waiting,
    ) -> Result<(Waiting, Loaded<Arc<BatchSummary>>), StoreError> {
        let summary = self.summary_of(key, &waiting).await?;
        Ok((waiting, summary))
    }

    pub(crate) async fn summary_of(
        &self,
        key: &SessionKey,
        waiting: &Waiting,
    ) -> Result<Loaded<Arc<BatchSummary>>, StoreError> {
        if let Some(summary) = self.summaries.get(&waiting.path) {
            return Ok(Loaded::Batch(summary));
        }
        Ok(match self.load(key, waiting).await? {
            Loaded::Batch(batch) => {
                self.summaries.insert(waiting.path.clone(), Arc::clone(batch.summary()));
                Loaded::Batch(Arc::clone(batch.summary()))
            }
            Loaded::Unreadable => Loaded::Unreadable,
            Loaded::Missing => Loaded::Missing,
        })
    }
}

/// Bytes of memory that a permit to unpack a batch stands for.
pub(crate) const PERMIT: usize = 64 << 10;

/// The batches that are not among those of the manifest, in order of number; of those with the same
/// number, the one that was received first.
pub(crate) fn new_batches(waiting: Vec<Waiting>, received: &Sequences) -> Vec<Waiting> {
    let mut new = waiting;
    new.retain(|batch| !received.contains(batch.id.sequence));
    new.dedup_by_key(|batch| batch.id.sequence);
    new
}

/// What has been accepted under other limits is read too.
fn read_limits(limits: Limits) -> Limits {
    let usual = Limits::default();
    Limits {
        batch: limits.batch.max(usual.batch),
        header: limits.header.max(usual.header),
        files: limits.files.max(usual.files),
        depth: limits.depth.max(usual.depth),
    }
}

/// Bytes that a batch of `limit` bytes takes at most: gzip adds little to what it cannot compress.
fn max_packed(limit: usize) -> usize {
    limit + limit / 1000 + 4096
}
