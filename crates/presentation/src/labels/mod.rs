//! Sentences and words that more than one part of the screen shows.

mod socket;
mod status;
mod text;

pub(crate) use socket::refusal_words;
pub use socket::{close_line, ending_words, missing_words, open_line};
pub use status::status_phrase;
pub(crate) use status::status_words;
pub(crate) use text::head;
pub use text::{UNKNOWN, bounded, other_contents};
