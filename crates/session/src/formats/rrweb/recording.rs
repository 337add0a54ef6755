//! A recording as far as it is read: each event becomes a row of the session's DOM events, and some become more.

mod deferred;

use self::deferred::{Deferred, Packed};
use super::duplicates::{Candidate, Duplicates};
use super::error::EventError;
use super::event::{Envelope, Event, EventShape, Scope, name_of};
use super::network::Network;
use super::origins::earlier;
use super::packed;
use super::page::{self, NavigationKind, PageActivity};
use super::{console, sentry};
use crate::formats::common::evidence::Evidence;
use crate::formats::common::lenient::Text;
use crate::formats::common::part::Part;
use crate::formats::{LoadError, keep};
use crate::model::plausible::EventClock;
use crate::model::{DomEvent, DomEventKind, EpochMs, Page, PageEventKind, SegmentedBuffer, Session, plural};

/// Reads one event after the other.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// How many elements there were, bad ones included.
    elements: u64,
    /// Position of the current element in the session's bytes, and in the file.
    element_at: u32,
    element_byte: u64,
    /// The window of the event before.
    window: Option<(Box<str>, u16)>,
    activity: PageActivity,
    /// What the events' timestamps are.
    clock: EventClock,
    network: Network,
    scope: Scope,
    /// Packed events among plain ones: unpacked when the file has ended, because until then its bytes
    /// must stay together.
    deferred: Vec<Deferred>,
    evidence: Evidence,
    duplicates: Duplicates,
}

/// What is known of an element from around it.
#[derive(Clone, Copy, Debug)]
struct EntryContext<'a> {
    /// The bytes that hold it and the elements before it.
    buffer: &'a SegmentedBuffer,
    /// The window whose list it is in.
    window: Option<&'a str>,
}

/// Lists in lists in lists are not written by any tool.
const MAX_DEPTH: u8 = 2;

impl Recording {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// A recording whose events may have come before in another file.
    pub(super) fn behind(duplicates: Duplicates) -> Self {
        Self { duplicates, ..Self::default() }
    }

    /// The events so far, for the file that comes next.
    pub(super) fn take_known_events(&mut self) -> Duplicates {
        std::mem::take(&mut self.duplicates)
    }

    /// Whether its events are all that is known of the session.
    pub(super) fn is_all(&self) -> bool {
        self.scope == Scope::Everything
    }

    /// Whether what was read so far proves that these are rrweb's events.
    pub(super) fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// How many elements there were so far.
    pub(super) fn elements(&self) -> u64 {
        self.elements
    }

    /// Takes the element in `buffer` where an event is expected. `byte` is its position in the file.
    pub(super) fn element(
        &mut self,
        session: &mut Session,
        buffer: &SegmentedBuffer,
        part: Part<'_>,
        byte: u64,
        window: Option<&str>,
    ) {
        self.element_at = part.span().start;
        self.element_byte = byte;
        self.nested(session, part, EntryContext { buffer, window }, 0);
    }

    /// Takes the string of a packed event, and keeps the event.
    pub(super) fn packed_event(
        &mut self,
        session: &mut Session,
        file: &str,
        string: Part<'_>,
        byte: u64,
    ) -> Result<(), LoadError> {
        match packed::unpack_event(inside(string.text())) {
            Ok(text) => self.copied(session, file, Part::new(&text, 0), byte),
            Err(why) => {
                self.count(session);
                self.evidence.add_invalid();
                session.notes.push(format!("event {}", self.elements), Some(byte), format!("dropped: {why}"));
                Ok(())
            }
        }
    }

    /// Keeps an element that is not in the session's bytes, and takes it.
    pub(super) fn copied(
        &mut self,
        session: &mut Session,
        file: &str,
        part: Part<'_>,
        byte: u64,
    ) -> Result<(), LoadError> {
        let at = session.bytes.len() as u32;
        keep(session, file, part.text())?;
        let buffer = std::mem::take(&mut session.bytes);
        self.element(session, &buffer, Part::new(part.text(), at), byte, None);
        session.bytes = buffer;
        Ok(())
    }

    fn nested(&mut self, session: &mut Session, part: Part<'_>, around: EntryContext<'_>, depth: u8) {
        let part = part.trimmed();
        match part.text().first() {
            None => {}
            Some(b'{') => self.object(session, part, around, depth),
            Some(b'[') if depth < MAX_DEPTH => self.list(session, part, around, depth),
            Some(b'"') => {
                self.count(session);
                let packed = Packed::Event { string: part.span(), window: around.window.map(Box::from) };
                let byte = self.byte_of(part);
                self.deferred.push(Deferred { packed, number: self.elements, byte });
            }
            Some(_) => {
                self.count(session);
                self.drop(session, part, EventError::NotAnEvent);
            }
        }
    }

