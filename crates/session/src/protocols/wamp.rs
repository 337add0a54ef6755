//! WAMP 2 (wampy 8.0.2, autobahn-python): arrays whose first element is the code of the message, in
//! JSON, MessagePack or CBOR.
//!
//! Batched, a message of JSON ends with the byte 18 (1e by the specification), and a binary one
//! comes after its length in 4 bytes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::{
    ByteReader, Decoder, Detail, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample,
    Scratch, Unit, Units,
};
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};

/// Subscriptions and registrations that are remembered, each.
const MAX_NAMES: usize = 10_000;
/// Bytes that end a message in a batch of JSON.
const SEPARATORS: [u8; 2] = [0x18, 0x1e];

/// What a message is, by its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    /// It begins an exchange with the id at 1, and names a topic or a procedure at 3.
    Request,
    /// The same without a name.
    Unnamed,
    /// It answers the request of that code with the id at 1.
    Answer(u64),
    /// Another message.
    Other,
}

/// A kind of message.
#[derive(Debug)]
struct Kind {
    code: u64,
    label: &'static str,
    exchange: Exchange,
    /// Fewest elements.
    min_len: usize,
    /// The position of the arguments.
    arguments: Option<usize>,
}

const fn kind(
    code: u64,
    label: &'static str,
    exchange: Exchange,
    min_len: usize,
    arguments: Option<usize>,
) -> Kind {
    Kind { code, label, exchange, min_len, arguments }
}

const HELLO: u64 = 1;
const WELCOME: u64 = 2;
const ABORT: u64 = 3;
const CHALLENGE: u64 = 4;
const AUTHENTICATE: u64 = 5;
const GOODBYE: u64 = 6;
const ERROR: u64 = 8;
const PUBLISH: u64 = 16;
const SUBSCRIBE: u64 = 32;
const SUBSCRIBED: u64 = 33;
const UNSUBSCRIBE: u64 = 34;
const EVENT: u64 = 36;
const CALL: u64 = 48;
const REGISTER: u64 = 64;
const REGISTERED: u64 = 65;
const UNREGISTER: u64 = 66;
const INVOCATION: u64 = 68;

static KINDS: &[Kind] = &[
    kind(HELLO, "HELLO", Exchange::Other, 3, None),
    kind(WELCOME, "WELCOME", Exchange::Other, 3, None),
    kind(ABORT, "ABORT", Exchange::Other, 3, None),
    kind(CHALLENGE, "CHALLENGE", Exchange::Other, 3, None),
    kind(AUTHENTICATE, "AUTHENTICATE", Exchange::Other, 3, None),
    kind(GOODBYE, "GOODBYE", Exchange::Other, 3, None),
    kind(ERROR, "ERROR", Exchange::Other, 5, Some(5)),
    kind(PUBLISH, "PUBLISH", Exchange::Request, 4, Some(4)),
    kind(17, "PUBLISHED", Exchange::Answer(PUBLISH), 3, None),
    kind(SUBSCRIBE, "SUBSCRIBE", Exchange::Request, 4, None),
    kind(SUBSCRIBED, "SUBSCRIBED", Exchange::Answer(SUBSCRIBE), 3, None),
    kind(UNSUBSCRIBE, "UNSUBSCRIBE", Exchange::Unnamed, 3, None),
    kind(35, "UNSUBSCRIBED", Exchange::Answer(UNSUBSCRIBE), 2, None),
    kind(EVENT, "EVENT", Exchange::Other, 4, Some(4)),
    kind(CALL, "CALL", Exchange::Request, 4, Some(4)),
    kind(49, "CANCEL", Exchange::Other, 3, None),
    kind(50, "RESULT", Exchange::Answer(CALL), 3, Some(3)),
    kind(REGISTER, "REGISTER", Exchange::Request, 4, None),
    kind(REGISTERED, "REGISTERED", Exchange::Answer(REGISTER), 3, None),
    kind(UNREGISTER, "UNREGISTER", Exchange::Unnamed, 3, None),
    kind(67, "UNREGISTERED", Exchange::Answer(UNREGISTER), 2, None),
    kind(INVOCATION, "INVOCATION", Exchange::Unnamed, 4, Some(4)),
    kind(69, "INTERRUPT", Exchange::Other, 3, None),
    kind(70, "YIELD", Exchange::Answer(INVOCATION), 3, Some(3)),
];

