//! Sentences and labels of more than one part of the screen.

mod close_code;
mod phase;
mod socket;
mod status;
mod text;

pub use close_code::{close_code_description, close_code_meaning, is_local_close_code, protocol_close_code};
pub use phase::{phase_key, phase_label, phase_meaning};
pub use socket::{close_line, ending_label, missing_label, open_line};
pub(crate) use socket::{first_close_frame, recording_label, refusal_label, side_label};
pub(crate) use status::status_label;
pub use status::status_phrase;
pub(crate) use text::truncated_to;
pub use text::{UNKNOWN, other_contents};
