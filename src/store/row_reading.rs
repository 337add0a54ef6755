//! What a filter of requests needs beyond the rows: their headers, which are read once, and their
//! bodies and messages, which are searched.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use presentation::network::{ContentKind, ContentTerm, Contents, Evidence, RequestFilter, RequestIndex};
use session::model::Details;

use super::message_search::{SearchWorker, Searched, SocketSearch};
use super::session::{SessionEvent, SessionStore};
use super::{Messages, bodies};
use crate::source::{TaskGuard, TaskHandle, TimeSlicer};

/// Time between two refreshes of the table while rows are read, in ms.
const REFRESH_MS: f64 = 150.0;

/// How far the reading is that a filter needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReadingStatus {
    /// Everything that the filter needs is read.
    #[default]
    Complete,
    /// It begins when the session is loaded.
    WaitingForSession,
    /// Headers of that many rows are read.
    Headers { read: usize, rows: usize },
    /// The bodies or messages of that many rows are searched.
    Contents { read: usize, rows: usize, unreadable: usize },
    /// All are searched that could be read.
    Incomplete { unreadable: usize },
    /// Canceled by the user: rows that were not read are not listed.
    Canceled,
}

/// What is read of the rows. A handle.
#[derive(Clone, Copy, Debug)]
pub struct RowReading {
    session: SessionStore,
    messages: Messages,
    index: RwSignal<RequestIndex, LocalStorage>,
    contents: RwSignal<Contents, LocalStorage>,
    pub status: RwSignal<ReadingStatus>,
    task: StoredValue<Option<TaskGuard>, LocalStorage>,
    worker: StoredValue<Option<Rc<SearchWorker>>, LocalStorage>,
}

impl RowReading {
    /// `needs_columns` is whether columns show details.
    pub(super) fn new(
        session: SessionStore,
        messages: Messages,
        filter: Memo<Arc<RequestFilter>>,
        needs_columns: Memo<bool>,
    ) -> Self {
        let reading = Self {
            session,
            messages,
            index: RwSignal::new_local(RequestIndex::default()),
            contents: RwSignal::new_local(Contents::default()),
            status: RwSignal::new(ReadingStatus::default()),
            task: StoredValue::new_local(None),
            worker: StoredValue::new_local(None),
        };
        session.on(SessionEvent::Replaced, move || reading.forget());
        session.on(SessionEvent::Grown, move || {
            reading.forget();
            reading.run(filter.get_untracked(), needs_columns.get_untracked());
        });
        let is_loading = Memo::new(move |_| session.is_loading());
        Effect::new(move || {
            let (filter, needs_columns, _) = (filter.get(), needs_columns.get(), is_loading.get());
            untrack(|| reading.run(filter, needs_columns));
        });
        reading
    }

    /// Reads the details of the rows that are read so far; what calls this runs again when more are.
    pub fn with_index<R>(self, read: impl FnOnce(&RequestIndex) -> R) -> R {
        self.index.with(read)
    }

