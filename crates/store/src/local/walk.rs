//! Walks through a folder without following symbolic links.

use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::time::{Duration, SystemTime};

use object_store::path::Path;
use object_store::{Error, Extensions, ListResult, ObjectMeta, Result};

/// Number of objects at which a step of a walk ends.
const CHUNK: usize = 1024;

/// A walk through the files below a prefix. The files of a folder and of those in it come together.
#[derive(Debug)]
pub(super) struct Walk {
    root: PathBuf,
    /// Folders to come, the next one last.
    pending: Vec<Path>,
}

impl Walk {
    pub(super) fn new(root: PathBuf, prefix: Path) -> Self {
        Self { root, pending: vec![prefix] }
    }

    /// The next files, or `None` after the last.
    pub(super) fn next_chunk(&mut self) -> Result<Option<Vec<ObjectMeta>>> {
        let mut found = Vec::new();
        while found.len() < CHUNK {
            let Some(folder) = self.pending.pop() else { break };
            let ListResult { mut common_prefixes, mut objects, .. } = list_folder(&self.root, &folder)?;
            objects.sort_unstable_by(|a, b| a.location.cmp(&b.location));
            common_prefixes.sort_unstable_by(|a, b| b.cmp(a));
            found.append(&mut objects);
            self.pending.append(&mut common_prefixes);
        }
        Ok((!found.is_empty()).then_some(found))
    }
}

/// The files and folders of a folder.
pub(super) fn list_folder(root: &FilePath, prefix: &Path) -> Result<ListResult> {
    let mut list =
        ListResult { common_prefixes: Vec::new(), objects: Vec::new(), extensions: Extensions::default() };
    for entry in entries(&folder_of(root, prefix))? {
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        // A name that is not that of a key cannot be that of an object.
        let Ok(location) = Path::parse(format!("{prefix}/{name}").trim_start_matches('/')) else { continue };
        let Some(metadata) = existing(entry.metadata())? else { continue };
        if metadata.is_dir() {
            list.common_prefixes.push(location);
        } else if metadata.is_file() && !is_staged(&name) {
            let last_modified = existing(metadata.modified())?.unwrap_or(SystemTime::UNIX_EPOCH).into();
            list.objects.push(ObjectMeta {
                location,
                last_modified,
                size: metadata.len(),
                e_tag: None,
                version: None,
            });
        }
    }
    Ok(list)
}

fn folder_of(root: &FilePath, prefix: &Path) -> PathBuf {
    let mut folder = root.to_owned();
    folder.extend(prefix.parts().map(|part| part.as_ref().to_owned()));
    folder
}

/// The entries of a folder, none if it does not exist or is a link.
fn entries(folder: &FilePath) -> Result<Vec<DirEntry>> {
    let Some(metadata) = existing(fs::symlink_metadata(folder))? else { return Ok(Vec::new()) };
    if !metadata.is_dir() {
        return Ok(Vec::new());
    }
    let Some(entries) = existing(fs::read_dir(folder))? else { return Ok(Vec::new()) };
    entries.collect::<io::Result<Vec<_>>>().map_err(failed)
}

/// The result, or `None` if the file has been deleted meanwhile.
fn existing<T>(result: io::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(failed(error)),
    }
}

fn failed(source: io::Error) -> Error {
    Error::Generic { store: "folder", source: source.into() }
}

/// Whether a file is one of a write in progress, `name#<number>`.
fn is_staged(name: &str) -> bool {
    let number = name.rsplit_once('#').map(|(_, number)| number);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Deletes the files of writes that did not end, and returns their number.
pub(crate) fn delete_staged(root: &FilePath, older_than: Duration) -> Result<u64> {
    let now = SystemTime::now();
    let mut deleted = 0;
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in entries(&folder)? {
            let Some(metadata) = existing(entry.metadata())? else { continue };
            let is_old =
                metadata.modified().is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age >= older_than));
            if metadata.is_dir() {
                folders.push(entry.path());
            } else if metadata.is_file() && is_old && entry.file_name().to_str().is_some_and(is_staged) {
                deleted += u64::from(existing(fs::remove_file(entry.path()))?.is_some());
            }
        }
    }
    Ok(deleted)
}
