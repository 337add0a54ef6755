//! The state of the messages: counts, progress, failures, notes.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::messages::{event_stream_summary, messages_summary, messages_summary_title};
use session::encodings::visible_line;
use session::model::{Header, Truncation, format_bytes, format_count, plural};

use super::panel::Panel;
use crate::payload::{Alert, LongFields};
use crate::store::MessagesState;
use crate::ui::MAX_FULL_LIST;

/// One line: the summary, and the progress while messages arrive.
#[component]
pub(super) fn StatusLine(panel: Panel) -> impl IntoView {
    let is_loading = Memo::new(move |_| panel.state() == MessagesState::Loading);
    let summary = Memo::new(move |_| {
        let shown = panel.is_filtered().then(|| panel.listed.with(|list| list.message_count()));
        panel.with(|_, _, log| {
            let summary = if panel.is_event_stream {
                event_stream_summary(log.columns, shown)
            } else {
                messages_summary(log.columns, shown)
            };
            let summary = with_hidden(summary, panel.hidden_heartbeats());
            (summary, messages_summary_title(&log.columns.counts()))
        })
    });
    view! {
        <div class="messages-status">
            <div
                class="messages-summary"
                role="status"
                aria-label="Messages summary"
                aria-busy=move || is_loading.get().to_string()
                title=move || summary.get().map(|(_, title)| title).filter(|title| !title.is_empty())
            >
                {move || summary.get().map_or_else(|| plural(0, "message"), |(summary, _)| summary)}
            </div>
            <div class="messages-selected" role="status" aria-label="Selected messages">
                {move || panel.selection_label()}
            </div>
            <SuggestedHeartbeats panel=panel />
            <Show when=move || panel.is_sorting.get()>
                <span class="messages-sorting" role="progressbar" aria-label="Sorting messages">"Sorting…"</span>
            </Show>
            <Show when=move || is_loading.get()>
                <Progress panel=panel />
            </Show>
        </div>
    }
}

/// Offers to hide messages that repeat without news, where they are nearly all there is.
#[component]
fn SuggestedHeartbeats(panel: Panel) -> impl IntoView {
    let count = Memo::new(move |_| panel.suggested_heartbeats());
    view! {
        <Show when=move || count.get() != 0>
            <button
                type="button"
                class="ui-button"
                title="They repeat at a regular time without news, but are nearly all messages of this socket"
                on:click=move |_| panel.protocols.accept_suggested_heartbeats(panel.row)
            >
                {move || format!("Hide {} that may be heartbeats", plural(count.get() as u64, "message"))}
            </button>
        </Show>
    }
}

/// The summary with the number of heartbeats that are hidden.
fn with_hidden(summary: String, heartbeats: usize) -> String {
    if heartbeats == 0 {
        return summary;
    }
    format!("{summary} · {} hidden", plural(heartbeats as u64, "heartbeat"))
}

#[component]
fn Progress(panel: Panel) -> impl IntoView {
    let progress = panel.messages.progress;
    let percent = move || {
        let progress = progress.get();
        let total = progress.total.filter(|total| *total > 0)?;
        Some((progress.bytes as f64 / total as f64 * 100.0).min(100.0))
    };
    let label = move || {
        let progress = progress.get();
        let bytes = match progress.total {
            Some(total) => format!("{} of {}", format_bytes(progress.bytes), format_bytes(total)),
            None => format_bytes(progress.bytes),
        };
        format!("Loading {bytes} · {}", plural(progress.rows as u64, "row"))
    };
    view! {
        <div
            class="messages-progress"
            class:messages-progress-unknown=move || percent().is_none()
            role="progressbar"
            aria-label="Loading messages"
            aria-valuemin="0"
            aria-valuemax="100"
            aria-valuenow=move || percent().map(|percent| format!("{percent:.0}"))
            aria-valuetext=label
        >
            {label}
            <span class="messages-progress-bar" style:width=move || percent().map(|percent| format!("{percent:.1}%"))></span>
        </div>
    }
}

/// Why there are no messages, or not all of them.
#[component]
pub(super) fn LoadAlerts(panel: Panel) -> impl IntoView {
    let state = Memo::new(move |_| panel.state());
    let retry = Callback::new(move |()| panel.messages.retry(panel.row));
    move || {
        match state.get() {
        MessagesState::Failed(error) => {
            let retry = error.can_retry().then_some(retry);
            view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=retry /> }
                .into_any()
        }
        MessagesState::Ready { truncation: Some(truncation) } => view! {
            <Alert
                what=truncation_label(&truncation)
                place=format!("{}, byte {}: {}", truncation.file, format_count(truncation.byte), truncation.reason)
                remedy="Showing the messages before that.".to_owned()
                on_retry=Some(retry)
            />
        }
        .into_any(),
        MessagesState::Idle
        | MessagesState::Loading
        | MessagesState::NoBody(_)
        | MessagesState::Ready { truncation: None } => ().into_any(),
    }
    }
}

fn truncation_label(truncation: &Truncation) -> String {
    match truncation.element {
        Some(element) => format!("The messages are cut off at message {}", format_count(element)),
        None => "The messages are cut off".to_owned(),
    }
}

/// Most characters of a note: it may quote the file.
const MAX_NOTE_CHARS: usize = 1000;

/// What could not be read in the messages file: a count, and the list behind it.
#[component]
pub(super) fn Notes(panel: Panel) -> impl IntoView {
    let notes = Memo::new(move |_| panel.messages.notes(panel.row));
    let item = |note: String| view! { <li>{visible_line(&note, MAX_NOTE_CHARS).into_owned()}</li> };
    let list = move || {
        let notes = notes.get();
        if notes.len() <= MAX_FULL_LIST {
            return view! { <ul>{notes.into_iter().map(item).collect_view()}</ul> }.into_any();
        }
        let field = |(nth, value): (u64, String)| Header { name: format_count(nth), value };
        let fields = (1_u64..).zip(notes).map(field).collect::<Vec<_>>();
        view! { <LongFields label="Notes" fields=Arc::new(fields) /> }.into_any()
    };
    view! {
        <Show when=move || notes.with(|notes| !notes.is_empty())>
            <details class="messages-notes">
                <summary>
                    {move || plural(notes.with(Vec::len) as u64, "note")}
                    {if panel.is_event_stream { " about this event stream" } else { " about this file" }}
                </summary>
                {list}
            </details>
        </Show>
    }
}
