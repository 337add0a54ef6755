//! A button that opens a menu, as the ARIA Authoring Practices have it.

use leptos::html::{Button, Div};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent};

/// An item of a menu.
#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    /// What is passed to the menu's `on_select`.
    pub key: &'static str,
    pub label: &'static str,
    /// Whether it is checked; `None` for an item that is not a check box.
    pub is_checked: Option<bool>,
}

/// Whether the focus moves to neither a popup nor the button that opened it.
pub(super) fn leaves(event: &FocusEvent, popup: NodeRef<Div>, button: NodeRef<Button>) -> bool {
    let target = event.related_target().and_then(|target| target.dyn_into::<Element>().ok());
    let stays = popup.get_untracked().is_some_and(|popup| popup.contains(target.as_deref()));
    let is_button = button.get_untracked().is_some_and(|button| button.contains(target.as_deref()));
    !stays && !is_button
}

/// The button and its menu. An item that is a check box leaves the menu open.
#[component]
pub fn MenuButton(
    label: &'static str,
    /// The text of the button, where that is shorter than its name.
    #[prop(optional)]
    text: Option<&'static str>,
    /// Whether of the items that can be checked one is: they are radio buttons, which close the menu.
    #[prop(optional)]
    is_radio: bool,
    #[prop(into)] items: Signal<Vec<MenuItem>>,
    on_select: impl Fn(&'static str) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let (button, menu): (NodeRef<Button>, NodeRef<Div>) = (NodeRef::new(), NodeRef::new());
    let close = move || {
        is_open.set(false);
        if let Some(button) = button.get_untracked() {
            // Focus fails only for an element that is gone.
            let _ = button.focus();
        }
    };
    let on_button_key = move |event: KeyboardEvent| {
        if matches!(event.key().as_str(), "ArrowDown" | "ArrowUp") {
            event.prevent_default();
            event.stop_propagation();
            is_open.set(true);
        }
    };
    let focus_left = move |event: FocusEvent| {
        if leaves(&event, menu, button) {
            is_open.set(false);
        }
    };
    view! {
        <div class="ui-menu">
            <button
                type="button"
                class="ui-button"
                aria-haspopup="menu"
                aria-label=text.map(|_| label)
                aria-expanded=move || is_open.get().to_string()
                node_ref=button
                on:click=move |_| is_open.update(|open| *open = !*open)
                on:keydown=on_button_key
            >
                {text.unwrap_or(label)}
                <span class="ui-menu-arrow" aria-hidden="true">"▾"</span>
            </button>
            <Show when=move || is_open.get()>
                <MenuList
                    label=label
                    is_radio=is_radio
                    items=items
                    menu=menu
                    on_select=on_select
                    on_close=close
                    on_tab=move || is_open.set(false)
                    on_leave=focus_left
                />
            </Show>
        </div>
    }
}

/// The list of a menu, which takes the focus when it appears. An item that is a check box leaves it
/// open.
#[component]
pub(super) fn MenuList(
    label: &'static str,
    /// As in [`MenuButton`].
    #[prop(optional)]
    is_radio: bool,
    items: Signal<Vec<MenuItem>>,
    menu: NodeRef<Div>,
    on_select: impl Fn(&'static str) + Copy + Send + Sync + 'static,
    /// Closes the menu, and returns the focus to where it was.
    on_close: impl Fn() + Copy + Send + Sync + 'static,
    /// Closes the menu; the focus moves on.
    on_tab: impl Fn() + Copy + Send + Sync + 'static,
    on_leave: impl Fn(FocusEvent) + Copy + Send + Sync + 'static,
    /// Where it is on screen, if not below a button: left and top in px.
    #[prop(optional)]
    at: Option<(f64, f64)>,
) -> impl IntoView {
    // The menu takes the focus when it is there.
    Effect::new(move || {
        if menu.get().is_some() {
            focus_item(menu, |_, _| 0);
        }
    });
    let pressed = move |event: KeyboardEvent| {
        match event.key().as_str() {
            "ArrowDown" => focus_item(menu, |at, count| at.map_or(0, |at| (at + 1) % count)),
            "ArrowUp" => focus_item(menu, |at, count| at.map_or(count - 1, |at| (at + count - 1) % count)),
            "Home" => focus_item(menu, |_, _| 0),
            "End" => focus_item(menu, |_, count| count - 1),
            "Escape" => on_close(),
            "Tab" => {
                on_tab();
                return;
            }
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let item = move |item: MenuItem| {
        let MenuItem { key, label, is_checked } = item;
        let select = move |_| {
            on_select(key);
            if is_checked.is_none() || is_radio {
                on_close();
            }
        };
        let checked = move || {
            items.with(|items| items.iter().find(|item| item.key == key).and_then(|item| item.is_checked))
        };
        view! {
            <button
                type="button"
                class="ui-menu-item"
                role=match is_checked {
                    None => "menuitem",
                    Some(_) if is_radio => "menuitemradio",
                    Some(_) => "menuitemcheckbox",
                }
                aria-checked=move || checked().map(|checked| checked.to_string())
                tabindex="-1"
                on:click=select
            >
                <span class="ui-menu-mark" aria-hidden="true">
                    {move || if checked() == Some(true) { "✓" } else { "" }}
                </span>
                {label}
            </button>
        }
    };
    view! {
        <div
            class="ui-menu-list"
            role="menu"
            aria-label=label
            class:ui-menu-at=at.is_some()
            style:left=at.map(|(left, _)| format!("{left}px"))
            style:top=at.map(|(_, top)| format!("{top}px"))
            node_ref=menu
            on:keydown=pressed
            on:focusout=on_leave
        >
            {items.get_untracked().into_iter().map(item).collect_view()}
        </div>
    }
}

/// Focuses the item that `target` selects, of the position of the focused one and the number of
/// items.
fn focus_item(menu: NodeRef<Div>, target: impl Fn(Option<u32>, u32) -> u32) {
    let Some(menu) = menu.get_untracked() else { return };
    let items = menu.children();
    let count = items.length();
    if count == 0 {
        return;
    }
    let active = document().active_element();
    let at = (0..count).find(|at| items.item(*at) == active);
    let item = items.item(target(at, count)).and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(item) = item {
        // Focus fails only for an element that is gone.
        let _ = item.focus();
    }
}
