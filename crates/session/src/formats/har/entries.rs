//! Reads entries one after the other: of a HAR, of JSON Lines, or of a trace.

use std::borrow::Cow;

use super::convert::{self, EntryContext, ReadEntry};
use super::document::Documents;
use super::entry::{EVENT_MESSAGES, SOCKET_MESSAGES};
use super::spans::EntrySpans;
use super::trace_clock::TraceClock;
use crate::formats::LoadError;
use crate::formats::common::evidence::Evidence;
use crate::formats::common::message::{self, MessageFilter};
use crate::formats::common::part::Part;
use crate::model::{
    EpochMs, EventStream, MessageColumns, Messages, Record, RecordKind, SegmentedBuffer, Session, Span,
    plural,
};
use json_spans::{Event, NodeId, Outline, Route};

/// The entries so far.
#[derive(Debug, Default)]
pub(in crate::formats) struct Entries {
    /// Number of elements, including those that are not entries.
    pub(in crate::formats) count: u32,
    documents: Documents,
    clock: TraceClock,
    /// Position of the file's first byte in the session's bytes; positions in notes are relative to
    /// it.
    pub(in crate::formats) file_start: u64,
    /// Whether they are not in a `log`: many tools write lists of requests and responses that are
    /// not HARs.
    pub(super) is_bare: bool,
    /// Whether the log has a creator, which only HARs have.
    pub(super) has_header: bool,
    evidence: Evidence,
}

impl Entries {
    /// The entries of a list without a `log`.
    pub(super) fn bare() -> Self {
        Self { is_bare: true, ..Self::default() }
    }

    /// Checks at the end that at least one element is an entry of a HAR.
    ///
    /// # Errors
    /// When there are elements, and none is one.
    pub(super) fn check(&self, file: &str) -> Result<(), LoadError> {
        if self.evidence.is_missing() && !self.has_header { Err(self.unrecognized(file)) } else { Ok(()) }
    }

    /// The same check while more elements arrive.
    ///
    /// # Errors
    /// When so many elements are not entries of a HAR that the rest need not be read.
    pub(super) fn check_unproven(&self, file: &str) -> Result<(), LoadError> {
        if self.evidence.is_refuted() && !self.has_header { Err(self.unrecognized(file)) } else { Ok(()) }
    }

    fn unrecognized(&self, file: &str) -> LoadError {
        let hint =
            format!("none of {} is a HAR entry, a request with a URL", plural(self.count.into(), "element"));
        LoadError::unrecognized_json(file, &hint)
    }

    /// Whether an element is an entry of a HAR: it has a URL or a start or, in a `log`, at least
    /// one of the parts of an entry.
    fn is_genuine(&self, record: &Record, text: &[u8]) -> bool {
        if record.start.is_some() || record.url.contains(':') {
            return true;
        }
        let is_part = |(key, value): (&[u8], Part<'_>)| {
            value.is_object() && matches!(key, b"request" | b"response" | b"timings")
        };
        !self.is_bare && (self.has_header || Part::new(text, 0).fields().any(is_part))
    }

    /// Counts and notes an element that is not an entry.
    pub(in crate::formats) fn drop(&mut self, session: &mut Session, span: Span, text: &str) {
        self.count += 1;
        session.element_count += 1;
        self.evidence.add_invalid();
        self.note(session, span, text);
    }

    /// Reads the entry at `span`. Its messages are read already, and the spans of its other parts
    /// are in `spans`.
    pub(super) fn take(
        &mut self,
        session: &mut Session,
        span: Span,
        listed: Listed,
        spans: Option<&EntrySpans>,
    ) {
        self.count += 1;
        session.element_count += 1;
        let buffer = std::mem::take(&mut session.bytes);
        self.take_from(&buffer, session, span, listed, spans);
        session.bytes = buffer;
    }

    /// Reads the entry at `span` and its messages.
    pub(in crate::formats) fn take_complete(&mut self, session: &mut Session, span: Span) {
        let listed = Listed::within(session, self.count + 1, span, self.file_start);
        self.take(session, span, listed, None);
    }

    /// Notes a fault of the last entry.
    pub(in crate::formats) fn note(&self, session: &mut Session, span: Span, text: impl Into<String>) {
        let byte = u64::from(span.start).saturating_sub(self.file_start);
        session.notes.push(format!("entry {}", self.count), Some(byte), text);
    }

    /// Begins a file of entries at that position of the session's bytes.
    pub(in crate::formats) fn start_file(&mut self, start: u64) {
        self.file_start = start;
        self.clock.start_file(start);
    }

