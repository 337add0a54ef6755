//! A session as a folder of the native format: `resources.jsonl`, `sockets/…`, `console.jsonl`,
//! `events.jsonl`, and `session.json`, which comes last because it counts what the others hold.
//!
//! The format distinguishes rows by their socket id, so a socket without one is given one, and
//! repeated ids are kept apart. What it has no place for (status texts, priorities, the time that
//! sending took) is left out.

mod console;
mod events;
mod http;
mod manifest;
mod message;
mod names;
mod socket;

use self::manifest::{FileOf, FileSize};
use self::names::Names;
use super::exchange::{Exchange, LoadedBodies, body_files};
use super::json::Json;
use super::pages::PageIds;
use super::{ExportOmissions, ExportOptions, PIECE, messages_of};
use crate::model::{Ending, MessageLog, MessagesFile, Record, RecordKind, Session};
use crate::redact::{RedactionReport, Redactor};

/// The next bytes of one of the session's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NativePiece {
    /// The file, relative to the session's folder. Files come one after the other, each in one or
    /// more pieces.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Writes a session as a folder, piece by piece.
#[derive(Debug)]
pub struct NativeWriter {
    /// The session's id, `[A-Za-z0-9._-]{1,128}`.
    id: String,
    options: ExportOptions,
    left: ExportOmissions,
    json: Json,
    names: Names,
    page_ids: PageIds,
    /// The messages file that is being written.
    file: Option<FileOf>,
    written: manifest::Written,
    /// The files that were loaded for the bodies of a row, and the row's index.
    loaded: Option<(usize, LoadedBodies)>,
    /// The file of the piece before.
    previous_path: String,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Among the resources, of which that row comes next.
    Resources(usize),
    /// Among the messages of that row, of which that one comes next.
    Messages {
        row: usize,
        next: usize,
    },
    /// Among the console entries, of which that one comes next.
    Console(usize),
    /// Among the DOM events, of which that one comes next.
    Events(usize),
    Manifest,
    Done,
}

impl NativeWriter {
    /// `id` names the session in its manifest. Characters other than `A-Z a-z 0-9 . _ -` become
    /// hyphens, and what is beyond 128 of them is cut off.
    pub fn new(id: &str, options: ExportOptions) -> Self {
        Self {
            id: names::session_id(id),
            options,
            left: ExportOmissions::default(),
            json: Json::new(Redactor::new(options.sanitize)),
            names: Names::default(),
            page_ids: PageIds::default(),
            file: None,
            written: manifest::Written::default(),
            loaded: None,
            previous_path: String::new(),
            state: State::Resources(0),
        }
    }

    /// Also counts what is redacted by place and name.
    #[must_use]
    pub fn with_report(mut self) -> Self {
        self.json.redactor = std::mem::take(&mut self.json.redactor).with_report();
        self
    }

    /// What was redacted so far; `None` unless [`NativeWriter::with_report`].
    pub fn report(&self) -> Option<&RedactionReport> {
        self.json.redactor.report()
    }

