//! The table of entries.

use leptos::prelude::*;

use super::labels::nothing_recorded;
use super::panel::Panel;
use super::row::row;
use crate::payload::EmptyState;
use crate::store::{Playback, ViewStore};
use crate::ui::{Grid, GridKey, grid_header, is_on};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 4] =
    [("level", "Level"), ("text", "Message"), ("source", "Source"), ("time", "Time")];

#[component]
pub(super) fn ConsoleTable(panel: Panel) -> impl IntoView {
    let list = panel.list;
    let (view, playback) = (expect_context::<ViewStore>(), expect_context::<Playback>());
    let selected = Memo::new(move |_| list.selected_position());
    let clicked = move |position: usize, event: web_sys::MouseEvent| {
        if is_on(&event, "[data-request]") {
            if let Some(row) = panel.failure_at(position) {
                view.show_request(row);
            }
        } else if is_on(&event, "[data-col=time]") {
            list.select(position);
            list.seek_to_selected(playback);
        } else {
            list.open(position);
        }
    };
    view! {
        <Grid
            label="Console messages"
            class="ui-list-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || list.listed.with(|listed| listed.len()))
            selected=selected
            header=grid_header("console", &COLUMNS)
            row=move |position| row(panel, position)
            empty=move || empty(panel, view)
            follow=playback.followed(list.current)
            on_scroll_by_hand=playback.on_scroll_by_hand()
            on_click=clicked
            on_key=move |key| match key {
                GridKey::Move(position) => list.select(position),
                GridKey::Open => {
                    if let Some(position) = selected.get_untracked() {
                        list.open(position);
                    }
                }
            }
            active_id=Signal::derive(move || {
                selected.get()?;
                list.selected().map(row_id)
            })
        />
    }
}

/// The id of an entry's row.
pub(super) fn row_id(entry: u32) -> String {
    format!("console-{}", u64::from(entry) + 1)
}

/// What is shown in the table's body where no entry is listed.
fn empty(panel: Panel, view: ViewStore) -> AnyView {
    if panel.list.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let is_loading = panel.list.session.is_loading();
    if let Some(sentence) = panel.list.session.with(|session| nothing_recorded(session, is_loading)) {
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text="No console entry matches the filter">
            <button type="button" class="ui-button" on:click=move |_| Panel::clear_filter(view)>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
