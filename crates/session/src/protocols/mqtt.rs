//! MQTT 3.1, 3.1.1 and 5 (mqtt-packet 9.0.2) in binary messages, which are pieces of a byte stream.

mod packet;
mod properties;

use std::borrow::Cow;
use std::collections::HashMap;

use super::byte_stream::{self, ByteStreams, Measure, StreamUnit};
use super::{
    Continuity, Decoder, Detail, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample,
    Scratch, Unit, Units,
};
use crate::model::Direction;
use packet::{Content, Kind, Packet, Version};
use properties::{
    AUTHENTICATION_DATA, CORRELATION_DATA, PropertyValue, RESPONSE_TOPIC, TOPIC_ALIAS, connect_return, reason,
};

#[derive(Debug)]
pub(super) struct Mqtt;

impl Protocol for Mqtt {
    fn key(&self) -> &'static str {
        "mqtt"
    }

    fn label(&self) -> &'static str {
        "MQTT"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["mqtt", "mqttv3.1"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        match measure(frame, frame.data) {
            Measure::Unit(_) | Measure::Incomplete(_) => Fit::Neutral,
            Measure::Invalid(..) => Fit::No,
        }
    }

    fn score(&self, sample: &Sample) -> usize {
        let measure = |frame: &Frame<'_>, bytes: &[u8], _| match measure(frame, bytes) {
            Measure::Unit(len) if !is_packet(bytes.get(..len).unwrap_or_default()) => {
                Measure::Invalid(len, "")
            }
            measured => measured,
        };
        byte_stream::count_distinctive(sample, measure, is_distinctive)
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        Box::new(MqttDecoder { version: guess_version(sample), ..MqttDecoder::default() })
    }

    fn continuity(&self, _: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        // CONNACK: its flags, whose first bit is "session present", and the code of a success.
        sample.frames().find_map(|frame| match frame.data {
            [0x20, _, flags, 0, ..] if frame.direction == Direction::Received => {
                Some(Continuity::resumed_if(flags & 1 == 1))
            }
            _ => None,
        })
    }
}

/// [`packet::measure`]; a text message is not a packet.
fn measure(frame: &Frame<'_>, bytes: &[u8]) -> Measure {
    match frame.opcode {
        Opcode::Binary => packet::measure(bytes),
        Opcode::Text => Measure::Invalid(bytes.len(), "A text message, which MQTT does not allow"),
    }
}

fn is_packet(unit: &[u8]) -> bool {
    Packet::of(unit, Version::V311).or_else(|| Packet::of(unit, Version::V5)).is_some()
}

/// Whether hardly anything but MQTT is encoded like this packet.
fn is_distinctive(unit: &[u8]) -> bool {
    let packet = Packet::of(unit, Version::V311).or_else(|| Packet::of(unit, Version::V5));
    packet.is_some_and(|packet| match packet.content {
        Content::Connect(_) | Content::Filters { .. } => true,
        Content::Publish { topic, .. } => topic.len() > 1 && !topic.contains(char::is_control),
        _ => false,
    })
}

/// The version of packets whose CONNECT was not recorded: version 5 if all are valid in it, and
/// either some are not in version 3.1.1, or what would be the payload begins with properties.
fn guess_version(sample: &Sample) -> Version {
    let (mut fits_3, mut fits_5, mut has_properties) = (true, true, false);
    byte_stream::each_unit(
        sample,
        |frame, bytes, _| measure(frame, bytes),
        |unit| {
            fits_3 &= Packet::of(unit, Version::V311).is_some();
            let packet = Packet::of(unit, Version::V5);
            fits_5 &= packet.is_some();
            if let Some(Packet { content: Content::Publish { payload, .. }, properties, .. }) = packet {
                let is_text = |text: &str| !text.is_empty() && !text.contains(char::is_control);
                has_properties |= !properties.is_empty() || std::str::from_utf8(payload).is_ok_and(is_text);
            }
        },
    );
    if fits_5 && (has_properties || !fits_3) { Version::V5 } else { Version::V311 }
}

#[derive(Clone, Debug)]
struct MqttDecoder {
    streams: ByteStreams,
    version: Version,
    /// A CONNECT showed the version.
    is_version_known: bool,
    state: State,
}

impl Default for MqttDecoder {
    fn default() -> Self {
        let (streams, state) = (ByteStreams::default(), State::default());
        Self { streams, version: Version::V311, is_version_known: false, state }
    }
}

