//! What the parts of the tab share: which entries are listed, and which one is chosen.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use session::filter::Query;
use session::model::{ConsoleDetails, ConsoleEntry, Session};
use session::read::console_details;
use session::view::{ConsoleFilter, LevelSet, console_listed, current_entry, failed_request};

use crate::store::{LoadStatus, Moment, Store};

/// A handle: copies mean the same panel. Entries go by their index in the session's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) store: Store,
    /// The entries that pass the filters, in their order.
    pub(super) listed: Memo<Arc<Vec<u32>>>,
    /// The place of the last entry that was written at the moment that is replayed; `None` where none was, or where no
    /// moment was chosen.
    pub(super) current: Memo<Option<usize>>,
    has_moment: Memo<bool>,
    chosen: RwSignal<Option<u32>>,
    /// Whether the chosen entry is shown in full.
    is_open: RwSignal<bool>,
    /// The failed requests that were found for entries, by entry: finding one takes a pass over all requests.
    failures: StoredValue<HashMap<u32, Option<u32>>>,
}

impl Panel {
    pub(super) fn new(store: Store) -> Self {
        let wanted = Memo::new(move |_| store.address.with(|address| (address.cq.clone(), address.level)));
        let range = Memo::new(move |_| store.range());
        let listed = Memo::new(move |_| {
            let (words, levels) = wanted.get();
            let filter = ConsoleFilter { query: Query::parse(&words), levels, range: range.get() };
            store.with(|session| {
                let details_of = |entry: &ConsoleEntry| console_details(session, entry);
                Arc::new(console_listed(session, &filter, details_of))
            })
        });
        let at = store.playback.at;
        let current = Memo::new(move |_| {
            let at = at.get()?;
            listed.with(|listed| store.with(|session| current_entry(session, listed, at)))
        });
        let panel = Self {
            store,
            listed,
            current,
            has_moment: Memo::new(move |_| at.with(Option::is_some)),
            chosen: RwSignal::new(None),
            is_open: RwSignal::new(false),
            failures: StoredValue::new(HashMap::new()),
        };
        Effect::new(move || {
            if store.status.get() == LoadStatus::Loading {
                panel.forget();
            }
        });
        panel
    }

    /// Another session is being opened: its entries are others.
    fn forget(self) {
        self.chosen.set(None);
        self.is_open.set(false);
        self.failures.set_value(HashMap::new());
    }

    /// The entry at a place of the table.
    pub(super) fn entry_at(self, place: usize) -> Option<u32> {
        self.listed.with(|listed| listed.get(place).copied())
    }

    /// The place of the chosen entry; `None` where the filters hide it too.
    pub(super) fn place(self) -> Option<usize> {
        let chosen = self.chosen.get()?;
        self.listed.with(|listed| listed.iter().position(|entry| *entry == chosen))
    }

    /// The chosen entry.
    pub(super) fn chosen(self) -> Option<u32> {
        self.chosen.get()
    }

    /// The entry that is shown in full.
    pub(super) fn shown(self) -> Option<u32> {
        if self.is_open.get() { self.chosen.get() } else { None }
    }

    /// Chooses the entry at a place; `open` shows it in full, else it is where another one is.
    pub(super) fn choose(self, place: usize, open: bool) {
        let Some(entry) = untrack(|| self.entry_at(place)) else { return };
        self.chosen.set(Some(entry));
        if open {
            self.is_open.set(true);
        }
    }

    /// Shows no entry in full, and says whether one was shown; the chosen one stays chosen.
    pub(super) fn close(self) -> bool {
        let was_shown = untrack(|| self.shown()).is_some();
        self.is_open.set(false);
        was_shown
    }

    /// Shows the moment at which the chosen entry was written; `false` where none is chosen.
    pub(super) fn seek_to_chosen(self) -> bool {
        let Some(entry) = self.chosen.get_untracked() else { return false };
        let time = self.store.with_untracked(|session| session.console.get(entry as usize)?.time);
        self.store.seek_to(time);
        true
    }

    /// Shows the request that an entry probably tells of, in the Network tab.
    pub(super) fn show_failure(self, entry: u32) {
        let row = self.store.with_untracked(|session| {
            let details = console_details(session, session.console.get(entry as usize)?);
            self.failure(session, entry, &details)
        });
        if let Some(row) = row {
            self.store.show_request(row);
        }
    }

    /// The number of the failed request that an entry probably tells of.
    pub(super) fn failure(self, session: &Session, entry: u32, details: &ConsoleDetails) -> Option<u32> {
        let find = || failed_request(session, session.console.get(entry as usize)?, details);
        // While bytes arrive a request that fails may still be to come.
        if self.store.status.get_untracked() == LoadStatus::Loading {
            return find();
        }
        if let Some(known) = self.failures.with_value(|failures| failures.get(&entry).copied()) {
            return known;
        }
        let found = find();
        self.failures.update_value(|failures| {
            failures.insert(entry, found);
        });
        found
    }

    /// How the entry at a place stands to the moment that is replayed.
    pub(super) fn moment(self, place: usize, entry: &ConsoleEntry) -> Moment {
        // What has no time is never known to be later.
        if self.has_moment.get() && entry.time.is_some() {
            Moment::in_order(place, self.current.get())
        } else {
            Moment::Past
        }
    }

    /// Lists every entry again.
    pub(super) fn clear_filter(self) {
        self.store.address.update(|address| {
            address.cq = String::new();
            address.level = LevelSet::default();
            address.range = None;
        });
    }
}