    fn list(&mut self, session: &mut Session, list: Part<'_>, around: EntryContext<'_>, depth: u8) {
        if let Some((window, event)) = stored(list) {
            if self.is_all() {
                name_producer(session, "PostHog");
            }
            let around = EntryContext { window: window.filled(), ..around };
            return self.nested(session, event, around, depth + 1);
        }
        for element in list.elements() {
            self.nested(session, element, around, depth + 1);
        }
    }

    fn object(&mut self, session: &mut Session, object: Part<'_>, around: EntryContext<'_>, depth: u8) {
        let envelope = Envelope::read(object);
        if let Ok(envelope) = &envelope
            && depth < MAX_DEPTH
        {
            match (envelope.shape(), envelope.data) {
                (Ok(EventShape::Group), Some(events)) => {
                    let around = EntryContext { window: envelope.window().or(around.window), ..around };
                    return self.list(session, events, around, depth);
                }
                (Ok(EventShape::Numbered), _) => return self.numbered(session, object, around, depth),
                _ => {}
            }
        }
        self.count(session);
        match envelope {
            Err(why) => self.drop(session, object, why),
            Ok(envelope) => match envelope.shape() {
                Err(why) => self.drop(session, object, why),
                Ok(EventShape::Group | EventShape::Numbered) => {
                    self.drop(session, object, EventError::NotAnEvent);
                }
                Ok(EventShape::BareSnapshot) => self.bare_snapshot(session, object),
                Ok(EventShape::Event(kind)) => self.event(session, object, kind, &envelope, around),
            },
        }
    }

    /// Events under numbers, in the order in which they are.
    fn numbered(&mut self, session: &mut Session, object: Part<'_>, around: EntryContext<'_>, depth: u8) {
        let is_number = |key: &[u8]| key.iter().all(u8::is_ascii_digit);
        for (_, event) in object.fields().filter(|(key, _)| is_number(key)) {
            self.nested(session, event, around, depth + 1);
        }
    }

    /// Counts an element.
    fn count(&mut self, session: &mut Session) {
        self.elements += 1;
        session.element_count += 1;
    }

    fn event(
        &mut self,
        session: &mut Session,
        object: Part<'_>,
        kind: DomEventKind,
        envelope: &Envelope<'_>,
        around: EntryContext<'_>,
    ) {
        let data = envelope.data.unwrap_or(Part::new(b"", object.span().end()));
        let is_sentry = kind == DomEventKind::Custom && sentry::is_tag(&name_of(data, "tag"));
        if self.is_all() {
            if !self.evidence.is_proven() {
                self.evidence.add(envelope.is_genuine());
            }
            name_producer(session, if envelope.is_compressed { "PostHog" } else { "rrweb" });
        }
        let time = envelope.time(&mut self.clock, is_sentry);
        let window = self.window(session, envelope.window().or(around.window).unwrap_or_default());
        let may_repeat = kind == DomEventKind::Plugin && name_of(data, "plugin") == CONSOLE_PLUGIN;
        if let Some(time) = time
            && self.duplicates.has(around.buffer, Candidate { kind, time, window, data, object, may_repeat })
        {
            return;
        }
        session.dom_events.push(DomEvent { time, kind, source: object.span(), window });
        self.extend_to(session, time);
        let event = Event {
            number: self.elements,
            byte: self.byte_of(object),
            time,
            window,
            data,
            source: object.span(),
        };
        if time.is_none() {
            event.note(session, "no timestamp");
        }
        if envelope.is_compressed && data.is_string() && is_read(kind) {
            let beginning = envelope.beginning();
            let packed = Packed::Data { string: data.span(), beginning, kind, time, window };
            self.deferred.push(Deferred { packed, number: event.number, byte: event.byte });
            return;
        }
        self.read(session, kind, &event);
    }

    /// What an event records besides the look of the page.
    fn read(&mut self, session: &mut Session, kind: DomEventKind, event: &Event<'_>) {
        match kind {
            DomEventKind::Meta => self.meta(session, event),
            DomEventKind::Custom => self.custom(session, event),
            DomEventKind::Plugin => self.plugin(session, event),
            _ => {
                if kind == DomEventKind::DomContentLoaded {
                    // The document is a new one, even where its address is not.
                    self.network.new_page(session, event.window);
                }
                self.activity.take(session, kind, event);
            }
        }
    }

    /// What the page, its recorder or Sentry's named itself.
    fn custom(&mut self, session: &mut Session, event: &Event<'_>) {
        let tag = name_of(event.data, "tag");
        if page::is_named_by_page(&tag, event.data) {
            self.activity.happened(session, event, PageEventKind::Custom);
        }
        match tag.as_str() {
            _ if !self.is_all() => {}
            "performanceSpan" => Network::span(session, event),
            "breadcrumb" => sentry::breadcrumb(session, event),
            tag if sentry::is_tag(tag) => name_producer(session, "Sentry"),
            _ => {}
        }
    }

