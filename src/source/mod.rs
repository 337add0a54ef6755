//! Where bytes come from: a URL, files that were picked or dropped. What is read here never leaves the browser.

mod drop;
mod local;
mod pace;
mod remote;
mod stream;
mod task;

use std::rc::Rc;

use session::read::LoadError;
use web_sys::AbortSignal;

pub use drop::files_of;
pub use local::{NamedFile, picked};
pub use pace::Pace;
pub use remote::{absolute, base_path, file_name};
pub use stream::ByteStream;
pub use task::{TaskGuard, TaskHandle};

/// Where a session's files are.
#[derive(Clone, Debug)]
pub enum Origin {
    /// The first file's URL, absolute; the others lie beside it.
    Url(String),
    /// Files of this computer, the first one being that which tells what the others are.
    Local(Rc<Vec<NamedFile>>),
}

impl Origin {
    /// The first file's name, for words.
    pub fn name(&self) -> String {
        match self {
            Self::Url(url) => file_name(url),
            Self::Local(files) => files.first().map(|file| file.path.clone()).unwrap_or_default(),
        }
    }

    /// Opens the first file, or with `path` one beside it.
    ///
    /// # Errors
    /// What the network or the disk says, in words.
    pub async fn open(&self, path: Option<&str>, signal: &AbortSignal) -> Result<ByteStream, LoadError> {
        match self {
            Self::Url(url) => remote::open(url, path, signal).await,
            Self::Local(files) => local::open(files, path).await,
        }
    }
}
