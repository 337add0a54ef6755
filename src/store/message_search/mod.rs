//! The search over the messages of all sockets: what is searched for, how far it is, what it found.

mod socket;
mod transfer;
mod worker;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use presentation::messages::DirectionFilter;
use search_worker::SocketResult;
use session::filter::MessageFilter;
use session::model::Session;

use super::session::{SessionEvent, SessionStore};
use super::{FilterLanguage, Messages, Preferences, ViewStore, valid_filter};
use crate::source::{TaskGuard, TaskHandle};
pub(super) use socket::{Searched, SocketSearch};
pub use worker::SearchFailure;
pub(super) use worker::SearchWorker;

/// Pause in typing after which a search runs; Enter runs it at once.
const TYPING_PAUSE: Duration = Duration::from_millis(300);
/// Messages files that are fetched at the same time.
const MAX_FETCHES: usize = 4;
/// Time between two refreshes of the results while a search runs, in ms.
const REFRESH_MS: f64 = 100.0;

/// The search. A handle.
#[derive(Clone, Copy, Debug)]
pub struct MessageSearch {
    session: SessionStore,
    messages: Messages,
    view: ViewStore,
    /// Whether wall clocks in a query are in UTC.
    is_utc: RwSignal<bool>,
    /// Whether the search is on screen.
    pub is_open: RwSignal<bool>,
    pub status: RwSignal<SearchStatus>,
    pub progress: RwSignal<SearchProgress>,
    results: RwSignal<SearchResults, LocalStorage>,
    /// The query that is in force: what is typed, or what was typed last that is valid.
    query: Memo<String>,
    task: StoredValue<Option<TaskGuard>, LocalStorage>,
    worker: StoredValue<Option<Rc<SearchWorker>>, LocalStorage>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// The query of a search that was closed, which is offered again.
    closed_query: StoredValue<String>,
    /// Whether the search was opened by hand, not by a link.
    takes_focus: StoredValue<bool>,
}

/// How far a search is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SearchStatus {
    /// Nothing is searched for.
    #[default]
    Idle,
    /// It begins when the session is loaded.
    WaitingForSession,
    Running,
    Complete,
    /// Canceled by the user; what was found stays.
    Canceled,
    Failed(SearchFailure),
}

/// What has been searched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SearchProgress {
    pub searched: usize,
    pub sockets: usize,
    /// Bytes of messages that were read.
    pub bytes: u64,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchResults {
    pub query: String,
    /// Number of sockets in the session.
    pub sockets: usize,
    /// The sockets that were searched, by row.
    pub by_row: BTreeMap<u32, Arc<SocketResult>>,
}

impl SearchResults {
    /// Number of messages that match.
    pub fn matches(&self) -> u64 {
        self.by_row.values().map(|result| result.matches).sum()
    }

    /// Number of sockets with messages that match.
    pub fn matching_sockets(&self) -> usize {
        self.by_row.values().filter(|result| result.matches > 0).count()
    }
}

impl MessageSearch {
    pub(super) fn new(
        session: SessionStore,
        messages: Messages,
        view: ViewStore,
        preferences: Preferences,
    ) -> Self {
        let typed = move || view.state.with(|state| state.message_search.clone());
        let search = Self {
            session,
            messages,
            view,
            is_utc: preferences.times_in_utc,
            is_open: RwSignal::new(false),
            status: RwSignal::new(SearchStatus::Idle),
            progress: RwSignal::new(SearchProgress::default()),
            results: RwSignal::new_local(SearchResults::default()),
            query: valid_filter(FilterLanguage::Messages, typed),
            task: StoredValue::new_local(None),
            worker: StoredValue::new_local(None),
            timer: StoredValue::new(None),
            closed_query: StoredValue::new(String::new()),
            takes_focus: StoredValue::new(false),
        };
        session.on(SessionEvent::Replaced, move || {
            search.reset();
            search.is_open.set(view.state.with_untracked(|state| !state.message_search.is_empty()));
        });
        Effect::new(move || {
            if view.state.with(|state| !state.message_search.is_empty()) {
                search.is_open.set(true);
            }
        });
        let is_loading = Memo::new(move |_| session.is_loading());
        Effect::new(move || {
            let (_, _) = (search.query.get(), is_loading.get());
            untrack(|| search.schedule());
        });
        search
    }

