//! Compacting one session.

use std::time::SystemTime;

use object_store::ObjectStoreExt;
use tokio::time::Instant;

use super::index::{Index, Taken};
use super::write::{Writer, plan};
use super::{Compacted, Group};
use crate::error::StoreError;
use crate::hex;
use crate::inbox::{Known, KnownBatches, Waiting};
use crate::layout::{SET_ASIDE, SessionKey};
use crate::manifest::{MAX_MANIFEST, Manifest};
use crate::store::{Object, Store};
use crate::summary::SessionSummary;
use crate::view::stored_path;

/// Maximum bytes of an index, packed.
const MAX_PACKED_INDEX: usize = 64 << 20;
/// Number of batches that a compaction sets aside; the others wait for the next one.
const MAX_SET_ASIDE: usize = 1000;

/// What a compaction has come to.
#[derive(Debug)]
pub(super) struct Outcome {
    /// The new generation, if there was something to do.
    pub(super) compacted: Option<Compacted>,
    /// Nothing is left for the next one.
    pub(super) is_complete: bool,
}

/// A session as a compaction finds it.
struct Before {
    manifest: Manifest,
    stored: Option<Object>,
    index: Index,
}

/// The batches that are not in the index.
#[derive(Default)]
struct New {
    /// In order of number.
    taken: Vec<Waiting>,
    /// Those with the number of another one.
    twice: Vec<Waiting>,
}

impl Store {
    /// Makes a new generation of the batches that are in none.
    pub(super) async fn compact_session(
        &self,
        key: &SessionKey,
        now: SystemTime,
    ) -> Result<Outcome, StoreError> {
        let started = Instant::now();
        let nothing = |is_complete| Outcome { compacted: None, is_complete };
        let waiting = self.waiting(key).await?;
        if self.is_deleted(key).await? {
            self.purge(key).await?;
            return Ok(nothing(true));
        }
        let group = Group { key: key.clone(), batches: waiting };
        let age = group.age(now);
        let before = self.before(key).await?;
        let New { taken, mut twice } = new_of(group.batches, &before.index);
        let KnownBatches { batches, head, mut unreadable, is_complete, is_ended, is_missing_some } =
            self.known(key, taken).await?;
        if is_missing_some {
            return Err(StoreError::Conflict);
        }
        let is_complete = is_complete && twice.len() + unreadable.len() <= MAX_SET_ASIDE;
        twice.truncate(MAX_SET_ASIDE);
        unreadable.truncate(MAX_SET_ASIDE - twice.len());
        // Without a readable batch there is no manifest.
        let is_new = before.stored.is_none();
        if batches.is_empty() && (is_new || (twice.is_empty() && unreadable.is_empty())) {
            return Ok(nothing(true));
        }

        let generation = before.manifest.received.generation + 1;
        let folder = format!("g{generation}-{}", hex::random(4)?);
        for batch in twice.iter().chain(&unreadable) {
            self.set_aside(key, batch).await?;
        }
        let schedule = &self.settings.schedule;
        let memory = (self.settings.buffer / schedule.concurrency.max(1)) as u64;
        let writer =
            Writer { store: self, key, folder: &folder, index: &before.index, new: &batches, memory };
        writer.write(plan(&before.manifest, &batches)).await?;

        let index = index_after(before.index, &batches, &twice, &unreadable);
        let index_path = format!("{folder}/index.json.gz");
        self.objects.requests.put(&stored_path(key, &index_path), index.to_bytes()?.into()).await?;

        let mut manifest = before.manifest;
        let last = manifest.received.sequences.last();
        for batch in &batches {
            manifest.add(batch, |name| format!("{folder}/{name}.gz"));
        }
        manifest.received.add(batches.iter().map(|batch| &batch.waiting));
        if let Some(head) = head.filter(|_| manifest.received.sequences.last() > last) {
            manifest.set_head(&head, batches.last().map(|batch| batch.waiting.received));
        }
        let numbers = |batches: &[Waiting]| batches.iter().map(|batch| batch.id.sequence).collect::<Vec<_>>();
        add_numbers(&mut manifest.received.twice, numbers(&twice));
        add_numbers(&mut manifest.received.unreadable, numbers(&unreadable));
        manifest.received.generation = generation;
        manifest.received.index = Some(index_path);

        // Files that no manifest names are deleted at some age.
        if started.elapsed() > schedule.leftovers / 2 {
            return Err(StoreError::Conflict);
        }
        self.publish(key, before.stored.as_ref(), manifest.to_bytes()?).await?;
        if self.is_deleted(key).await? {
            self.purge(key).await?;
            return Ok(nothing(true));
        }
        let compacted = Compacted {
            key: key.clone(),
            summary: SessionSummary::of(&manifest),
            is_final: is_ended || age >= schedule.idle,
            batches: batches.len() as u64,
        };
        Ok(Outcome { compacted: Some(compacted), is_complete })
    }

    async fn before(&self, key: &SessionKey) -> Result<Before, StoreError> {
        let path = key.manifest();
        let stored = self.read(&path, MAX_MANIFEST).await?;
        let manifest = match &stored {
            Some(object) => Manifest::parse(path.as_ref(), &object.bytes)?,
            None => Manifest::default(),
        };
        let index = self.index_of(key, &manifest).await?;
        Ok(Before { manifest, stored, index })
    }

    /// The batches of a manifest's files.
    pub(super) async fn index_of(&self, key: &SessionKey, manifest: &Manifest) -> Result<Index, StoreError> {
        let Some(path) = &manifest.received.index else { return Ok(Index::default()) };
        let path = stored_path(key, path);
        let object = self.read(&path, MAX_PACKED_INDEX).await?;
        let object = object.ok_or_else(|| StoreError::damaged(&path, "it is missing"))?;
        Index::parse(path.as_ref(), &object.bytes)
    }

    /// Keeps a batch that is not in the session's files with them.
    async fn set_aside(&self, key: &SessionKey, batch: &Waiting) -> Result<(), StoreError> {
        let path = key.folder().join(SET_ASIDE).join(batch.id.name());
        self.objects.requests.copy(&batch.path, &path).await?;
        Ok(())
    }
}

/// The batches that are not in the index. Those in the inbox are in order of number and receipt.
fn new_of(waiting: Vec<Waiting>, index: &Index) -> New {
    let mut new = New::default();
    for batch in waiting {
        if index.contains(batch.id) {
            continue;
        }
        let is_same = |other: &Waiting| other.id.sequence == batch.id.sequence;
        if index.batches.contains_key(&batch.id.sequence) || new.taken.last().is_some_and(is_same) {
            new.twice.push(batch);
        } else {
            new.taken.push(batch);
        }
    }
    new
}

fn index_after(before: Index, taken: &[Known], twice: &[Waiting], unreadable: &[Waiting]) -> Index {
    let mut index = before;
    for batch in taken {
        let lines = batch.files.iter().filter(|(_, tally)| tally.lines > 0);
        let lines = lines.map(|(name, tally)| (index.file(name), tally.lines)).collect();
        index.batches.insert(batch.waiting.id.sequence, Taken { hash: batch.waiting.id.hash, lines });
    }
    index.set_aside.extend(twice.iter().chain(unreadable).map(|batch| batch.id));
    index
}

/// Adds numbers to a sorted list without repetitions.
fn add_numbers(list: &mut Vec<u32>, more: Vec<u32>) {
    list.extend(more);
    list.sort_unstable();
    list.dedup();
}
