//! The details of the selected row.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::details::{BodySide, Cookies, ServerMetrics, decode_query};
use presentation::network::{message_count, name_cell};
use session::encodings::form_fields;
use session::model::{Details, Record, Session, format_count};

use super::body::{BodyPlace, BodyView};
use super::connection::ConnectionView;
use super::cookies::CookiesView;
use super::headers::HeadersView;
use super::initiator::InitiatorView;
use super::row_copy::CopyMenu;
use super::timing::TimingView;
use crate::payload::{DecodedView, EmptyState};
use crate::store::{Preferences, Protocols, SessionStore, ViewStore};
use crate::ui::{Icon, IconName, Tab, Tabs};

/// The region next to the table. What it shows is read from the session when the row is selected,
/// not before.
#[component]
pub fn DetailsPane(messages: impl Fn(u32) -> AnyView + Send + Sync + 'static) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let (preferences, protocols) = (expect_context::<Preferences>(), expect_context::<Protocols>());
    let row = Memo::new(move |_| view.state.with(|state| state.selected_row));
    let is_socket = Memo::new(move |_| {
        row.get().and_then(|row| session.with_record(row, |_, record| record.socket().is_some()))
    });
    // Decodes the row: once when it is selected or read again, not whenever other rows arrive.
    let has_cookies = Memo::new(move |_| {
        session.rereads.track();
        let row = row.get().filter(|_| is_socket.get() == Some(false));
        let details = untrack(|| row.and_then(|row| session.with_record(row, Session::details)));
        details.is_some_and(|details| !Cookies::of(&details).is_empty())
    });
    let tabs = Memo::new(move |_| tabs_of(session, row.get(), is_socket.get(), has_cookies));
    let current = Memo::new(move |_| {
        let wanted = view.state.with(|state| state.details_tab.clone());
        let tabs = tabs.get();
        let known = tabs.iter().find(|tab| Some(tab.key) == wanted.as_deref());
        known.or(tabs.first()).map(|tab| tab.key.to_owned()).unwrap_or_default()
    });
    let name = move || {
        row.get()
            .and_then(|row| session.with_record(row, |_, record| name_cell(record)))
            .map(|name| (name.segment, name.title))
    };
    let content = move || match (row.get(), is_socket.get()) {
        (Some(row), Some(_)) if current.get() == "messages" => messages(row),
        (Some(row), Some(is_socket)) => {
            let tab = current.get();
            if is_socket && tab == "headers" {
                // A close code has the meaning that its protocol defines.
                protocols.request_library();
                let _ = protocols.library();
            }
            if matches!(tab.as_str(), "headers" | "timing") {
                // They show wall clocks, which follow the preference.
                let _ = preferences.times_in_utc.get();
            }
            view! { <DetailsBody row=row tab=tab /> }.into_any()
        }
        _ => view! { <EmptyState text="This row is not loaded yet" /> }.into_any(),
    };
    view! {
        <section class="details" role="region" aria-label="Request details">
            <div class="details-head">
                <Tabs
                    label="Details"
                    class="details-tabs"
                    panel="details-body"
                    tabs=tabs
                    current=current
                    on_select=move |key| {
                        let first = tabs.get_untracked().first().map(|tab| tab.key);
                        view.show_detail(Some(key).filter(|key| Some(*key) != first));
                    }
                />
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close details"
                    title="Close details (Esc)"
                    on:click=move |_| view.close_details()
                >
                    <Icon name=IconName::Close />
                </button>
            </div>
            <div class="details-name-line">
                <div class="details-name" title=move || name().map(|name| name.1)>
                    {move || name().map(|name| name.0)}
                </div>
                <CopyMenu row=row />
            </div>
            <div
                class="details-body"
                id="details-body"
                role="tabpanel"
                aria-label=move || {
                    let current = current.get();
                    tabs.get().iter().find(|tab| tab.key == current).map(|tab| tab.label)
                }
            >
                {content}
            </div>
        </section>
    }
}

