//! A button with the filters that the user named.

use leptos::ev::SubmitEvent;
use leptos::html::{Button, Div, Input};
use leptos::prelude::*;
use presentation::saved_filters::{MAX_NAME_CHARS, SaveError, SavedFilter, SavedFilters};
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement, KeyboardEvent};

use super::menu::leaves;

/// The button **Saved filters**, and the list that it opens: filters are saved, selected, renamed
/// and deleted there.
#[component]
pub fn SavedFiltersButton(
    saved: RwSignal<SavedFilters>,
    /// The filter in the box.
    #[prop(into)]
    current: Signal<String>,
    on_select: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let (button, popup): (NodeRef<Button>, NodeRef<Div>) = (NodeRef::new(), NodeRef::new());
    let close = move || {
        is_open.set(false);
        focus(button.get_untracked().map(Into::into));
    };
    // The list takes the focus when it is there.
    Effect::new(move || {
        if let Some(popup) = popup.get() {
            let first = popup.query_selector("button:enabled, input:enabled").ok().flatten();
            let first = first.and_then(|first| first.dyn_into::<HtmlElement>().ok());
            focus(Some(first.unwrap_or_else(|| popup.into())));
        }
    });
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            close();
        }
        // Shortcuts of the page do not apply here.
        event.stop_propagation();
    };
    let focus_left = move |event: FocusEvent| {
        if leaves(&event, popup, button) {
            is_open.set(false);
        }
    };
    let select = move |text: String| {
        on_select(text);
        close();
    };
    let name = move || saved.with(|saved| saved.name_of(&current.get()).map(str::to_owned));
    view! {
        <div class="ui-menu">
            <button
                type="button"
                class="ui-button"
                aria-label="Saved filters"
                aria-haspopup="dialog"
                aria-expanded=move || is_open.get().to_string()
                title=move || name().map_or_else(|| "Saved filters".to_owned(), |name| format!("Saved as {name}"))
                node_ref=button
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                <span aria-hidden="true">"★"</span>
                <span class="ui-saved-label">"Saved"</span>
                <span class="ui-menu-arrow" aria-hidden="true">"▾"</span>
            </button>
            <Show when=move || is_open.get()>
                <div
                    class="ui-menu-list ui-saved"
                    role="dialog"
                    aria-label="Saved filters"
                    tabindex="-1"
                    node_ref=popup
                    on:keydown=pressed
                    on:focusout=focus_left
                >
                    <SavedList saved=saved popup=popup on_select=select />
                    <SaveForm saved=saved current=current on_saved=close />
                </div>
            </Show>
        </div>
    }
}

/// Every saved filter, with its buttons.
#[component]
fn SavedList(
    saved: RwSignal<SavedFilters>,
    /// What takes the focus when an item that has it is replaced.
    popup: NodeRef<Div>,
    on_select: impl Fn(String) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let renamed = RwSignal::new(None::<String>);
    let item = move |filter: SavedFilter| {
        let is_renamed = renamed.with(|renamed| renamed.as_ref() == Some(&filter.name));
        if is_renamed {
            view! { <RenameForm saved=saved name=filter.name renamed=renamed popup=popup /> }.into_any()
        } else {
            saved_item(filter, saved, renamed, popup, on_select)
        }
    };
    move || {
        let filters = saved.with(|saved| saved.filters().to_vec());
        if filters.is_empty() {
            return view! { <p class="ui-saved-empty">"No saved filters"</p> }.into_any();
        }
        view! { <ul class="ui-saved-list" aria-label="Saved filters">{filters.into_iter().map(item).collect_view()}</ul> }
            .into_any()
    }
}

