//! One pass at a time on a local folder, which has no conditional writes.

use std::fs::{File, OpenOptions, TryLockError};

use crate::error::StoreError;
use crate::store::Store;

/// Name of the file in the store's folder.
const FILE: &str = "compact.lock";

/// Held during a pass. The operating system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct PassLock {
    _file: Option<File>,
}

impl PassLock {
    /// The lock, or `None` if another process has it. Stores that are no folder need none.
    pub(super) async fn acquire(store: &Store) -> Result<Option<Self>, StoreError> {
        let Some(folder) = &store.objects.folder else { return Ok(Some(Self { _file: None })) };
        let path = folder.root().join(FILE);
        let locked = tokio::task::spawn_blocking(move || {
            let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
            match file.try_lock() {
                Ok(()) => Ok(Some(Self { _file: Some(file) })),
                Err(TryLockError::WouldBlock) => Ok(None),
                // A file system without locks: a manifest is written only if nobody else has.
                Err(TryLockError::Error(_)) => Ok(Some(Self { _file: None })),
            }
        });
        let locked: std::io::Result<_> = locked.await.map_err(object_store::Error::from)?;
        locked.map_err(|error| object_store::Error::Generic { store: "folder", source: error.into() }.into())
    }
}
