//! Socket.IO over Engine.IO (socket.io-parser 4.2.7 is protocol 5, that of Socket.IO 3 and 4; 3.4.5
//! is protocol 4, that of Socket.IO 1 and 2), and socket.io-msgpack-parser 3.0.2.
//!
//! A packet is `type [attachments-] [/namespace,] [id] [JSON]`. Types: 0 connect, 1 disconnect, 2
//! event, 3 ack, 4 connect error, 5 binary event, 6 binary ack. The binary messages after a packet
//! of type 5 or 6 are its attachments.

mod continuity;

use std::borrow::Cow;
use std::ops::Range;

use super::engine_io::{self, Packet, Version};
use super::{
    Continuity, Decoder, Evidence, Fit, Frame, Handshake, PairKey, Part, Protocol, Role, Sample, Scratch,
    Unit, Units,
};
use crate::encodings::{NodeKind, Syntax, Value};
use crate::model::Direction;

/// Attachments of a packet that are waited for; the library allows 10.
const MAX_ATTACHMENTS: u32 = 1000;
/// Event names that the library reserves.
const RESERVED: &[&str] =
    &["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

#[derive(Debug)]
pub(super) struct SocketIo;

impl Protocol for SocketIo {
    fn key(&self) -> &'static str {
        "socket.io"
    }

    fn label(&self) -> &'static str {
        "Socket.IO"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let is_engine = matches!(handshake.query("EIO"), Some("3" | "4"));
        (is_engine && handshake.query("transport") == Some("websocket")).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let Some(text) = frame.text() else { return Fit::Neutral };
        match text.as_bytes() {
            [b'0', b'{', ..] if text.contains("\"pingInterval\"") => Fit::Distinctive,
            b"2probe" | b"3probe" | [b'4', b'0'..=b'6', ..] => Fit::Distinctive,
            [b'1'..=b'3' | b'5' | b'6'] => Fit::Neutral,
            _ => Fit::No,
        }
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(SocketIoDecoder { engine: Version::of(handshake), ..SocketIoDecoder::default() })
    }

    fn continuity(&self, _: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        continuity::of(sample)
    }
}

#[derive(Clone, Debug)]
struct SocketIoDecoder {
    engine: Version,
    /// The version of Socket.IO's own protocol, if a connect packet showed it.
    is_protocol_4: Option<bool>,
    /// The packet of each direction that waits for attachments.
    pending: [Option<Pending>; 2],
}

impl Default for SocketIoDecoder {
    fn default() -> Self {
        Self { engine: Version::V4, is_protocol_4: None, pending: [None, None] }
    }
}

/// A packet that waits for attachments.
#[derive(Clone, Debug)]
struct Pending {
    first: u32,
    total: u32,
    event: String,
    /// The JSON data of the packet.
    data: Vec<u8>,
    attachments: Vec<Vec<u8>>,
}

fn slot(direction: Direction) -> usize {
    usize::from(direction == Direction::Received)
}

