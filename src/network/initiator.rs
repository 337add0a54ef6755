//! The Initiator tab: what made the browser send the request, and the redirects around it.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::details::redirects;
use presentation::network::name_cell;
use session::encodings::{visible_line, visible_url};
use session::model::{Details, Header, StackFrame, format_count};

use super::headers::FieldList;
use crate::payload::EmptyState;
use crate::store::{SessionStore, ViewStore};

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
        </div>
    }
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
    let name = untrack(|| session.with_record(row, |_, record| name_cell(record))).unwrap_or_default();
    view! {
        <button type="button" class="findings-link" title=name.title on:click=move |_| view.open_row(row)>
            {format!("row {} ({})", format_count(row.into()), name.segment)}
        </button>
        " "
    }
}
