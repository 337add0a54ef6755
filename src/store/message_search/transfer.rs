//! The messages of a socket on their way to the worker.

use js_sys::Array;
use leptos::prelude::*;
use presentation::labels::missing_label;
use search_worker::{SocketResult, SocketSource, pack};
use session::formats::LoadError;
use session::model::{Messages as Location, Record, Session, Span};
use session::protocols::Handshake;

use super::worker::SearchWorker;
use crate::source::{Flow, Origin, TaskHandle, TimeSlicer};
use crate::store::{Messages, MessagesState, SessionStore};

/// Bytes that are sent at once.
const PIECE_BYTES: usize = 1 << 20;

/// A socket's messages, and where they are.
pub(super) struct Transfer<'a> {
    pub(super) session: SessionStore,
    pub(super) messages: Messages,
    pub(super) worker: &'a SearchWorker,
    pub(super) row: u32,
    pub(super) task: &'a TaskHandle,
}

enum Place {
    Inline,
    /// The path of the messages file.
    File(String),
}

impl Transfer<'_> {
    /// Sends the messages. `on_bytes` gets the number of bytes of each part. The caller checks
    /// whether the task was canceled.
    ///
    /// # Errors
    /// The result of a socket that has no messages, or whose messages cannot be fetched.
    pub(super) async fn run(&self, on_bytes: impl Fn(usize)) -> Result<(), SocketResult> {
        let source = untrack(|| self.session.with_record(self.row, source));
        let (source, place) = source.unwrap_or_else(|| Err(SocketResult::unreadable("The row is gone")))?;
        self.worker.post_bytes("open", self.row, &source.encode());
        let broken = match place {
            Place::Inline => {
                self.send_inline(&on_bytes).await;
                None
            }
            Place::File(_) if self.is_loaded() => {
                self.send_loaded(&on_bytes).await;
                None
            }
            Place::File(path) => {
                let files =
                    self.session.files().ok_or_else(|| SocketResult::unreadable("The file is closed"))?;
                self.send_file(&files, &path, &on_bytes).await.map_err(|error| unreadable(&error))?
            }
        };
        if !self.task.is_canceled() {
            let broken = broken.unwrap_or_default();
            self.worker.post("finish", self.row, &Array::of1(&broken.into()));
            self.worker.set_kept(self.row, true);
        }
        Ok(())
    }

    /// Whether the messages of a file are in the page already, because the socket was opened.
    fn is_loaded(&self) -> bool {
        untrack(|| self.messages.state(self.row)) == MessagesState::Ready { truncation: None }
    }

    async fn send_inline(&self, on_bytes: &impl Fn(usize)) {
        let (mut slicer, mut next) = (TimeSlicer::default(), 0);
        loop {
            let packed = untrack(|| self.messages.with(self.row, |log| pack(log, next, PIECE_BYTES)));
            let Some((packed, end)) = packed.filter(|(packed, _)| !packed.is_empty()) else { return };
            self.worker.post_bytes("add", self.row, &packed);
            on_bytes(packed.len());
            next = end;
            slicer.yield_if_due().await;
            if self.task.is_canceled() {
                return;
            }
        }
    }

    async fn send_loaded(&self, on_bytes: &impl Fn(usize)) {
        let (mut slicer, mut at) = (TimeSlicer::default(), 0_u32);
        loop {
            let span = Span { start: at, len: PIECE_BYTES as u32 };
            let sent = untrack(|| {
                self.messages.with(self.row, |log| {
                    let piece = log.bytes.slice(span);
                    self.worker.post_bytes("feed", self.row, &piece);
                    piece.len()
                })
            });
            let Some(len) = sent.filter(|len| *len > 0) else { return };
            on_bytes(len);
            at = at.saturating_add(len as u32);
            slicer.yield_if_due().await;
            if self.task.is_canceled() {
                return;
            }
        }
    }

    /// Fetches the file. Returns why it is incomplete.
    async fn send_file(
        &self,
        files: &Origin,
        path: &str,
        on_bytes: &impl Fn(usize),
    ) -> Result<Option<String>, LoadError> {
        let mut stream = files.open(Some(path), self.task.signal()).await?;
        let mut piece = Vec::with_capacity(PIECE_BYTES);
        let ending = stream.pump(self.task, |slice| {
            piece.extend_from_slice(slice);
            on_bytes(slice.len());
            if piece.len() >= PIECE_BYTES {
                self.worker.post_bytes("feed", self.row, &piece);
                piece.clear();
            }
            Ok::<_, LoadError>(Flow::Continue)
        });
        let ending = ending.await?;
        // Another search may have begun to send the same socket.
        if !self.task.is_canceled() {
            self.worker.post_bytes("feed", self.row, &piece);
        }
        Ok(ending.broken())
    }
}

/// What the worker needs to know of a socket, and where its messages are.
fn source(session: &Session, record: &Record) -> Result<(SocketSource, Place), SocketResult> {
    let (Some(handshake), Some(socket)) = (Handshake::of(record), record.socket()) else {
        return Err(SocketResult::unreadable("The row is not a socket"));
    };
    let handshake = handshake.into_owned();
    match &socket.messages {
        Location::Inline(_) => Ok((SocketSource { handshake, file: None }, Place::Inline)),
        Location::File(file) => {
            let place = Place::File(file.path.to_string());
            Ok((SocketSource { handshake, file: Some(file.clone()) }, place))
        }
        Location::Missing(missing) => Err(SocketResult::unreadable(missing_label(session, *missing))),
    }
}

fn unreadable(error: &LoadError) -> SocketResult {
    SocketResult::unreadable(format!("{} ({})", error.what(), error.place))
}
