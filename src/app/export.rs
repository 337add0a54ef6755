//! The dialog that saves the listed rows as a HAR.

use leptos::prelude::*;
use session::encodings::visible_line;
use session::export::{ExportOmissions, ExportOptions};
use session::model::{counted, format_bytes, format_count, plural};

use crate::store::{Export, ExportState, Exported, SessionStore, ViewStore};
use crate::ui::{Icon, IconName, ModalDialog, download_blob};

/// The button that opens the dialog.
#[component]
pub fn ExportButton() -> impl IntoView {
    let (view, export) = (expect_context::<ViewStore>(), expect_context::<Export>());
    let has_rows = Memo::new(move |_| view.listed.with(|listed| !listed.is_empty()));
    view! {
        <Show when=move || has_rows.get()>
            <button
                type="button"
                class="ui-button"
                title="Save the listed rows as a HAR"
                on:click=move |_| {
                    export.cancel();
                    export.is_open.set(true);
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
    let export = expect_context::<Export>();
    let (session, view) = (expect_context::<SessionStore>(), expect_context::<ViewStore>());
    let sanitize = RwSignal::new(true);
    let payloads = RwSignal::new(true);
    let is_writing = move || matches!(export.state.get(), ExportState::Writing { .. });
    let save = move |_| {
        export.start(ExportOptions {
            sanitize: sanitize.get_untracked(),
            socket_payloads: payloads.get_untracked(),
        });
    };
    view! {
        <ModalDialog label="Export as HAR" is_open=export.is_open on_close=move |()| export.cancel()>
            <div class="app-export">
                <p>{move || summary(session, view)}</p>
                <label class="ui-check">
                    <input type="checkbox" prop:checked=sanitize on:change=move |event| sanitize.set(event_target_checked(&event)) />
                    "Remove cookies, authorization headers and tokens"
                </label>
                <label class="ui-check">
                    <input type="checkbox" prop:checked=payloads on:change=move |event| payloads.set(event_target_checked(&event)) />
                    "Include the payloads of WebSocket messages"
                </label>
                <p class="app-dim">
                    "Bodies and submitted forms are not searched for credentials. They are exported as recorded."
                </p>
                <div class="app-export-actions">
                    <button type="button" class="ui-button ui-button-main" disabled=is_writing on:click=save>
                        "Save HAR"
                    </button>
                    <Show when=is_writing>
                        <button type="button" class="ui-button" on:click=move |_| export.cancel()>
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
fn summary(session: SessionStore, view: ViewStore) -> String {
    let shown = view.listed.with(|listed| listed.len()) as u64;
    let total = u64::from(session.with(presentation::network::row_count));
    if shown == total {
        format!("Exports all {}.", plural(total, "row"))
    } else {
        format!(
            "Exports {} of {}: those that the table lists now.",
            format_count(shown),
            plural(total, "row")
        )
    }
}

fn outcome(state: ExportState) -> AnyView {
    match state {
        ExportState::Idle => ().into_any(),
        ExportState::Writing { rows, of, bytes } => {
            let label = format!(
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
                    aria-valuetext=label.clone()
                >
                    <div class="ui-progress-bar" style:width=format!("{percent}%")></div>
                </div>
                <p class="app-dim">{label}</p>
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

/// Saves the file, and lists what is not in it.
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
    let lines = omission_labels(exported.omissions).into_iter().chain(failures);
    view! {
        <div role="status" aria-label="Export result" class="app-export-result">
            <p>{first}</p>
            <ul>{lines.map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </div>
    }
    .into_any()
}

/// A line for each kind of thing that is not in the file.
fn omission_labels(omissions: ExportOmissions) -> Vec<String> {
    let some =
        |count: u64, one: &str, rest: &str| (count > 0).then(|| format!("{} {rest}", plural(count, one)));
    let bodies = counted(omissions.bodies, "body", "bodies");
    let lines = [
        some(omissions.removed, "credential value", "redacted"),
        some(omissions.payloads, "message", "written without payload"),
        some(omissions.messages_not_recorded, "socket", "without messages: not recorded"),
        some(omissions.messages_not_given, "row", "without messages: their file could not be read"),
        (omissions.bodies > 0).then(|| format!("{bodies} left out: their files could not be read")),
        some(
            omissions.starts,
            "row",
            "without a recorded start: exported with the session's start, and marked",
        ),
    ];
    lines.into_iter().flatten().collect()
}