fn saved_item(
    filter: SavedFilter,
    saved: RwSignal<SavedFilters>,
    renamed: RwSignal<Option<String>>,
    popup: NodeRef<Div>,
    on_select: impl Fn(String) + Copy + Send + Sync + 'static,
) -> AnyView {
    let SavedFilter { name, text } = filter;
    let (to_rename, to_delete, selected) = (name.clone(), name.clone(), text.clone());
    view! {
        <li class="ui-saved-item">
            <button type="button" class="ui-menu-item ui-saved-select" on:click=move |_| on_select(selected.clone())>
                <span class="ui-saved-name">{name.clone()}</span>
                <span class="ui-saved-text" title=text.clone()>{text.clone()}</span>
            </button>
            <button
                type="button"
                class="ui-icon-button"
                aria-label=format!("Rename {name}")
                title="Rename"
                on:click=move |_| {
                    focus_popup(popup);
                    renamed.set(Some(to_rename.clone()));
                }
            >
                <span aria-hidden="true">"✎"</span>
            </button>
            <button
                type="button"
                class="ui-icon-button"
                aria-label=format!("Delete {name}")
                title="Delete"
                on:click=move |_| {
                    focus_popup(popup);
                    saved.update(|saved| saved.remove(&to_delete));
                }
            >
                <span aria-hidden="true">"×"</span>
            </button>
        </li>
    }
    .into_any()
}

/// Another name for a filter.
#[component]
fn RenameForm(
    saved: RwSignal<SavedFilters>,
    name: String,
    renamed: RwSignal<Option<String>>,
    popup: NodeRef<Div>,
) -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    let error = RwSignal::new(None::<SaveError>);
    input.on_load(|input| {
        request_animation_frame(move || {
            // Fails only for an element that is gone.
            let _ = input.focus();
            input.select();
        });
    });
    let from = name.clone();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let mut changed = saved.get_untracked();
        match changed.rename(&from, &input.value()) {
            Ok(()) => {
                focus_popup(popup);
                renamed.set(None);
                saved.set(changed);
            }
            Err(reason) => error.set(Some(reason)),
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            focus_popup(popup);
            renamed.set(None);
        }
    };
    view! {
        <li class="ui-saved-item">
            <form class="ui-saved-form" on:submit=submit on:keydown=pressed>
                <input
                    type="text"
                    class="ui-saved-input"
                    aria-label="New name"
                    maxlength=MAX_NAME_CHARS.to_string()
                    value=name
                    node_ref=input
                />
                <button type="submit" class="ui-button">"Rename"</button>
            </form>
            <ErrorLine error=error />
        </li>
    }
}

/// Saves the filter in the box.
#[component]
fn SaveForm(
    saved: RwSignal<SavedFilters>,
    #[prop(into)] current: Signal<String>,
    on_saved: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    let error = RwSignal::new(None::<SaveError>);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else { return };
        let mut changed = saved.get_untracked();
        match changed.save(&input.value(), &current.get_untracked()) {
            Ok(()) => {
                saved.set(changed);
                on_saved();
            }
            Err(reason) => error.set(Some(reason)),
        }
    };
    let is_empty = move || current.with(|text| text.trim().is_empty());
    view! {
        <form class="ui-saved-form ui-saved-new" on:submit=submit>
            <input
                type="text"
                class="ui-saved-input"
                aria-label="Name of the filter"
                placeholder=move || if is_empty() { "Type a filter to save it" } else { "Name" }
                maxlength=MAX_NAME_CHARS.to_string()
                autocomplete="off"
                disabled=is_empty
                node_ref=input
            />
            <button type="submit" class="ui-button" disabled=is_empty>"Save current filter"</button>
        </form>
        <ErrorLine error=error />
    }
}

#[component]
fn ErrorLine(error: RwSignal<Option<SaveError>>) -> impl IntoView {
    move || {
        let message = error.get()?.message();
        Some(view! { <p class="ui-saved-error" role="alert">{message}</p> })
    }
}

fn focus_popup(popup: NodeRef<Div>) {
    focus(popup.get_untracked().map(Into::into));
}

fn focus(element: Option<HtmlElement>) {
    if let Some(element) = element {
        // Fails only for an element that is gone.
        let _ = element.focus();
    }
}
