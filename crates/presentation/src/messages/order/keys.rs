//! What messages are sorted by, column by column.

use session::model::{Direction, MessageColumns, Millis, order};
use session::protocols::{Analysis, EventId};

use super::SortInput;
use super::sorter::Keys;
use super::text_key::{MAX_LEVELS, is_end, payload_key, string_key};
use crate::messages::columns::{MessageColumn, MessageSort};
use crate::messages::exchange::opcode_label;
use crate::messages::list::MessageRow;

/// The key of a message without a value, the last of all in both directions.
const NO_VALUE: u64 = u64::MAX;
/// The key of a request without a reply: behind all round trips in both directions.
const NO_REPLY: u64 = u64::MAX - 1;

/// What is computed once for a sort.
#[derive(Debug)]
pub(super) struct KeySource {
    sort: MessageSort,
    /// By the number of an event name, its rank among the names.
    name_ranks: Vec<u32>,
    /// By message, the time since the previous row in ms; NaN where it is not known.
    deltas: Vec<f64>,
}

impl KeySource {
    pub(super) fn new(input: &SortInput<'_>, sort: MessageSort) -> Self {
        let name_ranks = match (sort.column, input.analysis) {
            (MessageColumn::Event, Some(analysis)) => name_ranks(analysis),
            _ => Vec::new(),
        };
        let deltas = if sort.column == MessageColumn::Delta { deltas(input) } else { Vec::new() };
        Self { sort, name_ranks, deltas }
    }

    fn is_of_texts(&self, input: &SortInput<'_>) -> bool {
        match self.sort.column {
            MessageColumn::Data | MessageColumn::Id => true,
            MessageColumn::Event => input.analysis.is_none(),
            _ => false,
        }
    }
}

/// The ranks of event names, ASCII case ignored.
fn name_ranks(analysis: &Analysis) -> Vec<u32> {
    let names: Vec<(EventId, String)> =
        analysis.names().iter().map(|(id, name)| (id, name.to_ascii_lowercase())).collect();
    let text = |nth: usize| names.get(nth).map(|(_, name)| name.as_str());
    let sorted = order::argsort_by(names.len(), &mut |a, b| text(a).cmp(&text(b)));
    let mut ranks = vec![0; names.len() + 1];
    for (rank, nth) in (0..).zip(sorted) {
        let id = names.get(nth as usize).map(|(id, _)| id.number());
        if let Some(slot) = id.and_then(|id| ranks.get_mut(id)) {
            *slot = rank;
        }
    }
    ranks
}

/// The times since the previous row of the messages that are listed.
fn deltas(input: &SortInput<'_>) -> Vec<f64> {
    let mut deltas = vec![f64::NAN; input.log.len()];
    let mut above = None;
    for position in 0..input.list.row_count() {
        let time = input.list.time(input.log.columns, input.ends, position);
        let delta = time.zip(above).map(|(time, above)| time - above);
        if let (Some(MessageRow::Message(index)), Some(delta)) = (input.list.row(position), delta)
            && let Some(slot) = deltas.get_mut(index as usize)
        {
            *slot = delta.ms();
        }
        above = time;
    }
    deltas
}

/// The keys of the messages.
pub(super) struct Keyed<'a> {
    pub(super) source: &'a KeySource,
    pub(super) input: &'a SortInput<'a>,
}

impl Keys for Keyed<'_> {
    fn key(&self, element: u32, level: u32) -> u64 {
        let key = if self.source.is_of_texts(self.input) {
            self.text(element, level)
        } else {
            // In descending order a small number would be a key of those above.
            self.number(element).map(|key| if key == NO_REPLY { key } else { key.saturating_add(2) })
        };
        match key {
            Some(NO_REPLY) => NO_REPLY,
            Some(key) if self.source.sort.descending => !key,
            Some(key) => key,
            None => NO_VALUE,
        }
    }

    fn is_final(&self, key: u64, level: u32) -> bool {
        let ascending = if self.source.sort.descending { !key } else { key };
        key == NO_VALUE
            || !self.source.is_of_texts(self.input)
            || is_end(ascending)
            || level + 1 >= MAX_LEVELS
    }
}

impl Keyed<'_> {
    fn text(&self, element: u32, level: u32) -> Option<u64> {
        let (log, index) = (self.input.log, element as usize);
        match self.source.sort.column {
            MessageColumn::Id => string_key(log.bytes, log.columns.event(index).id, level),
            MessageColumn::Event => string_key(log.bytes, log.columns.event(index).name, level),
            _ => payload_key(log.bytes, log.columns.body(index)?, level),
        }
    }

    fn number(&self, element: u32) -> Option<u64> {
        let (columns, index) = (self.input.log.columns, element as usize);
        match self.source.sort.column {
            MessageColumn::Number => Some(u64::from(element)),
            MessageColumn::Direction => columns.get(index)?.direction.map(|direction| match direction {
                Direction::Sent => 0,
                Direction::Received => 1,
            }),
            MessageColumn::Opcode => {
                let label = opcode_label(&columns.get(index)?);
                ["binary", "ping", "pong", "text"]
                    .iter()
                    .position(|known| *known == label)
                    .map(|at| at as u64)
            }
            MessageColumn::Length => columns.get(index)?.size,
            MessageColumn::Time | MessageColumn::Clock => {
                columns.time(index).map(|time| order::rank(time.ms()))
            }
            MessageColumn::Delta => {
                let delta = self.source.deltas.get(index).copied().filter(|delta| !delta.is_nan())?;
                Some(order::rank(delta))
            }
            MessageColumn::RoundTrip => self.round_trip(columns, element),
            MessageColumn::Event => self.event(element),
            MessageColumn::Id | MessageColumn::Data => None,
        }
    }

    fn round_trip(&self, columns: &MessageColumns, element: u32) -> Option<u64> {
        let analysis = self.input.analysis?;
        if analysis.is_unanswered(element) {
            return Some(NO_REPLY);
        }
        analysis.round_trip(columns, element).map(Millis::ms).map(order::rank)
    }

    /// The rank of an event's name; one of the few names that are not stored is behind the others.
    fn event(&self, element: u32) -> Option<u64> {
        match self.input.analysis?.event_id(element) {
            EventId::NONE => None,
            id => self
                .source
                .name_ranks
                .get(id.number())
                .map_or(Some(u64::from(u32::MAX)), |rank| Some((*rank).into())),
        }
    }
}
