//! The selected event below the table, in full.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::events::{EventMark, EventRow, event_line};
use presentation::pane_shares::Pane;
use session::elements::PageElements;
use session::encodings::{Payload, visible_line};
use session::model::{ActionDetails, EpochMs, Header, Session};

use super::labels::{action_duration, element_properties, event_properties};
use super::panel::Panel;
use crate::payload::{LongFields, TextValue, ValueView};
use crate::store::{NamedElements, PaneSizes, offset_of, wall_clock_of};
use crate::ui::{CopyButton, DetailHead, DetailPane, MAX_FULL_LIST};

/// Most characters of a parameter's name, and of the kind of an event.
const MAX_NAME_CHARS: usize = 500;

/// An event in full. It is read once, however often the table grows.
struct Detail {
    kind: String,
    time: Option<EpochMs>,
    offset: String,
    failed: bool,
    marks: Vec<EventMark>,
    /// The selector of the element that it touched, or that an action was called with.
    selector: Option<String>,
    /// Duration of an action.
    duration: Option<String>,
    fields: Vec<Header>,
    error: Option<String>,
    payload: Option<Payload>,
}

/// The region.
#[component]
pub(super) fn EventDetail(panel: Panel, elements: NamedElements) -> impl IntoView {
    let share = expect_context::<PaneSizes>().of(Pane::Entry).share;
    let event = Memo::new(move |_| panel.detail());
    let content = move || {
        let event = event.get()?;
        let found = elements.found.get();
        let detail = panel.session.with_untracked(|session| read(session, event, found.as_deref()))?;
        Some(detail_view(panel, detail))
    };
    view! {
        <DetailPane label="Event" share=share>
            {content}
        </DetailPane>
    }
}

fn read(session: &Session, event: EventRow, elements: Option<&PageElements>) -> Option<Detail> {
    let line = event_line(session, event, elements)?;
    let time = event.time(session);
    let blank = Detail {
        kind: line.kind.into_owned(),
        time,
        offset: offset_of(session, time),
        failed: line.failed,
        marks: line.marks,
        selector: None,
        duration: None,
        fields: Vec::new(),
        error: None,
        payload: None,
    };
    Some(match event {
        EventRow::Page(index) => {
            let event = session.page_events.get(index as usize)?;
            let details = session.page_event_details(event);
            let touched = elements.and_then(|elements| elements.get(event));
            let of_element = touched.map(element_properties).unwrap_or_default();
            let properties = of_element.into_iter().chain(event_properties(event.kind, &details));
            let selector = touched.and_then(|touched| Some(touched.name.as_ref()?.path.to_string()));
            let fields = properties.map(|(name, value)| Header { name: name.to_owned(), value });
            Detail {
                fields: fields.collect(),
                selector,
                payload: details.payload.map(Payload::from_bytes),
                ..blank
            }
        }
        EventRow::Action(index) => {
            let action = session.actions.get(index as usize)?;
            let ActionDetails { parameters, error } = session.action_details(action);
            let selector = parameters.iter().find(|(name, _)| name == "selector");
            let selector = selector.map(|(_, selector)| selector.clone());
            let fields = parameters.into_iter().map(|(name, value)| Header { name, value });
            let named = Header { name: "Method".to_owned(), value: action.title.clone().into_string() };
            Detail {
                duration: Some(action_duration(action)),
                fields: std::iter::once(named).chain(fields).collect(),
                error,
                selector,
                ..blank
            }
        }
    })
}

fn detail_view(panel: Panel, detail: Detail) -> AnyView {
    let is_hidden = Memo::new(move |_| panel.selected_position().is_none());
    view! {
        <DetailHead
            noun="event"
            is_hidden=is_hidden
            on_close=move || {
                panel.close();
            }
        >
            <strong>{detail.kind}</strong>
            <span title=wall_clock_of(detail.time)>{detail.offset}</span>
            {detail.duration.map(|duration| view! { <span>{duration}</span> })}
            {detail.failed.then(|| view! { <span class="events-tag">"failed"</span> })}
            {detail
                .marks
                .into_iter()
                .map(|mark| view! { <span class="events-mark" data-mark=mark.key()>{mark.label()}</span> })
                .collect_view()}
            {detail
                .selector
                .map(|selector| view! { <CopyButton label="Copy selector" text=move || selector.clone() /> })}
        </DetailHead>
        <div class="ui-detail-body">
            {detail.error.map(|error| section("Error", "events-error", view! { <TextValue text=error /> }.into_any()))}
            {fields(detail.fields)}
            {detail
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
        return view! { <p class="events-rest">"No properties were recorded"</p> }.into_any();
    }
    if fields.len() > MAX_FULL_LIST {
        return view! { <LongFields label="Parameters" fields=Arc::new(fields) /> }.into_any();
    }
    let rows = fields.into_iter().map(|field| {
        view! {
            <div class="events-field">
                <dt>{visible_line(&field.name, MAX_NAME_CHARS).into_owned()}</dt>
                <dd>{field_value(Payload::from_text(field.value))}</dd>
            </div>
        }
    });
    view! { <dl class="events-fields">{rows.collect_view()}</dl> }.into_any()
}

/// A value as a tree where it is an object or a list, else as text, even where it looks like a
/// number.
fn field_value(value: Payload) -> AnyView {
    let is_container = value.first_view() == session::encodings::View::Parsed;
    if is_container {
        return view! { <ValueView payload=value label="Value" /> }.into_any();
    }
    view! { <TextValue text=value.text().unwrap_or_default().to_owned() /> }.into_any()
}
