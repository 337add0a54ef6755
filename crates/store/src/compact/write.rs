//! Writing the files of a generation: lines of the previous one and of new batches, merged in order
//! of the batches' numbers.

use std::collections::{HashMap, VecDeque};

use futures::{FutureExt, StreamExt, TryStreamExt, stream};
use object_store::ObjectStoreExt;

use super::index::Index;
use super::source::LineSource;
use super::upload::{GzipUpload, PART};
use crate::batch::{Batch, Tally};
use crate::error::StoreError;
use crate::inbox::{Known, Loaded};
use crate::layout::SessionKey;
use crate::manifest::Manifest;
use crate::store::Store;
use crate::unpack::unpacked;
use crate::view::{lines_of, requests_ahead, stored_path};

/// Memory of a file that is written, besides what of it is packed.
const FILE_MEMORY: u64 = 1 << 20;
/// Maximum number of files that are written at a time.
const MAX_FILES: usize = 64;

/// A file to be written.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    /// The path that recorders use.
    pub(super) name: String,
    /// Where the previous generation has it, relative to the manifest.
    old: Option<String>,
    /// Bytes that it may take, unpacked.
    bytes: u64,
}

/// The files that get new lines, or are new.
pub(super) fn plan(manifest: &Manifest, new: &[Known]) -> Vec<Planned> {
    let mut sums: HashMap<&str, Tally> = HashMap::new();
    let mut order = Vec::new();
    for (name, tally) in new.iter().flat_map(|batch| batch.files.iter()) {
        let sum = sums.entry(name).or_insert_with(|| {
            order.push(name);
            Tally::default()
        });
        *sum += *tally;
    }
    let planned = order.into_iter().filter_map(|name| {
        let more = sums.get(name.as_str()).copied().unwrap_or_default();
        let old = manifest.files.get(name);
        let is_changed = old.is_none() || more.lines > 0;
        is_changed.then(|| Planned {
            name: name.clone(),
            old: old.map(|file| file.path.clone()),
            bytes: more.bytes + old.map_or(0, |file| file.tally.bytes),
        })
    });
    planned.collect()
}

/// Divides files into groups that are written at a time. Each group reads the batches again.
fn groups(planned: Vec<Planned>, memory: u64) -> Vec<Vec<Planned>> {
    let mut groups: Vec<Vec<Planned>> = Vec::new();
    let mut used = 0;
    for file in planned {
        let needed = FILE_MEMORY + file.bytes.min(2 * PART as u64);
        used += needed;
        match groups.last_mut() {
            Some(group) if used <= memory && group.len() < MAX_FILES => group.push(file),
            _ => {
                used = needed;
                groups.push(vec![file]);
            }
        }
    }
    groups
}

/// A file that is being written.
struct Output {
    /// Lines of the previous generation that are still to come, by the number of their batch.
    order: VecDeque<(u32, u64)>,
    source: Option<LineSource>,
    upload: GzipUpload,
}

impl Output {
    /// Copies the old lines of batches before that one.
    async fn copy_before(&mut self, sequence: u64) -> Result<(), StoreError> {
        while let Some((_, lines)) =
            self.order.front().copied().filter(|(next, _)| u64::from(*next) < sequence)
        {
            self.order.pop_front();
            if let Some(source) = &mut self.source {
                source.copy(lines, &mut self.upload).await?;
            }
        }
        Ok(())
    }

    async fn finish(&mut self) -> Result<(), StoreError> {
        self.copy_before(u64::MAX).await?;
        if let Some(source) = &mut self.source {
            source.finish().await?;
        }
        self.upload.finish().await
    }
}

/// Writes the files of a generation.
pub(super) struct Writer<'a> {
    pub(super) store: &'a Store,
    pub(super) key: &'a SessionKey,
    /// The folder of the generation, `g<n>-<random>`.
    pub(super) folder: &'a str,
    /// The batches of the previous generation.
    pub(super) index: &'a Index,
    /// In order of number.
    pub(super) new: &'a [Known],
    /// Bytes that may be used at a time.
    pub(super) memory: u64,
}