    fn plugin(&mut self, session: &mut Session, event: &Event<'_>) {
        match name_of(event.data, "plugin").as_str() {
            CONSOLE_PLUGIN if self.scope != (Scope::Page { has_console: true }) => {
                console::take(session, event);
            }
            "rrweb/network@1" if self.is_all() => self.network.requests(session, event),
            "posthog/network@1" if self.is_all() => self.network.timing(session, event),
            _ => {}
        }
    }

    /// A page begins with the event that names another address than the one before in its window.
    fn meta(&mut self, session: &mut Session, event: &Event<'_>) {
        let href = event.data.field("href").map(Part::as_text).unwrap_or_default();
        let Some(href) = href.filled() else { return };
        let visit = self.activity.visit(session, event, href);
        if visit != NavigationKind::Another || !self.is_all() {
            return;
        }
        self.network.new_page(session, event.window);
        let id = (session.pages.len() + 1).to_string();
        session.pages.push(Page { id, url: href.to_owned(), started_at: event.time, ..Page::default() });
    }

    /// Only where the events are all that is known do they set when the session began.
    fn extend_to(&self, session: &mut Session, time: Option<EpochMs>) {
        match self.scope {
            Scope::Everything => extend_to(session, time),
            Scope::Page { .. } => session.extend_to(time),
        }
    }

    fn bare_snapshot(&mut self, session: &mut Session, object: Part<'_>) {
        if self.is_all() {
            self.evidence.add_genuine();
            name_producer(session, "rrweb");
        }
        let window = self.window(session, "");
        let kind = DomEventKind::FullSnapshot;
        session.dom_events.push(DomEvent { time: None, kind, source: object.span(), window });
        let byte = self.byte_of(object);
        let text = "the data of a full snapshot without the event around it: it has no time";
        session.notes.push(format!("event {}", self.elements), Some(byte), text);
    }

    fn drop(&mut self, session: &mut Session, part: Part<'_>, why: EventError) {
        self.evidence.add_invalid();
        let byte = self.byte_of(part);
        session.notes.push(format!("event {}", self.elements), Some(byte), format!("dropped: {why}"));
    }

    /// Position of a part of the current element in the file.
    fn byte_of(&self, part: Part<'_>) -> u64 {
        self.element_byte + u64::from(part.span().start.saturating_sub(self.element_at))
    }

    fn window(&mut self, session: &mut Session, id: &str) -> u16 {
        if let Some((known, index)) = &self.window
            && known.as_ref() == id
        {
            return *index;
        }
        let index = session.dom_events.window(id);
        self.window = Some((id.into(), index));
        index
    }

    /// Takes what waited for the end of the file.
    pub(super) fn finish(&mut self, session: &mut Session, file: &str) -> Result<(), LoadError> {
        let total = self.elements;
        for deferred in std::mem::take(&mut self.deferred) {
            self.unpack(session, file, deferred)?;
        }
        self.elements = total;
        session.implausible.event_unit = session.implausible.event_unit.or(self.clock.unusual_unit());
        self.network.finish(session);
        let duplicates = self.duplicates.take_count();
        if duplicates > 0 {
            let text = format!(
                "{} ignored: the same events at the same time",
                plural(duplicates, "duplicate event")
            );
            session.notes.push(file, None, text);
        }
        Ok(())
    }
}

/// The window and the event of an array that holds just these, as PostHog stores them.
fn stored(list: Part<'_>) -> Option<(Text<'_>, Part<'_>)> {
    let mut elements = list.elements();
    let window = elements.next().filter(|window| window.is_string())?;
    let event = elements.next().filter(|event| event.is_object())?;
    let is_window = elements.next().is_none() && !packed::begins_packed(inside(window.text()));
    is_window.then(|| (window.as_text(), event))
}

/// Of these kinds only, what an event records besides the page matters.
fn is_read(kind: DomEventKind) -> bool {
    matches!(kind, DomEventKind::Meta | DomEventKind::Custom | DomEventKind::Plugin)
}

/// What the console's plugin calls itself.
const CONSOLE_PLUGIN: &str = "rrweb/console@1";

/// The text between the quotes of a string.
fn inside(string: &[u8]) -> &[u8] {
    let inside = string.strip_prefix(b"\"").unwrap_or(string);
    inside.strip_suffix(b"\"").unwrap_or(inside)
}

/// The session lasts from the first to the last time known.
pub(super) fn extend_to(session: &mut Session, time: Option<EpochMs>) {
    session.started_at = earlier(session.started_at, time);
    session.extend_to(time);
}

/// Names who wrote the recording. PostHog's recorder writes what Sentry's does too, and both write what rrweb does: who
/// is known by more stays.
pub(super) fn name_producer(session: &mut Session, name: &str) {
    let rank = |name: &str| match name {
        "" => 0,
        "rrweb" => 1,
        "Sentry" => 2,
        _ => 3,
    };
    if rank(name) > rank(&session.producer.name) {
        name.clone_into(&mut session.producer.name);
    }
}
