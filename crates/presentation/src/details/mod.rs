//! The details of a request.

mod timing;

pub use timing::{timing_remark, timing_total};
