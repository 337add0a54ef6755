//! What to show of a session, without showing it: the order of rows, the text of cells, the waterfall's scale, the
//! arithmetic of long lists, and the address. Nothing here knows a browser; the app turns it into elements.

mod activity;
mod address;
mod cells;
mod columns;
mod compressed_time_scale;
mod console;
mod events;
mod failure;
mod groups;
mod levels;
mod messages;
mod moment;
mod name;
mod near;
mod percent;
mod replay;
mod rows;
mod scale;
mod sizes;
mod status;
mod summary;
#[cfg(test)]
mod testing;
mod ticks;
mod timeline;
mod timeline_marker;
mod times;
mod timing;
mod types;
mod window;
mod words;

pub use activity::inactive;
pub use address::Address;
pub use cells::{Cell, Clock, cell};
pub use columns::{Column, Sort};
pub use compressed_time_scale::{CompressedTimeScale, IdleGap};
pub use console::{ConsoleFilter, console_line, console_listed, console_summary, console_text};
pub use events::{EventFilter, EventLine, EventRow, event_line, events_listed, events_summary, events_total};
pub use failure::failed_request;
pub use groups::{Group, GroupSet};
pub use levels::{LevelGroup, LevelSet, level_counts, level_words};
pub use messages::{
    DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder, empty_sentence, event_stream_summary,
    messages_summary, messages_summary_title,
};
pub use moment::{current_entry, current_event, current_message, current_row, instant_at, is_later, step};
pub use name::{NameCell, name_cell};
pub use near::{PreviewLine, near};
pub use replay::{Replay, ReplayWindow, replay};
pub use rows::{RowFilter, Tallies, listed, tallies, total};
pub use scale::{Bar, Outside, PhaseBar, Scale};
pub use sizes::{message_bytes, message_count};
pub use status::{RowState, ShownStatus, StatusText, shown_status, state, status_phrase, status_text};
pub use summary::network_summary;
pub use ticks::Tick;
pub use timeline::{Mark, MarkKind, Strip, strip, strip_folded};
pub use times::{Extent, Latency, begin, extent, latency, length};
pub use timing::{timing_remark, timing_total};
pub use types::TypeSet;
pub use window::{MAX_SCROLL_HEIGHT, VisibleRange, Window};
pub use words::{UNKNOWN, bounded, close_line, ending_words, missing_words, open_line, other_contents};
