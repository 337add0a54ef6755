//! The table of messages.

use leptos::prelude::*;
use presentation::messages::{ColumnSet, MessageColumn, MessageSort, empty_label};
use web_sys::MouseEvent;

use super::panel::Panel;
use super::row::{SELECTED_ID, row};
use crate::payload::EmptyState;
use crate::store::{MessagesState, Playback};
use crate::ui::{Grid, GridKey, SelectionKey, is_on};

/// Height of a row in px, as in the style sheet.
const ROW_HEIGHT: f64 = 22.0;

#[component]
pub(super) fn MessageTable(panel: Panel) -> impl IntoView {
    let selected = Memo::new(move |_| panel.selected_position());
    let current = Memo::new(move |_| panel.current());
    let playback = expect_context::<Playback>();
    view! {
        <div
            class="messages-table"
            style=("--messages-wide", move || tracks(panel.columns.get(), &[]))
            style=("--messages-compact", move || compact_tracks(panel.columns.get()))
            style=("--messages-narrow", move || tracks(panel.columns.get(), &[MessageColumn::Delta, MessageColumn::Id]))
        >
        <Grid
            label=if panel.is_event_stream { "Event stream messages" } else { "WebSocket messages" }
            class="messages-grid"
            row_height=ROW_HEIGHT
            rows=Signal::derive(move || panel.list.with(|list| list.row_count()))
            selected=selected
            header=header(panel)
            row=move |position| row(panel, position, selected.get(), panel.timing(position, current.get()))
            empty=move || empty(panel)
            follow=playback.followed(current)
            on_scroll_by_hand=playback.on_scroll_by_hand()
            on_click=move |position, event| {
                panel.click(position, &event);
                if !has_modifier(&event) && is_on(&event, "[data-col=time]") {
                    panel.seek(position, playback);
                }
            }
            on_key=move |key| {
                if let GridKey::Move(position) = key {
                    panel.select(position);
                }
            }
            on_selection_key=Callback::new(move |key| match key {
                SelectionKey::Extend(position) => panel.extend_to(position),
                SelectionKey::SelectAll => panel.select_all(),
                SelectionKey::Copy => panel.copy_selected(),
            })
            active_id=Signal::derive(move || selected.get().map(|_| SELECTED_ID.to_owned()))
        />
        </div>
    }
}

/// The tracks of the columns other than `hidden`, for the style sheet.
fn tracks(columns: ColumnSet, hidden: &[MessageColumn]) -> String {
    let shown = columns.iter().filter(|column| !hidden.contains(column));
    shown.map(width).collect::<Vec<_>>().join(" ")
}

/// The tracks in a table with little room: all columns, as narrow as their usual texts.
fn compact_tracks(columns: ColumnSet) -> String {
    let compact = |column: MessageColumn| match column {
        MessageColumn::Event => "minmax(48px, 18%)",
        MessageColumn::Data => "minmax(60px, 1fr)",
        MessageColumn::Length => "60px",
        MessageColumn::Delta => "70px",
        other => width(other),
    };
    columns.iter().map(compact).collect::<Vec<_>>().join(" ")
}

fn width(column: MessageColumn) -> &'static str {
    match column {
        MessageColumn::Number => "66px",
        MessageColumn::Direction => "24px",
        MessageColumn::Opcode => "58px",
        MessageColumn::Event => "minmax(60px, 22%)",
        MessageColumn::Id => "minmax(30px, 10%)",
        MessageColumn::Data => "minmax(100px, 1fr)",
        MessageColumn::Length => "68px",
        MessageColumn::Time => "var(--messages-time)",
        MessageColumn::Clock => "104px",
        MessageColumn::Delta | MessageColumn::RoundTrip => "86px",
    }
}

/// Whether a click selects further rows.
fn has_modifier(event: &MouseEvent) -> bool {
    event.shift_key() || event.ctrl_key() || event.meta_key()
}

fn header(panel: Panel) -> AnyView {
    let sort = Memo::new(move |_| panel.sort());
    let cell = move |column: MessageColumn| {
        let label = column.label();
        // That column is as narrow as its icons.
        let text = if column == MessageColumn::Direction { "" } else { label };
        view! {
            <div
                role="columnheader"
                class=format!("messages-cell messages-{}", column.key())
                data-col=column.key()
                aria-label=label
                aria-sort=move || MessageSort::aria(sort.get(), column)
            >
                <button
                    type="button"
                    class="ui-sort"
                    aria-label=label
                    title=format!("Sort by {}", label.to_lowercase())
                    on:click=move |_| panel.sort_by(column)
                >
                    <span class="messages-sort-label">{text}</span>
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="messages-row messages-head" role="row" aria-rowindex="1">
            {move || panel.columns.get().iter().map(cell).collect::<Vec<_>>()}
        </div>
    }
    .into_any()
}

/// The sentence in place of rows.
fn empty(panel: Panel) -> AnyView {
    let shown = panel.listed.with(|list| list.message_count());
    let found = panel
        .with(|session, record, log| Some((empty_label(session, record, log.len(), shown)?, log.is_empty())));
    let Some((sentence, has_none)) = found.flatten() else { return ().into_any() };
    // Until all messages are read, or where an alert shows why they are not, it is not known
    // whether any are missing.
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
