//! What the parts of the tab share: which entries are listed, and which one is chosen.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use presentation::console::{ConsoleFilter, LevelSet, failed_request, filtered_entries};
use presentation::replay::current_entry;
use session::filter::Query;
use session::model::{ConsoleDetails, Session};

use crate::store::{LoadStatus, Store, TimedList};

/// A handle: copies mean the same panel. Entries go by their index in the session's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) list: TimedList<u32>,
    /// The failed requests that were found for entries, by entry: finding one takes a pass over all requests.
    failures: StoredValue<HashMap<u32, Option<u32>>>,
}

impl Panel {
    pub(super) fn new(store: Store) -> Self {
        let wanted = Memo::new(move |_| {
            store.address.with(|address| (address.console_filter.clone(), address.console_levels))
        });
        let range = Memo::new(move |_| store.range());
        let listed = Memo::new(move |_| {
            let (words, levels) = wanted.get();
            let filter = ConsoleFilter { query: Query::parse(&words), levels, range: range.get() };
            store.with(|session| Arc::new(filtered_entries(session, &filter)))
        });
        let time_of = |session: &Session, entry: u32| session.console.get(entry as usize)?.time;
        let failures = StoredValue::new(HashMap::new());
        Effect::new(move || {
            if store.status.get() == LoadStatus::Loading {
                failures.set_value(HashMap::new());
            }
        });
        Self { list: TimedList::new(store, listed, current_entry, time_of), failures }
    }

    /// Shows the request that an entry probably tells of, in the Network tab.
    pub(super) fn show_failure(self, entry: u32) {
        let row = self.list.store.with_untracked(|session| {
            let details = session.console_details(session.console.get(entry as usize)?);
            self.failure(session, entry, &details)
        });
        if let Some(row) = row {
            self.list.store.show_request(row);
        }
    }

    /// The number of the failed request that an entry probably tells of.
    pub(super) fn failure(self, session: &Session, entry: u32, details: &ConsoleDetails) -> Option<u32> {
        let find = || failed_request(session, session.console.get(entry as usize)?, details);
        // While bytes arrive a request that fails may still be to come.
        if self.list.store.status.get_untracked() == LoadStatus::Loading {
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

    /// Lists every entry again.
    pub(super) fn clear_filter(self) {
        self.list.store.address.update(|address| {
            address.console_filter = String::new();
            address.console_levels = LevelSet::default();
            address.time_range = None;
        });
    }
}
