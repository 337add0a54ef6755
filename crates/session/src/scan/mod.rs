//! Bytes to spans: where each element of a JSON array, or each line, begins and ends. Fed in pieces of any size; no
//! tree is built and nothing is copied.

pub mod json_string;
mod outline;
mod records;

pub use outline::{ElementEnd, Event, Outline, Place, Route, ScanEnd};
pub use records::RecordScanner;
