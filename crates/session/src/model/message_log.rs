//! The messages of one socket or event stream: the bytes of the file, and columns of numbers that
//! point into them.

use std::borrow::Cow;

use json_spans::json_string;

use super::{Message, MessageColumns, SegmentedBuffer, Span};

/// The messages of a socket or an event stream, borrowed: columns of numbers, and the bytes that
/// they point into.
#[derive(Clone, Copy, Debug)]
pub struct MessageLog<'a> {
    pub bytes: &'a SegmentedBuffer,
    pub columns: &'a MessageColumns,
}

impl<'a> MessageLog<'a> {
    /// Number of messages.
    pub fn len(self) -> usize {
        self.columns.len()
    }

    /// Whether there are no messages.
    pub fn is_empty(self) -> bool {
        self.columns.is_empty()
    }

    /// The bytes of a message's body as the file has them, with escapes unresolved. Empty if the
    /// body's span is not within [`bytes`](Self::bytes).
    pub fn raw(self, message: &Message) -> Cow<'a, [u8]> {
        self.bytes.slice(message.body)
    }

    /// The type of the event at `index` of an event stream; `message`, the default of the HTML
    /// standard, where the event names none.
    pub fn event_name(self, index: usize) -> String {
        let name = self.text(self.columns.event(index).name);
        if name.is_empty() { "message".to_owned() } else { name }
    }

    /// The last event ID as of the event at `index` of an event stream; empty if there is none.
    pub fn event_id(self, index: usize) -> String {
        self.text(self.columns.event(index).id)
    }

    fn text(self, span: Span) -> String {
        json_string::unescape(&self.bytes.slice(span)).into_owned()
    }
}
