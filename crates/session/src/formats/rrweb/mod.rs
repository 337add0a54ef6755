//! Recordings of rrweb: its events, plain (an array, or one per line), packed, or in the wrappers
//! of PostHog and others. The events of plugins and of other recorders become rows, console entries
//! and pages.

mod claims;
mod console;
mod content;
mod details;
mod duplicates;
mod error;
mod event;
mod network;
mod origins;
mod packed;
mod page;
mod phases;
mod recording;
mod request;
mod sentry;
mod source;

use self::event::Scope;
use self::recording::Recording;
use self::source::{Found, Scanner};
use super::common::ending::FileEnd;
use super::common::part::Part;
use super::shape::Shape;
use super::{Confidence, Format, LoadError, LoadStep, Reader, Sniffed, Start, append};
use crate::model::{
    Capabilities, ConsoleDetails, ConsoleEntry, Details, PageEvent, PageEventDetails, Record,
    RecordingFormat, SegmentedBuffer, Session, plural,
};
use json_spans::ScanEnd;

pub(super) use console::details as console_details;
pub(crate) use content::{EventData, event_content};
pub(super) use duplicates::Duplicates;
pub(super) use page::details as page_event_details;

/// Events of rrweb in any of their packagings.
#[derive(Debug)]
pub(super) struct Rrweb;

impl RecordingFormat for Rrweb {
    fn name(&self) -> &'static str {
        "rrweb"
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { has_initiator_type: false, ..Capabilities::default() }
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        details::details(session, record)
    }

    fn console_entry(&self, session: &Session, entry: &ConsoleEntry) -> ConsoleDetails {
        let text = session.bytes.slice(entry.source);
        console_details(Part::new(&text, entry.source.start).trimmed()).unwrap_or_default()
    }

    fn page_event(&self, session: &Session, event: &PageEvent) -> PageEventDetails {
        page_event_details(session, event)
    }
}

impl Format for Rrweb {
    fn label(&self) -> &'static str {
        "rrweb or PostHog events"
    }

    fn sniff(&self, shape: &Shape, start: &Start) -> Option<Sniffed> {
        self.sniff_element(shape, start).or_else(|| claims::wrapped(shape).then_some(WRAPPED))
    }

    fn sniff_element(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        let kinds =
            [(is_events(shape), EVENTS), (claims::packed(shape), PACKED), (claims::stored(shape), STORED)];
        kinds.into_iter().find(|(is_of_kind, _)| *is_of_kind).map(|(_, sniffed)| sniffed)
    }
}

/// Whether an element is an event, a group of events, or a bare snapshot.
pub(super) fn is_events(shape: &Shape) -> bool {
    claims::events(shape)
}

/// Plain events: an array of them, one per line, or the segments that Sentry's API returns.
const EVENTS: Sniffed = Sniffed {
    name: "rrweb events",
    confidence: Confidence::Element,
    reader: |start| RrwebReader::alone(start.file, Scanner::records(0), None),
};

/// Events that `@rrweb/packer` packed, each a string of compressed JSON.
const PACKED: Sniffed = Sniffed {
    name: "packed rrweb events",
    confidence: Confidence::Element,
    reader: |start| RrwebReader::alone(start.file, Scanner::records(0), Some(SegmentedBuffer::default())),
};

/// Events as PostHog stores them: on each line an array of the window's id and the event.
const STORED: Sniffed = Sniffed {
    name: "PostHog's stored events",
    confidence: Confidence::Element,
    reader: |start| RrwebReader::alone(start.file, Scanner::lines(), None),
};

/// Events inside an object: exports and API responses of PostHog, and `{"events": […]}`.
const WRAPPED: Sniffed = Sniffed {
    name: "wrapped rrweb events",
    confidence: Confidence::Element,
    reader: |start| RrwebReader::alone(start.file, Scanner::wrapped(), None),
};

/// A reader of events in a file that is not the first of its session. `previous` are the events of
/// the files before it, some of which the file may repeat.
pub(super) fn following_events(session: &Session, file: &str, previous: Duplicates) -> Box<RrwebReader> {
    let start = session.bytes.len();
    let reader = RrwebReader::new(file.to_owned(), start, Scanner::records(start), None);
    Box::new(RrwebReader { recording: Recording::following(previous), ..reader })
}

