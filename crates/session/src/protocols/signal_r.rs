//! SignalR of ASP.NET Core (@microsoft/signalr 10.0.11 and HubProtocol.md) with its JSON and
//! MessagePack protocols, and Blazor Server, which uses the latter.
//!
//! The first message of each side is the handshake in JSON, whatever the protocol. A WebSocket
//! message has any number of hub messages: JSON objects that end with the byte 1e, or MessagePack
//! arrays after their length as a varint.

mod hub_message;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::{
    Decoder, Detail, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Scratch, Unit,
    Units,
};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::{Direction, plural};
use hub_message::{HubMessage, Kind};

/// Ends a message in JSON.
const SEPARATOR: u8 = 0x1e;
/// Bytes of the longest varint before a message.
const MAX_VARINT_LEN: usize = 5;
/// Streams being uploaded that are remembered by name.
const MAX_UPLOADS: usize = 10_000;
/// The call that sends a picture of the page in Blazor.
const RENDER_BATCH: &str = "JS.RenderBatch";
/// Calls of Blazor and the calls that answer them: both have the same first argument.
const BLAZOR_ANSWERS: &[(&str, &str)] = &[
    (RENDER_BATCH, "OnRenderCompleted"),
    ("BeginInvokeDotNetFromJS", "JS.EndInvokeDotNet"),
    ("JS.BeginInvokeJS", "EndInvokeJSFromDotNet"),
];

#[derive(Debug)]
pub(super) struct SignalR;

impl Protocol for SignalR {
    fn key(&self) -> &'static str {
        "signalr"
    }

    fn label(&self) -> &'static str {
        "SignalR"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.path().ends_with("/_blazor").then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let mut tree = SpanTree::default();
        let mut records = records(frame.data, frame.opcode);
        let is_valid = !frame.data.is_empty()
            && records.all(|record| match record {
                Record::Json(range) => {
                    let root = tree.reparse(Syntax::Json, bytes(frame, &range));
                    root.is_some_and(Value::is_object)
                }
                Record::Packed { content, .. } => {
                    let root = tree.reparse(Syntax::MessagePack, bytes(frame, &content));
                    root.is_some_and(|root| HubMessage::of_message_pack(root).is_ok())
                }
                Record::Invalid(..) => false,
            });
        if is_valid { Fit::Distinctive } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(SignalRDecoder::default())
    }
}

/// A part of a message with one hub message.
enum Record {
    /// Without the separator.
    Json(Range<usize>),
    Packed {
        all: Range<usize>,
        content: Range<usize>,
    },
    Invalid(Range<usize>, &'static str),
}

/// The records of a message. After one that is invalid there is none.
fn records(data: &[u8], opcode: Opcode) -> impl Iterator<Item = Record> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = data.get(at..).filter(|rest| !rest.is_empty())?;
        // A handshake in JSON can be sent as binary. A length of 123 would be followed by an array.
        let is_json = opcode == Opcode::Text || matches!(rest, [b'{', b'"' | b'}' | b' ', ..]);
        let record = if is_json { json_record(rest, at) } else { packed_record(rest, at) };
        at = match &record {
            Record::Json(range) => range.end + 1,
            Record::Packed { all, .. } => all.end,
            Record::Invalid(..) => data.len(),
        };
        Some(record)
    })
}

fn json_record(rest: &[u8], at: usize) -> Record {
    match memchr::memchr(SEPARATOR, rest) {
        Some(len) => Record::Json(at..at + len),
        None => Record::Invalid(at..at + rest.len(), "The message does not end with the byte 1e"),
    }
}

fn packed_record(rest: &[u8], at: usize) -> Record {
    let invalid = |reason| Record::Invalid(at..at + rest.len(), reason);
    let (mut len, mut head) = (0_u64, 0);
    for byte in rest.iter().take(MAX_VARINT_LEN) {
        len |= u64::from(byte & 0x7f) << (7 * head);
        head += 1;
        if byte & 0x80 == 0 {
            let left = rest.len() - head;
            return match usize::try_from(len).ok().filter(|len| *len <= left) {
                Some(len) => Record::Packed { all: at..at + head + len, content: at + head..at + head + len },
                None => invalid("The length before the message is greater than what follows"),
            };
        }
    }
    invalid("The length before the message is not a varint")
}

