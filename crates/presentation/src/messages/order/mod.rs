//! The messages in the order of a column. Ties keep file order, and messages without a value are
//! last in both directions. A million messages take longer than a frame, so the work is done in
//! steps.

mod keys;
mod sorter;
mod text_key;

use session::model::MessageLog;
use session::protocols::Analysis;

use self::keys::{KeySource, Keyed};
use self::sorter::Sorter;
use super::columns::MessageSort;
use super::list::{Lifecycle, MessageList};

/// What the order of messages is made of: the same at each step of a [`MessageSorter`], or more of
/// it.
#[derive(Clone, Copy, Debug)]
pub struct SortInput<'a> {
    pub log: MessageLog<'a>,
    /// What the protocol says of the messages; `None` where nothing is decoded.
    pub analysis: Option<&'a Analysis>,
    /// The rows in time order, from which the times since the previous row count.
    pub list: &'a MessageList,
    pub ends: Lifecycle,
}

/// The order of the messages by a column, which is being made.
#[derive(Debug)]
pub struct MessageSorter {
    source: KeySource,
    sorter: Sorter,
}

impl MessageSorter {
    /// Sorts the messages that are there now.
    pub fn new(input: &SortInput<'_>, sort: MessageSort) -> Self {
        Self { source: KeySource::new(input, sort), sorter: Sorter::new(0..input.log.len() as u32) }
    }

    /// Works for a few milliseconds; whether there is more to do.
    pub fn step(&mut self, input: &SortInput<'_>) -> bool {
        self.sorter.step(&Keyed { source: &self.source, input })
    }

    /// The indexes of the messages in their order, when no step is left.
    pub fn finish(self) -> Vec<u32> {
        self.sorter.into_elements().collect()
    }
}

#[cfg(test)]
mod tests;
