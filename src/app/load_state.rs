//! The state of loading: progress, failures, load notes, and the page without a session.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::visible_line;
use session::model::{Header, LoadNote, Truncation, format_bytes, format_count, plural};

use crate::home::open_file_dialog;
use crate::payload::{Alert, EmptyState, LongFields};
use crate::store::{LoadStatus, Notices, SessionStore};
use crate::ui::MAX_FULL_LIST;

/// Most characters of the notices on screen, and of each part of a load note: both quote what was
/// read.
const MAX_NOTICE_CHARS: usize = 1000;

/// A progress bar while bytes arrive, and a button that cancels.
#[component]
pub fn LoadProgress() -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let is_loading = Memo::new(move |_| session.is_loading());
    let label = move || {
        let progress = session.progress.get();
        let bytes = match progress.total {
            Some(total) => format!("{} of {}", format_bytes(progress.bytes), format_bytes(total)),
            None => format_bytes(progress.bytes),
        };
        format!("Loading · {bytes} · {}", plural(progress.rows as u64, "row"))
    };
    let percent = move || {
        let progress = session.progress.get();
        progress
            .total
            .filter(|total| *total > 0)
            .map(|total| (progress.bytes as f64 / total as f64 * 100.0).min(100.0))
    };
    view! {
        <Show when=move || is_loading.get()>
            <div class="app-loading">
                <div
                    class="ui-progress"
                    class:ui-progress-unknown=move || percent().is_none()
                    role="progressbar"
                    aria-label="Loading session"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=move || percent().map(|percent| format!("{percent:.0}"))
                    aria-valuetext=label
                >
                    <div class="ui-progress-bar" style:width=move || percent().map(|percent| format!("{percent}%"))></div>
                </div>
                <span class="app-loading-label">{label}</span>
                <button type="button" class="ui-button" on:click=move |_| session.cancel_load()>
                    "Cancel"
                </button>
            </div>
        </Show>
    }
}

/// What stopped or truncated the load, and notices about a link.
#[component]
pub fn LoadAlerts() -> impl IntoView {
    let (session, notices) = (expect_context::<SessionStore>(), expect_context::<Notices>());
    let retry = Callback::new(move |()| session.reload());
    let failure = move || match session.status.get() {
        LoadStatus::Failed(error) => {
            let on_retry = if error.can_retry() { Some(retry) } else { None };
            Some(
                view! { <Alert what=error.what() remedy=error.remedy() place=error.place on_retry=on_retry /> }
                    .into_any(),
            )
        }
        LoadStatus::Canceled => Some(
            view! {
                <Alert
                    what="Loading was canceled".to_owned()
                    is_error=false
                    remedy="Showing the data loaded before you canceled.".to_owned()
                    on_retry=Some(retry)
                />
            }
            .into_any(),
        ),
        LoadStatus::Idle | LoadStatus::Loading | LoadStatus::Ready => None,
    };
    let truncation = move || session.with(|session| session.truncation.clone());
    let from_network = move || session.is_from_network();
    view! {
        {failure}
        {move || {
            truncation()
                .map(|truncation| {
                    let retry = from_network().then_some(retry);
                    view! { <Alert what=truncation_label(&truncation) place=truncation_place(&truncation) remedy=TRUNCATION_REMEDY.to_owned() on_retry=retry /> }
                })
        }}
        {move || {
            let texts = notices.texts();
            (!texts.is_empty())
                .then(|| {
                    view! {
                        <div class="app-notice" role="status" aria-label="Notice">
                            <span>{visible_line(&texts.join(" · "), MAX_NOTICE_CHARS).into_owned()}</span>
                            <button type="button" class="ui-button" on:click=move |_| notices.clear()>
                                "Dismiss"
                            </button>
                        </div>
                    }
                })
        }}
    }
}

const TRUNCATION_REMEDY: &str =
    "Showing the data before that. Download or export the file again for the rest.";

fn truncation_label(truncation: &Truncation) -> String {
    match truncation.element {
        Some(element) => {
            format!(
                "The file is not complete: {} {} is cut off",
                truncation.element_name,
                format_count(element)
            )
        }
        None => "The file is not complete".to_owned(),
    }
}

fn truncation_place(truncation: &Truncation) -> String {
    format!("{}, byte {}: {}", truncation.file, format_count(truncation.byte), truncation.reason)
}

/// What was skipped inside a file that could be read: a count, and the list behind it.
#[component]
pub fn Notes() -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let total = Memo::new(move |_| session.with(|session| session.notes.total()));
    let list = move || {
        let notes = session.with(|session| session.notes.listed().iter().map(note_field).collect::<Vec<_>>());
        if notes.len() > MAX_FULL_LIST {
            return view! { <LongFields label="Load notes" fields=Arc::new(notes) /> }.into_any();
        }
        let item = |note: Header| {
            let shown = |text: &str| visible_line(text, MAX_NOTICE_CHARS).into_owned();
            view! {
                <li>
                    <bdi class="app-note-place">{shown(&note.name)}</bdi>
                    <bdi>{shown(&note.value)}</bdi>
                </li>
            }
        };
        view! { <ul>{notes.into_iter().map(item).collect_view()}</ul> }.into_any()
    };
    let unlisted =
        move || session.with(|session| session.notes.total() - session.notes.listed().len() as u64);
    view! {
        <div role="status" aria-label="Load notes" class="app-notes">
            <Show when=move || { total.get() > 0 }>
                <details>
                    <summary>{move || plural(total.get(), "load note")}</summary>
                    <div class="app-notes-list">
                        {list}
                        {move || {
                            let unlisted = unlisted();
                            (unlisted > 0).then(|| view! { <p>{format!("and {} more", format_count(unlisted))}</p> })
                        }}
                    </div>
                </details>
            </Show>
        </div>
    }
}

/// A note as a field: where, and what.
fn note_field(note: &LoadNote) -> Header {
    let byte = note.byte.map(|byte| format!(" (byte {})", format_count(byte))).unwrap_or_default();
    Header { name: format!("{}{byte}", note.place), value: note.text.clone() }
}

/// In place of the tables, where there is no session.
#[component]
pub fn NoSession() -> impl IntoView {
    let session = expect_context::<SessionStore>();
    let sentence = move || match session.status.get() {
        LoadStatus::Failed(_) => "Nothing is open",
        _ => "No session is open. After a reload, open a file of this computer again: it was never uploaded.",
    };
    view! {
        <main class="app-no-session">
            {move || {
                view! {
                    <EmptyState text=sentence()>
                        <button type="button" class="ui-button" on:click=|_| open_file_dialog()>
                            "Choose a file…"
                        </button>
                    </EmptyState>
                }
            }}
        </main>
    }
}
