//! A store that fails from its n-th operation on, as if the process had been killed.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

/// Whether the operation that fails has had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    None,
    Done,
}

#[derive(Debug)]
pub struct FaultyStore {
    inner: Arc<InMemory>,
    /// Number of operations that still succeed.
    remaining: Arc<AtomicUsize>,
    effect: Effect,
}

impl FaultyStore {
    pub fn new(inner: Arc<InMemory>, operations: usize, effect: Effect) -> Self {
        Self { inner, remaining: Arc::new(AtomicUsize::new(operations)), effect }
    }

    /// Whether an operation failed.
    pub fn has_failed(&self) -> bool {
        self.remaining.load(Ordering::SeqCst) == 0
    }
}

/// What becomes of an operation.
enum Fate {
    Succeeds,
    /// It is the one during which the process is killed.
    Killed,
    /// It comes after that.
    Never,
}

fn fate(remaining: &AtomicUsize) -> Fate {
    match remaining.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |count| count.checked_sub(1)) {
        Ok(1) => Fate::Killed,
        Ok(_) => Fate::Succeeds,
        Err(_) => Fate::Never,
    }
}

fn killed() -> Error {
    Error::Generic { store: "faulty", source: "killed".into() }
}

impl fmt::Display for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("faulty")
    }
}

#[async_trait::async_trait]
impl ObjectStore for FaultyStore {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        match fate(&self.remaining) {
            Fate::Succeeds => self.inner.put_opts(path, payload, options).await,
            Fate::Killed if self.effect == Effect::Done => {
                self.inner.put_opts(path, payload, options).await?;
                Err(killed())
            }
            _ => Err(killed()),
        }
    }

    async fn put_multipart_opts(&self, _: &Path, _: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(Error::NotImplemented { operation: "multipart".into(), implementer: "faulty".into() })
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        match fate(&self.remaining) {
            Fate::Succeeds => self.inner.get_opts(path, options).await,
            _ => Err(killed()),
        }
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match fate(&self.remaining) {
            Fate::Succeeds => self.inner.get_ranges(path, ranges).await,
            _ => Err(killed()),
        }
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let (inner, remaining, effect) = (self.inner.clone(), self.remaining.clone(), self.effect);
        let delete = move |path: Result<Path>| {
            let (inner, fate) = (inner.clone(), fate(&remaining));
            async move {
                let path = path?;
                match fate {
                    Fate::Succeeds => inner.delete(&path).await.map(|()| path),
                    Fate::Killed if effect == Effect::Done => {
                        inner.delete(&path).await?;
                        Err(killed())
                    }
                    _ => Err(killed()),
                }
            }
        };
        paths.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match fate(&self.remaining) {
            Fate::Succeeds => self.inner.list(prefix),
            _ => stream::once(async { Err(killed()) }.boxed()).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
