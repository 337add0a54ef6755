//! Settings of a store, with their defaults.

use std::time::Duration;

use crate::batch::Limits;

/// How a store is used. Servers of one store may differ in these, except that `schedule.keep` must
/// be longer than any server takes for a write.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Writes to a local folder are on the disk before they are acknowledged.
    pub fsync: bool,
    /// Number of prefixes over which a new store distributes the batches of its inbox, 1 to 256.
    /// An existing store has its own number.
    pub shards: u16,
    /// Maximum number of requests at a time, at least 16. Files that are given to clients do not
    /// count.
    pub max_requests: usize,
    /// Time limit of a request, and after which a failed one is not tried again.
    pub request_timeout: Duration,
    /// Bounds of a batch.
    pub limits: Limits,
    /// Bytes of memory for what is known of waiting batches.
    pub cache: usize,
    /// Bytes of memory for batches and files that a compaction or a live reader holds at a time.
    pub buffer: usize,
    pub schedule: Schedule,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            fsync: true,
            shards: 1,
            max_requests: 64,
            request_timeout: Duration::from_secs(10),
            limits: Limits::default(),
            cache: 64 << 20,
            buffer: 64 << 20,
            schedule: Schedule::default(),
        }
    }
}

/// When sessions are compacted, and when what is no longer needed is deleted. Ages are those of
/// objects, by the store's clock.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// A session is compacted when its newest batch has this age …
    pub idle: Duration,
    /// … or this one, if that batch is the last one and none is missing …
    pub ended: Duration,
    /// … or its oldest waiting batch has this age …
    pub max_wait: Duration,
    /// … or so many bytes wait.
    pub max_waiting: u64,
    /// Sessions that a pass compacts at a time.
    pub concurrency: usize,
    /// What a manifest has replaced is deleted when the manifest has this age: readers and other
    /// servers may use it until then.
    pub keep: Duration,
    /// Files of a session without a manifest are deleted at this age.
    pub leftovers: Duration,
    /// Staged files of writes to a local folder that did not end are deleted at this age; a sweep
    /// looks for them twice in that time.
    pub staged: Duration,
    /// Deleted sessions take no batches for this time.
    pub deleted: Duration,
    /// What was on its way into a deleted session is looked for for this time after its deletion.
    pub recheck: Duration,
    /// Time limit of the write of a manifest, from the check that nobody else has written it.
    pub manifest_write: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        const MINUTE: Duration = Duration::from_secs(60);
        Self {
            idle: 2 * MINUTE,
            ended: Duration::from_secs(15),
            max_wait: 30 * MINUTE,
            max_waiting: 64 << 20,
            concurrency: 4,
            keep: 10 * MINUTE,
            leftovers: 24 * 60 * MINUTE,
            staged: 60 * MINUTE,
            deleted: 30 * 24 * 60 * MINUTE,
            recheck: 5 * MINUTE,
            manifest_write: MINUTE,
        }
    }
}
