//! Opening files of this computer.

use leptos::html::Input;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use crate::store::{FilesToOpen, picked};
use crate::ui::{Icon, IconName};

/// The button **Open file**, and the input behind it.
#[component]
pub fn OpenFileButton() -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    view! {
        <span class="home-open-file">
            <button
                type="button"
                class="ui-button"
                on:click=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                <Icon name=IconName::Open />
                "Open file"
            </button>
            <FileInput label="Session file" element=input />
        </span>
    }
}

/// The button **Open session folder**, with an input of its own: an input takes either files or a
/// folder.
#[component]
pub fn FolderButton() -> impl IntoView {
    let input: NodeRef<Input> = NodeRef::new();
    Effect::new(move || {
        if let Some(input) = input.get() {
            input.set_webkitdirectory(true);
        }
    });
    view! {
        <span class="home-open-file">
            <button
                type="button"
                class="ui-button"
                on:click=move |_| {
                    if let Some(input) = input.get_untracked() {
                        input.click();
                    }
                }
            >
                <Icon name=IconName::Open />
                "Open session folder"
            </button>
            <FileInput label="Session folder" element=input />
        </span>
    }
}

#[component]
fn FileInput(label: &'static str, element: NodeRef<Input>) -> impl IntoView {
    let files_to_open = expect_context::<FilesToOpen>();
    let navigate = use_navigate();
    let on_change = move |_| {
        let Some(input) = element.get_untracked() else { return };
        let files = input.files().map(|list| picked(&list)).unwrap_or_default();
        // The same file can be chosen again.
        input.set_value("");
        if !files.is_empty() {
            files_to_open.set(files);
            navigate("/session", NavigateOptions::default());
        }
    };
    view! {
        <input class="ui-hidden-input" type="file" multiple aria-label=label tabindex="-1" node_ref=element on:change=on_change />
    }
}

/// Opens the browser's file dialog.
pub fn open_file_dialog() {
    let found = document().query_selector("input[type=file]").ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into::<HtmlInputElement>().ok()) {
        input.click();
    }
}
