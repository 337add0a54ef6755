//! The envelope of an rrweb event: its type, its time, and the position of its data.

use super::claims::is_known_type;
use super::error::EventError;
use crate::formats::common::lenient::{Number, Text};
use crate::formats::common::part::Part;
use crate::model::plausible::{EventClock, timestamp};
use crate::model::{DomEventKind, EpochMs, Session, Span, parse_iso8601};
use json_spans::checked_fields;

/// The fields of an element of a list of events.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, as an object shows them")]
pub(super) struct Envelope<'a> {
    kind: Number,
    timestamp: Number,
    /// PostHog: the id of the tab, a string or a number.
    window: Text<'a>,
    /// PostHog: some of its fields are packed.
    pub(super) is_compressed: bool,
    pub(super) data: Option<Part<'a>>,
    has_node: bool,
    has_offset: bool,
    /// Its keys are numbers: an array that was copied into an object, as `pack` does with a list of
    /// events.
    is_numbered: bool,
}

/// What an element of a list of events is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EventShape {
    Event(DomEventKind),
    /// The data of a full snapshot without its event, as in Highlight's test data.
    BareSnapshot,
    /// PostHog: the events of one window, as its data.
    Group,
    /// Events as the values of the keys `0`, `1`, ….
    Numbered,
}

/// What is read from the events of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::formats) enum Scope {
    /// Everything: the events are the only source of the session.
    #[default]
    Everything,
    /// Page events. Other files record the requests, the pages, the producer and, if `has_console`,
    /// the console entries.
    Page { has_console: bool },
}

/// An event that is read, not only replayed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event<'a> {
    /// Its 1-based number among the elements of the file, and its byte position there.
    pub(super) number: u64,
    pub(super) byte: u64,
    pub(super) time: Option<EpochMs>,
    pub(super) window: u16,
    pub(super) data: Part<'a>,
    /// The complete event.
    pub(super) source: Span,
}

impl<'a> Envelope<'a> {
    /// Reads an object.
    ///
    /// # Errors
    /// If its JSON is broken.
    pub(super) fn read(object: Part<'a>) -> Result<Self, EventError> {
        let mut envelope = Self::default();
        // The player cannot replay an event that is not valid JSON.
        let fault = checked_fields(object.text(), &mut |field| {
            let value = object.value_of(field);
            match field.name().as_ref() {
                b"type" => envelope.kind = value.number(),
                b"timestamp" => envelope.timestamp = timestamp_of(value),
                b"windowId" | b"window_id" => envelope.window = value.as_text(),
                b"cv" => envelope.is_compressed = true,
                b"data" => envelope.data = Some(value),
                b"node" => envelope.has_node = true,
                b"initialOffset" => envelope.has_offset = true,
                b"0" if value.is_object() => envelope.is_numbered = true,
                _ => {}
            }
        });
        match fault {
            None => Ok(envelope),
            Some(fault) => Err(EventError::InvalidJson(fault)),
        }
    }

    /// What the object is.
    ///
    /// # Errors
    /// If its type is missing or not a number.
    pub(super) fn shape(&self) -> Result<EventShape, EventError> {
        match self.kind {
            Number::Is(number) => Ok(EventShape::Event(DomEventKind::from_number(number))),
            Number::Wrong => Err(EventError::InvalidType),
            Number::Missing if self.data.is_some_and(Part::is_array) => Ok(EventShape::Group),
            Number::Missing if self.is_numbered => Ok(EventShape::Numbered),
            Number::Missing if self.has_node && self.has_offset => Ok(EventShape::BareSnapshot),
            Number::Missing => Err(EventError::MissingType),
        }
    }

    /// Whether it is an event of rrweb: it has one of rrweb's types, and the data of that type, or
    /// empty data and a time. Other programs write numbered types too.
    pub(super) fn is_genuine(&self) -> bool {
        let Some(kind) = self.kind.get().filter(|kind| is_known_type(*kind)) else { return false };
        let Some(data) = self.data else { return false };
        let has_time = self.timestamp.get().is_some_and(|time| time > 0.0);
        if has_time && (self.is_compressed && data.is_string() || is_empty_object(data)) {
            return true;
        }
        let keys: &[&str] = match kind as u8 {
            2 => &["node"],
            3 => &["source"],
            4 => &["href", "width"],
            5 => &["tag"],
            6 => &["plugin"],
            7 => &["url"],
            // Events of the other types have empty data.
            _ => &[],
        };
        data.fields().any(|(key, _)| keys.iter().any(|known| known.as_bytes() == key))
    }

    /// The id of its window.
    pub(super) fn window(&self) -> Option<&str> {
        self.window.filled()
    }

    /// Its time by the clock of the list. Sentry's recorder writes 0 for an unknown time.
    pub(super) fn time(&self, clock: &mut EventClock, is_sentry: bool) -> Option<EpochMs> {
        let number = self.timestamp.not_negative().filter(|number| *number > 0.0 || !is_sentry)?;
        clock.read(number)
    }

    /// The beginning of its JSON up to its data, for an event whose data was unpacked.
    pub(super) fn json_prefix(&self) -> String {
        let timestamp = self.timestamp.get().map_or("null".to_owned(), |ms| ms.to_string());
        format!(r#"{{"type":{},"timestamp":{timestamp},"data":"#, self.kind.get().unwrap_or_default())
    }
}

impl Event<'_> {
    /// Notes what is wrong with it.
    pub(super) fn note(&self, session: &mut Session, text: impl Into<String>) {
        session.notes.push(format!("event {}", self.number), Some(self.byte), text);
    }
}

fn is_empty_object(value: Part<'_>) -> bool {
    value.is_object() && value.fields().next().is_none()
}

/// A timestamp that is a number, a string with a number, or an ISO 8601 date.
fn timestamp_of(value: Part<'_>) -> Number {
    match value.number() {
        Number::Wrong => value
            .as_text()
            .as_str()
            .and_then(parse_iso8601)
            .map_or(Number::Wrong, |time| Number::Is(time.ms())),
        number => number,
    }
}

/// A time that Sentry's recorder wrote in an event: seconds since 1970, sometimes another unit; 0
/// if unknown.
pub(super) fn sentry_time(number: f64) -> Option<EpochMs> {
    timestamp(number).filter(|time| time.ms() > 0.0)
}

/// The tag of a custom event, or the plugin of a plugin event.
pub(super) fn name_of(data: Part<'_>, key: &str) -> String {
    data.field(key).map(|name| name.as_text().owned()).unwrap_or_default()
}
