//! Opening a URL.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use presentation::view_state::session_path;

#[component]
pub fn UrlForm() -> impl IntoView {
    let text = RwSignal::new(String::new());
    let navigate = use_navigate();
    let submitted = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let src = text.get_untracked().trim().to_owned();
        if !src.is_empty() {
            navigate(&session_path(&src), NavigateOptions::default());
        }
    };
    view! {
        <form class="home-url" on:submit=submitted>
            <input
                class="ui-input"
                type="text"
                inputmode="url"
                aria-label="Session URL"
                placeholder="https://… a recording, a zip, or a folder ending in /"
                autocomplete="off"
                spellcheck="false"
                bind:value=text
            />
            <button type="submit" class="ui-button" disabled=move || text.get().trim().is_empty()>
                "Open URL"
            </button>
        </form>
    }
}
