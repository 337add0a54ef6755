//! Deleting what is no longer needed.

use std::collections::HashSet;
use std::sync::PoisonError;
use std::time::{Duration, SystemTime};

use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};

use super::due::Group;
use crate::delete::{Deleted, age};
use crate::error::StoreError;
use crate::layout::{MANIFEST, SESSIONS, SessionKey};
use crate::local;
use crate::manifest::{MAX_MANIFEST, Manifest, generation_of};
use crate::names::Project;
use crate::store::Store;

/// What a sweep has deleted.
#[derive(Debug, Default)]
pub struct Swept {
    /// Batches that are in sessions, files that other ones have replaced, and what has arrived for
    /// deleted sessions.
    pub deleted: Deleted,
    /// Files of writes to a local folder that did not end.
    pub staged: u64,
    /// Sessions whose manifest or index could not be read.
    pub failed: Vec<(SessionKey, StoreError)>,
}

/// What an expiry has deleted.
#[derive(Debug, Default)]
pub struct Expired {
    /// Sessions that were too old.
    pub sessions: Vec<SessionKey>,
    /// Files that no manifest names.
    pub leftovers: Deleted,
}

/// Sessions at a time.
const REQUESTS: usize = 8;

impl Store {
    /// Deletes the batches that are in the files of sessions, the files that others have replaced,
    /// and what has come to deleted sessions; each when it is old enough. Usually called once a
    /// minute. `now` is the time by the store's clock, see [`Store::clock`].
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn sweep(&self, now: SystemTime) -> Result<Swept, StoreError> {
        let mut swept = Swept { deleted: self.sweep_marks(now).await?, ..Swept::default() };
        let groups = self.groups().map_ok(|group| async move {
            let result = self.sweep_group(&group, now).await;
            Ok((group.key, result))
        });
        let mut groups = std::pin::pin!(groups.try_buffer_unordered(REQUESTS));
        while let Some((key, result)) = groups.try_next().await? {
            match result {
                Ok(deleted) => swept.deleted.add(deleted),
                Err(error @ StoreError::Unavailable(_)) => return Err(error),
                Err(error) => swept.failed.push((key, error)),
            }
        }
        if let Some(folder) = self.objects.folder.as_ref().filter(|_| self.is_walk_due(now)) {
            let (root, limit) = (folder.root().to_owned(), self.settings.schedule.staged);
            let deleted = tokio::task::spawn_blocking(move || local::delete_staged(&root, limit));
            swept.staged = deleted.await.map_err(object_store::Error::from)??;
        }
        Ok(swept)
    }

    /// Whether the folder is walked through: it may be large, and leftovers are rare.
    fn is_walk_due(&self, now: SystemTime) -> bool {
        let mut last = self.last_walk.lock().unwrap_or_else(PoisonError::into_inner);
        let is_recent =
            |last| now.duration_since(last).unwrap_or_default() < self.settings.schedule.staged / 2;
        let is_due = !last.is_some_and(is_recent);
        if is_due {
            *last = Some(now);
        }
        is_due
    }

    async fn sweep_group(&self, group: &Group, now: SystemTime) -> Result<Deleted, StoreError> {
        let keep = self.settings.schedule.keep;
        // A batch of a manifest that is old enough is older.
        let is_old = |received: SystemTime| now.duration_since(received).is_ok_and(|age| age >= keep);
        if !group.batches.iter().any(|batch| is_old(batch.received)) {
            return Ok(Deleted::default());
        }
        let Some(manifest) = self.settled_manifest(&group.key, now).await? else {
            return Ok(Deleted::default());
        };
        let index = self.index_of(&group.key, &manifest).await?;
        // First: the batches are what brings a sweep here again.
        let mut deleted = self.sweep_files(&group.key, &manifest, now).await?;
        let batches = group.batches.iter().filter(|batch| index.contains(batch.id));
        let objects = batches.map(|batch| ObjectMeta {
            location: batch.path.clone(),
            last_modified: batch.received.into(),
            size: batch.size,
            e_tag: None,
            version: None,
        });
        deleted.add(self.delete_objects(objects.collect()).await?);
        Ok(deleted)
    }

