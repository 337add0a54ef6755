//! The chosen entry below the table, in full.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::console::{console_text, level_label};
use session::encodings::Payload;
use session::model::{Argument, ConsoleDetails, ConsoleLevel, EpochMs, Header, format_count, plural};

use super::panel::Panel;
use super::row::{FAILURE_TITLE, failure_words};
use super::words::{sign_class, sign_of};
use crate::store::{offset_of, wall_clock_of};
use crate::ui::{CopyButton, EmptyState, Icon, IconName, LongFields, MAX_WHOLE_LIST, ValueView, WordsView};

/// An entry as it is shown. It is read once, however often the table grows.
struct Shown {
    level: ConsoleLevel,
    time: Option<EpochMs>,
    offset: String,
    details: ConsoleDetails,
    /// The failed request that it probably tells of.
    failure: Option<u32>,
}

/// The region.
#[component]
pub(super) fn ChosenEntry(panel: Panel) -> impl IntoView {
    let share = panel.list.store.preferences.chosen_share;
    let entry = Memo::new(move |_| panel.list.shown());
    let content = move || {
        let entry = entry.get()?;
        let shown = read(panel, entry)?;
        Some(whole(panel, entry, shown))
    };
    view! {
        <section
            class="ui-chosen"
            role="region"
            aria-label="Console message"
            style:height=move || format!("{:.3}%", share.get() * 100.0)
        >
            {content}
        </section>
    }
}

fn read(panel: Panel, entry: u32) -> Option<Shown> {
    panel.list.store.with_untracked(|session| {
        let written = session.console.get(entry as usize)?;
        let details = session.console_details(written);
        Some(Shown {
            level: written.level,
            time: written.time,
            offset: offset_of(session, written.time),
            failure: panel.failure(session, entry, &details),
            details,
        })
    })
}

fn whole(panel: Panel, entry: u32, shown: Shown) -> AnyView {
    let Shown { level, time, offset, details, failure } = shown;
    let number = move || {
        let all = panel.list.store.with(|session| session.console.len() as u64);
        format!("Entry {} of {}", format_count(u64::from(entry) + 1), format_count(all))
    };
    let is_hidden = Memo::new(move |_| panel.list.place().is_none());
    let copied = copied_text(&details);
    let request = failure.map(|row| {
        view! {
            <button
                type="button"
                class="console-request"
                title=FAILURE_TITLE
                on:click=move |_| panel.list.store.show_request(row)
            >
                {failure_words(row)}
            </button>
        }
    });
    view! {
        <div class="ui-chosen-head">
            <div class="ui-chosen-facts">
                <span class=sign_class(level) aria-hidden="true">{sign_of(level)}</span>
                <strong>{level_label(level)}</strong>
                <span>{number}</span>
                <span title=wall_clock_of(time)>{offset}</span>
                {request}
                {move || is_hidden.get().then(|| view! { <span class="ui-chosen-word">"Hidden by the filter"</span> })}
            </div>
            <CopyButton label="Copy" title="Copy what was written, and the stack" text=move || copied.clone() />
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Close console message"
                title="Close console message (Esc)"
                on:click=move |_| {
                    panel.list.close();
                }
            >
                <Icon name=IconName::Close />
            </button>
        </div>
        <div class="ui-chosen-body">{arguments(&details.arguments)} {origin(&details)}</div>
    }
    .into_any()
}

/// Each argument in its own way.
fn arguments(arguments: &[Argument]) -> AnyView {
    if arguments.is_empty() {
        return view! { <EmptyState text="What was written is not recorded" /> }.into_any();
    }
    let items =
        arguments.iter().take(MAX_WHOLE_LIST).map(|argument| view! { <li>{argument_view(argument)}</li> });
    let rest = arguments.get(MAX_WHOLE_LIST..).filter(|rest| !rest.is_empty());
    view! {
        <ol class="console-arguments" aria-label="Arguments">
            {items.collect_view()}
        </ol>
        {rest.map(further_arguments)}
    }
    .into_any()
}

/// The arguments after the first ones, on a line each: a page can write any number.
fn further_arguments(rest: &[Argument]) -> AnyView {
    let field = |(nth, argument): (usize, &Argument)| {
        let value = match argument {
            Argument::Text(text) => text.clone(),
            Argument::Json(json) => String::from_utf8_lossy(json).into_owned(),
        };
        Header { name: format_count((nth + MAX_WHOLE_LIST + 1) as u64), value }
    };
    let fields = rest.iter().enumerate().map(field).collect::<Vec<_>>();
    view! {
        <p class="console-rest">{plural(fields.len() as u64, "more argument")}</p>
        <LongFields label="More arguments" fields=Arc::new(fields) />
    }
    .into_any()
}

fn argument_view(argument: &Argument) -> AnyView {
    match argument {
        Argument::Text(text) => view! { <WordsView text=text.clone() /> }.into_any(),
        Argument::Json(json) => {
            view! { <ValueView payload=Payload::from_bytes(json.clone()) label="Argument" /> }.into_any()
        }
    }
}

/// Where it was written, and by which calls.
fn origin(details: &ConsoleDetails) -> AnyView {
    let place = details.place.clone().map(|place| {
        view! {
            <section class="console-origin" aria-label="Source">
                <h3>"Source"</h3>
                <WordsView text=place />
            </section>
        }
    });
    let stack = (!details.stack.is_empty()).then(|| {
        view! {
            <section class="console-origin" aria-label="Stack">
                <h3>"Stack"</h3>
                <WordsView text=details.stack.join("\n") />
            </section>
        }
    });
    view! { {place} {stack} }.into_any()
}

/// What was written, and below it the stack.
fn copied_text(details: &ConsoleDetails) -> String {
    let mut text = console_text(details);
    for call in &details.stack {
        text.push('\n');
        text.push_str(call);
    }
    text
}
