//! The Console tab: its entries, their levels, and the failed request that an entry reports.

mod failed_request;
mod levels;
mod list;

pub use failed_request::failed_request;
pub(crate) use levels::is_error;
pub use levels::{LevelGroup, LevelSet, level_counts, level_label};
pub(crate) use list::value_line;
pub use list::{ConsoleFilter, console_line, console_summary, console_text, filtered_entries};
