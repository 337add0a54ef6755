//! The button of a session that is still recorded.

use leptos::prelude::*;

use crate::store::Live;

/// Shown while the session is live. Released, the tables stay as they are.
#[component]
pub(super) fn LiveButton() -> impl IntoView {
    let live = expect_context::<Live>();
    let is_live = Memo::new(move |_| live.is_live());
    let title = move || match live.problem.get() {
        Some(problem) => format!("Nothing new at the moment: {problem}"),
        None if live.follows.get() => "Still recorded: new rows are shown as they arrive".to_owned(),
        None => "Still recorded: new rows are not shown".to_owned(),
    };
    view! {
        <Show when=move || is_live.get()>
            <button
                type="button"
                class="ui-button app-live"
                class:app-live-problem=move || live.problem.with(Option::is_some)
                aria-pressed=move || live.follows.get().to_string()
                title=title
                on:click=move |_| live.toggle()
            >
                "Follow live"
            </button>
        </Show>
    }
}