impl Decoder for SocketIoDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some(packet) = engine_io::packet(frame, self.engine) else {
            units.push_plain(Unit::malformed(all, "Not an Engine.IO packet"));
            return;
        };
        match packet {
            Packet::Open(data) => units.push(Unit::new(all, "open"), |detail| {
                detail.body("Handshake", Some(Syntax::Json), data);
            }),
            Packet::Close => units.push_plain(Unit::new(all, "close")),
            Packet::Ping(b"probe") => {
                let role = Role::Request(PairKey::new("probe", ()));
                units.push_plain(Unit::new(all, "transport probe").with_role(role));
            }
            Packet::Pong(b"probe") => {
                let role = Role::Reply(PairKey::new("probe", ()));
                units.push_plain(Unit::new(all, "transport probe").with_role(role));
            }
            Packet::Ping(_) => {
                let role = Role::Request(PairKey::new("ping", ()));
                units.push_plain(Unit::heartbeat(all, "ping").with_role(role));
            }
            Packet::Pong(_) => {
                let role = Role::ReplyInOrder(PairKey::new("ping", ()));
                units.push_plain(Unit::heartbeat(all, "pong").with_role(role));
            }
            Packet::Upgrade => units.push_plain(Unit::new(all, "upgrade")),
            Packet::Noop => units.push_plain(Unit::new(all, "noop")),
            Packet::Binary(bytes) => self.binary(frame, &bytes, scratch, units),
            Packet::Text(range) => self.text(frame, range, scratch, units),
        }
    }

    fn skip(&mut self, direction: Direction) {
        // The message may have been an attachment: the others cannot be numbered.
        self.set_pending(direction, None);
    }

    fn label(&self) -> Option<String> {
        let version = match self.is_protocol_4 {
            Some(true) => "Socket.IO 2",
            Some(false) => "Socket.IO 4",
            None => "Socket.IO",
        };
        Some(format!("{version} over {}", self.engine.label()))
    }

    fn state_len(&self) -> usize {
        let len =
            |pending: &Pending| pending.data.len() + pending.attachments.iter().map(Vec::len).sum::<usize>();
        self.pending.iter().flatten().map(len).sum()
    }
}

/// The head of a text packet.
struct Head<'a> {
    kind: u8,
    attachments: u32,
    namespace: &'a str,
    id: Option<&'a str>,
    /// The range of the JSON in the payload.
    data: Range<usize>,
}

