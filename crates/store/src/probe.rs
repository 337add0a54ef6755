//! How a store behaves: what its clock says, and whether it obeys conditions of writes.

use std::time::SystemTime;

use object_store::path::Path;
use object_store::{Error, ObjectStore, ObjectStoreExt, PutMode, PutPayload, UpdateVersion};

use crate::error::StoreError;
use crate::hex;
use crate::layout::PROBES;
use crate::store::Store;

/// The conditions of writes that a store obeys. One that ignores them answers as if it obeyed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conditions {
    /// An object is created only if it does not exist.
    pub create: bool,
    /// An object is replaced only if it is the version that is expected.
    pub update: bool,
}

impl Store {
    /// The time by the store's clock, to which ages of objects are compared. Writes an object.
    ///
    /// # Errors
    /// When the store does not answer, or does not allow writes.
    pub async fn clock(&self) -> Result<SystemTime, StoreError> {
        let path = probe_path()?;
        let objects = &self.objects.requests;
        objects.put(&path, payload("clock")).await?;
        let meta = objects.head(&path).await?;
        objects.delete(&path).await?;
        Ok(meta.last_modified.into())
    }

    /// Finds out which conditions the store obeys, once.
    ///
    /// # Errors
    /// When the store does not answer, or does not allow writes.
    pub async fn conditions(&self) -> Result<Conditions, StoreError> {
        let probe = self.conditions.get_or_try_init(|| self.probe_conditions());
        probe.await.copied()
    }

    async fn probe_conditions(&self) -> Result<Conditions, StoreError> {
        let path = probe_path()?;
        let conditions = probe_conditions(&*self.objects.requests, &path).await;
        // A probe that is not deleted does no harm, and the answer is known.
        let _ = self.objects.requests.delete(&path).await;
        conditions
    }
}

async fn probe_conditions(objects: &dyn ObjectStore, path: &Path) -> Result<Conditions, StoreError> {
    objects.put(path, payload("1")).await?;
    let create = is_refused(objects.put_opts(path, payload("2"), PutMode::Create.into()).await)?;
    let first = version(objects, path).await?;
    // Another content, so that a version made of the content changes too.
    objects.put(path, payload("3")).await?;
    let second = version(objects, path).await?;
    let is_old_refused = is_refused(update(objects, path, first).await)?;
    let update = is_old_refused && update(objects, path, second).await.is_ok();
    Ok(Conditions { create, update })
}

async fn update(
    objects: &dyn ObjectStore,
    path: &Path,
    version: UpdateVersion,
) -> object_store::Result<object_store::PutResult> {
    objects.put_opts(path, payload("4"), PutMode::Update(version).into()).await
}

async fn version(objects: &dyn ObjectStore, path: &Path) -> Result<UpdateVersion, StoreError> {
    let meta = objects.head(path).await?;
    Ok(UpdateVersion { e_tag: meta.e_tag, version: meta.version })
}

/// Whether a write was refused for its condition. Where conditions are not supported, it was not.
fn is_refused(result: object_store::Result<object_store::PutResult>) -> Result<bool, StoreError> {
    match result {
        Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(true),
        Ok(_) | Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn probe_path() -> Result<Path, StoreError> {
    Ok(Path::from(PROBES).join(hex::random(8)?))
}

fn payload(text: &'static str) -> PutPayload {
    PutPayload::from_static(text.as_bytes())
}
