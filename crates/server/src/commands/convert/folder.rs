//! A session folder that appears under its name when it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Component, Path, PathBuf};

use super::file::{exists, not_created, temporary_path};
use crate::Failure;

/// The manifest, without which a folder is no session.
const MANIFEST: &str = "session.json";
/// The files and the folder of a session that is written here.
const FILES: [&str; 4] = [MANIFEST, "resources.jsonl", "console.jsonl", "events.jsonl"];
const SOCKETS: &str = "sockets";

/// A folder that has a temporary name until it is complete, and is removed if it never is.
#[derive(Debug)]
pub struct NewFolder {
    path: PathBuf,
    temporary: PathBuf,
    /// The file that is being written.
    current: Option<(String, BufWriter<File>)>,
    is_complete: bool,
}

impl NewFolder {
    /// # Errors
    /// If there is a folder with something in it, unless `force` is set and it is a session, or it
    /// cannot be created.
    pub fn create(path: &Path, force: bool) -> Result<Self, Failure> {
        if path.exists() {
            let is_empty = || fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none());
            let is_session = || path.join(MANIFEST).is_file();
            match (path.is_dir(), force) {
                (false, _) => return Err(Failure::Argument(format!("{} is not a folder.", path.display()))),
                (true, _) if is_empty() => {}
                (true, false) => return Err(exists(path)),
                (true, true) if is_session() => {}
                (true, true) => {
                    let text = "holds files that are not of a session: name another folder.";
                    return Err(Failure::Argument(format!("{} {text}", path.display())));
                }
            }
        }
        // A path that ends in a slash or in `..` has its name only once it is resolved.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let temporary = temporary_path(&path)?;
        fs::create_dir(&temporary).map_err(|error| not_created(&path, &error))?;
        Ok(Self { path, temporary, current: None, is_complete: false })
    }

    /// Appends bytes to the file of that path in the folder. Files come one after the other.
    pub fn write(&mut self, path: &str, bytes: &[u8]) -> io::Result<()> {
        if self.current.as_ref().is_none_or(|(current, _)| current != path) {
            self.end_file()?;
            self.current = Some((path.to_owned(), self.begin_file(path)?));
        }
        match &mut self.current {
            Some((_, file)) => file.write_all(bytes),
            None => Ok(()),
        }
    }

    fn begin_file(&self, path: &str) -> io::Result<BufWriter<File>> {
        let is_inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !is_inside {
            return Err(io::Error::other(format!("{path} is outside of the folder")));
        }
        let full = self.temporary.join(path);
        if let Some(folder) = full.parent() {
            fs::create_dir_all(folder)?;
        }
        File::create_new(full).map(BufWriter::new)
    }

    fn end_file(&mut self) -> io::Result<()> {
        match self.current.take() {
            Some((_, mut file)) => file.flush(),
            None => Ok(()),
        }
    }

    /// Gives the folder its name. Of a session that it replaces, only the files of a session are
    /// removed.
    pub fn finish(mut self) -> io::Result<()> {
        self.end_file()?;
        if self.path.exists() {
            remove_session(&self.path)?;
            move_files(&self.temporary, &self.path)?;
            fs::remove_dir(&self.temporary)?;
        } else {
            fs::rename(&self.temporary, &self.path)?;
        }
        self.is_complete = true;
        Ok(())
    }
}

impl Drop for NewFolder {
    fn drop(&mut self) {
        if !self.is_complete {
            // Nothing can be done about a folder that cannot be removed.
            let _ = fs::remove_dir_all(&self.temporary);
        }
    }
}

/// Removes the files of a session, and nothing else, so that none stays behind that was written with
/// its credentials.
fn remove_session(folder: &Path) -> io::Result<()> {
    for name in FILES {
        remove(&folder.join(name))?;
    }
    let sockets = folder.join(SOCKETS);
    if sockets.is_dir() {
        for entry in fs::read_dir(&sockets)? {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                remove(&path)?;
            }
        }
    }
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Moves the files of a folder and of the folders in it; the manifest last, so that what is there is
/// a session only when it is complete.
fn move_files(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir_all(&target)?;
            move_files(&entry.path(), &target)?;
            fs::remove_dir(entry.path())?;
        } else if entry.file_name() != MANIFEST {
            fs::rename(entry.path(), target)?;
        }
    }
    let manifest = from.join(MANIFEST);
    if manifest.is_file() { fs::rename(manifest, to.join(MANIFEST)) } else { Ok(()) }
}
