//! The room that is left for a store.

use std::io;
use std::path::Path;

use crate::error::StoreError;
use crate::store::Store;

/// The room on the disk of a local folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Bytes that this process may still write.
    pub free: u64,
    /// Bytes of the whole disk.
    pub total: u64,
}

impl Store {
    /// The room that is left for the store; `None` for an object store, which has no bound, and on systems other than
    /// Unix.
    ///
    /// # Errors
    /// When the system cannot say.
    pub async fn capacity(&self) -> Result<Option<Capacity>, StoreError> {
        let Some(folder) = &self.objects.folder else { return Ok(None) };
        let root = folder.root().to_owned();
        // A disk that hangs must not hold up other requests.
        let asked = tokio::task::spawn_blocking(move || capacity_of(&root)).await;
        let failed = |error: io::Error| {
            StoreError::from(object_store::Error::Generic { store: "folder", source: error.into() })
        };
        asked.map_err(|error| failed(io::Error::other(error)))?.map_err(failed)
    }
}

#[cfg(unix)]
fn capacity_of(root: &Path) -> io::Result<Option<Capacity>> {
    let disk = rustix::fs::statvfs(root)?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize);
    Ok(Some(Capacity { free: bytes(disk.f_bavail), total: bytes(disk.f_blocks) }))
}

#[cfg(not(unix))]
fn capacity_of(_: &Path) -> io::Result<Option<Capacity>> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    #[tokio::test]
    async fn only_a_folder_has_a_capacity() {
        let folder = tempfile::tempdir().expect("a folder");
        let open = |location: String| async move { Store::open(&location, Settings::default()).await };
        let local = open(folder.path().display().to_string()).await.expect("a store");
        let capacity = local.capacity().await.expect("an answer");
        assert!(
            !cfg!(unix)
                || capacity.is_some_and(|capacity| 0 < capacity.free && capacity.free <= capacity.total)
        );
        let memory = open("memory://".to_owned()).await.expect("a store");
        assert_eq!(memory.capacity().await.expect("an answer"), None);
    }
}
