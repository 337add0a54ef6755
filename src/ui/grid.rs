//! A table of any length on the virtual list, with a header, a selected row and keys.

use std::borrow::Cow;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::virtual_list::{ListState, VirtualRows};
use super::vnode::VNode;

/// Height of the header row in px, as in the style sheet.
const HEADER_HEIGHT: f64 = 28.0;

/// Rows that are kept on screen below the one that is followed.
const FOLLOWED_MARGIN: usize = 2;

/// Action of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridKey {
    /// Go to that row, counted from 0.
    Move(usize),
    /// Enter or space on the current row.
    Open,
}

/// Action of a key where several rows can be selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelectionKey {
    /// Select the rows from the current one up to that row, counted from 0.
    Extend(usize),
    SelectAll,
    /// Copy what is selected.
    Copy,
}

/// The table. `row` draws the row at a position, `selected` is the position that is scrolled to
/// when it changes.
#[component]
pub fn Grid(
    label: &'static str,
    class: &'static str,
    row_height: f64,
    #[prop(into)] rows: Signal<usize>,
    #[prop(into)] selected: Signal<Option<usize>>,
    header: AnyView,
    row: impl Fn(usize) -> Option<VNode> + 'static,
    /// What is shown in the body when there are no rows, or below the rows.
    #[prop(into)]
    empty: ViewFn,
    on_click: impl Fn(usize, MouseEvent) + 'static,
    on_key: impl Fn(GridKey) + 'static,
    /// What keys do where several rows can be selected; without it only one can.
    #[prop(into, optional)]
    on_selection_key: Option<Callback<SelectionKey>>,
    /// Called for the left (`false`) and right (`true`) arrow key with the position of the current
    /// row, which they close or open; returns whether the row is one that can be.
    #[prop(into, optional)]
    on_branch_key: Option<Callback<(usize, bool), bool>>,
    /// Called for a right click on a row, or the menu key, which is about the selected row.
    #[prop(into, optional)]
    on_context_menu: Option<Callback<(usize, MouseEvent)>>,
    /// A row that is scrolled to whenever it changes.
    #[prop(into, optional)]
    follow: Option<Signal<Option<usize>>>,
    /// Called when the user scrolls or moves by keys.
    #[prop(into, optional)]
    on_scroll_by_hand: Option<Callback<()>>,
    /// The id of the selected row's element, for screen readers.
    #[prop(into)]
    active_id: Signal<Option<String>>,
) -> impl IntoView {
    let list = ListState::new(rows, row_height, HEADER_HEIGHT, |_| {});
    list.keep_on_screen(selected);
    let is_measured = Memo::new(move |_| list.viewport.get() > 0.0);
    Effect::new(move || {
        // A table that has no height yet cannot be scrolled.
        let followed = follow.and_then(|follow| follow.get());
        if let Some(position) = followed.filter(|_| is_measured.get()) {
            // With a few of the rows after it.
            let end = rows.get_untracked().saturating_sub(1);
            list.scroll_to((position + FOLLOWED_MARGIN).min(end));
            list.scroll_to(position);
        }
    });
    let by_hand = move || {
        if let Some(on_scroll_by_hand) = on_scroll_by_hand {
            on_scroll_by_hand.run(());
        }
    };

    let clicked = move |event: MouseEvent| {
        let position = event.target().and_then(|target| position_of(&target.unchecked_into()));
        if let Some(position) = position {
            on_click(position, event);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let (rows, selected, page) = (rows.get_untracked(), selected.get_untracked(), list.page_rows());
        if let Some(on_selection_key) = on_selection_key
            && let Some(key) = selection_key(&event, rows, selected, page)
        {
            event.prevent_default();
            if matches!(key, SelectionKey::Extend(_)) {
                by_hand();
            }
            on_selection_key.run(key);
            return;
        }
        if let Some(((opens, position), on_branch_key)) = branch_key(&event).zip(selected).zip(on_branch_key)
            && on_branch_key.run((position, opens))
        {
            event.prevent_default();
            return;
        }
        if let Some(key) = grid_key(&event, rows, selected, page) {
            event.prevent_default();
            by_hand();
            on_key(key);
        }
    };
    // A click that selects further rows would select their text.
    let is_multi_selectable = on_selection_key.is_some();
    let mouse_pressed = move |event: MouseEvent| {
        let has_modifier = event.shift_key() || event.ctrl_key() || event.meta_key();
        if is_multi_selectable && has_modifier && is_on(&event, ".ui-grid-rows") {
            event.prevent_default();
            if let Some(element) = list.element.get_untracked() {
                // Focus fails only for an element that is gone.
                let _ = element.focus();
            }
        }
    };
    view! {
        <div
            class=format!("ui-grid {class}")
            role="grid"
            aria-label=label
            aria-multiselectable=is_multi_selectable.then_some("true")
            aria-rowcount=move || (rows.get() + 1).to_string()
            aria-activedescendant=move || active_id.get()
            style:--grid-viewport=move || format!("{}px", list.viewport.get())
            tabindex="0"
            node_ref=list.element
            on:scroll=move |_| list.read_scroll_position()
            on:keydown=pressed
            on:mousedown=mouse_pressed
            on:contextmenu=move |event: MouseEvent| {
                let position = event.target().and_then(|target| position_of(&target.unchecked_into()));
                let position = position.or(selected.get_untracked());
                if let Some((position, on_context_menu)) = position.zip(on_context_menu) {
                    on_context_menu.run((position, event));
                }
            }
            on:wheel=move |_| by_hand()
            on:touchmove=move |_| by_hand()
            on:pointerdown=move |event| {
                // The scrollbar belongs to the grid itself.
                if event.target() == event.current_target() {
                    by_hand();
                }
            }
        >
            <div class="ui-grid-head" role="rowgroup">{header}</div>
            <VirtualRows list=list class="ui-grid-rows" role="rowgroup" row=row on_click=clicked />
            {move || empty.run()}
        </div>
    }
}

/// A header without buttons: the columns by their `data-col` and their names. Class names begin
/// with `prefix`.
pub fn grid_header(prefix: &str, columns: &[(&'static str, &'static str)]) -> AnyView {
    let cell = |(key, label): &(&'static str, &'static str)| {
        view! {
            <div role="columnheader" class=format!("ui-list-cell {prefix}-{key}") data-col=*key>
                {*label}
            </div>
        }
    };
    let cells = columns.iter().map(cell).collect_view();
    view! { <div class=format!("ui-list-row ui-list-head {prefix}-row {prefix}-head") role="row" aria-rowindex="1">{cells}</div> }
        .into_any()
}

/// The row at a position of a table, counted from 0. The header is the first of those that are
/// counted for screen readers.
pub fn grid_row(class: impl Into<Cow<'static, str>>, position: usize, is_selected: bool) -> VNode {
    VNode::new("div")
        .class(class)
        .attribute("role", "row")
        .attribute("aria-rowindex", (position + 2).to_string())
        .attribute("aria-selected", if is_selected { "true" } else { "false" })
}

/// A cell of a row, by its column's `data-col`.
pub fn grid_cell(class: impl Into<Cow<'static, str>>, column: &'static str) -> VNode {
    VNode::new("div").class(class).attribute("role", "gridcell").attribute("data-col", column)
}

/// Whether a click was on an element that matches, or within one.
pub fn is_on(event: &MouseEvent, selector: &str) -> bool {
    let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    element.and_then(|element| element.closest(selector).ok().flatten()).is_some()
}

/// The position of the body row that holds an element.
fn position_of(element: &Element) -> Option<usize> {
    let row = element.closest("[role=row][aria-rowindex]").ok()??;
    row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
}

/// The action of a key where several rows can be selected; `None` for keys that do what they do
/// everywhere.
fn selection_key(
    event: &KeyboardEvent,
    rows: usize,
    selected: Option<usize>,
    page: usize,
) -> Option<SelectionKey> {
    if event.alt_key() || rows == 0 {
        return None;
    }
    if event.ctrl_key() || event.meta_key() {
        return match event.key().as_str() {
            "a" if !event.shift_key() => Some(SelectionKey::SelectAll),
            // Text that the user selected is the browser's to copy.
            "c" if !event.shift_key() && !has_selected_text() => Some(SelectionKey::Copy),
            _ => None,
        };
    }
    match position_key(&event.key(), rows - 1, selected, page) {
        Some(position) if event.shift_key() => Some(SelectionKey::Extend(position)),
        _ => None,
    }
}

fn has_selected_text() -> bool {
    let selection = window().get_selection().ok().flatten();
    selection.is_some_and(|selection| !selection.is_collapsed())
}

/// The row that a key goes to; the last one is at `last`.
fn position_key(key: &str, last: usize, selected: Option<usize>, page: usize) -> Option<usize> {
    Some(match (key, selected) {
        ("ArrowDown", Some(at)) => (at + 1).min(last),
        ("ArrowUp", Some(at)) => at.saturating_sub(1),
        ("PageDown", Some(at)) => (at + page).min(last),
        ("PageUp", Some(at)) => at.saturating_sub(page),
        ("ArrowDown" | "ArrowUp" | "PageDown" | "PageUp", None) | ("Home", _) => 0,
        ("End", _) => last,
        _ => return None,
    })
}

/// Whether a key opens (`true`) or closes the current row.
fn branch_key(event: &KeyboardEvent) -> Option<bool> {
    let has_modifier = event.shift_key() || event.ctrl_key() || event.meta_key() || event.alt_key();
    match event.key().as_str() {
        "ArrowRight" if !has_modifier => Some(true),
        "ArrowLeft" if !has_modifier => Some(false),
        _ => None,
    }
}

fn grid_key(event: &KeyboardEvent, rows: usize, selected: Option<usize>, page: usize) -> Option<GridKey> {
    // A button in the header has keys of its own.
    let from_button = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .is_some_and(|e| e.tag_name() == "BUTTON");
    if event.ctrl_key() || event.meta_key() || event.alt_key() || rows == 0 {
        return None;
    }
    match (event.key().as_str(), selected) {
        ("Enter" | " ", Some(_)) if !from_button => Some(GridKey::Open),
        (key, _) => position_key(key, rows - 1, selected, page).map(GridKey::Move),
    }
}
