//! The packets of MQTT 3.1, 3.1.1 and 5.

use super::super::ByteReader;
use super::super::byte_stream::Measure;
use super::properties::{Properties, binary, text};

/// Bytes of the longest remaining length.
const MAX_LENGTH_BYTES: usize = 4;

/// The version of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V31,
    V311,
    V5,
}

impl Version {
    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::V31 => "MQTT 3.1",
            Self::V311 => "MQTT 3.1.1",
            Self::V5 => "MQTT 5",
        }
    }
}

/// The type of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Connect,
    ConnAck,
    Publish,
    PubAck,
    PubRec,
    PubRel,
    PubComp,
    Subscribe,
    SubAck,
    Unsubscribe,
    UnsubAck,
    PingReq,
    PingResp,
    Disconnect,
    Auth,
}

impl Kind {
    fn of(first: u8) -> Option<Self> {
        Some(match first >> 4 {
            1 => Self::Connect,
            2 => Self::ConnAck,
            3 => Self::Publish,
            4 => Self::PubAck,
            5 => Self::PubRec,
            6 => Self::PubRel,
            7 => Self::PubComp,
            8 => Self::Subscribe,
            9 => Self::SubAck,
            10 => Self::Unsubscribe,
            11 => Self::UnsubAck,
            12 => Self::PingReq,
            13 => Self::PingResp,
            14 => Self::Disconnect,
            15 => Self::Auth,
            _ => return None,
        })
    }

    /// Its name in the specification.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Connect => "CONNECT",
            Self::ConnAck => "CONNACK",
            Self::Publish => "PUBLISH",
            Self::PubAck => "PUBACK",
            Self::PubRec => "PUBREC",
            Self::PubRel => "PUBREL",
            Self::PubComp => "PUBCOMP",
            Self::Subscribe => "SUBSCRIBE",
            Self::SubAck => "SUBACK",
            Self::Unsubscribe => "UNSUBSCRIBE",
            Self::UnsubAck => "UNSUBACK",
            Self::PingReq => "PINGREQ",
            Self::PingResp => "PINGRESP",
            Self::Disconnect => "DISCONNECT",
            Self::Auth => "AUTH",
        }
    }

    fn allows_flags(self, flags: u8) -> bool {
        match self {
            Self::Publish => flags & 6 != 6,
            // Version 3.1 sets the flag for duplicates.
            Self::PubRel | Self::Subscribe | Self::Unsubscribe => flags & !8 == 2,
            _ => flags == 0,
        }
    }
}

/// Length of the packet at the beginning of `bytes`.
pub(super) fn measure(bytes: &[u8]) -> Measure {
    const INVALID: &str = "Not an MQTT packet";
    let mut reader = ByteReader::new(bytes);
    let Some(first) = reader.u8() else { return Measure::Incomplete(2) };
    if !Kind::of(first).is_some_and(|kind| kind.allows_flags(first & 15)) {
        return Measure::Invalid(bytes.len(), INVALID);
    }
    let Some(len) = reader.varint(MAX_LENGTH_BYTES) else {
        let is_too_long = bytes.len() > MAX_LENGTH_BYTES;
        let reason = "The length of the packet is not valid";
        return if is_too_long {
            Measure::Invalid(bytes.len(), reason)
        } else {
            Measure::Incomplete(bytes.len() + 1)
        };
    };
    let total = (bytes.len() - reader.rest().len()).saturating_add(len as usize);
    if total > bytes.len() { Measure::Incomplete(total) } else { Measure::Unit(total) }
}

/// A packet.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'b> {
    pub(super) kind: Kind,
    pub(super) flags: u8,
    pub(super) content: Content<'b>,
    pub(super) properties: Properties<'b>,
}

/// What a packet says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'b> {
    Connect(Connect<'b>),
    ConnAck {
        is_session_present: bool,
        code: u8,
    },
    Publish {
        topic: &'b str,
        id: Option<u16>,
        payload: &'b [u8],
    },
    Ack {
        id: u16,
        code: u8,
    },
    /// The filters of SUBSCRIBE and UNSUBSCRIBE.
    Filters {
        id: u16,
        filters: Filters<'b>,
    },
    /// The codes of SUBACK and UNSUBACK.
    Codes {
        id: u16,
        codes: &'b [u8],
    },
    /// DISCONNECT and AUTH.
    Reason {
        code: u8,
    },
    Ping,
}

/// The content of CONNECT.
#[derive(Clone, Copy, Debug)]
pub(super) struct Connect<'b> {
    pub(super) version: Version,
    pub(super) client_id: &'b str,
    /// In seconds; 0 for none.
    pub(super) keep_alive: u16,
    pub(super) is_clean: bool,
    pub(super) user: Option<&'b str>,
    pub(super) password: Option<&'b [u8]>,
    /// The topic and the payload of the will.
    pub(super) will: Option<(&'b str, &'b [u8])>,
}

/// Topic filters, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filters<'b> {
    bytes: &'b [u8],
    has_options: bool,
}

