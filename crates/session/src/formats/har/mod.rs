//! HAR 1.1 and 1.2 of any producer (`log.entries[]`).

mod close;
mod convert;
mod details;
mod document;
mod entries;
mod entry;
mod extension;
mod lines;
mod log_fields;
mod post_process;
mod resource_type;
mod socket;
mod spans;
mod timings;
mod trace_clock;

use self::entries::{InlineMessages, Listed, NotLists};
use self::entry::{EVENT_MESSAGES, SOCKET_MESSAGES};
use self::spans::{ENTRY, EntrySpans};
use super::common::ending::FileEnd;
use super::shape::{Shape, ShapeKind};
use super::{Confidence, Format, LoadError, LoadFailure, LoadStep, NameHint, Reader, Sniffed, Start, append};
use crate::model::{Capabilities, Details, Producer, Record, RecordingFormat, ReplaySource, Session, Span};
use json_spans::{Event, NodeId, Outline, Route, ScanEnd};

pub(super) use self::details::details;
pub(super) use self::entries::Entries;
pub(super) use self::post_process::{note_estimated_times, note_silent_sockets};

const LOG: NodeId = 2;
const ENTRIES_LIST: NodeId = 3;
const MESSAGES: NodeId = 5;
const EVENTS: NodeId = 10;

fn route(place: NodeId, key: &[u8]) -> Route {
    match (place, key) {
        (ENTRY, SOCKET_MESSAGES) => Route::List { list: MESSAGES, element: Outline::OPAQUE },
        (ENTRY, EVENT_MESSAGES) => Route::List { list: EVENTS, element: Outline::OPAQUE },
        (Outline::ROOT, b"log") => Route::Enter(LOG),
        (Outline::ROOT | LOG, b"entries") => Route::List { list: ENTRIES_LIST, element: ENTRY },
        (Outline::ROOT | LOG, b"creator" | b"browser" | b"pages" | b"_replayscope") => Route::Report,
        _ => spans::route(place, key),
    }
}

/// HAR 1.1 and 1.2, with or without `log`, or entries only.
#[derive(Debug)]
pub(super) struct Har;

/// The capabilities of HAR entries.
pub(super) const CAPABILITIES: Capabilities = Capabilities {
    replay: ReplaySource::None,
    has_page_events: false,
    has_socket_closes: false,
    has_session_times: false,
    has_initiator_type: false,
    has_mime_type: false,
    has_body_files: true,
};

impl RecordingFormat for Har {
    fn name(&self) -> &'static str {
        "HAR"
    }

    fn noun(&self) -> &'static str {
        "HAR"
    }

    fn capabilities(&self) -> Capabilities {
        CAPABILITIES
    }

    fn attribution(&self, session: &Session) -> Option<String> {
        let producer = &session.producer;
        if producer.name.is_empty() {
            return Some("HAR".to_owned());
        }
        Some(format!("HAR by {} {}", producer.spoken(), producer.version).trim().to_owned())
    }

    fn details(&self, session: &Session, record: &Record) -> Details {
        details(session, record)
    }
}

impl Format for Har {
    fn label(&self) -> &'static str {
        "a HAR"
    }

    fn sniff(&self, shape: &Shape, start: &Start) -> Option<Sniffed> {
        let is_log =
            shape.kind == ShapeKind::Object && (shape.begins("log", b'{') || shape.begins("entries", b'['));
        if !is_log {
            return self.sniff_element(shape, start);
        }
        Some(Sniffed {
            name: "HAR",
            confidence: Confidence::Document,
            reader: |start| Box::new(HarReader::new(start.file)),
        })
    }

    /// Entries only: JSON Lines, or an array.
    fn sniff_element(&self, shape: &Shape, _: &Start) -> Option<Sniffed> {
        lines::claims(shape).then_some(Sniffed {
            name: "HAR entries",
            confidence: Confidence::Element,
            reader: |start| Box::new(lines::LinesReader::new(start.file)),
        })
    }

    fn name_hint(&self, name: &str) -> NameHint {
        match name.rsplit_once('.') {
            Some((_, "har")) => NameHint::Standalone,
            _ => NameHint::Unknown,
        }
    }
}