    /// The manifest, if nobody who began with another one can replace it any more.
    async fn settled_manifest(
        &self,
        key: &SessionKey,
        now: SystemTime,
    ) -> Result<Option<Manifest>, StoreError> {
        let path = key.manifest();
        let Some(object) = self.read(&path, MAX_MANIFEST).await? else { return Ok(None) };
        if age(&object.meta, now) < self.settings.schedule.keep {
            return Ok(None);
        }
        Manifest::parse(path.as_ref(), &object.bytes).map(Some)
    }

    /// Deletes the files that a settled manifest does not name.
    async fn sweep_files(
        &self,
        key: &SessionKey,
        manifest: &Manifest,
        now: SystemTime,
    ) -> Result<Deleted, StoreError> {
        let folder = key.folder();
        let named: HashSet<&str> = manifest
            .files
            .values()
            .map(|file| file.path.as_str())
            .chain(manifest.received.index.as_deref())
            .collect();
        let found: Vec<ObjectMeta> = self.objects.requests.list(Some(&folder)).try_collect().await?;
        let unnamed = found.into_iter().filter(|meta| {
            let Some(path) = meta.location.as_ref().strip_prefix(&format!("{folder}/")) else { return false };
            let Some(generation) = path.split('/').next().and_then(generation_of) else { return false };
            !named.contains(path) && age(meta, now) >= self.min_age(generation, manifest)
        });
        self.delete_objects(unnamed.collect()).await
    }

    /// The age at which an unnamed file of a generation is deleted: one of a later generation may be
    /// of a compaction that is under way.
    fn min_age(&self, generation: u64, manifest: &Manifest) -> Duration {
        let schedule = self.settings.schedule;
        if generation > manifest.received.generation { schedule.leftovers } else { schedule.keep }
    }

    /// Deletes sessions whose last compaction is longer ago than `max_age` says for their project,
    /// and files that no manifest names. Lists all sessions: meant for once a day. `now` is the time
    /// by the store's clock.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn expire(
        &self,
        now: SystemTime,
        max_age: impl Fn(&Project) -> Option<Duration>,
    ) -> Result<Expired, StoreError> {
        let mut expired = Expired::default();
        let mut found = self.objects.requests.list(Some(&Path::from(SESSIONS)));
        let mut open: Option<(SessionKey, Vec<ObjectMeta>)> = None;
        loop {
            let next = found.next().await.transpose()?;
            let key = next.as_ref().and_then(|meta| SessionKey::of(&meta.location, 1));
            // A store lists the objects of a folder together.
            if let Some((key, objects)) = open.take_if(|(open, _)| Some(&*open) != key.as_ref()) {
                let limit = max_age(&key.project);
                self.expire_session(key, objects, limit, now, &mut expired).await?;
            }
            match (next, key) {
                (None, _) => return Ok(expired),
                (Some(meta), Some(key)) => open.get_or_insert_with(|| (key, Vec::new())).1.push(meta),
                (Some(_), None) => {}
            }
        }
    }

    async fn expire_session(
        &self,
        key: SessionKey,
        objects: Vec<ObjectMeta>,
        max_age: Option<Duration>,
        now: SystemTime,
        expired: &mut Expired,
    ) -> Result<(), StoreError> {
        let leftovers = self.settings.schedule.leftovers;
        let manifest_path = key.folder().join(MANIFEST);
        let Some(manifest) = objects.iter().find(|meta| meta.location == manifest_path) else {
            // The batches are in the inbox.
            let left = objects.into_iter().filter(|meta| age(meta, now) >= leftovers).collect();
            expired.leftovers.add(self.delete_objects(left).await?);
            return Ok(());
        };
        if max_age.is_some_and(|limit| age(manifest, now) >= limit) {
            self.delete(&key).await?;
            expired.sessions.push(key);
            return Ok(());
        }
        let generations: HashSet<&str> =
            objects.iter().filter_map(|meta| meta.location.as_ref().split('/').nth(3)).collect();
        let is_old = objects.iter().any(|meta| age(meta, now) >= leftovers);
        // One generation: the manifest's.
        if is_old
            && generations.into_iter().filter_map(generation_of).count() > 1
            && let Some(manifest) = self.settled_manifest(&key, now).await?
        {
            expired.leftovers.add(self.sweep_files(&key, &manifest, now).await?);
        }
        Ok(())
    }
}
