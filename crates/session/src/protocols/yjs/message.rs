//! The messages of y-protocols 1.0.7, as y-websocket 3.1.0 and Hocuspocus 4.8.0 send them.

use super::super::ByteReader;

/// Bytes of the longest integer: those of JavaScript have up to 53 bits.
const MAX_VARINT_LEN: usize = 8;

/// Who sends the messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Dialect {
    #[default]
    YWebsocket,
    /// Puts the name of the document before every message, and has more kinds.
    Hocuspocus,
}

/// A message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Message<'b> {
    pub(super) document: Option<&'b str>,
    pub(super) content: Content<'b>,
}

/// What a message says.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content<'b> {
    /// The state vector of a side.
    Step1(&'b [u8]),
    /// What the other side lacks.
    Step2(&'b [u8]),
    Update(&'b [u8]),
    Awareness(Awareness<'b>),
    QueryAwareness,
    Token(&'b str),
    PermissionDenied(&'b str),
    Authenticated(&'b str),
    Stateless(&'b str),
    Close(&'b str),
    /// Whether an update was saved.
    SyncStatus(bool),
    Ping,
    Pong,
}

impl<'b> Message<'b> {
    /// The message that the bytes are; `None` if they are not exactly one.
    pub(super) fn of(bytes: &'b [u8], dialect: Dialect) -> Option<Self> {
        let mut reader = ByteReader::new(bytes);
        let mut document = None;
        if dialect == Dialect::Hocuspocus {
            match bytes {
                [9] => return Some(Self { document, content: Content::Ping }),
                [10] => return Some(Self { document, content: Content::Pong }),
                _ => {}
            }
            let is_name = |name: &&str| !name.is_empty() && !name.contains(char::is_control);
            document = Some(text(&mut reader).filter(is_name)?);
        }
        let content = Content::read(&mut reader, dialect)?;
        // A token can be followed by the version of the provider.
        (reader.is_empty() || matches!(content, Content::Token(_))).then_some(Self { document, content })
    }
}

impl<'b> Content<'b> {
    fn read(reader: &mut ByteReader<'b>, dialect: Dialect) -> Option<Self> {
        let kind = varint(reader)?;
        Some(match (kind, dialect) {
            (0, _) | (4, Dialect::Hocuspocus) => {
                let step = varint(reader)?;
                let data = reader.varint_bytes(MAX_VARINT_LEN)?;
                match step {
                    0 => Self::Step1(data),
                    1 => Self::Step2(data),
                    2 => Self::Update(data),
                    _ => return None,
                }
            }
            (1, _) => Self::Awareness(Awareness::of(reader.varint_bytes(MAX_VARINT_LEN)?)?),
            (2, Dialect::YWebsocket) => match varint(reader)? {
                0 => Self::PermissionDenied(text(reader)?),
                _ => return None,
            },
            (2, Dialect::Hocuspocus) => match varint(reader)? {
                0 => Self::Token(text(reader)?),
                1 => Self::PermissionDenied(text(reader)?),
                2 => Self::Authenticated(text(reader)?),
                _ => return None,
            },
            (3, _) => Self::QueryAwareness,
            (5 | 6, Dialect::Hocuspocus) => Self::Stateless(text(reader)?),
            (7, Dialect::Hocuspocus) if reader.is_empty() => Self::Close(""),
            (7, Dialect::Hocuspocus) => Self::Close(text(reader)?),
            (8, Dialect::Hocuspocus) => Self::SyncStatus(varint(reader)? == 1),
            _ => return None,
        })
    }
}

/// The states of clients, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Awareness<'b> {
    bytes: &'b [u8],
}

/// The state of a client.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClientState<'b> {
    pub(super) client: u64,
    pub(super) clock: u64,
    /// JSON; `null` for a client that is gone.
    pub(super) state: &'b str,
}

impl<'b> Awareness<'b> {
    fn of(bytes: &'b [u8]) -> Option<Self> {
        let mut reader = ByteReader::new(bytes);
        for _ in 0..varint(&mut reader)? {
            client_state(&mut reader)?;
        }
        reader.is_empty().then_some(Self { bytes })
    }

    /// The states in their order.
    pub(super) fn states(self) -> impl Iterator<Item = ClientState<'b>> {
        let mut reader = ByteReader::new(self.bytes);
        let count = varint(&mut reader).unwrap_or_default();
        (0..count).map_while(move |_| client_state(&mut reader))
    }
}

fn client_state<'b>(reader: &mut ByteReader<'b>) -> Option<ClientState<'b>> {
    let (client, clock) = (varint(reader)?, varint(reader)?);
    Some(ClientState { client, clock, state: text(reader)? })
}

/// The clients and their clocks in a state vector; `None` if it is not one.
pub(super) fn state_vector(bytes: &[u8]) -> Option<Vec<(u64, u64)>> {
    let mut reader = ByteReader::new(bytes);
    let count = varint(&mut reader)?;
    if count > bytes.len() as u64 / 2 {
        return None;
    }
    let entries = (0..count).map(|_| Some((varint(&mut reader)?, varint(&mut reader)?)));
    let entries: Option<Vec<_>> = entries.collect();
    entries.filter(|_| reader.is_empty())
}

/// Number of clients whose changes an update has.
pub(super) fn client_count(update: &[u8]) -> Option<u64> {
    varint(&mut ByteReader::new(update))
}

fn varint(reader: &mut ByteReader<'_>) -> Option<u64> {
    reader.varint(MAX_VARINT_LEN)
}

/// UTF-8 after its length.
fn text<'b>(reader: &mut ByteReader<'b>) -> Option<&'b str> {
    std::str::from_utf8(reader.varint_bytes(MAX_VARINT_LEN)?).ok()
}
