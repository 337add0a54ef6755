//! A line of `sockets/<id>.jsonl`.

use crate::export::json::Json;
use crate::export::payload::{self, As};
use crate::model::{Direction, Encoding, EpochMs, EventFields, Message, MessageKind, MessageLog};
use json_spans::is_json;

/// What is not above is read as seconds.
const MIN_MS: f64 = 1e11;

/// Writes the message at `index`. Returns whether it had a payload that was left out.
pub(super) fn write(json: &mut Json, log: MessageLog<'_>, index: usize, payloads: bool) -> bool {
    let Some(message) = log.columns.get(index) else { return false };
    let has_payload = message.encoding != Encoding::Absent;
    json.open_object();
    json.field("type", type_of(&message));
    json.optional_number_field("timeStamp", message.time.map(EpochMs::ms).filter(|ms| *ms > MIN_MS));
    json.optional_number_field("size", message.size.map(|size| size as f64));
    json.optional_number_field("opcode", opcode(&message));
    let event = log.columns.event(index);
    if event != EventFields::default() {
        json.field("event", &log.event_name(index));
        json.optional_field("eventId", Some(log.event_id(index)).filter(|id| !id.is_empty()).as_deref());
    }
    if has_payload && payloads {
        if message.encoding == Encoding::Base64 {
            json.field("encoding", "base64");
        }
        json.mark("truncated", message.is_truncated);
        json.key("message");
        let raw = log.raw(&message);
        if message.encoding == Encoding::JsonValue && is_one_line_of_json(&raw) {
            let redacted = payload::redacted(json, &message, &raw);
            json.json(redacted.as_deref().unwrap_or(&raw));
        } else {
            payload::write(json, &message, &raw, As::String);
        }
    }
    json.close_object();
    json.end_line();
    has_payload && !payloads
}

fn is_one_line_of_json(raw: &[u8]) -> bool {
    !raw.iter().any(|byte| matches!(byte, b'\n' | b'\r')) && is_json(raw)
}

fn type_of(message: &Message) -> &'static str {
    match (message.kind, message.direction) {
        (MessageKind::Error, _) => "error",
        (_, Some(Direction::Sent)) => "sent",
        (_, Some(Direction::Received) | None) => "received",
    }
}

/// The opcode of a message; `None` for text, the default of the format.
fn opcode(message: &Message) -> Option<f64> {
    match message.kind {
        MessageKind::CloseFrame => Some(8.0),
        MessageKind::Ping => Some(9.0),
        MessageKind::Pong => Some(10.0),
        MessageKind::Sent | MessageKind::Received if message.encoding == Encoding::Base64 => Some(2.0),
        MessageKind::Sent | MessageKind::Received | MessageKind::Error => None,
    }
}
