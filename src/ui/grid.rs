//! A table of any length that keeps only the rows on screen in the DOM.
//!
//! The body is a tall empty space to scroll over, and in it a view that sticks to the visible part and draws the rows
//! that belong there. While the browser scrolls ahead of the page, the last rows stay on screen: it never shows blank.

use std::borrow::Cow;

use leptos::html::Div;
use leptos::prelude::*;
use presentation::virtual_list::{VirtualList, VisibleRange};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, KeyboardEvent, MouseEvent, ResizeObserver};

use super::rows::Rows;
use super::vnode::VNode;

/// Height of the header row in px; the style sheet says the same.
const HEADER_HEIGHT: f64 = 28.0;

/// Rows that are kept in sight below the one that is followed.
const FOLLOWED_MARGIN: usize = 2;

/// A key that moves through the rows, or chooses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GridKey {
    /// Go to that row, counted from 0.
    Move(usize),
    /// Enter or space on the current row.
    Open,
}

/// The table. `row` draws the row at a position, `selected` is the position that is kept in sight when it changes.
#[component]
pub fn Grid(
    label: &'static str,
    class: &'static str,
    row_height: f64,
    #[prop(into)] rows: Signal<usize>,
    #[prop(into)] selected: Signal<Option<usize>>,
    header: AnyView,
    row: impl Fn(usize) -> Option<VNode> + 'static,
    /// What stands in the body when there are no rows, or below the rows there are.
    #[prop(into)]
    empty: ViewFn,
    on_click: impl Fn(usize, MouseEvent) + 'static,
    on_key: impl Fn(GridKey) + 'static,
    /// A row that is kept in sight as long as it changes and nobody scrolls by hand.
    #[prop(into, optional)]
    follow: Option<Signal<Option<usize>>>,
    /// Somebody scrolls by hand.
    #[prop(into, optional)]
    on_scroll_by_hand: Option<Callback<()>>,
    /// The id of the element of a selected row, for screen readers.
    #[prop(into)]
    active_id: Signal<Option<String>>,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let body: NodeRef<Div> = NodeRef::new();
    let scroll_top = RwSignal::new(0.0);
    let viewport = RwSignal::new(0.0);
    let window = Memo::new(move |_| VirtualList { rows: rows.get(), row_height, viewport: viewport.get() });
    let visible = Memo::new(move |_| window.get().visible(scroll_top.get()));

    observe_height(element, HEADER_HEIGHT, viewport);
    draw_rows(body, visible, row);
    let scroll_to = move |position: usize| {
        // Asked again a frame later, when the table may be gone.
        let Some(element) = element.try_get_untracked().flatten() else { return };
        let Some(window) = window.try_get_untracked() else { return };
        let target = window.scroll_to_show(position, f64::from(element.scroll_top()));
        if let Some(top) = target {
            element.set_scroll_top(top.round() as i32);
            scroll_top.set(f64::from(element.scroll_top()));
        }
    };
    keep_in_sight(selected, window, scroll_top, scroll_to);
    let is_measured = Memo::new(move |_| viewport.get() > 0.0);
    Effect::new(move || {
        // A table that has no height yet cannot be scrolled.
        let followed = follow.and_then(|follow| follow.get());
        if let Some(place) = followed.filter(|_| is_measured.get()) {
            // With a little of what comes next.
            let last = rows.get_untracked().saturating_sub(1);
            scroll_to((place + FOLLOWED_MARGIN).min(last));
            scroll_to(place);
        }
    });
    let by_hand = move || {
        if let Some(told) = on_scroll_by_hand {
            told.run(());
        }
    };

    let clicked = move |event: MouseEvent| {
        let position = event.target().and_then(|target| position_of(&target.unchecked_into()));
        if let Some(position) = position {
            on_click(position, event);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        let page = (viewport.get_untracked() / row_height).floor().max(1.0) as usize;
        let key = grid_key(&event, rows.get_untracked(), selected.get_untracked(), page);
        if let Some(key) = key {
            event.prevent_default();
            by_hand();
            on_key(key);
        }
    };
    view! {
        <div
            class=format!("ui-grid {class}")
            role="grid"
            aria-label=label
            aria-rowcount=move || (rows.get() + 1).to_string()
            aria-activedescendant=move || active_id.get()
            style:--grid-viewport=move || format!("{}px", viewport.get())
            tabindex="0"
            node_ref=element
            on:scroll=move |_| {
                if let Some(element) = element.get_untracked() {
                    scroll_top.set(f64::from(element.scroll_top()));
                }
            }
            on:keydown=pressed
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
            <div
                class="ui-grid-space"
                role="presentation"
                style:height=move || format!("{}px", window.get().scroll_height())
            >
                <div
                    class="ui-grid-view"
                    role="rowgroup"
                    style:height=move || {
                        let window = window.get();
                        format!("{}px", window.viewport.min(window.scroll_height()))
                    }
                    on:click=clicked
                >
                    <div
                        class="ui-grid-rows"
                        role="presentation"
                        style:transform=move || format!("translateY({}px)", visible.get().offset_px)
                        node_ref=body
                    ></div>
                </div>
            </div>
            {move || empty.run()}
        </div>
    }
}

/// Keeps the rows that are visible in `body`.
pub(super) fn draw_rows(
    body: NodeRef<Div>,
    visible: Memo<VisibleRange>,
    row: impl Fn(usize) -> Option<VNode> + 'static,
) {
    Effect::new(move |rows: Option<Rows>| {
        let (mut rows, visible) = (rows.unwrap_or_default(), visible.get());
        if let Some(body) = body.get() {
            rows.show(&body, visible.first, (visible.first..visible.first + visible.count).filter_map(&row));
        }
        rows
    });
}

/// The selected row comes into sight when it changes, and stays there when the view shrinks.
fn keep_in_sight(
    selected: Signal<Option<usize>>,
    window: Memo<VirtualList>,
    scroll_top: RwSignal<f64>,
    scroll_to: impl Fn(usize) + Copy + 'static,
) {
    Effect::new(move |before: Option<(Option<usize>, VirtualList)>| {
        let (now, window) = (selected.get(), window.get());
        if window.viewport <= 0.0 {
            return (None, window);
        }
        let Some(position) = now else { return (None, window) };
        let was_in_sight = before.is_some_and(|(known, before)| {
            let visible = before.visible(scroll_top.get_untracked());
            known == now
                && before.viewport > window.viewport
                && (visible.first..visible.first + visible.count).contains(&position)
        });
        if was_in_sight || before.is_none_or(|(known, _)| known != now) {
            scroll_to(position);
            // The space to scroll over may get its new height only after this.
            request_animation_frame(move || scroll_to(position));
        }
        (now, window)
    });
}

/// A header of words alone: the columns by their `data-col` and their names. Class names begin with `room`.
pub fn grid_header(room: &str, columns: &[(&'static str, &'static str)]) -> AnyView {
    let cell = |(key, label): &(&'static str, &'static str)| {
        view! {
            <div role="columnheader" class=format!("ui-list-cell {room}-{key}") data-col=*key>
                {*label}
            </div>
        }
    };
    let cells = columns.iter().map(cell).collect_view();
    view! { <div class=format!("ui-list-row ui-list-head {room}-row {room}-head") role="row" aria-rowindex="1">{cells}</div> }
        .into_any()
}

/// The row at a place of a table, counted from 0. The header is the first of those that are counted for screen readers.
pub fn grid_row(class: impl Into<Cow<'static, str>>, place: usize, is_selected: bool) -> VNode {
    VNode::new("div")
        .class(class)
        .attribute("role", "row")
        .attribute("aria-rowindex", (place + 2).to_string())
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

/// Keeps `viewport` at the height that the rows have on screen, below a header of `header` px.
pub(super) fn observe_height(element: NodeRef<Div>, header: f64, viewport: RwSignal<f64>) {
    Effect::new(move || {
        let Some(grid) = element.get() else { return };
        let measured = grid.clone();
        let changed = Closure::<dyn Fn()>::new(move || {
            viewport.set((f64::from(measured.client_height()) - header).max(0.0));
        });
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
        observer.observe(&grid);
        let held = StoredValue::new_local((observer, changed));
        on_cleanup(move || {
            let _ = held.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}

/// The position of the body row that holds an element.
fn position_of(element: &Element) -> Option<usize> {
    let row = element.closest("[role=row][aria-rowindex]").ok()??;
    row.get_attribute("aria-rowindex")?.parse::<usize>().ok()?.checked_sub(2)
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
    let last = rows - 1;
    Some(match (event.key().as_str(), selected) {
        ("ArrowDown", Some(at)) => GridKey::Move((at + 1).min(last)),
        ("ArrowUp", Some(at)) => GridKey::Move(at.saturating_sub(1)),
        ("PageDown", Some(at)) => GridKey::Move((at + page).min(last)),
        ("PageUp", Some(at)) => GridKey::Move(at.saturating_sub(page)),
        ("ArrowDown" | "ArrowUp" | "PageDown" | "PageUp", None) | ("Home", _) => GridKey::Move(0),
        ("End", _) => GridKey::Move(last),
        ("Enter" | " ", Some(_)) if !from_button => GridKey::Open,
        _ => return None,
    })
}
