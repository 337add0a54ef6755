//! The messages of one socket: the bytes as they came and a few columns of numbers over them.

use std::borrow::Cow;

use crate::filter::{Bytes, Query, message_matches};
use crate::model::{KeptBytes, Message, MessageColumns, Span};

/// Messages to be read: columns of numbers, and the bytes that they point into.
#[derive(Clone, Copy, Debug)]
pub struct MessageLog<'a> {
    pub bytes: &'a KeptBytes,
    pub columns: &'a MessageColumns,
}

impl<'a> MessageLog<'a> {
    pub fn len(self) -> usize {
        self.columns.len()
    }

    pub fn is_empty(self) -> bool {
        self.columns.is_empty()
    }

    /// Tells of an index whether its message matches what was typed.
    pub fn matching(self, filter: &str) -> impl Fn(usize) -> bool {
        let query = Query::parse_among(&self.sample(), filter);
        move |index| {
            let body = self.columns.body(index);
            body.is_some_and(|body| message_matches(&query, body, &self.bytes.slice(body.span)))
        }
    }

    /// Bytes as they stand in the bodies: the beginnings of some that lie all over the file.
    fn sample(self) -> Bytes {
        const BODIES: usize = 256;
        const BYTES: u32 = 256;
        let step = self.len().div_ceil(BODIES).max(1);
        let bodies = (0..self.len()).step_by(step).filter_map(|index| self.columns.body(index));
        Bytes::of(bodies.map(|body| self.bytes.slice(Span { len: body.span.len.min(BYTES), ..body.span })))
    }

    /// The bytes of a message's body as they stand in the file, escapes and all.
    pub fn raw(self, message: &Message) -> Cow<'a, [u8]> {
        self.bytes.slice(message.body)
    }
}
