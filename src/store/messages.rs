//! The messages of the socket that is open: fetched when they are opened, once, and never before.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{EventStreamReader, LoadError, MessagesReader};
use session::model::{Body, EventStream, MessageLog, MessagesFile, Record, Session, Truncation};

use super::bodies;
use super::refresh::Refresh;
use super::{Progress, Store};
use crate::source::{Ending, Origin, TaskGuard, TaskHandle, TimeSlicer};

/// How far a socket's messages have come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MessagesState {
    /// Nothing was asked for yet.
    #[default]
    Idle,
    Loading,
    /// All there is; `cut` where the file ended early.
    Ready {
        cut: Option<Truncation>,
    },
    /// The event stream's body was not recorded, for that reason.
    NoBody(String),
    Failed(LoadError),
}

/// The messages files that were fetched. A handle.
#[derive(Clone, Copy, Debug)]
pub struct SocketMessages {
    /// By the row's number. One that is incomplete is under way.
    readers: StoredValue<HashMap<u32, MessagesReader>, LocalStorage>,
    states: StoredValue<HashMap<u32, MessagesState>, LocalStorage>,
    guard: StoredValue<Option<(u32, TaskGuard)>, LocalStorage>,
    /// Counts up whenever a message or a state is new.
    revision: RwSignal<u64>,
    pub progress: RwSignal<Progress>,
}

/// Bytes of messages that are kept for sockets that were opened earlier; past this they are fetched again.
const MAX_BUFFER_BYTES: u64 = 512 << 20;

impl SocketMessages {
    pub(super) fn new() -> Self {
        Self {
            readers: StoredValue::new_local(HashMap::new()),
            states: StoredValue::new_local(HashMap::new()),
            guard: StoredValue::new_local(None),
            revision: RwSignal::new(0),
            progress: RwSignal::new(Progress::default()),
        }
    }

    /// How far the messages of that row have come.
    pub fn state(self, row: u32) -> MessagesState {
        self.revision.track();
        self.states.with_value(|states| states.get(&row).cloned().unwrap_or_default())
    }

    pub(super) fn forget_all(self) {
        self.guard.set_value(None);
        self.readers.set_value(HashMap::new());
        self.states.set_value(HashMap::new());
        self.bump();
    }

    fn bump(self) {
        self.revision.update(|revision| *revision += 1);
    }

    fn set_state(self, row: u32, state: MessagesState) {
        self.states.update_value(|states| {
            states.insert(row, state);
        });
        self.bump();
    }

    /// Stops what is under way for another socket than `row`; its messages are forgotten, for they are incomplete.
    fn leave_others(self, row: u32) {
        let other =
            self.guard.with_value(|guard| guard.as_ref().map(|(busy, _)| *busy).filter(|busy| *busy != row));
        if let Some(other) = other {
            self.guard.set_value(None);
            self.readers.update_value(|readers| {
                readers.remove(&other);
            });
            self.states.update_value(|states| {
                states.remove(&other);
            });
        }
    }

    fn make_room(self, row: u32) {
        self.readers.update_value(|readers| {
            let kept: u64 = readers.values().map(|reader| reader.log().bytes.len()).sum();
            if kept > MAX_BUFFER_BYTES {
                readers.retain(|known, _| *known == row);
                self.states.update_value(|states| states.retain(|known, _| *known == row));
            }
        });
    }
}

impl Store {
    /// The messages of that row are looked at: they are fetched where that is needed and has not been done.
    pub fn open_messages(self, row: u32) {
        self.messages.leave_others(row);
        let known = untrack(|| self.messages.state(row)) != MessagesState::Idle;
        let file = untrack(|| self.with_record(row, |_, record| record.messages_file().cloned())).flatten();
        let is_in_body =
            |_: &Session, record: &Record| matches!(record.event_stream(), Some(EventStream::Body));
        if known {
            return;
        }
        if let (Some(file), Some(origin)) = (file, self.files()) {
            self.fetch_messages(row, file, origin);
        } else if untrack(|| self.with_record(row, is_in_body)) == Some(true) {
            self.parse_event_stream(row);
        }
    }

    /// The messages of that row are no longer looked at.
    pub fn leave_messages(self) {
        self.messages.leave_others(0);
    }

    /// Fetches them again after a failure.
    pub fn retry_messages(self, row: u32) {
        self.messages.states.update_value(|states| {
            states.remove(&row);
        });
        self.open_messages(row);
    }

