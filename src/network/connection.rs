//! The Connection tab of a socket: handshake, traffic and close, and the sockets that it was
//! reopened as.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::connection::{
    Fact, MessageRate, Silence, close_facts, handshake_facts, longest_silence, redacted_headers,
    timing_facts, traffic_facts,
};
use session::model::{Details, Ending, Header, MessageColumns, MessageLog, Record, Session, format_count};
use session::protocols::{Handshake, Library, Protocol, Sample};
use session::redact::Redactor;

use super::headers::{CredentialBox, header_list};
use super::message_rate::MessageRateChart;
use super::reconnections::ReconnectionList;
use crate::payload::{Alert, EmptyState};
use crate::store::{Credentials, Messages, MessagesState, Protocols, SessionStore, ViewStore, state_link};

/// The tab. The messages are fetched when it is shown: the rate and the silences are in them.
#[component]
pub fn ConnectionView(row: u32, details: Arc<Details>) -> impl IntoView {
    let (session, messages) = (expect_context::<SessionStore>(), expect_context::<Messages>());
    let has_file = Memo::new(move |_| {
        session.with_record(row, |_, record| record.messages_file().is_some()).unwrap_or(false)
    });
    Effect::new(move || {
        if has_file.get() {
            untrack(|| messages.open(row));
        }
    });
    on_cleanup(move || messages.close());
    view! {
        <div class="details-connection" role="region" aria-label="Connection">
            <Traffic row=row />
            <ReconnectionList row=row />
            <HandshakeSections row=row details=details />
        </div>
    }
}

/// What is read from the row and its messages.
#[derive(Clone, Debug, Default, PartialEq)]
struct Connection {
    close: Vec<Fact>,
    traffic: Vec<Fact>,
    silence: Option<(Silence, &'static str)>,
    rate: Option<MessageRate>,
}

/// The close, the traffic and its rate.
#[component]
fn Traffic(row: u32) -> impl IntoView {
    let (session, messages) = (expect_context::<SessionStore>(), expect_context::<Messages>());
    let protocols = expect_context::<Protocols>();
    protocols.request_library();
    let state = Memo::new(move |_| messages.state(row));
    let view_state = expect_context::<ViewStore>().state;
    let decode_as = Memo::new(move |_| view_state.with(|state| state.decode_as.clone()));
    let connection = Memo::new(move |_| {
        // Messages that still arrive would change every number.
        let is_loading = state.with(|state| *state == MessagesState::Loading);
        let found = session.with_record(row, |session, record| {
            let choice = decode_as.get();
            let of = |log: Option<MessageLog<'_>>| {
                let protocol = protocols
                    .library()
                    .zip(log)
                    .and_then(|(library, log)| protocol_of(library, record, log, choice.as_deref()));
                Connection::of(session, record, log, protocol)
            };
            let read = |log: MessageLog<'_>| of(Some(log));
            let loaded = if is_loading { None } else { messages.with(row, read) };
            loaded.unwrap_or_else(|| of(None))
        });
        found.unwrap_or_default()
    });
    let retry = Callback::new(move |()| messages.retry(row));
    let problem = move || match state.get() {
        MessagesState::Failed(error) => {
            let retry = error.can_retry().then_some(retry);
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=retry /> }
                .into_any()
        }
        MessagesState::Loading => view! { <EmptyState text="Loading messages…" /> }.into_any(),
        MessagesState::Idle | MessagesState::NoBody(_) | MessagesState::Ready { .. } => ().into_any(),
    };
    view! {
        {move || fact_section("Close", connection.with(|connection| facts_view(&connection.close)))}
        {move || {
            let facts = connection.with(|connection| {
                let silence = connection.silence.map(|(silence, end)| silence_view(silence, end));
                view! {
                    {facts_view(&connection.traffic)}
                    {silence}
                }
                .into_any()
            });
            fact_section("Traffic", facts)
        }}
        {problem}
        {move || connection.with(|connection| connection.rate.clone()).map(|rate| view! { <MessageRateChart rate=rate /> })}
    }
}

