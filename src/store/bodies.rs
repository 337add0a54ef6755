//! Bodies in files of their own: read when they are shown.

use leptos::prelude::*;
use session::formats::{LoadError, ReadableBody, Retry, StoredBody, body_from_file};
use session::model::{Body, Header};

use super::SessionStore;
use super::resource::resource;
use crate::source::{Origin, ReadError, TaskHandle, readable};

/// How far a body has come.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyState {
    Loading { bytes: u64 },
    Ready(Body),
    Failed(LoadError),
}

/// Most bytes of a body that is held in memory to be shown.
const MAX_BODY_BYTES: usize = 256 << 20;

impl SessionStore {
    /// Reads the body in the file at `path` of the recording; again when `attempt` changes.
    pub fn body_file(
        self,
        path: String,
        mime: String,
        attempt: ReadSignal<u32>,
    ) -> ReadSignal<BodyState, LocalStorage> {
        let request = move || {
            attempt.track();
            Some((self.files()?, path.clone(), mime.clone()))
        };
        resource(BodyState::Loading { bytes: 0 }, request, |(files, path, mime), writer| async move {
            writer.set(BodyState::Loading { bytes: 0 });
            let progress = |bytes| writer.set(BodyState::Loading { bytes });
            let end = read(&files, &path, writer.task(), progress).await;
            writer.set(match end {
                Ok(bytes) => BodyState::Ready(body_from_file(bytes, mime)),
                Err(error) => BodyState::Failed(error),
            });
        })
    }
}

/// Decompresses a stored body; `None` until that is done.
pub fn readable_body(stored: StoredBody) -> ReadSignal<Option<ReadableBody>, LocalStorage> {
    let stored = StoredValue::new_local(Some(stored));
    let request = move || stored.try_update_value(Option::take).flatten();
    resource(None, request, |stored, writer| async move {
        if let Some(body) = readable(stored, writer.task()).await {
            writer.set(Some(body));
        }
    })
}

/// The body as it can be read, from its file where it is in one, decompressed where it was stored
/// compressed. `None` where the task was canceled.
pub(super) async fn load(
    files: Option<Origin>,
    body: Body,
    headers: Option<&[Header]>,
    task: &TaskHandle,
) -> Result<Option<Body>, LoadError> {
    let body = match (body, files) {
        (Body::InFile { path, mime }, Some(files)) => {
            body_from_file(read(&files, &path, task, |_| {}).await?, mime)
        }
        (body, _) => body,
    };
    Ok(match StoredBody::of(&body, headers) {
        Some(stored) => readable(stored, task).await.map(|readable| readable.body),
        None => Some(body),
    })
}

pub(super) async fn read(
    files: &Origin,
    path: &str,
    task: &TaskHandle,
    progress: impl Fn(u64),
) -> Result<Vec<u8>, LoadError> {
    let mut stream = files.open(Some(path), task.signal()).await?;
    let read = stream.read_all(task, MAX_BODY_BYTES, |bytes| progress(bytes as u64)).await;
    read.map_err(|error| match error {
        ReadError::TooLarge => {
            let remedy = "Take it from the recording's files.";
            LoadError::new(
                "The body is larger than 256 MB, the most that is shown",
                path,
                remedy,
                Retry::Useless,
            )
        }
        ReadError::Damaged(why) => {
            let remedy = "Download or export the recording again.";
            LoadError::new("The body is damaged", format!("{path}: {why}"), remedy, Retry::Useless)
        }
        ReadError::Canceled | ReadError::Interrupted(_) => {
            let remedy = "Open the recording again, or try once more.";
            LoadError::new("The body could not be fetched", format!("{path}: {error}"), remedy, Retry::Useful)
        }
    })
}
