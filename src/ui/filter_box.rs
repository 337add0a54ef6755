//! A search box, with what is wrong with its text and what can be typed.

use leptos::html::Input;
use leptos::prelude::*;
use web_sys::KeyboardEvent;

use super::suggestion_list::{Completion, Completions, SuggestionList};
use super::{Icon, IconName};

/// A text field that filters while it is typed in. Esc clears it, or leaves it where it is empty.
#[component]
pub fn FilterBox(
    label: &'static str,
    placeholder: &'static str,
    #[prop(into)] value: Signal<String>,
    on_input: impl Fn(String) + Copy + Send + Sync + 'static,
    /// Why the text is not a filter.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// What the author of a valid filter may not expect.
    #[prop(optional, into)]
    remark: Signal<Option<String>>,
    /// What can be typed at a position of a text, in bytes.
    #[prop(optional)]
    complete: Option<Complete>,
    #[prop(optional)] element: NodeRef<Input>,
) -> impl IntoView {
    let completions = Completions::new();
    let refresh = move || {
        let found = complete.zip(element.get_untracked()).map(|(complete, input)| {
            let text = input.value();
            let cursor = cursor_of(&input, &text);
            let found = complete.run((text.clone(), cursor));
            // What is typed already needs no completion.
            found.into_iter().filter(|completion| completion.apply(&text).0 != text).collect()
        });
        completions.set(found.unwrap_or_default());
    };
    let accept = move |completion: Completion| {
        let Some(input) = element.get_untracked() else { return };
        let (text, cursor) = completion.apply(&input.value());
        input.set_value(&text);
        let cursor = utf16_len(text.get(..cursor).unwrap_or_default());
        // Fails only for a type of input without a selection.
        let _ = input.set_selection_range(cursor, cursor);
        let needs_value = completion.text.ends_with(':');
        on_input(text);
        if needs_value {
            refresh();
        } else {
            completions.set(Vec::new());
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if completions.on_key(&event, accept) {
            event.prevent_default();
            event.stop_propagation();
        } else if event.key() == "ArrowDown" && complete.is_some() {
            event.prevent_default();
            refresh();
        } else if event.key() == "Escape" {
            event.stop_propagation();
            if value.get_untracked().is_empty() {
                if let Some(input) = element.get_untracked() {
                    let _ = input.blur();
                }
            } else {
                on_input(String::new());
            }
        }
    };
    let has_list = complete.is_some();
    view! {
        <div class="ui-filter-box">
            <label class="ui-filter" class:ui-filter-invalid=move || error.with(Option::is_some)>
                <Icon name=IconName::Search />
                <input
                    type="search"
                    role="searchbox"
                    aria-label=label
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    aria-controls=move || completions.is_open().then(|| completions.list_id())
                    aria-activedescendant=move || completions.active_id()
                    placeholder=placeholder
                    autocomplete="off"
                    spellcheck="false"
                    node_ref=element
                    prop:value=move || value.get()
                    on:input:target=move |event| {
                        let text = event.target().value();
                        // All keys would cover what is filtered: they are listed where a term begins
                        // only when the arrow asks for them.
                        if text.is_empty() || text.ends_with(char::is_whitespace) {
                            completions.set(Vec::new());
                        } else {
                            refresh();
                        }
                        on_input(text);
                    }
                    on:blur=move |_| completions.set(Vec::new())
                    on:keydown=pressed
                />
            </label>
            {has_list.then(|| view! { <SuggestionList completions=completions on_accept=accept /> })}
            {move || {
                let remark = remark.get()?;
                Some(view! { <div class="ui-filter-remark" role="status" aria-label="Filter remark">{remark}</div> })
            }}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <div class="ui-filter-error" role="alert" aria-label="Filter error">
                                {error}
                            </div>
                        }
                    })
            }}
        </div>
    }
}

/// What can be typed in a text at a position in bytes.
pub type Complete = Callback<(String, usize), Vec<Completion>>;

/// The position of the cursor in bytes.
fn cursor_of(input: &web_sys::HtmlInputElement, text: &str) -> usize {
    let units = input.selection_start().ok().flatten().map_or(usize::MAX, |at| at as usize);
    let mut passed = 0;
    for (at, char) in text.char_indices() {
        if passed >= units {
            return at;
        }
        passed += char.len_utf16();
    }
    text.len()
}

fn utf16_len(text: &str) -> u32 {
    text.encode_utf16().count() as u32
}
