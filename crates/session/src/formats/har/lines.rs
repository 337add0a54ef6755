//! HAR entries without a HAR: one per line (Kubeshark, after a line about the file), an array of
//! them, or a single one.

use super::entries::Entries;
use crate::formats::common::ending::FileEnd;
use crate::formats::common::part::Part;
use crate::formats::common::records::RecordScanner;
use crate::formats::shape::{Shape, ShapeKind};
use crate::formats::{LoadError, LoadStep, Reader, append};
use crate::model::{Session, Span};
use json_spans::ScanEnd;

pub(super) fn claims(shape: &Shape) -> bool {
    let is_entry = shape.has("request") && (shape.has("response") || shape.has("startedDateTime"));
    let is_about_entries = shape.has_all(&["messageType", "firstMessageTime"]);
    match shape.kind {
        ShapeKind::Object => is_entry || is_about_entries,
        ShapeKind::ArrayOfObjects => is_entry,
        ShapeKind::ArrayOfStrings
        | ShapeKind::StringAndObject
        | ShapeKind::ArrayOfArrays
        | ShapeKind::String
        | ShapeKind::OtherArray => false,
    }
}

/// Reads entries while they arrive.
#[derive(Debug, Default)]
pub(super) struct LinesReader {
    file: String,
    scanner: RecordScanner,
    found: Vec<Span>,
    entries: Entries,
}

impl LinesReader {
    pub(super) fn new(file: String) -> Self {
        Self { file, entries: Entries::bare(), ..Self::default() }
    }

    fn take_found(&mut self, session: &mut Session) {
        for span in std::mem::take(&mut self.found) {
            self.take(session, span);
        }
    }

    fn take(&mut self, session: &mut Session, span: Span) {
        let text = session.bytes.slice(span);
        let part = Part::new(&text, span.start).trimmed();
        if part.text().is_empty() {
            return;
        }
        let span = part.span();
        if part.fields().any(|(key, _)| matches!(key, b"request" | b"response" | b"startedDateTime")) {
            self.entries.take_complete(session, span);
        } else {
            self.entries.drop(session, span, "dropped: it is not a HAR entry");
        }
    }
}

impl Reader for LinesReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        append(session, &self.file, piece)?;
        self.scanner.feed(&session.bytes, piece, &mut self.found);
        self.take_found(session);
        self.entries.check_unproven(&self.file)
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        let scan = self.scanner.finish(&session.bytes, &mut self.found);
        self.take_found(session);
        self.entries.check(&self.file)?;
        self.entries.date(session, |_, _| None);
        let element = (scan != ScanEnd::Complete).then_some(u64::from(self.entries.count) + 1);
        let end = FileEnd { file: &self.file, start: 0, len: session.bytes.len(), scan, broken };
        session.truncation = end.truncation("entry", element);
        Ok(LoadStep::Done)
    }
}