/// Reads the head of the packet at `range`; the error says what is wrong.
fn head(text: &str, range: Range<usize>) -> Result<Head<'_>, &'static str> {
    let digits_end = |from: usize| {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        from + rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let mut at = range.start;
    let kind =
        *text.as_bytes().get(at).filter(|kind| matches!(kind, b'0'..=b'6')).ok_or("Unknown packet type")?;
    at += 1;
    let mut attachments = 0;
    if matches!(kind, b'5' | b'6') {
        let end = digits_end(at);
        attachments = text.get(at..end).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        if attachments == 0 || text.as_bytes().get(end) != Some(&b'-') {
            return Err("A binary packet without a number of attachments");
        }
        at = end + 1;
    }
    let mut namespace = "/";
    if text.as_bytes().get(at) == Some(&b'/') {
        let rest = text.get(at..range.end).unwrap_or_default();
        let len = rest.find(',').unwrap_or(rest.len());
        namespace = rest.get(..len).unwrap_or("/");
        at = (at + len + 1).min(range.end);
    }
    let end = digits_end(at);
    let id = text.get(at..end).filter(|id| !id.is_empty());
    Ok(Head { kind, attachments, namespace, id, data: end..range.end })
}

impl SocketIoDecoder {
    fn text(&mut self, frame: &Frame<'_>, range: Range<usize>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some(text) = frame.text() else {
            units.push_plain(Unit::malformed(all, "Not UTF-8"));
            return;
        };
        if self.pending.get(slot(frame.direction)).is_some_and(Option::is_some) {
            // The library drops the packet too.
            self.set_pending(frame.direction, None);
        }
        let head = match head(text, range) {
            Ok(head) => head,
            Err(reason) => {
                units.push_plain(Unit::malformed(all, reason));
                return;
            }
        };
        let source = frame.data.get(head.data.clone()).unwrap_or_default();
        let tree = &mut scratch.tree;
        let value = tree.reparse(Syntax::Json, source);
        if value.is_none() && !source.is_empty() {
            units.push_plain(Unit::malformed(all, "The data is not JSON"));
            return;
        }
        self.packet(frame, &head, value, units);
    }

    fn packet(
        &mut self,
        frame: &Frame<'_>,
        head: &Head<'_>,
        value: Option<Value<'_>>,
        units: &mut Units<'_>,
    ) {
        let all = 0..frame.data.len();
        let unit = match head.kind {
            b'0' => {
                self.learn_version(frame.direction, value);
                let key = PairKey::new("connect", namespace_path(head.namespace));
                let is_client = frame.direction == Direction::Sent;
                let role = if is_client { Role::Request(key) } else { Role::Reply(key) };
                Ok(Unit::new(all.clone(), with_namespace("connect", head.namespace)).with_role(role))
            }
            b'1' => Ok(Unit::new(all.clone(), with_namespace("disconnect", head.namespace))),
            b'4' => {
                let key = PairKey::new("connect", namespace_path(head.namespace));
                Ok(Unit::new(all.clone(), with_namespace("connect error", head.namespace))
                    .with_role(Role::Reply(key)))
            }
            b'2' | b'5' => event_unit(all.clone(), head.namespace, head.id, value),
            _ => ack_unit(all.clone(), head.namespace, head.id, units),
        };
        let unit = match unit {
            Ok(unit) => unit,
            Err(reason) => {
                units.push_plain(Unit::malformed(all, reason));
                return;
            }
        };
        if head.attachments > 0 {
            let total = head.attachments.min(MAX_ATTACHMENTS) + 1;
            units.part(Part { first: frame.index, nth: 1, total: Some(total) });
            let data = value.map(|value| value.raw().to_vec()).unwrap_or_default();
            let pending = Pending {
                first: frame.index,
                total,
                event: unit.event.clone().into_owned(),
                data,
                attachments: Vec::new(),
            };
            self.set_pending(frame.direction, Some(pending));
        }
        let is_connect = head.kind == b'0';
        units.push(unit, |detail| {
            detail.field("Namespace", head.namespace).optional("Id", head.id);
            if let Some(value) = value {
                detail.value(body_name(head.kind), value);
                if is_connect && frame.direction == Direction::Sent {
                    detail.as_credential();
                }
            }
        });
    }

    fn learn_version(&mut self, direction: Direction, value: Option<Value<'_>>) {
        let has_sid = value.is_some_and(|value| value.get("sid").is_some());
        match (direction, has_sid) {
            (Direction::Received, true) => self.is_protocol_4 = Some(false),
            (Direction::Received, false) => self.is_protocol_4 = Some(true),
            (Direction::Sent, _) => {}
        }
    }

    fn set_pending(&mut self, direction: Direction, pending: Option<Pending>) {
        if let Some(slot) = self.pending.get_mut(slot(direction)) {
            *slot = pending;
        }
    }

    /// A binary message: an attachment, a packet of the MessagePack parser, or neither.
    fn binary(&mut self, frame: &Frame<'_>, bytes: &[u8], scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let slot = self.pending.get_mut(slot(frame.direction));
        if let Some(Some(pending)) = slot {
            pending.attachments.push(bytes.to_vec());
            let nth = pending.attachments.len() as u32 + 1;
            units.part(Part { first: pending.first, nth, total: Some(pending.total) });
            if nth == pending.total {
                let pending = self
                    .pending
                    .get_mut(usize::from(frame.direction == Direction::Received))
                    .and_then(Option::take);
                if let Some(pending) = pending {
                    joined(&pending, all, units);
                }
            }
            return;
        }
        match scratch.tree.reparse(Syntax::MessagePack, bytes).filter(|value| value.get("type").is_some()) {
            Some(value) => {
                if value.get("type").and_then(Value::u64) == Some(0) {
                    self.learn_version(frame.direction, value.get("data"));
                }
                packed(frame, value, units);
            }
            None => units.push_plain(Unit::malformed(
                all,
                "A binary message that no packet announced: the recording may begin after it",
            )),
        }
    }
}

/// The packet with all its attachments.
fn joined(pending: &Pending, all: Range<usize>, units: &mut Units<'_>) {
    let unit = Unit::new(all, Cow::Borrowed(pending.event.as_str())).since(Some(pending.first));
    units.push(unit, |detail| {
        detail.body("Arguments", Some(Syntax::Json), pending.data.as_slice());
        for (nth, attachment) in pending.attachments.iter().enumerate() {
            detail.body(format!("Attachment {nth}"), None, attachment.as_slice());
        }
    });
}

fn body_name(kind: u8) -> &'static str {
    match kind {
        b'0' => "Auth",
        b'4' => "Error",
        _ => "Arguments",
    }
}