/// The kind of a message; the error says what is wrong.
fn kind_of(root: Value<'_>) -> Result<&'static Kind, &'static str> {
    let code = root.at(0).and_then(Value::u64).ok_or("Not an array that begins with a message code")?;
    let kind = KINDS.iter().find(|kind| kind.code == code).ok_or("Unknown message code")?;
    if root.len() < kind.min_len {
        return Err("The message has too few elements");
    }
    let has_id = root.at(1).and_then(Value::u64).is_some();
    let has_name = root.at(3).is_some_and(|name| name.kind() == NodeKind::String);
    match kind.exchange {
        Exchange::Request | Exchange::Unnamed | Exchange::Answer(_) if !has_id => {
            Err("The request id is not a number")
        }
        Exchange::Request if !has_name => Err("The topic or procedure is not a string"),
        _ => Ok(kind),
    }
}

#[derive(Debug)]
pub(super) struct Wamp;

impl Protocol for Wamp {
    fn key(&self) -> &'static str {
        "wamp"
    }

    fn label(&self) -> &'static str {
        "WAMP"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        serializer(handshake).map(|_| Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let is_text = frame.opcode == Opcode::Text;
        if is_text && !frame.data.trim_ascii_start().starts_with(b"[") {
            return Fit::No;
        }
        let syntax = if is_text { Syntax::Json } else { Syntax::MessagePack };
        let mut tree = SpanTree::default();
        let Some(root) = tree.reparse(syntax, frame.data) else { return Fit::No };
        let is_details = |position| root.at(position).is_some_and(Value::is_object);
        match kind_of(root) {
            Err(_) => Fit::No,
            Ok(kind) if kind.exchange == Exchange::Request && is_details(2) => Fit::Distinctive,
            Ok(Kind { code: HELLO | WELCOME, .. }) if is_details(2) => Fit::Distinctive,
            Ok(_) => Fit::Neutral,
        }
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        let (binary, is_batched) = serializer(handshake).unwrap_or((Some(Syntax::MessagePack), false));
        Box::new(WampDecoder { binary, is_batched, names: Names::default() })
    }
}

/// The encoding of binary messages, if it can be decoded, and whether messages are batched.
fn serializer(handshake: &Handshake<'_>) -> Option<(Option<Syntax>, bool)> {
    let name = handshake.subprotocol.as_deref()?.strip_prefix("wamp.2.")?;
    let (name, is_batched) = name.strip_suffix(".batched").map_or((name, false), |name| (name, true));
    let binary = match name {
        "json" | "msgpack" => Some(Syntax::MessagePack),
        "cbor" => Some(Syntax::Cbor),
        _ => None,
    };
    Some((binary, is_batched))
}

#[derive(Clone, Debug)]
struct WampDecoder {
    binary: Option<Syntax>,
    is_batched: bool,
    names: Names,
}

/// The topics of subscriptions and the procedures of registrations, by their ids.
#[derive(Clone, Debug, Default)]
struct Names {
    topics: HashMap<u64, Box<str>>,
    procedures: HashMap<u64, Box<str>>,
}

impl Decoder for WampDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let syntax = if frame.opcode == Opcode::Text { Some(Syntax::Json) } else { self.binary };
        let Some(syntax) = syntax else {
            let reason = "The encoding that the subprotocol names is not decoded";
            units.push_plain(Unit::malformed(0..frame.data.len(), reason));
            return;
        };
        if !self.is_batched {
            self.names.message(frame, 0..frame.data.len(), syntax, scratch, units);
        } else if syntax == Syntax::Json {
            self.batch_of_json(frame, scratch, units);
        } else {
            self.batch_of_binary(frame, syntax, scratch, units);
        }
    }

    fn state_len(&self) -> usize {
        (self.names.topics.len() + self.names.procedures.len()) * 64
    }
}

