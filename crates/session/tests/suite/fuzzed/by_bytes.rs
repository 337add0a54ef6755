//! The scanner that goes a byte at a time, which the library's own tests hold the fast one against.

use json_spans::{Event, NodeId, Outline, Route, ScanEnd};
use session::model::Span;

/// As in `json_spans::outline`.
const MAX_DEPTH: usize = 10_000;
const MAX_KEY: usize = 64;

#[path = "../../../../json-spans/src/outline/reference.rs"]
mod reference;

pub(super) fn scan(text: &[u8], route: fn(NodeId, &[u8]) -> Route, element: NodeId) -> (Vec<Event>, ScanEnd) {
    reference::Reference::scan(text, route, element)
}
