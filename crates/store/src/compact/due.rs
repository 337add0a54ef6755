//! Which sessions are due for compaction.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, SystemTime};

use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use crate::error::StoreError;
use crate::inbox::Waiting;
use crate::layout::{BatchId, INBOX, SessionKey};
use crate::settings::Schedule;
use crate::store::Store;

/// The batches of a session in the inbox.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key: SessionKey,
    pub(super) batches: Vec<Waiting>,
}

/// Whether a session is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    /// If the newest batch ends the session, and none is missing.
    IfEnded,
    Later,
}

impl Group {
    pub(super) fn due(&self, schedule: &Schedule, now: SystemTime) -> Due {
        let age = |received: SystemTime| now.duration_since(received).unwrap_or_default();
        let ages = || self.batches.iter().map(|batch| age(batch.received));
        let (newest, oldest) = (ages().min().unwrap_or_default(), ages().max().unwrap_or_default());
        let bytes: u64 = self.batches.iter().map(|batch| batch.size).sum();
        if newest >= schedule.idle || oldest >= schedule.max_wait || bytes >= schedule.max_waiting {
            return Due::Now;
        }
        if newest >= schedule.ended { Due::IfEnded } else { Due::Later }
    }

    /// The age of the youngest batch.
    pub(super) fn age(&self, now: SystemTime) -> Duration {
        let newest = self.batches.iter().map(|batch| batch.received).max();
        newest.and_then(|newest| now.duration_since(newest).ok()).unwrap_or_default()
    }

    /// A number that differs, in all probability, from that of other batches.
    pub(super) fn fingerprint(&self) -> u64 {
        let mut ids: Vec<BatchId> = self.batches.iter().map(|batch| batch.id).collect();
        ids.sort_unstable();
        let mut hasher = DefaultHasher::new();
        ids.hash(&mut hasher);
        hasher.finish()
    }
}

impl Store {
    /// The sessions in the inbox, as they are listed.
    pub(super) fn groups(&self) -> impl futures::Stream<Item = Result<Group, StoreError>> + Send + '_ {
        let listed = self.objects.requests.list(Some(&Path::from(INBOX))).map_err(StoreError::from);
        let batches = listed.try_filter_map(|meta| std::future::ready(Ok(batch_of(meta))));
        let state = (batches.boxed(), None::<Group>);
        // A store lists the objects of a folder together: a group ends where the next one begins.
        stream::try_unfold(state, |(mut batches, mut open)| async move {
            while let Some((key, batch)) = batches.try_next().await? {
                match &mut open {
                    Some(group) if group.key == key => group.batches.push(batch),
                    _ => {
                        let next = Group { key, batches: vec![batch] };
                        if let Some(group) = open.replace(next) {
                            return Ok(Some((group, (batches, open))));
                        }
                    }
                }
            }
            Ok(open.map(|group| (group, (batches, None))))
        })
    }
}

/// The batch of `inbox/<shard>/<project>/<session>/<batch>`.
fn batch_of(meta: ObjectMeta) -> Option<(SessionKey, Waiting)> {
    let id = BatchId::parse(meta.location.filename()?)?;
    let key = SessionKey::of(&meta.location, 2).filter(|_| meta.location.parts_count() == 5)?;
    let received = meta.last_modified.into();
    Some((key, Waiting { id, size: meta.size, received, path: meta.location }))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn group(received: &[u64], size: u64) -> Group {
        let batches = received.iter().enumerate().map(|(index, seconds)| Waiting {
            id: BatchId { sequence: index as u32 + 1, hash: 0 },
            path: Path::default(),
            size,
            received: SystemTime::UNIX_EPOCH + SECOND * *seconds as u32,
        });
        let key = SessionKey::new("shop".parse().expect("a name"), "s".parse().expect("an id"));
        Group { key, batches: batches.collect() }
    }

    #[test]
    fn a_session_is_due_when_it_is_idle_or_has_waited_long_or_is_large() {
        let due = |received: &[u64], size, now: u64| {
            group(received, size).due(&Schedule::default(), SystemTime::UNIX_EPOCH + SECOND * now as u32)
        };
        assert_eq!(due(&[1000, 1010], 1, 1024), Due::Later);
        assert_eq!(due(&[1000, 1010], 1, 1025), Due::IfEnded);
        assert_eq!(due(&[1000, 1010], 1, 1130), Due::Now);
        assert_eq!(due(&[1000, 2800], 1, 2800), Due::Now);
        assert_eq!(due(&[1000, 1010], 32 << 20, 1010), Due::Now);
        // A store's clock that is ahead.
        assert_eq!(due(&[1000, 9000], 1, 1010), Due::Later);
    }
}
