//! Phoenix channels (phoenix 1.8.16) with the dialect of Supabase (realtime-js 2.119.0).
//!
//! Version 1 is an object `{topic, event, payload, ref, join_ref}`, version 2 an array
//! `[join_ref, ref, topic, event, payload]` or binary (see [`binary`]).

mod binary;

use std::borrow::Cow;
use std::collections::HashSet;

use super::json_message::{JsonDialect, UnitResult, decode_json, json_fit, located, named, reply, request};
use super::units::Detail;
use super::{
    Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Sample, Scratch, Unit, Units,
};
use crate::encodings::{NodeKind, SpanTree, Value};
use crate::model::Direction;

/// Topics that are remembered; broadcasts of later ones are listed as requests.
const MAX_TOPICS: usize = 10_000;

#[derive(Debug)]
pub(super) struct Phoenix;

impl Protocol for Phoenix {
    fn key(&self) -> &'static str {
        "phoenix"
    }

    fn label(&self) -> &'static str {
        "Phoenix channels"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let has_version = handshake.query("vsn").is_some_and(|vsn| vsn.starts_with(['1', '2']));
        (has_version && handshake.path().ends_with("/websocket")).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        if frame.opcode == Opcode::Binary {
            return if binary::Message::parse(frame.data, frame.direction).is_ok() {
                Fit::Neutral
            } else {
                Fit::No
            };
        }
        json_fit(frame, |message| match Envelope::of(message) {
            Ok(envelope) if envelope.event.starts_with("phx_") => Fit::Distinctive,
            Ok(envelope) if envelope.topic == "phoenix" && envelope.event == "heartbeat" => Fit::Distinctive,
            Ok(_) => Fit::Neutral,
            Err(_) => Fit::No,
        })
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        let is_supabase = handshake.path().ends_with("/realtime/v1/websocket");
        Box::new(PhoenixDecoder { dialect: Dialect { is_supabase, ..Dialect::default() } })
    }
}

#[derive(Clone, Debug)]
struct PhoenixDecoder {
    dialect: Dialect,
}

impl Decoder for PhoenixDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        if frame.opcode == Opcode::Text {
            decode_json(&mut self.dialect, frame, scratch, units);
            return;
        }
        let all = 0..frame.data.len();
        match binary::Message::parse(frame.data, frame.direction) {
            Ok(message) => {
                self.dialect.version = Some(2);
                self.dialect.is_supabase |= message.is_of_supabase();
                message.report(all, &self.dialect.unacknowledged, units);
            }
            Err(reason) => units.push_plain(Unit::malformed(all, reason)),
        }
    }

    fn label(&self) -> Option<String> {
        Some(self.dialect.describe())
    }

    fn state_len(&self) -> usize {
        self.dialect.unacknowledged.len() * 64
    }
}

#[derive(Clone, Debug, Default)]
struct Dialect {
    is_supabase: bool,
    /// The topics of Supabase that were joined without acknowledgments of broadcasts.
    unacknowledged: HashSet<Box<str>>,
    /// The version of the serializer, once a message showed it.
    version: Option<u8>,
}

/// The parts of a message.
struct Envelope<'v> {
    topic: Cow<'v, str>,
    event: Cow<'v, str>,
    payload: Option<Value<'v>>,
    reference: Option<Cow<'v, str>>,
    join_reference: Option<Cow<'v, str>>,
    version: u8,
}

impl<'v> Envelope<'v> {
    fn of(message: Value<'v>) -> Result<Self, &'static str> {
        let reference = |value: Option<Value<'v>>| match value.map(|value| (value, value.kind())) {
            None | Some((_, NodeKind::Null)) => Ok(None),
            Some((value, NodeKind::String | NodeKind::Number)) => Ok(Some(value.text())),
            Some(_) => Err("A reference that is not a string"),
        };
        let (parts, version) = if message.is_array() {
            if message.len() != 5 {
                return Err("Not five elements: join_ref, ref, topic, event, payload");
            }
            let mut parts = message.children();
            let mut next = || parts.next();
            ([next(), next(), next(), next(), next()], 2)
        } else {
            let get = |key| message.get(key);
            ([get("join_ref"), get("ref"), get("topic"), get("event"), get("payload")], 1)
        };
        let [join_reference, own_reference, topic, event, payload] = parts;
        Ok(Self {
            topic: topic.and_then(Value::str).ok_or("A message without a topic")?,
            event: event.and_then(Value::str).ok_or("A message without an event")?,
            payload,
            reference: reference(own_reference)?,
            join_reference: reference(join_reference)?,
            version,
        })
    }