impl Connection {
    fn of(
        session: &Session,
        record: &Record,
        log: Option<MessageLog<'_>>,
        protocol: Option<&dyn Protocol>,
    ) -> Self {
        let none = MessageColumns::default();
        let columns = log.map(|log| log.columns);
        let mut traffic = timing_facts(session, record);
        traffic.extend(traffic_facts(session, record, columns));
        let silence = columns.and_then(|columns| longest_silence(session, record, columns));
        Self {
            close: close_facts(session, record, columns.unwrap_or(&none), protocol),
            traffic,
            silence: silence.map(|silence| (silence, end_label(record))),
            rate: columns.and_then(|columns| MessageRate::of(session, record, columns)),
        }
    }
}

/// The protocol that the messages are decoded as.
fn protocol_of(
    library: &dyn Library,
    record: &Record,
    log: MessageLog<'_>,
    decode_as: Option<&str>,
) -> Option<&'static dyn Protocol> {
    match decode_as {
        Some(key) => library.protocol(key),
        None => Some(library.recognize(&Handshake::of(record)?, &Sample::of(log))?.protocol),
    }
}

fn end_label(record: &Record) -> &'static str {
    match record.socket().map(|socket| &socket.ending) {
        Some(Ending::Closed(_)) => "until the close",
        _ => "until the recording ended",
    }
}

fn fact_section(title: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class="details-section" aria-label=title>
            <h3>{title}</h3>
            {content}
        </section>
    }
    .into_any()
}

fn facts_view(facts: &[Fact]) -> AnyView {
    let field = |fact: &Fact| {
        let note = (!fact.note.is_empty())
            .then(|| view! { <p class="details-connection-note">{fact.note.clone()}</p> });
        view! {
            <div class="ui-field">
                <dt>{fact.label}</dt>
                <dd>{fact.value.clone()} {note}</dd>
            </div>
        }
    };
    view! { <dl class="ui-fields">{facts.iter().map(field).collect_view()}</dl> }.into_any()
}

/// `41.20 s after message 17`, with a link to the message.
fn silence_view(silence: Silence, end: &'static str) -> AnyView {
    let after = match silence.after {
        Some(index) => {
            let number = index.saturating_add(1);
            let text = format!("message {}", format_count(u64::from(number)));
            state_link(text, move |state| {
                state.details_tab = None;
                state.selected_message = Some(number);
            })
        }
        None => "the open".into_any(),
    };
    let end = silence.is_last.then(|| format!(", {end}"));
    view! {
        <dl class="ui-fields">
            <div class="ui-field">
                <dt>"Longest silence"</dt>
                <dd>{silence.length.duration()} " after " {after} {end}</dd>
            </div>
        </dl>
    }
    .into_any()
}

/// What was offered and agreed on, and the headers. Credentials are hidden until they are asked
/// for.
#[component]
fn HandshakeSections(row: u32, details: Arc<Details>) -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let shows_credentials = expect_context::<Credentials>().are_shown;
    let read = move |details: &Details, redactor: &mut Redactor| {
        let facts = |_: &Session, record: &Record| handshake_facts(record, details, redactor);
        untrack(|| session.with_record(row, facts)).unwrap_or_default()
    };
    let redacted = |headers: &Option<Vec<Header>>, redactor: &mut Redactor| {
        headers.as_ref().map(|headers| redacted_headers(headers, redactor))
    };
    let hides = {
        let parts = |redactor: &mut Redactor| {
            let headers = [&details.request_headers, &details.response_headers];
            (read(&details, redactor), headers.map(|headers| redacted(headers, redactor)))
        };
        parts(&mut Redactor::new(true)) != parts(&mut Redactor::new(false))
    };
    let sections = move || {
        let mut redactor = Redactor::new(!shows_credentials.get());
        let facts = facts_view(&read(&details, &mut redactor));
        let request = redacted(&details.request_headers, &mut redactor);
        let response = redacted(&details.response_headers, &mut redactor);
        view! {
            {fact_section("Subprotocol and extensions", facts)}
            {header_list("Request headers", request)}
            {header_list("Response headers", response)}
        }
    };
    view! {
        {hides.then(|| view! { <CredentialBox /> })}
        {sections}
    }
}
