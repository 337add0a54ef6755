//! The Initiator tab: what made the browser send the request, the redirects around it, and the
//! requests that it initiated.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::details::redirects;
use presentation::network::{Initiated, name_cell};
use session::encodings::{visible_line, visible_url};
use session::model::{Details, Header, StackFrame, format_count};
use web_sys::MouseEvent;

use super::headers::FieldList;
use crate::payload::EmptyState;
use crate::store::{SessionStore, ViewStore};
use crate::ui::{LongList, MAX_FULL_LIST, VNode, is_on};

const MAX_CHARS: usize = 2000;

#[component]
pub(super) fn InitiatorView(row: u32, details: Arc<Details>) -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let around = untrack(|| session.with_record(row, |session, record| redirects(session, record, &details)));
    let around = around.unwrap_or_default();
    let (caller, initiator) = (details.caller.clone().unwrap_or_default(), details.initiator.clone());
    drop(details);
    let field =
        |name: &str, value: Option<String>| value.map(|value| Header { name: name.to_owned(), value });
    let place = caller.url.clone().map(|url| match caller.line {
        Some(line) => format!("{url}:{line}"),
        None => url,
    });
    let kind = caller.kind.clone().or(initiator);
    let known: Vec<Header> =
        [field("Type", kind), field("Document or script", place)].into_iter().flatten().collect();
    let is_empty = known.is_empty() && caller.frames.is_empty();
    let link = |number: u32| view! { <RowLink row=number /> };
    let has_redirects = !around.from.is_empty() || !around.to.is_empty();
    view! {
        <div class="details-initiator">
            {is_empty.then(|| view! { <EmptyState text="What made the request was not recorded" /> })}
            {(!known.is_empty()).then(|| view! { <FieldList title="Initiator" fields=known /> })}
            {(!caller.frames.is_empty())
                .then(|| {
                    let frames = caller.frames.into_iter().map(frame).collect_view();
                    view! {
                        <section class="details-section" aria-label="Call stack">
                            <div class="details-section-head"><h3>"Call stack"</h3></div>
                            <ol class="details-stack" role="list" aria-label="Call stack">{frames}</ol>
                        </section>
                    }
                })}
            {has_redirects
                .then(|| {
                    view! {
                        <section class="details-section" aria-label="Redirects">
                            <div class="details-section-head"><h3>"Redirects"</h3></div>
                            {(!around.from.is_empty())
                                .then(|| view! { <p>"Redirected from "{around.from.into_iter().map(link).collect_view()}</p> })}
                            {(!around.to.is_empty())
                                .then(|| view! { <p>"Redirected to "{around.to.into_iter().map(link).collect_view()}</p> })}
                        </section>
                    }
                })}
            <InitiatedRequests row=row />
        </div>
    }
}

/// The rows that name this one as their initiator.
#[component]
fn InitiatedRequests(row: u32) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let found = Memo::new(move |_| {
        view.reading.with_index(|index| {
            session
                .with_record(row, |session, record| Initiated::of(session, index, record))
                .unwrap_or_default()
        })
    });
    let rows = Memo::new(move |_| found.with(|found| found.direct.clone()));
    let list = move || {
        let rows = rows.get();
        if rows.len() > MAX_FULL_LIST {
            let open = rows.clone();
            return view! {
                <LongList
                    label=INITIATED
                    class="details-initiated-long"
                    row_height=INITIATED_HEIGHT
                    rows=rows.len()
                    item=move |position| rows.get(position).map(|row| initiated_item(session, *row))
                    on_click=Callback::new(move |(position, event): (usize, MouseEvent)| {
                        if let Some(row) = open.get(position).filter(|_| is_on(&event, "button")) {
                            view.open_row(*row);
                        }
                    })
                />
            }
            .into_any();
        }
        if rows.is_empty() {
            return ().into_any();
        }
        let item = |row: u32| view! { <li><RowLink row=row /></li> };
        let items = rows.into_iter().map(item).collect_view();
        view! { <ul class="details-initiated" role="list" aria-label=INITIATED>{items}</ul> }.into_any()
    };
    view! {
        <section class="details-section" aria-label=INITIATED>
            <div class="details-section-head"><h3>"Initiated"</h3></div>
            <p role="status" aria-label="Initiated requests summary">{move || found.with(Initiated::summary)}</p>
            {list}
        </section>
    }
}

const INITIATED: &str = "Initiated requests";
/// Height of an item of the long list in px, as in the style sheet.
const INITIATED_HEIGHT: f64 = 24.0;

fn initiated_item(session: SessionStore, row: u32) -> VNode {
    let (text, title) = link_text(session, row);
    let button = VNode::new("button").attribute("type", "button").class("findings-link");
    VNode::new("div").class("details-initiated-item").child(button.filled("title", title).text(text))
}

/// Text and title of the link to a row.
fn link_text(session: SessionStore, row: u32) -> (String, String) {
    let name = untrack(|| session.with_record(row, |_, record| name_cell(record))).unwrap_or_default();
    (format!("row {} ({})", format_count(row.into()), name.segment), name.title)
}

fn frame(frame: StackFrame) -> impl IntoView {
    let function = frame.function.unwrap_or_else(|| "(anonymous)".to_owned());
    let numbers = [frame.line, frame.column].into_iter().flatten().map(|number| format!(":{number}"));
    let place = frame.url.map(|url| visible_url(&url, MAX_CHARS).into_owned());
    let place = place.map(|place| format!("{place}{}", numbers.collect::<String>()));
    view! {
        <li>
            <code>{visible_line(&function, MAX_CHARS).into_owned()}</code>
            " "
            <span class="app-dim">{place}</span>
        </li>
    }
}

/// A row, which a click opens.
#[component]
fn RowLink(row: u32) -> impl IntoView {
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let (text, title) = link_text(session, row);
    view! {
        <button type="button" class="findings-link" title=title on:click=move |_| view.open_row(row)>
            {text}
        </button>
        " "
    }
}
