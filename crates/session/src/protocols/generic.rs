//! Messages of no known protocol: JSON, or a binary encoding that most of the binary messages of a sample pass the test
//! of. The event name is the value of the key that names the kind of most messages.

mod binary;
mod event_key;
mod json;

pub(super) use binary::GenericBinary;
pub(super) use event_key::bounded as bounded_event;
pub(super) use json::{GenericJson, event as json_event, event_key};

#[cfg(test)]
mod tests;
