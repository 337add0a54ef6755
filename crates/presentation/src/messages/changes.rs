//! What changed since the previous message of the same event.

use session::encodings::{Changes, Payload};
use session::model::MessageLog;
use session::protocols::{Analysis, DecodedBody, DecodedField, DecodedMessage, DecodedUnit, EventId};
use session::redact::credential_ranges;

/// Characters of a body that only one of the messages has.
const MAX_CHARS: usize = 200;
/// In place of a credential, and of one that differs.
const HIDDEN: &str = "hidden credential";
const OTHER_HIDDEN: &str = "another hidden credential";

/// A message, as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct MessageContent<'m> {
    pub payload: &'m Payload,
    /// As its protocol reads it, if that is known.
    pub decoded: Option<&'m DecodedMessage>,
}

/// The previous message of the same direction, kind and event as the message at `index`, in file
/// order. Without event names, the previous message of the same direction; of an event stream, the
/// previous one of the same name.
pub fn previous_of_event(log: MessageLog<'_>, analysis: Option<&Analysis>, index: u32) -> Option<u32> {
    let same = |index: u32| log.columns.get(index as usize).map(|message| (message.kind, message.direction));
    let event = |index: u32| match analysis.map(|analysis| analysis.event_id(index)) {
        // Too many names: this one is not stored.
        None | Some(EventId::OTHER) => EventId::NONE,
        Some(event) => event,
    };
    let is_heartbeat = |index: u32| analysis.is_some_and(|analysis| analysis.is_heartbeat(index));
    let (kind, event_here, heartbeat) = (same(index)?, event(index), is_heartbeat(index));
    let name = log.event_name(index as usize);
    (0..index).rev().find(|earlier| {
        same(*earlier) == Some(kind)
            && event(*earlier) == event_here
            && is_heartbeat(*earlier) == heartbeat
            && log.event_name(*earlier as usize) == name
    })
}

/// What changed from one message to a later one: in the tree of their payloads, else in the units
/// that their protocol reads, else in their text or bytes.
pub fn message_changes(before: MessageContent<'_>, after: MessageContent<'_>) -> Changes {
    let is_tree =
        |content: MessageContent<'_>| content.payload.text().is_some() && content.payload.tree().is_some();
    let units = before.decoded.zip(after.decoded).filter(|_| !(is_tree(before) && is_tree(after)));
    let Some((before_units, after_units)) = units else {
        return payload_changes(before.payload, after.payload);
    };
    let (before, after) = (&before_units.units, &after_units.units);
    let count = before.len().max(after.len());
    let mut changes = Changes::default();
    for nth in 0..count {
        let part = if count > 1 { format!("frame {}", nth + 1) } else { String::new() };
        changes.append(&part, unit_changes(before.get(nth), after.get(nth)));
    }
    changes
}

/// What changed between two payloads; credentials are marked.
fn payload_changes(before: &Payload, after: &Payload) -> Changes {
    let (before, after) = (before.innermost(), after.innermost());
    Changes::between_hiding((before, &credential_ranges(before)), (after, &credential_ranges(after)))
}

fn unit_changes(before: Option<&DecodedUnit>, after: Option<&DecodedUnit>) -> Changes {
    let (one, other) = (values(before, after, None), values(after, before, before));
    let mut changes = Changes::between_fields(one.iter().map(borrowed), other.iter().map(borrowed));
    for (before, after) in paired_bodies(before, after) {
        changes.append(&after.name, payload_changes(&before.payload, &after.payload));
    }
    changes
}

/// The values of a unit that are compared as text: its name, its fields, credentials, and bodies
/// that `other` does not have. A credential that is not one of `earlier` is said to be another.
fn values(
    unit: Option<&DecodedUnit>,
    other: Option<&DecodedUnit>,
    earlier: Option<&DecodedUnit>,
) -> Vec<(String, String)> {
    let Some(unit) = unit else { return Vec::new() };
    let hidden =
        |is_known: bool| if is_known || earlier.is_none() { HIDDEN } else { OTHER_HIDDEN }.to_owned();
    let field = |field: &DecodedField| {
        let is_known = earlier.is_some_and(|earlier| earlier.fields.contains(field));
        let value = if field.is_credential { hidden(is_known) } else { field.value.clone() };
        (field.name.clone().into_owned(), value)
    };
    let body = |body: &DecodedBody| {
        let same =
            |known: &DecodedBody| known.name == body.name && known.payload.bytes() == body.payload.bytes();
        let is_known = earlier.is_some_and(|earlier| earlier.bodies.iter().any(same));
        let value = if body.is_credential { hidden(is_known) } else { body.payload.preview(MAX_CHARS) };
        (body.name.clone().into_owned(), value)
    };
    let alone = |body: &&DecodedBody| {
        let has_name = |known: &DecodedBody| known.name == body.name && !known.is_credential;
        body.is_credential || !other.is_some_and(|other| other.bodies.iter().any(has_name))
    };
    let event = ("event".to_owned(), unit.event.clone());
    std::iter::once(event)
        .chain(unit.fields.iter().map(field))
        .chain(unit.bodies.iter().filter(alone).map(body))
        .collect()
}