    /// Shows the search, with what was searched for last.
    pub fn open(self) {
        self.takes_focus.set_value(true);
        self.is_open.set(true);
        let last = self.closed_query.get_value();
        if !last.is_empty() && self.view.state.with_untracked(|state| state.message_search.is_empty()) {
            self.set_text(last);
        }
    }

    /// Whether the search box takes the focus when it appears: a link leaves it where it is.
    pub fn takes_focus(self) -> bool {
        self.takes_focus.try_update_value(std::mem::take).unwrap_or(false)
    }

    /// Hides the search, ends it and drops what it found.
    pub fn close(self) {
        self.closed_query.set_value(self.view.state.with_untracked(|state| state.message_search.clone()));
        self.is_open.set(false);
        self.set_text(String::new());
        self.reset();
    }

    /// Takes over what is typed.
    pub fn set_text(self, text: String) {
        self.view.state.update(|state| state.message_search = text);
    }

    /// Number of sockets in the session.
    pub fn sockets(self) -> usize {
        self.session.with(|session| socket_rows(session).count())
    }

    /// Reads what was found so far; what calls this runs again when there is more.
    pub fn with_results<R>(self, read: impl FnOnce(&SearchResults) -> R) -> R {
        self.results.with(read)
    }

    /// Number of matches in a row, where it was searched.
    pub fn matches_in(self, row: u32) -> Option<u64> {
        self.results.with(|results| {
            results.by_row.get(&row).filter(|result| result.is_searched()).map(|result| result.matches)
        })
    }

    /// Ends the search that runs; what was found stays.
    pub fn cancel(self) {
        self.end();
        self.results.notify();
        self.status.set(SearchStatus::Canceled);
    }

    /// Opens a socket with the query as its filter, at one of its messages.
    pub fn open_result(self, row: u32, message: Option<u32>) {
        let query = self.results.with_untracked(|results| results.query.clone());
        self.view.state.update(|state| {
            state.select_row(Some(row));
            state.details_tab = None;
            state.message_filter = query;
            state.message_direction = DirectionFilter::All;
            state.selected_message = message;
        });
    }

    /// Searches again after a failure.
    pub fn retry(self) {
        self.run(self.query.get_untracked());
    }

    /// Searches for what is typed without waiting for a pause.
    pub fn run_now(self) {
        self.schedule_after(Duration::ZERO);
    }

    fn schedule(self) {
        self.schedule_after(TYPING_PAUSE);
    }

    /// Searches after a pause in typing, when the session is loaded.
    fn schedule_after(self, pause: Duration) {
        self.stop_timer();
        let query = self.query.get_untracked();
        let is_current = self.results.with_untracked(|results| results.query == query)
            && matches!(self.status.get_untracked(), SearchStatus::Running | SearchStatus::Complete);
        if is_current {
            return;
        }
        if MessageFilter::parse(&query).is_ok_and(|filter| filter.is_empty()) {
            self.reset();
        } else if untrack(|| self.session.is_loading()) {
            self.status.set(SearchStatus::WaitingForSession);
        } else if pause.is_zero() {
            self.run(query);
        } else {
            let run = move || {
                self.timer.set_value(None);
                self.run(query);
            };
            self.timer.set_value(set_timeout_with_handle(run, pause).ok());
        }
    }

    fn stop_timer(self) {
        self.timer.with_value(|timer| timer.iter().for_each(TimeoutHandle::clear));
        self.timer.set_value(None);
    }

