//! JSON as written: a tree of ranges over the text, so that numbers keep their digits, repeated keys stay and
//! their order too.

mod parse;
mod summary;
mod tree;

pub use tree::{JsonTree, MAX_DEPTH, Node, NodeKind};

/// Whether `text` looks like a JSON object or array: its first character other than whitespace says so.
pub fn is_json_container(text: &str) -> bool {
    let first = text.bytes().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    matches!(first, Some(b'{' | b'['))
}
