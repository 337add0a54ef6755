//! The table of entries.

use leptos::prelude::*;

use super::panel::Panel;
use super::row::row;
use super::words::nothing_recorded;
use crate::store::LoadStatus;
use crate::ui::{EmptyState, Grid, GridKey, grid_header, is_on};

/// Height of a row in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 4] =
    [("level", "Level"), ("text", "Message"), ("source", "Source"), ("time", "Time")];

#[component]
pub(super) fn ConsoleTable(panel: Panel) -> impl IntoView {
    let list = panel.list;
    let place = Memo::new(move |_| list.place());
    let clicked = move |place: usize, event: web_sys::MouseEvent| {
        if is_on(&event, "[data-request]") {
            if let Some(entry) = untrack(|| list.row_at(place)) {
                panel.show_failure(entry);
            }
            return;
        }
        let seeks = is_on(&event, "[data-col=time]");
        if seeks {
            list.choose(place);
            list.seek_to_chosen();
        } else {
            list.open(place);
        }
    };
    view! {
        <Grid
            label="Console messages"
            class="ui-list-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || list.listed.with(|listed| listed.len()))
            selected=place
            header=grid_header("console", &COLUMNS)
            row=move |place| row(panel, place)
            empty=move || empty(panel)
            follow=list.store.playback.followed(list.current)
            on_scroll_by_hand=list.store.playback.scrolled_by_hand()
            on_click=clicked
            on_key=move |key| match key {
                GridKey::Move(place) => list.choose(place),
                GridKey::Open => {
                    if let Some(place) = place.get_untracked() {
                        list.open(place);
                    }
                }
            }
            active_id=Signal::derive(move || {
                place.get()?;
                list.chosen().map(row_id)
            })
        />
    }
}

/// The id of an entry's row.
pub(super) fn row_id(entry: u32) -> String {
    format!("console-{}", u64::from(entry) + 1)
}

/// What stands in the table's body where no entry is listed.
fn empty(panel: Panel) -> AnyView {
    if panel.list.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let is_loading = panel.list.store.status.get() == LoadStatus::Loading;
    if let Some(sentence) = panel.list.store.with(|session| nothing_recorded(session, is_loading)) {
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text="No console entry matches the filter">
            <button type="button" class="ui-button" on:click=move |_| panel.clear_filter()>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
