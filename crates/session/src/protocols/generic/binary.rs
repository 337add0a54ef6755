//! Binary messages of no known protocol, whose encoding is guessed.

use std::borrow::Cow;

use super::event_key::{EventKeys, bounded, event_of};
use super::json;
use crate::encodings::{
    Compression, Detected, FieldVotes, Payload, SpanTree, Syntax, Value, are_protobuf, detect, message_pack,
    passes,
};
use crate::model::Direction;
use crate::protocols::{Decoder, Fit, Frame, Handshake, Opcode, Protocol, Sample, Scratch, Unit, Units};

/// The share of the binary messages of a direction that have to pass the test, in percent.
const MIN_PASSING_PERCENT: usize = 90;

/// An encoding as a protocol.
#[derive(Debug)]
pub(in crate::protocols) struct GenericBinary {
    syntax: Syntax,
    key: &'static str,
}

impl GenericBinary {
    pub(in crate::protocols) const MESSAGE_PACK: Self =
        Self { syntax: Syntax::MessagePack, key: "message-pack" };
    pub(in crate::protocols) const CBOR: Self = Self { syntax: Syntax::Cbor, key: "cbor" };
    pub(in crate::protocols) const BSON: Self = Self { syntax: Syntax::Bson, key: "bson" };
    pub(in crate::protocols) const PROTOBUF: Self = Self { syntax: Syntax::Protobuf, key: "protobuf" };

    /// Whether the binary messages of a direction pass the test of the encoding.
    pub(in crate::protocols) fn is_spoken(&self, sample: &Sample) -> bool {
        [Direction::Sent, Direction::Received].into_iter().any(|direction| {
            let messages: Vec<_> = sample
                .frames()
                .filter(|frame| is_binary(frame) && frame.direction == direction && !frame.is_truncated)
                .map(|frame| decompressed(frame.data))
                .collect();
            if self.syntax == Syntax::Protobuf {
                return are_protobuf(messages.iter().map(AsRef::as_ref));
            }
            let mut tree = SpanTree::default();
            let passing = messages.iter().filter(|data| passes(self.syntax, data, &mut tree)).count();
            passing > 0 && passing * 100 >= messages.len() * MIN_PASSING_PERCENT
        })
    }
}

fn is_binary(frame: &Frame<'_>) -> bool {
    frame.opcode == Opcode::Binary
}

/// The bytes without the compression that the application put around them.
fn decompressed(data: &[u8]) -> Cow<'_, [u8]> {
    let inner = Compression::of(data).and_then(|compression| compression.decompress(data).ok());
    inner.map_or(Cow::Borrowed(data), Cow::Owned)
}

impl Protocol for GenericBinary {
    fn key(&self) -> &'static str {
        self.key
    }

    fn label(&self) -> &'static str {
        self.syntax.label()
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        // Recognized only by `is_spoken`: see `recognize`, which tries this protocol last.
        let is_passing =
            !is_binary(frame) || passes(self.syntax, &decompressed(frame.data), &mut SpanTree::default());
        if is_passing { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, sample: &Sample) -> Box<dyn Decoder> {
        let mut decoder = BinaryDecoder { syntax: self.syntax, key: None, votes: Default::default() };
        let binary = || sample.frames().filter(is_binary);
        if self.syntax == Syntax::Protobuf {
            for frame in binary() {
                if let Some(votes) = decoder.votes.get_mut(slot(frame.direction)) {
                    votes.add(&decompressed(frame.data));
                }
            }
        }
        let mut keys = EventKeys::new(self.syntax);
        let mut tree = SpanTree::default();
        for frame in binary() {
            if let Some(root) = decoder.parse(&decompressed(frame.data), frame.direction, &mut tree) {
                keys.add(root);
            }
        }
        decoder.key = keys.best();
        Box::new(decoder)
    }

    fn has_heartbeats(&self) -> bool {
        false
    }
}

fn slot(direction: Direction) -> usize {
    usize::from(direction == Direction::Received)
}

#[derive(Clone, Debug)]
struct BinaryDecoder {
    syntax: Syntax,
    key: Option<&'static str>,
    /// How the fields of each direction read, for an encoding that does not say so.
    votes: [FieldVotes; 2],
}

impl BinaryDecoder {
    fn parse<'t>(&self, data: &'t [u8], direction: Direction, tree: &'t mut SpanTree) -> Option<Value<'t>> {
        match self.votes.get(slot(direction)) {
            Some(votes) if self.syntax == Syntax::Protobuf => tree.reparse_protobuf(data, votes),
            _ => tree.reparse(self.syntax, data),
        }
    }

    fn payload(&self, data: &[u8], direction: Direction) -> Payload {
        match self.votes.get(slot(direction)) {
            Some(votes) if self.syntax == Syntax::Protobuf => Payload::protobuf(data.to_vec(), votes),
            _ => Payload::of_syntax(Some(self.syntax), data.to_vec()),
        }
    }
}

impl Decoder for BinaryDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        if !is_binary(frame) {
            let event = json::event(frame.data, self.key).unwrap_or_default();
            units.push_plain(Unit::new(all, bounded(&event)));
            return;
        }
        let data = decompressed(frame.data);
        let event = if self.syntax == Syntax::MessagePack {
            message_pack::event(&data, self.key)
        } else {
            let message = self.parse(&data, frame.direction, &mut scratch.tree);
            message.and_then(|message| event_of(message, self.key))
        };
        // What is of another encoding is not an error, as the encoding is guessed.
        let event = event.unwrap_or_default();
        units.push(Unit::new(all, bounded(&event)), |detail| {
            if let Some(compression) = Compression::of(frame.data) {
                detail.field("Compression", compression.label());
            }
            // What the payload itself is shown as needs no second view.
            if detect(frame.data) != Some(Detected::Encoded(self.syntax))
                && self.parse(&data, frame.direction, &mut scratch.nested).is_some()
            {
                detail.payload("Message", self.payload(&data, frame.direction));
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_event_of_messagepack_is_read_without_a_tree() {
        let event = |data: &[u8]| message_pack::event(data, Some("t")).map(Cow::into_owned);
        let cases: [(&[u8], Option<&str>); 8] = [
            (b"\x82\xa1a\x01\xa1t\xa2hi", Some("hi")),
            (b"\x82\xa1t\x01\xa1t\xa2hi", Some("hi")),
            (b"\x81\xa4join\x80", Some("join")),
            (b"\x81\x07\x80", Some("7")),
            (b"\x82\xa1a\x01\xa1b\x02", None),
            (b"\x92\xa4chat\x01", Some("chat")),
            (b"\x90", None),
            (b"\x81\xa1t\xa2hi\x00", None),
        ];
        for (data, expected) in cases {
            assert_eq!(event(data).as_deref(), expected, "{data:x?}");
        }
    }

    proptest! {
        #[test]
        fn the_event_of_messagepack_is_that_of_its_tree(
            parts in prop::collection::vec(prop::sample::select(vec![&b"\x81"[..], b"\x82", b"\x91", b"\xa1t", b"\xa1a", b"\x01", b"\xa2hi", b"\xc0", b"\xa1\xff"]), 1..7),
        ) {
            let data = parts.concat();
            let mut tree = SpanTree::default();
            if let Some(message) = tree.reparse(Syntax::MessagePack, &data) {
                prop_assert_eq!(message_pack::event(&data, Some("t")), event_of(message, Some("t")), "{:x?}", data);
            }
        }
    }
}
