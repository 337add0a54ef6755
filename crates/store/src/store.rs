//! The store: opening it, and taking batches.

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutPayload};
use serde::{Deserialize, Serialize};
use tokio::sync::{OnceCell, Semaphore};

use crate::batch::Batch;
use crate::cache::SummaryCache;
use crate::compact::Settled;
use crate::error::StoreError;
use crate::hex;
use crate::inbox::PERMIT;
use crate::layout::{BatchId, STORE, SessionKey};
use crate::location::{self, Objects};
use crate::names::Project;
use crate::probe::Conditions;
use crate::settings::Settings;

/// Sessions on an object store. A handle is shared by reference or by `Arc`; any number of them, in
/// any number of processes, may use a store at the same time.
#[derive(Debug)]
pub struct Store {
    pub(crate) objects: Objects,
    pub(crate) settings: Settings,
    description: Description,
    pub(crate) summaries: SummaryCache,
    /// Bounds the memory of batches that are being unpacked.
    pub(crate) loads: Semaphore,
    pub(crate) conditions: OnceCell<Conditions>,
    pub(crate) settled: Settled,
    /// When a sweep has last walked through the folder.
    pub(crate) last_walk: Mutex<Option<SystemTime>>,
}

/// `replayscope.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Description {
    format: String,
    /// Random, so that two stores can be told apart.
    id: String,
    /// Number of prefixes of the inbox.
    shards: u16,
}

/// The only format of stores that is known.
const FORMAT: &str = "replayscope-store/1";
/// Maximum bytes of an object that describes something.
pub(crate) const MAX_SMALL: usize = 1 << 20;

/// A batch that is in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Put {
    /// Its key.
    pub key: String,
    /// Bytes that it takes.
    pub bytes: u64,
}

impl Store {
    /// Opens a store: a folder, `file://`, `s3://bucket/prefix`, `gs://…`, `az://…`, or `memory://`
    /// for tests. What is not yet a store becomes one.
    ///
    /// # Errors
    /// When the location is invalid, the store has another format, or does not answer.
    pub async fn open(location: &str, settings: Settings) -> Result<Self, StoreError> {
        Self::with_objects(location::open(location, &settings)?, settings).await
    }

    /// Opens a store on objects that are reached in a way of the caller's.
    ///
    /// # Errors
    /// When the store has another format, or does not answer.
    pub async fn open_objects(objects: Arc<dyn ObjectStore>, settings: Settings) -> Result<Self, StoreError> {
        Self::with_objects(location::shared(objects), settings).await
    }

    async fn with_objects(objects: Objects, settings: Settings) -> Result<Self, StoreError> {
        let description = describe(&*objects.requests, settings.shards).await?;
        Ok(Self {
            loads: Semaphore::new(load_permits(&settings)),
            summaries: SummaryCache::new(settings.cache),
            conditions: OnceCell::new(),
            settled: Settled::default(),
            last_walk: Mutex::default(),
            objects,
            settings,
            description,
        })
    }

    pub(crate) fn load_permits(&self) -> usize {
        load_permits(&self.settings)
    }

    /// The store's id, random and the same for all who open it.
    pub fn id(&self) -> &str {
        &self.description.id
    }

    /// Number of prefixes over which the inbox is distributed, 1 to 256. It is that of whoever made the store.
    pub fn shards(&self) -> u16 {
        self.description.shards
    }

    /// The objects of the store, for what is not of sessions.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.objects.requests)
    }

    /// Puts a batch into the inbox. When this returns, the batch is in the store for good. The same
    /// batch may be put any number of times, by any number of servers.
    ///
    /// # Errors
    /// [`StoreError::Deleted`] if the session has been deleted; any other error is the store's.
    pub async fn put(&self, project: &Project, batch: &Batch) -> Result<Put, StoreError> {
        let summary = batch.summary();
        let key = SessionKey::new(project.clone(), summary.session().clone());
        if self.is_deleted(&key).await? {
            return Err(StoreError::Deleted);
        }
        let id = BatchId { sequence: summary.sequence(), hash: batch.hash() };
        let path = self.batch_path(&key, id);
        let bytes = batch.packed().len() as u64;
        self.objects.requests.put(&path, batch.packed().clone().into()).await?;
        self.summaries.insert(path.clone(), Arc::clone(summary));
        Ok(Put { key: path.to_string(), bytes })
    }

    pub(crate) fn batch_path(&self, key: &SessionKey, id: BatchId) -> Path {
        key.inbox(self.description.shards).join(id.name())
    }

    pub(crate) fn inbox(&self, key: &SessionKey) -> Path {
        key.inbox(self.description.shards)
    }

    /// Whether the session has been deleted.
    pub(crate) async fn is_deleted(&self, key: &SessionKey) -> Result<bool, StoreError> {
        match self.objects.requests.head(&key.mark()).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads an object of at most `limit` bytes, if it exists.
    pub(crate) async fn read(&self, path: &Path, limit: usize) -> Result<Option<Object>, StoreError> {
        read(&*self.objects.requests, path, limit).await
    }
}

fn load_permits(settings: &Settings) -> usize {
    (settings.buffer / PERMIT).clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize))
}

/// An object that has been read.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) bytes: Bytes,
    pub(crate) meta: object_store::ObjectMeta,
}

async fn read(objects: &dyn ObjectStore, path: &Path, limit: usize) -> Result<Option<Object>, StoreError> {
    let result = match objects.get(path).await {
        Ok(result) => result,
        Err(object_store::Error::NotFound { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let meta = result.meta.clone();
    if meta.size > limit as u64 {
        return Err(StoreError::damaged(path, format!("more than {limit} bytes")));
    }
    let mut bytes = Vec::with_capacity(meta.size as usize);
    let mut stream = result.into_stream();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if bytes.len() + chunk.len() > limit {
            return Err(StoreError::damaged(path, format!("more than {limit} bytes")));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(Object { bytes: bytes.into(), meta }))
}

/// Reads the description of the store, or makes one.
async fn describe(objects: &dyn ObjectStore, shards: u16) -> Result<Description, StoreError> {
    let path = Path::from(STORE);
    if let Some(found) = read(objects, &path, MAX_SMALL).await? {
        return description_of(&found.bytes);
    }
    let shards = shards.clamp(1, 256);
    let description = Description { format: FORMAT.to_owned(), id: hex::random(16)?, shards };
    let text = serde_json::to_vec(&description).map_err(|error| StoreError::Format(error.to_string()))?;
    match objects.put_opts(&path, PutPayload::from(text), PutMode::Create.into()).await {
        Ok(_) | Err(object_store::Error::AlreadyExists { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    // Where another server was first, its description counts.
    let standing = read(objects, &path, MAX_SMALL).await?;
    standing.map_or(Ok(description), |found| description_of(&found.bytes))
}

fn description_of(text: &[u8]) -> Result<Description, StoreError> {
    let description: Description =
        serde_json::from_slice(text).map_err(|_| StoreError::Format(format!("{STORE} is not readable")))?;
    if description.format == FORMAT {
        return Ok(description);
    }
    Err(StoreError::Format(format!("{STORE} names a format other than {FORMAT}")))
}
