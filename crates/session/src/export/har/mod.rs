//! HAR 1.2, as Chrome imports it, with the sockets' messages as Chrome writes them and their close
//! as HTTP Toolkit does.
//!
//! What HAR has no place for is in `_replayscope`, so that our own reader gets back what was known:
//! which values an entry has only because the format demands them, how a request or a socket ended,
//! and when the session did.

mod entry;
mod event;
mod extension;
mod head;
mod socket;
mod timings;

pub(super) use self::head::known_date;
use self::socket::Frames;
use super::exchange::{Exchange, LoadedBodies, body_files};
use super::json::Json;
use super::pages::PageIds;
use super::{ExportOmissions, ExportOptions, PIECE, messages_of};
use crate::model::{
    EpochMs, EventStream, MessageLog, Messages, MessagesFile, Missing, Record, Session, Socket,
};
use crate::redact::Redactor;

/// Writes rows of a session as a HAR, piece by piece. The pieces, one behind the other, are the
/// file.
#[derive(Debug)]
pub struct HarWriter {
    /// Indexes of records, in the order in which they are written.
    rows: Vec<usize>,
    /// The row that is written next, or is being written.
    at: usize,
    options: ExportOptions,
    left: ExportOmissions,
    json: Json,
    page_ids: PageIds,
    state: State,
    /// The messages that are written of each row; all where it is `None`.
    messages: Option<Vec<u32>>,
    /// Writes the entry of the one row, and no log around it.
    is_entry: bool,
    /// The files that were loaded for the bodies of a row, and the row's index.
    loaded: Option<(usize, LoadedBodies)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    Rows,
    /// Among the messages of the row that is being written; the index is that of the next one.
    Messages(usize),
    Done,
}

/// Writes a HAR in pieces, once it knows its rows: [`HarWriter`], which an app may link separately.
pub trait HarExport {
    /// The file whose messages the next call of [`next_piece`](Self::next_piece) needs: those of the
    /// socket or event stream that is written next, or is being written.
    fn wants<'s>(&self, session: &'s Session) -> Option<&'s MessagesFile>;

    /// The files of the recording that hold the bodies of the row that the next call of
    /// [`next_piece`](Self::next_piece) begins; none where they were given already.
    fn wants_bodies(&self, session: &Session) -> Vec<String>;

    /// Gives the files that [`wants_bodies`](Self::wants_bodies), by their paths, as far as they could be
    /// loaded. A body that is not among them is left out, and counted.
    fn provide_bodies(&mut self, files: Vec<(String, Vec<u8>)>);

    /// The next piece; `None` when the file is complete. `messages` are those of the file that
    /// [`wants`](Self::wants), the same at each call while it wants the same; without them the socket
    /// is written without its messages, and counted.
    fn next_piece(&mut self, session: &Session, messages: Option<MessageLog<'_>>) -> Option<Vec<u8>>;

    /// Rows that are written, or passed over.
    fn rows_written(&self) -> usize;

    /// What was left out so far.
    fn omissions(&self) -> ExportOmissions;
}

impl HarExport for HarWriter {
    fn wants<'s>(&self, session: &'s Session) -> Option<&'s MessagesFile> {
        session.records.get(*self.rows.get(self.at)?)?.messages_file()
    }

    fn wants_bodies(&self, session: &Session) -> Vec<String> {
        let is_begun = matches!(self.state, State::Messages(_) | State::Done);
        if is_begun || self.loaded.as_ref().is_some_and(|(row, _)| *row == self.at) {
            return Vec::new();
        }
        let record = self.rows.get(self.at).and_then(|index| session.records.get(*index));
        record.map(|record| body_files(session, record)).unwrap_or_default()
    }

    fn provide_bodies(&mut self, files: Vec<(String, Vec<u8>)>) {
        self.loaded = Some((self.at, files.into_iter().collect()));
    }

    fn next_piece(&mut self, session: &Session, messages: Option<MessageLog<'_>>) -> Option<Vec<u8>> {
        if self.state == State::Done {
            return None;
        }
        let given_for = self.at;
        while self.state != State::Done && self.json.len() < PIECE {
            let given = messages.filter(|_| self.at == given_for);
            match self.state {
                State::Start => self.head(session),
                // The caller has to load the messages and bodies first.
                State::Rows if self.at != given_for && self.wants_any(session) => break,
                State::Rows => self.row(session, given),
                State::Messages(next) => self.messages(session, next, given),
                State::Done => {}
            }
        }
        Some(self.json.take())
    }

    fn rows_written(&self) -> usize {
        self.at
    }

    fn omissions(&self) -> ExportOmissions {
        ExportOmissions { removed: self.json.redactor.count(), ..self.left }
    }
}

impl HarWriter {
    /// Writes the records at those indexes of [`Session::records`], in that order. Indexes of no
    /// record are passed over.
    pub fn new(rows: Vec<usize>, options: ExportOptions) -> Self {
        Self {
            rows,
            at: 0,
            options,
            left: ExportOmissions::default(),
            json: Json::new(Redactor::new(options.sanitize)),
            page_ids: PageIds::default(),
            state: State::Start,
            messages: None,
            is_entry: false,
            loaded: None,
        }
    }

