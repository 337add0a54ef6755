//! The interface of a format: how its files are recognized and read.

use std::fmt;

use super::files::Siblings;
use super::shape::Shape;
use super::{LoadError, LoadStep};
use crate::model::{RecordingFormat, Session};

/// A file format. Each has a folder below `formats/` and a line in [`super::FORMATS`].
///
/// [`RecordingFormat`], which a session holds, decodes the rows; this trait recognizes files and
/// reads them.
pub trait Format: RecordingFormat {
    /// What users call such recordings, with an article if it takes one: `a HAR`. Part of the lists
    /// of what can be opened.
    fn label(&self) -> &'static str;

    /// Recognizes a file of this format by the beginning of its content. File names may decide only
    /// between formats with the same content. Called again with each piece until a format
    /// recognizes the file.
    fn sniff(&self, shape: &Shape, start: &Start) -> Option<Sniffed>;

    /// The same for a later element of a list, if the first ones are of no format. `None` for a
    /// format that is not a list.
    fn sniff_element(&self, _shape: &Shape, _start: &Start) -> Option<Sniffed> {
        None
    }

    /// What the name of a file says of it, which decides the order in which several files are
    /// tried. `name` is in lower case, without its folder and without `.gz`, `.zst` or `.br`.
    fn name_hint(&self, _name: &str) -> NameHint {
        NameHint::Unknown
    }

    /// The names of files of this format to request from a folder whose files cannot be listed.
    fn well_known_names(&self) -> &'static [&'static str] {
        &[]
    }
}

/// What a file's name says of it. The smallest is tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameHint {
    /// The manifest of a recording of several files.
    Manifest,
    /// The file with which a recording of several files begins; the smallest number first.
    EntryPoint(u8),
    /// A complete recording in one file.
    Standalone,
    /// One of several files that each can be opened; the smallest number first.
    Part(u8),
    /// Data that may be a recording.
    Data,
    /// A file that belongs to a recording, tried after all others.
    Supporting,
    /// Not the name of a recording: tried only if it is the only file.
    Unknown,
}

impl NameHint {
    /// Whether the file is a recording by itself, not a part of one.
    pub(super) fn is_recording(self) -> bool {
        matches!(self, Self::Manifest | Self::Standalone)
    }
}

/// A file that a format recognized.
#[derive(Clone, Copy, Debug)]
pub struct Sniffed {
    /// The name of the kind of file: `packed rrweb events`.
    pub name: &'static str,
    pub confidence: Confidence,
    pub reader: fn(Start) -> Box<dyn Reader>,
}

/// How certain a format is of a file. The most certain format reads it, the first in the registry
/// if several are equally certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// An element looks like one of the format.
    Element,
    /// The same, and the files are named as those of the format.
    NamedElement,
    /// The top object looks like one of the format.
    Document,
}

/// The file that a reader begins with.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Its name, for notes and errors.
    pub file: String,
    /// The other files of its folder.
    pub siblings: Siblings,
}

/// A reader of one format.
pub trait Reader: fmt::Debug {
    /// Reads the next piece of the current file, and appends the needed parts to `session.bytes`.
    ///
    /// # Errors
    /// When the rest of the file cannot be read.
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError>;

    /// Ends the current file, and requests the next one. `broken` is the reason if the source
    /// stopped before the file's end.
    ///
    /// # Errors
    /// When the file does not contain a session.
    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError>;

    /// The requested file is not available.
    ///
    /// # Errors
    /// When the session cannot be read without it.
    fn missing(&mut self, _session: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        Err(why)
    }
}

/// Appends a piece of a file to the session's bytes.
pub(super) fn append(session: &mut Session, file: &str, piece: &[u8]) -> Result<(), LoadError> {
    session.bytes.append(piece).map_err(|why| LoadError::not_appended(file, why))
}
