//! How loading goes: progress, what failed, what was skipped, and what stands where no session is.

use std::sync::Arc;

use leptos::prelude::*;
use session::encodings::visible_line;
use session::model::{Header, LoadNote, Truncation, format_bytes, format_count, plural};

use crate::home::ask_for_files;
use crate::store::{LoadStatus, Store};
use crate::ui::{Alert, EmptyState, LongFields, MAX_WHOLE_LIST};

/// Most characters of the notices on screen, and of each part of a load note: both quote what was read.
const MAX_NOTICE_CHARS: usize = 1000;

/// A bar while bytes arrive, with a way to stop.
#[component]
pub fn LoadProgress() -> impl IntoView {
    let store = Store::expect();
    let is_loading = Memo::new(move |_| store.status.get() == LoadStatus::Loading);
    let words = move || {
        let progress = store.progress.get();
        let bytes = match progress.total {
            Some(total) => format!("{} of {}", format_bytes(progress.bytes), format_bytes(total)),
            None => format_bytes(progress.bytes),
        };
        format!("Loading · {bytes} · {}", plural(progress.rows as u64, "row"))
    };
    let percent = move || {
        let progress = store.progress.get();
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
                    aria-valuetext=words
                >
                    <div class="ui-progress-bar" style:width=move || percent().map(|percent| format!("{percent}%"))></div>
                </div>
                <span class="app-loading-words">{words}</span>
                <button type="button" class="ui-button" on:click=move |_| store.cancel_load()>
                    "Cancel"
                </button>
            </div>
        </Show>
    }
}

/// What stopped or cut the load, and words about a link that no longer fits.
#[component]
pub fn LoadAlerts() -> impl IntoView {
    let store = Store::expect();
    let retry = Callback::new(move |()| store.reload());
    let failure = move || match store.status.get() {
        LoadStatus::Failed(error) => Some(
            view! {
                <Alert
                    what=error.what()
                    remedy=error.remedy()
                    on_retry=if error.can_retry() { Some(retry) } else { None }
                    place=error.place
                />
            }
            .into_any(),
        ),
        LoadStatus::Cancelled => Some(
            view! {
                <Alert
                    what="Loading was cancelled".to_owned()
                    remedy="What had arrived by then is shown.".to_owned()
                    on_retry=Some(retry)
                />
            }
            .into_any(),
        ),
        LoadStatus::Idle | LoadStatus::Loading | LoadStatus::Ready => None,
    };
    let cut = move || store.with(|session| session.cut.clone());
    let from_network = move || store.is_from_network();
    view! {
        {failure}
        {move || {
            cut()
                .map(|cut| {
                    let retry = from_network().then_some(retry);
                    view! { <Alert what=cut_words(&cut) place=cut_place(&cut) remedy=CUT_REMEDY.to_owned() on_retry=retry /> }
                })
        }}
        {move || {
            let texts = store.notices.texts();
            (!texts.is_empty())
                .then(|| {
                    view! {
                        <div class="app-notice" role="status" aria-label="Notice">
                            <span>{visible_line(&texts.join(" · "), MAX_NOTICE_CHARS).into_owned()}</span>
                            <button type="button" class="ui-button" on:click=move |_| store.notices.clear()>
                                "Dismiss"
                            </button>
                        </div>
                    }
                })
        }}
    }
}

const CUT_REMEDY: &str = "What came before that is shown. Download or export the file again for the rest.";

fn cut_words(cut: &Truncation) -> String {
    match cut.element {
        Some(element) => {
            format!("The file is not complete: {} {} is cut off", cut.element_name, format_count(element))
        }
        None => "The file is not complete".to_owned(),
    }
}

fn cut_place(cut: &Truncation) -> String {
    format!("{}, byte {}: {}", cut.file, format_count(cut.byte), cut.reason)
}

/// What was skipped inside a file that could be read: a count, and the list behind it.
#[component]
pub fn Notes() -> impl IntoView {
    let store = Store::expect();
    let total = Memo::new(move |_| store.with(|session| session.notes.total()));
    let list = move || {
        let notes = store.with(|session| session.notes.listed().iter().map(note_field).collect::<Vec<_>>());
        if notes.len() > MAX_WHOLE_LIST {
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
    let unlisted = move || store.with(|session| session.notes.total() - session.notes.listed().len() as u64);
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
    let store = Store::expect();
    let sentence = move || match store.status.get() {
        LoadStatus::Failed(_) => "Nothing is open",
        _ => {
            "No session is open. A file of this computer has to be opened again after a reload: it was never uploaded."
        }
    };
    view! {
        <main class="app-no-session">
            {move || {
                view! {
                    <EmptyState text=sentence()>
                        <button type="button" class="ui-button" on:click=|_| ask_for_files()>
                            "Choose a file…"
                        </button>
                    </EmptyState>
                }
            }}
        </main>
    }
}
