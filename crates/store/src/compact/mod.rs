//! Compaction: the batches of a session become its files.
//!
//! Nothing is deleted here, and nothing is changed but the manifest: a compaction that fails, or
//! whose manifest another server's replaces, has cost work. Its files are deleted by a later
//! [`Store::sweep`].

mod due;
mod index;
mod lock;
mod publish;
mod session;
mod settled;
mod source;
mod sweep;
mod upload;
mod write;

use std::collections::BTreeSet;
use std::time::SystemTime;

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use object_store::ObjectStore;
use object_store::path::Path;

use self::due::{Due, Group};
use self::lock::PassLock;
use self::session::Outcome;
use crate::error::StoreError;
use crate::inbox::Loaded;
use crate::layout::{SESSIONS, SessionKey};
use crate::manifest::{MAX_MANIFEST, Manifest};
use crate::sequences::Sequences;
use crate::store::Store;
use crate::summary::SessionSummary;

pub(crate) use self::settled::Settled;
pub use self::sweep::{Expired, Swept};

/// What a pass over the inbox has done.
#[derive(Debug, Default)]
pub struct Pass {
    pub compacted: Vec<Compacted>,
    /// Sessions whose compaction failed. Their batches are where they were; unless they change, the
    /// next attempt is by another process.
    pub failed: Vec<(SessionKey, StoreError)>,
}

/// A session with a new generation.
#[derive(Clone, Debug, PartialEq)]
pub struct Compacted {
    pub key: SessionKey,
    pub summary: SessionSummary,
    /// The session has ended, by what its last batch says, or it has been idle: more batches are not
    /// expected.
    pub is_final: bool,
    /// Number of batches that are new in it.
    pub batches: u64,
}

impl Store {
    /// Compacts the sessions that are due. `now` is the time by the store's clock, see
    /// [`Store::clock`].
    ///
    /// On a local folder, one process at a time makes a pass: another one's is empty.
    ///
    /// # Errors
    /// When the store does not answer. What has been compacted until then is lost to the caller,
    /// not to the store.
    pub async fn compact(&self, now: SystemTime) -> Result<Pass, StoreError> {
        let Some(_lock) = PassLock::acquire(self).await? else { return Ok(Pass::default()) };
        let due = self.due_sessions(now).await?;
        let compactions = stream::iter(due).map(|(key, print)| self.compact_due(key, print, now).boxed());
        let mut compactions = compactions.buffer_unordered(self.settings.schedule.concurrency.max(1));
        let mut pass = Pass::default();
        while let Some((key, result)) = compactions.next().await {
            match result {
                Ok(compacted) => pass.compacted.extend(compacted),
                // Another server does the work.
                Err(StoreError::Conflict) => {}
                Err(error) => pass.failed.push((key, error)),
            }
        }
        Ok(pass)
    }

    /// Compacts one session, whether it is due or not, and returns what has become of it; `None` if nothing waits, or
    /// another process is making a pass over a local folder. `now` is the time by the store's clock.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when another server has compacted it at the same time; any other error is the store's.
    pub async fn compact_one(
        &self,
        key: &SessionKey,
        now: SystemTime,
    ) -> Result<Option<Compacted>, StoreError> {
        let Some(_lock) = PassLock::acquire(self).await? else { return Ok(None) };
        let mut last = None;
        loop {
            let outcome = self.compact_session(key, now).await?;
            let is_over = outcome.is_complete || outcome.compacted.is_none();
            last = outcome.compacted.or(last);
            if is_over {
                return Ok(last);
            }
        }
    }

    async fn compact_due(
        &self,
        key: SessionKey,
        fingerprint: u64,
        now: SystemTime,
    ) -> (SessionKey, Result<Option<Compacted>, StoreError>) {
        let result = self.compact_session(&key, now).await;
        if is_settled_by(&result) {
            self.settled.insert(&key, fingerprint);
        }
        (key, result.map(|outcome| outcome.compacted))
    }

    /// The sessions that are due, with the fingerprints of their batches.
    async fn due_sessions(&self, now: SystemTime) -> Result<Vec<(SessionKey, u64)>, StoreError> {
        let schedule = &self.settings.schedule;
        let mut due = Vec::new();
        let mut groups = std::pin::pin!(self.groups());
        while let Some(group) = groups.try_next().await? {
            let fingerprint = group.fingerprint();
            let is_due = match group.due(schedule, now) {
                Due::Later => false,
                _ if self.settled.contains(&group.key, fingerprint) => false,
                Due::Now => true,
                Due::IfEnded => self.has_ended(&group).await?,
            };
            if is_due {
                due.push((group.key, fingerprint));
            }
        }
        Ok(due)
    }

    /// Whether the newest batch ends the session, and none before it is missing.
    async fn has_ended(&self, group: &Group) -> Result<bool, StoreError> {
        let mut received: Sequences = group.batches.iter().map(|batch| batch.id.sequence).collect();
        if !received.holes().is_empty() {
            let path = group.key.manifest();
            let Some(object) = self.read(&path, MAX_MANIFEST).await? else { return Ok(false) };
            received.extend(&Manifest::parse(path.as_ref(), &object.bytes)?.received.sequences);
        }
        let newest = group.batches.iter().max_by_key(|batch| batch.id);
        let Some(newest) = newest.filter(|_| received.holes().is_empty()) else { return Ok(false) };
        let summary = self.summary_of(&group.key, newest).await?;
        Ok(matches!(summary, Loaded::Batch(summary) if summary.is_ended()))
    }
}

/// The batches of a session that wait, or that a compaction has taken and a sweep will delete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InInbox {
    pub key: SessionKey,
    pub batches: u64,
    /// When the oldest was received, by the store's clock.
    pub oldest: SystemTime,
}

impl Store {
    /// The sessions that have batches in the inbox.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn in_inbox(&self) -> Result<Vec<InInbox>, StoreError> {
        let sessions = self.groups().try_filter_map(|Group { key, batches }| {
            let oldest = batches.iter().map(|batch| batch.received).min();
            let batches = batches.len() as u64;
            std::future::ready(Ok(oldest.map(|oldest| InInbox { key, batches, oldest })))
        });
        sessions.try_collect().await
    }

    /// The sessions that have a folder of their own, sorted: those that have been compacted, and what is left of
    /// compactions that did not end.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn session_keys(&self) -> Result<BTreeSet<SessionKey>, StoreError> {
        let objects = &self.objects.requests;
        let projects = objects.list_with_delimiter(Some(&Path::from(SESSIONS))).await?.common_prefixes;
        let mut keys = BTreeSet::new();
        for project in projects {
            let folders = objects.list_with_delimiter(Some(&project)).await?.common_prefixes;
            keys.extend(folders.iter().filter_map(|folder| SessionKey::of(folder, 1)));
        }
        Ok(keys)
    }
}

/// Whether another attempt would do the same, as long as the session's batches are the same.
fn is_settled_by(result: &Result<Outcome, StoreError>) -> bool {
    match result {
        Ok(outcome) => outcome.is_complete,
        Err(StoreError::Unavailable(_) | StoreError::Conflict) => false,
        Err(_) => true,
    }
}
