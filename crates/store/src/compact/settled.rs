//! Sessions of which this process knows that there is nothing to do.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::layout::SessionKey;

/// Maximum number of sessions that are known; about 20 MB.
const MAX_SESSIONS: usize = 100_000;

/// Fingerprints of the batches with which a session was compacted: batches stay in the inbox for
/// some time after, and a pass must not read the session's manifest each time.
#[derive(Debug, Default)]
pub(crate) struct Settled(Mutex<HashMap<SessionKey, u64>>);

impl Settled {
    pub(super) fn contains(&self, key: &SessionKey, fingerprint: u64) -> bool {
        self.lock().get(key) == Some(&fingerprint)
    }

    pub(super) fn insert(&self, key: &SessionKey, fingerprint: u64) {
        let mut settled = self.lock();
        // What is forgotten costs a request.
        if settled.len() >= MAX_SESSIONS {
            settled.clear();
        }
        settled.insert(key.clone(), fingerprint);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionKey, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
