//! The Events tab: what happened on the page and what a test did, in one list.

mod list;

pub(crate) use list::event_words;
pub use list::{EventFilter, EventLine, EventRow, event_line, events_listed, events_summary, events_total};
