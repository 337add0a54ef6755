//! A unit of a protocol: a packet, a frame, an event, wherever it lies in the recorded messages.

use std::borrow::Cow;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use crate::encodings::Payload;

/// One unit, as a decoder reports it.
#[derive(Clone, Debug, Default)]
pub struct Unit<'a> {
    /// The bytes of the message's payload that it takes. Units of a message do not overlap.
    pub bytes: Range<usize>,
    /// Its name, as the `event` column shows it: `chat:new`, `SEND /queue/a`.
    pub event: Cow<'a, str>,
    pub role: Role,
    /// It only keeps the connection alive.
    pub is_heartbeat: bool,
    /// The message in which it began, if that is an earlier one.
    pub first: Option<u32>,
    /// Why it could not be decoded.
    pub problem: Option<Cow<'static, str>>,
}

impl<'a> Unit<'a> {
    /// A unit of that name without a reply.
    pub fn new(bytes: Range<usize>, event: impl Into<Cow<'a, str>>) -> Self {
        Self { bytes, event: event.into(), ..Self::default() }
    }

    /// A unit that keeps the connection alive.
    pub fn heartbeat(bytes: Range<usize>, event: &'a str) -> Self {
        Self { is_heartbeat: true, ..Self::new(bytes, event) }
    }

    /// Bytes that are not a unit of the protocol, and why.
    pub fn malformed(bytes: Range<usize>, reason: impl Into<Cow<'static, str>>) -> Self {
        Self { problem: Some(reason.into()), ..Self::new(bytes, "") }
    }

    /// The same unit with a role.
    #[must_use]
    pub fn with_role(self, role: Role) -> Self {
        Self { role, ..self }
    }

    /// The same unit, which began in the message at `first`.
    #[must_use]
    pub fn since(self, first: Option<u32>) -> Self {
        Self { first, ..self }
    }
}

/// Identifies a request and its replies within one direction of a socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PairKey(u64);

impl PairKey {
    /// The key of an identifier; `space` separates identifiers of different kinds. Values of
    /// different types are different keys where `identifier` includes the type.
    pub fn new(space: &str, identifier: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        space.hash(&mut hasher);
        identifier.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// The part of a unit in an exchange.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// It neither expects nor is a reply.
    #[default]
    None,
    /// A reply with that key is due from the other direction.
    Request(PairKey),
    /// The last reply to the latest open request with that key.
    Reply(PairKey),
    /// A reply after which more can come.
    PartialReply(PairKey),
    /// The reply to the earliest open request with that key, for protocols that answer in order.
    ReplyInOrder(PairKey),
}

/// A unit in full, decoded for the message that is open.
#[derive(Clone, Debug)]
pub struct DecodedUnit {
    /// The bytes that it takes in the last of its messages.
    pub bytes: Range<usize>,
    pub event: String,
    pub is_heartbeat: bool,
    /// Why it could not be decoded.
    pub problem: Option<Cow<'static, str>>,
    /// The indexes of its first and last message.
    pub messages: (u32, u32),
    pub fields: Vec<DecodedField>,
    pub bodies: Vec<DecodedBody>,
}

/// A named value of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedField {
    pub name: Cow<'static, str>,
    pub value: String,
    /// It is a credential: hidden until the user asks for it.
    pub is_credential: bool,
}

/// A payload within a unit.
#[derive(Clone, Debug)]
pub struct DecodedBody {
    pub name: Cow<'static, str>,
    pub payload: Payload,
    /// It contains a credential: hidden until the user asks for it.
    pub is_credential: bool,
}
