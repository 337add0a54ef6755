//! A recording that is read to its end, and the messages of its sockets, which are read when asked for.

use std::io::{self, Read};

use session::formats::{FORMATS, FeedStatus, LoadError, LoadStep, MessagesReader, Retry, SessionLoader};
use session::model::{MessageLog, MessagesFile, Record, Session, Truncation};

use crate::source::{Files, Input, unreadable};

/// Archives within archives that are opened: a build server packs the archives of its tests.
const MAX_ARCHIVES: usize = 3;
/// Bytes that are read at once.
const PIECE_BYTES: usize = 256 << 10;
/// Largest body in a file of its own that is read, in bytes.
const MAX_BODY_BYTES: u64 = 256 << 20;

/// A recording.
#[derive(Debug)]
pub struct Recording {
    pub session: Session,
    /// Why only a part of it was read.
    pub failure: Option<LoadError>,
    files: Files,
}

/// The messages of a row.
#[derive(Debug)]
pub enum RowMessages<'a> {
    /// In the recording itself.
    Inline(MessageLog<'a>),
    /// In a file of their own.
    File(Box<MessagesReader>),
}

impl RowMessages<'_> {
    pub fn log(&self) -> MessageLog<'_> {
        match self {
            Self::Inline(log) => *log,
            Self::File(reader) => reader.log(),
        }
    }
}

impl Recording {
    /// Reads the recording that an argument names: a file, a folder, or `-`.
    ///
    /// # Errors
    /// If nothing could be read.
    pub fn open(argument: &str) -> Result<Self, LoadError> {
        let mut files = Files::named(argument)?;
        let mut loader = begin(&mut files);
        let mut depth = 0;
        let mut path: Option<String> = None;
        let failure = loop {
            let step = match files.open(path.as_deref()) {
                Ok(Input::Archive(archive)) if path.is_none() && depth < MAX_ARCHIVES => {
                    files = files.unpacked(archive)?;
                    loader = begin(&mut files);
                    depth += 1;
                    continue;
                }
                Ok(Input::Plain(file) | Input::Archive(file)) => feed(&mut loader, file),
                Err(error) => loader.missing(error),
            };
            match step {
                Ok(LoadStep::Read { path: wanted }) => path = Some(wanted),
                Ok(LoadStep::Try { first }) => {
                    files.begin_with(&first);
                    path = None;
                }
                Ok(LoadStep::Done) => break None,
                Err(error) if loader.is_empty() => return Err(error),
                Err(error) => break Some(error),
            }
        };
        Ok(Self { session: loader.into_session(), failure, files })
    }

    /// Its files.
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The messages of a socket or an event stream; `None` where the recording has none of its own.
    ///
    /// # Errors
    /// If their file cannot be read.
    pub fn messages<'a>(&'a self, record: &'a Record) -> Result<Option<RowMessages<'a>>, LoadError> {
        if let Some(columns) = record.inline_messages() {
            return Ok(Some(RowMessages::Inline(MessageLog { bytes: &self.session.bytes, columns })));
        }
        let Some(file) = record.messages_file() else { return Ok(None) };
        let (reader, _) = self.read_messages(file)?;
        Ok(Some(RowMessages::File(reader)))
    }

    /// Reads a messages file to its end, and returns where it is cut off, if it is.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn read_messages(
        &self,
        file: &MessagesFile,
    ) -> Result<(Box<MessagesReader>, Option<Truncation>), LoadError> {
        let (Input::Plain(mut bytes) | Input::Archive(mut bytes)) = self.files.open(Some(&file.path))?;
        let mut reader = Box::new(MessagesReader::new(file.clone()));
        let broken = pass_on(&mut bytes, |piece| reader.feed(piece).map(|()| FeedStatus::More))?;
        let truncation = reader.finish(broken.as_deref())?;
        Ok((reader, truncation))
    }

    /// Reads a file of the recording that holds a body.
    ///
    /// # Errors
    /// If it cannot be read, or is longer than [`MAX_BODY_BYTES`].
    pub fn read_body(&self, path: &str) -> Result<Vec<u8>, LoadError> {
        let (Input::Plain(file) | Input::Archive(file)) = self.files.open(Some(path))?;
        let mut bytes = Vec::new();
        let read = file.take(MAX_BODY_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| unreadable(path, &error))?;
        if bytes.len() as u64 > MAX_BODY_BYTES {
            let what = "The body is larger than 256 MB";
            return Err(LoadError::new(what, path, "Open its file directly.", Retry::Useless));
        }
        Ok(bytes)
    }
}

/// A loader for these files, which begin with the one that it reads first.
fn begin(files: &mut Files) -> SessionLoader {
    let loader = SessionLoader::opening(files.selection(), FORMATS);
    files.begin_with(loader.first());
    loader
}

/// Reads the current file.
fn feed(loader: &mut SessionLoader, mut file: Box<dyn Read>) -> Result<LoadStep, LoadError> {
    let broken = pass_on(&mut file, |piece| loader.feed(piece))?;
    loader.finish(broken.as_deref())
}

/// Passes a file on until it ends or no more of it is needed. Returns why it could not be read to
/// its end.
fn pass_on(
    file: &mut dyn Read,
    mut take: impl FnMut(&[u8]) -> Result<FeedStatus, LoadError>,
) -> Result<Option<String>, LoadError> {
    let mut buffer = vec![0; PIECE_BYTES];
    loop {
        match read_piece(file, &mut buffer) {
            Ok([]) => return Ok(None),
            Ok(piece) => {
                if take(piece)? == FeedStatus::Nothing {
                    return Ok(None);
                }
            }
            Err(error) => return Ok(Some(error.to_string())),
        }
    }
}

/// The next bytes; none at the end.
fn read_piece<'a>(file: &mut dyn Read, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    loop {
        match file.read(buffer) {
            Ok(len) => return Ok(buffer.get(..len).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