fn tabs_of(
    session: SessionStore,
    row: Option<u32>,
    is_socket: Option<bool>,
    has_cookies: Memo<bool>,
) -> Vec<Tab> {
    let of_record = |look: fn(&Record) -> Option<u64>| {
        row.and_then(|row| session.with_record(row, |_, record| look(record))).flatten()
    };
    let messages = |count: Option<u64>| {
        Tab::new("messages", "Messages").with_badge(count.map(format_count).unwrap_or_default())
    };
    if is_socket == Some(true) {
        let count = of_record(|record| message_count(record.socket()?));
        return vec![messages(count), Tab::new("connection", "Connection"), Tab::new("headers", "Headers")];
    }
    let mut tabs = vec![Tab::new("headers", "Headers"), Tab::new("payload", "Payload")];
    let is_event_stream = of_record(|record| record.event_stream().map(|_| 1)).is_some();
    if is_event_stream {
        let count = of_record(|record| record.inline_messages().map(|columns| columns.len() as u64));
        tabs.push(messages(count));
    }
    tabs.extend([Tab::new("response", "Response"), Tab::new("timing", "Timing")]);
    if has_cookies.get() {
        tabs.push(Tab::new("cookies", "Cookies"));
    }
    tabs.push(Tab::new("initiator", "Initiator"));
    tabs
}

/// The tabs that read the record again. Rebuilt when the row or the tab changes.
#[component]
fn DetailsBody(row: u32, tab: String) -> impl IntoView {
    let session = expect_context::<SessionStore>();
    // The record's own text does not change once it is read: reading it once is enough.
    let details: Option<Arc<Details>> =
        untrack(|| session.with_record(row, |session, record| Arc::new(session.details(record))));
    let Some(details) = details else {
        return view! { <EmptyState text="This row is not loaded yet" /> }.into_any();
    };
    match tab.as_str() {
        "payload" => view! { <PayloadTab details=details row=row /> }.into_any(),
        "response" => {
            let (body, headers) = (details.response_body.clone(), details.response_headers.clone());
            let place = BodyPlace { row, side: BodySide::Response };
            view! { <BodyView place=place body=body headers=headers /> }.into_any()
        }
        "connection" => view! { <ConnectionView row=row details=details /> }.into_any(),
        "timing" => view! { <TimingView row=row metrics=ServerMetrics::of(&details) /> }.into_any(),
        "cookies" => view! { <CookiesView cookies=Cookies::of(&details) /> }.into_any(),
        "initiator" => view! { <InitiatorView row=row details=details /> }.into_any(),
        _ => view! { <HeadersView row=row details=details /> }.into_any(),
    }
}

/// What was sent: the query, a form's fields, the body.
#[component]
fn PayloadTab(details: Arc<Details>, row: u32) -> impl IntoView {
    use super::headers::FieldList;
    let query = details.query.clone();
    let operation = decode_query(&query);
    let listed = details.form.clone();
    let form = if listed.is_empty() { form_fields(&details.request_body) } else { listed };
    let only_fields =
        details.request_body == session::model::Body::Empty && !(query.is_empty() && form.is_empty());
    view! {
        <div class="details-payload">
            {(!query.is_empty()).then(|| view! { <FieldList title="Query string" fields=query /> })}
            {operation
                .map(|message| {
                    view! {
                        <section class="details-section" aria-label="GraphQL operation">
                            <h3>"GraphQL operation"</h3>
                            <DecodedView message=Arc::new(message) />
                        </section>
                    }
                })}
            {(!form.is_empty()).then(|| view! { <FieldList title="Form data" fields=form /> })}
            {(!only_fields)
                .then(|| {
                    let (body, headers) = (details.request_body.clone(), details.request_headers.clone());
                    let place = BodyPlace { row, side: BodySide::Request };
                    view! { <BodyView place=place body=body headers=headers /> }
                })}
        </div>
    }
}
