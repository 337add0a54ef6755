//! A store whose requests fail as a test says.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::Objects;

/// How requests fail.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Failure {
    None,
    /// Each one, with an error of the server.
    Unavailable,
    /// Each one, since the credentials have expired.
    Denied,
    /// Writes, since the disk is full.
    Full,
    /// Reads of keys that contain the text, after half of the body.
    CutBody(&'static str),
    /// Lists, after the first object.
    CutList,
}

#[derive(Debug)]
pub struct Failing {
    inner: Objects,
    failure: Mutex<Failure>,
}

impl Failing {
    pub fn new(inner: Objects) -> Arc<Self> {
        Arc::new(Self { inner, failure: Mutex::new(Failure::None) })
    }

    pub fn set(&self, failure: Failure) {
        *self.failure.lock().expect("a lock") = failure;
    }

    fn failure(&self) -> Failure {
        *self.failure.lock().expect("a lock")
    }

    fn read(&self) -> Result<()> {
        match self.failure() {
            Failure::Unavailable => Err(unavailable()),
            Failure::Denied => Err(Error::PermissionDenied { path: "x".into(), source: "403".into() }),
            _ => Ok(()),
        }
    }

    fn write(&self) -> Result<()> {
        match self.failure() {
            Failure::Full => Err(Error::Generic {
                store: "disk",
                source: io::Error::from(io::ErrorKind::StorageFull).into(),
            }),
            _ => self.read(),
        }
    }
}

fn unavailable() -> Error {
    Error::Generic { store: "S3", source: "503: GET https://a.test/b?X-Amz-Signature=SECRET".into() }
}

impl fmt::Display for Failing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("failing")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Failing {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.write()?;
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.write()?;
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.read()?;
        let result = self.inner.get_opts(location, options).await?;
        match self.failure() {
            Failure::CutBody(part) if location.as_ref().contains(part) => {
                let (meta, range, attributes) =
                    (result.meta.clone(), result.range.clone(), result.attributes.clone());
                let half = result.into_stream().map_ok(|bytes: Bytes| bytes.slice(..bytes.len() / 2));
                let payload =
                    GetResultPayload::Stream(half.chain(stream::iter([Err(unavailable())])).boxed());
                let extensions = object_store::Extensions::default();
                Ok(GetResult { payload, meta, range, attributes, extensions })
            }
            _ => Ok(result),
        }
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.write() {
            Ok(()) => self.inner.delete_stream(locations),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let listed = self.inner.list(prefix);
        match (self.read(), self.failure()) {
            (Err(error), _) => stream::iter([Err(error)]).boxed(),
            (_, Failure::CutList) => listed.take(1).chain(stream::iter([Err(unavailable())])).boxed(),
            _ => listed,
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.read()?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.write()?;
        self.inner.copy_opts(from, to, options).await
    }
}
