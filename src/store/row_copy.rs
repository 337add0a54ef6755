//! Rows as commands and code: bodies and messages in files are fetched first.

use session::export::copy::{Availability, Content, Copied, CopyError, CopyForm, CopyRequest};
use session::formats::MessagesReader;
use session::model::Details;

use super::modules::{self, RowCopier};
use super::recorded_files::note_failure;
use super::session::SessionStore;
use crate::source::TaskHandle;

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
            loaded.push(self.load_row(copier, form, *index, task).await);
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
        let mut failures = loaded.into_iter().flat_map(|row| row.failures);
        // What could not be fetched is why there is nothing to copy.
        let Copied { content, remarks } =
            result.map_err(|error: CopyError| failures.next().unwrap_or_else(|| error.to_string()))?;
        let remarks = failures.chain(remarks.iter().map(ToString::to_string)).collect();
        Ok(Some(CopiedRows { content, remarks }))
    }

    /// The details of a row, and the files that the form needs of it.
    async fn load_row(self, copier: RowCopier, form: CopyForm, index: usize, task: &TaskHandle) -> Loaded {
        let (details, availability, file) = self
            .with_untracked(|session| {
                let record = session.records.get(index)?;
                let details = session.details(record);
                let offers = (copier.forms_of)(record, &details).into_iter();
                let offer = offers.filter(|offer| offer.form == form).map(|offer| offer.availability).next();
                Some((details, offer, record.messages_file().cloned()))
            })
            .unwrap_or_default();
        let mut loaded = Loaded { index, details, files: Vec::new(), messages: None, failures: Vec::new() };
        match (availability, file) {
            (Some(Availability::NeedsFiles(paths)), _) => {
                let paths = paths.into_iter().map(String::from).collect();
                loaded.files = self.fetch_bodies(paths, task, &mut loaded.failures).await;
            }
            (Some(Availability::NeedsMessages), Some(file)) => match self.fetch_messages(&file, task).await {
                Ok(reader) => loaded.messages = Some(reader),
                Err(error) => note_failure(&mut loaded.failures, &error),
            },
            _ => {}
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
