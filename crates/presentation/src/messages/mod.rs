//! The messages of a socket or an event stream: the rows of their table, and the summary under it.

mod list;
mod summary;

pub use list::{DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder};
pub use summary::{empty_label, event_stream_summary, messages_summary, messages_summary_title};
