//! The keys of the filter of messages.

use super::fields::{Field, FieldKind, Fields, Implied, Unit};

/// The keys of the filter of messages, in the order in which they are suggested.
pub const MESSAGE_FIELDS: Fields = Fields(&[
    text("event", "event name of the protocol; * matches any text"),
    choice("dir", &["sent", "received"], "direction"),
    choice(
        "is",
        &["heartbeat", "malformed", "unanswered", "paired", "truncated", "text", "binary", "json", "error"],
        "state of the message",
    ),
    Field { name: "path", kind: FieldKind::Path, description: "value in the payload: path:$.a.b=value" },
    Field { name: "has", kind: FieldKind::Path, description: "the payload has a value there: has:$.a.b" },
    number("length", Unit::Bytes, Implied::Equal, "size of the payload: length:>10kB"),
    number("time", Unit::Offset, Implied::Equal, "time since the start, or of day: time:1:02..1:05"),
    number("delta", Unit::Duration, Implied::Equal, "time since the previous message: delta:>500ms"),
    number("rtt", Unit::Duration, Implied::Equal, "time from the request to its reply: rtt:>1s"),
    choice("op", &["text", "binary", "ping", "pong"], "opcode"),
    text("raw", "bytes as sent, without decoding"),
    number("after", Unit::Offset, Implied::AtLeast, "from that time on: after:1:02.5, after:14:03:05"),
    number("before", Unit::Offset, Implied::Below, "before that time: before:1:02.5, before:14:03:05"),
    number("larger-than", Unit::Bytes, Implied::AtLeast, "at least that size: larger-than:10kB"),
    number("smaller-than", Unit::Bytes, Implied::Below, "below that size: smaller-than:10kB"),
]);

const fn text(name: &'static str, description: &'static str) -> Field {
    Field { name, kind: FieldKind::Text, description }
}

const fn choice(name: &'static str, choices: &'static [&'static str], description: &'static str) -> Field {
    Field { name, kind: FieldKind::Choice(choices), description }
}

const fn number(name: &'static str, unit: Unit, implied: Implied, description: &'static str) -> Field {
    Field { name, kind: FieldKind::Number(unit, implied), description }
}
