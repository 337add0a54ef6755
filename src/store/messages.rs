//! The messages of sockets and event streams: fetched when they are shown, once, and never before.

use std::collections::HashMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{EventStreamReader, LoadError, MessagesReader};
use session::model::{Body, EventStream, MessageLog, MessagesFile, Record, Session, Truncation};

use super::refresh::Refresh;
use super::session::{SessionEvent, SessionStore};
use super::{Progress, bodies};
use crate::source::{Ending, Origin, TaskGuard, TaskHandle, TimeSlicer};

/// How far a socket's messages have come.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum MessagesState {
    /// Not requested yet.
    #[default]
    Idle,
    Loading,
    /// Complete, up to the truncation where the file ended early.
    Ready {
        truncation: Option<Truncation>,
    },
    /// The event stream's body was not recorded, for that reason.
    NoBody(String),
    Failed(LoadError),
}

/// The messages that were fetched. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Messages {
    session: SessionStore,
    /// By the row's number. Notified when there are enough new messages for the screen to follow.
    rows: RwSignal<HashMap<u32, FetchedRow>, LocalStorage>,
    guard: StoredValue<Option<(u32, TaskGuard)>, LocalStorage>,
    /// The row whose messages are on screen.
    shown: StoredValue<Option<u32>>,
    pub progress: RwSignal<Progress>,
}

/// The messages of one row.
#[derive(Debug, Default)]
struct FetchedRow {
    state: MessagesState,
    reader: Option<MessagesReader>,
    /// Reads the file again, to replace `reader`.
    next: Option<MessagesReader>,
}

/// Which reader of a row gets the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Shown,
    Next,
}

/// Bytes of messages that are kept for sockets that were opened earlier; past this they are fetched
/// again.
const MAX_BUFFER_BYTES: u64 = 512 << 20;

impl Messages {
    pub(super) fn new(session: SessionStore) -> Self {
        let messages = Self {
            session,
            rows: RwSignal::new_local(HashMap::new()),
            guard: StoredValue::new_local(None),
            shown: StoredValue::new(None),
            progress: RwSignal::new(Progress::default()),
        };
        session.on(SessionEvent::Replaced, move || {
            messages.guard.set_value(None);
            messages.rows.update(HashMap::clear);
        });
        session.on(SessionEvent::Grown, move || messages.reread());
        messages
    }

    /// How far the messages of that row have come.
    pub fn state(self, row: u32) -> MessagesState {
        self.rows.with(|rows| rows.get(&row).map(|row| row.state.clone()).unwrap_or_default())
    }

    /// Fetches the messages of that row where that is needed and has not been done. To be called
    /// when they are shown.
    pub fn open(self, row: u32) {
        self.shown.set_value(Some(row));
        self.cancel_except(Some(row));
        if untrack(|| self.state(row)) != MessagesState::Idle {
            return;
        }
        let file = |_: &Session, record: &Record| record.messages_file().cloned();
        let is_in_body =
            |_: &Session, record: &Record| matches!(record.event_stream(), Some(EventStream::Body));
        let file = untrack(|| self.session.with_record(row, file)).flatten();
        if let (Some(file), Some(origin)) = (file, self.session.files()) {
            self.fetch(row, file, origin);
        } else if untrack(|| self.session.with_record(row, is_in_body)) == Some(true) {
            self.parse_event_stream(row);
        }
    }

    /// Cancels the fetch that runs. To be called when messages are no longer shown.
    pub fn close(self) {
        self.shown.set_value(None);
        self.cancel_except(None);
    }

