//! Which events are listed, and the actions on the list.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::events::{EventFilter, EventRow, filtered_events};
use presentation::replay::current_event;
use session::filter::Query;
use session::model::Session;

use crate::store::{FilterLanguage, Playback, RowLink, SessionStore, TimedList, ViewStore, valid_filter};

/// The events that pass the filters, in their order.
pub(super) type Panel = TimedList<EventRow>;

pub(super) fn panel(session: SessionStore, view: ViewStore, playback: Playback) -> Panel {
    let filter =
        valid_filter(FilterLanguage::Rows, move || view.state.with(|state| state.event_filter.clone()));
    let range = Memo::new(move |_| view.range());
    let listed = Memo::new(move |_| {
        let filter = EventFilter { query: Query::parse(&filter.get()), range: range.get() };
        session.with(|session| Arc::new(filtered_events(session, &filter)))
    });
    let time_of = |session: &Session, event: EventRow| event.time(session);
    let link = RowLink { read: |state| state.event_row, write: |state, row| state.event_row = row };
    TimedList::new(session, playback, listed, current_event, time_of, link)
}

/// Selects the event at a position, shows it in full, and moves the playhead to it.
pub(super) fn open(panel: Panel, playback: Playback, position: usize) {
    panel.open(position);
    panel.seek_to_selected(playback);
}

/// Lists every event again.
pub(super) fn clear_filter(view: ViewStore) {
    view.state.update(|state| {
        state.event_filter = String::new();
        state.time_range = None;
    });
}