    /// Ends the search, and drops what it found.
    fn reset(self) {
        self.stop_timer();
        self.end();
        self.results.set(SearchResults::default());
        self.status.set(SearchStatus::Idle);
    }

    fn fail(self, failure: SearchFailure) {
        self.end();
        self.results.notify();
        self.status.set(SearchStatus::Failed(failure));
    }

    /// Ends what runs.
    fn end(self) {
        self.task.set_value(None);
        if let Some(worker) = self.worker.get_value() {
            worker.end();
        }
        self.worker.set_value(None);
    }

    fn run(self, query: String) {
        let rows: Vec<u32> = self.session.with_untracked(|session| socket_rows(session).collect());
        self.task.set_value(None);
        let sockets = rows.len();
        self.results.set(SearchResults { query, sockets, by_row: BTreeMap::new() });
        self.progress.set(SearchProgress { sockets, ..SearchProgress::default() });
        if rows.is_empty() {
            self.status.set(SearchStatus::Complete);
            return;
        }
        let worker = match self.worker() {
            Ok(worker) => worker,
            Err(failure) => return self.status.set(SearchStatus::Failed(failure)),
        };
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.task.set_value(Some(guard));
        self.status.set(SearchStatus::Running);
        let queue = Rc::new(RefCell::new(rows.into_iter()));
        let refreshed_at = Rc::new(Cell::new(0.0));
        for _ in 0..MAX_FETCHES.min(sockets) {
            let (worker, task) = (Rc::clone(&worker), task.clone());
            let (queue, refreshed_at) = (Rc::clone(&queue), Rc::clone(&refreshed_at));
            spawn_local(async move {
                loop {
                    let next = queue.borrow_mut().next();
                    let Some(row) = next else { break };
                    let Some(result) = self.search(row, &worker, &task).await else { break };
                    self.add(row, result, &refreshed_at);
                }
            });
        }
    }

    fn worker(self) -> Result<Rc<SearchWorker>, SearchFailure> {
        if let Some(worker) = self.worker.get_value() {
            return Ok(worker);
        }
        let worker = SearchWorker::start(move |failure| self.fail(failure))?;
        self.worker.set_value(Some(Rc::clone(&worker)));
        Ok(worker)
    }

    /// Searches one socket; `None` when the search was canceled.
    async fn search(self, row: u32, worker: &SearchWorker, task: &TaskHandle) -> Option<SocketResult> {
        let Self { session, messages, .. } = self;
        let query = self.results.with_untracked(|results| results.query.clone());
        let on_bytes = move |len| self.progress.update(|progress| progress.bytes += len as u64);
        let search = SocketSearch { session, messages, is_utc: self.is_utc.get_untracked(), worker, task };
        match search.run(row, &query, on_bytes).await {
            Searched::Done(result) => Some(result),
            Searched::Canceled => None,
            Searched::Invalid => {
                // The browser may have kept the worker of another version.
                let why = "the worker's answer is not valid; reload the page";
                self.fail(SearchFailure::Stopped(why.to_owned()));
                None
            }
        }
    }

    fn add(self, row: u32, result: SocketResult, refreshed_at: &Cell<f64>) {
        self.results.update_untracked(|results| {
            results.by_row.insert(row, Arc::new(result));
        });
        self.progress.update(|progress| progress.searched += 1);
        let is_complete = self.progress.with_untracked(|progress| progress.searched == progress.sockets);
        let now = js_sys::Date::now();
        if is_complete || now - refreshed_at.get() >= REFRESH_MS {
            refreshed_at.set(now);
            self.results.notify();
        }
        if is_complete {
            self.task.set_value(None);
            self.status.set(SearchStatus::Complete);
        }
    }
}

/// The rows of the sockets.
fn socket_rows(session: &Session) -> impl Iterator<Item = u32> {
    session.records.iter().filter(|record| record.socket().is_some()).map(|record| record.number)
}
