//! A batch: what a recorder posts. JSON Lines: a header line, then a line per record with the path
//! of its file.

mod error;
mod header;
mod tally;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use self::header::Header;
use crate::gzip::{self, UnpackError};
use crate::json::{RawObject, Text, depth};
use crate::manifest::{FileEntry, Manifest, Received};
use crate::names::{SessionId, is_session_file};
use crate::summary::SessionSummary;

pub use self::error::{BatchError, BatchErrorKind};
pub(crate) use self::header::{RESERVED_KEYS, SENT_AT};
pub use self::tally::Tally;

/// Bounds of a batch.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Maximum bytes of a batch, unpacked.
    pub batch: usize,
    /// Maximum bytes of the first line, which contains the manifest.
    pub header: usize,
    /// Maximum number of files that a batch writes to.
    pub files: usize,
    /// Maximum depth of nested objects and arrays of a record.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        // The depth is the viewer's: what is deeper, it does not read.
        Self { batch: 64 << 20, header: 4 << 20, files: 4096, depth: 10_000 }
    }
}

/// A batch that has passed all checks.
#[derive(Clone, Debug)]
pub struct Batch {
    content: Bytes,
    packed: Bytes,
    /// First 8 bytes of the SHA-256 of the lines after the first.
    hash: u64,
    records: Vec<Line>,
    summary: Arc<BatchSummary>,
}

/// A record: the number of its file in the summary, and where it is in the content.
#[derive(Clone, Debug)]
struct Line {
    file: u32,
    range: Range<usize>,
}

/// What is known of a batch without its records.
#[derive(Debug)]
pub struct BatchSummary {
    session: SessionId,
    sequence: u32,
    pub(crate) head: Arc<RawObject>,
    is_ended: bool,
    /// The files that it writes to, in the order in which it names them.
    pub(crate) files: Arc<[(String, Tally)]>,
    /// Bytes of the batch, unpacked.
    pub(crate) unpacked: usize,
    /// Bytes of its first line.
    pub(crate) header: usize,
}

impl Batch {
    /// Checks a batch as it was posted. The records are kept as they came.
    ///
    /// Takes a few milliseconds per MB: call it where blocking is allowed if the body is large.
    ///
    /// # Errors
    /// When the body is not a batch, or exceeds a limit: see [`BatchError::status`].
    pub fn parse(body: Bytes, is_gzip: bool, limits: &Limits) -> Result<Self, BatchError> {
        if !is_gzip {
            if body.len() > limits.batch {
                return Err(too_large(limits));
            }
            let packed = gzip::pack_fast(&body)
                .map_err(|error| BatchError::malformed(None, format!("cannot be packed: {error}")))?;
            return Self::check(body, packed, limits);
        }
        let content = gzip::unpack(&body, limits.batch).map_err(|error| match error {
            UnpackError::TooLarge => too_large(limits),
            UnpackError::Invalid => BatchError::malformed(None, "not valid gzip"),
        })?;
        Self::check(content, body, limits)
    }

    fn check(content: Bytes, packed: Bytes, limits: &Limits) -> Result<Self, BatchError> {
        let text = std::str::from_utf8(&content).map_err(|error| {
            let before = &content[..error.valid_up_to()];
            let line = before.split(|byte| *byte == b'\n').count() as u64;
            BatchError::malformed(line, "not valid UTF-8")
        })?;
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let header = Header::parse(first, limits)?;
        let mut records = RecordReader::new(limits);
        let mut start = text.len() - rest.len();
        for (index, line) in rest.strip_suffix('\n').unwrap_or(rest).split('\n').enumerate() {
            if !rest.is_empty() {
                records.read(line, start, index as u64 + 2)?;
            }
            start += line.len() + 1;
        }
        let RecordReader { files, lines, .. } = records;
        let summary = BatchSummary {
            session: header.session,
            sequence: header.sequence,
            head: Arc::new(header.head),
            is_ended: header.is_ended,
            files: files.into(),
            unpacked: content.len(),
            header: first.len(),
        };
        let hash = content_hash(rest.as_bytes());
        Ok(Self { content, packed, hash, records: lines, summary: Arc::new(summary) })
    }

    pub fn summary(&self) -> &Arc<BatchSummary> {
        &self.summary
    }

    /// The batch as gzip: as it came, if it came so.
    pub(crate) fn packed(&self) -> &Bytes {
        &self.packed
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    /// The records of a file of the summary, by its number, in their order.
    pub(crate) fn records(&self, file: usize) -> impl Iterator<Item = Bytes> {
        let of_file = self.records.iter().filter(move |line| line.file as usize == file);
        of_file.map(|line| self.content.slice(line.range.clone()))
    }
}

impl BatchSummary {
    pub fn session(&self) -> &SessionId {
        &self.session
    }

