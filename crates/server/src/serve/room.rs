//! The room that is left on the disk of a local store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use store::{Capacity, Store, StoreError};
use tokio::sync::Mutex;

/// How long an answer of the system is used.
const MAX_AGE: Duration = Duration::from_secs(1);

/// The room of a store, as this server has seen it last.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// Bytes that must be free for batches to be taken: deletion and compaction write before they free anything.
    min_free: u64,
    seen: Mutex<Option<(Instant, Option<Capacity>)>>,
    /// Whether the log says so already.
    is_reported: AtomicBool,
}

impl Room {
    pub(super) fn new(min_free: u64) -> Self {
        Self { min_free, ..Self::default() }
    }

    /// The room that is left; `None` where a store has no bound.
    pub(super) async fn capacity(&self, store: &Store) -> Result<Option<Capacity>, StoreError> {
        let mut seen = self.seen.lock().await;
        if let Some((at, capacity)) = *seen
            && at.elapsed() < MAX_AGE
        {
            return Ok(capacity);
        }
        let capacity = store.capacity().await?;
        *seen = Some((Instant::now(), capacity));
        Ok(capacity)
    }

    /// Whether too little is left for batches. Says so on standard error when that changes.
    pub(super) async fn is_low(&self, store: &Store) -> Result<bool, StoreError> {
        let free = self.capacity(store).await?.map(|capacity| capacity.free);
        let is_low = free.is_some_and(|free| free < self.min_free);
        if self.is_reported.swap(is_low, Ordering::Relaxed) != is_low {
            let (free, min) = (free.unwrap_or_default(), self.min_free);
            if is_low {
                eprintln!(
                    "error: {free} bytes are free on the disk of the store: no batches are taken below {min}."
                );
            } else {
                eprintln!("{free} bytes are free on the disk of the store: batches are taken again.");
            }
        }
        Ok(is_low)
    }
}
