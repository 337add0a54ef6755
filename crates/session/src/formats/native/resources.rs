//! `resources.jsonl`: HTTP resources, and the open and close events of sockets.

use std::collections::BTreeMap;

use super::http;
use super::manifest::{SessionFiles, SocketFiles};
use super::record::{Correction, Kind, Resource, absolute};
use super::sockets::{Line, Sockets};
use crate::formats::common::ending::FileEnd;
use crate::formats::common::evidence::Evidence;
use crate::formats::common::fields::{FromObject, is_complete_object};
use crate::formats::common::part::Part;
use crate::formats::common::records::RecordScanner;
use crate::formats::sniffer::ContentSniffer;
use crate::formats::{LoadError, LoadStep, Reader, append};
use crate::model::plausible::{EventClock, is_duration};
use crate::model::{EpochMs, EventStream, Page, Producer, Record, RecordKind, Session, Span, plural};
use json_spans::ScanEnd;

/// The beginning of the place of a note about a record.
const PLACE: &str = "record ";

/// Reads the resources while they arrive.
#[derive(Debug, Default)]
pub(in crate::formats) struct ResourcesReader {
    files: SessionFiles,
    file: String,
    /// Opened by itself, without a manifest.
    alone: bool,
    head: ContentSniffer,
    scanner: RecordScanner,
    found: Vec<Span>,
    sockets: Sockets,
    records: u32,
    /// Number of notes about records.
    noted: u64,
    /// Number of rows at the end of the file.
    rows: usize,
    /// Time origins by page id.
    origins: BTreeMap<String, EpochMs>,
    first_origin: Option<EpochMs>,
    has_origins: bool,
    /// The unit and the plausibility of the file's absolute times.
    clock: EventClock,
    /// Where the file begins in the session's bytes.
    start: u64,
    /// The spans of the records, if they may be read again.
    spans: Option<Vec<Span>>,
    needs_origin: bool,
    evidence: Evidence,
}

impl ResourcesReader {
    pub(in crate::formats) fn new(files: SessionFiles) -> Self {
        let file = files.resources.clone().unwrap_or_default();
        Self { files, file, ..Self::default() }
    }

    /// A reader of a resources file that was opened without its manifest.
    pub(in crate::formats) fn standalone(file: &str) -> Self {
        Self { file: file.to_owned(), alone: true, ..Self::default() }
    }

    /// A reader of a resources file that is not the first of its session; `sockets` are the files
    /// of its messages.
    pub(in crate::formats) fn following(session: &Session, file: &str, sockets: SocketFiles) -> Self {
        let start = session.bytes.len();
        Self {
            file: file.to_owned(),
            files: SessionFiles { sockets, ..SessionFiles::default() },
            scanner: RecordScanner::starting_at(start),
            start,
            spans: Some(Vec::new()),
            ..Self::default()
        }
    }

    /// Whether a record has times relative to the time origin of a page that is not known.
    pub(in crate::formats) fn needs_origin(&self) -> bool {
        self.needs_origin
    }

    /// Reads the records again, now that their time origin is known. The rows of other files stay
    /// after them.
    pub(in crate::formats) fn read_again(self, session: &mut Session, origin: EpochMs) {
        let rows = std::mem::take(&mut session.records).into_iter();
        let others: Vec<Record> = rows.skip(self.rows).collect();
        session.notes.retract(PLACE, self.noted);
        let mut again = Self {
            file: self.file,
            files: self.files,
            start: self.start,
            first_origin: Some(origin),
            has_origins: true,
            ..Self::default()
        };
        for span in self.spans.unwrap_or_default() {
            again.take(session, span);
        }
        again.end(session);
        for record in others {
            // A close event without an open event is another row.
            let next = session.records.last().map_or(1, |last| last.number.saturating_add(1));
            session.records.push(Record { number: record.number.max(next), ..record });
        }
    }

    fn take(&mut self, session: &mut Session, span: Span) {
        let buffer = std::mem::take(&mut session.bytes);
        self.record(session, &buffer.slice(span), span);
        session.bytes = buffer;
    }

    fn record(&mut self, session: &mut Session, text: &[u8], span: Span) {
        let text = Part::new(text, span.start).trimmed().text();
        if text.is_empty() {
            return;
        }
        self.records += 1;
        session.element_count += 1;
        if let Some(spans) = &mut self.spans {
            spans.push(span);
        }
        if text.first() != Some(&b'{') {
            self.evidence.add_invalid();
            return self.note(session, span, "dropped: it is not an object".to_owned());
        }
        let (mut resource, fault) = Resource::checked(text);
        if !self.evidence.is_proven() {
            self.evidence.add(resource.is_genuine());
        }
        let broken = fault.map(|fault| format!("its JSON is broken ({fault})"));
        match broken {
            Some(broken) if !is_complete_object(text) => {
                self.note(session, span, format!("dropped: {broken}"));
            }
            broken => {
                self.resource(session, &mut resource, span);
                if let Some(broken) = broken {
                    self.note(session, span, format!("{broken}; what could be read of it is kept"));
                }
            }
        }
    }

    fn note(&mut self, session: &mut Session, span: Span, text: String) {
        self.noted += 1;
        session.notes.push(
            format!("{PLACE}{}", self.records),
            Some(u64::from(span.start).saturating_sub(self.start)),
            text,
        );
    }

