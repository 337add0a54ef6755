//! The catalog of a store, and how rows are added to it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use tokio::sync::Semaphore;

use crate::cache::Cache;
use crate::error::Error;
use crate::listing::Listings;
use crate::name::{self, Day, Ulid};
use crate::query::{Page, Query};
use crate::read::Failure;
use crate::row::Row;
use crate::write::encode;

/// Number of requests to the store that one operation has under way at most.
pub(crate) const MAX_REQUESTS: usize = 32;

/// What a [`Catalog`] may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Maximum size of the decoded columns that are kept in memory, in bytes; an estimate. About
    /// 150 bytes a row are useful.
    pub cache_bytes: usize,
    /// How long a list of the store's files is used, so that queries need not wait for another.
    /// Rows that this instance appends are seen at once, others' after this time.
    pub listing_max_age: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { cache_bytes: 256 << 20, listing_max_age: Duration::from_secs(2) }
    }
}

/// The catalog of a store. Its functions need a Tokio runtime; a clone shares the caches.
#[derive(Clone, Debug)]
pub struct Catalog {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) store: Arc<dyn ObjectStore>,
    pub(crate) settings: Settings,
    pub(crate) cache: Cache,
    pub(crate) listings: Listings,
    /// Bounds what is decoded at the same time, and thus the memory for it.
    pub(crate) decoders: Arc<Semaphore>,
    /// Number of threads that decode.
    pub(crate) parallelism: usize,
}

impl Catalog {
    /// The catalog of a store, which need not have one yet.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self::with_settings(store, Settings::default())
    }

    pub fn with_settings(store: Arc<dyn ObjectStore>, settings: Settings) -> Self {
        let parallelism = std::thread::available_parallelism().map_or(1, usize::from);
        let inner = Inner {
            store,
            settings,
            cache: Cache::new(settings.cache_bytes),
            listings: Listings::default(),
            decoders: Arc::new(Semaphore::new(parallelism)),
            parallelism,
        };
        Self { inner: Arc::new(inner) }
    }

    /// Writes rows, as one file for each project and day. Rows may be appended again after a
    /// failure: the same row twice counts once.
    ///
    /// # Errors
    /// [`Error::InvalidRow`] before anything is written; [`Error::Store`] when a part of the rows
    /// may be missing.
    pub async fn append(&self, rows: Vec<Row>) -> Result<(), Error> {
        let mut files: BTreeMap<(String, Day), Vec<Row>> = BTreeMap::new();
        for row in rows {
            row.check()?;
            let day = Day::of(row.received_first)?;
            files.entry((row.project.clone(), day)).or_default().push(row);
        }
        let writes = files.into_iter().map(|((project, day), rows)| async move {
            let name = Ulid::after(std::iter::empty())?;
            self.write(&project, day, name, rows, Vec::new()).await
        });
        let written: Vec<_> = stream::iter(writes).buffer_unordered(MAX_REQUESTS).collect().await;
        self.inner.listings.invalidate();
        written.into_iter().collect()
    }

    /// Writes one file.
    pub(crate) async fn write(
        &self,
        project: &str,
        day: Day,
        name: Ulid,
        rows: Vec<Row>,
        replaces: Vec<Ulid>,
    ) -> Result<(), Error> {
        let encoding = self.inner.run(move || encode(rows, &replaces));
        let bytes = encoding.await.map_err(|_| Error::Internal("the encoder panicked".to_owned()))??;
        let path = name::path(project, day, name);
        self.inner.store.put(&path, PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// Lists the newest sessions that meet the conditions.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`] for a [`Query::before`] of another origin; [`Error::Store`] when the
    /// store fails. Files that are damaged, or not the catalog's, are problems of the page.
    pub async fn query(&self, query: &Query) -> Result<Page, Error> {
        self.inner.page(query).await
    }

    /// The newest `limit` sessions of a project, at most [`MAX_LIMIT`](crate::MAX_LIMIT).
    ///
    /// # Errors
    /// As [`Self::query`].
    pub async fn latest(&self, project: &str, limit: usize) -> Result<Vec<Row>, Error> {
        let query = Query { project: Some(project.to_owned()), limit, ..Query::default() };
        Ok(self.query(&query).await?.rows)
    }

    /// The projects, each with a number that differs, in all probability, once something of it has changed.
    ///
    /// # Errors
    /// [`Error::Store`] when the store fails, [`Error::TooManyFiles`].
    pub async fn projects(&self) -> Result<BTreeMap<String, u64>, Error> {
        let snapshot = match self.inner.snapshot(&None).await {
            Ok(snapshot) => snapshot,
            Err(Failure::Fatal(error)) => return Err(error),
            Err(_) => return Err(Error::Unstable),
        };
        let mut projects: BTreeMap<String, DefaultHasher> = BTreeMap::new();
        // In the order of their paths, so that the same files give the same number.
        for file in &snapshot.files {
            let hasher = projects.entry(file.listed.project.clone()).or_default();
            file.listed.path.as_ref().hash(hasher);
        }
        Ok(projects.into_iter().map(|(project, hasher)| (project, hasher.finish())).collect())
    }

    /// Estimate of the bytes that cached columns take.
    pub fn cached_bytes(&self) -> usize {
        self.inner.cache.bytes()
    }
}
