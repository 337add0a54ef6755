//! Messages of no known protocol: JSON, or a binary encoding that most of the binary messages of a
//! sample pass the test of. The event name is the value of the key that names the kind of most
//! messages.

mod binary;
mod event_key;
mod json;
mod unknown;

pub(super) use binary::GenericBinary;
pub(super) use json::{GenericJson, json_of};
pub(super) use unknown::Unknown;

#[cfg(test)]
mod tests;
