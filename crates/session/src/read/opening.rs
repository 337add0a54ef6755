//! A session being opened: which file comes next, and where its bytes go.

use super::detect::{Verdict, detect};
use super::har::{self, HarReader};
use super::native::manifest;
use super::native::resources::ResourcesReader;
use super::{LoadError, Reader};
use crate::model::Session;

/// What the source is to do after a file ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Bring this file, named relative to the first one.
    Read { path: String },
    /// The session is complete.
    Done,
}

#[derive(Debug)]
enum Stage {
    /// The first bytes of the first file, until they tell its format.
    Detecting(Vec<u8>),
    Har(Box<HarReader>),
    Manifest(Vec<u8>),
    Resources(Box<ResourcesReader>),
    Done,
}

/// Reads a session from the files that it asks for, in pieces of any size. The session can be looked at any time.
#[derive(Debug)]
pub struct Opening {
    session: Session,
    file: String,
    stage: Stage,
}

/// A manifest larger than this is none: it lists files, it holds no data.
const MAX_MANIFEST: usize = 64 << 20;

impl Opening {
    /// Begins with the file of that name, as the user knows it.
    pub fn new(file: &str) -> Self {
        Self { session: Session::default(), file: file.to_owned(), stage: Stage::Detecting(Vec::new()) }
    }

    /// The session as far as it is read.
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn into_session(self) -> Session {
        self.session
    }

    /// Takes the next piece of the current file.
    ///
    /// # Errors
    /// When the file cannot be opened at all.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), LoadError> {
        match &mut self.stage {
            Stage::Detecting(prefix) => {
                prefix.extend_from_slice(piece);
                self.choose(false)
            }
            Stage::Manifest(text) => {
                text.extend_from_slice(piece);
                if text.len() > MAX_MANIFEST { Err(LoadError::too_large(&self.file)) } else { Ok(()) }
            }
            Stage::Har(_) | Stage::Resources(_) => self.read(piece),
            Stage::Done => Ok(()),
        }
    }

    /// Tells that the current file ended; `broken` says why, where that was before its end.
    ///
    /// # Errors
    /// When the file cannot be opened at all.
    pub fn finish(&mut self, broken: Option<&str>) -> Result<Next, LoadError> {
        if matches!(self.stage, Stage::Detecting(_)) {
            self.choose(true)?;
        }
        match std::mem::replace(&mut self.stage, Stage::Done) {
            Stage::Manifest(text) => self.follow(&text, broken),
            Stage::Har(mut reader) => reader.finish(&mut self.session, broken).map(|()| Next::Done),
            Stage::Resources(mut reader) => reader.finish(&mut self.session, broken).map(|()| Next::Done),
            Stage::Detecting(_) | Stage::Done => Ok(Next::Done),
        }
    }

    /// Tells that a file which the manifest names is not there, and why; the session goes on without it.
    pub fn missing(&mut self, why: &str) {
        if let Stage::Resources(mut reader) = std::mem::replace(&mut self.stage, Stage::Done) {
            reader.missing(&mut self.session, why);
        }
    }

    fn choose(&mut self, complete: bool) -> Result<(), LoadError> {
        let Stage::Detecting(prefix) = &mut self.stage else { return Ok(()) };
        let prefix = std::mem::take(prefix);
        self.stage = match detect(&self.file, &prefix, complete) {
            Verdict::Unknown => {
                self.stage = Stage::Detecting(prefix);
                return Ok(());
            }
            Verdict::No(error) => return Err(error),
            Verdict::Manifest => {
                self.stage = Stage::Manifest(prefix);
                return Ok(());
            }
            Verdict::Har => {
                har::begin(&mut self.session);
                Stage::Har(Box::new(HarReader::new(&self.file)))
            }
            Verdict::Resources => Stage::Resources(Box::new(ResourcesReader::alone(&self.file))),
        };
        self.read(&prefix)
    }

    fn read(&mut self, piece: &[u8]) -> Result<(), LoadError> {
        self.session.bytes.append(piece).map_err(|_| LoadError::too_large(&self.file))?;
        match &mut self.stage {
            Stage::Har(reader) => reader.feed(&mut self.session, piece),
            Stage::Resources(reader) => reader.feed(&mut self.session, piece),
            Stage::Detecting(_) | Stage::Manifest(_) | Stage::Done => Ok(()),
        }
    }

    /// The manifest is complete: the resources come next.
    fn follow(&mut self, text: &[u8], broken: Option<&str>) -> Result<Next, LoadError> {
        let files = manifest::read(&mut self.session, &self.file, text, broken)?;
        let path = files.resources.clone();
        let mut reader = ResourcesReader::new(files);
        match path {
            Some(path) => {
                self.file.clone_from(&path);
                self.stage = Stage::Resources(Box::new(reader));
                Ok(Next::Read { path })
            }
            None => reader.finish(&mut self.session, None).map(|()| Next::Done),
        }
    }
}