/// What earlier packets say of later ones. Bounded by the number of aliases and packet ids.
#[derive(Clone, Debug, Default)]
struct State {
    aliases: HashMap<(Direction, u16), Box<str>>,
    /// The keys of messages that ask for a response, by the packet id that they are acknowledged
    /// with.
    requests: HashMap<(Direction, u16), PairKey>,
    /// Bytes of the topics.
    alias_bytes: usize,
}

impl Decoder for MqttDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let Self { streams, version, is_version_known, state } = self;
        let measure = |bytes: &[u8], _| measure(frame, bytes);
        streams.decode(frame, units, measure, |found, units| {
            let Some(packet) = Packet::of(found.bytes, *version) else {
                let reason = format!("Not a valid packet of {}", version.label());
                units.push_plain(Unit::malformed(found.range, reason).since(found.first));
                return;
            };
            if let Content::Connect(connect) = packet.content {
                (*version, *is_version_known) = (connect.version, true);
            }
            state.report(frame.direction, *version, found, &packet, units);
        });
    }

    fn skip(&mut self, direction: Direction) {
        self.streams.skip(direction);
    }

    fn label(&self) -> Option<String> {
        let version = self.version.label();
        let guessed = || format!("{version} (by its packets: no CONNECT was recorded)");
        Some(if self.is_version_known { version.to_owned() } else { guessed() })
    }

    fn state_len(&self) -> usize {
        self.streams.len() + self.state.alias_bytes + self.state.requests.len() * 16
    }
}

impl State {
    fn report(
        &mut self,
        direction: Direction,
        version: Version,
        found: StreamUnit<'_>,
        packet: &Packet<'_>,
        units: &mut Units<'_>,
    ) {
        let mut topic = Cow::Borrowed("");
        let label = packet.kind.label();
        let (event, role) = match packet.content {
            Content::Connect(_) => (label.into(), Role::Request(PairKey::new("connect", ()))),
            Content::ConnAck { .. } => (label.into(), Role::Reply(PairKey::new("connect", ()))),
            Content::Publish { topic: written, id, .. } => {
                topic = self.topic(direction, written, packet);
                (format!("{label} {topic}").into(), self.publish_role(direction, &topic, id, packet, units))
            }
            Content::Ack { id, .. } => self.acknowledgment(direction, packet.kind, id, units),
            Content::Filters { id, filters } => {
                let first = filters.iter().next().map_or("", |(filter, _)| filter);
                let more = if filters.iter().nth(1).is_some() { ", …" } else { "" };
                (format!("{label} {first}{more}").into(), Role::Request(PairKey::new("filters", id)))
            }
            Content::Codes { id, .. } => reply(packet.kind, PairKey::new("filters", id), units),
            Content::Reason { .. } => (label.into(), Role::None),
            Content::Ping if packet.kind == Kind::PingReq => {
                (label.into(), Role::Request(PairKey::new("ping", ())))
            }
            Content::Ping => (label.into(), Role::ReplyInOrder(PairKey::new("ping", ()))),
        };
        let is_heartbeat = matches!(packet.content, Content::Ping);
        let unit = Unit { is_heartbeat, ..Unit::new(found.range, event) };
        units.push(unit.with_role(role).since(found.first), |detail| {
            describe(packet, &topic, version, detail);
        });
    }

    /// The topic of a message: as written, or that of its alias.
    fn topic<'b>(&mut self, direction: Direction, written: &'b str, packet: &Packet<'_>) -> Cow<'b, str> {
        let Some(PropertyValue::Number(alias)) = packet.properties.get(TOPIC_ALIAS) else {
            return Cow::Borrowed(written);
        };
        let key = (direction, alias as u16);
        if written.is_empty() {
            let known = self.aliases.get(&key).map(|topic| topic.clone().into());
            return Cow::Owned(known.unwrap_or_else(|| format!("(alias {alias} of an unrecorded packet)")));
        }
        let replaced = self.aliases.insert(key, written.into());
        self.alias_bytes += written.len();
        self.alias_bytes -= replaced.map_or(0, |topic| topic.len());
        Cow::Borrowed(written)
    }

