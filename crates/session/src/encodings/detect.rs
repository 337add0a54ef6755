//! What bytes without a declared encoding are: the first of the tests that they pass, in a fixed
//! order.

use super::span_tree::{NodeKind, SpanTree, Syntax};
use super::{Compression, message_pack, protobuf};

/// What the bytes of a binary payload are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detected {
    Compressed(Compression),
    /// A value of that encoding, which is guessed: the bytes could be something else.
    Encoded(Syntax),
    /// A format that is only named.
    Named(&'static str),
}

/// The first bytes of formats that are only named.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"\x04\x22\x4d\x18", "LZ4"),
    (b"\x1a\x45\xdf\xa3", "WebM"),
    (b"OggS", "Ogg"),
    (b"\xac\xed\x00\x05", "Java serialization"),
    (b"Obj\x01", "Avro"),
    (b"\x80\x01\x00", "Thrift"),
];

/// The tag after the version of Erlang's external term format, of the terms that messages are:
/// compressed, tuple, list, map, binary.
const ERLANG_TAGS: &[u8] = b"Philjtm";

/// What the bytes are; `None` if they pass no test. Protocol Buffers are not among them: too many
/// short payloads would pass, so that they are only recognized by several messages.
pub fn detect(bytes: &[u8]) -> Option<Detected> {
    if let Some(compression) = Compression::of(bytes) {
        return Some(Detected::Compressed(compression));
    }
    // An empty container takes one byte, which every encoding has.
    let mut tree = SpanTree::default();
    let syntaxes = [Syntax::MessagePack, Syntax::Cbor, Syntax::Bson];
    let passes = |syntax: &Syntax| bytes.len() > 1 && passes(*syntax, bytes, &mut tree);
    syntaxes.into_iter().find(passes).map(Detected::Encoded).or_else(|| name(bytes).map(Detected::Named))
}

/// The name of a format that is not decoded.
fn name(bytes: &[u8]) -> Option<&'static str> {
    let magic = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name);
    magic.or(match bytes {
        [0x83, tag, ..] if ERLANG_TAGS.contains(tag) => Some("Erlang term"),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some("MP4"),
        _ => None,
    })
}

/// Whether the bytes are one value of that encoding, of the shape that messages have: a container
/// whose keys are texts or integers. A scalar does not count, as every short payload is one. `tree`
/// is filled.
pub(crate) fn passes(syntax: Syntax, bytes: &[u8], tree: &mut SpanTree) -> bool {
    let is_allowed = match (syntax, bytes.first()) {
        (Syntax::MessagePack, Some(first)) => matches!(first, 0x80..=0x9f | 0xdc..=0xdf),
        (Syntax::Cbor, Some(first)) => matches!(first, 0x80..=0xbf) || bytes.starts_with(b"\xd9\xd9\xf7"),
        (_, first) => first.is_some(),
    };
    if !is_allowed || tree.reparse(syntax, bytes).is_none() {
        return false;
    }
    let is_container = tree.node(0).is_some_and(|root| root.kind.is_container());
    is_container && tree.has_plain_keys(bytes)
}

/// Values of MessagePack one after the other in one payload.
const MAX_SEQUENCE: usize = 1000;

/// The values of MessagePack that follow one another in the bytes; `None` unless there are two or
/// more, and each has the shape that messages have.
pub(crate) fn message_pack_sequence(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let lens = message_pack::sequence(bytes, MAX_SEQUENCE)?;
    let mut rest = bytes;
    let mut tree = SpanTree::default();
    let mut value = |len: usize| {
        let (value, after) = rest.split_at_checked(len)?;
        rest = after;
        passes(Syntax::MessagePack, value, &mut tree).then_some(value)
    };
    lens.into_iter().map(&mut value).collect()
}

/// Whether messages of one direction can be Protocol Buffers: each has only valid fields, a field
/// keeps its wire type, and one field is in most of them.
pub(crate) fn are_protobuf<'m>(messages: impl Iterator<Item = &'m [u8]> + Clone) -> bool {
    protobuf::are_messages(messages)
}

