//! The selected entry below the table, in full.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::console::{console_text, level_label};
use presentation::pane_shares::Pane;
use session::encodings::Payload;
use session::model::{Argument, ConsoleDetails, ConsoleLevel, EpochMs, Header, format_count, plural};

use super::labels::{glyph_class, glyph_of};
use super::panel::Panel;
use super::row::{FAILURE_TITLE, failure_label};
use crate::payload::{EmptyState, LongFields, TextValue, ValueView};
use crate::store::{PaneSizes, ViewStore, offset_of, wall_clock_of};
use crate::ui::{CopyButton, DetailHead, DetailPane, MAX_FULL_LIST};

/// An entry in full. It is read once, however often the table grows.
struct Detail {
    level: ConsoleLevel,
    time: Option<EpochMs>,
    offset: String,
    details: ConsoleDetails,
    /// The failed request that it is probably about.
    failure: Option<u32>,
}

/// The region.
#[component]
pub(super) fn EntryDetail(panel: Panel) -> impl IntoView {
    let share = expect_context::<PaneSizes>().of(Pane::Entry).share;
    let view = expect_context::<ViewStore>();
    let entry = Memo::new(move |_| panel.list.detail());
    let content = move || {
        let entry = entry.get()?;
        Some(detail_view(panel, view, entry, read(panel, entry)?))
    };
    view! {
        <DetailPane label="Console message" share=share>
            {content}
        </DetailPane>
    }
}

fn read(panel: Panel, entry: u32) -> Option<Detail> {
    panel.list.session.with_untracked(|session| {
        let written = session.console.get(entry as usize)?;
        let details = session.console_details(written);
        Some(Detail {
            level: written.level,
            time: written.time,
            offset: offset_of(session, written.time),
            failure: panel.failure(session, entry, &details),
            details,
        })
    })
}

fn detail_view(panel: Panel, view: ViewStore, entry: u32, detail: Detail) -> AnyView {
    let Detail { level, time, offset, details, failure } = detail;
    let number = move || {
        let all = panel.list.session.with(|session| session.console.len() as u64);
        format!("Entry {} of {}", format_count(u64::from(entry) + 1), format_count(all))
    };
    let is_hidden = Memo::new(move |_| panel.list.selected_position().is_none());
    let copied = copied_text(&details);
    let copy = view! { <CopyButton label="Copy" title="Copy the message and the stack" text=move || copied.clone() /> };
    let request = failure.map(|row| {
        view! {
            <button
                type="button"
                class="console-request"
                title=FAILURE_TITLE
                on:click=move |_| view.show_request(row)
            >
                {failure_label(row)}
            </button>
        }
    });
    view! {
        <DetailHead
            noun="console message"
            is_hidden=is_hidden
            actions=copy.into_any()
            on_close=move || {
                panel.list.close();
            }
        >
            <span class=glyph_class(level) aria-hidden="true">
                {glyph_of(level)}
            </span>
            <strong>{level_label(level)}</strong>
            <span>{number}</span>
            <span title=wall_clock_of(time)>{offset}</span>
            {request}
        </DetailHead>
        <div class="ui-detail-body">{arguments(&details.arguments)} {origin(&details)}</div>
    }
    .into_any()
}

/// The arguments, each with the viewer that fits it.
fn arguments(arguments: &[Argument]) -> AnyView {
    if arguments.is_empty() {
        return view! { <EmptyState text="The arguments were not recorded" /> }.into_any();
    }
    let items =
        arguments.iter().take(MAX_FULL_LIST).map(|argument| view! { <li>{argument_view(argument)}</li> });
    let others = arguments.get(MAX_FULL_LIST..).filter(|others| !others.is_empty());
    view! {
        <ol class="console-arguments" aria-label="Arguments">
            {items.collect_view()}
        </ol>
        {others.map(further_arguments)}
    }
    .into_any()
}

/// The arguments after the first ones, on a line each: a page can write any number.
fn further_arguments(arguments: &[Argument]) -> AnyView {
    let field = |(nth, argument): (usize, &Argument)| {
        let value = match argument {
            Argument::Text(text) => text.clone(),
            Argument::Json(json) => String::from_utf8_lossy(json).into_owned(),
        };
        Header { name: format_count((nth + MAX_FULL_LIST + 1) as u64), value }
    };
    let fields = arguments.iter().enumerate().map(field).collect::<Vec<_>>();
    view! {
        <p class="console-rest">{plural(fields.len() as u64, "more argument")}</p>
        <LongFields label="More arguments" fields=Arc::new(fields) />
    }
    .into_any()
}

fn argument_view(argument: &Argument) -> AnyView {
    match argument {
        Argument::Text(text) => view! { <TextValue text=text.clone() /> }.into_any(),
        Argument::Json(json) => {
            view! { <ValueView payload=Payload::from_bytes(json.clone()) label="Argument" /> }.into_any()
        }
    }
}

/// Source position and stack.
fn origin(details: &ConsoleDetails) -> AnyView {
    let place = details.place.clone().map(|place| {
        view! {
            <section class="console-origin" aria-label="Source">
                <h3>"Source"</h3>
                <TextValue text=place />
            </section>
        }
    });
    let stack = (!details.stack.is_empty()).then(|| {
        view! {
            <section class="console-origin" aria-label="Stack">
                <h3>"Stack"</h3>
                <TextValue text=details.stack.join("\n") />
            </section>
        }
    });
    view! { {place} {stack} }.into_any()
}

/// The message, and below it the stack.
fn copied_text(details: &ConsoleDetails) -> String {
    let mut text = console_text(details);
    for call in &details.stack {
        text.push('\n');
        text.push_str(call);
    }
    text
}
