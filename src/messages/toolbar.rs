//! The filters above the table.

use leptos::html::Div;
use leptos::prelude::*;
use presentation::messages::{DirectionFilter, MessageColumn};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::export::ExportMenu;
use super::panel::Panel;
use crate::store::{
    DECODE_AS_NONE, FilterLanguage, MessageExport, Preferences, ViewStore, filter_error, filter_remark,
};
use crate::ui::{FilterBox, MenuButton, MenuItem, SavedFiltersButton};

#[component]
pub(super) fn Toolbar(panel: Panel, export: MessageExport) -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    let saved = expect_context::<Preferences>().message_filters;
    let text = Memo::new(move |_| state.with(|state| state.message_filter.clone()));
    let complete = Callback::new(move |(text, cursor): (String, usize)| panel.completions(&text, cursor));
    view! {
        <div class="messages-toolbar">
            <FilterBox
                label="Filter messages"
                placeholder="Filter messages"
                value=text
                on_input=move |text| state.update(|state| state.message_filter = text)
                error=filter_error(FilterLanguage::Messages, move || text.get())
                remark=filter_remark(FilterLanguage::Messages, move || text.get())
                complete=complete
            />
            <SavedFiltersButton
                saved=saved
                current=text
                on_select=move |text| state.update(|state| state.message_filter = text)
            />
            // Everything in an event stream was received.
            {(!panel.is_event_stream).then(|| view! { <DirectionRadios /> })}
            <ExportMenu panel=panel export=export />
        </div>
    }
}

/// Hides the messages that only keep the connection alive.
#[component]
fn HeartbeatBox() -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    view! {
        <label class="ui-check">
            <input
                type="checkbox"
                aria-label="Hide heartbeats"
                prop:checked=move || state.with(|state| state.hides_heartbeats)
                on:change:target=move |event| {
                    let hides = event.target().checked();
                    state.update(|state| state.hides_heartbeats = hides);
                }
            />
            "Hide heartbeats"
        </label>
    }
}

/// The columns of the table. Those of event streams are fixed.
#[component]
fn ColumnMenu(panel: Panel) -> impl IntoView {
    let columns = || {
        // The data are always shown, and ids are those of event streams.
        let fixed = [MessageColumn::Data, MessageColumn::Id];
        MessageColumn::ALL.into_iter().filter(move |column| !fixed.contains(column))
    };
    let items = move || {
        let shown = panel.columns.get();
        let item = |column: MessageColumn| MenuItem {
            key: column.key(),
            label: column.label(),
            is_checked: Some(shown.has(column)),
        };
        columns().map(item).collect::<Vec<_>>()
    };
    let select = move |key: &'static str| {
        let shown = panel.columns.get_untracked();
        if let Some(column) = columns().find(|column| column.key() == key) {
            panel.set_columns(shown.with(column, !shown.has(column)));
        }
    };
    view! { <MenuButton label="Columns" items=Signal::derive(items) on_select=select /> }
}

/// What is spoken in the socket, and what its messages are decoded as.
#[component]
pub(super) fn ProtocolLine(panel: Panel) -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    let status = Memo::new(move |_| panel.protocols.status(panel.row));
    let is_paired = Memo::new(move |_| status.get().is_some_and(|status| status.pairing.is_some()));
    let automatic = move || match status.get().and_then(|status| status.recognized) {
        Some(name) => format!("Automatic ({name})"),
        None => "Automatic".to_owned(),
    };
    let current = move || state.with(|state| state.decode_as.clone()).unwrap_or_default();
    let option = move |(key, label): (&'static str, &'static str)| {
        view! { <option value=key prop:selected=move || current() == key>{label}</option> }
    };
    let select = move |key: String| {
        state.update(|state| state.decode_as = Some(key).filter(|key| !key.is_empty()));
    };
    view! {
        <div class="messages-protocol" class:messages-protocol-paired=move || is_paired.get()>
            <select
                class="ui-select"
                aria-label="Decode as"
                title="Decode as"
                on:change:target=move |event| select(event.target().value())
            >
                <option value="" prop:selected=move || current().is_empty()>{automatic}</option>
                {move || panel.protocols.choices().map(option).collect_view()}
                <option value=DECODE_AS_NONE prop:selected=move || current() == DECODE_AS_NONE>"None"</option>
            </select>
            <div class="messages-protocol-line" role="status" aria-label="Protocol">
                {move || status.get().map(|status| [Some(status.line), status.pairing].into_iter().flatten().collect::<Vec<_>>().join(" · "))}
            </div>
            {move || is_paired.get().then(|| view! {
                <button
                    type="button"
                    class="ui-button"
                    on:click=move |_| state.update(|state| state.pair_by = None)
                >
                    "Clear pairing"
                </button>
            })}
            <HeartbeatBox />
            <ColumnMenu panel=panel />
        </div>
    }
}

/// All, sent or received: a group of radios. Tab reaches the selected one, arrow keys select.
#[component]
fn DirectionRadios() -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    let element: NodeRef<Div> = NodeRef::new();
    let current = Memo::new(move |_| state.with(|state| state.message_direction));
    let select = move |direction: DirectionFilter| state.update(|state| state.message_direction = direction);
    let pressed = move |event: KeyboardEvent| {
        let all = DirectionFilter::ALL;
        let at = all.iter().position(|direction| *direction == current.get_untracked()).unwrap_or(0);
        let target = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1) % all.len(),
            "ArrowLeft" | "ArrowUp" => (at + all.len() - 1) % all.len(),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(direction) = all.get(target) {
            select(*direction);
            focus(element, target);
        }
    };
    let radio = move |direction: DirectionFilter| {
        let is_current = move || current.get() == direction;
        let arrow = arrow(direction);
        view! {
            <button
                type="button"
                class="ui-chip"
                role="radio"
                aria-checked=move || is_current().to_string()
                tabindex=move || if is_current() { "0" } else { "-1" }
                title=direction.label()
                on:click=move |_| select(direction)
            >
                {(!arrow.is_empty()).then(|| view! { <span aria-hidden="true">{arrow}</span> })}
                <span class:messages-direction-name=!arrow.is_empty()>{direction.label()}</span>
            </button>
        }
    };
    view! {
        <div class="messages-directions" role="radiogroup" aria-label="Direction" node_ref=element on:keydown=pressed>
            {DirectionFilter::ALL.into_iter().map(radio).collect_view()}
        </div>
    }
}

fn arrow(direction: DirectionFilter) -> &'static str {
    match direction {
        DirectionFilter::All => "",
        DirectionFilter::Sent => "↑",
        DirectionFilter::Received => "↓",
    }
}

fn focus(group: NodeRef<Div>, at: usize) {
    let child = group.get_untracked().and_then(|group| group.children().item(at as u32));
    if let Some(radio) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        // Focus fails only for an element that is gone.
        let _ = radio.focus();
    }
}
