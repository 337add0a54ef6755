//! The Network tab: its columns, the order and the text of its rows, the waterfall and the summary.

mod cells;
mod columns;
mod name;
mod rows;
mod sizes;
mod status;
mod summary;
mod types;
mod waterfall;

pub use cells::{Cell, cell};
pub use columns::{Column, Sort};
pub use name::{NameCell, name_cell};
pub(crate) use name::{path, segment};
pub use rows::{RowFilter, Tallies, listed, tallies, total};
pub(crate) use sizes::both_ways;
pub use sizes::{message_bytes, message_count};
pub use status::{RowState, ShownStatus, StatusText, shown_status, state, status_text};
pub use summary::network_summary;
pub use types::TypeSet;
pub use waterfall::{Bar, Outside, PhaseBar, Scale};
