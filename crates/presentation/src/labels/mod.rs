//! Sentences and labels of more than one part of the screen.

mod socket;
mod status;
mod text;

pub(crate) use socket::refusal_label;
pub use socket::{close_line, ending_label, missing_label, open_line};
pub(crate) use status::status_label;
pub use status::status_phrase;
pub(crate) use text::truncated_to;
pub use text::{UNKNOWN, other_contents};
