//! Messages in envelopes of five bytes: gRPC, gRPC-Web and the streams of Connect. Each has a byte
//! of flags and a length of four bytes, the most significant first.

use std::ops::Range;

use super::base64;

/// Envelopes that are read.
const MAX_ENVELOPES: usize = 10_000;
/// Bytes before each message.
const HEAD: usize = 5;

/// The flag of a message that is compressed.
const COMPRESSED: u8 = 0x01;
/// The flag of the last envelope of a Connect stream, which is JSON.
const END_OF_STREAM: u8 = 0x02;
/// The flag of the trailers of gRPC-Web, which are lines of headers.
const TRAILERS: u8 = 0x80;

/// What is in an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnvelopeKind {
    Message,
    /// How a call ended, in lines of headers.
    Trailers,
    /// How a call ended, as JSON.
    EndOfStream,
}

/// One envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    pub kind: EnvelopeKind,
    pub is_compressed: bool,
    /// The bytes of the message within the body: fewer than its length if the body ends early.
    pub content: Range<usize>,
    /// Whether the body ends before the message does.
    pub is_truncated: bool,
}

/// The envelopes of a body; `None` if the body is not made of them.
pub fn envelopes(body: &[u8]) -> Option<Vec<Envelope>> {
    let mut envelopes = Vec::new();
    let mut at = 0;
    while at < body.len() && envelopes.len() < MAX_ENVELOPES {
        let head = body.get(at..at + HEAD);
        let Some([flags, a, b, c, d]) = head else {
            // The body was cut off within a head.
            return (!envelopes.is_empty()).then_some(envelopes);
        };
        if flags & !(COMPRESSED | END_OF_STREAM | TRAILERS) != 0 {
            return None;
        }
        let len = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let start = at + HEAD;
        let end = start.saturating_add(len);
        let kind = if flags & TRAILERS != 0 {
            EnvelopeKind::Trailers
        } else if flags & END_OF_STREAM != 0 {
            EnvelopeKind::EndOfStream
        } else {
            EnvelopeKind::Message
        };
        envelopes.push(Envelope {
            kind,
            is_compressed: flags & COMPRESSED != 0,
            content: start..end.min(body.len()),
            is_truncated: end > body.len(),
        });
        at = end;
    }
    (!envelopes.is_empty()).then_some(envelopes)
}

/// The bytes of `grpc-web-text`: base64, in which each piece that the server flushed can end with
/// its own padding. `None` if it is not base64.
pub fn grpc_web_text(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let mut rest = digits.as_slice();
    while !rest.is_empty() {
        let padding = memchr::memchr(b'=', rest).unwrap_or(rest.len());
        // A piece ends with its padding, at a multiple of four.
        let end = padding.next_multiple_of(4).min(rest.len());
        let (piece, after) = rest.split_at_checked(end)?;
        bytes.extend(base64::decode(piece)?);
        rest = after;
    }
    Some(bytes)
}

/// The name of a status of gRPC by its code.
pub fn grpc_status_name(code: u32) -> Option<&'static str> {
    const NAMES: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    NAMES.get(code as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn envelope(flags: u8, content: &[u8]) -> Vec<u8> {
        let mut bytes = vec![flags];
        bytes.extend((content.len() as u32).to_be_bytes());
        bytes.extend(content);
        bytes
    }

    #[test]
    fn a_body_of_grpc_web_has_messages_and_trailers() {
        let body = [envelope(0, b"\x08\x01"), envelope(0x80, b"grpc-status: 0\r\n")].concat();
        let found = envelopes(&body).expect("envelopes");
        assert_eq!(
            found.iter().map(|found| found.kind).collect::<Vec<_>>(),
            [EnvelopeKind::Message, EnvelopeKind::Trailers]
        );
        assert_eq!(&body[found[0].content.clone()], b"\x08\x01");
    }

    #[test]
    fn the_end_of_a_connect_stream_is_told_apart() {
        let body = [envelope(1, b"zip"), envelope(2, b"{}")].concat();
        let found = envelopes(&body).expect("envelopes");
        assert!(found[0].is_compressed);
        assert_eq!(found[1].kind, EnvelopeKind::EndOfStream);
    }

    #[test]
    fn a_body_that_was_cut_off_keeps_what_there_is() {
        let body = [envelope(0, b"abc"), vec![0, 0]].concat();
        assert_eq!(envelopes(&body).map(|found| found.len()), Some(1));
        let found = envelopes(&envelope(0, b"abc")[..6]).expect("an envelope");
        assert!(found[0].is_truncated && found[0].content == (5..6));
    }

    #[test]
    fn other_bodies_have_no_envelopes() {
        assert_eq!(envelopes(b""), None);
        assert_eq!(envelopes(b"{\"a\":1}"), None);
        assert_eq!(envelopes(b"\0\0"), None);
    }

    #[test]
    fn pieces_of_base64_can_have_their_own_padding() {
        let pieces = ["AAAAAAIIAQ==", "gAAAAA9ncnBjLXN0YXR1czogMA0K"].concat();
        let bytes = grpc_web_text(pieces.as_bytes()).expect("base64");
        assert_eq!(envelopes(&bytes).map(|found| found.len()), Some(2));
        assert_eq!(grpc_web_text(b"AA=A!"), None);
    }

    proptest! {
        #[test]
        fn envelopes_are_within_any_bytes(body in proptest::collection::vec(0_u8..4, 0..60)) {
            for found in envelopes(&body).unwrap_or_default() {
                prop_assert!(found.content.start <= found.content.end && found.content.end <= body.len());
            }
            let _ = grpc_web_text(&body);
        }
    }
}