    /// Writes the entry of the record at that index of [`Session::records`] by itself.
    pub(super) fn of_entry(row: usize, options: ExportOptions) -> Self {
        Self { is_entry: true, ..Self::new(vec![row], options) }
    }

    /// Of each row writes only the messages at those indexes, in that order.
    #[must_use]
    pub fn with_messages(self, indexes: Vec<u32>) -> Self {
        Self { messages: Some(indexes), ..self }
    }

    fn wants_any(&self, session: &Session) -> bool {
        self.wants(session).is_some() || !self.wants_bodies(session).is_empty()
    }

    fn head(&mut self, session: &Session) {
        self.page_ids = PageIds::of(session, &mut self.json.redactor);
        if !self.is_entry {
            head::write(&mut self.json, session, &self.page_ids);
        }
        self.state = State::Rows;
    }

    fn row(&mut self, session: &Session, given: Option<MessageLog<'_>>) {
        let Some(index) = self.rows.get(self.at) else {
            if !self.is_entry {
                self.json.close_array();
                self.json.close_object();
                self.json.close_object();
            }
            self.state = State::Done;
            return;
        };
        let Some(record) = session.records.get(*index) else {
            self.at += 1;
            return;
        };
        self.left.starts += u64::from(record.start.is_none());
        let log = messages_of(session, record, given);
        self.count_missing(record, log.is_some());
        let loaded = self.loaded.take().map(|(_, files)| files).unwrap_or_default();
        let exchange = Exchange::of(session, record, &mut self.json.redactor, &self.page_ids, &loaded);
        self.left.bodies += exchange.bodies_in_files;
        let (payloads, selected) = (self.options.socket_payloads, self.messages.as_deref());
        let frames = log.map(|log| Frames { log, payloads, selected });
        self.json.open_object();
        entry::write(&mut self.json, session, &exchange, frames);
        if log.is_some() {
            let is_socket = record.socket().is_some();
            self.json.key(if is_socket { "_webSocketMessages" } else { "_eventSourceMessages" });
            self.json.open_array();
            self.state = State::Messages(0);
        } else {
            self.end_row();
        }
    }

    fn messages(&mut self, session: &Session, mut next: usize, given: Option<MessageLog<'_>>) {
        let record = self.rows.get(self.at).and_then(|index| session.records.get(*index));
        let log = record.and_then(|record| messages_of(session, record, given));
        if let Some(log) = log {
            let payloads = self.options.socket_payloads;
            let is_socket = record.is_some_and(|record| record.socket().is_some());
            let selected = self.messages.as_deref();
            while next < self.message_count(log) && self.json.len() < PIECE {
                let index = selected.map_or(Some(next), |all| all.get(next).map(|index| *index as usize));
                let index = index.unwrap_or(next);
                self.left.payloads += u64::from(if is_socket {
                    Frames { log, payloads, selected }.write(&mut self.json, index)
                } else {
                    event::write(&mut self.json, log, index, payloads)
                });
                next += 1;
            }
        }
        if log.is_some_and(|log| next < self.message_count(log)) {
            self.state = State::Messages(next);
        } else {
            self.json.close_array();
            self.end_row();
        }
    }

    fn message_count(&self, log: MessageLog<'_>) -> usize {
        self.messages.as_ref().map_or(log.len(), Vec::len)
    }

    /// Number of messages of the row that is being written that are written.
    pub fn messages_written(&self) -> usize {
        if let State::Messages(next) = self.state { next } else { 0 }
    }

    fn end_row(&mut self) {
        self.json.close_object();
        self.at += 1;
        self.state = State::Rows;
    }

    fn count_missing(&mut self, record: &Record, has_messages: bool) {
        match record.socket() {
            Some(Socket { messages: Messages::File(_), .. }) if !has_messages => {
                self.left.messages_not_given += 1;
            }
            Some(Socket {
                messages:
                    Messages::Missing(Missing::NotRecorded | Missing::NotExported | Missing::OutsideRecording),
                is_refused: false,
                ..
            }) => {
                self.left.messages_not_recorded += 1;
            }
            Some(_) => {}
            None => {
                let is_in_file = matches!(record.event_stream(), Some(EventStream::File(_)));
                self.left.messages_not_given += u64::from(is_in_file && !has_messages);
            }
        }
    }
}

/// Written where a number was not recorded: HAR's word for "does not apply", which Chrome's
/// importer takes for a number.
const UNKNOWN: f64 = -1.0;

/// The instant in epoch seconds; of the numbers next to it the one that gives back the same
/// milliseconds. `None` where readers could not distinguish seconds from milliseconds, or from no
/// time at all.
fn seconds(time: EpochMs) -> Option<f64> {
    /// What is above is read as milliseconds.
    const MAX: f64 = 1e11;
    let approximate = time.ms() / 1000.0;
    let exact = [approximate, approximate.next_up(), approximate.next_down()]
        .into_iter()
        .find(|found| EpochMs::new(found * 1000.0) == Some(time));
    Some(exact.unwrap_or(approximate)).filter(|seconds| *seconds > 0.0 && *seconds <= MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn seconds_give_back_the_same_milliseconds(ms in 1.2e12_f64..2.1e12) {
            let time = EpochMs::new(ms).expect("a time");
            prop_assert_eq!(seconds(time).map(|seconds| seconds * 1000.0), Some(ms));
        }
    }
}