    /// The file whose messages the next call of [`NativeWriter::next_piece`] needs.
    pub fn wants<'s>(&self, session: &'s Session) -> Option<&'s MessagesFile> {
        session.records.get(self.messages_row()?).and_then(Record::messages_file)
    }

    /// The next piece, which may be empty; `None` when the folder is complete. `messages` are those
    /// of the file that [`NativeWriter::wants`], the same at each call while it wants the same;
    /// without them the file is not written, and counted.
    pub fn next_piece(&mut self, session: &Session, messages: Option<MessageLog<'_>>) -> Option<NativePiece> {
        let given_for = self.messages_row();
        loop {
            if self.messages_row() != given_for && self.wants(session).is_some() {
                // What was given is not of this file, which the caller has to load first.
                return Some(NativePiece { path: self.previous_path.clone(), bytes: Vec::new() });
            }
            let piece = match self.state {
                State::Resources(row) => self.resources(session, row),
                State::Messages { row, next } => self.messages(session, row, next, messages),
                State::Console(next) => self.console(session, next),
                State::Events(next) => self.events(session, next),
                State::Manifest => {
                    manifest::write(&mut self.json, session, &self.id, &self.page_ids, &self.written);
                    self.state = State::Done;
                    Some(NativePiece { path: "session.json".to_owned(), bytes: self.json.take() })
                }
                State::Done => return None,
            };
            if let Some(piece) = piece {
                self.previous_path.clone_from(&piece.path);
                return Some(piece);
            }
        }
    }

    /// The files of the recording that hold the bodies of the row that the next call of
    /// [`NativeWriter::next_piece`] begins with; none where they were given already.
    pub fn wants_bodies(&self, session: &Session) -> Vec<String> {
        match self.state {
            State::Resources(row) => self.wanted_bodies(session, row),
            _ => Vec::new(),
        }
    }

    fn wanted_bodies(&self, session: &Session, row: usize) -> Vec<String> {
        if self.loaded.as_ref().is_some_and(|(loaded, _)| *loaded == row) {
            return Vec::new();
        }
        let record = session.records.get(row);
        record.map(|record| body_files(session, record)).unwrap_or_default()
    }

    /// Gives the files that [`NativeWriter::wants_bodies`], by their paths, as far as they could be
    /// loaded. A body that is not among them is left out, and counted.
    pub fn provide_bodies(&mut self, files: Vec<(String, Vec<u8>)>) {
        if let State::Resources(row) = self.state {
            self.loaded = Some((row, files.into_iter().collect()));
        }
    }

    /// The row whose messages are being written.
    fn messages_row(&self) -> Option<usize> {
        if let State::Messages { row, .. } = self.state { Some(row) } else { None }
    }

    /// What was left out so far.
    pub fn omissions(&self) -> ExportOmissions {
        ExportOmissions { removed: self.json.redactor.count(), ..self.left }
    }

    fn resources(&mut self, session: &Session, mut row: usize) -> Option<NativePiece> {
        if row == 0 {
            self.names = Names::of(session, &mut self.json.redactor);
            self.page_ids = PageIds::of(session, &mut self.json.redactor);
        }
        let given_for = row;
        while row < session.records.len() && self.json.len() < PIECE {
            if row != given_for && !self.wanted_bodies(session, row).is_empty() {
                // The caller has to load them first.
                break;
            }
            self.row(session, row);
            row += 1;
        }
        let is_first = self.written.resources.bytes == 0;
        self.state =
            if row < session.records.len() { State::Resources(row) } else { next_messages(session, 0) };
        let bytes = self.json.take();
        self.written.resources.bytes += bytes.len() as u64;
        // A session without rows has an empty file of them.
        (is_first || !bytes.is_empty()).then(|| NativePiece { path: manifest::RESOURCES.to_owned(), bytes })
    }

    fn row(&mut self, session: &Session, row: usize) {
        let Some(record) = session.records.get(row) else { return };
        self.left.starts += u64::from(record.start.is_none());
        let loaded = self.loaded.take().map(|(_, files)| files).unwrap_or_default();
        let exchange = Exchange::of(session, record, &mut self.json.redactor, &self.page_ids, &loaded);
        self.left.bodies += exchange.bodies_in_files;
        let id = self.names.id(row);
        let lines = match &record.kind {
            RecordKind::Http(http) => {
                self.written.requests += 1;
                http::write(&mut self.json, session, &exchange, http, id);
                1
            }
            RecordKind::Socket(socket) => {
                self.written.sockets += 1;
                self.left.closes += u64::from(
                    socket.ending == Ending::NotRecorded && !socket.is_orphan && !socket.is_refused,
                );
                socket::write(&mut self.json, &exchange, socket, id)
            }
        };
        self.written.resources.lines += lines;
    }

    fn messages(
        &mut self,
        session: &Session,
        row: usize,
        mut next: usize,
        given: Option<MessageLog<'_>>,
    ) -> Option<NativePiece> {
        let after = next_messages(session, row + 1);
        let record = session.records.get(row);
        let Some((record, log)) =
            record.and_then(|record| Some((record, messages_of(session, record, given)?)))
        else {
            self.left.messages_not_given += 1;
            // Nothing else records a socket of which only the messages were recorded.
            let is_alone = record.and_then(|record| record.socket()).is_some_and(socket::is_only_messages);
            self.left.rows += u64::from(is_alone);
            self.state = after;
            return None;
        };
        let is_first = next == 0;
        while next < log.len() && self.json.len() < PIECE {
            self.left.payloads +=
                u64::from(message::write(&mut self.json, log, next, self.options.socket_payloads));
            next += 1;
        }
        let bytes = self.json.take();
        let path = self.names.path(row).to_owned();
        if is_first {
            let id = self.names.id(row).unwrap_or_default().to_owned();
            self.file = Some(FileOf::new(id, path.clone(), log.columns.counts(), record.socket().is_some()));
        }
        if let Some(file) = &mut self.file {
            file.bytes += bytes.len() as u64;
        }
        self.state = if next < log.len() {
            State::Messages { row, next }
        } else {
            self.written.files.extend(self.file.take());
            after
        };
        Some(NativePiece { path, bytes })
    }

    /// Where there are events the file of entries is written even if it is empty: readers take the
    /// entries of rrweb's console plugin only where there is no such file.
    fn console(&mut self, session: &Session, mut next: usize) -> Option<NativePiece> {
        let first = next;
        while self.json.len() < PIECE
            && let Some(entry) = session.console.get(next)
        {
            console::write(&mut self.json, session, entry);
            next += 1;
        }
        let is_complete = next == session.console.len();
        self.state = if is_complete { State::Events(0) } else { State::Console(next) };
        if session.console.is_empty() && session.dom_events.is_empty() {
            return None;
        }
        let bytes = self.json.take();
        add_lines(&mut self.written.console, next - first, &bytes);
        Some(NativePiece { path: manifest::CONSOLE.to_owned(), bytes })
    }

    fn events(&mut self, session: &Session, mut next: usize) -> Option<NativePiece> {
        let first = next;
        while self.json.len() < PIECE
            && let Some(event) = session.dom_events.get(next)
        {
            events::write(&mut self.json, session, &event, &self.page_ids);
            next += 1;
        }
        let is_complete = next >= session.dom_events.len();
        self.state = if is_complete { State::Manifest } else { State::Events(next) };
        if session.dom_events.is_empty() {
            return None;
        }
        let bytes = self.json.take();
        add_lines(&mut self.written.events, next - first, &bytes);
        Some(NativePiece { path: manifest::EVENTS.to_owned(), bytes })
    }
}

/// Counts lines of a file that has a size from its first piece on.
fn add_lines(size: &mut Option<FileSize>, lines: usize, bytes: &[u8]) {
    let size = size.get_or_insert_default();
    size.lines += lines as u64;
    size.bytes += bytes.len() as u64;
}

/// The first row from there on that has messages to be written.
fn next_messages(session: &Session, from: usize) -> State {
    let has_messages = |row: &usize| {
        let Some(record) = session.records.get(*row) else { return false };
        record.messages_file().is_some() || messages_of(session, record, None).is_some()
    };
    let next = (from..session.records.len()).find(has_messages);
    next.map_or(State::Console(0), |row| State::Messages { row, next: 0 })
}
