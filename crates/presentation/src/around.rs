//! What else happened around a message: requests, other sockets, the console, the page, and the
//! messages before and after it, in one list in order of time.

mod text;

use session::elements::PageElements;
use session::model::{EpochMs, MessageLog, Millis, Record, Session};

use crate::events::EventRow;

/// Time before and after the message, in ms.
pub const WINDOW_MS: f64 = 1000.0;
/// Items that are listed: the closest ones.
const MAX_ITEMS: usize = 100;

/// What happened around a message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Surroundings {
    /// In order of time, with the message itself.
    pub items: Vec<SurroundingItem>,
    /// Number of items within the time that are not listed: those further from the message.
    pub further: usize,
    /// What was not recorded, a sentence each.
    pub not_recorded: Vec<String>,
}

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct SurroundingItem {
    /// Time since the message; negative before it.
    pub offset: Millis,
    pub subject: Subject,
    /// What happened: `Request ended`, `Console error`, `Received`.
    pub kind: String,
    /// What it happened to, on one line; may be empty.
    pub text: String,
    /// Whether it is a failure.
    pub is_error: bool,
}

/// What something happened to. Rows are numbers of records, the others indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    RequestStarted(u32),
    RequestEnded(u32),
    SocketOpened(u32),
    SocketClosed(u32),
    PageEvent(u32),
    Action(u32),
    Console(u32),
    /// A message of the same socket; also the message itself.
    Message(u32),
}

impl Subject {
    /// The row of the Events tab.
    pub fn event_row(self) -> Option<EventRow> {
        match self {
            Self::PageEvent(index) => Some(EventRow::Page(index)),
            Self::Action(index) => Some(EventRow::Action(index)),
            _ => None,
        }
    }
}

impl Surroundings {
    /// What happened within [`WINDOW_MS`] of the message at `index`; `None` if the time of that is
    /// not known. One pass over everything; only what is listed is decoded.
    ///
    /// `elements` are what the page's events touched, where that is known.
    pub fn of(
        session: &Session,
        record: &Record,
        log: MessageLog<'_>,
        index: u32,
        elements: Option<&PageElements>,
    ) -> Option<Self> {
        let time = log.columns.time(index as usize)?;
        let mut found = Candidates { time, items: Vec::new() };
        for other in session.records.iter() {
            found.add_record(other);
        }
        for (nth, event) in (0_u32..).zip(&session.page_events) {
            found.add(event.time, Subject::PageEvent(nth));
        }
        for (nth, action) in (0_u32..).zip(&session.actions) {
            found.add(action.start, Subject::Action(nth));
        }
        for (nth, entry) in (0_u32..).zip(&session.console) {
            found.add(entry.time, Subject::Console(nth));
        }
        for (nth, ms) in (0_u32..).zip(log.columns.raw_times()) {
            found.add(EpochMs::new(*ms), Subject::Message(nth));
        }
        let (listed, further) = found.closest(index);
        let item = |(offset, subject)| text::item(Source { session, record, log, elements }, offset, subject);
        Some(Self {
            items: listed.into_iter().filter_map(item).collect(),
            further,
            not_recorded: text::not_recorded(session),
        })
    }
}

/// What the texts of the items are read from.
#[derive(Clone, Copy)]
struct Source<'a> {
    session: &'a Session,
    /// The socket whose message it is.
    record: &'a Record,
    log: MessageLog<'a>,
    elements: Option<&'a PageElements>,
}

/// What is within the time, with its distance in ms.
struct Candidates {
    time: EpochMs,
    items: Vec<(f64, Subject)>,
}

impl Candidates {
    fn add(&mut self, time: Option<EpochMs>, subject: Subject) {
        let offset = time.map(|time| (time - self.time).ms());
        if let Some(offset) = offset.filter(|offset| offset.abs() <= WINDOW_MS) {
            self.items.push((offset, subject));
        }
    }

    fn add_record(&mut self, record: &Record) {
        let number = record.number;
        let Some(socket) = record.socket() else {
            self.add(record.start, Subject::RequestStarted(number));
            self.add(record.end(), Subject::RequestEnded(number));
            return;
        };
        if !socket.is_orphan {
            self.add(socket.opened.or(record.start), Subject::SocketOpened(number));
        }
        self.add(record.end(), Subject::SocketClosed(number));
    }

    /// The closest items in order of time, with the message at `index`, and the number of others.
    fn closest(mut self, index: u32) -> (Vec<(f64, Subject)>, usize) {
        let further = self.items.len().saturating_sub(MAX_ITEMS);
        if further > 0 {
            let rank = |(offset, subject): &(f64, Subject)| {
                // Of many at the same time, the message itself and those next to it in the file.
                let distance = match subject {
                    Subject::Message(nth) if *nth == index => 0,
                    Subject::Message(nth) => nth.abs_diff(index).saturating_add(1),
                    _ => 1,
                };
                (offset.abs(), distance)
            };
            self.items.select_nth_unstable_by(MAX_ITEMS, |one, other| {
                let ((one_ms, one_distance), (other_ms, other_distance)) = (rank(one), rank(other));
                one_ms.total_cmp(&other_ms).then(one_distance.cmp(&other_distance))
            });
            self.items.truncate(MAX_ITEMS);
        }
        self.items.sort_by(|(one, first), (other, second)| one.total_cmp(other).then(first.cmp(second)));
        (self.items, further)
    }
}

#[cfg(test)]
mod tests;
