//! The properties and reason codes of MQTT 5.

use super::super::ByteReader;
use crate::encodings::hex;

/// Bytes of binary properties that are shown.
const MAX_SHOWN_BYTES: usize = 256;

pub(super) const RESPONSE_TOPIC: u8 = 8;
pub(super) const CORRELATION_DATA: u8 = 9;
pub(super) const TOPIC_ALIAS: u8 = 35;
pub(super) const AUTHENTICATION_DATA: u8 = 22;

/// How a property is encoded.
#[derive(Clone, Copy)]
enum Type {
    U8,
    U16,
    U32,
    Varint,
    Text,
    Bytes,
    Pair,
}

/// The name and the encoding of a property.
fn definition(id: u8) -> Option<(&'static str, Type)> {
    Some(match id {
        1 => ("Payload format", Type::U8),
        2 => ("Message expiry interval", Type::U32),
        3 => ("Content type", Type::Text),
        RESPONSE_TOPIC => ("Response topic", Type::Text),
        CORRELATION_DATA => ("Correlation data", Type::Bytes),
        11 => ("Subscription identifier", Type::Varint),
        17 => ("Session expiry interval", Type::U32),
        18 => ("Assigned client id", Type::Text),
        19 => ("Server keep alive", Type::U16),
        21 => ("Authentication method", Type::Text),
        AUTHENTICATION_DATA => ("Authentication data", Type::Bytes),
        23 => ("Request problem information", Type::U8),
        24 => ("Will delay interval", Type::U32),
        25 => ("Request response information", Type::U8),
        26 => ("Response information", Type::Text),
        28 => ("Server reference", Type::Text),
        31 => ("Reason string", Type::Text),
        33 => ("Receive maximum", Type::U16),
        34 => ("Topic alias maximum", Type::U16),
        TOPIC_ALIAS => ("Topic alias", Type::U16),
        36 => ("Maximum QoS", Type::U8),
        37 => ("Retain available", Type::U8),
        38 => ("User property", Type::Pair),
        39 => ("Maximum packet size", Type::U32),
        40 => ("Wildcard subscription available", Type::U8),
        41 => ("Subscription identifiers available", Type::U8),
        42 => ("Shared subscription available", Type::U8),
        _ => return None,
    })
}

/// The value of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PropertyValue<'b> {
    Number(u64),
    Text(&'b str),
    Bytes(&'b [u8]),
    Pair(&'b str, &'b str),
}

impl PropertyValue<'_> {
    /// The value as text; bytes in hexadecimal.
    pub(super) fn text(self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.to_owned(),
            Self::Bytes(bytes) => hex::digits(bytes.get(..MAX_SHOWN_BYTES).unwrap_or(bytes)),
            Self::Pair(name, value) => format!("{name}: {value}"),
        }
    }
}

/// The properties of a packet, checked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Properties<'b> {
    bytes: &'b [u8],
}

impl<'b> Properties<'b> {
    /// The properties at the reader, after their length; `None` if they are not valid.
    pub(super) fn read(reader: &mut ByteReader<'b>) -> Option<Self> {
        let bytes = reader.varint_bytes(4)?;
        let mut rest = ByteReader::new(bytes);
        while !rest.is_empty() {
            property(&mut rest)?;
        }
        Some(Self { bytes })
    }

    /// The properties in their order.
    pub(super) fn iter(self) -> impl Iterator<Item = (u8, &'static str, PropertyValue<'b>)> {
        let mut rest = ByteReader::new(self.bytes);
        std::iter::from_fn(move || property(&mut rest))
    }

    /// The first property with that id.
    pub(super) fn get(self, wanted: u8) -> Option<PropertyValue<'b>> {
        self.iter().find(|(id, _, _)| *id == wanted).map(|(_, _, value)| value)
    }

    pub(super) fn is_empty(self) -> bool {
        self.bytes.is_empty()
    }
}

fn property<'b>(reader: &mut ByteReader<'b>) -> Option<(u8, &'static str, PropertyValue<'b>)> {
    let id = reader.u8()?;
    let (name, kind) = definition(id)?;
    let value = match kind {
        Type::U8 => PropertyValue::Number(reader.u8()?.into()),
        Type::U16 => PropertyValue::Number(reader.u16()?.into()),
        Type::U32 => PropertyValue::Number(reader.u32()?.into()),
        Type::Varint => PropertyValue::Number(reader.varint(4)?),
        Type::Text => PropertyValue::Text(text(reader)?),
        Type::Bytes => PropertyValue::Bytes(binary(reader)?),
        Type::Pair => PropertyValue::Pair(text(reader)?, text(reader)?),
    };
    Some((id, name, value))
}

/// Bytes after their length in 2 bytes.
pub(super) fn binary<'b>(reader: &mut ByteReader<'b>) -> Option<&'b [u8]> {
    let len = reader.u16()?;
    reader.take(len.into())
}

/// UTF-8 after its length in 2 bytes.
pub(super) fn text<'b>(reader: &mut ByteReader<'b>) -> Option<&'b str> {
    std::str::from_utf8(binary(reader)?).ok()
}

/// The meaning of a reason code of MQTT 5.
pub(super) fn reason(code: u8) -> Option<&'static str> {
    Some(match code {
        0x00 => "Success",
        0x01 => "Granted QoS 1",
        0x02 => "Granted QoS 2",
        0x04 => "Disconnect with will message",
        0x10 => "No matching subscribers",
        0x11 => "No subscription existed",
        0x18 => "Continue authentication",
        0x19 => "Re-authenticate",
        0x80 => "Unspecified error",
        0x81 => "Malformed packet",
        0x82 => "Protocol error",
        0x83 => "Implementation-specific error",
        0x84 => "Unsupported protocol version",
        0x85 => "Client identifier not valid",
        0x86 => "Bad user name or password",
        0x87 => "Not authorized",
        0x88 => "Server unavailable",
        0x89 => "Server busy",
        0x8a => "Banned",
        0x8b => "Server shutting down",
        0x8c => "Bad authentication method",
        0x8d => "Keep alive timeout",
        0x8e => "Session taken over",
        0x8f => "Topic filter invalid",
        0x90 => "Topic name invalid",
        0x91 => "Packet identifier in use",
        0x92 => "Packet identifier not found",
        0x93 => "Receive maximum exceeded",
        0x94 => "Topic alias invalid",
        0x95 => "Packet too large",
        0x96 => "Message rate too high",
        0x97 => "Quota exceeded",
        0x98 => "Administrative action",
        0x99 => "Payload format invalid",
        0x9a => "Retain not supported",
        0x9b => "QoS not supported",
        0x9c => "Use another server",
        0x9d => "Server moved",
        0x9e => "Shared subscriptions not supported",
        0x9f => "Connection rate exceeded",
        0xa0 => "Maximum connect time",
        0xa1 => "Subscription identifiers not supported",
        0xa2 => "Wildcard subscriptions not supported",
        _ => return None,
    })
}

/// The meaning of a return code of CONNACK before MQTT 5.
pub(super) fn connect_return(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "Connection accepted",
        1 => "Unacceptable protocol version",
        2 => "Identifier rejected",
        3 => "Server unavailable",
        4 => "Bad user name or password",
        5 => "Not authorized",
        _ => return None,
    })
}
