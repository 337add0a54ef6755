//! The rows of a socket's messages table: the open, the messages in time order, the close.

use session::model::{Direction, Ending, EpochMs, MessageColumns, Millis, Record, Session, order};

use crate::time::start_time;

/// A row of the messages table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageRow {
    Open,
    /// The message's index in file order, from 0.
    Message(u32),
    Close,
}

/// Which messages the direction choice leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DirectionFilter {
    #[default]
    All,
    Sent,
    Received,
}

impl DirectionFilter {
    pub const ALL: [Self; 3] = [Self::All, Self::Sent, Self::Received];

    /// Its name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Sent => "sent",
            Self::Received => "received",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Sent => "Sent",
            Self::Received => "Received",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|direction| direction.key() == key)
    }

    fn passes(self, direction: Option<Direction>) -> bool {
        match self {
            Self::All => true,
            Self::Sent => direction == Some(Direction::Sent),
            Self::Received => direction == Some(Direction::Received),
        }
    }
}

/// Messages by time: which index of the file stands at which place. Made once for the messages at hand, and again when
/// more have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOrder {
    len: usize,
    /// `None` where the file is in time order already, as nearly every file is.
    sorted: Option<Vec<u32>>,
}

impl TimeOrder {
    /// Ties keep file order. A message without a time stays behind the one before it in the file.
    pub fn of(columns: &MessageColumns) -> Self {
        let times = columns.raw_times();
        let sorted = (!is_sorted_by_time(times)).then(|| sort(times));
        Self { len: times.len(), sorted }
    }

    fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        let identity = if self.sorted.is_none() { self.len as u32 } else { 0 };
        self.sorted.iter().flatten().copied().chain(0..identity)
    }
}

fn is_sorted_by_time(times: &[f64]) -> bool {
    let mut last = f64::NEG_INFINITY;
    times.iter().all(|&time| {
        let fits = time.is_nan() || time >= last;
        last = if time.is_nan() { last } else { time };
        fits
    })
}

fn sort(times: &[f64]) -> Vec<u32> {
    let mut last = f64::NEG_INFINITY;
    order::argsort_by_key(times.iter().map(|&time| {
        last = if time.is_nan() { last } else { time };
        order::rank(last)
    }))
}

/// When a socket's first and last row stand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// When the handshake was done, else when the socket was constructed; unknown where no open was recorded.
    pub open: Option<EpochMs>,
    /// When the socket closed, or when the recording ended with it open.
    pub close: Option<EpochMs>,
}

impl Lifecycle {
    pub fn of(session: &Session, record: &Record) -> Self {
        let Some(socket) = record.socket() else { return Self::default() };
        let open = if socket.orphan { None } else { socket.opened.or_else(|| start_time(record)) };
        let close = match &socket.ending {
            Ending::Closed(close) => close.at,
            Ending::StillOpen if !socket.refused => session.end(),
            Ending::StillOpen | Ending::NotRecorded => None,
        };
        Self { open, close }
    }
}

/// The rows that pass the filters, in the order shown. Of a socket the open is always the first and the close the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageList {
    shown: Shown,
    /// Whether the open and the close are rows. An event stream has neither.
    has_lifecycle: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shown {
    /// All of that many messages, in file order.
    FileOrder(u32),
    /// Indexes that rise: file order with gaps.
    Ascending(Vec<u32>),
    Unordered(Vec<u32>),
}

impl MessageList {
    /// Every message, in time order.
    pub fn all(order: &TimeOrder) -> Self {
        let shown = order
            .sorted
            .as_ref()
            .map_or(Shown::FileOrder(order.len as u32), |rows| Shown::Unordered(rows.clone()));
        Self { shown, has_lifecycle: true }
    }

    /// The messages that went that way and for whose index `passes` holds. Text is asked about only where the
    /// direction fits.
    pub fn filtered(
        columns: &MessageColumns,
        order: &TimeOrder,
        direction: DirectionFilter,
        mut passes: impl FnMut(usize) -> bool,
    ) -> Self {
        let fits = |index: usize| {
            direction == DirectionFilter::All
                || columns.get(index).is_some_and(|message| direction.passes(message.direction))
        };
        let rows = order.iter().filter(|&row| fits(row as usize) && passes(row as usize)).collect();
        let shown = if order.sorted.is_some() { Shown::Unordered(rows) } else { Shown::Ascending(rows) };
        Self { shown, has_lifecycle: true }
    }

    /// The same messages without rows for the open and the close, as of an event stream.
    #[must_use]
    pub fn without_lifecycle(self) -> Self {
        Self { has_lifecycle: false, ..self }
    }

    /// Whether the open and the close are rows.
    pub fn has_lifecycle(&self) -> bool {
        self.has_lifecycle
    }

    /// The place of the first message.
    pub(crate) fn first_message(&self) -> usize {
        usize::from(self.has_lifecycle)
    }

    /// How many messages are shown, the open and the close not counted.
    pub fn message_count(&self) -> usize {
        match &self.shown {
            Shown::FileOrder(count) => *count as usize,
            Shown::Ascending(rows) | Shown::Unordered(rows) => rows.len(),
        }
    }

    /// How many rows the table has: the messages, and of a socket the open and the close.
    pub fn row_count(&self) -> usize {
        self.message_count() + if self.has_lifecycle { 2 } else { 0 }
    }

    /// The row at that place, from 0.
    pub fn row(&self, place: usize) -> Option<MessageRow> {
        let Some(message) = place.checked_sub(self.first_message()) else { return Some(MessageRow::Open) };
        if self.has_lifecycle && message == self.message_count() {
            return Some(MessageRow::Close);
        }
        self.index_at(message).map(MessageRow::Message)
    }

    fn index_at(&self, place: usize) -> Option<u32> {
        match &self.shown {
            Shown::FileOrder(count) => (place < *count as usize).then_some(place as u32),
            Shown::Ascending(rows) | Shown::Unordered(rows) => rows.get(place).copied(),
        }
    }

    /// The place of the message with that index in file order; `None` where the filters hide it.
    pub fn position_of(&self, index: u32) -> Option<usize> {
        let place = match &self.shown {
            Shown::FileOrder(count) => (index < *count).then_some(index as usize),
            Shown::Ascending(rows) => rows.binary_search(&index).ok(),
            Shown::Unordered(rows) => rows.iter().position(|row| *row == index),
        };
        place.map(|place| place + self.first_message())
    }

    /// The time of the row at that place.
    pub fn time(&self, columns: &MessageColumns, ends: Lifecycle, place: usize) -> Option<EpochMs> {
        match self.row(place)? {
            MessageRow::Open => ends.open,
            MessageRow::Message(index) => columns.time(index as usize),
            MessageRow::Close => ends.close,
        }
    }

    /// The time since the row above, where both are known; the first row has none.
    pub fn delta(&self, columns: &MessageColumns, ends: Lifecycle, place: usize) -> Option<Millis> {
        let above = self.time(columns, ends, place.checked_sub(1)?)?;
        Some(self.time(columns, ends, place)? - above)
    }
}

#[cfg(test)]
mod tests;
