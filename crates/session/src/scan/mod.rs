//! Bytes to spans: where each element of a JSON array, or each line, begins and ends. Fed in pieces of any size; no
//! tree is built and nothing is copied.

mod block;
mod cursor;
mod elements;
mod event;
mod fields;
mod grammar;
pub mod json_string;
mod keys;
mod outline;
mod quote;
mod records;
mod space;

pub use elements::{Element, Elements};
pub use event::{ElementEnd, Event, Place, Route, ScanEnd};
pub use fields::{Field, Fields};
pub use grammar::{Fault, checked_fields, fault, is_json};
pub(crate) use grammar::{number_end, string_end};
pub use keys::Keys;
pub use outline::Outline;
pub use records::RecordScanner;