fn bytes<'f>(frame: &Frame<'f>, range: &Range<usize>) -> &'f [u8] {
    frame.data.get(range.clone()).unwrap_or_default()
}

/// How the messages of the hub are encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum HubProtocol {
    #[default]
    Unknown,
    Json,
    MessagePack,
    Blazor,
}

#[derive(Clone, Debug, Default)]
struct SignalRDecoder {
    protocol: HubProtocol,
    /// The target of the invocation that uploads a stream, by direction and id of the stream.
    uploads: HashMap<(Direction, Box<str>), Box<str>>,
}

impl Decoder for SignalRDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        for record in records(frame.data, frame.opcode) {
            match record {
                Record::Invalid(range, reason) => {
                    units.push_plain(Unit::malformed(range, frame.problem(reason)));
                }
                Record::Json(range) => self.json(frame, range, scratch, units),
                Record::Packed { all, content } => {
                    let root = scratch.tree.reparse(Syntax::MessagePack, bytes(frame, &content));
                    let message =
                        root.ok_or("Not a value of MessagePack").and_then(HubMessage::of_message_pack);
                    self.report(frame.direction, all, message, units);
                }
            }
        }
    }

    fn label(&self) -> Option<String> {
        let label = match self.protocol {
            HubProtocol::Unknown => return None,
            HubProtocol::Json => "SignalR with JSON",
            HubProtocol::MessagePack => "SignalR with MessagePack",
            HubProtocol::Blazor => "Blazor Server over SignalR",
        };
        Some(label.to_owned())
    }

    fn state_len(&self) -> usize {
        self.uploads.len() * 64
    }
}

impl SignalRDecoder {
    /// A message in JSON at `range`: the handshake, or one of the hub.
    fn json(&mut self, frame: &Frame<'_>, range: Range<usize>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = range.start..range.end + 1;
        let Some(root) = scratch.json(bytes(frame, &range)).filter(|root| root.is_object()) else {
            units.push_plain(Unit::malformed(all, "Not a JSON object"));
            return;
        };
        let key = PairKey::new("handshake", ());
        let protocol = root.get_str("protocol");
        if let Some(protocol) = protocol.filter(|_| root.get("type").is_none()) {
            self.protocol = match &*protocol {
                "json" => HubProtocol::Json,
                "messagepack" => HubProtocol::MessagePack,
                "blazorpack" => HubProtocol::Blazor,
                _ => HubProtocol::Unknown,
            };
            units.push(Unit::new(all, "handshake").with_role(Role::Request(key)), |detail| {
                detail.value("Handshake", root);
            });
        } else if root.get("type").is_none() && (root.is_empty() || root.get("error").is_some()) {
            let event = if root.is_empty() { "handshake" } else { "handshake error" };
            units.push(Unit::new(all, event).with_role(Role::Reply(key)), |detail| {
                detail.value("Handshake", root);
            });
        } else {
            if self.protocol == HubProtocol::Unknown {
                self.protocol = HubProtocol::Json;
            }
            self.report(frame.direction, all, HubMessage::of_json(root), units);
        }
    }

    fn report(
        &mut self,
        direction: Direction,
        all: Range<usize>,
        message: Result<HubMessage<'_>, &'static str>,
        units: &mut Units<'_>,
    ) {
        let message = match message {
            Ok(message) => message,
            Err(reason) => {
                units.push_plain(Unit::malformed(all, reason));
                return;
            }
        };
        let key = message.id.as_ref().map(|id| PairKey::new("invocation", id));
        let unit = match message.kind {
            Kind::Ping => Unit::heartbeat(all, "ping"),
            Kind::Close => Unit::new(all, "close"),
            Kind::Ack => Unit::new(all, "ack"),
            Kind::Sequence => Unit::new(all, "sequence"),
            Kind::CancelInvocation => {
                let target = key.and_then(|key| units.own_request_event(key));
                let event = target.map(|target| format!("cancel of {target}").into());
                Unit::new(all, event.unwrap_or(Cow::Borrowed("cancel")))
            }
            Kind::Invocation | Kind::StreamInvocation => {
                self.remember_uploads(direction, &message);
                let role = blazor_role(&message).or(key.map(Role::Request)).unwrap_or_default();
                Unit::new(all, Cow::Borrowed(&*message.target)).with_role(role)
            }
            Kind::StreamItem | Kind::Completion => self.answer(direction, all, &message, units),
        };
        units.push(unit, |detail| describe(&message, detail));
    }