    /// A message waits for its acknowledgment, or is one of a request and a response.
    fn publish_role(
        &mut self,
        direction: Direction,
        topic: &str,
        id: Option<u16>,
        packet: &Packet<'_>,
        units: &Units<'_>,
    ) -> Role {
        let correlation = match packet.properties.get(CORRELATION_DATA) {
            Some(PropertyValue::Bytes(bytes)) => bytes,
            _ => &[],
        };
        let response_key = |topic: &str| PairKey::new("response", (topic, correlation));
        if let Some(PropertyValue::Text(response)) = packet.properties.get(RESPONSE_TOPIC) {
            let key = response_key(response);
            if let Some(id) = id {
                self.requests.insert((direction, id), key);
            }
            return Role::Request(key);
        }
        if !packet.properties.is_empty() && units.request_event(response_key(topic)).is_some() {
            return Role::Reply(response_key(topic));
        }
        id.map_or(Role::None, |id| Role::Request(PairKey::new("publish", id)))
    }

    /// PUBACK and PUBREC answer PUBLISH, PUBCOMP answers PUBREL. Ids are those of the side that
    /// began.
    fn acknowledgment(
        &mut self,
        direction: Direction,
        kind: Kind,
        id: u16,
        units: &Units<'_>,
    ) -> (Cow<'static, str>, Role) {
        match kind {
            Kind::PubRel => (kind.label().into(), Role::Request(PairKey::new("release", id))),
            Kind::PubComp => reply(kind, PairKey::new("release", id), units),
            _ => match self.requests.remove(&(direction.opposite(), id)) {
                Some(key) => (reply(kind, key, units).0, Role::PartialReply(key)),
                None => reply(kind, PairKey::new("publish", id), units),
            },
        }
    }
}

/// A reply, named after its request.
fn reply(kind: Kind, key: PairKey, units: &Units<'_>) -> (Cow<'static, str>, Role) {
    let label = kind.label();
    let event = units.request_event(key).map(|request| format!("{label} of {request}").into());
    (event.unwrap_or(Cow::Borrowed(label)), Role::Reply(key))
}

fn describe(packet: &Packet<'_>, topic: &str, version: Version, detail: &mut Detail) {
    let yes_no = |is: bool| if is { "yes" } else { "no" };
    match packet.content {
        Content::Connect(connect) => {
            detail.field("Version", connect.version.label()).field("Client id", connect.client_id);
            detail.field("Keep alive", format!("{} s", connect.keep_alive));
            detail.field("Clean session", yes_no(connect.is_clean));
            detail.optional("User name", connect.user);
            if let Some(password) = connect.password {
                detail.credential("Password", String::from_utf8_lossy(password));
            }
            if let Some((topic, payload)) = connect.will {
                detail.field("Will topic", topic).body("Will payload", None, payload);
            }
        }
        Content::ConnAck { is_session_present, code } => {
            let meaning = if version == Version::V5 { reason(code) } else { connect_return(code) };
            detail.field("Reason", code_text(code, meaning));
            detail.field("Session present", yes_no(is_session_present));
        }
        Content::Publish { id, payload, .. } => {
            detail.field("Topic", topic).field("QoS", (packet.flags >> 1 & 3).to_string());
            detail.field("Retain", yes_no(packet.flags & 1 != 0));
            detail.field("Duplicate", yes_no(packet.flags & 8 != 0));
            detail.optional("Packet id", id.map(|id| id.to_string()));
            detail.body("Payload", None, payload);
        }
        Content::Ack { id, code } => {
            detail.field("Packet id", id.to_string()).field("Reason", code_text(code, reason(code)));
        }
        Content::Filters { id, filters } => {
            detail.field("Packet id", id.to_string());
            for (filter, options) in filters.iter() {
                let qos = options.map(|options| format!("{filter} (QoS {})", options & 3));
                detail.field("Filter", qos.unwrap_or_else(|| filter.to_owned()));
            }
        }
        Content::Codes { id, codes } => {
            detail.field("Packet id", id.to_string());
            for code in codes {
                let granted = (*code == 0 && packet.kind == Kind::SubAck).then_some("Granted QoS 0");
                detail.field("Reason", code_text(*code, granted.or_else(|| reason(*code))));
            }
        }
        Content::Reason { code } => {
            detail.field("Reason", code_text(code, reason(code)));
        }
        Content::Ping => {}
    }
    for (id, name, value) in packet.properties.iter() {
        if id == AUTHENTICATION_DATA {
            detail.credential(name, value.text());
        } else {
            detail.field(name, value.text());
        }
    }
}

fn code_text(code: u8, meaning: Option<&str>) -> String {
    format!("0x{code:02x} {}", meaning.unwrap_or("(not defined)"))
}

#[cfg(test)]
mod tests;
