//! The opened session, the selection and the preferences, as signals. Rooms meet here and nowhere else.

mod address_bar;
mod bodies;
mod catalogue;
mod clock;
mod export;
mod later;
mod load;
mod messages;
mod notices;
mod pictures;
mod playback;
mod preferences;
mod refresh;
mod selection;
mod session_tab;
mod shortcuts;
mod timed_list;

use std::sync::Arc;

use leptos::prelude::*;
use presentation::network::{RowCounts, RowFilter, filtered_rows, row_counts};
use presentation::replay::Replay;
use presentation::view_state::ViewState;
use session::formats::SessionLoader;
use session::model::{EpochMs, Record, Session};

use crate::source::{NamedFile, Origin, TaskGuard};

pub use crate::source::{base_path, files_of, picked};
pub use bodies::{BodyState, readable_body};
pub use catalogue::fetch_catalogue;
pub use clock::{local_clock, offset_of, offset_words, wall_clock_of};
pub use export::{Export, ExportState, Exported};
pub use later::later;
pub use load::{LoadStatus, Progress};
pub use messages::{MessagesState, SocketMessages};
pub use notices::Notices;
pub use playback::{Moment, Playback, SPEEDS};
pub use preferences::{Preferences, Theme};
pub use session_tab::SessionTab;
pub use shortcuts::{SHORTCUTS, is_typing};
pub use timed_list::TimedList;

/// Everything that is shared. A handle: copies mean the same store.
#[derive(Clone, Copy, Debug)]
pub struct Store {
    opening: StoredValue<SessionLoader, LocalStorage>,
    origin: StoredValue<Option<Origin>, LocalStorage>,
    /// Where the session's files turned out to be: inside an archive, for one.
    files: StoredValue<Option<Origin>, LocalStorage>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
    /// Counts up whenever the session has grown.
    revision: RwSignal<u64>,
    pub status: RwSignal<LoadStatus>,
    pub progress: RwSignal<Progress>,
    /// What is selected and filtered: the address bar says the same.
    pub address: RwSignal<ViewState>,
    /// Indexes of the records that the Network table lists, in its order.
    pub listed: Memo<Arc<Vec<u32>>>,
    /// Counts over all rows.
    pub row_counts: Memo<RowCounts>,
    pub messages: SocketMessages,
    pub preferences: Preferences,
    pub notices: Notices,
    pub shortcuts_open: RwSignal<bool>,
    pub export: Export,
    /// What there is to watch of the page; `None` while the session is still read.
    pub replay: Memo<Option<Replay>>,
    pub playback: Playback,
    /// The tab that the session opens on where the address names none.
    pub first_tool: Memo<SessionTab>,
}

impl Store {
    /// Makes the store; to be called once, in the app's own scope.
    pub fn new() -> Self {
        let opening = StoredValue::new_local(SessionLoader::new(""));
        let revision = RwSignal::new(0);
        let address = RwSignal::new(ViewState::default());
        let filter = Memo::new(move |_| {
            address.with(|address| {
                (address.network_filter.clone(), address.resource_types, address.sort, address.time_range)
            })
        });
        let listed = Memo::new(move |_| {
            revision.track();
            let (q, types, sort, range) = filter.get();
            opening.with_value(|opening| {
                let session = opening.session();
                let filter = RowFilter {
                    query: session::filter::Query::parse(&q),
                    types,
                    range: absolute(session, range),
                };
                Arc::new(filtered_rows(session, sort, &filter))
            })
        });
        let status = RwSignal::new(LoadStatus::Idle);
        let is_reading = Signal::derive(move || status.get() == LoadStatus::Loading);
        let length = move || {
            opening
                .with_value(|opening| presentation::time::duration_ms(opening.session()).unwrap_or_default())
        };
        let quiet =
            move || opening.with_value(|opening| presentation::timeline::idle_periods(opening.session()));
        let replay = Memo::new(move |_| {
            revision.track();
            (!is_reading.get())
                .then(|| opening.with_value(|opening| presentation::replay::replay(opening.session())))
        });
        Self {
            opening,
            origin: StoredValue::new_local(None),
            files: StoredValue::new_local(None),
            guard: StoredValue::new_local(None),
            revision,
            status,
            progress: RwSignal::new(Progress::default()),
            address,
            listed,
            row_counts: Memo::new(move |_| {
                revision.track();
                opening.with_value(|opening| row_counts(opening.session()))
            }),
            messages: SocketMessages::new(),
            preferences: Preferences::load(),
            notices: Notices::new(),
            shortcuts_open: RwSignal::new(false),
            export: Export::new(),
            replay,
            first_tool: Memo::new(move |_| {
                revision.track();
                opening.with_value(|opening| SessionTab::first_of(opening.session(), is_reading.get()))
            }),
            playback: Playback::new(revision, is_reading, length, quiet),
        }
    }

    /// The store of the app.
    pub fn expect() -> Self {
        expect_context()
    }

    /// Looks at the session; what calls this runs again when the session has grown.
    pub fn with<R>(self, look: impl FnOnce(&Session) -> R) -> R {
        self.revision.track();
        self.with_untracked(look)
    }

    /// Looks at the session once.
    pub fn with_untracked<R>(self, look: impl FnOnce(&Session) -> R) -> R {
        self.opening.with_value(|opening| look(opening.session()))
    }

    /// Looks at the record of that number, if there is one.
    pub fn with_record<R>(self, number: u32, look: impl FnOnce(&Session, &Record) -> R) -> Option<R> {
        self.with(|session| {
            let index = session.index_of(number)?;
            session.records.get(index).map(|record| look(session, record))
        })
    }

    /// Opens files of this computer.
    pub fn open_files(self, files: Vec<NamedFile>) {
        if files.is_empty() {
            return;
        }
        self.address.set(ViewState::default());
        self.load(Origin::local(files));
    }

    /// Opens what is at an absolute URL.
    pub fn open_url(self, url: String) {
        self.load(Origin::url(url));
    }

    /// Selects a row and opens its details, or closes them.
    pub fn choose_row(self, row: Option<u32>) {
        self.address.update(|address| address.select_row(row));
    }

    /// The range that the tables are limited to, as instants.
    pub fn range(self) -> Option<(EpochMs, EpochMs)> {
        let range = self.address.with(|address| address.time_range);
        self.with(|session| absolute(session, range))
    }
}

/// Milliseconds from the session's start, as instants.
fn absolute(session: &Session, range: Option<(f64, f64)>) -> Option<(EpochMs, EpochMs)> {
    let (from, until) = range?;
    let start = session.started_at?.ms();
    Some((EpochMs::new(start + from)?, EpochMs::new(start + until)?))
}
