//! The columns of the messages table, and the order that a click on one selects.

use crate::sort::{Sort, SortColumn};

/// A column of the messages table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageColumn {
    Number,
    Direction,
    Opcode,
    Event,
    /// The ID of an event of an event stream.
    Id,
    Data,
    Length,
    Time,
    Clock,
    Delta,
    RoundTrip,
}

impl MessageColumn {
    /// All columns, in the order of the table.
    pub const ALL: [Self; 11] = [
        Self::Number,
        Self::Direction,
        Self::Opcode,
        Self::Event,
        Self::Id,
        Self::Data,
        Self::Length,
        Self::Time,
        Self::Clock,
        Self::Delta,
        Self::RoundTrip,
    ];

    /// Its name in the query string of a view state, and the `data-col` of its cells.
    pub fn key(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Direction => "direction",
            Self::Opcode => "opcode",
            Self::Event => "event",
            Self::Id => "id",
            Self::Data => "data",
            Self::Length => "length",
            Self::Time => "time",
            Self::Clock => "clock",
            Self::Delta => "delta",
            Self::RoundTrip => "rtt",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Number => "Number",
            Self::Direction => "Direction",
            Self::Opcode => "Opcode",
            Self::Event => "Event",
            Self::Id => "Id",
            Self::Data => "Data",
            Self::Length => "Length",
            Self::Time => "Time",
            Self::Clock => "Clock",
            Self::Delta => "Delta",
            Self::RoundTrip => "Round trip",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }

    fn bit(self) -> u16 {
        1 << self as u16
    }
}

/// The order of the messages; by time without a sort.
pub type MessageSort = Sort<MessageColumn>;

impl SortColumn for MessageColumn {
    const DEFAULT: Self = Self::Time;

    fn key(self) -> &'static str {
        self.key()
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::from_key(key)
    }
}

/// A set of columns; they are shown in the order of [`MessageColumn::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnSet(u16);

impl ColumnSet {
    /// The columns that are shown at first; `has_events` where a protocol was recognized.
    pub fn initial(has_events: bool) -> Self {
        use MessageColumn::{Data, Delta, Direction, Event, Length, Time};
        let shown = [Direction, Data, Length, Time, Delta].into_iter().chain(has_events.then_some(Event));
        Self(shown.fold(0, |bits, column| bits | column.bit()))
    }

    /// The columns of an event stream.
    pub fn of_event_stream() -> Self {
        Self(Self::initial(true).0 | MessageColumn::Id.bit())
    }

    /// Whether it has the column.
    pub fn has(self, column: MessageColumn) -> bool {
        self.0 & column.bit() != 0
    }

    /// The same set with or without a column. The data are always shown.
    #[must_use]
    pub fn with(self, column: MessageColumn, is_shown: bool) -> Self {
        let bits = if is_shown { self.0 | column.bit() } else { self.0 & !column.bit() };
        Self(bits | MessageColumn::Data.bit())
    }

    /// The columns in their order.
    pub fn iter(self) -> impl Iterator<Item = MessageColumn> {
        MessageColumn::ALL.into_iter().filter(move |column| self.has(*column))
    }

    /// Parses a comma list of keys.
    ///
    /// # Errors
    /// The first key that is not one of a column.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let mut set = Self(MessageColumn::Data.bit());
        for key in text.split(',').filter(|key| !key.is_empty()) {
            set = set.with(MessageColumn::from_key(key).ok_or(key)?, true);
        }
        Ok(set)
    }
}

impl std::fmt::Display for ColumnSet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (nth, column) in self.iter().enumerate() {
            formatter.write_str(if nth == 0 { "" } else { "," })?;
            formatter.write_str(column.key())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_of_columns_round_trips() {
        let set = ColumnSet::initial(true);
        assert_eq!(set.to_string(), "direction,event,data,length,time,delta");
        assert_eq!(ColumnSet::parse("time,rtt").map(|set| set.to_string()).as_deref(), Ok("data,time,rtt"));
        assert_eq!(ColumnSet::parse("time,speed"), Err("speed"));
        assert_eq!(ColumnSet::parse(&set.to_string()), Ok(set));
    }

    #[test]
    fn the_data_cannot_be_hidden() {
        let set = ColumnSet::initial(false).with(MessageColumn::Data, false);
        assert!(set.has(MessageColumn::Data) && !set.has(MessageColumn::Event));
    }
}
