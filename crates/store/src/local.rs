//! A local folder as an object store that nothing leads out of: symbolic links below the folder are
//! neither followed nor listed. `LocalFileSystem` follows them, wherever they lead.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path as FilePath, PathBuf};

use futures::stream::{self, BoxStream, StreamExt};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

mod walk;

pub(crate) use walk::delete_staged;

/// The store of a folder.
#[derive(Clone, Debug)]
pub(crate) struct LocalFolder {
    inner: LocalFileSystem,
    root: PathBuf,
}

impl LocalFolder {
    /// Creates the folder if it does not exist.
    ///
    /// # Errors
    /// When it cannot be created or read.
    pub(crate) fn open(folder: &FilePath, fsync: bool) -> Result<Self> {
        let failed = |source: io::Error| Error::Generic { store: "folder", source: source.into() };
        fs::create_dir_all(folder).map_err(failed)?;
        let root = fs::canonicalize(folder).map_err(failed)?;
        let inner = LocalFileSystem::new_with_prefix(&root)?.with_fsync(fsync).with_automatic_cleanup(true);
        Ok(Self { inner, root })
    }

    pub(crate) fn root(&self) -> &FilePath {
        &self.root
    }

    /// Fails where a folder or file of the path is a symbolic link.
    fn check(&self, location: &Path) -> Result<()> {
        let mut path = self.root.clone();
        for part in location.parts() {
            path.push(part.as_ref());
            match fs::symlink_metadata(&path) {
                Ok(metadata) if metadata.is_symlink() => {
                    let source = io::Error::other("a symbolic link is on its path");
                    return Err(Error::PermissionDenied {
                        path: location.to_string(),
                        source: source.into(),
                    });
                }
                Ok(_) => {}
                // What does not exist is no link.
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }
}

impl fmt::Display for LocalFolder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "folder {}", self.root.display())
    }
}

#[async_trait::async_trait]
impl ObjectStore for LocalFolder {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.check(location)?;
        self.inner.put_opts(location, payload, opts).await
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        opts: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.check(location)?;
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.check(location)?;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let folder = self.clone();
        locations
            .then(move |location| {
                let folder = folder.clone();
                async move {
                    let location = location?;
                    folder.check(&location)?;
                    folder.inner.delete(&location).await?;
                    Ok(location)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_after(prefix, None)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.list_after(prefix, Some(offset.clone()))
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        let (root, prefix) = (self.root.clone(), prefix.cloned().unwrap_or_default());
        tokio::task::spawn_blocking(move || walk::list_folder(&root, &prefix)).await?
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.check(from)?;
        self.check(to)?;
        self.inner.copy_opts(from, to, options).await
    }
}

impl LocalFolder {
    fn list_after(
        &self,
        prefix: Option<&Path>,
        offset: Option<Path>,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        let walk = walk::Walk::new(self.root.clone(), prefix.cloned().unwrap_or_default());
        let chunks = stream::try_unfold(walk, |mut walk| async move {
            let (walk, chunk) = tokio::task::spawn_blocking(move || {
                let chunk = walk.next_chunk();
                (walk, chunk)
            })
            .await?;
            Ok::<_, Error>(chunk?.map(|chunk| (chunk, walk)))
        });
        let is_after = move |meta: &ObjectMeta| offset.as_ref().is_none_or(|offset| meta.location > *offset);
        chunks
            .flat_map(|chunk| match chunk {
                Ok(metas) => stream::iter(metas.into_iter().map(Ok)).boxed(),
                Err(error) => stream::iter([Err(error)]).boxed(),
            })
            .filter(move |meta| std::future::ready(meta.as_ref().map_or(true, &is_after)))
            .boxed()
    }
}

#[cfg(test)]
mod tests;
