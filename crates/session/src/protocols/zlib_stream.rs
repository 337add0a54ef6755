//! Messages of text in one zlib stream: each continues the compression of those before it, and ends
//! with the bytes `00 00 ff ff` (a flush of zlib). Discord's gateway sends them with
//! `compress=zlib-stream`.

use std::borrow::Cow;

use miniz_oxide::inflate::stream::{InflateState, inflate};
use miniz_oxide::{DataFormat, MZError, MZFlush};

use super::generic::GenericJson;
use super::recognize::recognize_within;
use super::{Decoder, Evidence, Fit, Frame, Handshake, Opcode, Part, Protocol, Sample, Scratch, Unit, Units};
use crate::encodings::{Compression, max_decompressed};
use crate::model::Direction;

/// The end of a message.
const FLUSH: &[u8] = b"\x00\x00\xff\xff";
/// Memory of the compression's state in bytes.
const STATE_BYTES: usize = 44 << 10;
/// Bytes that are decompressed at a time.
const PIECE: usize = 16 << 10;
/// Bytes of a message in parts that are waited for.
const MAX_PENDING_BYTES: usize = 64 << 20;

#[derive(Debug)]
pub(super) struct ZlibStream;

impl Protocol for ZlibStream {
    fn key(&self) -> &'static str {
        "zlib-stream"
    }

    fn label(&self) -> &'static str {
        "zlib stream"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        (handshake.query("compress") == Some("zlib-stream")).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        if frame.opcode == Opcode::Text {
            return Fit::Neutral;
        }
        // Only the first message has the header.
        match (frame.data.ends_with(FLUSH), Compression::of(frame.data)) {
            (false, _) => Fit::No,
            (true, Some(Compression::Zlib)) => Fit::Distinctive,
            (true, _) => Fit::Neutral,
        }
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        let (mut streams, mut inner) = (Streams::default(), Sample::default());
        for frame in sample.frames() {
            match frame.opcode {
                Opcode::Text => inner.push(&frame),
                Opcode::Binary => {
                    if let Ok(Some(content)) = streams.of(frame.direction).read(&frame) {
                        inner.push(&text_frame(&frame, &content));
                    }
                }
            }
        }
        let protocol = recognize_within(self.key(), &inner).unwrap_or(&GenericJson);
        let decoder = protocol.decoder(&Handshake::default(), &inner);
        Box::new(ZlibStreamDecoder { streams: Streams::default(), label: protocol.label(), inner: decoder })
    }
}

/// The content of a message as a message of its own.
fn text_frame<'f>(frame: &Frame<'_>, content: &'f [u8]) -> Frame<'f> {
    Frame { opcode: Opcode::Text, data: content, is_truncated: false, ..*frame }
}

#[derive(Clone, Debug)]
struct ZlibStreamDecoder {
    streams: Streams,
    /// The protocol of the decompressed messages.
    label: &'static str,
    inner: Box<dyn Decoder>,
}

#[derive(Clone, Debug, Default)]
struct Streams {
    sent: Stream,
    received: Stream,
}

impl Streams {
    fn of(&mut self, direction: Direction) -> &mut Stream {
        if direction == Direction::Sent { &mut self.sent } else { &mut self.received }
    }
}

/// The stream of one direction.
#[derive(Clone, Default)]
struct Stream {
    state: State,
    /// The message whose end has not arrived: its parts, and the index of the first.
    pending: Vec<u8>,
    first: Option<u32>,
    parts: u32,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stream").field("pending", &self.pending.len()).finish_non_exhaustive()
    }
}

#[derive(Clone, Default)]
enum State {
    /// No message yet.
    #[default]
    Start,
    Open(Box<InflateState>),
    /// The state is unknown since a message that is missing or damaged.
    Lost,
}

