//! The table of entries.

use leptos::prelude::*;

use super::panel::Panel;
use super::row::row_view;
use super::words::nothing_recorded;
use crate::store::LoadStatus;
use crate::ui::{EmptyState, Grid, GridKey, is_on};

/// Height of a row in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 24.0;

const COLUMNS: [(&str, &str); 4] =
    [("level", "Level"), ("text", "Message"), ("source", "Source"), ("time", "Time")];

#[component]
pub(super) fn ConsoleTable(panel: Panel) -> impl IntoView {
    let place = Memo::new(move |_| panel.place());
    let clicked = move |place: usize, event: web_sys::MouseEvent| {
        if is_on(&event, "[data-request]") {
            if let Some(entry) = untrack(|| panel.entry_at(place)) {
                panel.show_failure(entry);
            }
            return;
        }
        let seeks = is_on(&event, "[data-col=time]");
        panel.choose(place, !seeks);
        if seeks {
            panel.seek_to_chosen();
        }
    };
    view! {
        <Grid
            label="Console messages"
            class="console-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.listed.with(|listed| listed.len()))
            selected=place
            header=header()
            row=move |place| row_view(panel, place)
            empty=move || empty(panel)
            follow=panel.store.playback.followed(panel.current)
            on_scroll_by_hand=panel.store.playback.scrolled_by_hand()
            on_click=clicked
            on_key=move |key| match key {
                GridKey::Move(place) => panel.choose(place, false),
                GridKey::Open => {
                    if let Some(place) = place.get_untracked() {
                        panel.choose(place, true);
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

/// The id of an entry's row.
pub(super) fn row_id(entry: u32) -> String {
    format!("console-{}", u64::from(entry) + 1)
}

fn header() -> AnyView {
    let cells = COLUMNS.map(|(key, label)| {
        view! {
            <div role="columnheader" class=format!("console-cell console-{key}") data-col=key>
                {label}
            </div>
        }
    });
    view! { <div class="console-row console-head" role="row" aria-rowindex="1">{cells.collect_view()}</div> }
        .into_any()
}

/// What stands in the table's body where no entry is listed.
fn empty(panel: Panel) -> AnyView {
    if panel.listed.with(|listed| !listed.is_empty()) {
        return ().into_any();
    }
    let is_loading = panel.store.status.get() == LoadStatus::Loading;
    if let Some(sentence) = panel.store.with(|session| nothing_recorded(session, is_loading)) {
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