/// The same for a session whose requests and pages are recorded in other files. `has_console`: so
/// are its console entries.
pub(super) fn following_page_events(session: &Session, file: &str, has_console: bool) -> Box<dyn Reader> {
    let start = session.bytes.len();
    let reader = RrwebReader::new(file.to_owned(), start, Scanner::records(start), None);
    Box::new(RrwebReader { recording: Recording::new(Scope::Page { has_console }), ..reader })
}

/// Reads events while they arrive.
#[derive(Debug)]
pub(super) struct RrwebReader {
    file: String,
    /// Where the file begins in the session's bytes.
    start: u64,
    scanner: Scanner,
    /// The bytes of a packed file, which are released at its end: the session keeps the unpacked
    /// events.
    packed: Option<SegmentedBuffer>,
    recording: Recording,
    /// The file is the only one of the session, so at least one of its elements must be an event.
    is_alone: bool,
}

impl RrwebReader {
    fn new(file: String, start: u64, scanner: Scanner, packed: Option<SegmentedBuffer>) -> Self {
        Self { file, start, scanner, packed, recording: Recording::default(), is_alone: false }
    }

    fn alone(file: String, scanner: Scanner, packed: Option<SegmentedBuffer>) -> Box<dyn Reader> {
        Box::new(Self { is_alone: true, ..Self::new(file, 0, scanner, packed) })
    }

    /// The events of this file and those before it, for the next file.
    pub(super) fn take_known_events(&mut self) -> Duplicates {
        self.recording.take_known_events()
    }

    fn refusal(&self) -> LoadError {
        let elements = plural(self.recording.elements(), "element");
        LoadError::unrecognized_json(&self.file, &format!("none of {elements} is an rrweb event"))
    }

    fn take(&mut self, session: &mut Session, found: &Found) -> Result<(), LoadError> {
        let span = found.span;
        let Some(packed) = &self.packed else {
            let buffer = std::mem::take(&mut session.bytes);
            let text = buffer.slice(span);
            let part = Part::new(&text, span.start);
            let byte = u64::from(span.start).saturating_sub(self.start);
            self.recording.element(session, &buffer, part, byte, found.window.as_deref());
            drop(text);
            session.bytes = buffer;
            return Ok(());
        };
        let text = packed.slice(span);
        let part = Part::new(&text, span.start).trimmed();
        let byte = u64::from(part.span().start);
        if part.is_string() {
            self.recording.packed_event(session, &self.file, part, byte)
        } else {
            self.recording.copied(session, &self.file, part, byte)
        }
    }

    fn take_all(&mut self, session: &mut Session, found: &[Found]) -> Result<(), LoadError> {
        found.iter().try_for_each(|found| self.take(session, found))
    }
}

impl Reader for RrwebReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        let mut found = Vec::new();
        if let Some(packed) = &mut self.packed {
            packed.append(piece).map_err(|why| LoadError::not_appended(&self.file, why))?;
            self.scanner.feed(packed, piece, &mut found);
        } else {
            append(session, &self.file, piece)?;
            self.scanner.feed(&session.bytes, piece, &mut found);
        }
        self.scanner.name_producer(session);
        self.take_all(session, &found)?;
        if self.is_alone && self.recording.evidence().is_refuted() { Err(self.refusal()) } else { Ok(()) }
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        let mut found = Vec::new();
        let buffer = self.packed.as_ref().unwrap_or(&session.bytes);
        let len = buffer.len();
        let scan = self.scanner.finish(buffer, &mut found);
        self.take_all(session, &found)?;
        self.packed = None;
        self.scanner.name_producer(session);
        if !self.scanner.has_list() && scan == ScanEnd::Complete && broken.is_none() {
            return Err(LoadError::unrecognized_json(&self.file, "an object without a list of rrweb events"));
        }
        let has_begun = scan != ScanEnd::Complete && self.scanner.has_begun();
        let element = has_begun.then_some(self.recording.elements() + 1);
        let end = FileEnd { file: &self.file, start: self.start, len, scan, broken };
        session.truncation = end.truncation("event", element);
        self.recording.finish(session, &self.file)?;
        let evidence = self.recording.evidence();
        let is_empty = evidence.is_empty() && session.truncation.is_none();
        if self.is_alone && (evidence.is_missing() || is_empty) {
            Err(self.refusal())
        } else {
            Ok(LoadStep::Done)
        }
    }
}
