//! The messages of a socket or an event stream: the rows of their table, the summary under it,
//! and what changed since an earlier message.

mod changes;
mod columns;
mod exchange;
mod list;
mod order;
mod search;
mod selection;
mod summary;

pub use changes::{MessageContent, message_changes, previous_of_event};
pub use columns::{ColumnSet, MessageColumn, MessageSort};
pub use exchange::{event_label, opcode_label, round_trip_label};
pub use list::{DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder};
pub use order::{MessageSorter, SortInput};
pub use search::{direction_labels, search_summary};
pub use selection::MessageSelection;
pub use summary::{empty_label, event_stream_summary, messages_summary, messages_summary_title};
