//! The filters above the table.

use leptos::html::Div;
use leptos::prelude::*;
use presentation::messages::DirectionFilter;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::panel::Panel;
use crate::store::ViewStore;
use crate::ui::FilterBox;

#[component]
pub(super) fn Toolbar(panel: Panel) -> impl IntoView {
    let state = expect_context::<ViewStore>().state;
    view! {
        <div class="messages-toolbar">
            <FilterBox
                label="Filter messages"
                placeholder="Filter messages"
                value=Signal::derive(move || state.with(|state| state.message_filter.clone()))
                on_input=move |text| state.update(|state| state.message_filter = text)
            />
            // Everything in an event stream was received.
            {(!panel.is_event_stream).then(|| view! { <DirectionRadios /> })}
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
                on:click=move |_| select(direction)
            >
                {(!arrow.is_empty()).then(|| view! { <span aria-hidden="true">{arrow}</span> })}
                {direction.label()}
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
