//! The Network tab: its columns, the order and the text of its rows, the waterfall and the summary.

mod activity;
mod cells;
mod columns;
mod name;
mod rows;
mod sizes;
mod status;
mod summary;
mod types;
mod waterfall;

pub use activity::{Activity, Stripe, StripeKind};
pub use cells::{Cell, cell};
pub use columns::{Column, Sort};
pub use name::{NameCell, name_cell, without_scheme};
pub(crate) use name::{path, segment};
pub use rows::{RowCounts, RowFilter, filtered_rows, row_count, row_counts};
pub(crate) use sizes::bytes_by_direction;
pub use sizes::{message_bytes, message_count};
pub use status::{DisplayStatus, RowState, StatusText, display_status, row_state, status_text};
pub use summary::network_summary;
pub use types::TypeSet;
pub use waterfall::{Bar, Outside, PhaseBar, Scale};
