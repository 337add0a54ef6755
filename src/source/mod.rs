//! Where bytes come from: a URL, files that were picked or dropped, an archive. What is read here never leaves the
//! browser.

mod archive;
mod decompress;
mod drop;
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
use session::formats::{LoadError, SessionLoader};
use web_sys::{AbortSignal, Blob};

pub use archive::Archive;
pub use decompress::readable;
pub use drop::files_of;
pub use local::{NamedFile, picked};
pub use pump::{Ending, Flow, ReadError};
pub use remote::{absolute, base_path, file_name};
pub use stream::ByteStream;
pub use task::{TaskGuard, TaskHandle};
pub use time_slicer::{TimeSlicer, next_task, painted};

/// Where a session's files are.
#[derive(Clone, Debug)]
pub struct Origin {
    place: Place,
    /// The file that tells what the others are: its URL, or its path within the place.
    first: String,
}

#[derive(Clone, Debug)]
enum Place {
    Web,
    /// Files of this computer.
    Local(Rc<Vec<NamedFile>>),
    Archive(Rc<Archive>),
}

impl Origin {
    /// A file at an absolute URL, or a folder's address, which ends in a slash.
    pub fn url(url: String) -> Self {
        Self { place: Place::Web, first: url }
    }

    pub fn local(files: Vec<NamedFile>) -> Self {
        let first = files.first().map(|file| file.path.clone()).unwrap_or_default();
        Self { place: Place::Local(Rc::new(files)), first }
    }

    /// The members of an archive that was found at `self`.
    pub fn inside(&self, archive: Archive) -> Self {
        Self { place: Place::Archive(Rc::new(archive)), first: self.first.clone() }
    }

    /// The first file's name, for words.
    pub fn name(&self) -> String {
        match &self.place {
            Place::Web => file_name(&self.first),
            Place::Local(_) => self.first.clone(),
            Place::Archive(archive) => format!("{} in {}", self.first, archive.name()),
        }
    }

    pub fn is_web(&self) -> bool {
        self.web_url().is_some()
    }

    /// The first file's address, where it has one.
    pub fn web_url(&self) -> Option<String> {
        matches!(self.place, Place::Web).then(|| self.first.clone())
    }

    /// Begins a session with what is known of its files.
    pub fn opening(&self) -> SessionLoader {
        match &self.place {
            Place::Web if is_folder(&self.first) => SessionLoader::in_folder(),
            Place::Web => SessionLoader::new(&file_name(&self.first)),
            Place::Local(files) => SessionLoader::among(files.iter().map(|file| file.path.clone()).collect()),
            Place::Archive(archive) => SessionLoader::in_archive(archive.name(), archive.names()),
        }
    }

    /// The same files, `first` being the one that tells what the others are.
    pub fn beginning_with(&self, first: &str) -> Self {
        let first = match &self.place {
            Place::Web if is_folder(&self.first) || first != file_name(&self.first) => {
                remote::beside(&self.first, first).unwrap_or_else(|_| self.first.clone())
            }
            Place::Web => self.first.clone(),
            Place::Local(_) | Place::Archive(_) => first.to_owned(),
        };
        Self { place: self.place.clone(), first }
    }

    /// Opens the first file, or with `path` one beside it.
    ///
    /// # Errors
    /// What the network, the disk or the archive says, in words.
    pub async fn open(&self, path: Option<&str>, signal: &AbortSignal) -> Result<ByteStream, LoadError> {
        match &self.place {
            Place::Web => remote::open(&self.first, path, signal).await,
            Place::Local(files) => local::open(files, &self.first, path).await,
            Place::Archive(archive) => archive.open_member(&self.first, path).await,
        }
    }
}

/// Puts the rest of a stream together, for an archive, which is read from its end.
///
/// # Errors
/// Why the stream stopped.
pub async fn gather(
    stream: &mut ByteStream,
    mut came: impl FnMut(usize) -> bool,
) -> Result<Option<Blob>, String> {
    let parts = Array::new();
    while let Some(piece) = stream.next_piece().await.map_err(|why| why.to_string())? {
        let len = piece.length() as usize;
        parts.push(&piece);
        if !came(len) {
            return Ok(None);
        }
    }
    Blob::new_with_u8_array_sequence(&parts).map(Some).map_err(|error| stream::words_of(&error))
}

fn is_folder(url: &str) -> bool {
    url.split(['?', '#']).next().unwrap_or_default().ends_with('/')
}

/// The path of `path` in the folder of `first`.
fn beside(first: &str, path: &str) -> String {
    let folder = first.rsplit_once('/').map_or("", |(folder, _)| folder);
    if folder.is_empty() { path.to_owned() } else { format!("{folder}/{path}") }
}
