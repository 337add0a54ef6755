//! The table of events.

use leptos::prelude::*;
use presentation::events::{EventRow, event_count};

use super::labels::nothing_recorded;
use super::panel::{Marking, Panel, clear_filter, open};
use super::row::row;
use crate::payload::EmptyState;
use crate::store::{Playback, ViewStore};
use crate::ui::{Grid, GridKey, grid_header};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 3] = [("kind", "Event"), ("text", "What"), ("time", "Time")];

#[component]
pub(super) fn EventTable(panel: Panel, marking: Marking) -> impl IntoView {
    let (view, playback) = (expect_context::<ViewStore>(), expect_context::<Playback>());
    let selected = Memo::new(move |_| panel.selected_position());
    view! {
        <Grid
            label="Page events"
            class="ui-list-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.listed.with(|listed| listed.len()))
            selected=selected
            header=grid_header("events", &COLUMNS)
            row=move |position| row(panel, marking.elements, position)
            empty=move || empty(panel, view)
            follow=playback.followed(panel.current)
            on_scroll_by_hand=playback.on_scroll_by_hand()
            on_click=move |position, _| open(panel, playback, marking, position)
            on_key=move |key| match key {
                GridKey::Move(position) => {
                    panel.select(position);
                    marking.highlight.show(None);
                }
                GridKey::Open => {
                    if let Some(position) = selected.get_untracked() {
                        open(panel, playback, marking, position);
                    }
                }
            }
            active_id=Signal::derive(move || {
                selected.get()?;
                panel.selected().map(row_id)
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

/// What is shown in the table's body where no event is listed.
fn empty(panel: Panel, view: ViewStore) -> AnyView {
    if panel.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    if panel.session.with(|session| event_count(session) == 0) {
        let is_loading = panel.session.is_loading();
        let sentence = panel.session.with(|session| nothing_recorded(session, is_loading));
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text="No event matches the filter">
            <button type="button" class="ui-button" on:click=move |_| clear_filter(view)>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
