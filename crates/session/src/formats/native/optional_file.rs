//! Optional files of a session: a fault in one loses only that file.

use crate::formats::sniffer::ContentSniffer;
use crate::formats::{LoadError, Reader};
use crate::model::{LoadNotes, Session};

/// Records the truncation of a file: as that of the session, or as a load note if another file is
/// truncated already.
pub(in crate::formats) fn record_truncation(session: &mut Session) {
    if let Some(cut) = session.truncation.take() {
        let text = format!("cut off: {}; the part before it is read", cut.reason);
        session.notes.push(cut.file, Some(cut.byte), text);
    }
}

/// Reads an optional file. Its faults become load notes that name it.
#[derive(Debug)]
pub(super) struct OptionalFileReader {
    file: String,
    head: ContentSniffer,
    /// The bytes that arrived before the content was recognized.
    held: Vec<u8>,
    reader: Box<dyn Reader>,
    /// The rest of the file is ignored.
    has_failed: bool,
}

impl OptionalFileReader {
    pub(super) fn new(file: &str, reader: Box<dyn Reader>) -> Self {
        Self {
            file: file.to_owned(),
            head: ContentSniffer::default(),
            held: Vec::new(),
            reader,
            has_failed: false,
        }
    }

    pub(super) fn feed(&mut self, session: &mut Session, piece: &[u8]) {
        if self.has_failed {
            return;
        }
        self.guarded(session, |file, session| {
            if file.head.is_known() {
                return file.reader.feed(session, piece);
            }
            file.held.extend_from_slice(piece);
            file.head.take(&file.file, piece)?;
            if file.head.is_known() { file.feed_held(session) } else { Ok(()) }
        });
    }

    pub(super) fn finish(&mut self, session: &mut Session, broken: Option<&str>) {
        if self.has_failed {
            return;
        }
        let previous = session.truncation.take();
        self.guarded(session, |file, session| {
            file.feed_held(session)?;
            file.reader.finish(session, broken).map(|_| ())
        });
        record_truncation(session);
        session.truncation = previous;
    }

    pub(super) fn missing(&mut self, session: &mut Session, why: &LoadError) {
        self.fail(session, why);
    }

    /// Whether the file, or a part of it, was read.
    pub(super) fn was_read(&self) -> bool {
        !self.has_failed
    }

    fn feed_held(&mut self, session: &mut Session) -> Result<(), LoadError> {
        self.reader.feed(session, &std::mem::take(&mut self.held))
    }

    fn guarded(
        &mut self,
        session: &mut Session,
        read: impl FnOnce(&mut Self, &mut Session) -> Result<(), LoadError>,
    ) {
        let before = std::mem::take(&mut session.notes);
        let result = read(self, session);
        let notes: LoadNotes = std::mem::replace(&mut session.notes, before);
        session.notes.append_file(&self.file, notes);
        if let Err(why) = result {
            self.fail(session, &why);
        }
    }

    fn fail(&mut self, session: &mut Session, why: &LoadError) {
        self.has_failed = true;
        session.notes.push(self.file.as_str(), None, format!("not read: {why}"));
    }
}
