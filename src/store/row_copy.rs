//! Rows as commands and code: bodies and messages in files are fetched first.

use session::export::copy::{Content, Copied, CopyError, CopyForm, CopyRequest};
use session::formats::{LoadError, MessagesReader};
use session::model::{Body, Details};

use super::session::SessionStore;
use super::{bodies, modules};
use crate::source::{Flow, Origin, TaskHandle};

/// Rows as they are copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedRows {
    pub content: Content,
    /// How they differ from what was recorded.
    pub remarks: Vec<String>,
}

impl SessionStore {
    /// The rows at these indexes as text; `None` if the task was canceled.
    ///
    /// # Errors
    /// Why nothing can be copied, as a sentence.
    pub async fn copied_rows(
        self,
        form: CopyForm,
        rows: &[usize],
        redacts: bool,
        task: &TaskHandle,
    ) -> Result<Option<CopiedRows>, String> {
        let copier = modules::row_copier().await.map_err(|_| {
            "A part of the app could not be loaded: check the connection, then try again".to_owned()
        })?;
        let mut loaded = Vec::with_capacity(rows.len());
        for index in rows {
            loaded.push(self.load_row(form, *index, task).await);
            if task.is_canceled() {
                return Ok(None);
            }
        }
        let result = self.with_untracked(|session| {
            let requests: Vec<CopyRequest<'_>> = loaded
                .iter()
                .map(|row| CopyRequest {
                    session,
                    record: row.index,
                    details: &row.details,
                    files: &row.files,
                    messages: row.messages.as_ref().map(MessagesReader::log),
                    analysis: None,
                    sanitize: redacts,
                })
                .collect();
            match requests.as_slice() {
                [request] => (copier.copy)(form, request),
                requests => (copier.copy_all)(form, requests),
            }
        });
        let Copied { content, remarks } = result.map_err(|error: CopyError| error.to_string())?;
        let failures = loaded.iter().flat_map(|row| row.failures.iter().cloned());
        let remarks = failures.chain(remarks.iter().map(ToString::to_string)).collect();
        Ok(Some(CopiedRows { content, remarks }))
    }

    /// The details of a row, and what of it lies in files.
    async fn load_row(self, form: CopyForm, index: usize, task: &TaskHandle) -> Loaded {
        let details = self
            .with_untracked(|session| session.records.get(index).map(|record| session.details(record)))
            .unwrap_or_default();
        let mut loaded = Loaded { index, details, files: Vec::new(), messages: None, failures: Vec::new() };
        let Some(files) = self.files() else { return loaded };
        let bodies: Vec<&Body> = match form {
            CopyForm::Url | CopyForm::Websocat | CopyForm::JavaScriptClient => Vec::new(),
            CopyForm::MessagesAsJsonLines => {
                let file = self.with_untracked(|session| {
                    session.records.get(index).and_then(|record| record.messages_file().cloned())
                });
                if let Some(file) = file {
                    let path = file.path.clone();
                    match read_messages(&files, MessagesReader::new(file), &path, task).await {
                        Ok(reader) => loaded.messages = Some(reader),
                        Err(why) => loaded.failures.push(why),
                    }
                }
                Vec::new()
            }
            CopyForm::HarEntry => vec![&loaded.details.request_body, &loaded.details.response_body],
            CopyForm::ResponseBody => vec![&loaded.details.response_body],
            _ => vec![&loaded.details.request_body],
        };
        let paths: Vec<String> = bodies
            .into_iter()
            .filter_map(
                |body| if let Body::InFile { path, .. } = body { Some(path.to_string()) } else { None },
            )
            .collect();
        for path in paths {
            match bodies::read(&files, &path, task, |_| {}).await {
                Ok(bytes) => loaded.files.push((path, bytes)),
                Err(error) => loaded.failures.push(unreadable(&error)),
            }
        }
        loaded
    }
}

/// What is copied of a row.
struct Loaded {
    index: usize,
    details: Details,
    files: Vec<(String, Vec<u8>)>,
    messages: Option<MessagesReader>,
    failures: Vec<String>,
}

/// Reads a messages file to its end, or to where it is cut off.
async fn read_messages(
    files: &Origin,
    mut reader: MessagesReader,
    path: &str,
    task: &TaskHandle,
) -> Result<MessagesReader, String> {
    let mut stream = files.open(Some(path), task.signal()).await.map_err(|error| unreadable(&error))?;
    let ending = stream.pump(task, |slice| reader.feed(slice).map(|()| Flow::Continue)).await;
    let broken = ending.map_err(|error| unreadable(&error))?.broken();
    reader.finish(broken.as_deref()).map_err(|error| unreadable(&error))?;
    Ok(reader)
}

fn unreadable(error: &LoadError) -> String {
    format!("{} ({})", error.what(), error.place)
}
