//! The files next to a recording that a writer asks for: messages and bodies.

use session::formats::{LoadError, MessagesReader, Retry};
use session::model::{MessageLog, MessagesFile};

use crate::recording::Recording;

/// Reads them as they are asked for, and keeps what could not be read.
#[derive(Debug)]
pub(super) struct Sidecars<'r> {
    recording: &'r Recording,
    /// The messages file that was asked for last, and its messages.
    messages: Option<(MessagesFile, Option<Box<MessagesReader>>)>,
    pub(super) failures: Vec<LoadError>,
}

impl<'r> Sidecars<'r> {
    pub(super) fn new(recording: &'r Recording) -> Self {
        Self { recording, messages: None, failures: Vec::new() }
    }

    /// The messages of the file that is wanted; `None` if none is, or if it cannot be read.
    pub(super) fn messages(&mut self, wanted: Option<&MessagesFile>) -> Option<MessageLog<'_>> {
        if wanted != self.messages.as_ref().map(|(file, _)| file) {
            self.messages = wanted.map(|file| (file.clone(), self.read(file)));
        }
        self.messages.as_ref()?.1.as_ref().map(|reader| reader.log())
    }

    /// The files at those paths, as far as they can be read.
    pub(super) fn bodies(&mut self, paths: Vec<String>) -> Vec<(String, Vec<u8>)> {
        let mut bodies = Vec::new();
        for path in paths {
            match self.recording.read_body(&path) {
                Ok(bytes) => bodies.push((path, bytes)),
                Err(error) => self.failures.push(error),
            }
        }
        bodies
    }

    fn read(&mut self, file: &MessagesFile) -> Option<Box<MessagesReader>> {
        match self.recording.read_messages(file) {
            Ok((reader, truncation)) => {
                if let Some(cut) = truncation {
                    let place = format!("{}: {}", cut.file, cut.reason);
                    let what = "The file of messages is not complete";
                    let remedy = "The messages before that are written.";
                    self.failures.push(LoadError::new(what, place, remedy, Retry::Useless));
                }
                Some(reader)
            }
            Err(error) => {
                self.failures.push(error);
                None
            }
        }
    }
}