impl<'b> Filters<'b> {
    /// The filters, with the options of a subscription, whose lowest 2 bits are the quality of
    /// service.
    pub(super) fn iter(self) -> impl Iterator<Item = (&'b str, Option<u8>)> {
        let mut reader = ByteReader::new(self.bytes);
        std::iter::from_fn(move || self.next(&mut reader))
    }

    fn next(self, reader: &mut ByteReader<'b>) -> Option<(&'b str, Option<u8>)> {
        let filter = text(reader).filter(|filter| !filter.is_empty())?;
        Some((filter, if self.has_options { Some(reader.u8()?) } else { None }))
    }

    fn read(reader: &mut ByteReader<'b>, has_options: bool) -> Option<Self> {
        let filters = Self { bytes: reader.take(reader.rest().len())?, has_options };
        let mut rest = ByteReader::new(filters.bytes);
        let mut count = 0;
        while !rest.is_empty() {
            filters.next(&mut rest)?;
            count += 1;
        }
        (count > 0).then_some(filters)
    }
}

impl<'b> Packet<'b> {
    /// A complete packet of that version; `None` if it is not valid. CONNECT has a version of its
    /// own.
    pub(super) fn of(bytes: &'b [u8], version: Version) -> Option<Self> {
        let mut reader = ByteReader::new(bytes);
        let first = reader.u8()?;
        reader.varint(MAX_LENGTH_BYTES)?;
        let kind = Kind::of(first)?;
        let mut packet =
            Self { kind, flags: first & 15, content: Content::Ping, properties: Properties::default() };
        packet.content = packet.read(&mut reader, version)?;
        reader.is_empty().then_some(packet)
    }

    fn read(&mut self, reader: &mut ByteReader<'b>, version: Version) -> Option<Content<'b>> {
        let is_v5 = version == Version::V5;
        Some(match self.kind {
            Kind::Connect => self.connect(reader)?,
            Kind::ConnAck => {
                let is_session_present = reader.u8()? & 1 == 1;
                let code = reader.u8()?;
                self.read_properties(reader, is_v5)?;
                Content::ConnAck { is_session_present, code }
            }
            Kind::Publish => {
                let topic = text(reader)?;
                let id = if self.flags & 6 == 0 { None } else { Some(reader.u16()?) };
                self.read_properties(reader, is_v5)?;
                Content::Publish { topic, id, payload: reader.take(reader.rest().len())? }
            }
            Kind::PubAck | Kind::PubRec | Kind::PubRel | Kind::PubComp => {
                let id = reader.u16()?;
                Content::Ack { id, code: self.read_reason(reader, is_v5)? }
            }
            Kind::Subscribe | Kind::Unsubscribe => {
                let id = reader.u16()?;
                self.read_properties(reader, is_v5)?;
                Content::Filters { id, filters: Filters::read(reader, self.kind == Kind::Subscribe)? }
            }
            Kind::SubAck | Kind::UnsubAck => {
                let id = reader.u16()?;
                self.read_properties(reader, is_v5)?;
                let is_valid = is_v5 || (self.kind == Kind::SubAck) != reader.is_empty();
                let codes = reader.take(reader.rest().len()).filter(|_| is_valid)?;
                Content::Codes { id, codes }
            }
            Kind::PingReq | Kind::PingResp => Content::Ping,
            Kind::Disconnect | Kind::Auth => Content::Reason { code: self.read_reason(reader, is_v5)? },
        })
    }

    fn read_properties(&mut self, reader: &mut ByteReader<'b>, has_properties: bool) -> Option<()> {
        if has_properties {
            self.properties = Properties::read(reader)?;
        }
        Some(())
    }

    /// A reason code with properties, both of which can be absent.
    fn read_reason(&mut self, reader: &mut ByteReader<'b>, is_v5: bool) -> Option<u8> {
        if !is_v5 || reader.is_empty() {
            return Some(0);
        }
        let code = reader.u8()?;
        self.read_properties(reader, !reader.is_empty())?;
        Some(code)
    }

    fn connect(&mut self, reader: &mut ByteReader<'b>) -> Option<Content<'b>> {
        let name = text(reader)?;
        // Brokers that are connected to each other set the highest bit.
        let version = match (name, reader.u8()? & 0x7f) {
            ("MQIsdp", 3) => Version::V31,
            ("MQTT", 4) => Version::V311,
            ("MQTT", 5) => Version::V5,
            _ => return None,
        };
        let flags = reader.u8()?;
        let keep_alive = reader.u16()?;
        self.read_properties(reader, version == Version::V5)?;
        let client_id = text(reader)?;
        let mut will = None;
        if flags & 4 != 0 {
            if version == Version::V5 {
                Properties::read(reader)?;
            }
            will = Some((text(reader)?, binary(reader)?));
        }
        let user = if flags & 0x80 == 0 { None } else { Some(text(reader)?) };
        let password = if flags & 0x40 == 0 { None } else { Some(binary(reader)?) };
        let is_clean = flags & 2 != 0;
        Some(Content::Connect(Connect { version, client_id, keep_alive, is_clean, user, password, will }))
    }
}
