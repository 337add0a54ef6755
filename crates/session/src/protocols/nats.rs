//! NATS (nats.ws 1.30.3): lines and payloads in messages that are pieces of a byte stream.

mod operation;

use std::borrow::Cow;

use super::byte_stream::{self, ByteStreams, Measure, StreamUnit};
use super::{
    Decoder, Detail, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Scratch, Unit, Units,
};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::Direction;
use operation::{Operation, Verb, measure};

/// Members of CONNECT and INFO that are shown as fields.
const SHOWN_MEMBERS: &[&str] =
    &["server_name", "name", "lang", "version", "user", "max_payload", "jetstream", "headers"];

#[derive(Debug)]
pub(super) struct Nats;

impl Protocol for Nats {
    fn key(&self) -> &'static str {
        "nats"
    }

    fn label(&self) -> &'static str {
        "NATS"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["nats"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        match measure(frame.data, 0) {
            Measure::Unit(len) if is_distinctive(frame.data.get(..len).unwrap_or_default()) => {
                Fit::Distinctive
            }
            Measure::Unit(_) | Measure::Incomplete(_) => Fit::Neutral,
            Measure::Invalid(..) => Fit::No,
        }
    }

    fn score(&self, sample: &Sample) -> usize {
        byte_stream::count_distinctive(sample, |_, bytes, scanned| measure(bytes, scanned), is_distinctive)
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(NatsDecoder::default())
    }
}

fn is_distinctive(unit: &[u8]) -> bool {
    Operation::of(unit)
        .is_some_and(|operation| operation.subject.is_some() || operation.argument.starts_with('{'))
}

#[derive(Clone, Debug, Default)]
struct NatsDecoder {
    streams: ByteStreams,
}

impl Decoder for NatsDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        self.streams.decode(frame, units, measure, |found, units| {
            if let Some(operation) = Operation::of(found.bytes) {
                report(found, &operation, units);
            } else {
                let unit = Unit::malformed(found.range, "The elements of the line are not valid");
                units.push_plain(unit.since(found.first));
            }
        });
    }

    fn skip(&mut self, direction: Direction) {
        self.streams.skip(direction);
    }

    fn state_len(&self) -> usize {
        self.streams.len()
    }
}

fn report(found: StreamUnit<'_>, operation: &Operation<'_>, units: &mut Units<'_>) {
    let ping = PairKey::new("ping", ());
    let role = match operation.verb {
        Verb::Ping => Role::Request(ping),
        Verb::Pong => Role::ReplyInOrder(ping),
        Verb::Pub | Verb::HPub | Verb::Msg | Verb::HMsg => message_role(operation, units),
        _ => Role::None,
    };
    let request = if let Role::Reply(key) = role { units.request_event(key) } else { None };
    let event: Cow<'_, str> = match (request, operation.subject) {
        // The subject is one that the client made up for this reply.
        (Some(request), _) => format!("reply of {request}").into(),
        (None, Some(subject)) => format!("{} {subject}", operation.label).into(),
        (None, None) => operation.label.into(),
    };
    let unit = Unit {
        is_heartbeat: matches!(operation.verb, Verb::Ping | Verb::Pong),
        ..Unit::new(found.range, event)
    };
    units.push(unit.with_role(role).since(found.first), |detail| describe(operation, detail));
}

/// A message with a reply subject is a request; one on the reply subject of an open request is its
/// reply.
fn message_role(operation: &Operation<'_>, units: &Units<'_>) -> Role {
    let key = |subject: &str| PairKey::new("reply subject", subject);
    if let Some(reply) = operation.reply {
        return Role::Request(key(reply));
    }
    let answered = operation.subject.map(key).filter(|key| units.request_event(*key).is_some());
    answered.map_or(Role::None, Role::Reply)
}

fn describe(operation: &Operation<'_>, detail: &mut Detail) {
    detail.field("Operation", operation.label);
    detail.optional("Subject", operation.subject);
    detail.optional("Reply subject", operation.reply);
    detail.optional("Subscription id", operation.subscription);
    detail.optional("Queue group", operation.queue);
    match operation.verb {
        Verb::Info | Verb::Connect => describe_json(operation.argument, detail),
        Verb::Err => {
            detail.field("Error", operation.argument.trim_matches('\''));
        }
        Verb::Unsub if !operation.argument.is_empty() => {
            detail.field("Maximum messages", operation.argument);
        }
        _ => {}
    }
    let mut headers = operation.headers.lines();
    if let Some(status) = headers.next().and_then(|line| line.strip_prefix("NATS/1.0")) {
        detail.optional("Status", Some(status.trim()).filter(|status| !status.is_empty()));
    }
    for (name, value) in headers.filter_map(|line| line.split_once(':')) {
        detail.field(name.to_owned(), value.trim());
    }
    if matches!(operation.verb, Verb::Pub | Verb::HPub | Verb::Msg | Verb::HMsg) {
        detail.body("Payload", None, operation.payload);
    }
}

/// What a side says of itself. CONNECT has the credentials, and INFO has what they are derived
/// from.
fn describe_json(json: &str, detail: &mut Detail) {
    let mut tree = SpanTree::default();
    if let Some(root) = tree.reparse(Syntax::Json, json.as_bytes()) {
        for name in SHOWN_MEMBERS.iter().copied() {
            detail.optional(name, root.get(name).map(Value::text));
        }
    }
    detail.body("Options", Some(Syntax::Json), json.as_bytes()).as_credential();
}

#[cfg(test)]
mod tests;