impl WampDecoder {
    fn batch_of_json(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let [first, second] = SEPARATORS;
        let mut start = 0;
        for end in memchr::memchr2_iter(first, second, frame.data) {
            self.names.message(frame, start..end, Syntax::Json, scratch, units);
            start = end + 1;
        }
        if start < frame.data.len() {
            self.names.message(frame, start..frame.data.len(), Syntax::Json, scratch, units);
        }
    }

    fn batch_of_binary(
        &mut self,
        frame: &Frame<'_>,
        syntax: Syntax,
        scratch: &mut Scratch,
        units: &mut Units<'_>,
    ) {
        let mut reader = ByteReader::new(frame.data);
        while !reader.is_empty() {
            let position = frame.data.len() - reader.rest().len();
            let Some(bytes) = reader.u32().and_then(|len| reader.take(len as usize)) else {
                let reason = frame.problem("The length before the message is greater than what follows");
                units.push_plain(Unit::malformed(position..frame.data.len(), reason));
                return;
            };
            let start = position + 4;
            self.names.message(frame, start..start + bytes.len(), syntax, scratch, units);
        }
    }
}

impl Names {
    /// One message at `range`.
    fn message(
        &mut self,
        frame: &Frame<'_>,
        range: Range<usize>,
        syntax: Syntax,
        scratch: &mut Scratch,
        units: &mut Units<'_>,
    ) {
        let root = scratch.tree.reparse(syntax, frame.data.get(range.clone()).unwrap_or_default());
        let not_encoded = match syntax {
            Syntax::Json => "Not JSON",
            Syntax::Cbor => "Not a value of CBOR",
            _ => "Not a value of MessagePack",
        };
        let parsed = root.ok_or(not_encoded).and_then(|root| Ok((root, kind_of(root)?)));
        match parsed {
            Ok((root, kind)) => self.report(range, root, kind, units),
            Err(reason) => units.push_plain(Unit::malformed(range, frame.problem(reason))),
        }
    }

    fn report(&mut self, range: Range<usize>, root: Value<'_>, kind: &Kind, units: &mut Units<'_>) {
        let id = root.at(1).and_then(Value::u64).unwrap_or_default();
        let (event, role) = match kind.exchange {
            Exchange::Request => {
                let name = root.at(3).map(Value::text).unwrap_or_default();
                // A publication is answered only if the client asks for it.
                let is_answered = kind.code != PUBLISH || is_set(root.at(2), "acknowledge");
                let role = if is_answered { Role::Request(key(kind.code, id)) } else { Role::None };
                (format!("{} {name}", kind.label).into(), role)
            }
            Exchange::Unnamed => (self.unnamed(root, kind), Role::Request(key(kind.code, id))),
            Exchange::Answer(request) => {
                let request = key(request, id);
                self.learn(root, kind, units.request_event(request));
                let role = if is_set(root.at(2), "progress") {
                    Role::PartialReply(request)
                } else {
                    Role::Reply(request)
                };
                (answer_event(kind, units.request_event(request)), role)
            }
            Exchange::Other => self.other(root, kind, units),
        };
        units.push(Unit::new(range, event).with_role(role), |detail| describe(root, kind, detail));
    }

