//! Bytes to spans: where each element of a JSON array, or each line, begins and ends. Fed in pieces of any size; no
//! tree is built and nothing is copied.

mod block;
mod event;
mod fields;
pub mod json_string;
mod outline;
mod quote;
mod records;
mod space;

pub use event::{ElementEnd, Event, Place, Route, ScanEnd};
pub use fields::{Field, Fields};
pub use outline::Outline;
pub use records::RecordScanner;