    /// Fetches the messages of live sockets again: those on screen at once, others when they are shown.
    fn reread(self) {
        let is_busy = self.guard.with_value(Option::is_some);
        let shown = self.shown.get_value();
        self.rows.update_untracked(|rows| rows.retain(|row, _| Some(*row) == shown));
        let Some(row) = shown.filter(|_| !is_busy) else { return };
        let file = |_: &Session, record: &Record| record.messages_file().cloned();
        let file = untrack(|| self.session.with_record(row, file)).flatten();
        let is_read = matches!(untrack(|| self.state(row)), MessagesState::Ready { .. });
        let (Some(file), Some(origin), true) = (file, self.session.files(), is_read) else { return };
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.guard.set_value(Some((row, guard)));
        let path = file.path.clone();
        self.rows.update_untracked(|rows| {
            if let Some(row) = rows.get_mut(&row) {
                row.next = Some(MessagesReader::new(file));
            }
        });
        spawn_local(async move {
            let end = self.read(row, Slot::Next, &path, &origin, &task).await;
            if task.is_canceled() {
                return;
            }
            self.guard.set_value(None);
            self.rows.update(|rows| {
                let Some(row) = rows.get_mut(&row) else { return };
                // Where it failed, what was read before stays.
                if let (Some(next), Ok(truncation)) = (row.next.take(), end) {
                    row.reader = Some(next);
                    row.state = MessagesState::Ready { truncation };
                }
            });
        });
    }

    /// Fetches them again after a failure.
    pub fn retry(self, row: u32) {
        self.rows.update_untracked(|rows| rows.remove(&row));
        self.open(row);
    }

