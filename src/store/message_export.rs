//! Writing messages of a socket or an event stream to a file. The pieces go to the browser as they
//! are made.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::export::{ExportOptions, MessageSource, MessagesExport, MessagesFormat};
use session::protocols::{Analysis, DecodeCursor};
use web_sys::Blob;

use super::export::ExportError;
use super::file_parts::FileParts;
use super::modules;
use super::session::SessionStore;
use super::{Completeness, Messages, Protocols};
use crate::source::{TaskGuard, TaskHandle, TimeSlicer};

/// How far an export has come.
#[derive(Clone, Debug, Default)]
pub enum MessageExportState {
    #[default]
    Idle,
    /// The messages are still being decoded: their events are part of the export.
    Waiting,
    Writing {
        messages: usize,
        of: usize,
        bytes: usize,
    },
    Written(ExportedMessages),
    Failed(ExportError),
}

/// A file of messages that was written.
#[derive(Clone, Debug)]
pub struct ExportedMessages {
    /// To be saved once.
    pub blob: Blob,
    pub name: String,
    pub bytes: usize,
    pub messages: usize,
    /// Credential values that were redacted.
    pub redacted: u64,
    /// Not all messages had been loaded.
    pub is_partial: bool,
}

/// What to export.
#[derive(Clone, Debug)]
pub struct MessageExportRequest {
    pub row: u32,
    pub format: MessagesFormat,
    pub is_decoded: bool,
    /// Whether credentials are redacted.
    pub sanitize: bool,
    /// The indexes of the messages.
    pub indexes: Vec<u32>,
    /// The name of the file, without its extension.
    pub stem: String,
    pub is_partial: bool,
}

/// The export of the messages on screen. A handle; it ends with the owner that made it.
#[derive(Clone, Copy, Debug)]
pub struct MessageExport {
    pub state: RwSignal<MessageExportState, LocalStorage>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
    session: SessionStore,
    messages: Messages,
    protocols: Protocols,
}

impl MessageExport {
    /// An export that has not begun.
    pub fn new() -> Self {
        Self {
            state: RwSignal::new_local(MessageExportState::Idle),
            guard: StoredValue::new_local(None),
            session: expect_context(),
            messages: expect_context(),
            protocols: expect_context(),
        }
    }

    /// Cancels the export that runs, and closes its result.
    pub fn cancel(self) {
        self.guard.set_value(None);
        self.state.set(MessageExportState::Idle);
    }

    /// Writes the messages; an export that runs is canceled.
    pub fn start(self, request: MessageExportRequest) {
        let Some((guard, task)) = TaskGuard::new() else { return };
        self.guard.set_value(Some(guard));
        self.state.set(MessageExportState::Waiting);
        spawn_local(async move {
            let end = self.write(request, &task).await;
            if !task.is_canceled()
                && let Some(end) = end.transpose()
            {
                let end = end.map_or_else(MessageExportState::Failed, MessageExportState::Written);
                // The panel may be gone.
                let _ = self.state.try_set(end);
            }
        });
    }

    /// `None` where the export was canceled, or the row is gone.
    async fn write(
        self,
        request: MessageExportRequest,
        task: &TaskHandle,
    ) -> Result<Option<ExportedMessages>, ExportError> {
        let MessageExportRequest { row, format, is_decoded, sanitize, indexes, stem, is_partial } = request;
        let options = ExportOptions { sanitize, ..ExportOptions::default() };
        self.wait_for_analysis(row, is_partial, task).await;
        let of = indexes.len();
        let Some(record) = self.session.with_untracked(|session| session.index_of(row)) else {
            return Ok(None);
        };
        let writer = modules::messages_writer(format, is_decoded, record, indexes, options).await;
        let mut writer = writer.map_err(|_| ExportError::WriterNotLoaded)?;
        let (mut cursor, mut slicer) = (DecodeCursor::default(), TimeSlicer::default());
        let (mut file, mut bytes) = (FileParts::default(), 0);
        loop {
            if task.is_canceled() {
                return Ok(None);
            }
            let Some(piece) = self.next_piece(row, record, writer.as_mut(), &mut cursor) else { break };
            bytes += piece.len();
            file.push(&piece)?;
            let _ = self.state.try_set(MessageExportState::Writing { messages: writer.written(), of, bytes });
            slicer.yield_if_due().await;
        }
        let name = format!("{stem}.{}", format.extension());
        let (blob, redacted) = (file.finish()?, writer.redacted());
        Ok(Some(ExportedMessages { blob, name, bytes, messages: of, redacted, is_partial }))
    }

    /// Waits until all messages are analyzed, where that goes on.
    async fn wait_for_analysis(self, row: u32, is_partial: bool, task: &TaskHandle) {
        let mut slicer = TimeSlicer::default();
        let is_running = || {
            let completeness = untrack(|| self.protocols.with(row, |_, completeness| completeness));
            completeness == Some(Completeness::Running)
        };
        // While messages are loading, only the first ones are analyzed.
        while !is_partial && is_running() && !task.is_canceled() {
            slicer.yield_until_painted().await;
        }
    }

    fn next_piece(
        self,
        row: u32,
        record: usize,
        writer: &mut dyn MessagesExport,
        cursor: &mut DecodeCursor,
    ) -> Option<Vec<u8>> {
        untrack(|| {
            self.session.with(|session| {
                self.messages.with(row, |log| {
                    let mut write = |analysis: Option<&Analysis>| {
                        let source = MessageSource { session, record, log, analysis };
                        writer
                            .next_piece(&source, &mut |index| self.protocols.decode_next(row, cursor, index))
                    };
                    let analyzed = self.protocols.with(row, |analysis, _| write(Some(analysis)));
                    analyzed.unwrap_or_else(|| write(None))
                })
            })
        })
        .flatten()
    }
}
