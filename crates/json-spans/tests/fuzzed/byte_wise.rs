//! The reference scanner of the unit tests, which reads a byte at a time.

use json_spans::{Event, NodeId, Outline, Route, ScanEnd, Span};

/// As in `json_spans::outline`, which does not export them.
const MAX_DEPTH: usize = 10_000;
const MAX_KEY: usize = 64;

#[path = "../../src/outline/reference.rs"]
mod reference;

pub(super) fn scan(text: &[u8], route: fn(NodeId, &[u8]) -> Route, element: NodeId) -> (Vec<Event>, ScanEnd) {
    reference::Reference::scan(text, route, element)
}
