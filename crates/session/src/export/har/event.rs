//! The messages of an event stream, as Chrome writes them (`_eventSourceMessages`).

use super::socket::type_of;
use super::{UNKNOWN, seconds};
use crate::export::json::Json;
use crate::export::payload::{self, As};
use crate::model::{Encoding, MessageKind, MessageLog};

/// Writes the event at `index`. Returns whether it had a payload that was left out.
pub(super) fn write(json: &mut Json, log: MessageLog<'_>, index: usize, payloads: bool) -> bool {
    let Some(message) = log.columns.get(index) else { return false };
    let has_payload = message.encoding != Encoding::Absent;
    let keeps_payload = has_payload && payloads;
    json.open_object();
    // Chrome lists what was received and nothing else.
    json.optional_field("type", Some(type_of(&message)).filter(|_| message.kind != MessageKind::Received));
    json.number_field("time", message.time.and_then(seconds).unwrap_or(UNKNOWN));
    json.field("eventName", &log.event_name(index));
    json.field("eventId", &log.event_id(index));
    if keeps_payload {
        if message.encoding == Encoding::Base64 {
            json.field("encoding", "base64");
        }
        json.key("data");
        payload::write(json, &message, &log.raw(&message), As::String);
    }
    json.mark("truncated", message.is_truncated && keeps_payload);
    if !keeps_payload || message.is_truncated {
        json.optional_number_field("size", message.size.map(|size| size as f64));
    }
    json.close_object();
    has_payload && !keeps_payload
}
