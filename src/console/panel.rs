//! What the parts of the tab share: which entries are listed, and which one is selected.

use std::collections::HashMap;
use std::sync::Arc;

use leptos::prelude::*;
use presentation::console::{ConsoleFilter, LevelSet, failed_request, filtered_entries};
use presentation::replay::current_entry;
use session::filter::Query;
use session::model::{ConsoleDetails, Session};

use crate::store::{FilterLanguage, Playback, RowLink, SessionStore, TimedList, ViewStore, valid_filter};

/// A handle: copies mean the same panel. Entries go by their index in the session's list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) list: TimedList<u32>,
    failures: StoredValue<FailureCache>,
}

/// The failed requests that were found for entries: finding one takes a pass over all requests.
#[derive(Debug, Default)]
struct FailureCache {
    /// The session that the entries belong to.
    generation: u32,
    by_entry: HashMap<u32, Option<u32>>,
}

impl Panel {
    pub(super) fn new() -> Self {
        let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
        let text =
            valid_filter(FilterLanguage::Rows, move || view.state.with(|state| state.console_filter.clone()));
        let filter = Memo::new(move |_| (text.get(), view.state.with(|state| state.console_levels)));
        let range = Memo::new(move |_| view.range());
        let listed = Memo::new(move |_| {
            let (text, levels) = filter.get();
            let filter = ConsoleFilter { query: Query::parse(&text), levels, range: range.get() };
            session.with(|session| Arc::new(filtered_entries(session, &filter)))
        });
        let time_of = |session: &Session, entry: u32| session.console.get(entry as usize)?.time;
        let link = RowLink {
            read: |state| state.console_entry?.checked_sub(1),
            write: |state, entry: Option<u32>| {
                state.console_entry = entry.map(|entry| entry.saturating_add(1));
            },
        };
        let list =
            TimedList::new(session, expect_context::<Playback>(), listed, current_entry, time_of, link);
        Self { list, failures: StoredValue::default() }
    }

    /// The number of the failed request that the entry at a position of the table is probably
    /// about.
    pub(super) fn failure_at(self, position: usize) -> Option<u32> {
        let entry = untrack(|| self.list.row_at(position))?;
        self.list.session.with_untracked(|session| {
            let details = session.console_details(session.console.get(entry as usize)?);
            self.failure(session, entry, &details)
        })
    }

    /// The number of the failed request that an entry is probably about.
    pub(super) fn failure(self, session: &Session, entry: u32, details: &ConsoleDetails) -> Option<u32> {
        let find = || failed_request(session, session.console.get(entry as usize)?, details);
        // While bytes arrive a request that fails may still be to come.
        if untrack(|| self.list.session.is_loading()) {
            return find();
        }
        let generation = untrack(|| self.list.session.generation());
        let known = self.failures.with_value(|cache| {
            (cache.generation == generation).then(|| cache.by_entry.get(&entry).copied()).flatten()
        });
        known.unwrap_or_else(|| {
            let found = find();
            self.failures.update_value(|cache| {
                if cache.generation != generation {
                    *cache = FailureCache { generation, by_entry: HashMap::new() };
                }
                cache.by_entry.insert(entry, found);
            });
            found
        })
    }

    /// Lists every entry again.
    pub(super) fn clear_filter(view: ViewStore) {
        view.state.update(|state| {
            state.console_filter = String::new();
            state.console_levels = LevelSet::default();
            state.time_range = None;
        });
    }
}