    /// Sets the start of entries without a date by the clock of their trace. `time_of` converts a
    /// time of that clock to wall-clock time, by the 0-based number of the file. Called when
    /// everything is read.
    pub(in crate::formats) fn date(
        &mut self,
        session: &mut Session,
        time_of: impl Fn(usize, f64) -> Option<EpochMs>,
    ) {
        std::mem::take(&mut self.clock).date(session, time_of);
    }

    fn take_from(
        &mut self,
        buffer: &SegmentedBuffer,
        session: &mut Session,
        span: Span,
        listed: Listed,
        spans: Option<&EntrySpans>,
    ) {
        let Listed { messages, events, excluded_span, not_lists } = listed;
        // A missing quote swaps text inside and outside of strings. The details read the entry
        // without excluding the messages, and must find the same.
        let excluded_span =
            if spans.is_some_and(EntrySpans::is_faulty) { Span::default() } else { excluded_span };
        let text = text_of(buffer, span, excluded_span);
        if text.first() != Some(&b'{') {
            self.evidence.add_invalid();
            return self.note(session, span, "dropped: it is not an object");
        }
        let producer = &session.producer;
        let context = EntryContext {
            number: self.count,
            source: span,
            text: &text,
            buffer,
            producer,
            messages,
            events,
            start: None,
        };
        // Without the messages, the other parts are at other positions.
        let known =
            spans.filter(|_| excluded_span.is_empty()).and_then(|spans| spans.entry(&text, span.start));
        let mut read = match known {
            Some(entry) => convert::finish(entry, context),
            None => convert::read(context),
        };
        read.faults.extend(not_lists.faults(buffer));
        if !read.faults.is_empty() {
            self.note(session, span, read.faults.join(", "));
        }
        if !self.evidence.is_proven() {
            let is_genuine = self.is_genuine(&read.record, &text);
            self.evidence.add(is_genuine);
        }
        let is_request = matches!(read.record.kind, RecordKind::Http(_));
        count_implausible(session, &read);
        self.clock.take(session.records.len(), self.count, span, &read);
        convert::add(session, read.record);
        if let Some(page) = read.page.filter(|_| is_request) {
            self.documents.take(&mut session.records, &page, read.has_type);
        }
    }
}

/// Counts the implausible times of an entry, for the notes at the end of the load.
fn count_implausible(session: &mut Session, read: &ReadEntry<'_>) {
    let counts = &mut session.implausible;
    if read.has_implausible_duration {
        counts.durations.add(read.record.number);
    }
    let columns = match &read.record.kind {
        RecordKind::Socket(socket) => match &socket.messages {
            Messages::Inline(columns) => columns,
            Messages::File(_) | Messages::Missing(_) => return,
        },
        RecordKind::Http(http) => match http.messages.as_deref() {
            Some(EventStream::Inline(columns)) => columns,
            _ => return,
        },
    };
    counts.unknown_messages += columns.implausible_times();
    if columns.has_estimated_times() {
        counts.anchored_sockets.add(read.record.number);
        counts.anchored_messages += columns.len() as u64;
    }
}

/// The text of the entry at `span` without the messages at `excluded_span`, which were read while
/// they arrived.
fn text_of(buffer: &SegmentedBuffer, span: Span, excluded_span: Span) -> Cow<'_, [u8]> {
    if excluded_span.is_empty() {
        return buffer.slice(span);
    }
    let before = buffer.slice(Span::between(span.start.into(), excluded_span.start.into()));
    let after = buffer.slice(Span::between(excluded_span.end().into(), span.end().into()));
    Cow::Owned([before.as_ref(), b"[]", after.as_ref()].concat())
}

/// The messages that an entry lists.
#[derive(Debug, Default)]
pub(super) struct Listed {
    /// The messages of its `_webSocketMessages`.
    pub(super) messages: Option<MessageColumns>,
    /// The messages of its `_eventSourceMessages`.
    pub(super) events: Option<MessageColumns>,
    /// The span of the array of `_webSocketMessages`.
    pub(super) excluded_span: Span,
    pub(super) not_lists: NotLists,
}

/// Values that are in the entry instead of a list of messages; empty if there are none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct NotLists {
    pub(super) messages: Span,
    pub(super) events: Span,
}

/// Number of characters of a value that a note shows.
const MAX_SHOWN_CHARS: usize = 60;

