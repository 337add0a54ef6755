//! A search box.

use leptos::html::Input;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::{Icon, IconName};

/// A text field that filters while it is typed in. Esc clears it, or leaves it where it is empty.
#[component]
pub fn FilterBox(
    label: &'static str,
    placeholder: &'static str,
    #[prop(into)] value: Signal<String>,
    on_input: impl Fn(String) + Clone + 'static,
    #[prop(optional)] element: NodeRef<Input>,
) -> impl IntoView {
    let clear = on_input.clone();
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            if value.get_untracked().is_empty() {
                if let Some(input) = element.get_untracked() {
                    let _ = input.blur();
                }
            } else {
                clear(String::new());
            }
        }
    };
    view! {
        <label class="ui-filter">
            <Icon name=IconName::Search />
            <input
                type="search"
                role="searchbox"
                aria-label=label
                placeholder=placeholder
                autocomplete="off"
                spellcheck="false"
                node_ref=element
                prop:value=move || value.get()
                on:input:target=move |event| on_input(event.target().value())
                on:keydown=pressed
            />
        </label>
    }
}
