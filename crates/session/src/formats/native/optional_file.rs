//! Files of a session without which its requests are shown all the same: what is wrong with one costs that one.

use crate::formats::sniffer::ContentSniffer;
use crate::formats::{LoadError, Reader};
use crate::model::{LoadNotes, Session};

/// Makes the cut of a file that is not the session's first to be cut a note.
pub(in crate::formats) fn record_truncation(session: &mut Session) {
    if let Some(cut) = session.cut.take() {
        let text = format!("cut off: {}; what stands before is read", cut.reason);
        session.notes.push(cut.file, Some(cut.byte), text);
    }
}

/// Reads such a file. What there is to say of it becomes load notes that name it.
#[derive(Debug)]
pub(super) struct OptionalFileReader {
    file: String,
    head: ContentSniffer,
    /// The bytes that arrived before the file was known to be what it should be.
    held: Vec<u8>,
    reader: Box<dyn Reader>,
    /// Nothing more of it is read.
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
        let previous = session.cut.take();
        self.guarded(session, |file, session| {
            file.feed_held(session)?;
            file.reader.finish(session, broken).map(|_| ())
        });
        record_truncation(session);
        session.cut = previous;
    }

    pub(super) fn missing(&mut self, session: &mut Session, why: &LoadError) {
        self.fail(session, why);
    }

    /// Whether it was there, be it in part.
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
