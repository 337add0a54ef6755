//! The messages of a hub, from JSON and from MessagePack.

use std::borrow::Cow;

use crate::encodings::{NodeKind, Value};

/// What a message of a hub is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Invocation,
    StreamItem,
    Completion,
    StreamInvocation,
    CancelInvocation,
    Ping,
    Close,
    Ack,
    Sequence,
}

impl Kind {
    fn of(number: u64) -> Option<Self> {
        Some(match number {
            1 => Self::Invocation,
            2 => Self::StreamItem,
            3 => Self::Completion,
            4 => Self::StreamInvocation,
            5 => Self::CancelInvocation,
            6 => Self::Ping,
            7 => Self::Close,
            8 => Self::Ack,
            9 => Self::Sequence,
            _ => return None,
        })
    }

    /// Its name in the specification of the protocol.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Invocation => "Invocation",
            Self::StreamItem => "StreamItem",
            Self::Completion => "Completion",
            Self::StreamInvocation => "StreamInvocation",
            Self::CancelInvocation => "CancelInvocation",
            Self::Ping => "Ping",
            Self::Close => "Close",
            Self::Ack => "Ack",
            Self::Sequence => "Sequence",
        }
    }
}

/// A message of a hub.
#[derive(Clone, Debug)]
pub(super) struct HubMessage<'v> {
    pub(super) kind: Kind,
    pub(super) headers: Option<Value<'v>>,
    /// The id of the invocation, or of an uploaded stream.
    pub(super) id: Option<Cow<'v, str>>,
    pub(super) target: Cow<'v, str>,
    pub(super) arguments: Option<Value<'v>>,
    /// The ids of the streams that the arguments upload.
    pub(super) streams: Option<Value<'v>>,
    /// The item of a stream, or the result of a completion.
    pub(super) result: Option<Value<'v>>,
    pub(super) error: Option<Cow<'v, str>>,
    pub(super) sequence: Option<u64>,
    pub(super) allows_reconnect: bool,
}

impl<'v> HubMessage<'v> {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            headers: None,
            id: None,
            target: Cow::Borrowed(""),
            arguments: None,
            streams: None,
            result: None,
            error: None,
            sequence: None,
            allows_reconnect: false,
        }
    }

    /// A message of the JSON protocol; the error says what is wrong.
    pub(super) fn of_json(root: Value<'v>) -> Result<Self, &'static str> {
        let number = root.get("type").and_then(Value::u64).ok_or("A message without a type")?;
        let mut message = Self::new(Kind::of(number).ok_or("Unknown message type")?);
        for member in root.children() {
            match member.key().as_deref() {
                Some("headers") => message.headers = Some(member),
                Some("invocationId") => message.id = member.str().filter(|id| !id.is_empty()),
                Some("target") => message.target = member.str().unwrap_or_default(),
                Some("arguments") => message.arguments = Some(member),
                Some("streamIds") => message.streams = Some(member),
                Some("item" | "result") => message.result = Some(member),
                Some("error") => message.error = member.str(),
                Some("sequenceId") => message.sequence = member.u64(),
                Some("allowReconnect") => message.allows_reconnect = is_true(member),
                _ => {}
            }
        }
        message.checked()
    }

    /// A message of the MessagePack protocol: an array whose first element is the type.
    pub(super) fn of_message_pack(root: Value<'v>) -> Result<Self, &'static str> {
        let number = root.at(0).and_then(Value::u64).ok_or("A message without a type")?;
        let kind = Kind::of(number).ok_or("Unknown message type")?;
        let text = |position| root.at(position).and_then(Value::str);
        let mut message = Self::new(kind);
        match kind {
            Kind::Ping => {}
            Kind::Close => {
                message.error = text(1);
                message.allows_reconnect = root.at(2).is_some_and(is_true);
            }
            Kind::Ack | Kind::Sequence => message.sequence = root.at(1).and_then(Value::u64),
            _ => {
                message.headers = root.at(1);
                message.id = text(2).filter(|id| !id.is_empty());
            }
        }
        match kind {
            Kind::Invocation | Kind::StreamInvocation => {
                message.target = text(3).unwrap_or_default();
                (message.arguments, message.streams) = (root.at(4), root.at(5));
            }
            Kind::StreamItem => message.result = root.at(3),
            Kind::Completion => match root.at(3).and_then(Value::u64) {
                Some(1) => message.error = Some(text(4).ok_or("An error without a text")?),
                Some(2) => {}
                Some(3) => message.result = Some(root.at(4).ok_or("A completion without its result")?),
                _ => return Err("Unknown kind of completion"),
            },
            _ => {}
        }
        message.checked()
    }

    fn checked(self) -> Result<Self, &'static str> {
        match self.kind {
            Kind::Invocation | Kind::StreamInvocation if self.target.is_empty() => {
                Err("An invocation without a target")
            }
            Kind::StreamItem | Kind::Completion | Kind::StreamInvocation | Kind::CancelInvocation
                if self.id.is_none() =>
            {
                Err("A message without an invocation id")
            }
            Kind::Ack | Kind::Sequence if self.sequence.is_none() => Err("A message without a sequence id"),
            _ => Ok(self),
        }
    }
}

fn is_true(value: Value<'_>) -> bool {
    value.kind() == NodeKind::True
}
