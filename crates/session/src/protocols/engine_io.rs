//! Engine.IO 3 and 4: the transport below Socket.IO (engine.io-parser 2.2.1 and 5.2.3).
//!
//! A text message is a digit and data: 0 open, 1 close, 2 ping, 3 pong, 4 message, 5 upgrade, 6
//! noop. A binary message is always a message; version 3 puts the byte 4 before it. `b` begins a
//! binary message in base64.

use super::{Frame, Handshake, Opcode};
use crate::encodings::base64;
use std::borrow::Cow;
use std::ops::Range;

/// The version of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V3,
    V4,
}

impl Version {
    /// The version that the URL names; version 4 if it names none.
    pub(super) fn of(handshake: &Handshake<'_>) -> Self {
        if handshake.query("EIO") == Some("3") { Self::V3 } else { Self::V4 }
    }

    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::V3 => "Engine.IO 3",
            Self::V4 => "Engine.IO 4",
        }
    }
}

/// A packet of the transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Packet<'a> {
    Open(&'a [u8]),
    Close,
    /// With the data of a probe.
    Ping(&'a [u8]),
    Pong(&'a [u8]),
    /// A text message, with its range in the payload.
    Text(Range<usize>),
    Binary(Cow<'a, [u8]>),
    Upgrade,
    Noop,
}

/// The packet that a message is; `None` if it is none.
pub(super) fn packet<'a>(frame: &Frame<'a>, version: Version) -> Option<Packet<'a>> {
    let (first, rest) =
        frame.data.split_first().map_or((None, &[][..]), |(first, rest)| (Some(*first), rest));
    if frame.opcode == Opcode::Binary {
        return match (version, first) {
            (Version::V4, _) => Some(Packet::Binary(Cow::Borrowed(frame.data))),
            (Version::V3, Some(4)) => Some(Packet::Binary(Cow::Borrowed(rest))),
            (Version::V3, _) => None,
        };
    }
    match first? {
        b'0' => Some(Packet::Open(rest)),
        b'1' => Some(Packet::Close),
        b'2' => Some(Packet::Ping(rest)),
        b'3' => Some(Packet::Pong(rest)),
        b'4' => Some(Packet::Text(1..frame.data.len())),
        b'5' => Some(Packet::Upgrade),
        b'6' => Some(Packet::Noop),
        b'b' => {
            let digits = if version == Version::V3 { rest.strip_prefix(b"4")? } else { rest };
            base64::decode(digits).map(|bytes| Packet::Binary(Cow::Owned(bytes)))
        }
        _ => None,
    }
}
