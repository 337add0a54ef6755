//! A message as a line of JSON.

use super::decoded;
use super::fields::Fields;
use crate::encodings::base64;
use crate::export::json::Json;
use crate::export::payload::{self, Content};
use crate::model::MessageLog;
use crate::protocols::DecodedMessage;

/// Writes the line. `decoded` is the message as its protocol reads it, where that is wanted; then
/// `units` or `value` take the place of `data`, if there is more to say than the payload itself.
pub(super) fn write(json: &mut Json, log: MessageLog<'_>, fields: &Fields, decoded: Option<&DecodedMessage>) {
    let message = &fields.message;
    json.open_object();
    json.number_field("number", fields.number);
    json.optional_field("time", fields.time.as_deref());
    json.optional_number_field("offset", fields.offset);
    json.optional_field("direction", some(fields.direction));
    json.optional_field("kind", Some(fields.kind).filter(|kind| *kind != "data"));
    json.optional_field("opcode", some(fields.opcode));
    json.optional_field("event", some(&fields.event));
    json.optional_field("id", some(&fields.id));
    json.optional_field("part", fields.part.as_deref());
    json.mark("heartbeat", fields.is_heartbeat);
    json.mark("malformed", fields.is_malformed);
    json.optional_number_field("pair", fields.pair);
    json.optional_number_field("rtt", fields.round_trip);
    json.optional_number_field("length", fields.length);
    json.mark("truncated", message.is_truncated);
    data(json, log, fields, decoded);
    json.close_object();
    json.end_line();
}

fn data(json: &mut Json, log: MessageLog<'_>, fields: &Fields, decoded: Option<&DecodedMessage>) {
    if let Some(decoded) = decoded.filter(|decoded| decoded.has_content()) {
        json.key("units");
        decoded::units(json, decoded);
        return;
    }
    let content = payload::content(json, &fields.message, &log.raw(&fields.message));
    let structured = decoded.and_then(|_| decoded::structured(content.as_ref()));
    match (structured, content) {
        (Some(payload), _) => {
            json.key("value");
            decoded::payload_value(json, &payload);
        }
        (None, Some(Content::Text(text))) => json.verbatim_field("data", &text),
        (None, Some(Content::Binary(bytes))) => {
            json.field("encoding", "base64");
            json.verbatim_field("data", &base64::encode(&bytes));
        }
        (None, None) => {}
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}