impl SpanTree {
    /// Whether all keys are texts without control characters, or integers.
    fn has_plain_keys(&self, source: &[u8]) -> bool {
        (0..self.nodes().len() as u32).all(|index| {
            let is_plain = |(text, kind): (std::borrow::Cow<'_, str>, NodeKind)| match kind {
                NodeKind::String => !text.chars().any(|char| char.is_control() || char == '\u{fffd}'),
                NodeKind::Number => text.parse::<i128>().is_ok(),
                _ => false,
            };
            self.key_and_kind(source, index).is_none_or(is_plain)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MESSAGE_PACK: &[u8] = b"\x82\xa2id\x01\xa1t\xc0";
    const CBOR: &[u8] = b"\xa2\x62id\x01\x61t\xf6";
    const BSON: &[u8] = b"\x15\0\0\0\x10a\0\x01\0\0\0\x02s\0\x02\0\0\0x\0\0";

    #[test]
    fn encodings_are_told_apart() {
        for (bytes, syntax) in
            [(MESSAGE_PACK, Syntax::MessagePack), (CBOR, Syntax::Cbor), (BSON, Syntax::Bson)]
        {
            assert_eq!(detect(bytes), Some(Detected::Encoded(syntax)));
        }
        assert_eq!(detect(b"\x81\x01\xa1a"), Some(Detected::Encoded(Syntax::MessagePack)), "{{1: \"a\"}}");
        assert_eq!(detect(b"\x82\x01\x61a"), Some(Detected::Encoded(Syntax::Cbor)), "[1, \"a\"]");
        assert_eq!(detect(b"\x92\x01\xa1a"), Some(Detected::Encoded(Syntax::MessagePack)), "[1, \"a\"]");
        assert_eq!(detect(b"\xd9\xd9\xf7\xa1\x61a\x01"), Some(Detected::Encoded(Syntax::Cbor)));
    }

    #[test]
    fn scalars_and_empty_containers_are_not_detected() {
        for bytes in [&b"\x01"[..], b"\xa3abc", b"\x80", b"\x90", b"\xa0", b"", b"\xff\xfe"] {
            assert_eq!(detect(bytes), None, "{bytes:02x?}");
        }
    }

    #[test]
    fn keys_have_to_be_texts_or_integers() {
        assert_eq!(detect(b"\x82\xa1\x01\x01\xa1b\x01"), None, "a control character");
        assert_eq!(detect(b"\x81\xa1\xff\x01"), None, "no UTF-8");
        assert_eq!(detect(b"\x81\xc0\xc0"), None, "null");
        assert_eq!(detect(b"\x81\xff\x01"), Some(Detected::Encoded(Syntax::MessagePack)), "-1");
    }

    #[test]
    fn formats_that_are_not_decoded_are_named() {
        for (bytes, name) in [
            (&b"\x28\xb5\x2f\xfd\x00"[..], "Zstandard"),
            (b"\x04\x22\x4d\x18", "LZ4"),
            (b"\x1a\x45\xdf\xa3", "WebM"),
            (b"\0\0\0\x18ftypmp42", "MP4"),
            (b"OggS\xff", "Ogg"),
            (b"\xac\xed\x00\x05", "Java serialization"),
            (b"\x80\x01\x00\x01", "Thrift"),
            (b"\x83\x74\x00\x00\x00\x01", "Erlang term"),
            (b"Obj\x01\xff", "Avro"),
        ] {
            assert_eq!(detect(bytes), Some(Detected::Named(name)));
        }
        assert_eq!(detect(b"\x1f\x8b\x08\0"), Some(Detected::Compressed(Compression::Gzip)));
        assert_eq!(detect(b"\x78\x9c\x03\0"), Some(Detected::Compressed(Compression::Zlib)));
    }

    #[test]
    fn values_of_message_pack_can_follow_one_another() {
        let two = [MESSAGE_PACK, b"\x91\x01"].concat();
        assert_eq!(message_pack_sequence(&two), Some(vec![MESSAGE_PACK, b"\x91\x01"]));
        assert_eq!(message_pack_sequence(MESSAGE_PACK), None, "one");
        assert_eq!(message_pack_sequence(b"\x91\x01\x05"), None, "a scalar is not a message");
        assert_eq!(message_pack_sequence(b"\x91\x01\x91"), None, "the second is incomplete");
        assert_eq!(message_pack_sequence(&b"\x91\x01".repeat(MAX_SEQUENCE + 1)), None);
    }

    #[test]
    fn protocol_buffers_are_recognized_by_several_messages() {
        let messages = [&b"\x08\x01\x12\x02hi"[..], b"\x08\x02\x12\x03abc", b"\x08\x03"];
        assert!(are_protobuf(messages.into_iter()));
        assert!(!are_protobuf(messages[..2].iter().copied()), "two are too few");
        let changing = [&b"\x08\x01"[..], b"\x0d\0\0\0\0", b"\x08\x01"];
        assert!(!are_protobuf(changing.into_iter()), "the wire type of field 1 changes");
        let unrelated = [&b"\x08\x01"[..], b"\x10\x01", b"\x18\x01"];
        assert!(!are_protobuf(unrelated.into_iter()), "no field is in most of them");
    }

    proptest! {
        #[test]
        fn any_bytes_are_detected_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = detect(&bytes);
            let _ = message_pack_sequence(&bytes);
            let _ = are_protobuf([bytes.as_slice(); 3].into_iter());
        }
    }
}
