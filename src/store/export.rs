//! Writing the listed rows as a HAR: messages and bodies in files are fetched on the way, and the
//! pieces go to the browser as they are made, so that there is no second copy of the session.

use std::fmt;
use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::export::{ExportOmissions, ExportOptions};
use session::formats::MessagesReader;
use session::model::MessagesFile;
use web_sys::Blob;

use super::ViewStore;
use super::file_parts::FileParts;
use super::modules;
use super::recorded_files::note_failure;
use super::session::SessionStore;
use crate::source::{TaskGuard, TaskHandle, TimeSlicer};

/// How far an export has come.
#[derive(Clone, Debug, Default)]
pub enum ExportState {
    #[default]
    Idle,
    Writing {
        rows: usize,
        of: usize,
        bytes: u64,
    },
    Written(Exported),
    Failed(ExportError),
}

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// The browser cannot hold the file.
    OutOfMemory,
    /// The code that writes it could not be fetched.
    WriterNotLoaded,
}

impl fmt::Display for ExportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfMemory => formatter.write_str("the browser has no memory for it"),
            Self::WriterNotLoaded => formatter
                .write_str("a part of the app could not be loaded: check the connection, then try again"),
        }
    }
}

/// A HAR that was written.
#[derive(Clone, Debug)]
pub struct Exported {
    /// To be saved once.
    pub blob: Blob,
    pub name: String,
    pub bytes: u64,
    pub rows: usize,
    /// What could not be written, or was left out.
    pub omissions: ExportOmissions,
    /// Files of messages and of bodies that could not be fetched, and why.
    pub failures: Vec<String>,
}

/// The export of the open session. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    pub is_open: RwSignal<bool>,
    pub state: RwSignal<ExportState, LocalStorage>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
    session: SessionStore,
    listed: Memo<Arc<Vec<u32>>>,
}

impl Export {
    /// The export of the rows that `view` lists.
    pub(super) fn new(view: ViewStore) -> Self {
        Self {
            is_open: RwSignal::new(false),
            state: RwSignal::new_local(ExportState::Idle),
            guard: StoredValue::new_local(None),
            session: view.session,
            listed: view.listed,
        }
    }

    /// Cancels the export that runs; nothing is saved.
    pub fn cancel(self) {
        self.guard.set_value(None);
        self.state.set(ExportState::Idle);
    }

    /// Writes the rows that the Network table lists, in its order.
    pub fn start(self, options: ExportOptions) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.guard.set_value(Some(guard));
        let rows: Vec<usize> =
            self.listed.with_untracked(|listed| listed.iter().map(|index| *index as usize).collect());
        self.state.set(ExportState::Writing { rows: 0, of: rows.len(), bytes: 0 });
        spawn_local(async move {
            let end = self.write(rows, options, &task).await;
            if !task.is_canceled() {
                self.state.set(end.map_or_else(ExportState::Failed, ExportState::Written));
            }
        });
    }

    async fn write(
        self,
        rows: Vec<usize>,
        options: ExportOptions,
        task: &TaskHandle,
    ) -> Result<Exported, ExportError> {
        let of = rows.len();
        let mut writer =
            modules::har_writer(rows, options).await.map_err(|_| ExportError::WriterNotLoaded)?;
        let mut file = FileParts::default();
        let mut bytes = 0;
        let mut failures = Vec::new();
        let mut given: Option<(MessagesFile, Option<MessagesReader>)> = None;
        let mut slicer = TimeSlicer::default();
        while !task.is_canceled() {
            let wanted = self.session.with_untracked(|session| writer.wants(session).cloned());
            if wanted.as_ref() != given.as_ref().map(|(file, _)| file) {
                given = match wanted {
                    Some(file) => {
                        let reader = self.session.fetch_messages(&file, task).await;
                        let reader = reader.map_err(|error| note_failure(&mut failures, &error)).ok();
                        Some((file, reader))
                    }
                    None => None,
                };
            }
            let paths = self.session.with_untracked(|session| writer.wants_bodies(session));
            if !paths.is_empty() {
                writer.provide_bodies(self.session.fetch_bodies(paths, task, &mut failures).await);
            }
            let log = given.as_ref().and_then(|(_, reader)| reader.as_ref()).map(MessagesReader::log);
            let piece = self.session.with_untracked(|session| writer.next_piece(session, log));
            let Some(piece) = piece else { break };
            bytes += piece.len() as u64;
            file.push(&piece)?;
            self.state.set(ExportState::Writing { rows: writer.rows_written(), of, bytes });
            slicer.yield_if_due().await;
        }
        let blob = file.finish()?;
        Ok(Exported { blob, name: self.har_name(), bytes, rows: of, omissions: writer.omissions(), failures })
    }

    /// `market.har`, after the session's title or its file.
    fn har_name(self) -> String {
        let title = self.session.with_untracked(|session| session.title.clone());
        let name = title.or_else(|| self.session.origin().map(|origin| origin.name())).unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        let stem = last.split_once('.').map_or(last, |(stem, _)| stem);
        let safe: String =
            stem.chars().map(|char| if char.is_alphanumeric() { char } else { '-' }).take(60).collect();
        let safe = safe.trim_matches('-');
        format!("{}.har", if safe.is_empty() { "session" } else { safe })
    }
}
