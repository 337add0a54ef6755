//! The table of events.

use leptos::prelude::*;
use presentation::events::{EventRow, event_count};

use super::panel::{Panel, clear_filter, open};
use super::row::row;
use super::words::nothing_recorded;
use crate::store::LoadStatus;
use crate::ui::{EmptyState, Grid, GridKey, grid_header};

/// Height of a row in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 3] = [("kind", "Event"), ("text", "What"), ("time", "Time")];

#[component]
pub(super) fn EventTable(panel: Panel) -> impl IntoView {
    let place = Memo::new(move |_| panel.place());
    view! {
        <Grid
            label="Page events"
            class="ui-list-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.listed.with(|listed| listed.len()))
            selected=place
            header=grid_header("events", &COLUMNS)
            row=move |place| row(panel, place)
            empty=move || empty(panel)
            follow=panel.store.playback.followed(panel.current)
            on_scroll_by_hand=panel.store.playback.scrolled_by_hand()
            on_click=move |place, _| open(panel, place)
            on_key=move |key| match key {
                GridKey::Move(place) => panel.choose(place),
                GridKey::Open => {
                    if let Some(place) = place.get_untracked() {
                        open(panel, place);
                    }
                }
            }
            active_id=Signal::derive(move || {
                place.get()?;
                panel.chosen().map(row_id)
            })
        />
    }
}

/// The id of an event's row.
pub(super) fn row_id(event: EventRow) -> String {
    match event {
        EventRow::Page(index) => format!("event-{}", u64::from(index) + 1),
        EventRow::Action(index) => format!("action-{}", u64::from(index) + 1),
    }
}

/// What stands in the table's body where no event is listed.
fn empty(panel: Panel) -> AnyView {
    if panel.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    if panel.store.with(|session| event_count(session) == 0) {
        let is_loading = panel.store.status.get() == LoadStatus::Loading;
        let sentence = panel.store.with(|session| nothing_recorded(session, is_loading));
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text="No event matches the filter">
            <button type="button" class="ui-button" on:click=move |_| clear_filter(panel)>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
