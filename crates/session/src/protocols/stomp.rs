//! STOMP 1.0 to 1.2 (@stomp/stompjs 7.5.0), in text or binary messages. A message can have several
//! frames, and a frame can take several messages. Line breaks between frames keep the connection
//! alive.

mod stomp_frame;

use std::borrow::Cow;
use std::collections::HashMap;

use super::byte_stream::{self, ByteStreams, Measure, StreamUnit};
use super::{
    Decoder, Detail, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Scratch, Unit, Units,
};
use crate::model::Direction;
use stomp_frame::{StompFrame, Version, is_line_break, measure};

/// Subscriptions that are remembered.
const MAX_SUBSCRIPTIONS: usize = 10_000;
/// Parts of the names of headers that contain credentials.
const CREDENTIALS: &[&str] =
    &["passcode", "password", "authorization", "token", "secret", "cookie", "api-key"];

#[derive(Debug)]
pub(super) struct Stomp;

impl Protocol for Stomp {
    fn key(&self) -> &'static str {
        "stomp"
    }

    fn label(&self) -> &'static str {
        "STOMP"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["v10.stomp", "v11.stomp", "v12.stomp"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        match measure(frame.data, 0) {
            Measure::Unit(len) if len > 2 => Fit::Distinctive,
            Measure::Unit(_) | Measure::Incomplete(_) => Fit::Neutral,
            Measure::Invalid(..) => Fit::No,
        }
    }

    fn score(&self, sample: &Sample) -> usize {
        let is_frame = |unit: &[u8]| !is_line_break(unit);
        byte_stream::count_distinctive(sample, |_, bytes, scanned| measure(bytes, scanned), is_frame)
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        let version = match handshake.subprotocol.as_deref() {
            Some("v10.stomp") => Some(Version::V10),
            Some("v11.stomp") => Some(Version::V11),
            Some("v12.stomp") => Some(Version::V12),
            _ => None,
        };
        Box::new(StompDecoder { version, ..StompDecoder::default() })
    }
}

#[derive(Clone, Debug, Default)]
struct StompDecoder {
    streams: ByteStreams,
    state: State,
    version: Option<Version>,
}

/// What earlier frames say of later ones.
#[derive(Clone, Debug, Default)]
struct State {
    is_connected: bool,
    subscriptions: HashMap<Box<str>, Subscription>,
    /// The keys of subscriptions that asked for a receipt, by the id of the receipt.
    receipts: HashMap<Box<str>, PairKey>,
}

#[derive(Clone, Debug)]
struct Subscription {
    destination: Box<str>,
    /// The client acknowledges its messages.
    is_acknowledged: bool,
}

impl Decoder for StompDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let Self { streams, state, version } = self;
        streams.decode(frame, units, measure, |found, units| {
            if is_line_break(found.bytes) {
                units.push_plain(Unit::heartbeat(found.range, "heartbeat").since(found.first));
                return;
            }
            match StompFrame::of(found.bytes, version.unwrap_or(Version::V12)) {
                Ok(content) => {
                    if content.command == "CONNECTED" {
                        // A server of version 1.0 names no version.
                        let named = content.get("version");
                        *version = named.map_or(Some(Version::V10), |named| Version::of(&named));
                    }
                    state.report(found, &content, units);
                }
                Err(reason) => {
                    units.push_plain(Unit::malformed(found.range, reason).since(found.first));
                }
            }
        });
    }

    fn skip(&mut self, direction: Direction) {
        self.streams.skip(direction);
    }

    fn label(&self) -> Option<String> {
        self.version.map(|version| version.label().to_owned())
    }

    fn state_len(&self) -> usize {
        self.streams.len() + (self.state.subscriptions.len() + self.state.receipts.len()) * 128
    }
}

impl State {
    fn report(&mut self, found: StreamUnit<'_>, frame: &StompFrame<'_>, units: &mut Units<'_>) {
        let (event, role) = match frame.command {
            "CONNECT" | "STOMP" => (frame.command.into(), Role::Request(connect_key())),
            "CONNECTED" => {
                self.is_connected = true;
                (frame.command.into(), Role::Reply(connect_key()))
            }
            "SUBSCRIBE" => self.subscribe(frame),
            "UNSUBSCRIBE" => self.unsubscribe(frame),
            "MESSAGE" => self.message(frame),
            "ACK" | "NACK" => {
                let id = frame.get("id").or_else(|| frame.get("message-id"));
                id.map_or((frame.command.into(), Role::None), |id| {
                    reply(frame, acknowledgment_key(&id), units)
                })
            }
            "RECEIPT" | "ERROR" => self.receipt(frame, units),
            _ => (with_destination(frame), receipt_role(frame)),
        };
        let unit = Unit::new(found.range, event).with_role(role).since(found.first);
        units.push(unit, |detail| describe(frame, detail));
    }