impl Stream {
    /// The content of a message, or `None` if it is continued.
    fn read(&mut self, frame: &Frame<'_>) -> Result<Option<Vec<u8>>, &'static str> {
        if matches!(self.state, State::Start) {
            self.state = if Compression::of(frame.data) == Some(Compression::Zlib) {
                State::Open(InflateState::new_boxed(DataFormat::Zlib))
            } else {
                State::Lost
            };
        }
        if frame.is_truncated || self.pending.len() + frame.data.len() > MAX_PENDING_BYTES {
            self.lose();
        }
        let State::Open(state) = &mut self.state else {
            return Err(
                "State unknown: an earlier message of the compressed stream was not recorded or is damaged",
            );
        };
        if !frame.data.ends_with(FLUSH) {
            self.first.get_or_insert(frame.index);
            self.parts += 1;
            self.pending.extend_from_slice(frame.data);
            return Ok(None);
        }
        let joined = if self.pending.is_empty() {
            Cow::Borrowed(frame.data)
        } else {
            self.pending.extend_from_slice(frame.data);
            Cow::Owned(std::mem::take(&mut self.pending))
        };
        let content = inflated(state, &joined);
        if content.is_err() {
            self.lose();
        }
        content.map(Some)
    }

    fn lose(&mut self) {
        *self = Self { state: State::Lost, ..Self::default() };
    }

    fn len(&self) -> usize {
        let state = if matches!(self.state, State::Open(_)) { STATE_BYTES } else { 0 };
        state + self.pending.len()
    }
}

/// What `data` continues the stream with.
fn inflated(state: &mut InflateState, data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let max_len = max_decompressed(data.len());
    let (mut output, mut at) = (Vec::new(), 0);
    loop {
        let start = output.len();
        output.resize(start + PIECE, 0);
        let rest = data.get(at..).unwrap_or_default();
        let step = inflate(state, rest, output.get_mut(start..).unwrap_or_default(), MZFlush::Sync);
        at += step.bytes_consumed;
        output.truncate(start + step.bytes_written);
        match step.status {
            Ok(_) | Err(MZError::Buf) => {}
            Err(_) => return Err("The compressed data is damaged"),
        }
        if output.len() > max_len {
            return Err(
                "The decompressed data is larger than 64 MiB, or more than 1,000 times the compressed data",
            );
        }
        if step.bytes_written < PIECE && (at >= data.len() || step.bytes_consumed == 0) {
            return Ok(output);
        }
    }
}

impl Decoder for ZlibStreamDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        if frame.opcode == Opcode::Text {
            self.inner.decode(frame, scratch, units);
            return;
        }
        let all = 0..frame.data.len();
        let stream = self.streams.of(frame.direction);
        match stream.read(frame) {
            Ok(None) => {
                let first = stream.first.unwrap_or(frame.index);
                units.part(Part { first, nth: stream.parts, total: None });
            }
            Ok(Some(content)) => {
                let parts = std::mem::take(&mut stream.parts) + 1;
                if let Some(first) = stream.first.take() {
                    units.part(Part { first, nth: parts, total: Some(parts) });
                }
                let message = text_frame(frame, &content);
                units.within(all, &content, |units| self.inner.decode(&message, scratch, units));
            }
            Err(reason) => units.push_plain(Unit::malformed(all, reason)),
        }
    }

    fn skip(&mut self, direction: Direction) {
        self.streams.of(direction).lose();
        self.inner.skip(direction);
    }

    fn label(&self) -> Option<String> {
        let inner = self.inner.label();
        Some(format!("{} in a zlib stream", inner.as_deref().unwrap_or(self.label)))
    }

    fn state_len(&self) -> usize {
        self.streams.sent.len() + self.streams.received.len() + self.inner.state_len()
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, hex, received_binary, sent};

    const URL: &str = "wss://gateway.test/?v=10&encoding=json&compress=zlib-stream";
    const FIRST: &str = "78 9c aa 56 ca 2f 50 b2 32 34 a8 05 00 00 00 ff ff";
    const SECOND: &str = "aa 86 30 0c 6b 01 00 00 00 ff ff";

    #[test]
    fn each_message_continues_the_stream() {
        let messages = [received_binary(&hex(FIRST)), sent(r#"{"op":2}"#), received_binary(&hex(SECOND))];
        let conversation = Conversation::new(URL, None, &messages);
        assert_eq!(conversation.recognized(), "zlib-stream by the URL");
        let text = |index: u32| {
            conversation.decode(index).units[0].bodies[0].payload.text().unwrap_or_default().to_owned()
        };
        assert_eq!([text(0), text(2)], [r#"{"op":10}"#, r#"{"op":11}"#]);
        assert_eq!(conversation.events(), ["op", "op", "op"]);
        assert_eq!(conversation.label().as_deref(), Some("JSON in a zlib stream"));
    }

    #[test]
    fn a_stream_is_recognized_by_its_first_message() {
        let messages = [received_binary(&hex(FIRST)), received_binary(&hex(SECOND))];
        let conversation = Conversation::new("wss://x.test/", None, &messages);
        assert_eq!(conversation.recognized(), "zlib-stream by its first messages");
    }

    #[test]
    fn the_state_is_unknown_where_the_recording_begins_late() {
        let conversation =
            Conversation::new(URL, None, &[received_binary(&hex(SECOND)), received_binary(&hex(FIRST))]);
        assert_eq!(conversation.malformed(), [0, 1]);
        let problem = conversation.decode(0).units[0].problem.clone();
        assert!(problem.is_some_and(|problem| problem.starts_with("State unknown")));
    }

    #[test]
    fn a_message_in_parts_is_joined() {
        let bytes = hex(FIRST);
        let messages =
            [received_binary(&bytes[..6]), received_binary(&bytes[6..]), received_binary(&hex(SECOND))];
        let conversation = Conversation::new(URL, None, &messages);
        assert_eq!(conversation.events(), ["", "op", "op"]);
        assert_eq!(conversation.parts(), ["0: part 1 of #1", "1: part 2 of 2 of #1"]);
    }

    #[test]
    fn damaged_data_costs_the_rest_of_the_stream() {
        let damaged = hex("78 9c ff ff ff ff 00 00 ff ff");
        let conversation =
            Conversation::new(URL, None, &[received_binary(&damaged), received_binary(&hex(SECOND))]);
        assert_eq!(conversation.malformed(), [0, 1]);
    }
}