/// The namespace without the query that protocol 4 allows.
fn namespace_path(namespace: &str) -> &str {
    namespace.split('?').next().unwrap_or(namespace)
}

fn with_namespace<'a>(name: &'a str, namespace: &str) -> Cow<'a, str> {
    match namespace_path(namespace) {
        "/" => Cow::Borrowed(name),
        path => Cow::Owned(format!("{name} {path}")),
    }
}

fn event_unit<'v>(
    all: Range<usize>,
    namespace: &str,
    id: Option<&str>,
    value: Option<Value<'v>>,
) -> Result<Unit<'v>, &'static str> {
    let first = value.filter(|value| value.is_array()).and_then(|value| value.at(0));
    let first = first.ok_or("An event without a name")?;
    let name = match first.kind() {
        NodeKind::String | NodeKind::Number => first.text(),
        _ => return Err("The name of the event is not a string"),
    };
    if RESERVED.contains(&&*name) {
        return Err("The name of the event is reserved");
    }
    let role =
        id.map_or(Role::None, |id| Role::Request(PairKey::new("ack", (namespace_path(namespace), id))));
    let event = match namespace_path(namespace) {
        "/" => name,
        path => Cow::Owned(format!("{name} {path}")),
    };
    Ok(Unit::new(all, event).with_role(role))
}

fn ack_unit(
    all: Range<usize>,
    namespace: &str,
    id: Option<&str>,
    units: &Units<'_>,
) -> Result<Unit<'static>, &'static str> {
    let id = id.ok_or("An acknowledgment without an id")?;
    let key = PairKey::new("ack", (namespace_path(namespace), id));
    let event =
        units.request_event(key).map_or_else(|| format!("ack {id}"), |request| format!("ack of {request}"));
    Ok(Unit::new(all, event).with_role(Role::Reply(key)))
}

/// A packet of the MessagePack parser: a map of `type`, `nsp`, `data` and `id`.
fn packed(frame: &Frame<'_>, packet: Value<'_>, units: &mut Units<'_>) {
    let all = 0..frame.data.len();
    let kind = packet.get("type").and_then(Value::u64);
    let namespace = packet.get_str("nsp").unwrap_or(Cow::Borrowed("/"));
    let id = packet.get("id").filter(|id| id.kind() == NodeKind::Number).map(Value::text);
    let data = packet.get("data");
    let connect = PairKey::new("connect", namespace_path(&namespace));
    let unit = match (kind, frame.direction) {
        (Some(0), Direction::Sent) => {
            Ok(Unit::new(all.clone(), with_namespace("connect", &namespace))
                .with_role(Role::Request(connect)))
        }
        (Some(0), Direction::Received) => {
            Ok(Unit::new(all.clone(), with_namespace("connect", &namespace)).with_role(Role::Reply(connect)))
        }
        (Some(1), _) => Ok(Unit::new(all.clone(), with_namespace("disconnect", &namespace))),
        (Some(2 | 5), _) => event_unit(all.clone(), &namespace, id.as_deref(), data),
        (Some(3 | 6), _) => ack_unit(all.clone(), &namespace, id.as_deref(), units),
        (Some(4), _) => Ok(Unit::new(all.clone(), with_namespace("connect error", &namespace))
            .with_role(Role::Reply(connect))),
        _ => Err("Unknown packet type"),
    };
    match unit {
        Ok(unit) => units.push(unit, |detail| {
            detail.field("Namespace", &*namespace).optional("Id", id.as_deref());
            if let Some(data) = data {
                let digit =
                    kind.and_then(|kind| u8::try_from(kind).ok()).map_or(0, |kind| kind.wrapping_add(b'0'));
                detail.value(body_name(digit), data);
                if digit == b'0' && frame.direction == Direction::Sent {
                    detail.as_credential();
                }
            }
        }),
        Err(reason) => units.push_plain(Unit::malformed(all, reason)),
    }
}

#[cfg(test)]
mod tests;
