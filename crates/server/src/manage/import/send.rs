//! Putting a session into a store: as the batches of a recorder, which a compaction turns into its files.

use std::collections::HashSet;

use serde::Serialize;
use serde_json::value::to_raw_value;
use store::{Batch, Limits, SessionKey};

use super::content::MARK;
use super::raw::{Head, RawSession, Unsuitable};
use crate::manage::Kept;
use crate::manage::progress::Progress;
use crate::{Failure, Outcome};

/// Bytes of a batch, unless a line is longer.
const BATCH_BYTES: usize = 4 << 20;
/// Most files that a batch writes to.
const MAX_FILES: usize = 4000;

/// A batch's first line.
#[derive(Serialize)]
struct FirstLine<'a> {
    session: &'a str,
    sequence: u32,
    manifest: &'a Head,
    #[serde(rename = "final")]
    is_final: bool,
}

/// Sends a session.
pub(super) struct Sender<'a> {
    kept: &'a Kept,
    key: &'a SessionKey,
    head: Head,
    /// Number of batches so far.
    sequence: u32,
    records: Vec<u8>,
    files: HashSet<String>,
    bytes: u64,
    progress: Progress,
}

impl<'a> Sender<'a> {
    pub(super) fn new(
        kept: &'a Kept,
        key: &'a SessionKey,
        session: &RawSession<'_>,
    ) -> Result<Self, Failure> {
        let mut head = session.head.clone();
        let text = |text: &str| to_raw_value(text).map_err(|error| Failure::Output(error.into()));
        head.insert("id".to_owned(), text(key.session.as_str())?);
        head.insert(MARK.to_owned(), text(&session.content)?);
        let (records, files) = (Vec::new(), HashSet::new());
        Ok(Self { kept, key, head, sequence: 0, records, files, bytes: 0, progress: Progress::new() })
    }

    /// Sends all of it, and makes its files. When this returns, it is in the store for good.
    pub(super) async fn send(mut self, session: &RawSession<'_>) -> Result<Outcome, Failure> {
        for part in &session.parts {
            // A file without lines is one, too.
            self.add(&part.name, None).await?;
            let mut lines = session.lines(part)?;
            while let Some(line) = lines.next().map_err(failure)? {
                self.add(&part.name, Some(&line)).await?;
            }
        }
        self.put(true).await?;
        self.progress.clear();
        let failed = |error| self.kept.failed(&error);
        let now = self.kept.store.clock().await.map_err(failed)?;
        match self.kept.store.compact_one(self.key, now).await {
            // What another process is compacting is no less safe.
            Ok(_) | Err(store::StoreError::Conflict) => Ok(Outcome::Done),
            Err(error) => Err(failed(error)),
        }
    }

    async fn add(&mut self, file: &str, record: Option<&str>) -> Result<(), Failure> {
        let len = record.map_or(0, str::len);
        let is_new = !self.files.contains(file);
        if !self.records.is_empty()
            && (self.records.len() + len > BATCH_BYTES || (is_new && self.files.len() >= MAX_FILES))
        {
            self.put(false).await?;
        }
        self.files.insert(file.to_owned());
        let record = record.map(|record| format!(",\"record\":{record}")).unwrap_or_default();
        // A file's name has no character that JSON escapes.
        self.records.extend_from_slice(format!("{{\"file\":\"{file}\"{record}}}\n").as_bytes());
        Ok(())
    }

    async fn put(&mut self, is_final: bool) -> Result<(), Failure> {
        self.sequence += 1;
        let first = FirstLine {
            session: self.key.session.as_str(),
            sequence: self.sequence,
            manifest: &self.head,
            is_final,
        };
        let mut body = serde_json::to_vec(&first).map_err(|error| Failure::Output(error.into()))?;
        body.push(b'\n');
        body.append(&mut self.records);
        self.files.clear();
        self.bytes += body.len() as u64;
        let batch = Batch::parse(body.into(), false, &Limits::default())
            .map_err(|error| Failure::Argument(format!("The session cannot be stored: {error}")))?;
        match self.kept.store.put(&self.key.project, &batch).await {
            Ok(_) => {}
            Err(store::StoreError::Deleted) => {
                let key = format!("{}/{}", self.key.project, self.key.session);
                let text = format!("{key} has been deleted, and cannot be imported again within 30 days.");
                return Err(Failure::Argument(text));
            }
            Err(error) => return Err(self.kept.failed(&error)),
        }
        self.progress.show(&format!("{} MB of {} sent", self.bytes >> 20, self.key.session));
        Ok(())
    }
}

/// Lines that have changed since they were read first.
fn failure(error: Unsuitable) -> Failure {
    match error {
        Unsuitable::Load(error) => Failure::Load(error),
        Unsuitable::Form(why) => Failure::Argument(format!("It cannot be imported: {why}")),
    }
}
