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

/// The direction of the messages that are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DirectionFilter {
    #[default]
    All,
    Sent,
    Received,
}

impl DirectionFilter {
    pub const ALL: [Self; 3] = [Self::All, Self::Sent, Self::Received];

    /// Its name in the query string of a view state.
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

/// Messages by time: the order of file indexes. Computed once, and again when more messages have
/// arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeOrder {
    len: usize,
    /// `None` where the file is in time order already, as nearly every file is.
    sorted: Option<Vec<u32>>,
}

impl TimeOrder {
    /// Ties keep file order. A message without a time stays behind its predecessor in the file.
    pub fn of(columns: &MessageColumns) -> Self {
        let times = columns.raw_times();
        let sorted = (!is_sorted_by_time(times)).then(|| sort(times));
        Self { len: times.len(), sorted }
    }

    /// Indexes of the messages in file order, by time.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
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

/// Times of a socket's first and last row.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Lifecycle {
    /// When the handshake was done, else when the socket was constructed; unknown where no open was
    /// recorded.
    pub open: Option<EpochMs>,
    /// When the socket closed, or when the recording ended with it open.
    pub close: Option<EpochMs>,
}

impl Lifecycle {
    pub fn of(session: &Session, record: &Record) -> Self {
        let Some(socket) = record.socket() else { return Self::default() };
        let open = if socket.is_orphan { None } else { socket.opened.or_else(|| start_time(record)) };
        let close = match &socket.ending {
            Ending::Closed(close) => close.at,
            Ending::StillOpen if !socket.is_refused => session.end(),
            Ending::StillOpen | Ending::NotRecorded => None,
        };
        Self { open, close }
    }
}

/// The rows that pass the filters, in display order. The open of a socket is always first and its
/// close last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageList {
    messages: RowOrder,
    /// Whether the open and the close are rows. An event stream has neither.
    has_lifecycle: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum RowOrder {
    /// All of that many messages, in file order.
    FileOrder(u32),
    /// Indexes that rise: file order with gaps.
    Ascending(Vec<u32>),
    Unordered(Vec<u32>),
}

impl MessageList {
    /// Every message, in time order.
    pub fn all(order: &TimeOrder) -> Self {
        let messages = order
            .sorted
            .as_ref()
            .map_or(RowOrder::FileOrder(order.len as u32), |rows| RowOrder::Unordered(rows.clone()));
        Self { messages, has_lifecycle: true }
    }

    /// The messages of that direction for whose index `passes` returns true. `passes` is called
    /// only for messages of the direction.
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
        let messages =
            if order.sorted.is_some() { RowOrder::Unordered(rows) } else { RowOrder::Ascending(rows) };
        Self { messages, has_lifecycle: true }
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

    /// The position of the first message.
    pub(crate) fn first_message(&self) -> usize {
        usize::from(self.has_lifecycle)
    }

    /// Number of listed messages, without the open and the close.
    pub fn message_count(&self) -> usize {
        match &self.messages {
            RowOrder::FileOrder(count) => *count as usize,
            RowOrder::Ascending(rows) | RowOrder::Unordered(rows) => rows.len(),
        }
    }

    /// Number of rows: the messages, and for a socket its open and close.
    pub fn row_count(&self) -> usize {
        self.message_count() + if self.has_lifecycle { 2 } else { 0 }
    }

    /// The row at that position, from 0.
    pub fn row(&self, position: usize) -> Option<MessageRow> {
        let Some(message) = position.checked_sub(self.first_message()) else { return Some(MessageRow::Open) };
        if self.has_lifecycle && message == self.message_count() {
            return Some(MessageRow::Close);
        }
        self.index_at(message).map(MessageRow::Message)
    }

    fn index_at(&self, position: usize) -> Option<u32> {
        match &self.messages {
            RowOrder::FileOrder(count) => (position < *count as usize).then_some(position as u32),
            RowOrder::Ascending(rows) | RowOrder::Unordered(rows) => rows.get(position).copied(),
        }
    }

    /// The indexes of the listed messages in file order, in display order.
    pub fn messages(&self) -> impl Iterator<Item = u32> + '_ {
        let (count, rows) = match &self.messages {
            RowOrder::FileOrder(count) => (*count, [].as_slice()),
            RowOrder::Ascending(rows) | RowOrder::Unordered(rows) => (0, rows.as_slice()),
        };
        (0..count).chain(rows.iter().copied())
    }

    /// The same messages in another order: that of `order`, a list of file indexes. Messages that
    /// are not in `order` follow in the order that they had.
    #[must_use]
    pub fn in_order(&self, order: &[u32]) -> Self {
        let mut is_left: Vec<bool> = Vec::new();
        for index in self.messages() {
            let at = index as usize;
            if at >= is_left.len() {
                is_left.resize(at + 1, false);
            }
            if let Some(slot) = is_left.get_mut(at) {
                *slot = true;
            }
        }
        let mut take = |index: u32| is_left.get_mut(index as usize).is_some_and(std::mem::take);
        let mut rows: Vec<u32> = order.iter().copied().filter(|index| take(*index)).collect();
        if rows.len() < self.message_count() {
            rows.extend(self.messages().filter(|index| take(*index)));
        }
        Self { messages: RowOrder::Unordered(rows), has_lifecycle: self.has_lifecycle }
    }

    /// The position of a row; `None` where the filters hide it.
    pub fn position_of_row(&self, row: MessageRow) -> Option<usize> {
        match row {
            MessageRow::Open => self.has_lifecycle.then_some(0),
            MessageRow::Message(index) => self.position_of(index),
            MessageRow::Close if self.has_lifecycle => self.row_count().checked_sub(1),
            MessageRow::Close => None,
        }
    }

    /// The position of the message with that index in file order; `None` where the filters hide it.
    pub fn position_of(&self, index: u32) -> Option<usize> {
        let position = match &self.messages {
            RowOrder::FileOrder(count) => (index < *count).then_some(index as usize),
            RowOrder::Ascending(rows) => rows.binary_search(&index).ok(),
            RowOrder::Unordered(rows) => rows.iter().position(|row| *row == index),
        };
        position.map(|position| position + self.first_message())
    }

    /// The time of the row at that position.
    pub fn time(&self, columns: &MessageColumns, ends: Lifecycle, position: usize) -> Option<EpochMs> {
        match self.row(position)? {
            MessageRow::Open => ends.open,
            MessageRow::Message(index) => columns.time(index as usize),
            MessageRow::Close => ends.close,
        }
    }

    /// The time since the row above, where both are known; the first row has none.
    pub fn delta(&self, columns: &MessageColumns, ends: Lifecycle, position: usize) -> Option<Millis> {
        let above = self.time(columns, ends, position.checked_sub(1)?)?;
        Some(self.time(columns, ends, position)? - above)
    }
}

#[cfg(test)]
mod tests;