    /// The batch's number in its session, 1 to 2³¹.
    pub fn sequence(&self) -> u32 {
        self.sequence
    }

    /// Its manifest has `endedAt`, or it says that it is the last one. A reload may continue the
    /// session nevertheless.
    pub fn is_ended(&self) -> bool {
        self.is_ended
    }

    /// The files that it writes to, with the counts of their records in it.
    pub fn files(&self) -> impl Iterator<Item = (&str, Tally)> {
        self.files.iter().map(|(path, tally)| (path.as_str(), *tally))
    }

    /// What is known of the session by this batch alone; not when it was received.
    pub fn session_summary(&self) -> SessionSummary {
        let files = self.files.iter();
        let entry = |tally: &Tally| FileEntry { path: String::new(), tally: *tally };
        let received = Received { sequences: [self.sequence].into_iter().collect(), ..Received::default() };
        SessionSummary::of(&Manifest {
            head: (*self.head).clone(),
            files: files.map(|(name, tally)| (name.clone(), entry(tally))).collect(),
            received,
        })
    }

    /// Estimated bytes in memory.
    pub(crate) fn size(&self) -> usize {
        self.header * 2 + self.files_size() + size_of::<Self>()
    }

    /// Estimated bytes in memory of the list of its files.
    pub(crate) fn files_size(&self) -> usize {
        self.files.iter().map(|file| file.0.len() + size_of_val(file)).sum()
    }
}

fn too_large(limits: &Limits) -> BatchError {
    BatchError::too_large(None, format!("more than {} bytes", limits.batch))
}

/// The hash of the records. The first line says when it was sent, which differs when it is sent again.
pub(crate) fn content_hash(content: &[u8]) -> u64 {
    let mut first = [0; 8];
    first.copy_from_slice(&Sha256::digest(content)[..8]);
    u64::from_be_bytes(first)
}

#[derive(Deserialize)]
struct RecordLine<'a> {
    file: Text,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
}

/// Reads the lines after the first.
struct RecordReader<'a> {
    limits: &'a Limits,
    files: Vec<(String, Tally)>,
    by_path: HashMap<String, usize>,
    lines: Vec<Line>,
    /// The file of the previous line: most lines have the same.
    last: usize,
}

impl<'a> RecordReader<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, files: Vec::new(), by_path: HashMap::new(), lines: Vec::new(), last: 0 }
    }

    /// Reads a line that begins at `start` of the content.
    fn read(&mut self, line: &str, start: usize, number: u64) -> Result<(), BatchError> {
        let RecordLine { file, record } =
            serde_json::from_str(line).map_err(|error| BatchError::invalid_json(number, &error))?;
        let index = self.file(&file.0, number)?;
        let Some(record) = record.map(RawValue::get) else { return Ok(()) };
        if !record.starts_with('{') {
            return Err(BatchError::malformed(number, "“record” is not an object"));
        }
        if depth(record) > self.limits.depth {
            let message = format!("“record” is nested more than {} levels deep", self.limits.depth);
            return Err(BatchError::malformed(number, message));
        }
        // A borrowed raw value is a part of the line.
        let start = start + (record.as_ptr() as usize - line.as_ptr() as usize);
        let (path, tally) = &mut self.files[index];
        *tally += tally::tally_of(path, record);
        self.lines.push(Line { file: index as u32, range: start..start + record.len() });
        Ok(())
    }

    fn file(&mut self, path: &str, number: u64) -> Result<usize, BatchError> {
        if self.files.get(self.last).is_some_and(|(last, _)| last == path) {
            return Ok(self.last);
        }
        self.last = match self.by_path.get(path) {
            Some(index) => *index,
            None => self.add_file(path, number)?,
        };
        Ok(self.last)
    }

    fn add_file(&mut self, path: &str, number: u64) -> Result<usize, BatchError> {
        if !is_session_file(path) {
            return Err(BatchError::malformed(number, "“file” is not a file of a session"));
        }
        if self.files.len() == self.limits.files {
            let message = format!("more than {} files", self.limits.files);
            return Err(BatchError::too_large(number, message));
        }
        self.by_path.insert(path.to_owned(), self.files.len());
        self.files.push((path.to_owned(), Tally::default()));
        Ok(self.files.len() - 1)
    }
}

#[cfg(test)]
mod tests;