    fn remember_uploads(&mut self, direction: Direction, message: &HubMessage<'_>) {
        for id in message.streams.into_iter().flat_map(Value::children).filter_map(Value::str) {
            if self.uploads.len() < MAX_UPLOADS {
                self.uploads.insert((direction, id.into()), message.target.as_ref().into());
            }
        }
    }

    /// The unit of a result, or of an item: of a stream that the other side answers with, or that
    /// this side uploads.
    fn answer(
        &mut self,
        direction: Direction,
        all: Range<usize>,
        message: &HubMessage<'_>,
        units: &Units<'_>,
    ) -> Unit<'static> {
        let name = match (message.kind, &message.error, message.result) {
            (Kind::StreamItem, _, _) => "item",
            (_, Some(_), _) => "error",
            (_, None, Some(_)) => "result",
            (_, None, None) => "completion",
        };
        let id = message.id.as_deref().unwrap_or_default();
        if !self.uploads.is_empty() {
            let upload = (direction, id.into());
            let target = self.uploads.get(&upload).map(|target| format!("{name} of {target}"));
            if let Some(event) = target {
                if message.kind == Kind::Completion {
                    self.uploads.remove(&upload);
                }
                return Unit::new(all, event);
            }
        }
        let key = PairKey::new("invocation", id);
        let role = if message.kind == Kind::StreamItem { Role::PartialReply(key) } else { Role::Reply(key) };
        let event =
            units.request_event(key).map_or_else(|| name.into(), |target| format!("{name} of {target}"));
        Unit::new(all, event).with_role(role)
    }
}

/// The role of a call of Blazor that another call answers.
fn blazor_role(message: &HubMessage<'_>) -> Option<Role> {
    let named = |(request, answer): &&(&str, &str)| message.target == *request || message.target == *answer;
    let (request, _) = BLAZOR_ANSWERS.iter().find(named)?;
    let key = PairKey::new(request, message.arguments?.at(0)?.text());
    Some(if message.target == *request { Role::Request(key) } else { Role::Reply(key) })
}

fn describe(message: &HubMessage<'_>, detail: &mut Detail) {
    detail.field("Type", message.kind.label());
    detail.optional("Invocation id", message.id.as_deref());
    detail.optional("Sequence id", message.sequence.map(|sequence| sequence.to_string()));
    detail.optional("Error", message.error.as_deref());
    if message.kind == Kind::Close {
        detail.field("Reconnect", if message.allows_reconnect { "allowed" } else { "not allowed" });
    }
    if let Some(headers) = message.headers.filter(|headers| !headers.is_empty()) {
        detail.value("Headers", headers).as_credential();
    }
    if let Some(streams) = message.streams.filter(|streams| !streams.is_empty()) {
        detail.value("Streams", streams);
    }
    if let Some(arguments) = message.arguments {
        describe_arguments(message, arguments, detail);
    }
    if let Some(result) = message.result {
        detail.value(if message.kind == Kind::StreamItem { "Item" } else { "Result" }, result);
    }
}

/// The arguments of a call; of a render batch only the size, because its format is private to
/// Blazor.
fn describe_arguments(message: &HubMessage<'_>, arguments: Value<'_>, detail: &mut Detail) {
    let batch = arguments.at(1).and_then(Value::bytes).filter(|_| message.target == RENDER_BATCH);
    match (batch, arguments.at(0)) {
        (Some(batch), Some(id)) => {
            detail.field("Batch", id.text()).field("Size", plural(batch.len() as u64, "byte"));
        }
        _ => {
            detail.value("Arguments", arguments);
        }
    }
}

#[cfg(test)]
mod tests;
