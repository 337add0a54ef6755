//! Reading a session: what is compacted, and what waits.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};

use crate::batch::{Batch, BatchSummary};
use crate::error::StoreError;
use crate::inbox::{Loaded, Waiting, new_batches};
use crate::layout::SessionKey;
use crate::manifest::{FileEntry, MAX_MANIFEST, Manifest, is_stored_path};
use crate::names::is_session_file;
use crate::store::Store;
use crate::summary::SessionSummary;
use crate::unpack::unpacked;

/// A session as it is now.
#[derive(Clone, Debug)]
pub struct SessionView {
    /// `session.json`.
    pub manifest: Bytes,
    /// Changes when the manifest does; quoted, as in an `ETag` header.
    pub etag: String,
    /// Batches wait: files that they write to have paths with `live/`.
    pub is_live: bool,
    pub summary: SessionSummary,
}

/// A file of a session.
pub struct StoredFile {
    pub encoding: Encoding,
    /// Bytes, if known.
    pub size: Option<u64>,
    /// The file at this path never changes.
    pub is_immutable: bool,
    pub body: BoxStream<'static, Result<Bytes, StoreError>>,
}

/// What the bytes of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// JSON Lines.
    Plain,
    /// JSON Lines as gzip, whose name ends with `.gz`.
    Gzip,
}

/// Prefix of paths of files to which batches that wait are added when they are read.
const LIVE: &str = "live/";

/// A session's manifest, and the batches that it does not contain.
#[derive(Debug)]
struct Current {
    manifest: Manifest,
    /// As it is stored, with its version.
    stored: Option<(Bytes, String)>,
    /// In order of number.
    new: Vec<(Waiting, Arc<BatchSummary>)>,
    unreadable: Vec<u32>,
}

impl Store {
    /// The session as it is now, if it exists and has not been deleted.
    ///
    /// # Errors
    /// When the store does not answer, or the manifest is damaged.
    pub async fn session(&self, key: &SessionKey) -> Result<Option<SessionView>, StoreError> {
        let Some(current) = self.current(key).await? else { return Ok(None) };
        if let (Some((manifest, etag)), true) = (&current.stored, current.new.is_empty()) {
            let (manifest, etag) = (manifest.clone(), etag.clone());
            let summary = SessionSummary::of(&current.manifest);
            return Ok(Some(SessionView { manifest, etag, is_live: false, summary }));
        }
        let live = current.into_live();
        let manifest = live.to_bytes()?;
        let etag = etag_of(&manifest);
        Ok(Some(SessionView { manifest, etag, is_live: true, summary: SessionSummary::of(&live) }))
    }

    /// A file that a session's manifest names, by its path there; `None` if it does not exist.
    ///
    /// # Errors
    /// When the store does not answer, or the manifest is damaged. The body ends with an error when
    /// the store does not answer later.
    pub async fn file(
        self: &Arc<Self>,
        key: &SessionKey,
        path: &str,
    ) -> Result<Option<StoredFile>, StoreError> {
        if let Some(name) = path.strip_prefix(LIVE) {
            return if is_session_file(name) { self.live_file(key, name).await } else { Ok(None) };
        }
        if !is_stored_path(path) || path.ends_with("/index.json.gz") {
            return Ok(None);
        }
        let result = match self.objects.streams.get(&stored_path(key, path)).await {
            Ok(result) => result,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let size = Some(result.meta.size);
        let body = result.into_stream().map_err(StoreError::from).boxed();
        Ok(Some(StoredFile { encoding: Encoding::Gzip, size, is_immutable: true, body }))
    }

    async fn live_file(
        self: &Arc<Self>,
        key: &SessionKey,
        name: &str,
    ) -> Result<Option<StoredFile>, StoreError> {
        let Some(current) = self.current(key).await? else { return Ok(None) };
        let stored = current.manifest.files.get(name).map(|file| stored_path(key, &file.path));
        let batches: Vec<_> = current
            .new
            .into_iter()
            .filter_map(|(waiting, summary)| {
                let file = summary.files.iter().position(|(path, _)| path == name)?;
                Some((waiting, file, summary.unpacked))
            })
            .collect();
        if stored.is_none() && batches.is_empty() {
            return Ok(None);
        }
        let before = match stored {
            Some(path) => unpacked(self.objects.streams.get(&path).await?.into_stream(), path).boxed(),
            None => stream::empty().boxed(),
        };
        let body = before.chain(self.lines(key, batches)).boxed();
        Ok(Some(StoredFile { encoding: Encoding::Plain, size: None, is_immutable: false, body }))
    }

    /// The lines of a file in batches, each given with the file's number in it and its size.
    fn lines(
        self: &Arc<Self>,
        key: &SessionKey,
        batches: Vec<(Waiting, usize, usize)>,
    ) -> BoxStream<'static, Result<Bytes, StoreError>> {
        let largest = batches.iter().map(|(.., size)| *size).max().unwrap_or_default();
        let requests = (AHEAD / largest.max(1)).clamp(1, MAX_REQUESTS);
        let (store, key) = (Arc::clone(self), key.clone());
        let loads = stream::iter(batches).map(move |(waiting, file, _)| {
            let (store, key) = (Arc::clone(&store), key.clone());
            async move {
                match store.load(&key, &waiting).await? {
                    Loaded::Batch(batch) => Ok(lines_of(&batch, file)),
                    Loaded::Unreadable => Ok(Bytes::new()),
                    // Compacted and deleted, or deleted with its session, since the stream began.
                    Loaded::Missing => Err(StoreError::Conflict),
                }
            }
        });
        loads.buffered(requests).boxed()
    }

