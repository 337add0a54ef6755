//! A recorded message as a protocol reads it.

use std::borrow::Cow;

use crate::encodings::base64;
use crate::model::{Direction, Encoding, EpochMs, MessageKind, MessageLog, Record};
use json_spans::json_string;

/// Bytes of the largest payload that the pass over all messages decodes; a larger one is decoded
/// when it is opened.
pub(super) const MAX_DECODED_BYTES: u32 = 4 << 20;

/// Whether a message was sent as text or as binary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    Text,
    Binary,
}

/// A data message of a socket, with its payload decoded from the file.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a> {
    /// The index in file order.
    pub index: u32,
    pub direction: Direction,
    pub opcode: Opcode,
    /// The payload; UTF-8 for text.
    pub data: &'a [u8],
    /// Only the beginning of the payload was recorded.
    pub is_truncated: bool,
    pub time: Option<EpochMs>,
}

impl<'a> Frame<'a> {
    /// The payload of a text message; `None` for a binary one.
    pub fn text(&self) -> Option<&'a str> {
        if self.opcode == Opcode::Text { std::str::from_utf8(self.data).ok() } else { None }
    }

    /// Why the message could not be decoded: `reason`, unless its end is missing.
    pub fn problem(&self, reason: &'static str) -> &'static str {
        if self.is_truncated { "Only the beginning of the message was recorded" } else { reason }
    }
}

/// What is known of a socket without its messages.
#[derive(Clone, Debug, Default)]
pub struct Handshake<'a> {
    pub url: Cow<'a, str>,
    /// The subprotocol that the server selected.
    pub subprotocol: Option<Cow<'a, str>>,
}

impl<'a> Handshake<'a> {
    /// The handshake of a record that is a socket.
    pub fn of(record: &'a Record) -> Option<Self> {
        let subprotocol = record.socket()?.protocol.as_deref().map(Cow::Borrowed);
        Some(Self { url: Cow::Borrowed(&record.url), subprotocol })
    }
}

impl Handshake<'_> {
    /// The same, without a borrow.
    pub fn into_owned(self) -> Handshake<'static> {
        let subprotocol = self.subprotocol.map(|name| Cow::Owned(name.into_owned()));
        Handshake { url: Cow::Owned(self.url.into_owned()), subprotocol }
    }

    /// The path of the URL, without query and fragment.
    pub fn path(&self) -> &str {
        let after_scheme = self.url.split_once("://").map_or(&*self.url, |(_, rest)| rest);
        let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..)).unwrap_or("/");
        path.split(['?', '#']).next().unwrap_or("/")
    }

    /// The value of the first query parameter with that name, as written.
    pub fn query(&self, name: &str) -> Option<&str> {
        let query = self.url.split_once('?')?.1.split('#').next()?;
        query
            .split('&')
            .find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name))
            .map(|(_, value)| value)
    }

    /// Whether the server selected one of these subprotocols.
    pub fn has_subprotocol(&self, names: &[&str]) -> bool {
        self.subprotocol.as_deref().is_some_and(|selected| names.contains(&selected))
    }
}

/// The first data messages of a socket, for recognition.
#[derive(Clone, Debug, Default)]
pub struct Sample {
    messages: Vec<SampledMessage>,
    /// Number of messages that were sent and received.
    counts: [usize; 2],
    /// Bytes of the messages of each direction.
    bytes: [usize; 2],
}

#[derive(Clone, Debug)]
struct SampledMessage {
    index: u32,
    direction: Direction,
    opcode: Opcode,
    data: Vec<u8>,
    is_truncated: bool,
}

impl Sample {
    /// Number of messages of each direction that are sampled.
    pub const MAX_MESSAGES: usize = 32;
    /// Messages that are inspected, so that a socket whose other direction is silent costs no more.
    const MAX_INSPECTED: usize = 4096;
    /// Bytes of the largest message that is sampled.
    const MAX_BYTES: u32 = 256 << 10;

    /// Bytes of the messages of one direction after which no more are sampled: every protocol looks
    /// at all of them, without a pause.
    const MAX_DIRECTION_BYTES: usize = 256 << 10;

