//! Bytes to spans: where each element of a JSON array, or each line, begins and ends. Fed in pieces of any size; no
//! tree is built and nothing is copied.

mod fields;
pub mod json_string;
mod outline;
mod quote;
mod records;

pub use fields::{Field, Fields};
pub use outline::{ElementEnd, Event, Outline, Place, Route, ScanEnd};
pub use records::RecordScanner;
