//! The menu that a right click or the menu key opens at the pointer.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, MouseEvent};

use super::menu::{MenuItem, MenuList};

/// Room that a menu needs to the right of the pointer and below it, in px.
const ROOM: (f64, f64) = (220.0, 320.0);

/// Where the menu is open, and what had the focus before.
#[derive(Clone, Debug)]
struct Opened {
    at: (f64, f64),
    before: Option<HtmlElement>,
}

/// A menu at the pointer. A handle.
#[derive(Clone, Copy, Debug)]
pub struct ContextMenu {
    opened: RwSignal<Option<Opened>, LocalStorage>,
}

impl ContextMenu {
    pub fn new() -> Self {
        Self { opened: RwSignal::new_local(None) }
    }

    /// Opens it where the event is.
    pub fn open(self, event: &MouseEvent) {
        event.prevent_default();
        let window = window();
        let size = |side: Result<wasm_bindgen::JsValue, _>| side.ok().and_then(|side| side.as_f64());
        let within = |at: i32, side: Option<f64>, room: f64| {
            let last = side.map_or(f64::INFINITY, |side| side - room);
            f64::from(at).min(last).max(0.0)
        };
        let at = (
            within(event.client_x(), size(window.inner_width()), ROOM.0),
            within(event.client_y(), size(window.inner_height()), ROOM.1),
        );
        let before = document().active_element().and_then(|element| element.dyn_into().ok());
        self.opened.set(Some(Opened { at, before }));
    }

    /// Closes it, and returns the focus to where it was.
    fn close(self) {
        let opened = self.opened.try_update(Option::take).flatten();
        if let Some(before) = opened.and_then(|opened| opened.before) {
            // Focus fails only for an element that is gone.
            let _ = before.focus();
        }
    }
}

/// Draws the menu where it is open.
#[component]
pub fn ContextMenuList(
    context: ContextMenu,
    label: &'static str,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
    on_select: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let menu: NodeRef<Div> = NodeRef::new();
    let left = move |event: FocusEvent| {
        let target = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
        if !menu.get_untracked().is_some_and(|menu| menu.contains(target.as_deref())) {
            context.opened.set(None);
        }
    };
    move || {
        context.opened.get().map(|Opened { at, .. }| {
            view! {
                <MenuList
                    label=label
                    items=items
                    menu=menu
                    on_select=on_select
                    on_close=move || context.close()
                    on_tab=move || context.opened.set(None)
                    on_leave=left
                    at=at
                />
            }
        })
    }
}