impl NotLists {
    /// A note on each value, with its beginning, because nothing else shows it. `null` is a missing
    /// list.
    fn faults(self, buffer: &SegmentedBuffer) -> impl Iterator<Item = String> {
        let fields = [("_webSocketMessages", self.messages), ("_eventSourceMessages", self.events)];
        fields.into_iter().filter_map(move |(name, span)| {
            let value = buffer.slice(Span { len: span.len.min(4 * MAX_SHOWN_CHARS as u32), ..span });
            let shown: String = String::from_utf8_lossy(&value).chars().take(MAX_SHOWN_CHARS).collect();
            let is_value = !matches!(&*value, b"" | b"null");
            is_value.then(|| format!("{name} is not an array (“{shown}”)"))
        })
    }
}

/// A list of messages in an entry, so far.
#[derive(Debug, Default)]
pub(super) struct InlineMessages {
    pub(super) columns: MessageColumns,
    pub(super) is_event_stream: bool,
    elements: u64,
    /// Position of the file's first byte in the session's bytes.
    file_start: u64,
}

const MESSAGES: NodeId = 2;
const EVENTS: NodeId = 3;

fn route(place: NodeId, key: &[u8]) -> Route {
    match (place, key) {
        (Outline::ROOT, SOCKET_MESSAGES) => Route::List { list: MESSAGES, element: Outline::OPAQUE },
        (Outline::ROOT, EVENT_MESSAGES) => Route::List { list: EVENTS, element: Outline::OPAQUE },
        _ => Route::Skip,
    }
}

impl InlineMessages {
    pub(super) fn of_event_stream() -> Self {
        Self { is_event_stream: true, ..Self::default() }
    }

    /// Reads the message at `span` of the entry of that number.
    pub(super) fn take(&mut self, session: &mut Session, entry: u32, span: Span) {
        self.elements += 1;
        session.message_count += 1;
        let owner = MessageFilter { is_event_stream: self.is_event_stream, ..MessageFilter::default() };
        let note = match message::read(&session.bytes, span, owner) {
            Ok(read) if self.is_event_stream => {
                self.columns.push_event(read.message, read.event);
                self.columns.set_recorded_time(self.columns.len() - 1, read.recorded_time);
                read.fault.map(str::to_owned)
            }
            Ok(read) => {
                self.columns.push(read.message);
                self.columns.set_recorded_time(self.columns.len() - 1, read.recorded_time);
                read.fault.map(str::to_owned)
            }
            Err(why) => Some(format!("dropped: {why}")),
        };
        if let Some(note) = note {
            let place = format!("entry {entry}, message {}", self.elements);
            let byte = u64::from(span.start).saturating_sub(self.file_start);
            session.notes.push(place, Some(byte), note);
        }
    }
}

impl Listed {
    /// Finds the messages of a complete entry.
    fn within(session: &mut Session, entry: u32, span: Span, file_start: u64) -> Self {
        let text = session.bytes.slice(span);
        // The end of both keys. Most entries have neither, so one search is enough.
        if memchr::memmem::find(&text, b"Messages\"").is_none() {
            return Self::default();
        }
        let mut outline = Outline::starting_at(span.start.into(), route, Outline::OPAQUE);
        let mut events = Vec::new();
        outline.feed(&text, &mut events);
        let (mut found, mut found_events): (Option<InlineMessages>, Option<InlineMessages>) = (None, None);
        let (mut excluded_span, mut not_lists) = (Span::default(), NotLists::default());
        let is_faulty = events.iter().any(|event| matches!(event, Event::SyntaxError(_)));
        for event in events {
            match event {
                Event::ListStart(MESSAGES, at) => {
                    found = Some(InlineMessages { file_start, ..InlineMessages::default() });
                    excluded_span = Span { start: at, len: 0 };
                }
                Event::Element { list: MESSAGES, span } => {
                    if let Some(messages) = &mut found {
                        messages.take(session, entry, span);
                    }
                }
                Event::ListEnd(MESSAGES, at) => {
                    excluded_span = Span::between(excluded_span.start.into(), at.into());
                }
                Event::NotAList { list: MESSAGES, value } => not_lists.messages = value,
                Event::NotAList { list: EVENTS, value } => not_lists.events = value,
                Event::ListStart(EVENTS, _) => {
                    found_events = Some(InlineMessages { file_start, ..InlineMessages::of_event_stream() });
                }
                Event::Element { list: EVENTS, span } => {
                    if let Some(events) = &mut found_events {
                        events.take(session, entry, span);
                    }
                }
                _ => {}
            }
        }
        Self {
            messages: found.map(|messages| messages.columns),
            events: found_events.map(|events| events.columns),
            excluded_span: if is_faulty { Span::default() } else { excluded_span },
            not_lists,
        }
    }
}
