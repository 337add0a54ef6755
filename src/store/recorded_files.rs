//! Bodies and messages in files of their own, fetched whole to be written elsewhere: for exports and
//! copies.

use session::formats::{LoadError, MessagesReader, Retry};
use session::model::MessagesFile;

use super::bodies;
use super::session::SessionStore;
use crate::source::{Flow, TaskHandle};

/// Most failures that are listed one by one.
const MAX_FAILURES: usize = 20;

impl SessionStore {
    /// Reads the bodies in those files, as far as they are there.
    pub(super) async fn fetch_bodies(
        self,
        paths: Vec<String>,
        task: &TaskHandle,
        failures: &mut Vec<String>,
    ) -> Vec<(String, Vec<u8>)> {
        let mut loaded = Vec::new();
        for path in paths {
            let Some(files) = self.files().filter(|_| !task.is_canceled()) else { break };
            match bodies::read(&files, &path, task, |_| {}).await {
                Ok(bytes) => loaded.push((path, bytes)),
                Err(error) => note_failure(failures, &error),
            }
        }
        loaded
    }

    /// Reads a messages file, however far the messages on screen have come.
    pub(super) async fn fetch_messages(
        self,
        file: &MessagesFile,
        task: &TaskHandle,
    ) -> Result<MessagesReader, LoadError> {
        let closed = || {
            LoadError::new("Nothing is open", file.path.as_ref(), "Open the session again.", Retry::Useless)
        };
        let mut stream = self.files().ok_or_else(closed)?.open(Some(&file.path), task.signal()).await?;
        let mut reader = MessagesReader::new(file.clone());
        let ending = stream.pump(task, |slice| reader.feed(slice).map(|()| Flow::Continue));
        let ending = ending.await?;
        let damage = ending.damage();
        let truncation = reader.finish(ending.broken().as_deref())?;
        let reason = damage.or(truncation.map(|truncation| truncation.reason));
        reason.map_or(Ok(reader), |why| {
            let remedy = "Fetch it again to export all of its messages.";
            let place = format!("{}: {why}", file.path);
            Err(LoadError::new("The file of messages is not complete", place, remedy, Retry::Useful))
        })
    }
}

/// Lists why a file could not be fetched.
pub(super) fn note_failure(failures: &mut Vec<String>, error: &LoadError) {
    if failures.len() < MAX_FAILURES {
        failures.push(error.to_string());
    }
}
