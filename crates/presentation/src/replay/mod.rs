//! The replay of the page: what there is to play, and which row of each list is current at the
//! playhead.

mod playhead;
mod source;
mod viewport;

pub use playhead::{
    adjacent_marker, current_entry, current_event, current_message, current_row, instant_at, is_future,
};
pub use source::{Replay, ReplayWindow, replay};
pub use viewport::page_aspect;
