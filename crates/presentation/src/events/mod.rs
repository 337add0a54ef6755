//! The Events tab: what happened on the page and what a test did, in one list.

mod list;
mod target;

pub(crate) use list::event_label;
pub use list::{EventFilter, EventLine, EventRow, event_count, event_line, events_summary, filtered_events};
pub use target::{EventMark, NOT_RECORDED};
