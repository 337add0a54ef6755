//! The menu that exports the messages, and how far an export has come.

use leptos::prelude::*;
use session::export::MessagesFormat;
use session::model::{format_bytes, format_count, plural};

use super::message_text::stem_of;
use super::panel::Panel;
use crate::store::{ExportedMessages, MessageExport, MessageExportRequest, MessageExportState};
use crate::ui::{Icon, IconName, MenuButton, MenuItem, download_blob};

/// The item of the menu that selects decoded payloads.
const DECODED: &str = "decoded";
/// The item that selects whether credentials are redacted.
const SANITIZE: &str = "sanitize";

/// Exports the messages that are shown; where several rows are selected, those.
#[component]
pub(super) fn ExportMenu(panel: Panel, export: MessageExport) -> impl IntoView {
    let (is_decoded, sanitize) = (RwSignal::new(false), RwSignal::new(true));
    let items = move || {
        let formats = MessagesFormat::ALL.map(|format| MenuItem {
            key: format.extension(),
            label: format.label(),
            is_checked: None,
        });
        let choice = |key, label, is_checked| MenuItem { key, label, is_checked: Some(is_checked) };
        let decoded = choice(DECODED, "Decoded payloads", is_decoded.get());
        let sanitize = choice(SANITIZE, "Redact credentials", sanitize.get());
        formats.into_iter().chain([decoded, sanitize]).collect::<Vec<_>>()
    };
    let select = move |key: &'static str| {
        let choice =
            [(DECODED, is_decoded), (SANITIZE, sanitize)].into_iter().find(|(known, _)| *known == key);
        if let Some((_, is_chosen)) = choice {
            is_chosen.update(|is_chosen| *is_chosen = !*is_chosen);
        } else if let Some(format) = MessagesFormat::ALL.into_iter().find(|format| format.extension() == key)
        {
            let (is_decoded, sanitize) = (is_decoded.get_untracked(), sanitize.get_untracked());
            export.start(request(panel, format, is_decoded, sanitize));
        }
    };
    view! { <MenuButton label="Export messages" text="Export" items=Signal::derive(items) on_select=select /> }
}

/// The messages to export, by time whatever the order of the table.
fn request(panel: Panel, format: MessagesFormat, is_decoded: bool, sanitize: bool) -> MessageExportRequest {
    untrack(|| {
        let all = || panel.listed.with(|list| list.messages().collect());
        let indexes = panel.selected_messages(panel.listed).unwrap_or_else(all);
        let stem = panel.with(|_, record, _| stem_of(&record.url)).unwrap_or_default();
        MessageExportRequest {
            row: panel.row,
            format,
            is_decoded,
            sanitize,
            indexes,
            stem: format!("{stem}-messages"),
            is_partial: !panel.is_complete(),
        }
    })
}

/// A line about the export: its progress, its result, or why there is none.
#[component]
pub(super) fn ExportStatus(export: MessageExport) -> impl IntoView {
    use MessageExportState::{Failed, Idle, Waiting, Writing, Written};
    let is_running = Memo::new(move |_| export.state.with(|state| matches!(state, Waiting | Writing { .. })));
    view! {
        <Show when=move || is_running.get()>
            <Progress export=export />
        </Show>
        {move || match export.state.get() {
            Idle | Waiting | Writing { .. } => ().into_any(),
            Failed(why) => {
                let why = format!("The messages could not be exported: {why}. Export fewer messages.");
                line(export, view! { <span role="alert">{why}</span> }.into_any())
            }
            Written(exported) => written(export, &exported),
        }}
    }
}

/// The progress while messages are written. Its elements stay: the button can be pressed.
#[component]
fn Progress(export: MessageExport) -> impl IntoView {
    let written = move || match export.state.get() {
        MessageExportState::Writing { messages, of, bytes } => Some((messages, of, bytes)),
        _ => None,
    };
    let label = move || match written() {
        Some((messages, of, bytes)) => {
            let of = plural(of as u64, "message");
            format!("Exporting {} of {of} · {}", format_count(messages as u64), format_bytes(bytes as u64))
        }
        None => "Decoding the messages before the export".to_owned(),
    };
    let percent = move || {
        let (messages, of, _) = written()?;
        Some(format!("{:.0}", if of == 0 { 100.0 } else { messages as f64 / of as f64 * 100.0 }))
    };
    view! {
        <div class="messages-export">
            <span
                class="messages-export-line"
                role="progressbar"
                aria-label="Exporting messages"
                aria-valuemin="0"
                aria-valuemax="100"
                aria-valuenow=percent
                aria-valuetext=label
            >
                {label}
            </span>
            <button type="button" class="ui-button" on:click=move |_| export.cancel()>
                "Cancel"
            </button>
        </div>
    }
}

/// Saves the file, and says so.
fn written(export: MessageExport, exported: &ExportedMessages) -> AnyView {
    if download_blob(&exported.name, &exported.blob).is_err() {
        return line(
            export,
            view! { <span role="alert">"The browser did not save the file."</span> }.into_any(),
        );
    }
    let saved = format!(
        "Saved {}: {}, {}",
        exported.name,
        plural(exported.messages as u64, "message"),
        format_bytes(exported.bytes as u64)
    );
    let redacted = (exported.redacted > 0)
        .then(|| format!("{} redacted", plural(exported.redacted, "credential value")));
    let partial = exported.is_partial.then(|| "not all messages were loaded".to_owned());
    let parts: Vec<String> = [saved].into_iter().chain(redacted).chain(partial).collect();
    let label = parts.join(" · ");
    let title = label.clone();
    line(
        export,
        view! {
            <span class="messages-export-line" role="status" aria-label="Export result" title=title>
                {label}
            </span>
        }
        .into_any(),
    )
}

fn line(export: MessageExport, content: AnyView) -> AnyView {
    view! {
        <div class="messages-export">
            {content}
            <button
                type="button"
                class="ui-icon-button"
                aria-label="Close export result"
                on:click=move |_| export.cancel()
            >
                <Icon name=IconName::Close />
            </button>
        </div>
    }
    .into_any()
}
