//! Copying to the clipboard.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::{Icon, IconName};

/// Puts text on the clipboard; `done` gets whether that worked.
pub fn copy_text(text: &str, done: impl FnOnce(bool) + 'static) {
    let promise = window().navigator().clipboard().write_text(text);
    spawn_local(async move { done(JsFuture::from(promise).await.is_ok()) });
}

/// A button that copies what `text` returns when it is pressed, and shows the result briefly.
#[component]
pub fn CopyButton(
    label: &'static str,
    #[prop(optional)] title: &'static str,
    text: impl Fn() -> String + 'static,
) -> impl IntoView {
    let answer: RwSignal<Option<bool>> = RwSignal::new(None);
    let pressed = move |_| {
        copy_text(&text(), move |worked| {
            answer.set(Some(worked));
            set_timeout(
                move || {
                    // The button may be removed by then.
                    let _ = answer.try_set(None);
                },
                Duration::from_millis(1500),
            );
        });
    };
    view! {
        <button type="button" class="ui-button" title=title on:click=pressed>
            <Icon name=IconName::Copy />
            {move || match answer.get() {
                None => label,
                Some(true) => "Copied",
                Some(false) => "Not allowed",
            }}
        </button>
    }
}
