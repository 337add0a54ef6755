//! Where bytes come from: a URL, files that were picked or dropped, an archive. What is read here
//! never leaves the browser.

mod archive;
mod decompress;
mod drop;
mod file_handles;
pub mod handle_store;
mod local;
mod pump;
mod reader;
mod remote;
mod stream;
mod task;
mod time_slicer;
mod unpack;

use std::rc::Rc;

use js_sys::Array;
use session::formats::{FileSelection, LoadError};
use web_sys::{AbortSignal, Blob};

pub use archive::Archive;
pub use decompress::{readable, unpack_bytes};
pub use drop::files_of;
pub use file_handles::{PickedFiles, ReopenError, can_pick_handles, handles_of, pick_handles, reopen};
pub use local::{NamedFile, picked};
pub use pump::{Ending, Flow, ReadError};
pub use remote::{absolute, base_path, file_name};
pub use stream::{ByteStream, StreamError};
pub use task::{TaskGuard, TaskHandle};
pub use time_slicer::{Priority, TimeSlicer, next_task, painted, sleep};
pub use unpack::UnpackMethod;

/// Where a session's files are.
#[derive(Clone, Debug)]
pub struct Origin {
    location: Location,
    /// The file that is read first and names the others: its URL, or its path within the location.
    first: String,
}

#[derive(Clone, Debug)]
enum Location {
    Web,
    /// Files of this computer.
    Local(Rc<Vec<NamedFile>>),
    Archive(Rc<Archive>),
}

impl Origin {
    /// A file at an absolute URL, or a folder's address, which ends in a slash.
    pub fn url(url: String) -> Self {
        Self { location: Location::Web, first: url }
    }

    pub fn local(files: Vec<NamedFile>) -> Self {
        let first = files.first().map(|file| file.path.clone()).unwrap_or_default();
        Self { location: Location::Local(Rc::new(files)), first }
    }

    /// The members of an archive that was found at `self`.
    pub fn inside(&self, archive: Archive) -> Self {
        Self { location: Location::Archive(Rc::new(archive)), first: self.first.clone() }
    }

    /// The first file's name, for messages.
    pub fn name(&self) -> String {
        match &self.location {
            Location::Web => file_name(&self.first),
            Location::Local(_) => self.first.clone(),
            Location::Archive(archive) => format!("{} in {}", self.first, archive.name()),
        }
    }

    pub fn is_web(&self) -> bool {
        self.web_url().is_some()
    }

    /// The first file's address, where it has one.
    pub fn web_url(&self) -> Option<String> {
        matches!(self.location, Location::Web).then(|| self.first.clone())
    }

    /// The files as a loader chooses from them.
    pub fn selection(&self) -> FileSelection {
        let listed = |names, archive| FileSelection::Listed { names, archive };
        match &self.location {
            Location::Web if is_folder(&self.first) => FileSelection::UnlistedFolder,
            Location::Web => FileSelection::One(file_name(&self.first)),
            Location::Local(files) => listed(files.iter().map(|file| file.path.clone()).collect(), None),
            Location::Archive(archive) => listed(archive.names(), Some(archive.name().to_owned())),
        }
    }

    /// The same files, of which `first` is read first.
    pub fn beginning_with(&self, first: &str) -> Self {
        let first = match &self.location {
            Location::Web if is_folder(&self.first) || first != file_name(&self.first) => {
                remote::sibling_url(&self.first, first).unwrap_or_else(|_| self.first.clone())
            }
            Location::Web => self.first.clone(),
            Location::Local(_) | Location::Archive(_) => first.to_owned(),
        };
        Self { location: self.location.clone(), first }
    }

    /// Opens the first file, or with `path` one in its folder.
    ///
    /// # Errors
    /// When the network, the disk or the archive fails.
    pub async fn open(&self, path: Option<&str>, signal: &AbortSignal) -> Result<ByteStream, LoadError> {
        match &self.location {
            Location::Web => remote::open(&self.first, path, signal).await,
            Location::Local(files) => local::open(files, &self.first, path).await,
            Location::Archive(archive) => archive.open_member(&self.first, path).await,
        }
    }
}

/// Collects the rest of a stream, for an archive, which is read from its end. `on_piece` gets the
/// size of each piece and returns whether the task is canceled; then there is no blob.
///
/// # Errors
/// Why the stream stopped.
pub async fn collect_blob(
    stream: &mut ByteStream,
    mut on_piece: impl FnMut(usize) -> bool,
) -> Result<Option<Blob>, StreamError> {
    let parts = Array::new();
    while let Some(piece) = stream.next_piece().await? {
        let len = piece.length() as usize;
        parts.push(&piece);
        if on_piece(len) {
            return Ok(None);
        }
    }
    let blob = Blob::new_with_u8_array_sequence(&parts);
    blob.map(Some).map_err(|error| StreamError::Transfer(stream::message_of(&error)))
}

fn is_folder(url: &str) -> bool {
    url.split(['?', '#']).next().unwrap_or_default().ends_with('/')
}

/// The path of `path` in the folder of `first`.
fn sibling_path(first: &str, path: &str) -> String {
    let folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