    /// Reads what is known of the rows for a filter; what calls this runs again when more is known
    /// that the filter needs.
    pub fn with_evidence<R>(self, filter: &RequestFilter, read: impl FnOnce(Evidence<'_>) -> R) -> R {
        if filter.needs_index() {
            self.index.track();
        }
        if !filter.content_terms().is_empty() {
            self.contents.track();
        }
        self.index.with_untracked(|index| {
            self.contents
                .with_untracked(|contents| read(Evidence { index: Some(index), contents: Some(contents) }))
        })
    }

    /// Ends the reading; the rows that it decided stay.
    pub fn cancel(self) {
        self.task.set_value(None);
        self.status.set(ReadingStatus::Canceled);
    }

    fn forget(self) {
        self.task.set_value(None);
        self.worker.set_value(None);
        self.index.set(RequestIndex::default());
        self.contents.set(Contents::default());
        self.status.set(ReadingStatus::Complete);
    }

    fn run(self, filter: Arc<RequestFilter>, needs_columns: bool) {
        self.task.set_value(None);
        let terms = filter.content_terms();
        let needs_index = needs_columns || filter.needs_index();
        if !needs_index && terms.is_empty() {
            self.status.set(ReadingStatus::Complete);
            return;
        }
        if untrack(|| self.session.is_loading()) {
            self.status.set(ReadingStatus::WaitingForSession);
            return;
        }
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.task.set_value(Some(guard));
        spawn_local(async move {
            let mut unreadable = 0;
            if needs_index {
                self.read_headers(&task).await;
            }
            if !terms.is_empty() && !task.is_canceled() {
                unreadable = self.search(&filter, &terms, &task).await;
            }
            if !task.is_canceled() {
                self.task.set_value(None);
                self.status.set(match unreadable {
                    0 => ReadingStatus::Complete,
                    unreadable => ReadingStatus::Incomplete { unreadable },
                });
            }
        });
    }

    /// Reads the headers of the rows that are not read yet.
    async fn read_headers(self, task: &TaskHandle) {
        let (mut slicer, mut refresh) = (TimeSlicer::default(), Refresh::default());
        let rows = self.session.with_untracked(|session| session.records.len());
        loop {
            let step = |index: &mut RequestIndex| {
                self.session.with_untracked(|session| index.read_next(session)).then(|| index.len())
            };
            let Some(Some(read)) = self.index.try_update_untracked(step) else { break };
            if refresh.is_due() {
                self.index.notify();
                self.status.set(ReadingStatus::Headers { read, rows });
            }
            slicer.yield_if_due().await;
            if task.is_canceled() {
                break;
            }
        }
        self.index.notify();
    }

    /// Searches bodies and messages of the rows that depend on them. Returns the number of rows that
    /// could not be read.
    async fn search(self, filter: &RequestFilter, terms: &[ContentTerm], task: &TaskHandle) -> usize {
        let undecided = self.undecided(filter);
        let (mut refresh, mut unreadable, rows) = (Refresh::default(), 0, undecided.len());
        let mut slicer = TimeSlicer::default();
        for (read, (index, row)) in undecided.into_iter().enumerate() {
            let found = self.search_row(row, terms, task).await;
            if task.is_canceled() {
                return unreadable;
            }
            unreadable += usize::from(found.is_none());
            let found = found.unwrap_or_default();
            self.contents.update_untracked(|contents| {
                for (nth, term) in terms.iter().enumerate() {
                    contents.set(term, index, found.get(nth).copied().unwrap_or(false));
                }
            });
            if refresh.is_due() {
                self.contents.notify();
                self.status.set(ReadingStatus::Contents { read, rows, unreadable });
            }
            slicer.yield_if_due().await;
        }
        self.contents.notify();
        unreadable
    }

    /// Index and number of the rows that the filter cannot decide yet.
    fn undecided(self, filter: &RequestFilter) -> Vec<(usize, u32)> {
        untrack(|| {
            self.with_evidence(filter, |evidence| {
                self.session.with(|session| {
                    let matches = filter.matching(session, evidence);
                    let rows = session.records.iter().enumerate();
                    let undecided = rows.filter(|(index, record)| matches(*index, record).is_none());
                    undecided.map(|(index, record)| (index, record.number)).collect()
                })
            })
        })
    }

    /// Whether the row has each of the texts; `None` if it could not be read.
    async fn search_row(self, row: u32, terms: &[ContentTerm], task: &TaskHandle) -> Option<Vec<bool>> {
        let is_socket = self.session.with_untracked(|session| {
            session.records.get(session.index_of(row)?).map(|record| record.socket().is_some())
        })?;
        let mut found = vec![false; terms.len()];
        if is_socket {
            for (term, found) in terms.iter().zip(&mut found) {
                if term.kind == ContentKind::Message {
                    *found = self.search_messages(row, term, task).await?;
                }
            }
            return Some(found);
        }
        let details: Details = self.session.with_untracked(|session| {
            session.records.get(session.index_of(row)?).map(|record| session.details(record))
        })?;
        for (term, found) in terms.iter().zip(&mut found) {
            let test = term.body_test();
            for body in term.kind.bodies(&details) {
                let is_request = std::ptr::eq(body, &raw const details.request_body);
                let headers = if is_request { &details.request_headers } else { &details.response_headers };
                let loaded = bodies::load(self.session.files(), body.clone(), headers.as_deref(), task).await;
                *found |= test.matches_body(&loaded.ok()??) == Some(true);
            }
        }
        Some(found)
    }

    async fn search_messages(self, row: u32, term: &ContentTerm, task: &TaskHandle) -> Option<bool> {
        let worker = self.worker()?;
        let query = format!("\"{}\"", term.message_text().replace('"', " "));
        let Self { session, messages, .. } = self;
        let search = SocketSearch { session, messages, is_utc: false, worker: &worker, task };
        match search.run(row, &query, |_| {}).await {
            Searched::Done(result) if result.is_searched() => Some(result.matches > 0),
            Searched::Done(_) | Searched::Canceled | Searched::Invalid => None,
        }
    }

    /// The worker that searches messages; `None` if the browser has none.
    fn worker(self) -> Option<Rc<SearchWorker>> {
        if let Some(worker) = self.worker.get_value() {
            return Some(worker);
        }
        let worker = SearchWorker::start(move |_| self.worker.set_value(None)).ok()?;
        self.worker.set_value(Some(Rc::clone(&worker)));
        Some(worker)
    }
}

/// Limits how often the table follows what is read.
#[derive(Debug, Default)]
struct Refresh {
    at: f64,
}

impl Refresh {
    fn is_due(&mut self) -> bool {
        let now = js_sys::Date::now();
        let is_due = now - self.at >= REFRESH_MS;
        if is_due {
            self.at = now;
        }
        is_due
    }
}