    /// The first messages of `log`.
    pub fn of(log: MessageLog<'_>) -> Self {
        let mut sample = Self::default();
        let mut buffer = Vec::new();
        for index in 0..log.len().min(Self::MAX_INSPECTED) {
            // Decoding is what takes time: a message that is not sampled is not decoded.
            let direction = log.columns.get(index).and_then(|message| message.direction);
            if direction.is_none_or(|direction| sample.is_full(direction)) {
                continue;
            }
            let Some(frame) = read_frame(log, index as u32, Self::MAX_BYTES, &mut buffer) else { continue };
            sample.push(&frame);
            if sample.is_full(Direction::Sent) && sample.is_full(Direction::Received) {
                break;
            }
        }
        sample
    }

    /// Adds a message unless there are enough of its direction.
    pub(super) fn push(&mut self, frame: &Frame<'_>) {
        if !self.is_full(frame.direction) {
            let at = usize::from(frame.direction == Direction::Received);
            if let (Some(count), Some(bytes)) = (self.counts.get_mut(at), self.bytes.get_mut(at)) {
                *count += 1;
                *bytes += frame.data.len();
            }
            let (index, direction, opcode) = (frame.index, frame.direction, frame.opcode);
            let (data, is_truncated) = (frame.data.to_vec(), frame.is_truncated);
            self.messages.push(SampledMessage { index, direction, opcode, data, is_truncated });
        }
    }

    fn is_full(&self, direction: Direction) -> bool {
        let at = usize::from(direction == Direction::Received);
        self.counts.get(at).is_some_and(|count| *count >= Self::MAX_MESSAGES)
            || self.bytes.get(at).is_some_and(|bytes| *bytes >= Self::MAX_DIRECTION_BYTES)
    }

    /// The messages in file order.
    pub fn frames(&self) -> impl Iterator<Item = Frame<'_>> {
        self.messages.iter().map(|message| Frame {
            index: message.index,
            direction: message.direction,
            opcode: message.opcode,
            data: &message.data,
            is_truncated: message.is_truncated,
            time: None,
        })
    }

    /// Whether there are no messages.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// The message at `index` as a frame, decoded into `buffer`; `None` if it is not a data message,
/// was not recorded, or has more than `max_bytes` bytes in the file.
pub(super) fn read_frame<'b>(
    log: MessageLog<'_>,
    index: u32,
    max_bytes: u32,
    buffer: &'b mut Vec<u8>,
) -> Option<Frame<'b>> {
    let message = log.columns.get(index as usize)?;
    if !matches!(message.kind, MessageKind::Sent | MessageKind::Received) || message.body.len > max_bytes {
        return None;
    }
    let raw = log.raw(&message);
    buffer.clear();
    let opcode = match message.encoding {
        Encoding::Absent => return None,
        Encoding::JsonValue => {
            buffer.extend_from_slice(&raw);
            Opcode::Text
        }
        Encoding::JsonString => {
            json_string::unescape_into(&raw, buffer);
            Opcode::Text
        }
        Encoding::Base64 => {
            let text = json_string::unescape(&raw);
            if base64::decode_into(text.as_bytes(), buffer) {
                Opcode::Binary
            } else {
                buffer.clear();
                buffer.extend_from_slice(text.as_bytes());
                Opcode::Text
            }
        }
    };
    if opcode == Opcode::Text && std::str::from_utf8(buffer).is_err() {
        *buffer = String::from_utf8_lossy(buffer).into_owned().into_bytes();
    }
    Some(Frame {
        index,
        direction: message.direction?,
        opcode,
        data: buffer,
        is_truncated: message.is_truncated,
        time: message.time,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_url_are_found() {
        let handshake = Handshake {
            url: "wss://x.test/socket.io/?EIO=4&transport=websocket#f".into(),
            ..Handshake::default()
        };
        assert_eq!(handshake.path(), "/socket.io/");
        assert_eq!(
            (handshake.query("EIO"), handshake.query("transport"), handshake.query("sid")),
            (Some("4"), Some("websocket"), None)
        );
        let bare = Handshake { url: "wss://x.test".into(), ..Handshake::default() };
        assert_eq!((bare.path(), bare.query("a")), ("/", None));
    }
}
