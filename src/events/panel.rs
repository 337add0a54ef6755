//! Which events are listed, and the actions on the list.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::events::{EventFilter, EventRow, NOT_RECORDED, filtered_events};
use presentation::replay::current_event;
use session::filter::Query;
use session::model::Session;

use crate::store::{
    FilterLanguage, Highlight, HighlightTarget, NamedElements, Playback, RowLink, SessionStore, TimedList,
    ViewStore, valid_filter,
};

/// The events that pass the filters, in their order.
pub(super) type Panel = TimedList<EventRow>;

pub(super) fn panel(
    session: SessionStore,
    view: ViewStore,
    playback: Playback,
    elements: NamedElements,
) -> Panel {
    let filter =
        valid_filter(FilterLanguage::Rows, move || view.state.with(|state| state.event_filter.clone()));
    let range = Memo::new(move |_| view.range());
    let listed = Memo::new(move |_| {
        let filter = EventFilter { query: Query::parse(&filter.get()), range: range.get() };
        // Without a filter the names do not matter.
        let found = if filter.query.is_empty() { None } else { elements.found.get() };
        session.with(|session| Arc::new(filtered_events(session, &filter, found.as_deref())))
    });
    let time_of = |session: &Session, event: EventRow| event.time(session);
    let link = RowLink { read: |state| state.event_row, write: |state, row| state.event_row = row };
    TimedList::new(session, playback, listed, current_event, time_of, link)
}

/// Selects the event at a position, shows it in full, moves the playhead to it, and marks the
/// element that it touched in the replayed page.
pub(super) fn open(panel: Panel, playback: Playback, marking: Marking, position: usize) {
    panel.open(position);
    panel.seek_to_selected(playback);
    let row = panel.row_at(position);
    marking.highlight.show(row.and_then(|row| marking.target(panel, row)));
}

/// What is needed to mark an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marking {
    pub(super) elements: NamedElements,
    pub(super) highlight: Highlight,
}

impl Marking {
    /// The element that an event touched; `None` if there is none, or if it is not known when.
    fn target(self, panel: Panel, row: EventRow) -> Option<HighlightTarget> {
        let found = self.elements.found.get_untracked();
        panel.session.with_untracked(|session| {
            let event = row.event(session).filter(|event| event.time.is_some())?;
            let touched = found.as_deref()?.get(event)?;
            let label = touched.name.as_ref().map_or_else(|| NOT_RECORDED.to_owned(), |name| name.label());
            Some(HighlightTarget { window: event.window, node: touched.node?, label })
        })
    }
}

/// Lists every event again.
pub(super) fn clear_filter(view: ViewStore) {
    view.state.update(|state| {
        state.event_filter = String::new();
        state.time_range = None;
    });
}
