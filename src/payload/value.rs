//! A value among others: as tall as it is, up to a limit.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::Payload;

use super::text::TextView;
use super::tree::{JsonView, TreeState};

/// A value that was recorded as JSON, as a tree; any other as text.
#[component]
pub fn ValueView(payload: Payload, label: &'static str) -> impl IntoView {
    let payload = Arc::new(payload);
    let value = if payload.tree().is_some() {
        view! { <JsonView payload=payload label=label state=TreeState::new() /> }.into_any()
    } else {
        view! { <TextView payload=payload /> }.into_any()
    };
    view! { <div class="ui-value">{value}</div> }
}

/// Text, even where it looks like JSON.
#[component]
pub fn TextValue(text: String) -> impl IntoView {
    view! {
        <div class="ui-value">
            <TextView payload=Arc::new(Payload::from_text(text)) />
        </div>
    }
}
