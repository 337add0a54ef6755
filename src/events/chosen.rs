//! The chosen event below the table, in full.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::events::{EventRow, event_line};
use session::encodings::{Payload, visible_line};
use session::model::{ActionDetails, EpochMs, Header, Session};

use super::panel::Panel;
use super::words::{action_length, event_facts};
use crate::store::{offset_of, wall_clock_of};
use crate::ui::{Icon, IconName, LongFields, MAX_WHOLE_LIST, ValueView, WordsView};

/// Most characters of a parameter's name, and of the kind of an event.
const MAX_NAME_CHARS: usize = 500;

/// An event as it is shown. It is read once, however often the table grows.
struct Shown {
    kind: String,
    time: Option<EpochMs>,
    offset: String,
    failed: bool,
    /// How long an action took.
    length: Option<String>,
    fields: Vec<Header>,
    error: Option<String>,
    payload: Option<Payload>,
}

/// The region.
#[component]
pub(super) fn ChosenEvent(panel: Panel) -> impl IntoView {
    let share = panel.store.preferences.chosen_share;
    let event = Memo::new(move |_| panel.shown());
    let content = move || {
        let event = event.get()?;
        let shown = panel.store.with_untracked(|session| read(session, event))?;
        Some(whole(panel, shown))
    };
    view! {
        <section
            class="ui-chosen"
            role="region"
            aria-label="Event"
            style:height=move || format!("{:.3}%", share.get() * 100.0)
        >
            {content}
        </section>
    }
}

fn read(session: &Session, event: EventRow) -> Option<Shown> {
    let line = event_line(session, event)?;
    let time = event.time(session);
    let blank = Shown {
        kind: line.kind.into_owned(),
        time,
        offset: offset_of(session, time),
        failed: line.failed,
        length: None,
        fields: Vec::new(),
        error: None,
        payload: None,
    };
    Some(match event {
        EventRow::Page(index) => {
            let event = session.page_events.get(index as usize)?;
            let details = session.page_event_details(event);
            let facts = event_facts(event.kind, &details);
            let fields = facts.into_iter().map(|(name, value)| Header { name: name.to_owned(), value });
            Shown { fields: fields.collect(), payload: details.payload.map(Payload::from_bytes), ..blank }
        }
        EventRow::Action(index) => {
            let action = session.actions.get(index as usize)?;
            let ActionDetails { parameters, error } = session.action_details(action);
            let fields = parameters.into_iter().map(|(name, value)| Header { name, value });
            let named = Header { name: "Method".to_owned(), value: action.title.clone().into_string() };
            Shown {
                length: Some(action_length(action)),
                fields: std::iter::once(named).chain(fields).collect(),
                error,
                ..blank
            }
        }
    })
}

fn whole(panel: Panel, shown: Shown) -> AnyView {
    let is_hidden = Memo::new(move |_| panel.place().is_none());
    view! {
        <div class="ui-chosen-head">
            <div class="ui-chosen-facts">
                <strong>{shown.kind}</strong>
                <span title=wall_clock_of(shown.time)>{shown.offset}</span>
                {shown.length.map(|length| view! { <span>{length}</span> })}
                {shown.failed.then(|| view! { <span class="events-tag">"failed"</span> })}
                {move || is_hidden.get().then(|| view! { <span class="ui-chosen-word">"Hidden by the filter"</span> })}
            </div>
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Close event"
                title="Close event (Esc)"
                on:click=move |_| {
                    panel.close();
                }
            >
                <Icon name=IconName::Close />
            </button>
        </div>
        <div class="ui-chosen-body">
            {shown.error.map(|error| section("Error", "events-error", view! { <WordsView text=error /> }.into_any()))}
            {fields(shown.fields)}
            {shown
                .payload
                .map(|payload| {
                    section("Payload", "", view! { <ValueView payload=payload label="Payload" /> }.into_any())
                })}
        </div>
    }
    .into_any()
}

fn section(title: &'static str, class: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class=format!("events-section {class}") aria-label=title>
            <h3>{title}</h3>
            {content}
        </section>
    }
    .into_any()
}

/// Names and values, in the order recorded.
fn fields(fields: Vec<Header>) -> AnyView {
    if fields.is_empty() {
        return view! { <p class="events-rest">"Nothing more was recorded of it"</p> }.into_any();
    }
    if fields.len() > MAX_WHOLE_LIST {
        return view! { <LongFields label="Parameters" fields=Arc::new(fields) /> }.into_any();
    }
    let shown = fields.into_iter().map(|field| {
        view! {
            <div class="events-field">
                <dt>{visible_line(&field.name, MAX_NAME_CHARS).into_owned()}</dt>
                <dd>{field_value(Payload::from_text(field.value))}</dd>
            </div>
        }
    });
    view! { <dl class="events-fields">{shown.collect_view()}</dl> }.into_any()
}

/// Words that look like a number are words: only what has parts is a tree.
fn field_value(value: Payload) -> AnyView {
    let is_container = value.first_view() == session::encodings::View::Parsed;
    if is_container {
        return view! { <ValueView payload=value label="Value" /> }.into_any();
    }
    view! { <WordsView text=value.text().unwrap_or_default().to_owned() /> }.into_any()
}
