//! The dialog that saves what is shown as a HAR.

use leptos::prelude::*;
use session::encodings::visible_line;
use session::export::{ExportOmissions, ExportOptions};
use session::model::{counted, format_bytes, format_count, plural};

use crate::store::{ExportState, Exported, Store};
use crate::ui::{Icon, IconName, ModalDialog, download_blob};

/// The button that opens the dialog.
#[component]
pub fn ExportButton() -> impl IntoView {
    let store = Store::expect();
    let has_rows = Memo::new(move |_| store.listed.with(|listed| !listed.is_empty()));
    view! {
        <Show when=move || has_rows.get()>
            <button
                type="button"
                class="ui-button"
                title="Save what is shown as a HAR"
                on:click=move |_| {
                    store.export.stop();
                    store.export.is_open.set(true);
                }
            >
                <Icon name=IconName::Download />
                "Export"
            </button>
        </Show>
    }
}

#[component]
pub fn ExportDialog() -> impl IntoView {
    let store = Store::expect();
    let export = store.export;
    let sanitise = RwSignal::new(true);
    let payloads = RwSignal::new(true);
    let is_writing = move || matches!(export.state.get(), ExportState::Writing { .. });
    let save = move |_| {
        store.export(ExportOptions {
            sanitise: sanitise.get_untracked(),
            socket_payloads: payloads.get_untracked(),
        });
    };
    view! {
        <ModalDialog label="Export as HAR" is_open=export.is_open on_close=move |()| export.stop()>
            <div class="app-export">
                <p>{move || what(store)}</p>
                <label class="ui-check">
                    <input type="checkbox" prop:checked=sanitise on:change=move |event| sanitise.set(event_target_checked(&event)) />
                    "Remove cookies, authorization headers and tokens"
                </label>
                <label class="ui-check">
                    <input type="checkbox" prop:checked=payloads on:change=move |event| payloads.set(event_target_checked(&event)) />
                    "Include the payloads of WebSocket messages"
                </label>
                <p class="app-dim">
                    "Bodies, submitted forms and message payloads are not searched for credentials. They are exported as recorded."
                </p>
                <div class="app-export-actions">
                    <button type="button" class="ui-button ui-button-main" disabled=is_writing on:click=save>
                        "Save HAR"
                    </button>
                    <Show when=is_writing>
                        <button type="button" class="ui-button" on:click=move |_| export.stop()>
                            "Cancel"
                        </button>
                    </Show>
                </div>
                {move || outcome(export.state.get())}
            </div>
        </ModalDialog>
    }
}

/// Which rows are written.
fn what(store: Store) -> String {
    let shown = store.listed.with(|listed| listed.len()) as u64;
    let total = u64::from(store.with(presentation::network::row_count));
    if shown == total {
        format!("All {} are written.", plural(total, "row"))
    } else {
        format!(
            "{} of {} are written: those that the table lists now.",
            format_count(shown),
            plural(total, "row")
        )
    }
}

fn outcome(state: ExportState) -> AnyView {
    match state {
        ExportState::Idle => ().into_any(),
        ExportState::Writing { rows, of, bytes } => {
            let words = format!(
                "{} of {} · {}",
                format_count(rows as u64),
                plural(of as u64, "row"),
                format_bytes(bytes)
            );
            let percent = if of == 0 { 100.0 } else { rows as f64 / of as f64 * 100.0 };
            view! {
                <div
                    class="ui-progress"
                    role="progressbar"
                    aria-label="Exporting"
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=format!("{percent:.0}")
                    aria-valuetext=words.clone()
                >
                    <div class="ui-progress-bar" style:width=format!("{percent}%")></div>
                </div>
                <p class="app-dim">{words}</p>
            }
            .into_any()
        }
        ExportState::Failed(why) => {
            view! { <p role="alert">{format!("The HAR could not be written: {why}. Export fewer rows.")}</p> }
                .into_any()
        }
        ExportState::Written(exported) => written(&exported),
    }
}

/// Most characters of a failure: it quotes an address.
const MAX_FAILURE_CHARS: usize = 500;

/// Saves the file, and says what is not in it.
fn written(exported: &Exported) -> AnyView {
    let saved = download_blob(&exported.name, &exported.blob);
    if saved.is_err() {
        return view! { <p role="alert">"The browser did not save the file."</p> }.into_any();
    }
    let first = format!(
        "Saved {}: {}, {}.",
        exported.name,
        plural(exported.rows as u64, "row"),
        format_bytes(exported.bytes)
    );
    let failures =
        exported.failures.iter().map(|failure| visible_line(failure, MAX_FAILURE_CHARS).into_owned());
    let lines = left_words(exported.left).into_iter().chain(failures);
    view! {
        <div role="status" aria-label="Export result" class="app-export-result">
            <p>{first}</p>
            <ul>{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// A line for each kind of thing that is not in the file.
fn left_words(left: ExportOmissions) -> Vec<String> {
    let some =
        |count: u64, one: &str, rest: &str| (count > 0).then(|| format!("{} {rest}", plural(count, one)));
    let bodies = counted(left.bodies, "body", "bodies");
    let lines = [
        some(left.removed, "credential value", "redacted"),
        some(left.payloads, "message", "written without payload"),
        some(left.messages_not_recorded, "socket", "without messages: they were not recorded"),
        some(left.messages_not_given, "row", "without messages: their file could not be read"),
        (left.bodies > 0)
            .then(|| format!("{bodies} left out: their files beside the recording could not be read")),
        some(left.starts, "row", "without a recorded start: they carry the session's, and say so"),
    ];
    lines.into_iter().flatten().collect()
}
