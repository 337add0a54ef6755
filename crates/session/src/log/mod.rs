//! The messages of one socket: the bytes as they came and a few columns of numbers over them.

use std::borrow::Cow;

use crate::model::{KeptBytes, Message, MessageColumns};

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

    /// The bytes of a message's body as they stand in the file, escapes and all.
    pub fn raw(self, message: &Message) -> Cow<'a, [u8]> {
        self.bytes.slice(message.body)
    }
}
