//! A request's or response's body.

use leptos::prelude::*;
use session::model::Body;

use crate::ui::EmptyState;

#[component]
pub fn BodyView(label: &'static str, body: Body, row: u32) -> impl IntoView {
    let _ = row;
    match body {
        Body::Empty => view! { <EmptyState text=format!("{label} is empty") /> }.into_any(),
        Body::NotRecorded(why) => view! { <EmptyState text=why /> }.into_any(),
        Body::Text { text, .. } => view! { <pre aria-label=label>{text}</pre> }.into_any(),
        Body::Binary { .. } => ().into_any(),
    }
}
