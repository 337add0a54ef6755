//! Finds the byte spans of selected parts of a JSON text. The text is fed in pieces of any size, as
//! it arrives; no tree is built, and no token is copied or allocated. Positions are 32-bit: a text
//! has at most 4 GiB.
//!
//! - [`Outline`] is the push scanner. A function returns a [`Route`] for each key, and the scanner
//!   reports an [`Event`] for each part that was asked for. Everything else is skipped by its
//!   brackets and quotes, 64 bytes at a time. It is lenient: a syntax error within an element of a
//!   list costs that element, not the text.
//! - [`Fields`] and [`Elements`] iterate over one complete object or array, leniently.
//! - [`checked_fields`], [`syntax_error`] and [`is_json`] validate a complete text strictly (RFC
//!   8259).
//! - [`json_string`] resolves the escapes of a string, [`Keys`] finds a key in a static table.
//!
//! # Example
//!
//! The elements of `log.entries` of a file that arrives in pieces:
//!
//! ```
//! use json_spans::{Event, NodeId, Outline, Route, ScanEnd};
//!
//! const LOG: NodeId = 2;
//! const ENTRIES: NodeId = 3;
//!
//! fn route(node: NodeId, key: &[u8]) -> Route {
//!     match (node, key) {
//!         (Outline::ROOT, b"log") => Route::Enter(LOG),
//!         (LOG, b"entries") => Route::List { list: ENTRIES, element: Outline::OPAQUE },
//!         _ => Route::Skip,
//!     }
//! }
//!
//! let text = r#"{"log": {"version": "1.2", "entries": [{"time": 3}, {"time": 5}]}}"#;
//! let mut outline = Outline::new(route, Outline::OPAQUE);
//! let mut events = Vec::new();
//! for piece in text.as_bytes().chunks(10) {
//!     outline.feed(piece, &mut events);
//! }
//! assert_eq!(outline.finish(&mut events), ScanEnd::Complete);
//!
//! let entries: Vec<&str> = events
//!     .iter()
//!     .filter_map(|event| match event {
//!         Event::Element { list: ENTRIES, span } => text.get(span.start as usize..span.end() as usize),
//!         _ => None,
//!     })
//!     .collect();
//! assert_eq!(entries, [r#"{"time": 3}"#, r#"{"time": 5}"#]);
//! ```
//!
//! # Safety
//!
//! The only unsafe code calls SSE2 intrinsics on values (`block.rs`); WebAssembly and other targets
//! use safe code.

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
pub use grammar::{SyntaxError, checked_fields, is_json, number_end, string_end, syntax_error};
pub use keys::Keys;
pub use outline::Outline;
pub use span::Span;
