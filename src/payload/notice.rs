//! Alerts and empty states.

use std::borrow::Cow;

use leptos::prelude::*;
use session::encodings::visible_lines;

use crate::ui::{Icon, IconName};

/// Most characters of each part of an alert: it may quote a recording or an address.
const MAX_CHARS: usize = 2000;

/// An alert: what happened, where, what to do, and a button to retry where that can help. It exists
/// only while it has text. One that is not an error, such as the effect of the user's own action,
/// has neutral colors.
#[component]
pub fn Alert(
    what: String,
    #[prop(optional)] place: String,
    #[prop(optional)] remedy: String,
    #[prop(default = true)] is_error: bool,
    #[prop(default = None)] on_retry: Option<Callback<()>>,
) -> impl IntoView {
    let (what, place, remedy) = (shown(what), shown(place), shown(remedy));
    view! {
        <div class="ui-alert" class:ui-alert-neutral=!is_error role="alert">
            <Icon name=IconName::Warning />
            <div class="ui-alert-text">
                <strong>{what}</strong>
                {(!place.is_empty()).then(|| view! { <span class="ui-alert-place">{place}</span> })}
                {(!remedy.is_empty()).then(|| view! { <span>{remedy}</span> })}
            </div>
            {on_retry
                .map(|retry| {
                    view! {
                        <button type="button" class="ui-button" on:click=move |_| retry.run(())>
                            "Retry"
                        </button>
                    }
                })}
        </div>
    }
}

/// One sentence in place of content, and at most one action.
#[component]
pub fn EmptyState(#[prop(into)] text: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let text = shown(text);
    view! {
        <div class="ui-empty">
            <p>{text}</p>
            {children.map(|children| children())}
        </div>
    }
}

fn shown(text: String) -> String {
    let changed = match visible_lines(&text, MAX_CHARS) {
        Cow::Owned(changed) => Some(changed),
        Cow::Borrowed(_) => None,
    };
    changed.unwrap_or(text)
}
