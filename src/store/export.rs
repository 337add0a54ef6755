//! Writing what is shown as a HAR: messages that lie in files are fetched on the way, and the pieces go to the browser
//! as they are made, so that there is no second copy of the session.

use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use session::export::{ExportOmissions, ExportOptions, HarWriter};
use session::formats::{LoadError, MessagesReader, Retry};
use session::model::MessagesFile;
use web_sys::Blob;

use super::{Store, bodies};
use crate::source::{Flow, TaskGuard, TaskHandle, TimeSlicer};

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
    Failed(String),
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
    pub left: ExportOmissions,
    /// Files of messages and of bodies that could not be fetched, and why.
    pub failures: Vec<String>,
}

/// More failures than this are not listed one by one.
const MAX_FAILURES: usize = 20;

/// The export of the open session. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    pub is_open: RwSignal<bool>,
    pub state: RwSignal<ExportState, LocalStorage>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
}

impl Export {
    pub(super) fn new() -> Self {
        Self {
            is_open: RwSignal::new(false),
            state: RwSignal::new_local(ExportState::Idle),
            guard: StoredValue::new_local(None),
        }
    }

    /// Stops what is under way; nothing is saved.
    pub fn stop(self) {
        self.guard.set_value(None);
        self.state.set(ExportState::Idle);
    }
}

impl Store {
    /// Writes the rows that the Network table lists, in its order.
    pub fn export(self, options: ExportOptions) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.export.guard.set_value(Some(guard));
        let rows: Vec<usize> =
            self.listed.with_untracked(|listed| listed.iter().map(|index| *index as usize).collect());
        self.export.state.set(ExportState::Writing { rows: 0, of: rows.len(), bytes: 0 });
        spawn_local(async move {
            let end = self.write(rows, options, &task).await;
            if task.is_wanted() {
                self.export.state.set(end.map_or_else(ExportState::Failed, ExportState::Written));
            }
        });
    }

    async fn write(
        self,
        rows: Vec<usize>,
        options: ExportOptions,
        task: &TaskHandle,
    ) -> Result<Exported, String> {
        let of = rows.len();
        let mut writer = HarWriter::new(rows, options);
        let parts = Array::new();
        let mut bytes = 0;
        let mut failures = Vec::new();
        let mut given: Option<(MessagesFile, Option<MessagesReader>)> = None;
        let mut pace = TimeSlicer::default();
        while task.is_wanted() {
            let wanted = self.with_untracked(|session| writer.wants(session).cloned());
            if wanted.as_ref() != given.as_ref().map(|(file, _)| file) {
                given = match wanted {
                    Some(file) => {
                        let reader = self.bring(&file, task).await;
                        let reader = reader.map_err(|error| note(&mut failures, &error)).ok();
                        Some((file, reader))
                    }
                    None => None,
                };
            }
            let paths = self.with_untracked(|session| writer.wants_bodies(session));
            if !paths.is_empty() {
                writer.provide_bodies(self.bring_bodies(paths, task, &mut failures).await);
            }
            let log = given.as_ref().and_then(|(_, reader)| reader.as_ref()).map(MessagesReader::log);
            let Some(piece) = self.with_untracked(|session| writer.next_piece(session, log)) else { break };
            bytes += piece.len() as u64;
            parts.push(&Uint8Array::from(piece.as_slice()));
            self.export.state.set(ExportState::Writing { rows: writer.rows_written(), of, bytes });
            pace.rest().await;
        }
        let blob = Blob::new_with_u8_array_sequence(&parts)
            .map_err(|_| "the browser has no room for it".to_owned())?;
        Ok(Exported { blob, name: self.har_name(), bytes, rows: of, left: writer.left(), failures })
    }

    /// Reads the bodies in those files, as far as they are there.
    async fn bring_bodies(
        self,
        paths: Vec<String>,
        task: &TaskHandle,
        failures: &mut Vec<String>,
    ) -> Vec<(String, Vec<u8>)> {
        let mut brought = Vec::new();
        for path in paths {
            let Some(files) = self.files().filter(|_| task.is_wanted()) else { break };
            match bodies::read(&files, &path, task, |_| {}).await {
                Ok(bytes) => brought.push((path, bytes)),
                Err(error) => note(failures, &error),
            }
        }
        brought
    }

    /// Reads a file of messages, however far the messages that are shown have come.
    async fn bring(self, file: &MessagesFile, task: &TaskHandle) -> Result<MessagesReader, LoadError> {
        let gone = || {
            LoadError::new("Nothing is open", file.path.as_ref(), "Open the session again.", Retry::Useless)
        };
        let mut stream = self.files().ok_or_else(gone)?.open(Some(&file.path), task.signal()).await?;
        let mut reader = MessagesReader::new(file.clone());
        let ending = stream.pump(task, |slice| reader.feed(slice).map(|()| Flow::More));
        let ending = ending.await?;
        let damage = ending.damage();
        let cut = reader.finish(ending.broken().as_deref())?;
        let fault = damage.or(cut.map(|cut| cut.reason));
        fault.map_or(Ok(reader), |why| {
            let remedy = "What could be read of it would be written, but it is not all: fetch it again.";
            let place = format!("{}: {why}", file.path);
            Err(LoadError::new("The file of messages is not complete", place, remedy, Retry::Useful))
        })
    }

    /// `market.har`, after the session's title or its file.
    fn har_name(self) -> String {
        let title = self.with_untracked(|session| session.title.clone());
        let name = title.or_else(|| self.origin().map(|origin| origin.name())).unwrap_or_default();
        let last = name.rsplit('/').next().unwrap_or_default();
        let stem = last.split_once('.').map_or(last, |(stem, _)| stem);
        let safe: String =
            stem.chars().map(|char| if char.is_alphanumeric() { char } else { '-' }).take(60).collect();
        let safe = safe.trim_matches('-');
        format!("{}.har", if safe.is_empty() { "session" } else { safe })
    }
}

fn note(failures: &mut Vec<String>, error: &LoadError) {
    if failures.len() < MAX_FAILURES {
        failures.push(error.to_string());
    }
}
