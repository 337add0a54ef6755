//! gRPC-Web over a WebSocket (`websocket.ts` of improbable-eng/grpc-web): one call per socket,
//! which the URL names.
//!
//! The first sent message has the headers as text. Each later one is a byte 0 and a gRPC frame, or
//! a byte 1 after the last. What is received is a stream of gRPC frames: a byte of flags, the
//! length in 4 bytes, and a message, or headers or trailers if the highest bit of the flags is set.

use std::borrow::Cow;

use super::byte_stream::{ByteStreams, Measure};
use super::{
    ByteReader, Decoder, Detail, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Scratch,
    Unit, Units,
};
use crate::encodings::{Syntax, grpc_status_name};
use crate::model::Direction;

/// Bytes before the content of a frame.
const HEAD_LEN: usize = 5;
/// The flag of headers and trailers.
const HEADERS: u8 = 0x80;
/// The flag of a compressed message.
const COMPRESSED: u8 = 1;
/// Headers that contain credentials.
const CREDENTIALS: &[&str] = &["authorization", "cookie", "token", "api-key", "secret"];

#[derive(Debug)]
pub(super) struct GrpcWeb;

impl Protocol for GrpcWeb {
    fn key(&self) -> &'static str {
        "grpc-web"
    }

    fn label(&self) -> &'static str {
        "gRPC-Web"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["grpc-websockets"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        let is_possible = match (frame.direction, frame.data) {
            (Direction::Received, data) => !matches!(measure(data), Measure::Invalid(..)),
            (Direction::Sent, [1]) => true,
            (Direction::Sent, [0, rest @ ..]) => matches!(measure(rest), Measure::Unit(_)),
            (Direction::Sent, data) => headers(data).is_some(),
        };
        if is_possible { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(GrpcWebDecoder { path: handshake.path().into(), streams: ByteStreams::default() })
    }
}

/// Length of the frame at the beginning of `bytes`.
fn measure(bytes: &[u8]) -> Measure {
    let mut reader = ByteReader::new(bytes);
    match reader.u8() {
        Some(flags) if flags & !(HEADERS | COMPRESSED) != 0 => {
            return Measure::Invalid(bytes.len(), "Not a gRPC frame");
        }
        _ => {}
    }
    let Some(len) = reader.u32() else { return Measure::Incomplete(HEAD_LEN) };
    let total = HEAD_LEN.saturating_add(len as usize);
    if total > bytes.len() { Measure::Incomplete(total) } else { Measure::Unit(total) }
}

#[derive(Clone, Debug)]
struct GrpcWebDecoder {
    /// The service and the method.
    path: Box<str>,
    streams: ByteStreams,
}

impl Decoder for GrpcWebDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        if frame.direction == Direction::Sent {
            self.sent(frame, units);
            return;
        }
        let Self { path, streams } = self;
        streams.decode(
            frame,
            units,
            |bytes, _| measure(bytes),
            |found, units| {
                report(Unit::new(found.range, "").since(found.first), found.bytes, path, units);
            },
        );
    }

    fn skip(&mut self, direction: Direction) {
        self.streams.skip(direction);
    }

    fn state_len(&self) -> usize {
        self.streams.len()
    }
}

impl GrpcWebDecoder {
    fn sent(&self, frame: &Frame<'_>, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        match frame.data {
            [1] => units.push_plain(Unit::new(all, "end of requests")),
            [0, rest @ ..] => match measure(rest) {
                Measure::Unit(len) if len == rest.len() => {
                    report(Unit::new(all, ""), rest, &self.path, units);
                }
                _ => {
                    let reason = frame.problem("The byte 0 is not followed by one gRPC frame");
                    units.push_plain(Unit::malformed(all, reason));
                }
            },
            data => match headers(data) {
                Some(headers) => {
                    let event = format!("headers {}", self.path);
                    let unit = Unit::new(all, event).with_role(Role::Request(call()));
                    units.push(unit, |detail| describe_headers(headers, detail));
                }
                None => {
                    units.push_plain(Unit::malformed(all, frame.problem("Not headers, and not a message")));
                }
            },
        }
    }
}

/// The key of the only call of a socket.
fn call() -> PairKey {
    PairKey::new("call", ())
}

/// The lines of headers.
fn headers(data: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(data).ok().filter(|text| text.is_ascii() && !text.is_empty())?;
    text.lines().all(|line| line.is_empty() || line.contains(':')).then_some(text)
}

