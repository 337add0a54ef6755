//! Reading a session: what is compacted, and what waits.

use std::sync::Arc;

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStoreExt;
use object_store::path::Path;
use sha2::{Digest, Sha256};

use crate::batch::Batch;
use crate::error::StoreError;
use crate::hex;
use crate::inbox::{Known, KnownBatches, Loaded, new_batches};
use crate::layout::SessionKey;
use crate::manifest::{MAX_MANIFEST, Manifest, is_stored_path};
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
    new: KnownBatches,
    /// Numbers that came twice with different content.
    twice: Vec<u32>,
}

impl Store {
    /// The session as it is now, if it exists and has not been deleted.
    ///
    /// # Errors
    /// When the store does not answer, or the manifest is damaged.
    pub async fn session(&self, key: &SessionKey) -> Result<Option<SessionView>, StoreError> {
        let Some(current) = self.current(key).await? else { return Ok(None) };
        if let (Some((manifest, etag)), true) = (&current.stored, current.new.batches.is_empty()) {
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
        let batches = current.new.batches.into_iter();
        let batches: Vec<_> = batches
            .filter_map(|batch| {
                let file = batch.files.iter().position(|(path, _)| path == name)?;
                Some((batch, file))
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

    /// The lines of a file in batches, each given with the file's number in it.
    fn lines(
        self: &Arc<Self>,
        key: &SessionKey,
        batches: Vec<(Known, usize)>,
    ) -> BoxStream<'static, Result<Bytes, StoreError>> {
        let ahead = requests_ahead(batches.iter().map(|(batch, _)| batch.unpacked));
        let (store, key) = (Arc::clone(self), key.clone());
        let loads = stream::iter(batches).map(move |(batch, file)| {
            let (store, key) = (Arc::clone(&store), key.clone());
            async move {
                match store.load(&key, &batch.waiting).await? {
                    Loaded::Batch(batch) => Ok(lines_of(&batch, file)),
                    Loaded::Unreadable => Ok(Bytes::new()),
                    // Compacted and deleted, or deleted with its session, since the stream began.
                    Loaded::Missing => Err(StoreError::Conflict),
                }
            }
        });
        loads.buffered(ahead).boxed()
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
        let (new, twice) = new_batches(waiting, &manifest.received.sequences);
        let new = self.known(key, new).await?;
        let stored = stored.map(|object| (object.bytes.clone(), etag_of(&object.bytes)));
        let is_there = stored.is_some() || !new.batches.is_empty();
        Ok(is_there.then_some(Current { manifest, stored, new, twice }))
    }
}

/// Bytes of batches that are read ahead of a client, where they are small.
const AHEAD: usize = 8 << 20;
/// Maximum number of batches that are read ahead.
const MAX_REQUESTS: usize = 16;

/// How many batches of those sizes may be read at a time.
pub(crate) fn requests_ahead(sizes: impl Iterator<Item = usize>) -> usize {
    (AHEAD / sizes.max().unwrap_or_default().max(1)).clamp(1, MAX_REQUESTS)
}

impl Current {
    /// The manifest with what waits.
    fn into_live(self) -> Manifest {
        let mut live = self.manifest;
        let last = live.received.sequences.last();
        for batch in &self.new.batches {
            live.add(batch, |path| format!("{LIVE}{path}"));
        }
        live.received.twice.extend(self.twice);
        live.received.unreadable.extend(self.new.unreadable.iter().map(|batch| batch.id.sequence));
        live.received.add(self.new.batches.iter().map(|batch| &batch.waiting));
        if let Some(head) = self.new.head.filter(|_| live.received.sequences.last() > last) {
            live.set_head(&head, self.new.batches.last().map(|batch| batch.waiting.received));
        }
        live
    }
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
    path.split('/').fold(key.folder(), Path::join)
}

fn etag_of(manifest: &[u8]) -> String {
    let digest = Sha256::digest(manifest);
    format!("\"{}\"", hex::digits(&digest[..16]))
}

impl std::fmt::Debug for StoredFile {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { encoding, size, is_immutable, .. } = self;
        write!(formatter, "StoredFile({encoding:?}, {size:?}, {is_immutable})")
    }
}
