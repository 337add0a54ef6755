//! The conditions on messages that need no payload: they compare numbers of the columns.

use super::expression::{Condition, FieldTerm};
use super::message_filter::Messages;
use super::values::{NumberRange, TextPattern};
use super::wall_clock::Zone;
use crate::model::order::{argsort_by_key, rank};
use crate::model::{Direction, Encoding, EventFields, Message, MessageKind, MessageLog};
use crate::protocols::EventId;

/// A condition on the columns of a message.
#[derive(Clone, Debug)]
pub(super) enum ColumnTest {
    Direction(Vec<Direction>),
    Opcode(Vec<Opcode>),
    State(Vec<State>),
    Event(EventTest),
    Number(NumberColumn, Vec<NumberRange>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Opcode {
    Text,
    Binary,
    Ping,
    Pong,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Heartbeat,
    Malformed,
    Unanswered,
    Paired,
    Truncated,
    Error,
    Opcode(Opcode),
}

/// Numbers of the messages.
#[derive(Clone, Debug)]
pub(super) enum NumberColumn {
    Length,
    Time,
    Rtt,
    /// By message, in ms since the previous message in order of time; NaN where that is not known.
    Delta(Vec<f64>),
}

/// A condition on the event name.
#[derive(Clone, Debug)]
pub(super) struct EventTest {
    patterns: Vec<TextPattern>,
    /// Whether a name matches, by its number.
    names: Vec<bool>,
}

impl ColumnTest {
    /// The condition of a field; `None` if it needs the payload.
    pub(super) fn new(term: &FieldTerm, messages: Messages<'_>, zone: Zone) -> Option<Self> {
        Some(match (term.field.name, &term.condition) {
            ("dir", Condition::Choice(values)) => {
                Self::Direction(values.iter().filter_map(|value| direction(value)).collect())
            }
            ("op", Condition::Choice(values)) => {
                Self::Opcode(values.iter().filter_map(|value| opcode(value)).collect())
            }
            ("is", Condition::Choice(values)) => {
                Self::State(values.iter().filter_map(|value| state(value)).collect())
            }
            ("event", Condition::Text(patterns)) => Self::Event(EventTest::new(patterns, messages)),
            ("length" | "larger-than" | "smaller-than", Condition::Number(ranges)) => {
                Self::Number(NumberColumn::Length, ranges.clone())
            }
            ("time" | "after" | "before", Condition::Number(ranges)) => {
                let since_start = |range: &NumberRange| range.since_start(messages.start, zone);
                Self::Number(NumberColumn::Time, ranges.iter().map(since_start).collect())
            }
            ("rtt", Condition::Number(ranges)) => Self::Number(NumberColumn::Rtt, ranges.clone()),
            ("delta", Condition::Number(ranges)) => {
                Self::Number(NumberColumn::Delta(deltas(messages.log)), ranges.clone())
            }
            _ => return None,
        })
    }

    /// Whether the message at `index` matches.
    pub(super) fn matches(&self, messages: Messages<'_>, index: usize) -> bool {
        match self {
            Self::Event(test) => test.matches(messages, index),
            Self::Number(column, ranges) => {
                let number = column.get(messages, index);
                number.is_some_and(|number| ranges.iter().any(|range| range.contains(number)))
            }
            Self::Direction(directions) => {
                let direction = messages.log.columns.get(index).and_then(|message| message.direction);
                direction.is_some_and(|direction| directions.contains(&direction))
            }
            Self::Opcode(opcodes) => {
                let message = messages.log.columns.get(index);
                message.is_some_and(|message| opcodes.iter().any(|opcode| opcode.matches(&message)))
            }
            Self::State(states) => states.iter().any(|state| state.matches(messages, index)),
        }
    }
}

/// Whether a condition depends on what a protocol says of the messages.
pub(super) fn uses_analysis(term: &FieldTerm) -> bool {
    match &term.condition {
        Condition::Choice(values) => {
            values.iter().any(|value| matches!(*value, "heartbeat" | "malformed" | "unanswered" | "paired"))
        }
        _ => matches!(term.field.name, "event" | "rtt"),
    }
}

fn direction(value: &str) -> Option<Direction> {
    match value {
        "sent" => Some(Direction::Sent),
        "received" => Some(Direction::Received),
        _ => None,
    }
}

fn opcode(value: &str) -> Option<Opcode> {
    match value {
        "text" => Some(Opcode::Text),
        "binary" => Some(Opcode::Binary),
        "ping" => Some(Opcode::Ping),
        "pong" => Some(Opcode::Pong),
        _ => None,
    }
}

fn state(value: &str) -> Option<State> {
    match value {
        "heartbeat" => Some(State::Heartbeat),
        "malformed" => Some(State::Malformed),
        "unanswered" => Some(State::Unanswered),
        "paired" => Some(State::Paired),
        "truncated" => Some(State::Truncated),
        "error" => Some(State::Error),
        _ => opcode(value).map(State::Opcode),
    }
}

impl Opcode {
    fn matches(self, message: &Message) -> bool {
        let is_data = matches!(message.kind, MessageKind::Sent | MessageKind::Received);
        match self {
            Self::Text => is_data && matches!(message.encoding, Encoding::JsonString | Encoding::JsonValue),
            Self::Binary => is_data && message.encoding == Encoding::Base64,
            Self::Ping => message.kind == MessageKind::Ping,
            Self::Pong => message.kind == MessageKind::Pong,
        }
    }
}

impl State {
    fn matches(self, messages: Messages<'_>, index: usize) -> bool {
        let number = index as u32;
        let message = || messages.log.columns.get(index);
        let analysis = messages.analysis;
        match self {
            Self::Heartbeat => {
                let is_control =
                    |message: Message| matches!(message.kind, MessageKind::Ping | MessageKind::Pong);
                analysis.is_some_and(|analysis| analysis.is_heartbeat(number))
                    || message().is_some_and(is_control)
            }
            Self::Malformed => analysis.is_some_and(|analysis| analysis.is_malformed(number)),
            Self::Unanswered => analysis.is_some_and(|analysis| analysis.is_unanswered(number)),
            Self::Paired => analysis.is_some_and(|analysis| analysis.partner(number).is_some()),
            Self::Truncated => message().is_some_and(|message| message.is_truncated),
            Self::Error => message().is_some_and(|message| message.kind == MessageKind::Error),
            Self::Opcode(opcode) => message().is_some_and(|message| opcode.matches(&message)),
        }
    }
}

impl NumberColumn {
    /// The number of the message at `index`; `None` where it is not known.
    fn get(&self, messages: Messages<'_>, index: usize) -> Option<f64> {
        let columns = messages.log.columns;
        match self {
            Self::Length => columns.get(index)?.size.map(|size| size as f64),
            // As it is shown, without fractions of a millisecond.
            Self::Time => Some((columns.time(index)? - messages.start?).ms().round()),
            Self::Delta(deltas) => deltas.get(index).copied().filter(|delta| !delta.is_nan()),
            Self::Rtt => {
                let analysis = messages.analysis?;
                let partner = analysis.partner(index as u32)?;
                let (one, other) = (columns.time(index)?, columns.time(partner as usize)?);
                let ms = if analysis.is_request(index as u32) { other - one } else { one - other }.ms();
                (ms >= 0.0).then_some(ms)
            }
        }
    }
}

/// The time since the previous message in order of time, by message.
fn deltas(log: MessageLog<'_>) -> Vec<f64> {
    let times = log.columns.raw_times();
    let mut deltas = vec![f64::NAN; times.len()];
    let mut previous = f64::NAN;
    for index in argsort_by_key(times.iter().map(|time| rank(*time))) {
        let index = index as usize;
        if let (Some(delta), Some(time)) = (deltas.get_mut(index), times.get(index)) {
            *delta = time - previous;
            previous = *time;
        }
    }
    deltas
}

impl EventTest {
    fn new(patterns: &[TextPattern], messages: Messages<'_>) -> Self {
        let mut test = Self { patterns: patterns.to_vec(), names: Vec::new() };
        // No name has the number 0.
        test.names.push(patterns.contains(&TextPattern::Equals(String::new())));
        if let Some(analysis) = messages.analysis {
            test.names.extend(
                analysis.names().iter().map(|(_, name)| patterns.iter().any(|pattern| pattern.matches(name))),
            );
        }
        test
    }

    fn matches(&self, messages: Messages<'_>, index: usize) -> bool {
        // An event of an event stream has the name that the file says.
        if messages.log.columns.event(index) != EventFields::default() {
            let name = messages.log.event_name(index);
            return self.patterns.iter().any(|pattern| pattern.matches(&name));
        }
        let id = messages.analysis.map_or(EventId::NONE, |analysis| analysis.event_id(index as u32));
        self.names.get(id.number()).copied().unwrap_or(false)
    }
}
