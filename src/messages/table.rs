//! The table of messages.

use leptos::prelude::*;
use presentation::messages::empty_label;

use super::panel::Panel;
use super::row::{CHOSEN_ID, row};
use crate::store::MessagesState;
use crate::ui::{EmptyState, Grid, GridKey, is_on};

/// Height of a row in px; the style sheet says the same.
const ROW_HEIGHT: f64 = 22.0;

/// Columns by their key in class names, and their names.
const COLUMNS: [(&str, &str); 7] = [
    ("sign", "Direction"),
    ("event", "Event"),
    ("id", "Id"),
    ("data", "Data"),
    ("length", "Length"),
    ("time", "Time"),
    ("delta", "Delta"),
];
/// Those that event streams alone have.
const EVENT_COLUMNS: [&str; 2] = ["event", "id"];

#[component]
pub(super) fn MessageTable(panel: Panel) -> impl IntoView {
    let chosen = Memo::new(move |_| panel.place());
    let current = Memo::new(move |_| panel.current());
    let playback = panel.store().playback;
    view! {
        <Grid
            label=if panel.is_event_stream { "Event stream messages" } else { "WebSocket messages" }
            class=if panel.is_event_stream { "messages-grid messages-of-events" } else { "messages-grid" }
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.list.with(|list| list.row_count()))
            selected=chosen
            header=header(panel.is_event_stream)
            row=move |place| row(panel, place, chosen.get(), panel.moment(place, current.get()))
            empty=move || empty(panel)
            follow=playback.followed(current)
            on_scroll_by_hand=playback.scrolled_by_hand()
            on_click=move |place, event| {
                panel.choose(place);
                if is_on(&event, "[data-col=time]") {
                    panel.seek(place);
                }
            }
            on_key=move |key| {
                if let GridKey::Move(place) = key {
                    panel.choose(place);
                }
            }
            active_id=Signal::derive(move || chosen.get().map(|_| CHOSEN_ID.to_owned()))
        />
    }
}

fn header(is_event_stream: bool) -> AnyView {
    let shown = COLUMNS.into_iter().filter(|(key, _)| is_event_stream || !EVENT_COLUMNS.contains(key));
    let cells = shown.map(|(key, label)| {
        let class = format!("messages-cell messages-{key}");
        if key == "sign" {
            // The column is as narrow as its icons.
            view! { <div role="columnheader" class=class aria-label=label></div> }.into_any()
        } else {
            view! { <div role="columnheader" class=class>{label}</div> }.into_any()
        }
    });
    view! { <div class="messages-row messages-head" role="row" aria-rowindex="1">{cells.collect::<Vec<_>>()}</div> }.into_any()
}

/// The sentence in place of messages.
fn empty(panel: Panel) -> AnyView {
    let shown = panel.list.with(|list| list.message_count());
    let found = panel
        .look(|session, record, log| Some((empty_label(session, record, log.len(), shown)?, log.is_empty())));
    let Some((sentence, has_none)) = found.flatten() else { return ().into_any() };
    // Until all is there, or where an alert says why it is not, nothing can be said of what is missing.
    if has_none && !panel.is_complete() {
        return ().into_any();
    }
    let sentence = match panel.state() {
        MessagesState::NoBody(why) => why,
        _ => sentence,
    };
    if has_none {
        return view! { <EmptyState text=sentence /> }.into_any();
    }
    view! {
        <EmptyState text=sentence>
            <button type="button" class="ui-button" on:click=move |_| panel.clear_filter()>
                "Clear filter"
            </button>
        </EmptyState>
    }
    .into_any()
}
