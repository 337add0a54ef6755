//! The session that is open, as far as it is read.

use std::rc::Rc;

use leptos::prelude::*;
use presentation::network::{RowCounts, row_counts};
use presentation::replay::{Replay, replay};
use session::formats::{FileSelection, SessionLoader};
use session::model::{EpochMs, Record, Session};

use super::load::{LoadStatus, Progress};
use crate::source::{Origin, TaskGuard};

/// The open session. A handle: copies mean the same session.
#[derive(Clone, Copy, Debug)]
pub struct SessionStore {
    /// Notified when the session has grown enough for the screen to follow; fed without
    /// notification.
    pub(super) loader: RwSignal<SessionLoader, LocalStorage>,
    pub(super) opened: RwSignal<Opened, LocalStorage>,
    pub status: RwSignal<LoadStatus>,
    pub progress: RwSignal<Progress>,
    /// Counts how often the recording was read again.
    pub rereads: RwSignal<u32>,
}

/// What was opened, and the task that reads it.
#[derive(Default)]
pub(super) struct Opened {
    /// Counts up with each session that is opened.
    pub(super) generation: u32,
    /// An address, or files.
    pub(super) origin: Option<Origin>,
    /// Where the session's files turned out to be: inside an archive, for one.
    pub(super) files: Option<Origin>,
    pub(super) guard: Option<TaskGuard>,
    hooks: Vec<(SessionEvent, Rc<dyn Fn()>)>,
}

/// What other stores do something about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionEvent {
    /// Another session takes the place of the one that was open, or it is closed.
    Replaced,
    /// Everything is read, or reading has failed.
    Read,
    /// The recording was read again, and may have grown.
    Grown,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Opened").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl SessionStore {
    pub(super) fn new() -> Self {
        Self {
            loader: RwSignal::new_local(SessionLoader::opening(FileSelection::Nothing, &[])),
            opened: RwSignal::new_local(Opened::default()),
            status: RwSignal::new(LoadStatus::Idle),
            progress: RwSignal::new(Progress::default()),
            rereads: RwSignal::new(0),
        }
    }

    /// Reads the session; what calls this runs again when the session has grown.
    pub fn with<R>(self, read: impl FnOnce(&Session) -> R) -> R {
        self.loader.with(|loader| read(loader.session()))
    }

    /// Reads the session once.
    pub fn with_untracked<R>(self, read: impl FnOnce(&Session) -> R) -> R {
        self.loader.with_untracked(|loader| read(loader.session()))
    }

    /// Reads the record of that number, if there is one.
    pub fn with_record<R>(self, number: u32, read: impl FnOnce(&Session, &Record) -> R) -> Option<R> {
        self.with(|session| {
            let index = session.index_of(number)?;
            session.records.get(index).map(|record| read(session, record))
        })
    }

    pub fn is_loading(self) -> bool {
        self.status.with(|status| *status == LoadStatus::Loading)
    }

    /// A number that is different for each session that is opened: what belongs to one session is
    /// kept with it.
    pub fn generation(self) -> u32 {
        self.opened.with(|opened| opened.generation)
    }

    /// Counts over all rows.
    pub fn row_counts(self) -> Memo<RowCounts> {
        Memo::new(move |_| self.with(row_counts))
    }

    /// What there is to replay of the page; `None` while the session is still read.
    pub fn replay(self) -> Memo<Option<Replay>> {
        Memo::new(move |_| (!self.is_loading()).then(|| self.with(replay)))
    }

    /// Times in ms from the session's start, as instants.
    pub fn instants(self, range: Option<(f64, f64)>) -> Option<(EpochMs, EpochMs)> {
        let (from, until) = range?;
        let start = self.with(|session| session.started_at)?.ms();
        Some((EpochMs::new(start + from)?, EpochMs::new(start + until)?))
    }

    /// Calls `hook` whenever that happens, as long as the page is open. For the other stores.
    pub(super) fn on(self, event: SessionEvent, hook: impl Fn() + 'static) {
        self.opened.update_untracked(|opened| opened.hooks.push((event, Rc::new(hook))));
    }

    pub(super) fn emit(self, event: SessionEvent) {
        let hooks: Vec<_> = self.opened.with_untracked(|opened| {
            let hooks = opened.hooks.iter().filter(|(known, _)| *known == event);
            hooks.map(|(_, hook)| Rc::clone(hook)).collect()
        });
        for hook in hooks {
            hook();
        }
    }
}
