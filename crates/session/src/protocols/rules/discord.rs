//! Discord's gateway: the row of the table, and the transport compression `zlib-stream`, in which all binary messages of
//! the server are one zlib stream.

use super::super::json_message::json_fit;
use super::super::{
    Decoder, Evidence, Fit, Frame, Handshake, Opcode, Part, Protocol, Sample, Scratch, Unit, Units,
};
use super::RuleDecoder;
use super::table::DISCORD;
use crate::encodings::{ZlibStream, ZlibStreamError};
use crate::model::Direction;

/// Bytes of the largest compressed message that is looked at to recognize the protocol.
const MAX_FIT_BYTES: usize = 16 << 10;

#[derive(Debug)]
pub(in super::super) struct Discord;

impl Protocol for Discord {
    fn key(&self) -> &'static str {
        DISCORD.key()
    }

    fn label(&self) -> &'static str {
        DISCORD.label()
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        DISCORD.evidence(handshake)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        match frame.opcode {
            Opcode::Text => DISCORD.fit(frame),
            Opcode::Binary if ZlibStream::is_flushed(frame.data) => Fit::Neutral,
            Opcode::Binary => Fit::No,
        }
    }

    fn score(&self, sample: &Sample) -> usize {
        let mut distinctive = 0;
        for frame in sample.frames() {
            match (self.fit(&frame), frame.opcode) {
                (Fit::No, _) => return 0,
                (Fit::Distinctive, _) => distinctive += 1,
                (_, Opcode::Binary)
                    if ZlibStream::is_start(frame.data) && frame.data.len() <= MAX_FIT_BYTES =>
                {
                    distinctive += usize::from(is_hello(&frame));
                }
                _ => {}
            }
        }
        distinctive
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(DiscordDecoder { rule: RuleDecoder(DISCORD.0), stream: Stream::Before })
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        DISCORD.close_code(code)
    }
}

/// Whether the first message of a stream is one that only Discord has.
fn is_hello(frame: &Frame<'_>) -> bool {
    let mut text = Vec::new();
    let is_valid = ZlibStream::default().decompress(frame.data, &mut text).is_ok();
    let hello = Frame { data: &text, opcode: Opcode::Text, ..*frame };
    is_valid && json_fit(&hello, |message| DISCORD.0.fit(message)) == Fit::Distinctive
}

#[derive(Clone, Debug)]
struct DiscordDecoder {
    rule: RuleDecoder,
    stream: Stream,
}

/// The stream of the server.
#[derive(Clone, Debug)]
enum Stream {
    Before,
    Open {
        zlib: ZlibStream,
        /// What the messages since the last flush contain.
        text: Vec<u8>,
        /// The first of these messages, and their number.
        pending: Option<(u32, u32)>,
    },
    /// It cannot be continued, and why.
    Lost(&'static str),
}

impl Decoder for DiscordDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        if frame.opcode == Opcode::Text || frame.direction == Direction::Sent {
            self.rule.decode(frame, scratch, units);
            return;
        }
        let all = 0..frame.data.len();
        match self.stream.add(frame) {
            Ok(Some((text, first))) => {
                let message = Frame { data: &text, opcode: Opcode::Text, is_truncated: false, ..*frame };
                if let Some((first, nth)) = first {
                    units.part(Part { first, nth, total: Some(nth) });
                }
                units.within(all, &text, |units| self.rule.decode(&message, scratch, units));
                self.stream.reuse(text);
            }
            Ok(None) => {
                if let Stream::Open { pending: Some((first, nth)), .. } = &self.stream {
                    units.part(Part { first: *first, nth: *nth, total: None });
                }
            }
            Err(reason) => units.push_plain(Unit::malformed(all, reason)),
        }
    }

    fn skip(&mut self, direction: Direction) {
        if direction == Direction::Received {
            self.stream = Stream::Lost("An earlier message of the compressed stream was not recorded");
        }
    }

    fn label(&self) -> Option<String> {
        let is_compressed = matches!(self.stream, Stream::Open { .. });
        is_compressed.then(|| "Discord gateway with zlib-stream".to_owned())
    }

    fn state_len(&self) -> usize {
        match &self.stream {
            Stream::Open { text, .. } => ZlibStream::STATE_BYTES + text.len(),
            Stream::Before | Stream::Lost(_) => 0,
        }
    }
}

/// A complete text, and the first of its messages with the number of the last if they are several.
type Completed = (Vec<u8>, Option<(u32, u32)>);

impl Stream {
    /// Decompresses the next message; `None` if its text is not complete.
    fn add(&mut self, frame: &Frame<'_>) -> Result<Option<Completed>, &'static str> {
        if frame.is_truncated {
            *self = Self::Lost("An earlier message of the compressed stream was recorded in part only");
            return Err("Only the beginning of the message was recorded");
        }
        if matches!(self, Self::Before) {
            *self = if ZlibStream::is_start(frame.data) {
                Self::Open { zlib: ZlibStream::default(), text: Vec::new(), pending: None }
            } else {
                Self::Lost(
                    "Not the beginning of a zlib stream: the recording begins later, or it is zstd or ETF",
                )
            };
        }
        let (zlib, text, pending) = match self {
            Self::Open { zlib, text, pending } => (zlib, text, pending),
            Self::Lost(reason) => return Err(reason),
            Self::Before => return Ok(None),
        };
        if let Err(error) = zlib.decompress(frame.data, text) {
            *self = Self::Lost("An earlier message of the compressed stream could not be decompressed");
            return Err(match error {
                ZlibStreamError::Damaged => "The compressed data is damaged",
                ZlibStreamError::TooLarge => "The decompressed data is too large",
            });
        }
        let (first, nth) = pending.take().map_or((frame.index, 1), |(first, nth)| (first, nth + 1));
        if !ZlibStream::is_flushed(frame.data) {
            *pending = Some((first, nth));
            return Ok(None);
        }
        Ok(Some((std::mem::take(text), (nth > 1).then_some((first, nth)))))
    }

    /// Uses the memory of a text again.
    fn reuse(&mut self, mut memory: Vec<u8>) {
        if let Self::Open { text, .. } = self {
            memory.clear();
            *text = memory;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::test_support::{Conversation, hex, received_binary, sent};

    #[test]
    fn messages_of_a_compressed_stream_are_decoded() {
        let first = hex("78 9c aa 56 ca 2f 50 b2 32 34 a8 05 00 00 00 ff ff");
        let second = hex("aa 86 30 0c 6b 01 00 00 00 ff ff");
        let messages = [
            received_binary(&first),
            sent(r#"{"op":1,"d":null}"#),
            received_binary(&second[..5]),
            received_binary(&second[5..]),
        ];
        let url = "wss://gateway.discord.gg/?encoding=json&v=9&compress=zlib-stream";
        let conversation = Conversation::new(url, None, &messages);
        assert_eq!(conversation.events(), ["Hello", "Heartbeat", "", "Heartbeat ACK"]);
        assert_eq!(conversation.pairs(), [(1, 3)]);
        assert_eq!(conversation.parts(), ["2: part 1 of #3", "3: part 2 of 2 of #3"]);
        assert_eq!(conversation.label().as_deref(), Some("Discord gateway with zlib-stream"));
        assert_eq!(conversation.decode(3).units[0].bodies[0].payload.text(), Some(r#"{"op":11}"#));

        let conversation = Conversation::new(url, None, &messages[2..]);
        assert_eq!(conversation.malformed(), [0, 1]);
    }
}
