//! A request's or response's body.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::{Payload, visible_line};
use session::formats::{ReadableBody, StoredBody};
use session::model::{Body, Header, format_bytes};

use crate::payload::{Alert, EmptyState, PayloadView};
use crate::store::{BodyState, SessionStore, readable_body};

/// Most characters of a media type on screen.
const MAX_MIME_CHARS: usize = 200;

/// The body, or why there is none. `headers` are those that were sent with it; `file_stem` is the
/// name of the file that it is saved as, without extension.
#[component]
pub fn BodyView(
    label: &'static str,
    panel: &'static str,
    body: Body,
    headers: Option<Vec<Header>>,
    file_stem: String,
) -> impl IntoView {
    match body {
        Body::Empty => {
            view! { <EmptyState text=format!("The {} is empty", label.to_ascii_lowercase()) /> }.into_any()
        }
        Body::NotRecorded(why) => view! { <EmptyState text=why /> }.into_any(),
        Body::InFile { path, mime } => {
            let path = path.into_string();
            view! { <BodyInFile label=label panel=panel path=path mime=mime headers=headers file_stem=file_stem /> }
                .into_any()
        }
        Body::Text { .. } | Body::Binary { .. } => {
            if let Some(stored) = StoredBody::of(&body, headers.as_deref()) {
                return view! { <StoredBodyView label=label panel=panel stored=stored file_stem=file_stem /> }
                    .into_any();
            }
            let readable = ReadableBody { body, note: None, stored: None };
            view! { <ReadableBodyView label=label panel=panel readable=readable file_stem=file_stem /> }
                .into_any()
        }
    }
}

/// A body that is being decompressed.
#[component]
fn StoredBodyView(
    label: &'static str,
    panel: &'static str,
    stored: StoredBody,
    file_stem: String,
) -> impl IntoView {
    let readable = readable_body(stored);
    move || match readable.get() {
        None => view! { <EmptyState text=format!("Decompressing the {}", label.to_ascii_lowercase()) /> }
            .into_any(),
        Some(readable) => {
            let file_stem = file_stem.clone();
            view! { <ReadableBodyView label=label panel=panel readable=readable file_stem=file_stem /> }
                .into_any()
        }
    }
}

/// A body with its properties, and on request the bytes as they were stored.
#[component]
fn ReadableBodyView(
    label: &'static str,
    panel: &'static str,
    readable: ReadableBody,
    file_stem: String,
) -> impl IntoView {
    let ReadableBody { body, note, stored } = readable;
    let (payload, mime, is_truncated) = match body {
        Body::Text { text, mime, is_truncated } => {
            (Payload::from_text(text).of_mime(&mime), mime, is_truncated)
        }
        Body::Binary { bytes, mime, is_truncated } => {
            (Payload::from_bytes(bytes).of_mime(&mime), mime, is_truncated)
        }
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => {
            (Payload::from_text(String::new()), String::new(), false)
        }
    };
    let size = format_bytes(payload.bytes().len() as u64);
    let truncation =
        if stored.is_some() { "only the beginning is shown" } else { "only the beginning was recorded" };
    let mime = visible_line(&mime, MAX_MIME_CHARS).into_owned();
    let properties = [
        Some(mime).filter(|mime| !mime.is_empty()),
        Some(size),
        note,
        is_truncated.then(|| truncation.to_owned()),
    ];
    let properties = properties.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let stored = stored.map(|bytes| Arc::new(Payload::from_bytes(bytes)));
    let has_stored = stored.is_some();
    let is_stored_shown = RwSignal::new(false);
    let payload = Arc::new(payload);
    let shown =
        move || stored.clone().filter(|_| is_stored_shown.get()).unwrap_or_else(|| Arc::clone(&payload));
    view! {
        <section class="details-bodyview" aria-label=label>
            <p class="details-body-properties">
                {properties}
                {has_stored
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="ui-chip details-stored"
                                aria-pressed=move || is_stored_shown.get().to_string()
                                on:click=move |_| is_stored_shown.update(|is_shown| *is_shown = !*is_shown)
                            >
                                "Stored bytes"
                            </button>
                        }
                    })}
            </p>
            {move || {
                let file_stem = file_stem.clone();
                let selected = RwSignal::new(None);
                view! {
                    <PayloadView
                        payload=shown()
                        label=label
                        panel=panel
                        selected=selected
                        on_select=move |view| selected.set(Some(view))
                        file_stem=file_stem
                    />
                }
            }}
        </section>
    }
}

/// A body in a file of its own, which is being read.
#[component]
fn BodyInFile(
    label: &'static str,
    panel: &'static str,
    path: String,
    mime: String,
    headers: Option<Vec<Header>>,
    file_stem: String,
) -> impl IntoView {
    let (attempt, set_attempt) = signal(0_u32);
    let state = expect_context::<SessionStore>().body_file(path, mime, attempt);
    let retry = Callback::new(move |()| set_attempt.update(|attempt| *attempt += 1));
    move || match state.get() {
        BodyState::Loading { bytes } => {
            let label = format!("Loading the {} · {}", label.to_ascii_lowercase(), format_bytes(bytes));
            view! { <EmptyState text=label /> }.into_any()
        }
        BodyState::Ready(body) => {
            let (headers, file_stem) = (headers.clone(), file_stem.clone());
            view! { <BodyView label=label panel=panel body=body headers=headers file_stem=file_stem /> }
                .into_any()
        }
        BodyState::Failed(error) => {
            let on_retry = error.can_retry().then_some(retry);
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=on_retry /> }
                .into_any()
        }
    }
}
