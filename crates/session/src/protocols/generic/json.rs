//! JSON messages of no known protocol, as text, as bytes, or compressed.

use std::borrow::Cow;

use super::event_key::{EventKeys, bounded};
use crate::encodings::{Compression, Payload, SpanTree, Syntax, unquoted};
use crate::protocols::{Decoder, Fit, Frame, Handshake, Opcode, Protocol, Sample, Scratch, Unit, Units};
use json_spans::{Elements, Fields, json_string};

#[derive(Debug)]
pub(in crate::protocols) struct GenericJson;

impl Protocol for GenericJson {
    fn key(&self) -> &'static str {
        "json"
    }

    fn label(&self) -> &'static str {
        "JSON"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        // Distinctive only through `score`: see `recognize`, which tries this protocol last.
        let is_json = json_of(frame).is_some_and(|(_, json)| SpanTree::parse(Syntax::Json, &json).is_some());
        if is_json { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        let frames: Vec<_> = sample.frames().collect();
        let messages: Vec<_> = frames.iter().filter_map(json_of).collect();
        let compression = messages.iter().find_map(|(compression, _)| *compression);
        let key = event_key(messages.iter().map(|(_, json)| &**json));
        Box::new(JsonDecoder { key, compression })
    }

    fn has_heartbeats(&self) -> bool {
        false
    }

    fn can_pair_by_field(&self) -> bool {
        true
    }
}

/// The key that names the kind of messages.
fn event_key<'m>(messages: impl Iterator<Item = &'m [u8]>) -> Option<&'static str> {
    let mut tree = SpanTree::default();
    let mut keys = EventKeys::new(Syntax::Json);
    for message in messages {
        if let Some(root) = tree.reparse(Syntax::Json, message) {
            keys.add(root);
        }
    }
    keys.best()
}

/// The text of a message that can be JSON, and what it is compressed with.
pub(in crate::protocols) fn json_of<'f>(frame: &Frame<'f>) -> Option<(Option<Compression>, Cow<'f, [u8]>)> {
    if frame.opcode == Opcode::Text {
        return Some((None, Cow::Borrowed(frame.data)));
    }
    if let Some(compression) = Compression::of(frame.data) {
        let json = compression.decompress(frame.data).ok()?;
        return Some((Some(compression), Cow::Owned(json)));
    }
    matches!(frame.data.first(), Some(b'{' | b'[')).then_some((None, Cow::Borrowed(frame.data)))
}

#[derive(Clone, Debug)]
struct JsonDecoder {
    key: Option<&'static str>,
    /// What messages of the sample are compressed with.
    compression: Option<Compression>,
}

impl Decoder for JsonDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some((compression, json)) = json_of(frame) else {
            units.push_plain(Unit::new(all, ""));
            return;
        };
        let event = event(&json, self.key).unwrap_or(Cow::Borrowed(""));
        let is_carried = units.enclosing.is_some();
        units.push(Unit::new(all, bounded(&event)), |detail| {
            // The payload of the message itself is shown as a tree; what is compressed or carried
            // is not.
            if is_carried && compression.is_none() {
                detail.body("Payload", Some(Syntax::Json), frame.data);
            }
            if let Some(compression) = compression {
                let payload = Payload::from_bytes(json.to_vec());
                detail.field("Compression", compression.label()).payload("Decompressed", payload);
            }
        });
    }

    fn label(&self) -> Option<String> {
        self.compression.map(|compression| format!("JSON, compressed with {}", compression.label()))
    }
}

/// The name of a message, read without a tree: most have it in their first field.
pub(super) fn event<'d>(data: &'d [u8], key: Option<&str>) -> Option<Cow<'d, str>> {
    let data = data.trim_ascii_start();
    match data.first()? {
        b'{' => event_of_object(data, key),
        b'[' => string(Elements::of(data).next()?.value),
        _ => None,
    }
}

fn event_of_object<'d>(data: &'d [u8], key: Option<&str>) -> Option<Cow<'d, str>> {
    let mut only = None;
    for (nth, field) in Fields::of(data).enumerate() {
        let is_event = key.is_some_and(|key| field.key == key.as_bytes());
        if let Some(name) = is_event.then(|| string(field.value)).flatten() {
            return Some(name);
        }
        only = (nth == 0).then(|| json_string::unescape(field.key));
    }
    only
}

/// The content of a JSON string as written, if it is one.
fn string(value: &[u8]) -> Option<Cow<'_, str>> {
    value.starts_with(b"\"").then(|| json_string::unescape(unquoted(value)))
}
