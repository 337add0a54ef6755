//! The recording so far: each event becomes one of the session's DOM events, and some also become
//! rows, console entries or pages.

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
use crate::formats::{LoadError, append};
use crate::model::plausible::EventClock;
use crate::model::{DomEvent, DomEventKind, EpochMs, Page, PageEventKind, SegmentedBuffer, Session, plural};

/// Reads one event after the other.
#[derive(Debug, Default)]
pub(super) struct Recording {
    /// Number of elements so far, including invalid ones.
    elements: u64,
    /// Position of the current element in the session's bytes, and in the file.
    element_at: u32,
    element_byte: u64,
    /// The window of the previous event.
    window: Option<(Box<str>, u16)>,
    activity: PageActivity,
    /// The unit and the plausibility of the events' timestamps.
    clock: EventClock,
    network: Network,
    scope: Scope,
    /// Packed events among plain ones. They are unpacked at the end of the file, because until then
    /// the session's bytes must be those of the file without a gap.
    deferred: Vec<Deferred>,
    evidence: Evidence,
    duplicates: Duplicates,
}

/// Where an element is.
#[derive(Clone, Copy, Debug)]
struct EntryContext<'a> {
    /// The bytes that contain it and the elements before it.
    buffer: &'a SegmentedBuffer,
    /// The window in whose list it is.
    window: Option<&'a str>,
}

/// Maximum depth of nested lists. No tool writes deeper ones.
const MAX_DEPTH: u8 = 2;

impl Recording {
    pub(super) fn new(scope: Scope) -> Self {
        Self { scope, ..Self::default() }
    }

    /// A recording some of whose events may have been in a previous file.
    pub(super) fn following(duplicates: Duplicates) -> Self {
        Self { duplicates, ..Self::default() }
    }

    /// The events so far, for the next file.
    pub(super) fn take_known_events(&mut self) -> Duplicates {
        std::mem::take(&mut self.duplicates)
    }

    /// Whether the events are the only source of the session.
    pub(super) fn is_only_source(&self) -> bool {
        self.scope == Scope::Everything
    }

    /// Whether what was read so far proves that these are rrweb's events.
    pub(super) fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Number of elements so far.
    pub(super) fn elements(&self) -> u64 {
        self.elements
    }

    /// Reads an element of a list of events, which is in `buffer`. `byte` is its position in the
    /// file.
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

    /// Unpacks the string of a packed event, and appends the event to the session's bytes.
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

    /// Appends an element to the session's bytes, and reads it.
    pub(super) fn copied(
        &mut self,
        session: &mut Session,
        file: &str,
        part: Part<'_>,
        byte: u64,
    ) -> Result<(), LoadError> {
        let at = session.bytes.len() as u32;
        append(session, file, part.text())?;
        let buffer = std::mem::take(&mut session.bytes);
        self.element(session, &buffer, Part::new(part.text(), at), byte, None);
        session.bytes = buffer;
        Ok(())
    }

    fn nested(&mut self, session: &mut Session, part: Part<'_>, context: EntryContext<'_>, depth: u8) {
        let part = part.trimmed();
        match part.text().first() {
            None => {}
            Some(b'{') => self.object(session, part, context, depth),
            Some(b'[') if depth < MAX_DEPTH => self.list(session, part, context, depth),
            Some(b'"') => {
                self.count(session);
                let packed = Packed::Event { string: part.span(), window: context.window.map(Box::from) };
                let byte = self.byte_of(part);
                self.deferred.push(Deferred { packed, number: self.elements, byte });
            }
            Some(_) => {
                self.count(session);
                self.drop(session, part, EventError::NotAnEvent);
            }
        }
    }

    fn list(&mut self, session: &mut Session, list: Part<'_>, context: EntryContext<'_>, depth: u8) {
        if let Some((window, event)) = stored(list) {
            if self.is_only_source() {
                name_producer(session, "PostHog");
            }
            let context = EntryContext { window: window.filled(), ..context };
            return self.nested(session, event, context, depth + 1);
        }
        for element in list.elements() {
            self.nested(session, element, context, depth + 1);
        }
    }

    fn object(&mut self, session: &mut Session, object: Part<'_>, context: EntryContext<'_>, depth: u8) {
        let envelope = Envelope::read(object);
        if let Ok(envelope) = &envelope
            && depth < MAX_DEPTH
        {
            match (envelope.shape(), envelope.data) {
                (Ok(EventShape::Group), Some(events)) => {
                    let context = EntryContext { window: envelope.window().or(context.window), ..context };
                    return self.list(session, events, context, depth);
                }
                (Ok(EventShape::Numbered), _) => return self.numbered(session, object, context, depth),
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
                Ok(EventShape::Event(kind)) => self.event(session, object, kind, &envelope, context),
            },
        }
    }