/// Reports the frame of a unit.
fn report<'u>(unit: Unit<'u>, frame: &[u8], path: &'u str, units: &mut Units<'_>) {
    let (head, content) = frame.split_at_checked(HEAD_LEN).unwrap_or_default();
    let flags = head.first().copied().unwrap_or_default();
    let is_received = units.direction == Direction::Received;
    if flags & HEADERS == 0 {
        let role = if is_received { Role::PartialReply(call()) } else { Role::None };
        let unit = Unit { event: Cow::Borrowed(path), ..unit }.with_role(role);
        units.push(unit, |detail| {
            let is_compressed = flags & COMPRESSED != 0;
            if is_compressed {
                detail.field("Compressed", "yes");
            }
            detail.body("Message", (!is_compressed).then_some(Syntax::Protobuf), content);
        });
        return;
    }
    let Some(lines) = headers(content) else {
        units.push_plain(Unit { problem: Some("The headers are not ASCII lines".into()), ..unit });
        return;
    };
    let status = lines.lines().filter_map(header).find(|(name, _)| name.eq_ignore_ascii_case("grpc-status"));
    let unit = match status {
        Some((_, code)) => {
            let event = format!("status {}", status_text(code));
            Unit { event: event.into(), ..unit }.with_role(Role::Reply(call()))
        }
        None => Unit { event: "headers".into(), ..unit }.with_role(Role::PartialReply(call())),
    };
    units.push(unit, |detail| describe_headers(lines, detail));
}

fn header(line: &str) -> Option<(&str, &str)> {
    line.split_once(':').map(|(name, value)| (name.trim(), value.trim()))
}

fn status_text(code: &str) -> Cow<'_, str> {
    let name = code.parse().ok().and_then(grpc_status_name);
    name.map_or(Cow::Borrowed(code), Cow::Borrowed)
}

fn describe_headers(lines: &str, detail: &mut Detail) {
    for (name, value) in lines.lines().filter_map(header) {
        let lower = name.to_ascii_lowercase();
        if CREDENTIALS.iter().any(|part| lower.contains(part)) {
            detail.credential(name.to_owned(), value);
        } else {
            detail.field(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, TestMessage, hex, received_binary, sent_binary};

    const TRAILERS: &str = "80 00 00 00 10 67 72 70 63 2d 73 74 61 74 75 73 3a 20 30 0d 0a";
    const SENT: &str = "00 00 00 00 00 04 0a 02 68 69";
    const RECEIVED: &str = "00 00 00 00 04 0a 02 68 69";

    fn grpc(messages: &[TestMessage]) -> Conversation {
        Conversation::new("wss://x.test/chat.Chat/Say", Some("grpc-websockets"), messages)
    }

    #[test]
    fn a_call_has_headers_messages_and_a_status() {
        let conversation = grpc(&[
            sent_binary(b"content-type: application/grpc-web+proto\r\nauthorization: Bearer t\r\n"),
            sent_binary(&hex(SENT)),
            sent_binary(&hex("01")),
            received_binary(&hex("80 00 00 00 06 61 3a 20 62 0d 0a")),
            received_binary(&hex(RECEIVED)),
            received_binary(&hex(TRAILERS)),
        ]);
        assert_eq!(conversation.recognized(), "grpc-web by the subprotocol grpc-websockets");
        assert_eq!(
            conversation.events(),
            [
                "headers /chat.Chat/Say",
                "/chat.Chat/Say",
                "end of requests",
                "headers",
                "/chat.Chat/Say",
                "status OK"
            ]
        );
        assert_eq!(conversation.pairs(), [(0, 3)]);
        assert_eq!(conversation.partner(5), Some(0));
        assert!(conversation.decode(0).units[0].fields[1].is_credential);
        for index in [1, 4] {
            let unit = conversation.decode(index).units.remove(0);
            assert_eq!(unit.bodies[0].payload.bytes(), b"\x0a\x02hi");
        }
    }

    #[test]
    fn received_frames_can_span_and_share_messages() {
        let stream = [hex(RECEIVED), hex(TRAILERS)].concat();
        let (first, second) = stream.split_at(7);
        let conversation = grpc(&[received_binary(first), received_binary(second)]);
        assert_eq!(conversation.events(), ["", "2 frames: /chat.Chat/Say, status OK"]);
        assert_eq!(conversation.decode(1).units[0].bodies[0].payload.bytes(), b"\x0a\x02hi");
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let conversation = grpc(&[
            sent_binary(b"no header"),
            sent_binary(&hex("00 00 00 00 00 04 0a")),
            sent_binary(&hex("00 00 00 00 00 00 00")),
            received_binary(&hex("40 00 00 00 00")),
            received_binary(&hex("80 00 00 00 01 ff")),
            received_binary(&hex(TRAILERS)),
        ]);
        assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4]);
        assert_eq!(conversation.events()[5], "status OK");
    }
}