    fn subscribe(&mut self, frame: &StompFrame<'_>) -> (Cow<'static, str>, Role) {
        let Some(id) = frame.get("id") else { return (with_destination(frame), receipt_role(frame)) };
        if self.subscriptions.len() < MAX_SUBSCRIPTIONS {
            let destination = frame.get("destination").unwrap_or_default().into();
            let is_acknowledged = frame.get("ack").is_some_and(|mode| mode != "auto");
            self.subscriptions.insert((&*id).into(), Subscription { destination, is_acknowledged });
        }
        let key = subscription_key(&id);
        if let Some(receipt) = frame.get("receipt").filter(|_| self.receipts.len() < MAX_SUBSCRIPTIONS) {
            self.receipts.insert((&*receipt).into(), key);
        }
        (with_destination(frame), Role::Request(key))
    }

    fn unsubscribe(&mut self, frame: &StompFrame<'_>) -> (Cow<'static, str>, Role) {
        let subscription = frame.get("id").and_then(|id| self.subscriptions.remove(&*id));
        let event = match subscription {
            Some(subscription) => format!("UNSUBSCRIBE {}", subscription.destination).into(),
            None => with_destination(frame),
        };
        (event, receipt_role(frame))
    }

    /// A message replies to its subscription, and is a request if the client has to acknowledge it.
    fn message(&self, frame: &StompFrame<'_>) -> (Cow<'static, str>, Role) {
        let subscription = frame.get("subscription");
        let known = subscription.as_ref().and_then(|id| self.subscriptions.get(&**id));
        // Version 1.2 has the header `ack` only where an acknowledgment is expected.
        let acknowledged = frame.get("ack").or_else(|| {
            known.filter(|subscription| subscription.is_acknowledged).and_then(|_| frame.get("message-id"))
        });
        let role = match (acknowledged, subscription) {
            (Some(id), _) => Role::Request(acknowledgment_key(&id)),
            (None, Some(id)) => Role::PartialReply(subscription_key(&id)),
            (None, None) => Role::None,
        };
        (with_destination(frame), role)
    }

    fn receipt(&mut self, frame: &StompFrame<'_>, units: &Units<'_>) -> (Cow<'static, str>, Role) {
        let Some(id) = frame.get("receipt-id") else {
            let is_refusal = frame.command == "ERROR" && !self.is_connected;
            let role = if is_refusal { Role::Reply(connect_key()) } else { Role::None };
            return (frame.command.into(), role);
        };
        match self.receipts.remove(&*id) {
            Some(key) => (reply(frame, key, units).0, Role::PartialReply(key)),
            None => reply(frame, receipt_key(&id), units),
        }
    }
}

fn connect_key() -> PairKey {
    PairKey::new("connect", ())
}

fn subscription_key(id: &str) -> PairKey {
    PairKey::new("subscription", id)
}

fn receipt_key(id: &str) -> PairKey {
    PairKey::new("receipt", id)
}

fn acknowledgment_key(id: &str) -> PairKey {
    PairKey::new("acknowledgment", id)
}

/// The role of a frame that asks for a receipt.
fn receipt_role(frame: &StompFrame<'_>) -> Role {
    frame.get("receipt").map_or(Role::None, |id| Role::Request(receipt_key(&id)))
}

/// A reply, named after its request.
fn reply(frame: &StompFrame<'_>, key: PairKey, units: &Units<'_>) -> (Cow<'static, str>, Role) {
    let command = frame.command;
    let event = units.request_event(key).map(|request| format!("{command} of {request}").into());
    (event.unwrap_or(Cow::Borrowed(command)), Role::Reply(key))
}

fn with_destination(frame: &StompFrame<'_>) -> Cow<'static, str> {
    match frame.get("destination") {
        Some(destination) => format!("{} {destination}", frame.command).into(),
        None => frame.command.into(),
    }
}

fn describe(frame: &StompFrame<'_>, detail: &mut Detail) {
    detail.field("Command", frame.command);
    for (name, value) in frame.headers() {
        let lower = name.to_ascii_lowercase();
        if CREDENTIALS.iter().any(|part| lower.contains(part)) {
            detail.credential(name.into_owned(), value);
        } else {
            detail.field(name.into_owned(), value);
        }
    }
    if !frame.body.is_empty() {
        detail.body("Body", None, frame.body);
    }
}

#[cfg(test)]
mod tests;
