//! What a reader asks of a scanned text ([`Route`]), and what the scanner reports ([`Event`]).

use crate::Span;

/// A reader's number for an object or a list that it follows: 0 and 1 are the text's own
/// ([`Outline::ROOT`], [`Outline::ROOT_LIST`]), 255 is [`Outline::OPAQUE`], the others are the
/// reader's choice.
///
/// [`Outline::ROOT`]: super::Outline::ROOT
/// [`Outline::ROOT_LIST`]: super::Outline::ROOT_LIST
/// [`Outline::OPAQUE`]: super::Outline::OPAQUE
pub type NodeId = u8;

/// What a reader wants of a value, decided by the value's node and key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Nothing: the value is skipped.
    Skip,
    /// The spans of the value and of its key, as [`Event::Field`].
    Report,
    /// The span of the value under a slot number of the reader's choice, as [`Event::Captured`]: an
    /// event without a key, for values that are read by the million.
    Capture(u8),
    /// If the value is an object: [`Event::Enter`], and its fields are routed in turn under this
    /// node.
    Enter(NodeId),
    /// If the value is an array: each element as [`Event::Element`] of `list`. The fields of an
    /// element that is an object are routed under `element`. Another value of a field is reported
    /// as [`Event::NotAList`].
    List { list: NodeId, element: NodeId },
}

/// A part that was found. Spans and positions are byte offsets, counted from the first byte that
/// was fed or from the start that was given to
/// [`Outline::starting_at`](super::Outline::starting_at).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A complete value at the top level of the text.
    Root(Span),
    /// A field for which [`Route::Report`] was returned. `key` is the span between the quotes.
    Field { node: NodeId, key: Span, value: Span },
    /// A value for which [`Route::Capture`] was returned.
    Captured { slot: u8, value: Span },
    /// The start of an object whose fields are routed.
    Enter(NodeId),
    /// The grammar does not allow the byte at this position. Other events of the element around it
    /// are not reliable.
    SyntaxError(u32),
    /// The start of a followed array; the position is that of its bracket.
    ListStart(NodeId, u32),
    /// A complete element of a followed array.
    Element { list: NodeId, span: Span },
    /// The end of a followed array; the position is one past its bracket.
    ListEnd(NodeId, u32),
    /// The value of a field that was asked for as a list is not an array.
    NotAList { list: NodeId, value: Span },
}

/// How a text ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanEnd {
    /// Every value that began has ended.
    Complete,
    /// The text ended within a value.
    Truncated,
    /// A bracket at that byte closes a container that was not open. The rest of the text was not
    /// read.
    Broken { byte: u64 },
}

/// An element that has begun and not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ElementEnd {
    /// The list that it belongs to.
    pub list: NodeId,
    /// The position of its first byte.
    pub start: u64,
}
