//! The details of a request.

mod timing;

pub use timing::{timing_note, timing_total};
