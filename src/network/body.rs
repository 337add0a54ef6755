//! A request's or response's body.

use std::sync::Arc;

use leptos::prelude::*;
use session::decode::Payload;
use session::model::{Body, format_bytes};

use crate::ui::{EmptyState, PayloadView};

/// The body, or the words why there is none. `file_stem` names the file that it is saved as.
#[component]
pub fn BodyView(label: &'static str, panel: &'static str, body: Body, file_stem: String) -> impl IntoView {
    let (payload, mime, truncated) = match body {
        Body::Empty => {
            return view! { <EmptyState text=format!("The {} is empty", label.to_lowercase()) /> }.into_any();
        }
        Body::NotRecorded(why) => return view! { <EmptyState text=why /> }.into_any(),
        Body::Text { text, mime, truncated } => (Payload::from_text(text), mime, truncated),
        Body::Binary { bytes, mime, truncated } => (Payload::from_bytes(bytes), mime, truncated),
    };
    let size = format_bytes(payload.bytes().len() as u64);
    let facts = [
        Some(mime).filter(|mime| !mime.is_empty()),
        Some(size),
        truncated.then(|| "only the beginning was recorded".to_owned()),
    ];
    let facts = facts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <section class="details-bodyview" aria-label=label>
            <p class="details-body-facts">{facts}</p>
            <PayloadView payload=Arc::new(payload) label=label panel=panel chosen=RwSignal::new(None) file_stem=file_stem />
        </section>
    }
    .into_any()
}
