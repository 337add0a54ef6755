//! What to show of a session, without showing it: the order of rows, the text of cells, the waterfall's scale, the
//! arithmetic of long lists, and the address. Nothing here knows a browser; the app turns it into elements.

mod address;
mod cells;
mod columns;
mod messages;
mod name;
mod percent;
mod replay;
mod rows;
mod scale;
mod sizes;
mod status;
mod summary;
#[cfg(test)]
mod testing;
mod timeline;
mod times;
mod types;
mod window;
mod words;

pub use address::Address;
pub use cells::{Cell, Clock, cell};
pub use columns::{Column, Sort};
pub use messages::{
    DirectionFilter, Lifecycle, MessageList, MessageRow, TimeOrder, empty_sentence, messages_summary,
    messages_summary_title,
};
pub use name::{NameCell, name_cell};
pub use replay::{Replay, ReplayWindow, replay};
pub use rows::{RowFilter, listed, total, type_counts};
pub use scale::{Bar, PhaseBar, Scale, Tick};
pub use sizes::{message_bytes, message_count};
pub use status::{RowState, ShownStatus, StatusText, shown_status, state, status_phrase, status_text};
pub use summary::network_summary;
pub use timeline::{Mark, MarkKind, Strip, strip};
pub use times::{Extent, Latency, begin, extent, latency};
pub use types::TypeSet;
pub use window::{MAX_SCROLL_HEIGHT, VisibleRange, Window};
pub use words::{UNKNOWN, bounded, close_line, ending_words, missing_words, open_line, other_contents};
