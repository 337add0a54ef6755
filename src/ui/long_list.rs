//! A list of any length on the virtual list, whose rows may hold a link or a button.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::virtual_list::{ListState, VirtualRows};
use super::vnode::VNode;

/// Items up to which a list is drawn completely, so that the browser's own search finds everything
/// in it.
pub const MAX_FULL_LIST: usize = 200;

/// The list. `item` draws the contents of the row at a position; `on_click` gets the position of a
/// row that is clicked.
///
/// The list itself has the focus for scrolling by keys. In a row with a link or a button the arrow
/// keys, Page Up, Page Down, Home and End go to that of another row.
#[component]
pub fn LongList(
    label: &'static str,
    class: &'static str,
    /// In px, as in the style sheet.
    row_height: f64,
    rows: usize,
    item: impl Fn(usize) -> Option<VNode> + 'static,
    #[prop(optional)] on_click: Option<Callback<(usize, MouseEvent)>>,
) -> impl IntoView {
    let list = ListState::new(Signal::stored(rows), row_height, 0.0, |_| {});
    let row = move |position: usize| {
        let item = item(position)?;
        let numbered = item.attribute("role", "listitem").attribute("aria-setsize", rows.to_string());
        Some(numbered.attribute("aria-posinset", (position + 1).to_string()))
    };
    let pressed = move |event: KeyboardEvent| {
        let Some(from) = position_of(event.target()) else { return };
        if let Some(position) = moved(&event, from, rows, list.page_rows()) {
            event.prevent_default();
            event.stop_propagation();
            list.scroll_to(position);
            // The row is drawn by then.
            request_animation_frame(move || focus_row(list.element, position));
        }
    };
    let clicked = move |event: MouseEvent| {
        if let (Some(on_click), Some(position)) = (on_click, position_of(event.target())) {
            on_click.run((position, event));
        }
    };
    view! {
        <div
            class=format!("ui-long {class}")
            role="list"
            aria-label=label
            tabindex="0"
            // As tall as its rows, up to what the style sheet allows.
            style:height=format!("{}px", (rows as f64 * row_height).min(MAX_HEIGHT))
            node_ref=list.element
            on:scroll=move |_| list.read_scroll_position()
            on:keydown=pressed
        >
            <VirtualRows list=list class="ui-long-rows" role="presentation" row=row on_click=clicked />
        </div>
    }
}

/// Greatest height of a list in px, above the limits of the style sheets.
const MAX_HEIGHT: f64 = 4000.0;

/// The position of the row that holds what an event is about.
fn position_of(target: Option<web_sys::EventTarget>) -> Option<usize> {
    let element = target?.dyn_into::<Element>().ok()?;
    let row = element.closest("[aria-posinset]").ok()??;
    row.get_attribute("aria-posinset")?.parse::<usize>().ok()?.checked_sub(1)
}

/// The position that a key leads to.
fn moved(event: &KeyboardEvent, from: usize, rows: usize, page: usize) -> Option<usize> {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let last = rows.checked_sub(1)?;
    Some(match event.key().as_str() {
        "ArrowDown" => (from + 1).min(last),
        "ArrowUp" => from.saturating_sub(1),
        "PageDown" => (from + page).min(last),
        "PageUp" => from.saturating_sub(page),
        "Home" => 0,
        "End" => last,
        _ => return None,
    })
}

fn focus_row(list: NodeRef<Div>, position: usize) {
    let Some(list) = list.try_get_untracked().flatten() else { return };
    let selector = format!("[aria-posinset=\"{}\"] :is(a, button)", position + 1);
    let found = list.query_selector(&selector).ok().flatten();
    if let Some(target) = found.and_then(|found| found.dyn_into::<HtmlElement>().ok()) {
        // Focus fails only for an element that is gone.
        let _ = target.focus();
    }
}
