//! The table of messages.

use leptos::prelude::*;
use presentation::messages::empty_label;

use super::panel::Panel;
use super::row::{SELECTED_ID, row};
use crate::payload::EmptyState;
use crate::store::{MessagesState, Playback};
use crate::ui::{Grid, GridKey, is_on};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 22.0;

/// Columns by their key in class names, and their names.
const COLUMNS: [(&str, &str); 7] = [
    ("direction", "Direction"),
    ("event", "Event"),
    ("id", "Id"),
    ("data", "Data"),
    ("length", "Length"),
    ("time", "Time"),
    ("delta", "Delta"),
];
/// Columns of event streams only.
const EVENT_COLUMNS: [&str; 2] = ["event", "id"];

#[component]
pub(super) fn MessageTable(panel: Panel) -> impl IntoView {
    let selected = Memo::new(move |_| panel.selected_position());
    let current = Memo::new(move |_| panel.current());
    let playback = expect_context::<Playback>();
    view! {
        <Grid
            label=if panel.is_event_stream { "Event stream messages" } else { "WebSocket messages" }
            class=if panel.is_event_stream { "messages-grid messages-of-events" } else { "messages-grid" }
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.list.with(|list| list.row_count()))
            selected=selected
            header=header(panel.is_event_stream)
            row=move |position| row(panel, position, selected.get(), panel.timing(position, current.get()))
            empty=move || empty(panel)
            follow=playback.followed(current)
            on_scroll_by_hand=playback.on_scroll_by_hand()
            on_click=move |position, event| {
                panel.select(position);
                if is_on(&event, "[data-col=time]") {
                    panel.seek(position, playback);
                }
            }
            on_key=move |key| {
                if let GridKey::Move(position) = key {
                    panel.select(position);
                }
            }
            active_id=Signal::derive(move || selected.get().map(|_| SELECTED_ID.to_owned()))
        />
    }
}

fn header(is_event_stream: bool) -> AnyView {
    let shown = COLUMNS.into_iter().filter(|(key, _)| is_event_stream || !EVENT_COLUMNS.contains(key));
    let cells = shown.map(|(key, label)| {
        let class = format!("messages-cell messages-{key}");
        if key == "direction" {
            // The column is as narrow as its icons.
            view! { <div role="columnheader" class=class aria-label=label></div> }.into_any()
        } else {
            view! { <div role="columnheader" class=class>{label}</div> }.into_any()
        }
    });
    view! { <div class="messages-row messages-head" role="row" aria-rowindex="1">{cells.collect::<Vec<_>>()}</div> }.into_any()
}

/// The sentence in place of rows.
fn empty(panel: Panel) -> AnyView {
    let shown = panel.list.with(|list| list.message_count());
    let found = panel
        .with(|session, record, log| Some((empty_label(session, record, log.len(), shown)?, log.is_empty())));
    let Some((sentence, has_none)) = found.flatten() else { return ().into_any() };
    // Until all messages are read, or where an alert shows why they are not, it is not known whether any are missing.
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
