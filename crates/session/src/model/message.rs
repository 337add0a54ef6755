//! The messages of a socket as columns of numbers that point into the session's bytes: about 22
//! bytes per message, and no allocation for each.

use super::plausible::MessageClock;
use super::{ClockRate, EpochMs, Span};

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    Sent,
    Received,
    /// The socket's `error` event.
    Error,
    Ping,
    Pong,
    /// A close frame (opcode 8) among the messages.
    CloseFrame,
}

/// Which way a message went; an error goes neither way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Sent,
    Received,
}

impl Direction {
    /// The other direction.
    #[must_use]
    pub fn opposite(self) -> Self {
        match self {
            Self::Sent => Self::Received,
            Self::Received => Self::Sent,
        }
    }
}

/// How a message's payload is written in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// The body was not recorded.
    Absent,
    /// A JSON string; the span is the text between its quotes, with escapes unresolved.
    JsonString,
    /// A JSON string of base64, for a binary payload; the span is the text between its quotes.
    Base64,
    /// A JSON value other than a string; the span is the value as written.
    JsonValue,
}

/// One message: its properties, and the span of its payload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Message {
    pub kind: MessageKind,
    pub direction: Option<Direction>,
    pub time: Option<EpochMs>,
    /// Length of the complete payload in bytes (UTF-8 for text), even if only a part of it was
    /// recorded.
    pub size: Option<u64>,
    pub encoding: Encoding,
    /// The recorded payload is a prefix of the complete one.
    pub is_truncated: bool,
    /// Whether the body as written contains `\u`; if not, a filter need not resolve such escapes.
    pub has_unicode_escapes: bool,
    pub body: Span,
}

/// The part of a message that a filter reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageBody {
    pub encoding: Encoding,
    /// As [`Message::has_unicode_escapes`].
    pub has_unicode_escapes: bool,
    pub span: Span,
}

impl Message {
    /// The part that a filter reads.
    pub fn body(&self) -> MessageBody {
        MessageBody {
            encoding: self.encoding,
            has_unicode_escapes: self.has_unicode_escapes,
            span: self.body,
        }
    }
}

/// All messages of one socket, in file order. Message number n of the URL state is at index n - 1.
#[derive(Clone, Debug, Default)]
pub struct MessageColumns {
    times: Vec<f64>,
    bodies: Vec<Span>,
    sizes: Vec<u32>,
    bits: Vec<u16>,
    /// Names and IDs of the events of an event stream, up to the last event that has any.
    events: Vec<EventFields>,
    counts: Counts,
    /// The times are anchored to an estimate.
    has_estimated_times: bool,
    implausible_times: u64,
}

/// Name and ID of an event of an event stream: spans between the quotes of JSON strings, empty if
/// there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EventFields {
    pub name: Span,
    pub id: Span,
}

/// Sums over the messages of a socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub sent: u64,
    pub received: u64,
    pub errors: u64,
    pub sent_bytes: u64,
    pub received_bytes: u64,
    /// Messages whose size is not known.
    pub unsized_messages: u64,
}

const UNKNOWN_SIZE: u32 = u32::MAX;
const TRUNCATED: u16 = 1 << 7;
const UNICODE_ESCAPES: u16 = 1 << 8;

impl MessageColumns {
    /// Number of messages.
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    /// Sums over the messages.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Appends a message. A size of 4 GiB or more is stored as unknown: no reader accepts a body of
    /// that size.
    pub fn push(&mut self, message: Message) {
        let size = message.size.and_then(|size| u32::try_from(size).ok()).unwrap_or(UNKNOWN_SIZE);
        self.times.push(message.time.map_or(f64::NAN, EpochMs::ms));
        self.bodies.push(message.body);
        self.sizes.push(size);
        self.bits.push(pack(&message));
        self.count(&message);
    }

    /// Appends an event of an event stream.
    pub fn push_event(&mut self, message: Message, event: EventFields) {
        if event != EventFields::default() {
            self.events.resize(self.len(), EventFields::default());
            self.events.push(event);
        }
        self.push(message);
    }

    /// Name and ID of the event at `index`; empty spans for a message of a socket.
    pub fn event(&self, index: usize) -> EventFields {
        self.events.get(index).copied().unwrap_or_default()
    }

    fn count(&mut self, message: &Message) {
        let size = message.size.unwrap_or(0);
        match message.direction {
            Some(Direction::Sent) => {
                self.counts.sent += 1;
                self.counts.sent_bytes += size;
            }
            Some(Direction::Received) => {
                self.counts.received += 1;
                self.counts.received_bytes += size;
            }
            None => self.counts.errors += u64::from(message.kind == MessageKind::Error),
        }
        if message.size.is_none() && message.kind != MessageKind::Error {
            self.counts.unsized_messages += 1;
        }
    }

    /// The message at `index` in file order.
    pub fn get(&self, index: usize) -> Option<Message> {
        let bits = *self.bits.get(index)?;
        let size = *self.sizes.get(index)?;
        Some(Message {
            kind: kind_of(bits),
            direction: direction_of(bits),
            time: self.time(index),
            size: (size != UNKNOWN_SIZE).then_some(u64::from(size)),
            encoding: encoding_of(bits),
            is_truncated: bits & TRUNCATED != 0,
            has_unicode_escapes: bits & UNICODE_ESCAPES != 0,
            body: *self.bodies.get(index)?,
        })
    }

