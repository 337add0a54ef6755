//! Messages as their protocol or encoding reads them, as JSON.

use std::borrow::Cow;

use json_spans::is_json;

use crate::encodings::{NodeKind, Payload, SpanTree, Value, base64};
use crate::export::json::Json;
use crate::export::payload::Content;
use crate::protocols::{DecodedBody, DecodedField, DecodedMessage, DecodedUnit};
use crate::redact::{REDACTED, credential_ranges};

/// The payload, if it encodes a value: JSON, MessagePack, or one of these compressed.
pub(super) fn structured(content: Option<&Content>) -> Option<Payload> {
    let mut payload = match content? {
        Content::Text(text) => Payload::from_text(text.clone()),
        Content::Binary(bytes) => Payload::detected(bytes.clone()),
    };
    while let Some(inner) = payload.layer().and_then(|layer| layer.payload.as_ref().ok().cloned()) {
        payload = inner;
    }
    payload.tree().is_some().then_some(payload)
}

/// Writes what the protocol reads: a list of units.
pub(super) fn units(json: &mut Json, decoded: &DecodedMessage) {
    json.open_array();
    for unit in &decoded.units {
        write_unit(json, unit);
    }
    json.close_array();
}

fn write_unit(json: &mut Json, unit: &DecodedUnit) {
    json.open_object();
    json.field("event", &unit.event);
    json.mark("heartbeat", unit.is_heartbeat);
    json.optional_field("problem", unit.problem.as_deref());
    let (first, last) = unit.messages;
    if first != last {
        json.number_field("first", f64::from(first) + 1.0);
        json.number_field("last", f64::from(last) + 1.0);
    }
    if !unit.fields.is_empty() {
        json.key("fields");
        json.open_object();
        for field in &unit.fields {
            write_field(json, field);
        }
        json.close_object();
    }
    if !unit.bodies.is_empty() {
        json.key("payloads");
        json.open_array();
        for body in &unit.bodies {
            write_body(json, body);
        }
        json.close_array();
    }
    json.close_object();
}

fn write_field(json: &mut Json, field: &DecodedField) {
    let value = if field.is_credential && json.redactor.is_on() {
        REDACTED.into()
    } else {
        json.redactor.payload(&field.value)
    };
    json.verbatim_field(&field.name, &value);
}

fn write_body(json: &mut Json, body: &DecodedBody) {
    let redacted = redacted(json, &body.payload);
    let payload = redacted.as_ref().unwrap_or(&body.payload);
    json.open_object();
    json.field("name", &body.name);
    if body.is_credential && json.redactor.is_on() {
        json.field("text", REDACTED);
    } else if payload.tree().is_some() {
        json.key("value");
        payload_value(json, payload);
    } else if let Some(text) = payload.text() {
        json.verbatim_field("text", text);
    } else {
        json.verbatim_field("base64", &payload.base64());
    }
    json.close_object();
}

/// The payload with its credentials redacted; `None` if there are none. A protocol takes a payload
/// out of its message, or joins it from several, so it is searched again.
fn redacted(json: &mut Json, payload: &Payload) -> Option<Payload> {
    if !json.redactor.is_on() {
        return None;
    }
    if let Some(text) = payload.text() {
        return match json.redactor.payload(text) {
            Cow::Borrowed(_) => None,
            Cow::Owned(text) => Some(Payload::from_text(text)),
        };
    }
    let found = json.redactor.binary_payload(payload.bytes());
    let ranges = credential_ranges(payload);
    if found.is_none() && ranges.is_empty() {
        return None;
    }
    let mut bytes = found.unwrap_or_else(|| payload.bytes().to_vec());
    for range in ranges {
        if let Some(value) = bytes.get_mut(range) {
            value.fill(b'*');
        }
    }
    Some(Payload::of_syntax(payload.tree().map(SpanTree::syntax), bytes))
}

/// Writes the value that a payload encodes.
pub(super) fn payload_value(json: &mut Json, payload: &Payload) {
    match payload.tree().and_then(|tree| tree.root(payload.bytes())) {
        Some(root) => value(json, root),
        None => json.json(b"null"),
    }
}

/// Writes a value as JSON: numbers as written where JSON has them, bytes as base64, and what JSON
/// does not have as text. The depth is bounded by that of the tree.
fn value(json: &mut Json, node: Value<'_>) {
    match node.kind() {
        NodeKind::Object => {
            json.open_object();
            for child in node.children() {
                json.key(&child.key().unwrap_or_default());
                value(json, child);
            }
            json.close_object();
        }
        NodeKind::Array => {
            json.open_array();
            for child in node.children() {
                value(json, child);
            }
            json.close_array();
        }
        NodeKind::True => json.flag(true),
        NodeKind::False => json.flag(false),
        NodeKind::Null => json.json(b"null"),
        NodeKind::Number if is_json_number(&node.text()) => json.json(node.text().as_bytes()),
        NodeKind::Bytes => {
            json.open_object();
            match node.bytes() {
                Some(bytes) => json.verbatim_field("base64", &base64::encode(bytes)),
                None => json.verbatim_field("hex", &node.text()),
            }
            json.close_object();
        }
        NodeKind::String | NodeKind::Number | NodeKind::Timestamp | NodeKind::Extension => {
            json.verbatim_string(&node.text());
        }
    }
}

/// Whether a text is a number in JSON's syntax.
fn is_json_number(text: &str) -> bool {
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) && is_json(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_other_encodings_are_recognized_as_those_of_json() {
        for number in ["0", "-1", "12.50", "1e5", "-0.5E-3", "18446744073709551615"] {
            assert!(is_json_number(number), "{number}");
        }
        for text in ["", "-", "01", "1.", ".5", "1e", "NaN", "Infinity", "0x1", "+1", "1n"] {
            assert!(!is_json_number(text), "{text}");
        }
    }
}