    /// Looks at the messages of a row, as far as they are there; runs again when there are more.
    pub fn with_messages<R>(self, row: u32, look: impl FnOnce(MessageLog<'_>) -> R) -> Option<R> {
        self.messages.revision.track();
        self.with(|session| {
            let record = session.records.get(session.index_of(row)?)?;
            match record.inline_messages() {
                Some(columns) => Some(look(MessageLog { bytes: &session.bytes, columns })),
                None => self.messages.readers.with_value(|readers| Some(look(readers.get(&row)?.log()))),
            }
        })
    }

    /// What could not be read in a row's messages file, in words.
    pub fn message_notes(self, row: u32) -> Vec<String> {
        self.messages.revision.track();
        self.messages.readers.with_value(|readers| {
            let Some(reader) = readers.get(&row) else { return Vec::new() };
            let notes = reader.notes().listed().iter();
            notes.map(|note| format!("{}: {}", note.place, note.text)).collect()
        })
    }

    fn fetch_messages(self, row: u32, file: MessagesFile, origin: Origin) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.messages.make_room(row);
        self.messages.guard.set_value(Some((row, guard)));
        self.messages.progress.set(Progress::default());
        let path = file.path.clone();
        self.messages.readers.update_value(|readers| {
            readers.insert(row, MessagesReader::new(file));
        });
        self.messages.set_state(row, MessagesState::Loading);
        spawn_local(async move {
            let end = self.read_messages(row, &path, &origin, &task).await;
            if !task.is_wanted() {
                return;
            }
            self.messages.set_state(
                row,
                match end {
                    Ok(cut) => MessagesState::Ready { cut },
                    Err(error) => MessagesState::Failed(error),
                },
            );
            self.messages.guard.set_value(None);
        });
    }

    /// Parses the messages of an event stream from its body.
    fn parse_event_stream(self, row: u32) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        let details = untrack(|| self.with_record(row, Session::details));
        let Some(details) = details else { return };
        self.messages.make_room(row);
        self.messages.guard.set_value(Some((row, guard)));
        self.messages.progress.set(Progress::default());
        self.messages.set_state(row, MessagesState::Loading);
        spawn_local(async move {
            let (headers, body) = (details.response_headers.as_deref(), details.response_body);
            let state = match bodies::load(self.files(), body, headers, &task).await {
                Ok(Some(Body::NotRecorded(why))) => MessagesState::NoBody(why),
                Ok(Some(body)) => match parse(&body, &task).await {
                    Ok(reader) => {
                        self.messages.readers.update_value(|readers| {
                            readers.insert(row, reader);
                        });
                        MessagesState::Ready { cut: None }
                    }
                    Err(error) => MessagesState::Failed(error),
                },
                Ok(None) => return,
                Err(error) => MessagesState::Failed(error),
            };
            if task.is_wanted() {
                self.messages.set_state(row, state);
                self.messages.guard.set_value(None);
            }
        });
    }

    async fn read_messages(
        self,
        row: u32,
        path: &str,
        origin: &Origin,
        task: &TaskHandle,
    ) -> Result<Option<Truncation>, LoadError> {
        let mut stream = origin.open(Some(path), task.signal()).await?;
        if !task.is_wanted() {
            return Ok(None);
        }
        let refresh = Refresh::new(self.messages.progress, move || self.messages.bump());
        self.messages.progress.update(|progress| progress.total = stream.total);
        let ending = stream.pump(task, |slice| {
            let fed = self.with_reader(row, |reader| (reader.feed(slice), reader.log().len()));
            let (fed, rows) = fed.unwrap_or((Ok(()), 0));
            let wish = refresh.after_slice(slice.len(), rows);
            fed.map(|()| wish)
        });
        match ending.await? {
            Ending::Canceled => Ok(None),
            ending => {
                if let Some(damage) = ending.damage() {
                    self.with_reader(row, |reader| reader.note(&damage));
                }
                let broken = ending.broken();
                self.with_reader(row, |reader| reader.finish(broken.as_deref())).unwrap_or(Ok(None))
            }
        }
    }

    fn with_reader<R>(self, row: u32, work: impl FnOnce(&mut MessagesReader) -> R) -> Option<R> {
        self.messages.readers.try_update_value(|readers| readers.get_mut(&row).map(work)).flatten()
    }

    /// Drops the message that a link asks for and the socket does not have, with a word about it.
    pub fn check_message(self, row: u32) {
        let address = self.address.get_untracked();
        let Some(message) = address.selected_message.filter(|_| address.selected_row == Some(row)) else {
            return;
        };
        let count = untrack(|| self.with_messages(row, |log| log.columns.len())).unwrap_or(0);
        if message == 0 || message as usize > count {
            self.address.update(|address| address.selected_message = None);
            self.notices.add(format!("The link names message {message}, which this row does not have"));
        }
    }
}

/// Parses the body of an event stream in slices, as far as the task is not left.
async fn parse(body: &Body, task: &TaskHandle) -> Result<MessagesReader, LoadError> {
    /// Bytes that are parsed between two looks at the clock.
    const SLICE: usize = 256 << 10;
    let bytes = match body {
        Body::Text { text, .. } => text.as_bytes(),
        Body::Binary { bytes, .. } => bytes,
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => &[],
    };
    let (mut reader, mut pace) = (EventStreamReader::default(), TimeSlicer::default());
    for slice in bytes.chunks(SLICE) {
        reader.feed(slice)?;
        pace.rest().await;
        if !task.is_wanted() {
            break;
        }
    }
    reader.finish()
}
