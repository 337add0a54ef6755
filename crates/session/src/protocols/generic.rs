//! JSON messages of no known protocol: the event name is the value of the key that names the kind of most messages.

use std::borrow::Cow;
use std::collections::HashSet;

use super::{Decoder, Fit, Frame, Handshake, Protocol, Sample, Scratch, Unit, Units};
use crate::encodings::{SpanTree, Syntax, unquoted};
use json_spans::{Elements, Fields, json_string};

/// Keys that name the kind of a message, in the order in which they are tried.
const EVENT_KEYS: &[&str] =
    &["type", "event", "action", "method", "op", "cmd", "msg", "name", "kind", "topic", "channel", "t", "e"];
/// Characters of an event name.
const MAX_EVENT_CHARS: usize = 80;

#[derive(Debug)]
pub(super) struct GenericJson;

impl Protocol for GenericJson {
    fn key(&self) -> &'static str {
        "json"
    }

    fn label(&self) -> &'static str {
        "JSON"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        // Distinctive only through `score`: see `recognize`, which tries this protocol last.
        let is_json =
            frame.text().is_some_and(|text| SpanTree::parse(Syntax::Json, text.as_bytes()).is_some());
        if is_json { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        Box::new(GenericDecoder { key: event_key(sample) })
    }
}

/// The key that names the kind of a message: of those that most messages have as a string, the first in the list.
fn event_key(sample: &Sample) -> Option<&'static str> {
    let mut tree = SpanTree::default();
    let mut found = vec![(0_usize, HashSet::new()); EVENT_KEYS.len()];
    let mut objects = 0;
    for frame in sample.frames() {
        let Some(root) = tree.reparse(Syntax::Json, frame.data).filter(|root| root.is_object()) else {
            continue;
        };
        objects += 1;
        for (key, (count, values)) in EVENT_KEYS.iter().zip(&mut found) {
            if let Some(value) = root.get_str(key) {
                *count += 1;
                values.insert(value.into_owned());
            }
        }
    }
    // A key whose value differs in every message is an identifier or a text.
    let names_kind = |(count, values): &(usize, HashSet<String>)| {
        *count * 2 > objects && (values.len() < *count || *count <= 4)
    };
    EVENT_KEYS.iter().zip(&found).find(|(_, stats)| names_kind(stats)).map(|(key, _)| *key)
}

#[derive(Clone, Debug)]
struct GenericDecoder {
    key: Option<&'static str>,
}

impl Decoder for GenericDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let event = self.event(frame.data).unwrap_or(Cow::Borrowed(""));
        let end = event.char_indices().nth(MAX_EVENT_CHARS).map_or(event.len(), |(at, _)| at);
        // The payload of the message itself is shown as a tree; what another protocol carries is not.
        let is_carried = units.enclosing.is_some();
        let unit = Unit::new(0..frame.data.len(), event.get(..end).unwrap_or_default());
        units.push(unit, |detail| {
            if is_carried {
                detail.body("Payload", Some(Syntax::Json), frame.data);
            }
        });
    }
}

impl GenericDecoder {
    /// The name of a message, read without a tree: most have it in their first field.
    fn event<'d>(&self, data: &'d [u8]) -> Option<Cow<'d, str>> {
        let data = data.trim_ascii_start();
        match data.first()? {
            b'{' => self.event_of_object(data),
            b'[' => string(Elements::of(data).next()?.value),
            _ => None,
        }
    }

    fn event_of_object<'d>(&self, data: &'d [u8]) -> Option<Cow<'d, str>> {
        let mut only = None;
        for (nth, field) in Fields::of(data).enumerate() {
            let is_event = self.key.is_some_and(|key| field.key == key.as_bytes());
            if let Some(name) = is_event.then(|| string(field.value)).flatten() {
                return Some(name);
            }
            only = (nth == 0).then(|| json_string::unescape(field.key));
        }
        only
    }
}

/// The content of a JSON string as written, if it is one.
fn string(value: &[u8]) -> Option<Cow<'_, str>> {
    value.starts_with(b"\"").then(|| json_string::unescape(unquoted(value)))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn the_key_that_names_the_kind_is_the_event() {
        let messages = [
            sent(r#"{"op":"subscribe","name":"a"}"#),
            received(r#"{"op":"tick","name":"b","price":1}"#),
            received(r#"{"op":"tick","name":"c","price":2}"#),
            received(r#"{"op":"tick","name":"d","price":3}"#),
            received(r#"{"op":"tick","name":"e","price":3}"#),
            received(r#"["list",1]"#),
            received(r#"{"only":{}}"#),
        ];
        let conversation = Conversation::decoded_as("json", "wss://x.test/", &messages);
        assert_eq!(conversation.events(), ["subscribe", "tick", "tick", "tick", "tick", "list", "only"]);
    }
}
