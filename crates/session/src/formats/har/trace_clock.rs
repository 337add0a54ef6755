//! The start of Playwright's entries without a date. They have a time of the trace's monotonic
//! clock (`_monotonicTime`); the trace, or entries with both times, relate that clock to wall-clock
//! time.

use super::convert::{self, NO_DATE, ReadEntry};
use super::post_process::read_record;
use crate::model::{EpochMs, Session, Span, plural};

/// The entries without a date of all files so far.
#[derive(Debug, Default)]
pub(super) struct TraceClock {
    files: Vec<File>,
    undated: Vec<Undated>,
}

#[derive(Clone, Copy, Debug, Default)]
struct File {
    /// Position of its first byte in the session's bytes.
    start: u64,
    /// The wall-clock time at which its clock was 0, in ms, from an entry with both times.
    zero: Option<f64>,
}

#[derive(Clone, Copy, Debug)]
struct Undated {
    /// Its index among the records.
    index: usize,
    /// Its number among the entries.
    number: u32,
    span: Span,
    file: usize,
    /// In ms.
    monotonic: f64,
}

impl TraceClock {
    pub(super) fn start_file(&mut self, start: u64) {
        self.files.push(File { start, zero: None });
    }

    /// Adds the entry of that number, which becomes the record at `index`.
    pub(super) fn take(&mut self, index: usize, number: u32, span: Span, read: &ReadEntry<'_>) {
        let Some(monotonic) = read.monotonic else { return };
        if self.files.is_empty() {
            self.files.push(File::default());
        }
        if let (Some(start), Some(file)) = (read.record.start, self.files.last_mut()) {
            file.zero = file.zero.or(Some(start.ms() - monotonic));
        } else {
            let file = self.files.len().saturating_sub(1);
            self.undated.push(Undated { index, number, span, file, monotonic });
        }
    }

    pub(super) fn date(self, session: &mut Session, time_of: impl Fn(usize, f64) -> Option<EpochMs>) {
        let (buffer, mut records) =
            (std::mem::take(&mut session.bytes), std::mem::take(&mut session.records));
        let mut dated = 0;
        for undated in &self.undated {
            let file = self.files.get(undated.file).copied().unwrap_or_default();
            let by_entries = || EpochMs::new(file.zero? + undated.monotonic);
            let Some(start) = time_of(undated.file, undated.monotonic).or_else(by_entries) else {
                let byte = u64::from(undated.span.start).saturating_sub(file.start);
                session.notes.push(format!("entry {}", undated.number), Some(byte), NO_DATE);
                continue;
            };
            let Some(record) = records.get_mut(undated.index) else { continue };
            *record = read_record(session, &buffer, record, Some(start));
            convert::include_times(session, record);
            dated += 1;
        }
        (session.bytes, session.records) = (buffer, records);
        if dated > 0 {
            let requests = plural(dated, "request");
            let note =
                format!("the start of {requests} without startedDateTime is taken from the trace's clock");
            session.notes.push("startedDateTime", None, note);
        }
    }
}
