//! A request's or response's body.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::details::{BodySide, decode_body, source_map};
use session::encodings::source::Language;
use session::encodings::{Multipart, Payload, graphql_errors, visible_line};
use session::formats::{ReadableBody, StoredBody};
use session::model::{Body, Header, Record, Session, format_bytes};
use session::protocols::DecodedMessage;

use super::body_notes::{GraphQlErrors, SourceMapNote};
use super::parts::PartsView;
use crate::payload::{Alert, EmptyState, PayloadView};
use crate::store::{BodyState, Schemas, SessionStore, readable_body};

/// Most characters of a media type on screen.
const MAX_MIME_CHARS: usize = 200;

/// Messages that are compared with the types that the user added.
const MAX_COMPARED: usize = 64;

/// Whose body it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BodyPlace {
    pub row: u32,
    pub side: BodySide,
}

impl BodyPlace {
    fn label(self) -> &'static str {
        match self.side {
            BodySide::Request => "Request body",
            BodySide::Response => "Response body",
        }
    }

    /// The id of the element that shows it.
    fn panel(self) -> &'static str {
        match self.side {
            BodySide::Request => "request-view",
            BodySide::Response => "response-view",
        }
    }

    /// The name of the file that it is saved as, without extension.
    fn file_stem(self) -> String {
        match self.side {
            BodySide::Request => format!("request-{}", self.row),
            BodySide::Response => format!("response-{}", self.row),
        }
    }
}

/// The body, or why there is none. `headers` are those that were sent with it.
#[component]
pub fn BodyView(place: BodyPlace, body: Body, headers: Option<Vec<Header>>) -> impl IntoView {
    match body {
        Body::Empty => {
            view! { <EmptyState text=format!("The {} is empty", place.label().to_ascii_lowercase()) /> }
                .into_any()
        }
        Body::NotRecorded(why) => view! { <EmptyState text=why /> }.into_any(),
        Body::InFile { path, mime } => {
            let path = path.into_string();
            view! { <BodyInFile place=place path=path mime=mime headers=headers /> }.into_any()
        }
        Body::Text { .. } | Body::Binary { .. } => {
            if let Some(stored) = StoredBody::of(&body, headers.as_deref()) {
                return view! { <StoredBodyView place=place stored=stored headers=headers /> }.into_any();
            }
            let readable = ReadableBody { body, note: None, stored: None };
            view! { <ReadableBodyView place=place readable=readable headers=headers /> }.into_any()
        }
    }
}

/// A body that is being decompressed.
#[component]
fn StoredBodyView(place: BodyPlace, stored: StoredBody, headers: Option<Vec<Header>>) -> impl IntoView {
    let readable = readable_body(stored);
    move || match readable.get() {
        None => {
            view! { <EmptyState text=format!("Decompressing the {}", place.label().to_ascii_lowercase()) /> }
                .into_any()
        }
        Some(readable) => {
            let headers = headers.clone();
            view! { <ReadableBodyView place=place readable=readable headers=headers /> }.into_any()
        }
    }
}

/// A body with its properties, and on request the bytes as they were stored.
#[component]
fn ReadableBodyView(place: BodyPlace, readable: ReadableBody, headers: Option<Vec<Header>>) -> impl IntoView {
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
    let payload = Arc::new(payload);
    let multipart = Multipart::parse(&mime, payload.bytes());
    let notes = notes(place, headers.as_deref(), &payload);
    let message = decode_body(place.side, &mime, headers.as_deref(), &payload).map(Arc::new);
    let schemas = expect_context::<Schemas>();
    let decoded = Memo::new_with_compare(
        move |_| message.clone().map(|message| typed(message, schemas)),
        |old, new| {
            let address = |message: Option<&Option<Arc<DecodedMessage>>>| {
                message.map(|message| message.as_ref().map(Arc::as_ptr))
            };
            address(old) != address(new)
        },
    );
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
    let parts = multipart.map(|multipart| {
        let payload = Arc::clone(&payload);
        view! { <PartsView payload=payload multipart=multipart /> }
    });
    let shown =
        move || stored.clone().filter(|_| is_stored_shown.get()).unwrap_or_else(|| Arc::clone(&payload));
    view! {
        {parts}
        <section class="details-bodyview" aria-label=place.label()>
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
            {notes}
            {move || {
                let selected = RwSignal::new(None);
                let decoded = Signal::derive(move || decoded.get().filter(|_| !is_stored_shown.get()));
                view! {
                    <PayloadView
                        payload=shown()
                        decoded=decoded
                        label=place.label()
                        panel=place.panel()
                        selected=selected
                        on_select=move |view| selected.set(Some(view))
                        file_stem=place.file_stem()
                    />
                }
            }}
        </section>
    }
}

/// What stands above a response: errors of GraphQL, and the source map that it names.
fn notes(place: BodyPlace, headers: Option<&[Header]>, payload: &Payload) -> AnyView {
    if place.side == BodySide::Request {
        return ().into_any();
    }
    let errors = payload.tree().map(|tree| graphql_errors(tree, payload.bytes())).unwrap_or_default();
    let is_mapped = matches!(payload.language(), Some(Language::JavaScript | Language::Css));
    let text = payload.text().filter(|_| is_mapped);
    let map = text.and_then(|text| {
        let find = |session: &Session, record: &Record| source_map(session, record, headers, text);
        untrack(|| expect_context::<SessionStore>().with_record(place.row, find)).flatten()
    });
    view! {
        {(!errors.is_empty()).then(|| view! { <GraphQlErrors errors=errors /> })}
        {map.map(|map| view! { <SourceMapNote map=map /> })}
    }
    .into_any()
}

/// The message with the names of fields, if types were added and one of them fits.
fn typed(message: Arc<DecodedMessage>, schemas: Schemas) -> Arc<DecodedMessage> {
    let Some(schema) = schemas.schema() else { return message };
    let payloads: Vec<_> = message.protobuf_payloads().take(MAX_COMPARED).collect();
    let ranked = schema.ranked(&payloads);
    let likely = ranked.first().filter(|(_, fit)| fit.is_likely()).map(|(name, _)| (*name).to_owned());
    likely.map_or_else(|| Arc::clone(&message), |name| Arc::new(message.with_schema(&schema, &name)))
}

/// A body in a file of its own, which is being read.
#[component]
fn BodyInFile(place: BodyPlace, path: String, mime: String, headers: Option<Vec<Header>>) -> impl IntoView {
    let (attempt, set_attempt) = signal(0_u32);
    let state = expect_context::<SessionStore>().body_file(path, mime, attempt);
    let retry = Callback::new(move |()| set_attempt.update(|attempt| *attempt += 1));
    move || match state.get() {
        BodyState::Loading { bytes } => {
            let label =
                format!("Loading the {} · {}", place.label().to_ascii_lowercase(), format_bytes(bytes));
            view! { <EmptyState text=label /> }.into_any()
        }
        BodyState::Ready(body) => {
            let headers = headers.clone();
            view! { <BodyView place=place body=body headers=headers /> }.into_any()
        }
        BodyState::Failed(error) => {
            let on_retry = error.can_retry().then_some(retry);
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=on_retry /> }
                .into_any()
        }
    }
}
