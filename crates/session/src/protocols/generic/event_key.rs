//! The key whose value names the kind of a message.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::encodings::{NodeKind, Syntax, Value};

/// Keys that name the kind of a message, in the order in which they are tried.
const EVENT_KEYS: &[&str] =
    &["type", "event", "action", "method", "op", "cmd", "msg", "name", "kind", "topic", "channel", "t", "e"];
/// Those of an encoding without names.
const EVENT_NUMBERS: &[&str] = &["1", "2", "3"];
/// Characters of an event name.
const MAX_EVENT_CHARS: usize = 80;

/// Counts the values of the keys that can name the kind of a message.
pub(super) struct EventKeys {
    keys: &'static [&'static str],
    /// For each key the number of its values, and the different ones.
    found: Vec<(usize, HashSet<String>)>,
    objects: usize,
}

impl EventKeys {
    /// No messages, in that encoding.
    pub(super) fn new(syntax: Syntax) -> Self {
        let keys = if syntax == Syntax::Protobuf { EVENT_NUMBERS } else { EVENT_KEYS };
        Self { keys, found: vec![(0, HashSet::new()); keys.len()], objects: 0 }
    }

    /// Counts a message.
    pub(super) fn add(&mut self, message: Value<'_>) {
        if !message.is_object() {
            return;
        }
        self.objects += 1;
        for (key, (count, values)) in self.keys.iter().zip(&mut self.found) {
            if let Some(value) = message.get_str(key) {
                *count += 1;
                values.insert(value.into_owned());
            }
        }
    }

    /// The key that names the kind: of those that most messages have as a string, the first in the
    /// list.
    pub(super) fn best(&self) -> Option<&'static str> {
        // A key whose value differs in every message is an identifier or a text.
        let names_kind = |(count, values): &(usize, HashSet<String>)| {
            *count * 2 > self.objects && (values.len() < *count || *count <= 4)
        };
        self.keys.iter().zip(&self.found).find(|(_, stats)| names_kind(stats)).map(|(key, _)| *key)
    }
}

/// The event of a message: the value of `key`, the only key, or the first element of a list.
pub(super) fn event_of<'v>(message: Value<'v>, key: Option<&str>) -> Option<Cow<'v, str>> {
    if message.is_array() {
        return message.at(0)?.str();
    }
    if let Some(event) = key.and_then(|key| message.get_str(key)) {
        return Some(event);
    }
    let mut members = message.children();
    let only = members.next().filter(|_| members.next().is_none())?;
    let name = only.key()?;
    let is_number = message.syntax() == Syntax::Protobuf;
    let is_message = matches!(only.kind(), NodeKind::Object);
    match (is_number, is_message) {
        (true, true) => Some(Cow::Owned(format!("field {name}"))),
        (true, false) => None,
        (false, _) => Some(name),
    }
}

/// An event name within the bound.
pub(super) fn bounded(event: &str) -> &str {
    let end = event.char_indices().nth(MAX_EVENT_CHARS).map_or(event.len(), |(at, _)| at);
    event.get(..end).unwrap_or_default()
}
