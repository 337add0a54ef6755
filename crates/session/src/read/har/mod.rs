//! HAR 1.1 and 1.2 of any producer (`log.entries[]`).

mod afterwards;
mod close;
mod convert;
mod details;
mod document;
mod entry;
mod log_fields;
mod socket;
mod timings;

use std::borrow::Cow;

use self::convert::Around;
use self::document::Documents;
use super::ending::FileEnd;
use super::message::{self, Owner};
use super::{LoadError, Reader};
use crate::model::{KeptBytes, MessageColumns, Producer, RecordKind, Session, SourceFormat, Span};
use crate::scan::{Event, Outline, Place, Route, ScanEnd};

pub(super) use self::close::code as close_code;
pub(super) use self::convert::{method_name, status};
pub(super) use self::details::details;

const LOG: Place = 2;
const ENTRIES: Place = 3;
const ENTRY: Place = 4;
const MESSAGES: Place = 5;

fn route(place: Place, key: &[u8]) -> Route {
    match (place, key) {
        (Outline::ROOT, b"log") => Route::Enter(LOG),
        (LOG, b"entries") => Route::List { list: ENTRIES, element: ENTRY },
        (LOG, b"creator" | b"browser" | b"pages") => Route::Report,
        (ENTRY, b"_webSocketMessages") => Route::List { list: MESSAGES, element: Outline::OPAQUE },
        _ => Route::Skip,
    }
}

/// Reads a HAR while it arrives. Messages are indexed where they stand; nothing of them is decoded.
#[derive(Debug)]
pub(super) struct HarReader {
    file: String,
    outline: Outline,
    events: Vec<Event>,
    entries: u32,
    has_entries: bool,
    /// The messages of the entry under way, how many elements there were, and where their array stands.
    messages: Option<MessageColumns>,
    message_elements: u64,
    messages_span: Span,
    documents: Documents,
    /// The producer is named after entries that were read without knowing it.
    is_producer_late: bool,
}

impl HarReader {
    pub(super) fn new(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            outline: Outline::new(route, Outline::OPAQUE),
            events: Vec::new(),
            entries: 0,
            has_entries: false,
            messages: None,
            message_elements: 0,
            messages_span: Span::default(),
            documents: Documents::default(),
            is_producer_late: false,
        }
    }

    fn take(&mut self, session: &mut Session, event: Event) {
        match event {
            Event::ListStart(ENTRIES, _) => self.has_entries = true,
            Event::ListStart(MESSAGES, at) => {
                self.messages_span = Span { start: at, len: 0 };
                self.messages = Some(MessageColumns::default());
                self.message_elements = 0;
            }
            Event::ListEnd(MESSAGES, at) => {
                self.messages_span = Span::between(u64::from(self.messages_span.start), u64::from(at));
            }
            Event::Element { list: MESSAGES, span } => self.message(session, span),
            Event::Element { list: ENTRIES, span } => self.entry(session, span),
            Event::Field { key, value, .. } => {
                let was_unknown = session.producer == Producer::default();
                log_fields::take(session, key, value);
                self.is_producer_late |=
                    was_unknown && self.entries > 0 && session.producer != Producer::default();
            }
            _ => {}
        }
    }

    fn message(&mut self, session: &mut Session, span: Span) {
        let Some(columns) = &mut self.messages else { return };
        self.message_elements += 1;
        let note = match message::read(&session.bytes, span, Owner::default()) {
            Ok(read) => {
                columns.push(read.message);
                read.fault.map(str::to_owned)
            }
            Err(why) => Some(format!("dropped: {why}")),
        };
        if let Some(note) = note {
            let place = format!("entry {}, message {}", self.entries + 1, self.message_elements);
            session.notes.push(place, Some(span.start.into()), note);
        }
    }

    fn entry(&mut self, session: &mut Session, span: Span) {
        self.entries += 1;
        let kept = std::mem::take(&mut session.bytes);
        self.entry_in(&kept, session, span);
        session.bytes = kept;
    }

    fn entry_in(&mut self, kept: &KeptBytes, session: &mut Session, span: Span) {
        let messages = self.messages.take();
        let text = text_of(kept, span, std::mem::take(&mut self.messages_span));
        let note = |session: &mut Session, text: String| {
            session.notes.push(format!("entry {}", self.entries), Some(span.start.into()), text);
        };
        if text.first() != Some(&b'{') {
            note(session, "dropped: it is no object".to_owned());
            return;
        }
        let producer = &session.producer;
        let read = convert::read(Around {
            number: self.entries,
            source: span,
            text: &text,
            kept,
            producer,
            messages,
        });
        if !read.faults.is_empty() {
            note(session, read.faults.join(", "));
        }
        let is_request = matches!(read.record.kind, RecordKind::Http(_));
        convert::add(session, read.record);
        if let Some(page) = read.page.filter(|_| is_request) {
            self.documents.take(&mut session.records, &page, read.names_type);
        }
    }
}

/// The text of the entry at `span` without the messages at `hole`, which were read one by one as they came.
fn text_of(kept: &KeptBytes, span: Span, hole: Span) -> Cow<'_, [u8]> {
    if hole.is_empty() {
        return kept.slice(span);
    }
    let before = kept.slice(Span::between(span.start.into(), hole.start.into()));
    let after = kept.slice(Span::between(hole.end().into(), span.end().into()));
    Cow::Owned([before.as_ref(), b"[]", after.as_ref()].concat())
}

impl Reader for HarReader {
    fn feed(&mut self, session: &mut Session, piece: &[u8]) -> Result<(), LoadError> {
        let mut events = std::mem::take(&mut self.events);
        self.outline.feed(piece, &mut events);
        for event in events.drain(..) {
            self.take(session, event);
        }
        self.events = events;
        Ok(())
    }

    fn finish(&mut self, session: &mut Session, broken: Option<&str>) -> Result<(), LoadError> {
        let mut events = Vec::new();
        let end = self.outline.finish(&mut events);
        for event in events {
            self.take(session, event);
        }
        if !self.has_entries && end == ScanEnd::Complete && broken.is_none() {
            return Err(LoadError::har_without_entries(&self.file));
        }
        if self.is_producer_late {
            afterwards::read_again(session);
        }
        afterwards::tell_silent_sockets(session);
        let element = self.outline.open_element().map(|_| u64::from(self.entries) + 1);
        let end = FileEnd { file: &self.file, len: session.bytes.len(), scan: end, broken };
        session.cut = end.cut("entry", element);
        Ok(())
    }
}

/// What a HAR says of itself before its entries are read.
pub(super) fn begin(session: &mut Session) {
    session.format = SourceFormat::Har;
    session.producer = Producer::default();
}