    /// Reads the messages of a row, as far as they are there; what calls this runs again when there
    /// are more.
    pub fn with<R>(self, row: u32, read: impl FnOnce(MessageLog<'_>) -> R) -> Option<R> {
        self.session.with(|session| {
            let record = session.records.get(session.index_of(row)?)?;
            match record.inline_messages() {
                Some(columns) => Some(read(MessageLog { bytes: &session.bytes, columns })),
                None => self.rows.with(|rows| Some(read(rows.get(&row)?.reader.as_ref()?.log()))),
            }
        })
    }

    /// What could not be read in a row's messages file.
    pub fn notes(self, row: u32) -> Vec<String> {
        self.rows.with(|rows| {
            let Some(reader) = rows.get(&row).and_then(|row| row.reader.as_ref()) else { return Vec::new() };
            let notes = reader.notes().listed().iter();
            notes.map(|note| format!("{}: {}", note.place, note.text)).collect()
        })
    }

    fn set_state(self, row: u32, state: MessagesState) {
        self.rows.update(|rows| rows.entry(row).or_default().state = state);
    }

    fn set_reader(self, row: u32, reader: MessagesReader) {
        self.rows.update_untracked(|rows| rows.entry(row).or_default().reader = Some(reader));
    }

    /// Cancels the fetch for another row than `row`; its messages are dropped, because they are
    /// incomplete.
    fn cancel_except(self, row: Option<u32>) {
        let other = self.guard.with_value(|guard| guard.as_ref().map(|(busy, _)| *busy));
        if let Some(other) = other.filter(|other| Some(*other) != row) {
            self.guard.set_value(None);
            self.rows.update_untracked(|rows| rows.remove(&other));
        }
    }

    /// Drops the messages of other rows where they take too much memory.
    fn free_memory(self, row: u32) {
        self.rows.update_untracked(|rows| {
            let readers = rows.values().filter_map(|row| row.reader.as_ref());
            if readers.map(|reader| reader.log().bytes.len()).sum::<u64>() > MAX_BUFFER_BYTES {
                rows.retain(|known, _| *known == row);
            }
        });
    }

    /// The task of a fetch for that row, which is loading from now on.
    fn begin(self, row: u32) -> Option<TaskHandle> {
        let (guard, task) = TaskGuard::new()?;
        self.free_memory(row);
        self.guard.set_value(Some((row, guard)));
        self.progress.set(Progress::default());
        self.set_state(row, MessagesState::Loading);
        Some(task)
    }

    fn end(self, row: u32, state: MessagesState, task: &TaskHandle) {
        if !task.is_canceled() {
            self.set_state(row, state);
            self.guard.set_value(None);
        }
    }

    fn fetch(self, row: u32, file: MessagesFile, origin: Origin) {
        let path = file.path.clone();
        let Some(task) = self.begin(row) else { return };
        self.set_reader(row, MessagesReader::new(file));
        spawn_local(async move {
            let state = match self.read(row, Slot::Shown, &path, &origin, &task).await {
                Ok(truncation) => MessagesState::Ready { truncation },
                Err(error) => MessagesState::Failed(error),
            };
            self.end(row, state, &task);
        });
    }

    /// Parses the messages of an event stream from its body.
    fn parse_event_stream(self, row: u32) {
        let details = untrack(|| self.session.with_record(row, Session::details));
        let Some(details) = details else { return };
        let Some(task) = self.begin(row) else { return };
        spawn_local(async move {
            let (headers, body) = (details.response_headers.as_deref(), details.response_body);
            let state = match bodies::load(self.session.files(), body, headers, &task).await {
                Ok(Some(Body::NotRecorded(why))) => MessagesState::NoBody(why),
                Ok(Some(body)) => match parse(&body, &task).await {
                    Ok(_) if task.is_canceled() => return,
                    Ok(reader) => {
                        self.set_reader(row, reader);
                        MessagesState::Ready { truncation: None }
                    }
                    Err(error) => MessagesState::Failed(error),
                },
                Ok(None) => return,
                Err(error) => MessagesState::Failed(error),
            };
            self.end(row, state, &task);
        });
    }

    async fn read(
        self,
        row: u32,
        slot: Slot,
        path: &str,
        origin: &Origin,
        task: &TaskHandle,
    ) -> Result<Option<Truncation>, LoadError> {
        let mut stream = origin.open(Some(path), task.signal()).await?;
        if task.is_canceled() {
            return Ok(None);
        }
        let refresh = Refresh::new(self.progress, move || {
            if slot == Slot::Shown {
                self.rows.notify();
            }
        });
        self.progress.update(|progress| progress.total = stream.total);
        let ending = stream.pump(task, |slice| {
            let fed = self.with_reader(row, slot, |reader| (reader.feed(slice), reader.log().len()));
            let (fed, rows) = fed.unwrap_or((Ok(()), 0));
            let flow = refresh.after_slice(slice.len(), rows);
            fed.map(|()| flow)
        });
        match ending.await? {
            Ending::Canceled => Ok(None),
            ending => {
                if let Some(damage) = ending.damage() {
                    self.with_reader(row, slot, |reader| reader.note(&damage));
                }
                let broken = ending.broken();
                self.with_reader(row, slot, |reader| reader.finish(broken.as_deref())).unwrap_or(Ok(None))
            }
        }
    }

    /// Changes a row's reader; the screen is not notified.
    fn with_reader<R>(
        self,
        row: u32,
        slot: Slot,
        change: impl FnOnce(&mut MessagesReader) -> R,
    ) -> Option<R> {
        let changed = self.rows.try_update_untracked(|rows| {
            let row = rows.get_mut(&row)?;
            let reader = match slot {
                Slot::Shown => row.reader.as_mut(),
                Slot::Next => row.next.as_mut(),
            };
            reader.map(change)
        });
        changed.flatten()
    }
}

/// Parses the body of an event stream in slices, until the task is canceled.
async fn parse(body: &Body, task: &TaskHandle) -> Result<MessagesReader, LoadError> {
    /// Bytes that are parsed before the clock is read again.
    const SLICE_BYTES: usize = 256 << 10;
    let bytes = match body {
        Body::Text { text, .. } => text.as_bytes(),
        Body::Binary { bytes, .. } => bytes,
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => &[],
    };
    let (mut reader, mut slicer) = (EventStreamReader::default(), TimeSlicer::default());
    for slice in bytes.chunks(SLICE_BYTES) {
        reader.feed(slice)?;
        slicer.yield_if_due().await;
        if task.is_canceled() {
            break;
        }
    }
    reader.finish()
}
