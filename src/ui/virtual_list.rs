//! The virtual list behind grids, lines and long lists: rows of equal height and any number, of
//! which only those on screen are in the DOM.
//!
//! The space to scroll over is as tall as all rows together. In it a view sticks to the visible
//! part and holds the rows that belong there. While the browser scrolls ahead of the page, the last
//! rows stay on screen: it never shows blank.

use leptos::html::Div;
use leptos::prelude::*;
use presentation::virtual_list::{VirtualList, VisibleRange};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{HtmlElement, MouseEvent, ResizeObserver};

use super::rows::Rows;
use super::vnode::VNode;

/// The scroll state of one list. A handle: copies mean the same list.
#[derive(Clone, Copy)]
pub(super) struct ListState {
    /// The element that scrolls.
    pub(super) element: NodeRef<Div>,
    rows: Signal<usize>,
    row_height: f64,
    scroll_top: RwSignal<f64>,
    /// Height of the visible rows in px, without a header; 0 until it is measured.
    pub(super) viewport: RwSignal<f64>,
    window: Memo<VirtualList>,
    visible: Memo<VisibleRange>,
}

impl ListState {
    /// A list of rows that are `row_height` px high, below a header of `header_height` px.
    /// `on_resize` is called with the element that scrolls whenever its size has changed.
    pub(super) fn new(
        rows: Signal<usize>,
        row_height: f64,
        header_height: f64,
        on_resize: impl Fn(&HtmlElement) + Clone + 'static,
    ) -> Self {
        let element: NodeRef<Div> = NodeRef::new();
        let (scroll_top, viewport) = (RwSignal::new(0.0), RwSignal::new(0.0));
        let window =
            Memo::new(move |_| VirtualList { rows: rows.get(), row_height, viewport: viewport.get() });
        let visible = Memo::new(move |_| window.get().visible(scroll_top.get()));
        observe_size(element, move |element| {
            viewport.set((f64::from(element.client_height()) - header_height).max(0.0));
            on_resize(element);
        });
        Self { element, rows, row_height, scroll_top, viewport, window, visible }
    }

    /// Full rows that fit on screen, at least one: what Page Up and Page Down move by.
    pub(super) fn page_rows(self) -> usize {
        (self.viewport.get_untracked() / self.row_height).floor().max(1.0) as usize
    }

    /// Scrolls the shortest way so that the row at `position` is on screen.
    pub(super) fn scroll_to(self, position: usize) {
        // Also called a frame later, when the list may be gone.
        let Some(element) = self.element.try_get_untracked().flatten() else { return };
        let Some(window) = self.window.try_get_untracked() else { return };
        if let Some(top) = window.scroll_to_show(position, f64::from(element.scroll_top())) {
            element.set_scroll_top(top.round() as i32);
            self.read_scroll_position();
        }
    }

    /// To be called with each scroll event of the element.
    pub(super) fn read_scroll_position(self) {
        if let Some(element) = self.element.get_untracked() {
            self.scroll_top.set(f64::from(element.scroll_top()));
        }
    }

    /// Scrolls to the selected row when another one is selected, and keeps it on screen when the
    /// viewport shrinks.
    pub(super) fn keep_on_screen(self, selected: Signal<Option<usize>>) {
        Effect::new(move |before: Option<(Option<usize>, VirtualList)>| {
            let (now, window) = (selected.get(), self.window.get());
            if window.viewport <= 0.0 {
                return (None, window);
            }
            let Some(position) = now else { return (None, window) };
            let was_on_screen = before.is_some_and(|(known, before)| {
                let visible = before.visible(self.scroll_top.get_untracked());
                known == now
                    && before.viewport > window.viewport
                    && (visible.first..visible.first + visible.count).contains(&position)
            });
            if was_on_screen || before.is_none_or(|(known, _)| known != now) {
                self.scroll_to(position);
                // The space to scroll over may get its new height only after this.
                request_animation_frame(move || self.scroll_to(position));
            }
            (now, window)
        });
    }
}

/// The rows of a list, inside the element that scrolls. `row` draws the row at a position.
#[component]
pub(super) fn VirtualRows(
    list: ListState,
    /// Class of the element that holds the rows.
    class: &'static str,
    /// Role of the visible part.
    role: &'static str,
    row: impl Fn(usize) -> Option<VNode> + 'static,
    on_click: impl FnMut(MouseEvent) + 'static,
) -> impl IntoView {
    let ListState { rows: row_count, window, visible, .. } = list;
    let body: NodeRef<Div> = NodeRef::new();
    Effect::new(move |rows: Option<Rows>| {
        // Before `visible`: an effect whose first source updates a memo that it depends on directly,
        // too, does not learn of that memo's change (reactive_graph 0.2.16). Other rows of the same
        // number would not be drawn.
        row_count.track();
        let (mut rows, visible) = (rows.unwrap_or_default(), visible.get());
        if let Some(body) = body.get() {
            rows.show(&body, visible.first, (visible.first..visible.first + visible.count).filter_map(&row));
        }
        rows
    });
    view! {
        <div
            class="ui-virtual-space"
            role="presentation"
            style:height=move || format!("{}px", window.get().scroll_height())
        >
            <div
                class="ui-virtual-view"
                role=role
                style:height=move || {
                    let window = window.get();
                    format!("{}px", window.viewport.min(window.scroll_height()))
                }
                on:click=on_click
            >
                <div
                    class=class
                    role="presentation"
                    style:transform=move || format!("translateY({}px)", visible.get().offset_px)
                    node_ref=body
                ></div>
            </div>
        </div>
    }
}

/// Calls back with the element when it is measured for the first time, and whenever its size has
/// changed.
pub fn observe_size(element: NodeRef<Div>, on_resize: impl Fn(&HtmlElement) + Clone + 'static) {
    Effect::new(move || {
        let Some(element) = element.get() else { return };
        let (measured, on_resize) = (element.clone(), on_resize.clone());
        let changed = Closure::<dyn Fn()>::new(move || on_resize(&measured));
        let Ok(observer) = ResizeObserver::new(changed.as_ref().unchecked_ref()) else { return };
        observer.observe(&element);
        let held = StoredValue::new_local((observer, changed));
        on_cleanup(move || {
            let _ = held.try_with_value(|(observer, _)| observer.disconnect());
        });
    });
}
