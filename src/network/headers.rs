//! The Headers tab.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::connection::redacted_headers;
use presentation::details::{WebToken, web_tokens};
use presentation::labels::ending_label;
use presentation::network::{Column, cell};
use session::encodings::visible_line;
use session::model::{Details, Header, format_count};
use session::redact::Redactor;

use crate::payload::Fields;
use crate::store::{Credentials, SessionStore, local_clock};
use crate::ui::{CopyButton, MAX_FULL_LIST};

#[component]
pub fn HeadersView(row: u32, details: Arc<Details>) -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let general = general(session, row, &details);
    let (response, request) = (details.response_headers.clone(), details.request_headers.clone());
    drop(details);
    let is_socket = || session.with_record(row, |_, record| record.socket().is_some());
    if untrack(is_socket) == Some(true) {
        return view! { <SocketHeaders general=general response=response request=request /> }.into_any();
    }
    let headers: Vec<Header> = [&request, &response].into_iter().flatten().flatten().cloned().collect();
    let token = |token: WebToken| {
        view! {
            <FieldList title="Token" fields=token.fields />
            <p class="details-token-note app-dim">
                {format!("A JSON Web Token of {}: decoded, its signature is not verified.", visible_line(&token.header, MAX_NAME))}
            </p>
        }
    };
    let tokens = web_tokens(&headers, untrack(local_clock)).into_iter().map(token).collect_view();
    view! {
        <div class="details-headers">
            <FieldList title="General" fields=general />
            {header_list("Response headers", response)}
            {header_list("Request headers", request)}
            {tokens}
        </div>
    }
    .into_any()
}

/// Characters of a header's name in a sentence.
const MAX_NAME: usize = 100;

/// The same of a socket, whose credentials are hidden until they are asked for. What is copied is
/// what was recorded.
#[component]
fn SocketHeaders(
    general: Vec<Header>,
    response: Option<Vec<Header>>,
    request: Option<Vec<Header>>,
) -> impl IntoView {
    let are_shown = expect_context::<Credentials>().are_shown;
    let hidden = |headers: &[Header]| redacted_headers(headers, &mut Redactor::new(true));
    let hidden_general = hidden_urls(&general);
    let hides = hidden_general != general
        || [&response, &request].into_iter().flatten().any(|headers| hidden(headers) != *headers);
    let sections = move || {
        let list = |title: &'static str, headers: &Option<Vec<Header>>| match headers {
            Some(headers) if !headers.is_empty() && !are_shown.get() => {
                let fields = hidden(headers);
                view! { <FieldList title=title fields=fields recorded=headers.clone() /> }.into_any()
            }
            headers => header_list(title, headers.clone()),
        };
        let shown = if are_shown.get() { general.clone() } else { hidden_general.clone() };
        view! {
            <FieldList title="General" fields=shown recorded=general.clone() />
            {list("Response headers", &response)}
            {list("Request headers", &request)}
        }
    };
    view! {
        <div class="details-headers">
            {hides.then(|| view! { <CredentialBox /> })}
            {sections}
        </div>
    }
}

/// The fields without the credentials in their URLs.
fn hidden_urls(fields: &[Header]) -> Vec<Header> {
    let mut redactor = Redactor::new(true);
    let hidden = |field: &Header| Header {
        name: field.name.clone(),
        value: match field.name.as_str() {
            "URL" => redactor.url(&field.value).into_owned(),
            _ => redactor.text(&field.value).into_owned(),
        },
    };
    fields.iter().map(hidden).collect()
}

/// The checkbox that shows the credentials of the session's sockets.
#[component]
pub(super) fn CredentialBox() -> impl IntoView {
    let are_shown = expect_context::<Credentials>().are_shown;
    view! {
        <label class="ui-check details-connection-credentials">
            <input
                type="checkbox"
                prop:checked=move || are_shown.get()
                on:change:target=move |event| are_shown.set(event.target().checked())
            />
            "Show credentials"
        </label>
    }
}

/// The cells of the row, and the properties that its format adds.
fn general(session: SessionStore, row: u32, details: &Details) -> Vec<Header> {
    let known = untrack(|| {
        session.with_record(row, |session, record| {
            let text = |column: Column| cell(session, record, column, &local_clock());
            let start = text(Column::Start);
            let with_title = |start: presentation::network::Cell| match start.title.lines().next() {
                None | Some("") => start.text,
                Some(first) => format!("{} ({first})", start.text),
            };
            let url = if record.url.is_empty() { "(no URL)".to_owned() } else { record.url.to_string() };
            let mut fields = vec![
                field("URL", url),
                field("Method", text(Column::Method).text),
                field("Status", text(Column::Status).text),
                field("Type", text(Column::Type).text),
                field("Start", with_title(start)),
                field("Latency", text(Column::Latency).text),
            ];
            if let Some(error) = &record.error {
                fields.push(field("Error", error.to_string()));
            }
            if record.socket().is_some() {
                fields.push(field("Close", ending_label(session, record)));
            }
            fields
        })
    });
    let properties = details.properties().into_iter().map(|property| field(property.label, property.value));
    known.unwrap_or_default().into_iter().chain(properties).collect()
}

fn field(name: &str, value: String) -> Header {
    Header { name: name.to_owned(), value }
}

pub(super) fn header_list(title: &'static str, headers: Option<Vec<Header>>) -> AnyView {
    match headers {
        Some(headers) if headers.is_empty() => view! {
            <section class="details-section" aria-label=title>
                <h3>{title}</h3>
                <p class="app-dim">"None were recorded"</p>
            </section>
        }
        .into_any(),
        Some(headers) => view! { <FieldList title=title fields=headers /> }.into_any(),
        None => view! {
            <section class="details-section" aria-label=title>
                <h3>{title}</h3>
                <p class="app-dim">"Not recorded"</p>
            </section>
        }
        .into_any(),
    }
}

/// Names and values, in the order recorded, with a way to copy them as they were recorded.
#[component]
pub fn FieldList(
    title: &'static str,
    fields: Vec<Header>,
    /// What is copied, where it differs from what is shown.
    #[prop(optional)]
    recorded: Option<Vec<Header>>,
) -> impl IntoView {
    let fields = Arc::new(fields);
    let copied = recorded.map_or_else(|| Arc::clone(&fields), Arc::new);
    // A list that is not drawn completely does not show its length.
    let count = (fields.len() > MAX_FULL_LIST).then(|| format_count(fields.len() as u64));
    let text = move || {
        let lines = copied.iter().map(|field| format!("{}: {}", field.name, field.value));
        lines.collect::<Vec<_>>().join("\n")
    };
    view! {
        <section class="details-section" aria-label=title>
            <div class="details-section-head">
                <h3>
                    {title}
                    {count.map(|count| view! { " " <span class="ui-badge">{count}</span> })}
                </h3>
                <CopyButton label="Copy" text=text />
            </div>
            <Fields label=title fields=fields />
        </section>
    }
}