    fn resource(&mut self, session: &mut Session, resource: &mut Resource<'_>, span: Span) {
        let origin = self.origin(session, resource.page_id.as_str());
        match resource.correct_times(&mut self.clock, origin) {
            Correction::None => {}
            Correction::Unit => session.implausible.converted_rows.add(self.records),
            Correction::Offset => session.implausible.relative_rows.add(self.records),
        }
        let resource = &*resource;
        self.needs_origin |= origin.is_none() && resource.is_relative();
        let kind = resource.kind();
        let faults = faults(resource, kind, origin);
        if !faults.is_empty() {
            self.note(session, span, faults.join(", "));
        }
        let line = Line { resource, number: self.records, source: span, origin };
        let files = &self.files.sockets;
        match kind {
            Kind::Http => {
                let mut record = http::record(line);
                if let (RecordKind::Http(http), Some(id)) = (&mut record.kind, resource.socket_id.filled()) {
                    let file =
                        self.sockets.event_source(id, files).map(|file| Box::new(EventStream::File(file)));
                    http.messages = file.or(http.messages.take());
                }
                session.records.push(record);
            }
            Kind::Open => {
                let record = self.sockets.open(session, line, files);
                session.records.extend(record);
            }
            Kind::Close => self.sockets.close(session, line),
            Kind::Message => return,
        }
        let (start, end) = (resource.start(origin), resource.end(origin));
        let length = start.zip(end).map_or(0.0, |(start, end)| (end - start).ms());
        if length > 0.0 && kind == Kind::Http && !is_duration(length, None) {
            session.implausible.durations.add(self.records);
        }
        session.extend_to(start);
        session.extend_to(absolute(resource.opened_time_abs));
        session.extend_to(end);
    }

    /// The time origin of the record's page.
    fn origin(&mut self, session: &Session, page: Option<&str>) -> Option<EpochMs> {
        if !self.has_origins {
            self.has_origins = true;
            let begun = |page: &Page| page.time_origin.or(page.started_at);
            for page in &session.pages {
                self.origins.extend(begun(page).map(|origin| (page.id.clone(), origin)));
            }
            self.first_origin = session.pages.first().and_then(begun).or(session.started_at);
        }
        page.and_then(|id| self.origins.get(id)).copied().or(self.first_origin)
    }

    fn refusal(&self) -> LoadError {
        let elements = plural(self.records.into(), "element");
        let hint = format!("none of {elements} is a resource with a name and an initiatorType");
        LoadError::unrecognized_json(&self.file, &hint)
    }

    fn end(&mut self, session: &mut Session) {
        let sockets = std::mem::take(&mut self.sockets);
        sockets.finish(session, &self.files.sockets, self.records);
        self.rows = session.records.len();
        if session.started_at.is_none() {
            let first = |record: &Record| record.start.or_else(|| record.end()).map(EpochMs::ms);
            session.started_at =
                session.records.iter().filter_map(first).reduce(f64::min).and_then(EpochMs::new);
        }
    }
}

/// What is missing or wrong in a line.
fn faults(resource: &Resource<'_>, kind: Kind, origin: Option<EpochMs>) -> Vec<&'static str> {
    if kind == Kind::Message {
        return vec!["dropped: a message of a socket belongs in its messages file"];
    }
    let (start, end) = (resource.start(origin), resource.end(origin));
    let mut faults = Vec::new();
    if resource.has_wrong_time() {
        faults.push("a time is not a number");
    }
    match kind {
        Kind::Close if end.or(start).is_none() => faults.push("a close without its time"),
        Kind::Close => {}
        _ if start.is_none() => faults.push("no start time"),
        _ if start.zip(end).is_some_and(|(start, end)| end < start) => {
            faults.push("it ends before it starts");
        }
        _ => {}
    }
    if resource.name.filled().is_none() {
        faults.push("no URL");
    }
    if matches!(kind, Kind::Open | Kind::Close) && resource.socket_id.filled().is_none() {
        faults.push("a socket without its socketId");
    }
    faults
}

impl Reader for ResourcesReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        self.head.take(&self.file, piece)?;
        append(session, &self.file, piece)?;
        let mut found = std::mem::take(&mut self.found);
        self.scanner.feed(&session.bytes, piece, &mut found);
        for span in found.drain(..) {
            self.take(session, span);
        }
        self.found = found;
        if self.alone && self.evidence.is_refuted() { Err(self.refusal()) } else { Ok(()) }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        if self.alone {
            session.producer = Producer::default();
            session.notes.push(
                self.file.as_str(),
                None,
                "opened without its session.json: the messages of its sockets cannot be found",
            );
        }
        let mut found = Vec::new();
        let end = self.scanner.finish(&session.bytes, &mut found);
        for span in found {
            self.take(session, span);
        }
        let is_complete = end == ScanEnd::Complete && broken.is_none();
        if self.alone && (self.evidence.is_missing() || (self.evidence.is_empty() && is_complete)) {
            return Err(self.refusal());
        }
        let element = (end != ScanEnd::Complete).then_some(u64::from(self.records) + 1);
        let end =
            FileEnd { file: &self.file, start: self.start, len: session.bytes.len(), scan: end, broken };
        session.truncation = end.truncation("record", element);
        self.end(session);
        Ok(LoadStep::Done)
    }

    /// The file that the manifest names is not available.
    fn missing(&mut self, session: &mut Session, why: LoadError) -> Result<LoadStep, LoadError> {
        session.notes.push(self.file.as_str(), None, format!("not read: {why}"));
        self.end(session);
        Err(why)
    }
}
