//! Tabs, moved between with the arrow keys.

use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// One tab: its key, its name, and the badge after it (a count), which may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct Tab {
    pub key: &'static str,
    pub label: &'static str,
    pub badge: String,
}

impl Tab {
    pub fn new(key: &'static str, label: &'static str) -> Self {
        Self { key, label, badge: String::new() }
    }

    #[must_use]
    pub fn with_badge(self, badge: impl Into<String>) -> Self {
        Self { badge: badge.into(), ..self }
    }
}

/// A list of tabs. `panel` is the id of the element that they switch.
#[component]
pub fn Tabs(
    label: &'static str,
    #[prop(optional)] class: &'static str,
    panel: &'static str,
    #[prop(into)] tabs: Signal<Vec<Tab>>,
    #[prop(into)] current: Signal<String>,
    on_select: impl Fn(&'static str) + Clone + Send + Sync + 'static,
) -> impl IntoView {
    let element: NodeRef<Div> = NodeRef::new();
    let select = on_select.clone();
    let pressed = move |event: KeyboardEvent| {
        let tabs = tabs.get_untracked();
        let Some(at) = tabs.iter().position(|tab| tab.key == current.get_untracked()) else { return };
        let target = match event.key().as_str() {
            "ArrowRight" => (at + 1) % tabs.len(),
            "ArrowLeft" => (at + tabs.len() - 1) % tabs.len(),
            "Home" => 0,
            "End" => tabs.len() - 1,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(tab) = tabs.get(target) {
            select(tab.key);
            focus(element, target);
        }
    };
    view! {
        <div class=format!("ui-tabs {class}") role="tablist" aria-label=label node_ref=element on:keydown=pressed>
            {move || {
                let on_select = on_select.clone();
                tabs.get()
                    .into_iter()
                    .map(move |tab| {
                        let on_select = on_select.clone();
                        let key = tab.key;
                        let is_current = move || current.with(|current| current == key);
                        view! {
                            <button
                                type="button"
                                class="ui-tab"
                                role="tab"
                                aria-selected=move || is_current().to_string()
                                aria-controls=panel
                                tabindex=move || if is_current() { "0" } else { "-1" }
                                on:click=move |_| on_select(key)
                            >
                                {tab.label}
                                {(!tab.badge.is_empty()).then(|| view! { <span class="ui-badge" aria-hidden="true">{tab.badge}</span> })}
                            </button>
                        }
                    })
                    .collect_view()
            }}
        </div>
    }
}

fn focus(list: NodeRef<Div>, at: usize) {
    let child = list.get_untracked().and_then(|list| list.children().item(at as u32));
    if let Some(tab) = child.and_then(|child| child.dyn_into::<HtmlElement>().ok()) {
        // Focus fails only for an element that is gone.
        let _ = tab.focus();
    }
}
