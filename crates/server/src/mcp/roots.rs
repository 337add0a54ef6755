//! The folders whose recordings may be read.

use std::path::{Path, PathBuf};

use crate::Failure;

/// Folders without links and relative parts.
#[derive(Debug)]
pub(super) struct Roots {
    folders: Vec<PathBuf>,
}

impl Roots {
    /// Those folders; the current one if there are none.
    ///
    /// # Errors
    /// If one is not a folder.
    pub(super) fn new(folders: &[PathBuf]) -> Result<Self, Failure> {
        let current = [PathBuf::from(".")];
        let folders = if folders.is_empty() { &current[..] } else { folders };
        let resolve = |folder: &PathBuf| {
            let resolved = folder.canonicalize().ok().filter(|resolved| resolved.is_dir());
            resolved.ok_or_else(|| Failure::Argument(format!("{} is not a folder.", folder.display())))
        };
        Ok(Self { folders: folders.iter().map(resolve).collect::<Result<_, _>>()? })
    }

    /// The file or folder that a path names, which is relative to any of the folders, or absolute.
    ///
    /// # Errors
    /// What to say if it does not exist or is outside, also by a link.
    pub(super) fn resolve(&self, path: &str) -> Result<PathBuf, String> {
        // A path that is absolute replaces the folder.
        let found = self.folders.iter().filter_map(|folder| folder.join(path).canonicalize().ok());
        let is_inside = |found: &Path| self.folders.iter().any(|folder| found.starts_with(folder));
        // One answer for both: an answer must not say whether a file outside exists.
        found.into_iter().find(|found| is_inside(found)).ok_or_else(|| {
            let folders: Vec<_> = self.folders.iter().map(|folder| folder.display().to_string()).collect();
            format!("{path} is not a file in the allowed folders: {}", folders.join(", "))
        })
    }
}