    /// The event of a request that has the id of a subscription or of a registration.
    fn unnamed(&mut self, root: Value<'_>, kind: &Kind) -> Cow<'static, str> {
        let id = root.at(2).and_then(Value::u64).unwrap_or_default();
        let name = match kind.code {
            UNSUBSCRIBE => self.topics.remove(&id),
            UNREGISTER => self.procedures.remove(&id),
            // A registration for a pattern names the procedure.
            _ => match root.at(3).and_then(|details| details.get_str("procedure")) {
                Some(procedure) => Some(procedure.into()),
                None => self.procedures.get(&id).cloned(),
            },
        };
        named(kind.label, name)
    }

    /// Remembers the name of a subscription or of a registration, which has the id at 2.
    fn learn(&mut self, root: Value<'_>, kind: &Kind, request: Option<&str>) {
        let names = match kind.code {
            SUBSCRIBED => &mut self.topics,
            REGISTERED => &mut self.procedures,
            _ => return,
        };
        let name = request.and_then(|request| request.split_once(' '));
        if let (Some((_, name)), Some(id)) = (name, root.at(2).and_then(Value::u64))
            && names.len() < MAX_NAMES
        {
            names.insert(id, name.into());
        }
    }

    fn other(&self, root: Value<'_>, kind: &Kind, units: &Units<'_>) -> (Cow<'static, str>, Role) {
        let hello = PairKey::new("hello", ());
        match kind.code {
            HELLO => (named(kind.label, root.at(1).map(|realm| realm.text().into())), Role::Request(hello)),
            WELCOME | ABORT => (kind.label.into(), Role::Reply(hello)),
            CHALLENGE => (kind.label.into(), Role::PartialReply(hello)),
            GOODBYE => {
                let goodbye = PairKey::new("goodbye", ());
                let is_answer = units.request_event(goodbye).is_some();
                let role = if is_answer { Role::Reply(goodbye) } else { Role::Request(goodbye) };
                (kind.label.into(), role)
            }
            ERROR => {
                let number = |position| root.at(position).and_then(Value::u64).unwrap_or_default();
                let request = key(number(1), number(2));
                (answer_event(kind, units.request_event(request)), Role::Reply(request))
            }
            EVENT => {
                // A subscription for a pattern has the topic in the details.
                let topic = root.at(3).and_then(|details| details.get_str("topic")).map(Into::into);
                let id = root.at(1).and_then(Value::u64).unwrap_or_default();
                (named(kind.label, topic.or_else(|| self.topics.get(&id).cloned())), Role::None)
            }
            _ => (kind.label.into(), Role::None),
        }
    }
}

fn key(code: u64, id: u64) -> PairKey {
    PairKey::new("request", (code, id))
}

fn named(label: &'static str, name: Option<Box<str>>) -> Cow<'static, str> {
    name.map_or(Cow::Borrowed(label), |name| Cow::Owned(format!("{label} {name}")))
}

/// The event of an answer: after the topic or the procedure of its request, or after the kind of
/// the request.
fn answer_event(kind: &Kind, request: Option<&str>) -> Cow<'static, str> {
    let name = request.map(|request| request.split_once(' ').map_or(request, |(_, name)| name));
    name.map_or(Cow::Borrowed(kind.label), |name| Cow::Owned(format!("{} of {name}", kind.label)))
}

fn is_set(options: Option<Value<'_>>, key: &str) -> bool {
    options.and_then(|options| options.get(key)).is_some_and(|value| value.kind() == NodeKind::True)
}

fn describe(root: Value<'_>, kind: &Kind, detail: &mut Detail) {
    detail.field("Type", kind.label);
    if kind.exchange != Exchange::Other {
        detail.optional("Request id", root.at(1).map(Value::text));
    }
    if kind.code == ERROR {
        detail.optional("Error", root.at(4).map(Value::text));
    }
    if let Some(at) = kind.arguments {
        for (name, value) in [("Arguments", root.at(at)), ("Keyword arguments", root.at(at + 1))] {
            if let Some(value) = value {
                detail.value(name, value);
            }
        }
    }
    detail.value("Message", root);
    if matches!(kind.code, HELLO | CHALLENGE | AUTHENTICATE) {
        detail.as_credential();
    }
}

#[cfg(test)]
mod tests;
