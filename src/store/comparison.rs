//! The session that the open one is compared with, and what differs. Comparing is code that is
//! loaded on demand; this holds its result while other tabs are shown.

use std::rc::Rc;

use compare::Comparison as ComparedRows;
use leptos::prelude::*;
use session::formats::{LoadError, MessagesReader, Retry};
use session::model::{Body, Details, Header, MessagesFile};
use session::protocols::{Library, install};

use super::load::LoadStatus;
use super::session::{SessionEvent, SessionStore};
use super::{SessionTab, ViewStore, bodies, modules};
use crate::source::{self, NamedFile, Origin, TaskGuard, TaskHandle};

/// How far the comparison is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ComparisonStatus {
    /// One of the sessions is not loaded.
    #[default]
    Waiting,
    /// The part that is done, from 0 to 1.
    Running(f64),
    Complete,
}

/// The comparison. A handle.
#[derive(Clone, Copy)]
pub struct Comparison {
    /// The open session.
    pub base: SessionStore,
    /// The session that it is compared with.
    pub other: SessionStore,
    /// Whether the dialog that chooses it is open.
    pub is_dialog_open: RwSignal<bool>,
    pub status: RwSignal<ComparisonStatus>,
    /// What differs, as far as it is compared.
    pub rows: RwSignal<Option<Rc<ComparedRows>>, LocalStorage>,
    /// Number of rows that are changed, missing or added, once that is known.
    pub differences: RwSignal<Option<u64>>,
    /// The task that compares.
    pub task: StoredValue<Option<TaskGuard>, LocalStorage>,
    view: ViewStore,
}

impl Comparison {
    pub(super) fn new(base: SessionStore, view: ViewStore) -> Self {
        let comparison = Self {
            base,
            other: SessionStore::new(),
            is_dialog_open: RwSignal::new(false),
            status: RwSignal::new(ComparisonStatus::Waiting),
            rows: RwSignal::new_local(None),
            differences: RwSignal::new(None),
            task: StoredValue::new_local(None),
            view,
        };
        for session in [base, comparison.other] {
            session.on(SessionEvent::Replaced, move || comparison.forget());
            session.on(SessionEvent::Grown, move || comparison.forget());
        }
        let address = Memo::new(move |_| view.state.with(|state| state.compared_url.clone()));
        Effect::new(move || {
            let address = address.get();
            untrack(|| comparison.follow(address));
        });
        comparison
    }

    /// Whether there is something to compare with.
    pub fn is_open(self) -> bool {
        self.view.is_comparing()
    }

    /// Whether an address can name both sessions.
    pub fn is_linkable(self) -> bool {
        let is_named = self.view.state.with(|state| state.compared_url.is_some());
        self.base.generation();
        is_named && self.base.origin().is_none_or(|origin| origin.is_web())
    }

    /// Compares with the session at that URL, which the address names from now on.
    pub fn open_url(self, url: String) {
        if self.view.state.with_untracked(|state| state.compared_url.as_ref() == Some(&url)) {
            self.other.reload();
        }
        self.view.compares_files.set(false);
        self.view.state.update(|state| {
            state.selected_pair = None;
            state.compared_url = Some(url);
        });
        self.show();
    }

    /// Compares with files of this computer.
    pub fn open_files(self, files: Vec<NamedFile>) {
        if files.is_empty() {
            return;
        }
        self.view.compares_files.set(true);
        self.view.state.update(|state| {
            state.selected_pair = None;
            state.compared_url = None;
        });
        self.other.load(Origin::local(files));
        self.show();
    }

    /// Ends the comparison, and frees the session.
    pub fn close(self) {
        self.view.compares_files.set(false);
        self.view.state.update(|state| {
            state.compared_url = None;
            state.selected_pair = None;
            state.pair_state = None;
            state.pair_filter = String::new();
        });
        self.other.close();
    }

    fn show(self) {
        self.is_dialog_open.set(false);
        self.view.show_tab(SessionTab::Compare);
    }

    /// Loads what the address names.
    fn follow(self, address: Option<String>) {
        match address {
            Some(address) => {
                self.view.compares_files.set(false);
                match source::absolute(&address) {
                    Some(url) => self.other.open_url(url),
                    None => self.other.status.set(LoadStatus::Failed(LoadError::new(
                        "The address of the second session is not a valid URL",
                        address,
                        "Check the part after compare= in the link.",
                        Retry::Useless,
                    ))),
                }
            }
            None if self.view.compares_files.get_untracked() => {}
            None if self.other.status.get_untracked() != LoadStatus::Idle => self.other.close(),
            None => {}
        }
    }

    fn forget(self) {
        self.task.set_value(None);
        self.rows.set(None);
        self.differences.set(None);
        self.status.set(ComparisonStatus::Waiting);
    }

    /// Reads the bodies of a row that are in files of their own, or stored compressed.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub async fn load_bodies(
        self,
        session: SessionStore,
        details: &mut Details,
        task: &TaskHandle,
    ) -> Result<(), LoadError> {
        let Details { request_headers, response_headers, request_body, response_body, .. } = details;
        for (headers, body) in [(request_headers, request_body), (response_headers, response_body)] {
            let loaded = load_body(session, headers.as_deref(), body, task).await?;
            if let Some(loaded) = loaded {
                *body = loaded;
            }
        }
        Ok(())
    }

    /// Reads a messages file of one of the sessions.
    ///
    /// # Errors
    /// If it cannot be read to its end.
    pub async fn load_messages(
        self,
        session: SessionStore,
        file: &MessagesFile,
        task: &TaskHandle,
    ) -> Result<MessagesReader, LoadError> {
        session.fetch_messages(file, task).await
    }

    /// The code that decodes messages; `None` if it could not be fetched.
    pub async fn load_protocols(self) -> Option<&'static dyn Library> {
        let library = modules::protocols().await.ok()?;
        install(library);
        Some(library)
    }
}

async fn load_body(
    session: SessionStore,
    headers: Option<&[Header]>,
    body: &Body,
    task: &TaskHandle,
) -> Result<Option<Body>, LoadError> {
    match body {
        Body::Empty | Body::NotRecorded(_) => Ok(None),
        body => bodies::load(session.files(), body.clone(), headers, task).await,
    }
}
