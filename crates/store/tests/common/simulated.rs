//! A store in memory that answers late, fails, and has a clock of its own: that of the test, which
//! tokio advances when everything waits.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    Attributes, CopyOptions, Error, Extensions, GetOptions, GetResult, GetResultPayload, ListResult,
    MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};
use tokio::time::{Instant, sleep};

use super::rng::Rng;

/// How a store behaves.
#[derive(Clone, Copy, Debug)]
pub struct Behavior {
    /// How many requests in a thousand fail, each in one of the ways that there are.
    pub faults: u64,
    pub obeys_conditions: bool,
}

#[derive(Debug)]
pub struct Simulated {
    inner: InMemory,
    behavior: Behavior,
    rng: Mutex<Rng>,
    is_faulty: AtomicBool,
    started: Instant,
    times: Mutex<HashMap<Path, SystemTime>>,
}

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// It is refused.
    Before,
    /// It is done, but the answer does not arrive.
    After,
}

impl Simulated {
    pub fn new(seed: u64, behavior: Behavior) -> Arc<Self> {
        Arc::new(Self {
            inner: InMemory::new(),
            behavior,
            rng: Mutex::new(Rng::new(seed)),
            is_faulty: AtomicBool::new(false),
            started: Instant::now(),
            times: Mutex::default(),
        })
    }

    pub fn set_faulty(&self, is_faulty: bool) {
        self.is_faulty.store(is_faulty, Ordering::Relaxed);
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.started.elapsed()
    }

    fn is_fault(&self) -> bool {
        let is_faulty = self.is_faulty.load(Ordering::Relaxed);
        is_faulty && self.rng.lock().expect("a lock").happens(self.behavior.faults)
    }

    /// Waits as a request does, and says how it goes.
    async fn request(&self) -> Fault {
        let (wait, fault) = {
            let mut rng = self.rng.lock().expect("a lock");
            let wait = if rng.happens(60) { rng.millis(15_000) } else { rng.millis(80) };
            let is_fault = self.is_faulty.load(Ordering::Relaxed) && rng.happens(self.behavior.faults);
            let fault = match is_fault {
                false => Fault::None,
                true if rng.happens(500) => Fault::Before,
                true => Fault::After,
            };
            (wait, fault)
        };
        sleep(wait).await;
        fault
    }

    fn with_time(&self, mut meta: ObjectMeta) -> ObjectMeta {
        if let Some(time) = self.times.lock().expect("a lock").get(&meta.location) {
            meta.last_modified = (*time).into();
        }
        meta
    }

    fn set_time(&self, location: &Path) {
        self.times.lock().expect("a lock").insert(location.clone(), self.now());
    }
}

fn failed() -> Error {
    Error::Generic { store: "simulated", source: "503 Slow Down".into() }
}

/// The result, unless it does not arrive.
fn unless<T>(fault: Fault, result: Result<T>) -> Result<T> {
    if fault == Fault::After { Err(failed()) } else { result }
}

impl fmt::Display for Simulated {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("simulated")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Simulated {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        mut opts: PutOptions,
    ) -> Result<PutResult> {
        let fault = self.request().await;
        if fault == Fault::Before {
            return Err(failed());
        }
        if !self.behavior.obeys_conditions {
            opts.mode = PutMode::Overwrite;
        }
        // Nothing of another request comes in between: this does not wait.
        let result = self.inner.put_opts(location, payload, opts).await;
        if result.is_ok() {
            self.set_time(location);
        }
        sleep(Duration::from_millis(10)).await;
        unless(fault, result)
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.set_time(location);
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let fault = self.request().await;
        if fault == Fault::Before {
            return Err(failed());
        }
        let result = self.inner.get_opts(location, options).await?;
        let (meta, range) = (self.with_time(result.meta.clone()), result.range.clone());
        let body = result.into_stream();
        let payload = match fault {
            // The connection is lost within the body.
            Fault::After => body
                .map_ok(|bytes| bytes.slice(..bytes.len() / 2))
                .chain(stream::iter([Err(failed())]))
                .boxed(),
            _ => body,
        };
        Ok(GetResult {
            payload: GetResultPayload::Stream(payload),
            range,
            meta,
            attributes: Attributes::default(),
            extensions: Extensions::default(),
        })
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let fault = self.is_fault();
        let (inner, mut left) = (self.inner.clone(), if fault { 2 } else { usize::MAX });
        let locations = locations.and_then(move |location| {
            left = left.saturating_sub(1);
            std::future::ready(if left == 0 { Err(failed()) } else { Ok(location) })
        });
        inner.delete_stream(locations.boxed())
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let times = self.times.lock().expect("a lock").clone();
        let fault = self.is_fault();
        let listed = self.inner.list(prefix).map_ok(move |mut meta| {
            if let Some(time) = times.get(&meta.location) {
                meta.last_modified = (*time).into();
            }
            meta
        });
        let pause = stream::once(sleep(Duration::from_millis(20))).filter_map(|()| std::future::ready(None));
        if fault {
            pause.chain(listed.take(3)).chain(stream::iter([Err(failed())])).boxed()
        } else {
            pause.chain(listed).boxed()
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let fault = self.request().await;
        if fault == Fault::Before {
            return Err(failed());
        }
        let result = self.inner.copy_opts(from, to, options).await;
        self.set_time(to);
        unless(fault, result)
    }
}