    async fn current(&self, key: &SessionKey) -> Result<Option<Current>, StoreError> {
        let manifest_path = key.manifest();
        // In this order, a batch that is compacted and deleted in between is in the manifest.
        let waiting = self.waiting(key).await?;
        let stored = self.read(&manifest_path, MAX_MANIFEST).await?;
        if (stored.is_none() && waiting.is_empty()) || self.is_deleted(key).await? {
            return Ok(None);
        }
        let manifest = match &stored {
            Some(object) => Manifest::parse(manifest_path.as_ref(), &object.bytes)?,
            None => Manifest::default(),
        };
        let new = new_batches(waiting, &manifest.received.sequences);
        let summaries = self.summaries(key, &new).await?;
        let stored = stored.map(|object| (object.bytes.clone(), etag_of(&object.bytes)));
        let mut current = Current { manifest, stored, new: Vec::new(), unreadable: Vec::new() };
        for (waiting, loaded) in new.into_iter().zip(summaries) {
            match loaded {
                Loaded::Batch(summary) => current.new.push((waiting, summary)),
                Loaded::Unreadable => current.unreadable.push(waiting.id.sequence),
                Loaded::Missing => {}
            }
        }
        Ok((current.stored.is_some() || !current.new.is_empty()).then_some(current))
    }
}

/// Bytes of batches that are read ahead of a client, where they are small.
const AHEAD: usize = 8 << 20;
/// Maximum number of batches that are read ahead.
const MAX_REQUESTS: usize = 16;

impl Current {
    /// The manifest with what waits.
    fn into_live(self) -> Manifest {
        let mut live = self.manifest;
        let received = &mut live.received;
        let known = received.sequences.ranges().iter().flat_map(|[from, to]| *from..=*to);
        let new = self.new.iter().map(|(waiting, _)| waiting.id.sequence);
        let last = received.sequences.last();
        received.sequences = known.chain(new).collect();
        received.unreadable.extend(self.unreadable);
        for (waiting, summary) in &self.new {
            received.include(epoch_ms(waiting.received));
            for (path, tally) in &summary.files {
                let file = live.files.entry(path.clone()).or_insert_with(FileEntry::default);
                file.tally += *tally;
                file.path = format!("{LIVE}{path}");
            }
        }
        if let Some((newest, summary)) = self.new.last() {
            if last.is_none_or(|last| last < newest.id.sequence) {
                live.head = summary.head.clone();
            }
        }
        live
    }
}

pub(crate) fn epoch_ms(time: SystemTime) -> i64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

/// The records of a file of a batch, a line each.
pub(crate) fn lines_of(batch: &Batch, file: usize) -> Bytes {
    let mut lines = Vec::new();
    for record in batch.records(file) {
        lines.extend_from_slice(&record);
        lines.push(b'\n');
    }
    lines.into()
}

/// The key of a file, by its path relative to the manifest, which has been checked.
pub(crate) fn stored_path(key: &SessionKey, path: &str) -> Path {
    path.split('/').fold(key.folder(), |folder, part| folder.join(part))
}

fn etag_of(manifest: &[u8]) -> String {
    let digest = Sha256::digest(manifest);
    let hex: String = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

impl std::fmt::Debug for StoredFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { encoding, size, is_immutable, .. } = self;
        write!(formatter, "StoredFile({encoding:?}, {size:?}, {is_immutable})")
    }
}
