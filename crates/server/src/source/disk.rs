//! A file or a folder on disk.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use session::formats::{FileSelection, LoadError};

use super::{not_there, sibling_path, unreadable};

/// Most files of a folder that are listed.
const MAX_FILES: usize = 100_000;
/// Most folders within each other that are listed.
const MAX_DEPTH: usize = 16;

/// A file with the others of its folder, or a folder.
#[derive(Debug)]
pub(super) struct Disk {
    /// The folder.
    root: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// The name of the file that was named.
    File(String),
    /// The paths of the folder's files, with forward slashes.
    Folder(Vec<String>),
}

impl Disk {
    pub(super) fn open(argument: &str) -> Result<Self, LoadError> {
        let path = Path::new(argument);
        let kind = fs::metadata(path).map_err(|error| unreadable(argument, &error))?;
        if kind.is_dir() {
            let names = files_below(path).map_err(|error| unreadable(argument, &error))?;
            return Ok(Self { root: path.to_owned(), content: Content::Folder(names) });
        }
        let name = path.file_name().ok_or_else(|| not_there(argument))?.to_string_lossy().into_owned();
        let root = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(Self { root, content: Content::File(name) })
    }

    /// The name of the file; empty for a folder.
    pub(super) fn file_name(&self) -> &str {
        match &self.content {
            Content::File(name) => name,
            Content::Folder(_) => "",
        }
    }

    pub(super) fn selection(&self) -> FileSelection {
        match &self.content {
            Content::File(name) => FileSelection::One(name.clone()),
            Content::Folder(names) => FileSelection::Listed { names: names.clone(), archive: None },
        }
    }

    pub(super) fn read(&self, first: &str, path: Option<&str>) -> Result<File, LoadError> {
        let full = self.path(first, path)?;
        File::open(&full).map_err(|error| unreadable(&full.display().to_string(), &error))
    }

    /// The path of the file `first`, or of the one at `path` in its folder.
    ///
    /// # Errors
    /// If a recording names a file outside of its folder, also by a symbolic link.
    pub(super) fn path(&self, first: &str, path: Option<&str>) -> Result<PathBuf, LoadError> {
        let Some(path) = path else { return Ok(self.root.join(first)) };
        let path = sibling_path(first, path);
        file_in(&self.root, &path).map_err(|error| unreadable(&path, &error))
    }
}

/// The path of a file below a folder.
///
/// # Errors
/// If there is none, or it is outside of the folder, also by a symbolic link.
pub fn file_in(folder: &Path, path: &str) -> io::Result<PathBuf> {
    let is_inside =
        Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !is_inside {
        return Err(io::ErrorKind::NotFound.into());
    }
    let full = folder.join(path);
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    if full.canonicalize()?.starts_with(folder.canonicalize()?) {
        Ok(full)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The paths of the files below a folder, sorted, with forward slashes.
///
/// # Errors
/// If it cannot be listed.
pub fn files_below(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    list(folder, "", 0, &mut names)?;
    names.sort();
    Ok(names)
}

/// Appends the paths of the files below a folder. Symbolic links are not followed.
fn list(folder: &Path, prefix: &str, depth: usize, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type()?;
        if kind.is_dir() && depth < MAX_DEPTH {
            list(&entry.path(), &format!("{name}/"), depth + 1, names)?;
        } else if kind.is_file() && names.len() < MAX_FILES {
            names.push(name);
        }
    }
    Ok(())
}
