//! Whether messages are Protocol Buffers at all: a guard against bytes that happen to be valid.

use std::collections::HashMap;

use super::{Wire, fields};

/// Messages below which nothing can be said.
const MIN_MESSAGES: usize = 3;
/// The share of the messages that have to be valid, in percent.
const MIN_VALID_PERCENT: usize = 90;
/// The share of the messages that the most common field has to be in, in percent.
const MIN_COMMON_PERCENT: usize = 80;

/// A field of the messages themselves.
#[derive(Clone, Copy, Debug)]
struct Field {
    wire: Wire,
    /// The last message that it was in, from 1.
    last: usize,
    messages: usize,
}

/// Whether messages of one direction can be Protocol Buffers.
pub(in crate::encodings) fn are_messages<'m>(messages: impl Iterator<Item = &'m [u8]>) -> bool {
    let mut seen: HashMap<u32, Field> = HashMap::new();
    let (mut count, mut valid, mut is_stable) = (0, 0, true);
    for message in messages.filter(|message| !message.is_empty()) {
        count += 1;
        if fields(message, |_, _, _| ()).is_none() {
            continue;
        }
        valid += 1;
        let _ = fields(message, |key, _, depth| {
            if depth > 0 || key.wire == Wire::GroupEnd {
                return;
            }
            let field = seen.entry(key.number).or_insert(Field { wire: key.wire, last: 0, messages: 0 });
            is_stable &= are_compatible(field.wire, key.wire);
            field.messages += usize::from(field.last != count);
            field.last = count;
        });
    }
    let most_common = seen.values().map(|field| field.messages).max().unwrap_or(0);
    count >= MIN_MESSAGES
        && valid * 100 >= count * MIN_VALID_PERCENT
        && is_stable
        && most_common * 100 >= valid * MIN_COMMON_PERCENT
}

/// Whether a field can have both: a repeated number is also written as a packed list.
fn are_compatible(left: Wire, right: Wire) -> bool {
    let is_list = |wire| matches!(wire, Wire::Varint | Wire::Len);
    left == right || is_list(left) && is_list(right)
}
