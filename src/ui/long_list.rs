//! A list of any length, in rows of equal height, of which only those on screen are in the DOM.

use leptos::html::Div;
use leptos::prelude::*;
use presentation::virtual_list::VirtualList;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent, MouseEvent};

use super::grid::{draw_rows, observe_height};
use super::vnode::VNode;

/// Lists up to this long are drawn whole, so that the browser's own search finds everything in them.
pub const MAX_WHOLE_LIST: usize = 200;

/// The list. `item` draws the contents of the row at a position; `on_click` gets the position of a row that is clicked.
///
/// The list itself has the focus for scrolling by keys. In a row with a link or a button the arrow keys, Page Up, Page
/// Down, Home and End go to that of another row.
#[component]
pub fn LongList(
    label: &'static str,
    class: &'static str,
    /// In px; the style sheet says the same.
    row_height: f64,
    rows: usize,
    item: impl Fn(usize) -> Option<VNode> + 'static,
    #[prop(optional)] on_click: Option<Callback<(usize, MouseEvent)>>,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let body: NodeRef<Div> = NodeRef::new();
    let scroll_top = RwSignal::new(0.0);
    let viewport = RwSignal::new(0.0);
    let window = Memo::new(move |_| VirtualList { rows, row_height, viewport: viewport.get() });
    let visible = Memo::new(move |_| window.get().visible(scroll_top.get()));
    observe_height(element, 0.0, viewport);
    draw_rows(body, visible, move |position| {
        let item = item(position)?;
        let numbered = item.attribute("role", "listitem").attribute("aria-setsize", rows.to_string());
        Some(numbered.attribute("aria-posinset", (position + 1).to_string()))
    });
    let scroll_to = move |position: usize| {
        let Some(element) = element.get_untracked() else { return };
        let top = window.get_untracked().scroll_to_show(position, f64::from(element.scroll_top()));
        if let Some(top) = top {
            element.set_scroll_top(top.round() as i32);
            scroll_top.set(f64::from(element.scroll_top()));
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let Some(from) = position_of(event.target()) else { return };
        let page = (viewport.get_untracked() / row_height).floor().max(1.0) as usize;
        if let Some(position) = moved(&event, from, rows, page) {
            event.prevent_default();
            event.stop_propagation();
            scroll_to(position);
            // The row is drawn by then.
            request_animation_frame(move || focus_row(element, position));
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
            node_ref=element
            on:scroll=move |_| {
                if let Some(element) = element.get_untracked() {
                    scroll_top.set(f64::from(element.scroll_top()));
                }
            }
            on:keydown=pressed
            on:click=clicked
        >
            <div
                class="ui-long-space"
                role="presentation"
                style:height=move || format!("{}px", window.get().scroll_height())
            >
                <div
                    class="ui-long-view"
                    role="presentation"
                    style:height=move || {
                        let window = window.get();
                        format!("{}px", window.viewport.min(window.scroll_height()))
                    }
                >
                    <div
                        class="ui-long-rows"
                        role="presentation"
                        style:transform=move || format!("translateY({}px)", visible.get().offset_px)
                        node_ref=body
                    ></div>
                </div>
            </div>
        </div>
    }
}

/// The tallest list in px; style sheets say less.
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
