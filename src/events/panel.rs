//! What the parts of the tab share: which events are listed, and which one is chosen.

use std::sync::Arc;

use leptos::prelude::*;
use session::filter::Query;
use session::model::{PageEvent, Session};
use session::read::page_event_details;
use session::view::{EventFilter, EventRow, current_event, events_listed};

use crate::store::{LoadStatus, Moment, Store};

/// A handle: copies mean the same panel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) store: Store,
    /// The events that pass the filters, in their order.
    pub(super) listed: Memo<Arc<Vec<EventRow>>>,
    /// The place of the last event that has happened at the moment that is replayed; `None` where none has, or where no
    /// moment was chosen.
    pub(super) current: Memo<Option<usize>>,
    has_moment: Memo<bool>,
    chosen: RwSignal<Option<EventRow>>,
    /// Whether the chosen event is shown in full.
    is_open: RwSignal<bool>,
}

impl Panel {
    pub(super) fn new(store: Store) -> Self {
        let words = Memo::new(move |_| store.address.with(|address| address.eq.clone()));
        let range = Memo::new(move |_| store.range());
        let listed = Memo::new(move |_| {
            let filter = EventFilter { query: Query::parse(&words.get()), range: range.get() };
            store.with(|session| {
                let details_of = |event: &PageEvent| page_event_details(session, event);
                Arc::new(events_listed(session, &filter, details_of))
            })
        });
        let at = store.playback.at;
        let current = Memo::new(move |_| {
            let at = at.get()?;
            listed.with(|listed| store.with(|session| current_event(session, listed, at)))
        });
        let panel = Self {
            store,
            listed,
            current,
            has_moment: Memo::new(move |_| at.with(Option::is_some)),
            chosen: RwSignal::new(None),
            is_open: RwSignal::new(false),
        };
        // Another session that is being opened has other events.
        Effect::new(move || {
            if store.status.get() == LoadStatus::Loading {
                panel.chosen.set(None);
                panel.is_open.set(false);
            }
        });
        panel
    }

    /// The event at a place of the table.
    pub(super) fn event_at(self, place: usize) -> Option<EventRow> {
        self.listed.with(|listed| listed.get(place).copied())
    }

    /// The place of the chosen event; `None` where the filters hide it too.
    pub(super) fn place(self) -> Option<usize> {
        let chosen = self.chosen.get()?;
        self.listed.with(|listed| listed.iter().position(|event| *event == chosen))
    }

    /// The chosen event.
    pub(super) fn chosen(self) -> Option<EventRow> {
        self.chosen.get()
    }

    /// The event that is shown in full.
    pub(super) fn shown(self) -> Option<EventRow> {
        if self.is_open.get() { self.chosen.get() } else { None }
    }

    /// Chooses the event at a place; where another one is shown in full, this one is instead.
    pub(super) fn choose(self, place: usize) {
        if let Some(event) = untrack(|| self.event_at(place)) {
            self.chosen.set(Some(event));
        }
    }

    /// Chooses the event at a place, shows it in full, and the moment at which it happened.
    pub(super) fn open(self, place: usize) {
        self.choose(place);
        self.is_open.set(true);
        self.seek_to_chosen();
    }

    /// Shows the moment at which the chosen event happened; `false` where none is chosen.
    pub(super) fn seek_to_chosen(self) -> bool {
        let Some(event) = self.chosen.get_untracked() else { return false };
        let time = self.store.with_untracked(|session| event.time(session));
        self.store.seek_to(time);
        true
    }

    /// Shows no event in full, and says whether one was shown; the chosen one stays chosen.
    pub(super) fn close(self) -> bool {
        let was_shown = untrack(|| self.shown()).is_some();
        self.is_open.set(false);
        was_shown
    }

    /// How the event at a place stands to the moment that is replayed.
    pub(super) fn moment(self, place: usize, session: &Session, event: EventRow) -> Moment {
        // What has no time is never known to be later.
        if self.has_moment.get() && event.time(session).is_some() {
            Moment::in_order(place, self.current.get())
        } else {
            Moment::Past
        }
    }

    /// Lists every event again.
    pub(super) fn clear_filter(self) {
        self.store.address.update(|address| {
            address.eq = String::new();
            address.range = None;
        });
    }
}
