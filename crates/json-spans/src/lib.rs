//! Bytes to spans: where each part of a JSON text that was asked for begins and ends. Fed in pieces of any size; no
//! tree is built, and no token is copied or allocated.
//!
//! [`Outline`] walks a text by brackets and reports the parts that its [`Route`]s select; [`Elements`] and [`Fields`]
//! iterate over a text that is complete; [`json_string`] decodes the text between quotes.

#![warn(unreachable_pub)]

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
mod space;
mod span;

pub use elements::{Element, Elements};
pub use event::{ElementEnd, Event, NodeId, Route, ScanEnd};
pub use fields::{Field, Fields};
pub use grammar::{SyntaxError, checked_fields, fault, is_json, number_end, string_end};
pub use keys::Keys;
pub use outline::Outline;
pub use span::Span;