    /// Reads events that are fields with numbers as keys, in their order.
    fn numbered(&mut self, session: &mut Session, object: Part<'_>, context: EntryContext<'_>, depth: u8) {
        let is_number = |key: &[u8]| key.iter().all(u8::is_ascii_digit);
        for (_, event) in object.fields().filter(|(key, _)| is_number(key)) {
            self.nested(session, event, context, depth + 1);
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
        context: EntryContext<'_>,
    ) {
        let data = envelope.data.unwrap_or(Part::new(b"", object.span().end()));
        let is_sentry = kind == DomEventKind::Custom && sentry::is_tag(&name_of(data, "tag"));
        if self.is_only_source() {
            if !self.evidence.is_proven() {
                self.evidence.add(envelope.is_genuine());
            }
            name_producer(session, if envelope.is_compressed { "PostHog" } else { "rrweb" });
        }
        let time = envelope.time(&mut self.clock, is_sentry);
        let window = self.window(session, envelope.window().or(context.window).unwrap_or_default());
        let may_repeat = kind == DomEventKind::Plugin && name_of(data, "plugin") == CONSOLE_PLUGIN;
        if let Some(time) = time
            && self.duplicates.has(context.buffer, Candidate { kind, time, window, data, object, may_repeat })
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
            let json_prefix = envelope.json_prefix();
            let packed = Packed::Data { string: data.span(), json_prefix, kind, time, window };
            self.deferred.push(Deferred { packed, number: event.number, byte: event.byte });
            return;
        }
        self.read(session, kind, &event);
    }

    /// Reads what an event records besides changes of the document.
    fn read(&mut self, session: &mut Session, kind: DomEventKind, event: &Event<'_>) {
        match kind {
            DomEventKind::Meta => self.meta(session, event),
            DomEventKind::Custom => self.custom(session, event),
            DomEventKind::Plugin => self.plugin(session, event),
            _ => {
                if kind == DomEventKind::DomContentLoaded {
                    // It is a new document, even if its address is the same.
                    self.network.new_page(session, event.window);
                }
                self.activity.take(session, kind, event);
            }
        }
    }

    /// Reads a custom event, which the page, its recorder or Sentry's recorder named.
    fn custom(&mut self, session: &mut Session, event: &Event<'_>) {
        let tag = name_of(event.data, "tag");
        if page::is_named_by_page(&tag, event.data) {
            self.activity.add(session, event, PageEventKind::Custom);
        }
        match tag.as_str() {
            _ if !self.is_only_source() => {}
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
            "rrweb/network@1" if self.is_only_source() => self.network.requests(session, event),
            "posthog/network@1" if self.is_only_source() => self.network.timing(session, event),
            _ => {}
        }
    }

    /// Reads a meta event. A page begins where the address of its window changes.
    fn meta(&mut self, session: &mut Session, event: &Event<'_>) {
        session.viewport = session.viewport.or_else(|| page::viewport(event.data));
        let href = event.data.field("href").map(Part::as_text).unwrap_or_default();
        let Some(href) = href.filled() else { return };
        let navigation = self.activity.navigation(session, event, href);
        if navigation != NavigationKind::Another || !self.is_only_source() {
            return;
        }
        self.network.new_page(session, event.window);
        let id = (session.pages.len() + 1).to_string();
        session.pages.push(Page { id, url: href.to_owned(), started_at: event.time, ..Page::default() });
    }

    /// Extends the session to a time. Its start is set by the events only if they are its only
    /// source.
    fn extend_to(&self, session: &mut Session, time: Option<EpochMs>) {
        match self.scope {
            Scope::Everything => extend_to(session, time),
            Scope::Page { .. } => session.extend_to(time),
        }
    }

    fn bare_snapshot(&mut self, session: &mut Session, object: Part<'_>) {
        if self.is_only_source() {
            self.evidence.add_genuine();
            name_producer(session, "rrweb");
        }
        let window = self.window(session, "");
        let kind = DomEventKind::FullSnapshot;
        session.dom_events.push(DomEvent { time: None, kind, source: object.span(), window });
        let byte = self.byte_of(object);
        let text = "the data of a full snapshot without its event: it has no time";
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

    /// Ends the file: unpacks the deferred events.
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

/// The window and the event of an array of these two, as PostHog stores them.
fn stored(list: Part<'_>) -> Option<(Text<'_>, Part<'_>)> {
    let mut elements = list.elements();
    let window = elements.next().filter(|window| window.is_string())?;
    let event = elements.next().filter(|event| event.is_object())?;
    let is_window = elements.next().is_none() && !packed::begins_packed(inside(window.text()));
    is_window.then(|| (window.as_text(), event))
}

/// Whether events of that kind are read, not only listed.
fn is_read(kind: DomEventKind) -> bool {
    matches!(kind, DomEventKind::Meta | DomEventKind::Custom | DomEventKind::Plugin)
}

/// The name of the console plugin.
const CONSOLE_PLUGIN: &str = "rrweb/console@1";

/// The text between the quotes of a string.
pub(super) fn inside(string: &[u8]) -> &[u8] {
    let inside = string.strip_prefix(b"\"").unwrap_or(string);
    inside.strip_suffix(b"\"").unwrap_or(inside)
}

/// Extends the session's start and end to a time.
pub(super) fn extend_to(session: &mut Session, time: Option<EpochMs>) {
    session.started_at = earlier(session.started_at, time);
    session.extend_to(time);
}

/// Sets the producer of the recording. The recorders of Sentry and PostHog write the events of
/// rrweb too, and PostHog's those of Sentry, so the most specific name stays.
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