    /// The body of the message at `index` in file order, without its other properties.
    pub fn body(&self, index: usize) -> Option<MessageBody> {
        let bits = *self.bits.get(index)?;
        let span = *self.bodies.get(index)?;
        Some(MessageBody {
            encoding: encoding_of(bits),
            has_unicode_escapes: bits & UNICODE_ESCAPES != 0,
            span,
        })
    }

    /// The time of the message at `index`; `None` where none was recorded.
    pub fn time(&self, index: usize) -> Option<EpochMs> {
        EpochMs::new(*self.times.get(index)?)
    }

    /// The times in file order, NaN where unknown.
    pub fn raw_times(&self) -> &[f64] {
        &self.times
    }

    /// Stores a number as recorded instead of a message's time, until
    /// [`set_clock`](Self::set_clock) converts it.
    pub fn set_recorded_time(&mut self, index: usize, recorded: f64) {
        if let Some(time) = self.times.get_mut(index) {
            *time = recorded;
        }
    }

    /// Sets the time of the message at `index` from the number that was recorded.
    pub fn set_time(&mut self, index: usize, recorded: f64, clock: &MessageClock) {
        let time = clock.time(recorded);
        self.implausible_times += u64::from(recorded > 0.0 && time.is_none());
        self.has_estimated_times |= clock.is_estimated();
        self.set_recorded_time(index, time.map_or(f64::NAN, EpochMs::ms));
    }

    /// Converts the recorded numbers into times.
    pub fn set_clock(&mut self, clock: &MessageClock) {
        for index in 0..self.times.len() {
            self.set_time(index, self.times.get(index).copied().unwrap_or(f64::NAN), clock);
        }
    }

    /// Sets the times of the first messages again, from the recorded numbers.
    pub fn reset_times(&mut self, recorded: &[f64], clock: &MessageClock) {
        (self.implausible_times, self.has_estimated_times) = (0, false);
        for (index, recorded) in recorded.iter().enumerate() {
            self.set_time(index, *recorded, clock);
        }
    }

    /// Number of recorded times that are implausible, and therefore unknown.
    pub fn implausible_times(&self) -> u64 {
        self.implausible_times
    }

    /// Whether the times count from an estimated instant. The intervals between messages are exact.
    pub fn has_estimated_times(&self) -> bool {
        self.has_estimated_times
    }

    /// Corrects the times of a producer whose clock ran at another rate.
    pub fn correct_times(&mut self, clock: ClockRate) {
        for time in &mut self.times {
            let corrected = EpochMs::new(*time).and_then(|time| clock.correct(time));
            *time = corrected.map_or(f64::NAN, EpochMs::ms);
        }
    }

    /// The messages in file order.
    pub fn iter(&self) -> impl Iterator<Item = Message> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// Bits 0-2 the kind, 3-4 the direction, 5-6 the encoding, 7 whether truncated, 8 whether it has
/// Unicode escapes.
fn pack(message: &Message) -> u16 {
    let direction = match message.direction {
        None => 0,
        Some(Direction::Sent) => 1,
        Some(Direction::Received) => 2,
    };
    let truncated = if message.is_truncated { TRUNCATED } else { 0 };
    let escapes = if message.has_unicode_escapes { UNICODE_ESCAPES } else { 0 };
    message.kind as u16 | direction << 3 | (message.encoding as u16) << 5 | truncated | escapes
}

fn kind_of(bits: u16) -> MessageKind {
    match bits & 0b111 {
        0 => MessageKind::Sent,
        1 => MessageKind::Received,
        2 => MessageKind::Error,
        3 => MessageKind::Ping,
        4 => MessageKind::Pong,
        _ => MessageKind::CloseFrame,
    }
}

fn direction_of(bits: u16) -> Option<Direction> {
    match bits >> 3 & 0b11 {
        1 => Some(Direction::Sent),
        2 => Some(Direction::Received),
        _ => None,
    }
}

fn encoding_of(bits: u16) -> Encoding {
    match bits >> 5 & 0b11 {
        0 => Encoding::Absent,
        1 => Encoding::JsonString,
        2 => Encoding::Base64,
        _ => Encoding::JsonValue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_events_round_trip_through_the_columns() {
        let message = Message {
            kind: MessageKind::Pong,
            direction: Some(Direction::Received),
            time: EpochMs::new(1_795_300_133_867.8),
            size: Some(12),
            encoding: Encoding::Base64,
            is_truncated: true,
            has_unicode_escapes: true,
            body: Span { start: 7, len: 16 },
        };
        let error = Message {
            kind: MessageKind::Error,
            direction: None,
            time: None,
            size: None,
            encoding: Encoding::Absent,
            is_truncated: false,
            has_unicode_escapes: false,
            body: Span::default(),
        };
        let mut columns = MessageColumns::default();
        columns.push(message);
        columns.push(error);
        assert_eq!(columns.iter().collect::<Vec<_>>(), [message, error]);
        assert_eq!([columns.body(0), columns.body(1)], [Some(message.body()), Some(error.body())]);
        assert_eq!(columns.get(2), None);
        let event = EventFields { name: Span { start: 1, len: 2 }, id: Span::default() };
        columns.push_event(message, event);
        assert_eq!(
            [1, 2, 3].map(|index| columns.event(index)),
            [EventFields::default(), event, EventFields::default()]
        );
        assert_eq!(columns.get(2), Some(message));
        let mut columns = MessageColumns::default();
        columns.push(message);
        columns.push(error);
        assert_eq!(
            columns.counts(),
            Counts { received: 1, received_bytes: 12, errors: 1, ..Counts::default() }
        );
    }
}
