//! Bodies that stand in files of their own beside the recording: read when they are looked at.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::{LoadError, ReadableBody, Retry, StoredBody, body_from_file};
use session::model::{Body, Header};

use super::Store;
use crate::source::{Origin, ReadError, TaskGuard, TaskHandle, readable};

/// How far a body has come.
#[derive(Clone, Debug, PartialEq)]
pub enum BodyState {
    Loading { bytes: u64 },
    Ready(Body),
    Failed(LoadError),
}

/// A body larger than this is not held in memory to be shown. In bytes.
const MAX_BODY: usize = 256 << 20;

impl Store {
    /// Reads the body at `path` beside the recording. Leaving the scope stops it; `attempt` counts up to try again.
    pub fn body_file(
        self,
        path: String,
        mime: String,
        attempt: ReadSignal<u32>,
    ) -> ReadSignal<BodyState, LocalStorage> {
        let (state, set_state) = signal_local(BodyState::Loading { bytes: 0 });
        let guard: StoredValue<Option<TaskGuard>, LocalStorage> = StoredValue::new_local(None);
        Effect::new(move || {
            attempt.track();
            let (Some((held, task)), Some(files)) = (TaskGuard::new(), self.files()) else { return };
            guard.set_value(Some(held));
            set_state.set(BodyState::Loading { bytes: 0 });
            let (path, mime) = (path.clone(), mime.clone());
            spawn_local(async move {
                let progress = |bytes| set_state.set(BodyState::Loading { bytes });
                let end = read(&files, &path, &task, progress).await;
                if task.is_wanted() {
                    set_state.set(match end {
                        Ok(bytes) => BodyState::Ready(body_from_file(bytes, mime)),
                        Err(error) => BodyState::Failed(error),
                    });
                }
            });
        });
        on_cleanup(move || guard.set_value(None));
        state
    }
}

/// Makes a stored body readable; `None` until it is. Leaving the scope stops it.
pub fn readable_body(stored: StoredBody) -> ReadSignal<Option<ReadableBody>, LocalStorage> {
    let (body, set_body) = signal_local(None);
    let Some((guard, task)) = TaskGuard::new() else { return body };
    spawn_local(async move {
        if let Some(readable) = readable(stored, &task).await {
            set_body.set(Some(readable));
        }
    });
    let guard = StoredValue::new_local(Some(guard));
    on_cleanup(move || guard.set_value(None));
    body
}

/// The body as it can be read, from its file where it is in one, decompressed where it was stored compressed. `None`
/// where the task was left.
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
    let read = stream.read_all(task, MAX_BODY, |bytes| progress(bytes as u64)).await;
    read.map_err(|unread| match unread {
        ReadError::TooLarge => {
            let remedy = "Take it from the recording's files.";
            LoadError::new(
                "The body is larger than 256 MB, the most that is shown",
                path,
                remedy,
                Retry::Useless,
            )
        }
        ReadError::Broken(why) => broken(path, &why),
        ReadError::Damaged(why) => {
            let remedy = "Download or export the recording again.";
            LoadError::new("The body is damaged", format!("{path}: {why}"), remedy, Retry::Useless)
        }
    })
}

fn broken(path: &str, why: &str) -> LoadError {
    let remedy = "Open the recording again, or try once more.";
    LoadError::new("The body did not arrive whole", format!("{path}: {why}"), remedy, Retry::Useful)
}
