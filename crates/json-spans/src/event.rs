//! What a reader asks of a scanned text, and what it is told.

use crate::Span;

/// A reader's name for an object or list that it follows.
pub type NodeId = u8;

/// What a reader wants of a value, told by its key (or by its list).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Nothing: it is skipped.
    Skip,
    /// Its span with that of its key, as [`Event::Field`].
    Report,
    /// Its span under a number of the reader's own, as [`Event::Kept`]; for values that are read by the million.
    Keep(u8),
    /// Where it is an object, [`Event::Enter`] tells so, and its fields are routed in turn under this place.
    Enter(NodeId),
    /// Where it is an array, each element is told as [`Event::Element`] of `list`; an element that is an object has its
    /// fields routed under `element`. Another value of a field is told as [`Event::NotAList`].
    List { list: NodeId, element: NodeId },
}

/// Something found. Spans count from the first byte that was fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A whole value at the top of the text. Its fields were routed under [`Outline::ROOT`](super::Outline::ROOT).
    Root(Span),
    /// A field that was asked for, told by its place and its key (the span is that between the quotes).
    Field {
        place: NodeId,
        key: Span,
        value: Span,
    },
    /// A value that was asked for by a number.
    Kept {
        slot: u8,
        value: Span,
    },
    /// An object begins whose fields are routed.
    Enter(NodeId),
    /// Something stands at that byte where the grammar allows nothing: what is told of the element around it is not to be
    /// trusted.
    SyntaxError(u32),
    ListStart(NodeId, u32),
    Element {
        list: NodeId,
        span: Span,
    },
    /// A list ended; the position is that just after its bracket.
    ListEnd(NodeId, u32),
    /// The value of a field that was asked for as a list is not an array.
    NotAList {
        list: NodeId,
        value: Span,
    },
}

/// Where scanning stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanEnd {
    /// Every value that began has ended.
    Complete,
    /// The text ended within a value.
    Truncated,
    /// A bracket closes what was not open, at that byte. What follows was not read.
    Broken { byte: u64 },
}

/// Whether an element was under way when the text stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementEnd {
    pub list: NodeId,
    pub start: u64,
}