/// Reads a HAR while it arrives. Messages are indexed in place, not decoded.
#[derive(Debug)]
struct HarReader {
    file: String,
    outline: Outline,
    events: Vec<Event>,
    entries: Entries,
    has_entries: bool,
    spans: EntrySpans,
    /// The messages of the current entry, and the span of their array.
    messages: Option<InlineMessages>,
    messages_span: Span,
    /// The event stream messages of the current entry.
    stream_events: Option<InlineMessages>,
    /// The values of the current entry that are not the lists of messages that they should be.
    not_lists: NotLists,
    /// Whether the producer is named after entries, which were then read without knowing it.
    is_producer_late: bool,
}

impl HarReader {
    fn new(file: String) -> Self {
        Self {
            file,
            outline: Outline::new(route, Outline::OPAQUE),
            events: Vec::new(),
            entries: Entries::bare(),
            has_entries: false,
            spans: EntrySpans::default(),
            messages: None,
            messages_span: Span::default(),
            stream_events: None,
            not_lists: NotLists::default(),
            is_producer_late: false,
        }
    }

    fn take(&mut self, session: &mut Session, event: Event) {
        match event {
            Event::Captured { slot, value } => self.spans.set(slot, value),
            Event::Enter(LOG) => self.entries.is_bare = false,
            Event::Enter(place) => self.spans.enter(place),
            Event::SyntaxError(_) => self.spans.fault(),
            Event::ListStart(ENTRIES_LIST, _) => self.has_entries = true,
            Event::ListStart(MESSAGES, at) => {
                self.messages_span = Span { start: at, len: 0 };
                self.messages = Some(InlineMessages::default());
            }
            Event::ListEnd(MESSAGES, at) => {
                self.messages_span = Span::between(u64::from(self.messages_span.start), u64::from(at));
            }
            Event::Element { list: MESSAGES, span } => {
                if let Some(messages) = &mut self.messages {
                    messages.take(session, self.entries.count + 1, span);
                }
            }
            Event::ListStart(EVENTS, _) => self.stream_events = Some(InlineMessages::of_event_stream()),
            Event::Element { list: EVENTS, span } => {
                if let Some(events) = &mut self.stream_events {
                    events.take(session, self.entries.count + 1, span);
                }
            }
            Event::NotAList { list: MESSAGES, value } => self.not_lists.messages = value,
            Event::NotAList { list: EVENTS, value } => self.not_lists.events = value,
            Event::Element { list: ENTRIES_LIST, span } => {
                let listed = Listed {
                    messages: self.messages.take().map(|messages| messages.columns),
                    events: self.stream_events.take().map(|events| events.columns),
                    excluded_span: std::mem::take(&mut self.messages_span),
                    not_lists: std::mem::take(&mut self.not_lists),
                };
                self.entries.take(session, span, listed, Some(&self.spans));
            }
            Event::Field { key, value, .. } => {
                let was_unknown = session.producer == Producer::default();
                log_fields::take(session, key, value);
                self.entries.has_header |= !self.entries.is_bare && session.producer != Producer::default();
                self.is_producer_late |=
                    was_unknown && self.entries.count > 0 && session.producer != Producer::default();
            }
            _ => {}
        }
    }
}

impl Reader for HarReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        append(session, &self.file, piece)?;
        let mut events = std::mem::take(&mut self.events);
        self.outline.feed(piece, &mut events);
        for event in events.drain(..) {
            // By far the most frequent event.
            if let Event::Captured { slot, value } = event {
                self.spans.set(slot, value);
            } else {
                self.take(session, event);
            }
        }
        self.events = events;
        self.entries.check_unproven(&self.file)
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<LoadStep, LoadError> {
        let mut events = Vec::new();
        let end = self.outline.finish(&mut events);
        for event in events {
            self.take(session, event);
        }
        if !self.has_entries && end == ScanEnd::Complete && broken.is_none() {
            return Err(LoadFailure::NoEntries.at(format!("{}: log.entries", self.file)));
        }
        self.entries.check(&self.file)?;
        if self.is_producer_late {
            post_process::read_again(session);
        }
        self.entries.date(session, |_, _| None);
        note_silent_sockets(session);
        note_estimated_times(session);
        let element = self.outline.open_element().map(|_| u64::from(self.entries.count) + 1);
        let end = FileEnd { file: &self.file, start: 0, len: session.bytes.len(), scan: end, broken };
        session.truncation = end.truncation("entry", element);
        Ok(LoadStep::Done)
    }
}