impl Writer<'_> {
    pub(super) async fn write(&self, planned: Vec<Planned>) -> Result<(), StoreError> {
        let groups = groups(planned, self.memory / 2);
        let room = if groups.len() > 1 { self.memory / 2 } else { 0 };
        let mut held = HeldBatches { room, by_number: HashMap::new() };
        for group in groups {
            let mut outputs = self.open(&group).await?;
            let written = self.write_group(&mut outputs, &mut held).await;
            if written.is_err() {
                for output in outputs.values_mut() {
                    output.upload.abort().await;
                }
            }
            written?;
        }
        Ok(())
    }

    async fn open(&self, group: &[Planned]) -> Result<HashMap<String, Output>, StoreError> {
        let names: Vec<&str> = group.iter().map(|file| file.name.as_str()).collect();
        let mut orders = self.index.lines_of(&names);
        let mut outputs = HashMap::new();
        for file in group {
            let path = stored_path(self.key, &format!("{}/{}.gz", self.folder, file.name));
            let upload = GzipUpload::new(self.store.objects.requests.clone(), path);
            let source = match &file.old {
                Some(old) => Some(self.open_old(old).await?),
                None => None,
            };
            let order = orders.remove(&file.name).unwrap_or_default();
            outputs.insert(file.name.clone(), Output { order, source, upload });
        }
        Ok(outputs)
    }

    async fn open_old(&self, path: &str) -> Result<LineSource, StoreError> {
        let path = stored_path(self.key, path);
        let packed = self.store.objects.streams.get(&path).await?.into_stream();
        Ok(LineSource::new(unpacked(packed, path.clone()).boxed(), path))
    }

    async fn write_group(
        &self,
        outputs: &mut HashMap<String, Output>,
        held: &mut HeldBatches,
    ) -> Result<(), StoreError> {
        let needed: Vec<&Known> = {
            let is_written = |name: &String| outputs.contains_key(name);
            self.new.iter().filter(|batch| batch.files.iter().any(|(name, _)| is_written(name))).collect()
        };
        let ahead = requests_ahead(needed.iter().map(|batch| batch.unpacked));
        let known = std::mem::take(&mut held.by_number);
        // Futures in a list: of a stream that borrows, the compiler cannot tell that it is `Send`.
        let loads =
            needed.iter().map(|batch| self.load(batch, known.get(&batch.waiting.id.sequence)).boxed());
        let mut loads = stream::iter(loads.collect::<Vec<_>>()).buffered(ahead);
        while let Some(batch) = loads.try_next().await? {
            let sequence = batch.summary().sequence();
            for (file, (name, _)) in batch.summary().files.iter().enumerate() {
                let Some(output) = outputs.get_mut(name) else { continue };
                output.copy_before(sequence.into()).await?;
                output.upload.write(&lines_of(&batch, file)).await?;
            }
            if !known.contains_key(&sequence) {
                held.hold(sequence, batch);
            }
        }
        drop(loads);
        held.by_number.extend(known);
        for output in outputs.values_mut() {
            output.finish().await?;
        }
        Ok(())
    }

    async fn load(&self, batch: &Known, held: Option<&Batch>) -> Result<Batch, StoreError> {
        if let Some(batch) = held {
            return Ok(batch.clone());
        }
        match self.store.load(self.key, &batch.waiting).await? {
            Loaded::Batch(batch) => Ok(batch),
            Loaded::Unreadable => Err(StoreError::damaged(&batch.waiting.path, "it has changed")),
            Loaded::Missing => Err(StoreError::Conflict),
        }
    }
}

/// Batches that are kept for the next group, while there is room.
struct HeldBatches {
    room: u64,
    by_number: HashMap<u32, Batch>,
}

impl HeldBatches {
    fn hold(&mut self, sequence: u32, batch: Batch) {
        let size = batch.summary().unpacked as u64;
        if size <= self.room {
            self.room -= size;
            self.by_number.insert(sequence, batch);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_grouped_by_the_memory_that_they_need() {
        let file = |bytes| Planned { name: String::new(), old: None, bytes };
        let sizes = |groups: Vec<Vec<Planned>>| groups.iter().map(Vec::len).collect::<Vec<_>>();
        let memory = 32 << 20;
        assert_eq!(sizes(groups(vec![file(1000); 5], memory)), [5]);
        assert_eq!(sizes(groups(vec![file(u64::MAX); 3], memory)), [1, 1, 1]);
        assert_eq!(sizes(groups(vec![file(0); 100], memory)), [32, 32, 32, 4]);
        assert_eq!(sizes(groups(vec![file(u64::MAX)], 0)), [1]);
        assert_eq!(sizes(groups(Vec::new(), memory)), [0; 0]);
    }
}
