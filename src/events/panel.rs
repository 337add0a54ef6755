//! Which events are listed, and what is done with the list.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::events::{EventFilter, EventRow, filtered_events};
use presentation::replay::current_event;
use session::filter::Query;
use session::model::Session;

use crate::store::{Store, TimedList};

/// The events that pass the filters, in their order.
pub(super) type Panel = TimedList<EventRow>;

pub(super) fn panel(store: Store) -> Panel {
    let words = Memo::new(move |_| store.address.with(|address| address.event_filter.clone()));
    let range = Memo::new(move |_| store.range());
    let listed = Memo::new(move |_| {
        let filter = EventFilter { query: Query::parse(&words.get()), range: range.get() };
        store.with(|session| Arc::new(filtered_events(session, &filter)))
    });
    TimedList::new(store, listed, current_event, |session: &Session, event: EventRow| event.time(session))
}

/// Chooses the event at a place, shows it in full, and the moment at which it happened.
pub(super) fn open(panel: Panel, place: usize) {
    panel.open(place);
    panel.seek_to_chosen();
}

/// Lists every event again.
pub(super) fn clear_filter(panel: Panel) {
    panel.store.address.update(|address| {
        address.event_filter = String::new();
        address.time_range = None;
    });
}
