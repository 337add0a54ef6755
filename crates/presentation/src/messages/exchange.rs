//! What a protocol says of a message, as its row shows it.

use session::encodings::one_line;
use session::model::{Encoding, Message, MessageColumns, MessageKind, Millis};
use session::protocols::Analysis;

use crate::labels::UNKNOWN;

/// Characters of an event name that a cell can show.
const MAX_EVENT_CHARS: usize = 120;

/// The event column of a message: the name of its unit, `part 2 of 3 of #17`, or that it is
/// malformed.
pub fn event_label(analysis: &Analysis, index: u32) -> String {
    let name = one_line(analysis.event(index).unwrap_or_default(), MAX_EVENT_CHARS);
    let part = analysis.part(index).filter(|part| part.first != index || name.is_empty());
    match (part, name.is_empty()) {
        (Some(part), true) => part.label(),
        (Some(part), false) => format!("{name}, {}", part.label()),
        (None, true) if analysis.is_malformed(index) => "malformed".to_owned(),
        (None, true) if analysis.is_skipped(index) => "too large to decode here".to_owned(),
        (None, _) => name,
    }
}

/// What the round trip column shows for a message: the time between a request and its first reply,
/// on both; `no reply` if one was due; `—` if the clock ran backwards. Empty for a message without
/// an exchange. `is_complete` is whether all messages have been analyzed.
pub fn round_trip_label(
    analysis: &Analysis,
    columns: &MessageColumns,
    index: u32,
    is_complete: bool,
) -> String {
    if analysis.partner(index).is_none() {
        let is_unanswered = analysis.is_unanswered(index) && is_complete;
        return if is_unanswered { "no reply".to_owned() } else { String::new() };
    }
    analysis.round_trip(columns, index).map_or_else(|| UNKNOWN.to_owned(), Millis::duration)
}

/// What the opcode column shows: `text`, `binary`, `ping` or `pong`; empty for others.
pub fn opcode_label(message: &Message) -> &'static str {
    match (message.kind, message.encoding) {
        (MessageKind::Ping, _) => "ping",
        (MessageKind::Pong, _) => "pong",
        (MessageKind::Sent | MessageKind::Received, Encoding::Base64) => "binary",
        (MessageKind::Sent | MessageKind::Received, Encoding::JsonString | Encoding::JsonValue) => "text",
        _ => "",
    }
}