fn borrowed((name, value): &(String, String)) -> (&str, &str) {
    (name, value)
}

/// The bodies of the same name, which are no credentials.
fn paired_bodies<'u>(
    before: Option<&'u DecodedUnit>,
    after: Option<&'u DecodedUnit>,
) -> Vec<(&'u DecodedBody, &'u DecodedBody)> {
    let (Some(before), Some(after)) = (before, after) else { return Vec::new() };
    let earlier = |body: &&DecodedBody| !body.is_credential;
    let mut earlier: Vec<_> = before.bodies.iter().filter(earlier).collect();
    let mut pairs = Vec::new();
    for body in after.bodies.iter().filter(|body| !body.is_credential) {
        if let Some(at) = earlier.iter().position(|known| known.name == body.name) {
            pairs.push((earlier.remove(at), body));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use session::model::{Direction, SegmentedBuffer};

    use crate::testing::columns;

    const SENT: Option<Direction> = Some(Direction::Sent);
    const RECEIVED: Option<Direction> = Some(Direction::Received);

    #[test]
    fn without_a_protocol_the_previous_message_of_the_direction_is_compared() {
        let columns = columns(&[
            (SENT, Some(0.0), 1),
            (RECEIVED, Some(1.0), 1),
            (None, Some(2.0), 0),
            (RECEIVED, Some(3.0), 1),
            (SENT, Some(4.0), 1),
        ]);
        let log = MessageLog { bytes: &SegmentedBuffer::default(), columns: &columns };
        let previous: Vec<_> = (0..6).map(|index| previous_of_event(log, None, index)).collect();
        assert_eq!(previous, [None, None, None, Some(1), Some(0), None]);
    }

    fn unit(fields: &[(&'static str, &str)], bodies: &[(&'static str, &str)]) -> DecodedMessage {
        let field = |(name, value): &(&'static str, &str)| DecodedField {
            name: (*name).into(),
            value: (*value).to_owned(),
            is_credential: *name == "token",
        };
        let body = |(name, text): &(&'static str, &str)| DecodedBody {
            name: (*name).into(),
            payload: Payload::from_text((*text).to_owned()),
            is_credential: *name == "secret",
        };
        let unit = DecodedUnit {
            bytes: 0..1,
            event: "chat".to_owned(),
            is_heartbeat: false,
            problem: None,
            messages: (0, 0),
            fields: fields.iter().map(field).collect(),
            bodies: bodies.iter().map(body).collect(),
        };
        DecodedMessage { units: vec![unit] }
    }

    fn lines(before: &DecodedMessage, after: &DecodedMessage) -> Vec<String> {
        let payload = Payload::from_text("42[…]".to_owned());
        let content = |decoded| MessageContent { payload: &payload, decoded: Some(decoded) };
        let text = message_changes(content(before), content(after)).to_text();
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_units_of_a_protocol_are_compared_by_field_and_body() {
        let before = unit(&[("Namespace", "/"), ("Id", "1")], &[("Arguments", r#"["chat",{"a":1}]"#)]);
        let after =
            unit(&[("Namespace", "/"), ("Id", "2")], &[("Arguments", r#"["chat",{"a":2}]"#), ("More", "x")]);
        assert_eq!(
            lines(&before, &after),
            ["- Id: 1", "+ Id: 2", "+ More: x", "- Arguments $[1].a: 1", "+ Arguments $[1].a: 2"]
        );
        assert!(lines(&before, &before).is_empty());
    }

    #[test]
    fn credentials_stay_hidden() {
        let before = unit(&[("token", "a1")], &[("secret", "b1")]);
        let after = unit(&[("token", "a2")], &[("secret", "b2")]);
        assert!(lines(&before, &before).is_empty());
        let lines = lines(&before, &after);
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.contains("hidden")), "{lines:?}");
    }

    #[test]
    fn credentials_in_payloads_are_marked() {
        let payload = |text: &str| Payload::from_text(text.to_owned());
        let one = payload(r#"{"n":1,"auth":{"password":"hunter2"}}"#);
        let other = payload(r#"{"n":2,"auth":{"password":"hunter3"}}"#);
        let content = |payload| MessageContent { payload, decoded: None };
        let changes = message_changes(content(&one), content(&other));
        let marked: Vec<_> =
            changes.items.iter().map(|change| (change.path.as_str(), change.is_hidden)).collect();
        assert_eq!(marked, [("$.n", false), ("$.auth.password", true)]);
    }

    #[test]
    fn trees_of_the_payloads_come_before_units() {
        let payload = |text: &str| Payload::from_text(text.to_owned());
        let (one, other) = (payload(r#"{"a":1}"#), payload(r#"{"a":2}"#));
        let decoded = unit(&[("Id", "1")], &[]);
        let content = |payload| MessageContent { payload, decoded: Some(&decoded) };
        let changes = message_changes(content(&one), content(&other));
        assert_eq!(changes.to_text(), "- $.a: 1\n+ $.a: 2\n");
    }
}
