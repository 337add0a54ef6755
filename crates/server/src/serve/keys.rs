//! The keys of recorders, and what each may send.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use store::{IngestKey, KeySet, Lookup, Quota, SessionId, Store, StoreError};
use tokio::sync::RwLock;

/// How long the keys that were read are used: a revoked key is refused after this time.
const MAX_AGE: Duration = Duration::from_secs(10);
/// Age from which they are read again for a key that is not among them: it may be new.
const MIN_AGE: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Sessions of a day that are remembered by a key; a quota may not be larger.
const MAX_SESSIONS: usize = 1_000_000;

/// The keys of a store, as this server has read them, and what they have used today.
#[derive(Debug)]
pub(super) struct Keys {
    store: Arc<Store>,
    known: RwLock<Option<(Instant, Arc<KeySet>)>>,
    /// When they were read again for a key that was not among them.
    reread: Mutex<Option<Instant>>,
    /// By the key's id. Each server counts what it has received itself.
    used: Mutex<HashMap<String, Usage>>,
}

#[derive(Debug)]
struct Usage {
    since: Instant,
    sessions: HashSet<SessionId>,
    bytes: u64,
}

/// What a request presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presented {
    Valid(IngestKey),
    /// Its recorders are to stop.
    Stopped(IngestKey),
    Invalid,
}

impl From<Lookup<'_>> for Presented {
    fn from(found: Lookup<'_>) -> Self {
        match found {
            Lookup::Valid(key) => Self::Valid(key.clone()),
            Lookup::Stopped(key) => Self::Stopped(key.clone()),
            Lookup::Invalid => Self::Invalid,
        }
    }
}

/// A key has sent as much as it may in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct QuotaExceeded;

impl Keys {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self { store, known: RwLock::default(), reread: Mutex::default(), used: Mutex::default() }
    }

    /// The key that a request presents.
    pub(super) async fn find(&self, presented: &str) -> Result<Presented, StoreError> {
        let keys = self.current(MAX_AGE).await?;
        let found = Presented::from(keys.find(presented));
        if found != Presented::Invalid {
            return Ok(found);
        }
        // It may be new. Who guesses keys does not make the server read them more often than once a second.
        let is_allowed = {
            let mut reread = self.reread.lock().unwrap_or_else(PoisonError::into_inner);
            let is_allowed = reread.is_none_or(|at| at.elapsed() >= MIN_AGE);
            if is_allowed {
                *reread = Some(Instant::now());
            }
            is_allowed
        };
        let max_age = if is_allowed { Duration::ZERO } else { MIN_AGE };
        Ok(self.current(max_age).await?.find(presented).into())
    }

    /// Whether the store has no keys at all.
    pub(super) async fn are_absent(&self) -> Result<bool, StoreError> {
        Ok(self.current(MIN_AGE).await?.is_empty())
    }

    /// Whether pages of that origin may send with some key, or without one.
    pub(super) async fn permit_origin(&self, origin: &str) -> Result<bool, StoreError> {
        let keys = self.current(MIN_AGE).await?;
        Ok(keys.is_empty() || keys.iter().any(|key| is_answered(key) && permits(key, Some(origin))))
    }

    /// Reads the keys, at most once a second, which shows whether the store answers.
    pub(super) async fn read_again(&self) -> Result<(), StoreError> {
        self.current(MIN_AGE).await.map(drop)
    }

    async fn current(&self, max_age: Duration) -> Result<Arc<KeySet>, StoreError> {
        let fresh = |known: &Option<(Instant, Arc<KeySet>)>| {
            known.as_ref().filter(|(read, _)| read.elapsed() < max_age).map(|(_, keys)| Arc::clone(keys))
        };
        if let Some(keys) = fresh(&*self.known.read().await) {
            return Ok(keys);
        }
        let mut known = self.known.write().await;
        // Another request may have read them meanwhile.
        if let Some(keys) = fresh(&known) {
            return Ok(keys);
        }
        let keys = Arc::new(KeySet::new(self.store.keys().await?));
        *known = Some((Instant::now(), Arc::clone(&keys)));
        Ok(keys)
    }

    /// Counts a batch towards its key's quota.
    pub(super) fn charge(
        &self,
        key: &IngestKey,
        session: &SessionId,
        bytes: u64,
    ) -> Result<(), QuotaExceeded> {
        let Quota { sessions_per_day, bytes_per_day } = key.quota;
        if sessions_per_day.is_none() && bytes_per_day.is_none() {
            return Ok(());
        }
        // A poisoned lock means that another request failed while it held it; the counts are whole all the same.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let begin = || Usage { since: Instant::now(), sessions: HashSet::new(), bytes: 0 };
        let usage = used.entry(key.id.clone()).or_insert_with(begin);
        if usage.since.elapsed() >= DAY {
            *usage = begin();
        }
        let is_new = !usage.sessions.contains(session);
        let sessions = usage.sessions.len() as u64 + u64::from(is_new);
        let has_room = bytes_per_day.is_none_or(|limit| usage.bytes + bytes <= limit)
            && sessions_per_day.is_none_or(|limit| sessions <= limit.min(MAX_SESSIONS as u64));
        if !has_room {
            return Err(QuotaExceeded);
        }
        usage.bytes += bytes;
        if is_new && sessions_per_day.is_some() {
            usage.sessions.insert(session.clone());
        }
        Ok(())
    }
}

/// Whether pages with a key get another answer than that it is not valid, which they can read only if they may send.
fn is_answered(key: &IngestKey) -> bool {
    key.revoked.is_none() || key.stops
}

/// Whether a page of that origin may use a key. A request without an origin does not come from a page.
pub(super) fn permits(key: &IngestKey, origin: Option<&str>) -> bool {
    key.origins.is_empty() || origin.is_none_or(|origin| key.origins.iter().any(|allowed| allowed == origin))
}
