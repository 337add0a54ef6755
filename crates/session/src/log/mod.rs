//! The messages of one socket: the bytes as they came and a few columns of numbers over them.

use std::borrow::Cow;

use crate::model::{Message, MessageColumns, SegmentedBuffer, Span};
use json_spans::json_string;

/// Messages to be read: columns of numbers, and the bytes that they point into.
#[derive(Clone, Copy, Debug)]
pub struct MessageLog<'a> {
    pub bytes: &'a SegmentedBuffer,
    pub columns: &'a MessageColumns,
}

impl<'a> MessageLog<'a> {
    pub fn len(self) -> usize {
        self.columns.len()
    }

    pub fn is_empty(self) -> bool {
        self.columns.is_empty()
    }

    /// The bytes of a message's body as they stand in the file, escapes and all.
    pub fn raw(self, message: &Message) -> Cow<'a, [u8]> {
        self.bytes.slice(message.body)
    }

    /// The type of the event at `index` of an event stream. `message`, where it has no name of its own, is the HTML
    /// standard's default.
    pub fn event_name(self, index: usize) -> String {
        let name = self.text(self.columns.event(index).name);
        if name.is_empty() { "message".to_owned() } else { name }
    }

    /// The last event id at the event at `index` of an event stream; empty where there is none.
    pub fn event_id(self, index: usize) -> String {
        self.text(self.columns.event(index).id)
    }

    fn text(self, span: Span) -> String {
        json_string::unescape(&self.bytes.slice(span)).into_owned()
    }
}
