//! **Copy as**: a row, or all rows that are listed, as commands and code on the clipboard.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::export::copy::{Content, CopyForm};
use wasm_bindgen_futures::JsFuture;

use crate::store::{CopiedRows, SessionStore, TaskGuard, ViewStore};
use crate::ui::{Icon, IconName, MenuButton, MenuItem, download};

/// The item of the menu that selects whether credentials are redacted.
const REDACT: &str = "redact";

/// How the last copy went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum CopyStatus {
    #[default]
    Idle,
    Working(CopyForm),
    /// It is on the clipboard, or was saved as a file; it differs from the recording in this.
    Done {
        what: String,
        remarks: Vec<String>,
    },
    Failed(String),
}

/// Copies rows. A handle.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowCopy {
    session: SessionStore,
    view: ViewStore,
    redacts: RwSignal<bool>,
    status: RwSignal<CopyStatus>,
    task: StoredValue<Option<TaskGuard>, LocalStorage>,
}

impl RowCopy {
    pub(super) fn new() -> Self {
        let view: ViewStore = expect_context();
        let copy = Self {
            session: expect_context(),
            view,
            redacts: RwSignal::new(false),
            status: RwSignal::new(CopyStatus::Idle),
            task: StoredValue::new_local(None),
        };
        // What is said of a copy belongs to the row that is selected.
        let row = Memo::new(move |_| view.state.with(|state| state.selected_row));
        Effect::new(move || {
            row.track();
            copy.dismiss();
        });
        copy
    }

    /// Ends a copy that is made, and closes its result.
    fn dismiss(self) {
        self.task.set_value(None);
        self.status.set(CopyStatus::Idle);
    }

    /// The items for rows that can be copied in these forms.
    pub(super) fn items(self, forms: &[CopyForm]) -> Vec<MenuItem> {
        let form = |form: &CopyForm| MenuItem { key: form.label(), label: form.label(), is_checked: None };
        let redact =
            MenuItem { key: REDACT, label: "Redact credentials", is_checked: Some(self.redacts.get()) };
        forms.iter().map(form).chain([redact]).collect()
    }

    /// Copies the row of that number as the item says.
    pub(super) fn select(self, key: &str, row: u32) {
        let index = self.session.with_untracked(|session| session.index_of(row));
        self.select_for(key, index.into_iter().collect());
    }

    /// Copies all rows that are listed as the item says.
    fn select_listed(self, key: &str) {
        let rows = self.view.listed.with_untracked(|listed| listed.iter().map(|row| *row as usize).collect());
        self.select_for(key, rows);
    }

    fn select_for(self, key: &str, rows: Vec<usize>) {
        if key == REDACT {
            self.redacts.update(|redacts| *redacts = !*redacts);
            return;
        }
        let mut forms = CopyForm::HTTP.into_iter().chain(CopyForm::SOCKET);
        let Some(form) = forms.find(|form| form.label() == key) else { return };
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.task.set_value(Some(guard));
        self.status.set(CopyStatus::Working(form));
        spawn_local(async move {
            let redacts = self.redacts.get_untracked();
            let end = match self.session.copied_rows(form, &rows, redacts, &task).await {
                Ok(Some(CopiedRows { content, remarks })) => {
                    deliver(form, content).await.map(|what| CopyStatus::Done { what, remarks })
                }
                Ok(None) => return,
                Err(why) => Err(why),
            };
            if !task.is_canceled() {
                // The tab may be gone.
                let _ = self.status.try_set(end.unwrap_or_else(CopyStatus::Failed));
            }
        });
    }
}

/// Puts a copy on the clipboard; bytes that are not text are saved as a file.
async fn deliver(form: CopyForm, content: Content) -> Result<String, String> {
    let label = form.label();
    match content {
        Content::Text(text) => {
            let promise = window().navigator().clipboard().write_text(&text);
            let written = JsFuture::from(promise).await;
            written.map_err(|_| "The browser did not allow access to the clipboard".to_owned())?;
            Ok(format!("Copied as {label}"))
        }
        Content::Bytes(bytes) => {
            download("body.bin", "application/octet-stream", &bytes)
                .map_err(|_| "The browser did not allow the download".to_owned())?;
            Ok(format!("{label} is binary: saved as a file"))
        }
    }
}

/// The forms of a row.
pub(super) fn forms(session: SessionStore, row: u32) -> &'static [CopyForm] {
    let is_socket = session.with_record(row, |_, record| record.socket().is_some());
    if is_socket == Some(true) { &CopyForm::SOCKET } else { &CopyForm::HTTP }
}

/// The menu of the selected row.
#[component]
pub(super) fn CopyMenu(#[prop(into)] row: Signal<Option<u32>>) -> impl IntoView {
    let copy = expect_context::<RowCopy>();
    let items = move || row.get().map(|row| copy.items(forms(copy.session, row))).unwrap_or_default();
    let select = move |key: &'static str| {
        if let Some(row) = row.get_untracked() {
            copy.select(key, row);
        }
    };
    view! { <MenuButton label="Copy as" items=Signal::derive(items) on_select=select /> }
}

/// The menu of all rows that are listed.
#[component]
pub(super) fn CopyAllMenu() -> impl IntoView {
    let copy = expect_context::<RowCopy>();
    let items = move || copy.items(&CopyForm::SEVERAL);
    let select = move |key: &'static str| copy.select_listed(key);
    view! { <MenuButton label="Copy all shown as" text="Copy all" items=Signal::derive(items) on_select=select /> }
}

/// How the last copy went.
#[component]
pub(super) fn CopyResult() -> impl IntoView {
    let copy = expect_context::<RowCopy>();
    let text = move || match copy.status.get() {
        CopyStatus::Idle => None,
        CopyStatus::Working(form) => Some((format!("Copying as {}…", form.label()), Vec::new())),
        CopyStatus::Done { what, remarks } => Some((what, remarks)),
        CopyStatus::Failed(why) => Some((format!("Not copied: {why}"), Vec::new())),
    };
    let is_shown = move || copy.status.with(|status| *status != CopyStatus::Idle);
    view! {
        <div class="network-copied" class:network-copied-shown=is_shown>
            <div role="status" aria-label="Copy status">
                {move || {
                    text().map(|(what, remarks)| {
                        let remark = |remark: String| view! { <li>{remark}</li> };
                        view! {
                            <strong>{what}</strong>
                            {(!remarks.is_empty())
                                .then(|| view! { <ul>{remarks.into_iter().map(remark).collect_view()}</ul> })}
                        }
                    })
                }}
            </div>
            <Show when=is_shown>
                <button
                    type="button"
                    class="ui-icon-button"
                    aria-label="Close copy status"
                    on:click=move |_| copy.dismiss()
                >
                    <Icon name=IconName::Close />
                </button>
            </Show>
        </div>
    }
}