    /// The status of a reply.
    fn status(&self) -> Option<Cow<'v, str>> {
        self.payload?.get_str("status")
    }
}

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let envelope = Envelope::of(message)?;
        self.version = Some(envelope.version);
        let status = envelope.status();
        self.learn_acknowledgment(&envelope);
        let inner = envelope.payload.filter(|_| envelope.event == "broadcast");
        let inner = inner.and_then(|payload| payload.get_str("event"));
        let header = Header {
            topic: &envelope.topic,
            event: named(envelope.event.clone(), inner.as_deref()),
            reference: envelope.reference.as_deref(),
            status: status.as_deref(),
            is_answered: envelope.event != "broadcast" || !self.unacknowledged.contains(&*envelope.topic),
        };
        Ok(header.unit(units))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        let Ok(envelope) = Envelope::of(message) else { return };
        detail.field("Topic", envelope.topic).field("Event", &*envelope.event);
        detail.optional("Reference", envelope.reference).optional("Join reference", envelope.join_reference);
        let has_token = envelope.payload.is_some_and(|payload| {
            ["access_token", "user_token"].iter().any(|key| payload.get(key).is_some())
        });
        if has_token || envelope.event == "access_token" {
            detail.secret("Payload", envelope.payload);
        } else {
            detail.content("Payload", envelope.payload);
        }
    }
}

impl Dialect {
    /// Remembers whether broadcasts in the topic that a client joins are acknowledged.
    fn learn_acknowledgment(&mut self, envelope: &Envelope<'_>) {
        if envelope.event != "phx_join" {
            return;
        }
        let broadcast = envelope.payload.and_then(|payload| payload.path(&["config", "broadcast"]));
        let is_acknowledged = broadcast.and_then(|broadcast| broadcast.get("ack")).map(Value::text);
        if broadcast.is_none() || is_acknowledged.as_deref() == Some("true") {
            self.unacknowledged.remove(&*envelope.topic);
        } else if self.unacknowledged.len() < MAX_TOPICS {
            self.unacknowledged.insert((&*envelope.topic).into());
        }
    }

    fn describe(&self) -> String {
        let version = self.version.map_or_else(String::new, |version| format!(" (serializer {version})"));
        format!("{}{version}", if self.is_supabase { "Supabase Realtime" } else { "Phoenix channels" })
    }
}

/// What names a message and pairs it.
struct Header<'a, 'v> {
    topic: &'a str,
    event: Cow<'v, str>,
    reference: Option<&'a str>,
    status: Option<&'a str>,
    /// The server replies to it.
    is_answered: bool,
}

impl<'v> Header<'_, 'v> {
    fn unit(self, units: &Units<'_>) -> Unit<'v> {
        let key = self.reference.map(|reference| PairKey::new("ref", reference));
        let is_heartbeat = self.topic == "phoenix";
        if self.event == "phx_reply" {
            let mut event = named(self.event, self.status);
            match key.and_then(|key| units.request_event(key)) {
                Some(request) => event = format!("{event} of {request}").into(),
                None => event = located(event, Some(self.topic)),
            }
            return Unit { is_heartbeat, ..Unit::new(0..0, event).with_role(reply(key)) };
        }
        // The server puts the reference of the join into `phx_close` and `phx_error`, which are not
        // answered.
        let role = request(key.filter(|_| self.is_answered && units.direction == Direction::Sent));
        let is_heartbeat = is_heartbeat && self.event == "heartbeat";
        let event = if is_heartbeat { self.event } else { located(self.event, Some(self.topic)) };
        Unit { is_heartbeat, ..Unit::new(0..0, event).with_role(role) }
    }
}

#[cfg(test)]
mod tests;
