//! The signaling of LiveKit (`livekit_rtc.proto`): a protobuf message whose only field names what
//! it is. Only names and pairs are decoded; the content is shown without a schema.

use super::{
    ByteReader, Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Scratch,
    Unit, Units,
};
use crate::encodings::Syntax;
use crate::model::Direction;

/// Bytes of the longest field number that the messages have.
const MAX_TAG_LEN: usize = 5;
/// The wire types of protobuf that the messages have.
const VARINT: u64 = 0;
const BYTES: u64 = 2;

/// The fields of `SignalRequest`.
static REQUESTS: &[(u64, &str)] = &[
    (1, "offer"),
    (2, "answer"),
    (3, "trickle"),
    (4, "add_track"),
    (5, "mute"),
    (6, "subscription"),
    (7, "track_setting"),
    (8, "leave"),
    (10, "update_layers"),
    (11, "subscription_permission"),
    (12, "sync_state"),
    (13, "simulate"),
    (14, "ping"),
    (15, "update_metadata"),
    (16, "ping_req"),
    (17, "update_audio_track"),
    (18, "update_video_track"),
];

/// The fields of `SignalResponse`.
static RESPONSES: &[(u64, &str)] = &[
    (1, "join"),
    (2, "answer"),
    (3, "offer"),
    (4, "trickle"),
    (5, "update"),
    (6, "track_published"),
    (8, "leave"),
    (9, "mute"),
    (10, "speakers_changed"),
    (11, "room_update"),
    (12, "connection_quality"),
    (13, "stream_state_update"),
    (14, "subscribed_quality_update"),
    (15, "subscription_permission_update"),
    (16, "refresh_token"),
    (17, "track_unpublished"),
    (18, "pong"),
    (19, "reconnect"),
    (20, "pong_resp"),
    (21, "subscription_response"),
    (22, "request_response"),
    (23, "track_subscribed"),
    (24, "room_moved"),
];

#[derive(Debug)]
pub(super) struct LiveKit;

impl Protocol for LiveKit {
    fn key(&self) -> &'static str {
        "livekit"
    }

    fn label(&self) -> &'static str {
        "LiveKit"
    }

    /// The path is `/rtc` or `/rtc/v1`, and the query has a token.
    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let path = handshake.path();
        let is_signaling = path.ends_with("/rtc") || path.ends_with("/rtc/v1");
        (is_signaling && handshake.query("access_token").is_some()).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        // Protobuf is not distinctive: LiveKit is recognized by the URL.
        if Signal::of(frame).is_some() { Fit::Neutral } else { Fit::No }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(LiveKitDecoder)
    }
}

#[derive(Clone, Debug)]
struct LiveKitDecoder;

impl Decoder for LiveKitDecoder {
    fn decode(&mut self, frame: &Frame<'_>, _: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        let Some(signal) = Signal::of(frame) else {
            units.push_plain(Unit::malformed(all, frame.problem("Not a signaling message of LiveKit")));
            return;
        };
        let is_heartbeat = matches!(signal.name, "ping" | "ping_req" | "pong" | "pong_resp");
        let unit = Unit { is_heartbeat, ..Unit::new(all, signal.name) };
        units.push(unit.with_role(signal.role()), |detail| {
            let is_credential = matches!(signal.name, "join" | "refresh_token" | "reconnect" | "room_moved");
            detail.body("Content", signal.syntax, signal.content);
            if is_credential {
                detail.as_credential();
            }
        });
    }
}

/// A signaling message: its only field.
struct Signal<'b> {
    name: &'static str,
    /// The content of the field: an encoded integer, or the bytes of a message or of a string.
    content: &'b [u8],
    /// The encoding of a message.
    syntax: Option<Syntax>,
}

impl<'b> Signal<'b> {
    fn of(frame: &Frame<'b>) -> Option<Self> {
        if frame.opcode == Opcode::Text {
            return None;
        }
        let mut reader = ByteReader::new(frame.data);
        let tag = reader.varint(MAX_TAG_LEN)?;
        let names = if frame.direction == Direction::Sent { REQUESTS } else { RESPONSES };
        let name = names.iter().find(|(number, _)| *number == tag >> 3)?.1;
        let content = match tag & 7 {
            VARINT => reader.rest(),
            BYTES => reader.varint_bytes(MAX_TAG_LEN).filter(|_| reader.is_empty())?,
            _ => return None,
        };
        // The token is a string.
        let is_message = tag & 7 == BYTES && name != "refresh_token";
        Some(Self { name, content, syntax: is_message.then_some(Syntax::Protobuf) })
    }

    /// A ping is answered with its timestamp, a track with the id that the client gave it, an offer
    /// by the next answer.
    fn role(&self) -> Role {
        let first = || first_field(self.content).unwrap_or_default();
        match self.name {
            "offer" => Role::Request(PairKey::new("offer", ())),
            "answer" => Role::ReplyInOrder(PairKey::new("offer", ())),
            "ping" => Role::Request(PairKey::new("ping", ())),
            "pong" => Role::ReplyInOrder(PairKey::new("ping", ())),
            "ping_req" => Role::Request(PairKey::new("ping_req", first())),
            "pong_resp" => Role::Reply(PairKey::new("ping_req", first())),
            "add_track" => Role::Request(PairKey::new("track", first())),
            "track_published" => Role::Reply(PairKey::new("track", first())),
            _ => Role::None,
        }
    }
}

/// The encoded value of field 1, if the message begins with it.
fn first_field(message: &[u8]) -> Option<&[u8]> {
    let mut reader = ByteReader::new(message);
    match reader.varint(MAX_TAG_LEN)? {
        0x08 => {
            let start = reader.rest();
            reader.varint(9)?;
            start.get(..start.len() - reader.rest().len())
        }
        0x0a => reader.varint_bytes(MAX_TAG_LEN),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, hex, received, received_binary, sent_binary};

    const URL: &str = "wss://x.test/rtc?access_token=t&auto_subscribe=1";

    #[test]
    fn messages_are_named_after_their_field_and_paired() {
        let conversation = Conversation::new(
            URL,
            None,
            &[
                received_binary(&hex("0a 02 20 01")),
                sent_binary(&hex("82 01 05 08 e8 07 10 14")),
                sent_binary(&hex("22 04 0a 02 63 31")),
                received_binary(&hex("a2 01 06 08 e8 07 10 e9 07")),
                received_binary(&hex("32 04 0a 02 63 31")),
                sent_binary(&hex("70 e8 07")),
                received_binary(&hex("90 01 e8 07")),
                received_binary(&hex("1a 02 0a 00")),
                sent_binary(&hex("12 02 0a 00")),
            ],
        );
        assert_eq!(conversation.recognized(), "livekit by the URL");
        assert_eq!(
            conversation.events(),
            [
                "join",
                "ping_req",
                "add_track",
                "pong_resp",
                "track_published",
                "ping",
                "pong",
                "offer",
                "answer"
            ]
        );
        assert_eq!(conversation.pairs(), [(1, 3), (2, 4), (5, 6), (7, 8)]);
        assert_eq!(conversation.heartbeats(), [1, 3, 5, 6]);
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let messages = [
            sent_binary(b""),
            sent_binary(&hex("4a 00")),
            sent_binary(&hex("0a 05 00")),
            sent_binary(&hex("0a 00 00")),
            received("{}"),
        ];
        let conversation = Conversation::decoded_as("livekit", URL, &messages);
        assert_eq!(conversation.malformed(), [0, 1, 2, 3, 4]);
    }
}
