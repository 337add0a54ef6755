//! The messages of a socket as columns of plain numbers over bytes that are kept elsewhere: a million messages cost a
//! million small numbers, not a million objects.

use super::plausible::MessageClock;
use super::{ClockRate, EpochMs, Span};

/// What a message is.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Sent,
    Received,
}

/// How a message's payload stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// It does not: the body was not recorded.
    Absent,
    /// A JSON string; the span is what stands between its quotes, escapes and all.
    JsonString,
    /// A JSON string that holds base64 of a binary payload; the span is what stands between its quotes.
    Base64,
    /// A JSON value other than a string; the span is the value as written.
    JsonValue,
}

/// One message: where its payload is and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Message {
    pub kind: MessageKind,
    pub direction: Option<Direction>,
    pub time: Option<EpochMs>,
    /// Bytes of the whole payload (UTF-8 for text), also where only a part of it was recorded.
    pub size: Option<u64>,
    pub encoding: Encoding,
    /// The recorded payload is a prefix of the whole.
    pub truncated: bool,
    /// Whether `\u` stands in the body as written. A filter need not look for characters behind it where it does not.
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
    pub fn body(&self) -> MessageBody {
        MessageBody {
            encoding: self.encoding,
            has_unicode_escapes: self.has_unicode_escapes,
            span: self.body,
        }
    }
}

/// All messages of one socket, in file order. Message number n of the address is at index n - 1.
#[derive(Clone, Debug, Default)]
pub struct MessageColumns {
    times: Vec<f64>,
    bodies: Vec<Span>,
    sizes: Vec<u32>,
    bits: Vec<u16>,
    /// Names and ids of the events of an event stream, as far as the last event that has any.
    events: Vec<EventFields>,
    counts: Counts,
    /// The times are anchored to an estimate.
    has_estimated_times: bool,
    implausible_times: u64,
}

/// Name and id of an event of an event stream: spans between the quotes of JSON strings, empty where there is none.
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
    pub fn len(&self) -> usize {
        self.bits.len()
    }

    pub fn is_empty(&self) -> bool {
        self.bits.is_empty()
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Appends a message. A size of 4 GiB or more is kept as unknown: no reader keeps a body of that size.
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

    /// Name and id of the event at `index`; empty spans for a message of a socket.
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
            truncated: bits & TRUNCATED != 0,
            has_unicode_escapes: bits & UNICODE_ESCAPES != 0,
            body: *self.bodies.get(index)?,
        })
    }

    /// The body of the message at `index` in file order, without the rest of it.
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

    /// Puts a number as it was recorded in the place of a message's time, until [`set_clock`](Self::set_clock).
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

    /// Turns the recorded numbers into times.
    pub fn set_clock(&mut self, clock: &MessageClock) {
        for index in 0..self.times.len() {
            self.set_time(index, self.times.get(index).copied().unwrap_or(f64::NAN), clock);
        }
    }

    /// Sets the times of the first messages from what was recorded of them, in the place of what they were set to before.
    pub fn reset_times(&mut self, recorded: &[f64], clock: &MessageClock) {
        (self.implausible_times, self.has_estimated_times) = (0, false);
        for (index, recorded) in recorded.iter().enumerate() {
            self.set_time(index, *recorded, clock);
        }
    }

    /// How many times were recorded and cannot be true: they are unknown.
    pub fn implausible_times(&self) -> u64 {
        self.implausible_times
    }

    /// Whether the times count from an instant that is estimated: those between messages are right.
    pub fn has_estimated_times(&self) -> bool {
        self.has_estimated_times
    }

    /// Mends the times of a producer whose clock ran at another rate.
    pub fn correct_times(&mut self, clock: ClockRate) {
        for time in &mut self.times {
            let mended = EpochMs::new(*time).and_then(|time| clock.correct(time));
            *time = mended.map_or(f64::NAN, EpochMs::ms);
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Message> + '_ {
        (0..self.len()).filter_map(|index| self.get(index))
    }
}

/// Bits 0-2 the kind, 3-4 the direction, 5-6 the encoding, 7 whether truncated, 8 whether it has Unicode escapes.
fn pack(message: &Message) -> u16 {
    let direction = match message.direction {
        None => 0,
        Some(Direction::Sent) => 1,
        Some(Direction::Received) => 2,
    };
    let truncated = if message.truncated { TRUNCATED } else { 0 };
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
    fn a_message_comes_back_as_it_was_put_in() {
        let message = Message {
            kind: MessageKind::Pong,
            direction: Some(Direction::Received),
            time: EpochMs::new(1_795_300_133_867.8),
            size: Some(12),
            encoding: Encoding::Base64,
            truncated: true,
            has_unicode_escapes: true,
            body: Span { start: 7, len: 16 },
        };
        let error = Message {
            kind: MessageKind::Error,
            direction: None,
            time: None,
            size: None,
            encoding: Encoding::Absent,
            truncated: false,
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
