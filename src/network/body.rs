//! A request's or response's body.

use std::sync::Arc;

use leptos::prelude::*;
use session::decode::{Payload, visible_line};
use session::model::{Body, format_bytes};

use crate::store::{BodyState, Store};
use crate::ui::{Alert, EmptyState, PayloadView};

/// Most characters of a media type on screen.
const MAX_MIME_CHARS: usize = 200;

/// The body, or the words why there is none. `file_stem` names the file that it is saved as.
#[component]
pub fn BodyView(label: &'static str, panel: &'static str, body: Body, file_stem: String) -> impl IntoView {
    let (payload, mime, truncated) = match body {
        Body::Empty => {
            return view! { <EmptyState text=format!("The {} is empty", label.to_ascii_lowercase()) /> }
                .into_any();
        }
        Body::NotRecorded(why) => return view! { <EmptyState text=why /> }.into_any(),
        Body::InFile { path, mime } => {
            let path = path.into_string();
            return view! { <BodyInFile label=label panel=panel path=path mime=mime file_stem=file_stem /> }
                .into_any();
        }
        Body::Text { text, mime, truncated } => (Payload::from_text(text), mime, truncated),
        Body::Binary { bytes, mime, truncated } => (Payload::from_bytes(bytes), mime, truncated),
    };
    let size = format_bytes(payload.bytes().len() as u64);
    let facts = [
        Some(visible_line(&mime, MAX_MIME_CHARS).into_owned()).filter(|mime| !mime.is_empty()),
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

/// A body in a file of its own, which is read now.
#[component]
fn BodyInFile(
    label: &'static str,
    panel: &'static str,
    path: String,
    mime: String,
    file_stem: String,
) -> impl IntoView {
    let store = Store::expect();
    let (attempt, set_attempt) = signal(0_u32);
    let state = store.body_file(path, mime, attempt);
    let retry = Callback::new(move |()| set_attempt.update(|attempt| *attempt += 1));
    move || match state.get() {
        BodyState::Loading { bytes } => {
            let words = format!("Loading the {} · {}", label.to_ascii_lowercase(), format_bytes(bytes));
            view! { <EmptyState text=words /> }.into_any()
        }
        BodyState::Ready(body) => {
            let file_stem = file_stem.clone();
            view! { <BodyView label=label panel=panel body=body file_stem=file_stem /> }.into_any()
        }
        BodyState::Failed(error) => {
            let on_retry = error.can_retry.then_some(retry);
            view! { <Alert what=error.what place=error.place remedy=error.remedy on_retry=on_retry /> }
                .into_any()
        }
    }
}
