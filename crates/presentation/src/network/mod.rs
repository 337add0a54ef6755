//! The Network tab: its columns, the order and the text of its rows, the waterfall and the summary.

mod activity;
mod cells;
mod column_list;
mod columns;
mod detail_cells;
mod groups;
mod initiated;
mod name;
mod request_filter;
mod rows;
mod sizes;
mod status;
mod summary;
mod types;
mod url_parts;
mod waterfall;

pub use activity::{Activity, Stripe, StripeKind};
pub use cells::{Cell, cell};
pub use column_list::{ColumnList, ShownColumn, WIDTHS};
pub use columns::{Column, HeaderName, Sort};
pub use detail_cells::indexed_cell;
pub use groups::{Group, GroupBy, GroupSums, Grouping, TableRow, TableRows};
pub use initiated::Initiated;
pub use name::{NameCell, name_cell};
pub(crate) use name::{path, segment};
pub use request_filter::{
    ContentKind, ContentTerm, Contents, Evidence, IndexedText, RequestFilter, RequestIndex, Side,
    request_values,
};
pub use rows::{RowCounts, RowFilter, filtered_rows, filtered_rows_with, row_count, row_counts};
pub(crate) use sizes::bytes_by_direction;
pub use sizes::{message_bytes, message_count, transferred};
pub use status::{DisplayStatus, RowState, StatusText, display_status, row_state, status_text};
pub use summary::network_summary;
pub use types::TypeSet;
pub use url_parts::without_scheme;
pub use waterfall::{Bar, Outside, PhaseBar, Scale};
