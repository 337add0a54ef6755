//! Ably (ably-js protocolmessage.ts): `{action, channel, msgSerial, messages, …}` as JSON or
//! MessagePack.

use std::borrow::Cow;

use super::continuity::find_json;
use super::json_message::{JsonDecoder, JsonDialect, UnitResult, id_key, json_fit, located, named};
use super::units::Detail;
use super::{
    Continuity, Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Unit,
    Units,
};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::Direction;

const ACTIONS: &[&str] = &[
    "HEARTBEAT",
    "ACK",
    "NACK",
    "CONNECT",
    "CONNECTED",
    "DISCONNECT",
    "DISCONNECTED",
    "CLOSE",
    "CLOSED",
    "ERROR",
    "ATTACH",
    "ATTACHED",
    "DETACH",
    "DETACHED",
    "PRESENCE",
    "MESSAGE",
    "SYNC",
    "AUTH",
    "ACTIVATE",
    "STATE",
    "STATE_SYNC",
];
/// Messages that one ACK pairs.
const MAX_ACKNOWLEDGED: u64 = 1000;

#[derive(Debug)]
pub(super) struct Ably;

impl Protocol for Ably {
    fn key(&self) -> &'static str {
        "ably"
    }

    fn label(&self) -> &'static str {
        "Ably"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let host = handshake.url.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', '?', ':']).next().unwrap_or_default();
        let is_ably = [".ably.io", ".ably.net", ".ably-realtime.com"].iter().any(|end| host.ends_with(end));
        is_ably.then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        if frame.opcode == Opcode::Binary {
            let tree = SpanTree::parse(Syntax::MessagePack, frame.data);
            return tree.as_ref().and_then(|tree| tree.root(frame.data)).map_or(Fit::No, fit);
        }
        json_fit(frame, fit)
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }

    fn continuity(&self, handshake: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        const CONNECTED: u64 = 4;
        let has_key = handshake.query("resume").is_some() || handshake.query("recover").is_some();
        find_json(sample, |_, message| {
            let is_connected = message.get("action").and_then(Value::u64) == Some(CONNECTED);
            // A connection that could not be resumed is a new one, with the reason as its error.
            is_connected.then(|| Continuity::resumed_if(has_key && message.get("error").is_none()))
        })
    }
}

fn fit(message: Value<'_>) -> Fit {
    let has = |key| message.get(key).is_some();
    match action(message) {
        None => Fit::No,
        Some("ACK" | "NACK") if has("msgSerial") => Fit::Distinctive,
        Some("CONNECTED") if has("connectionId") || has("connectionDetails") => Fit::Distinctive,
        Some("ATTACH" | "ATTACHED" | "DETACH" | "DETACHED") if has("channel") => Fit::Distinctive,
        Some("MESSAGE") if has("channel") && has("messages") => Fit::Distinctive,
        Some(_) => Fit::Neutral,
    }
}

fn action(message: Value<'_>) -> Option<&'static str> {
    let action = usize::try_from(message.get("action")?.u64()?).ok()?;
    ACTIONS.get(action).copied()
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let action = action(message).ok_or("An action that Ably does not have")?;
        let channel = message.get_str("channel");
        let of_channel = |space: &str| PairKey::new(space, channel.as_deref().unwrap_or_default());
        let is_sent = units.direction == Direction::Sent;
        let role = match action {
            "HEARTBEAT" => return Ok(heartbeat(message, units.direction)),
            "ACK" | "NACK" => return Ok(acknowledgment(action, message, units)),
            "ATTACH" => Role::Request(of_channel("attach")),
            "ATTACHED" => Role::Reply(of_channel("attach")),
            "DETACH" => Role::Request(of_channel("detach")),
            "DETACHED" => Role::Reply(of_channel("detach")),
            "CLOSE" => Role::Request(of_channel("close")),
            "CLOSED" => Role::Reply(of_channel("close")),
            _ => match message.get("msgSerial").and_then(Value::u64) {
                Some(serial) if is_sent => Role::Request(serial_key(serial)),
                _ => Role::None,
            },
        };
        let messages = message.get("messages").filter(|_| action == "MESSAGE");
        let name = messages.and_then(|messages| messages.at(0)?.get_str("name"));
        let mut event = named(action, name.as_deref());
        let further = messages.map_or(0, Value::len).saturating_sub(1);
        if further > 0 {
            event = format!("{event} and {further} more").into();
        }
        Ok(Unit::new(0..0, located(event, channel.as_deref())).with_role(role))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.scalar("Channel", message.get("channel")).scalar("Serial", message.get("msgSerial"));
        detail.value("Message", message);
        // The key of a connection resumes it.
        if message.get("auth").is_some() || message.path(&["connectionDetails", "connectionKey"]).is_some() {
            detail.as_credential();
        }
        let first = message.get("messages").and_then(|messages| messages.at(0));
        detail.content("Data", first.and_then(|first| first.get("data")));
    }

    fn syntax(&self, opcode: Opcode) -> Syntax {
        if opcode == Opcode::Binary { Syntax::MessagePack } else { Syntax::Json }
    }
}

fn serial_key(serial: u64) -> PairKey {
    PairKey::new("serial", serial)
}

/// Only a heartbeat that has an id is answered: with the same id.
fn heartbeat(message: Value<'_>, direction: Direction) -> Unit<'static> {
    let role = match (id_key("heartbeat", message.get("id")), direction) {
        (Some(key), Direction::Sent) => Role::Request(key),
        (Some(key), Direction::Received) => Role::Reply(key),
        (None, _) => Role::None,
    };
    Unit::heartbeat(0..0, "HEARTBEAT").with_role(role)
}

/// An ACK or NACK of the messages from `msgSerial` on.
fn acknowledgment<'v>(action: &'static str, message: Value<'v>, units: &mut Units<'_>) -> Unit<'v> {
    let first = message.get("msgSerial").and_then(Value::u64);
    let count = message.get("count").and_then(Value::u64).unwrap_or(1);
    let Some(first) = first else { return Unit::new(0..0, action) };
    let event: Cow<'_, str> = match units.request_event(serial_key(first)) {
        Some(request) => format!("{action} of {request}").into(),
        None => action.into(),
    };
    for further in 1..count.min(MAX_ACKNOWLEDGED) {
        units.add_role(Role::Reply(serial_key(first.saturating_add(further))));
    }
    Unit::new(0..0, event).with_role(Role::Reply(serial_key(first)))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, received_binary, sent, sent_binary};

    #[test]
    fn actions_are_named_and_acknowledgments_pair_all_their_messages() {
        let conversation = Conversation::new(
            "wss://x.test/?format=json",
            None,
            &[
                received(r#"{"action":4,"connectionId":"c","connectionDetails":{"connectionKey":"k"}}"#),
                sent(r#"{"action":10,"channel":"c"}"#),
                received(r#"{"action":11,"channel":"c","flags":0}"#),
                sent(r#"{"action":15,"channel":"c","msgSerial":4,"messages":[{"name":"hi","data":"x"}]}"#),
                received(r#"{"action":1,"msgSerial":4,"count":1}"#),
                received(r#"{"action":0}"#),
                sent(r#"{"action":15,"channel":"c","msgSerial":5,"messages":[{"name":"a"},{"name":"b"}]}"#),
                sent(r#"{"action":14,"channel":"c","msgSerial":6,"presence":[{}]}"#),
                received(r#"{"action":2,"msgSerial":5,"count":2}"#),
                sent(r#"{"action":17,"auth":{"accessToken":"t"}}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "CONNECTED",
                "ATTACH · c",
                "ATTACHED · c",
                "MESSAGE hi · c",
                "ACK of MESSAGE hi · c",
                "HEARTBEAT",
                "MESSAGE a and 1 more · c",
                "PRESENCE · c",
                "NACK of MESSAGE a and 1 more · c",
                "AUTH",
            ]
        );
        assert_eq!(conversation.pairs(), [(1, 2), (3, 4), (6, 8), (7, 8)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![5], vec![]));
        assert_eq!(conversation.recognized(), "ably by its first messages");
        assert!(conversation.decode(9).units[0].bodies[0].is_credential);
        assert!(conversation.decode(0).units[0].bodies[0].is_credential);
    }

    #[test]
    fn message_pack_is_decoded_and_hostile_counts_are_bounded() {
        let attach = b"\x82\xa6action\x0a\xa7channel\xa1c";
        let attached = b"\x82\xa6action\x0b\xa7channel\xa1c";
        let acknowledgment =
            b"\x83\xa6action\x01\xa9msgSerial\x00\xa5count\xcf\xff\xff\xff\xff\xff\xff\xff\xff";
        let messages = [
            sent_binary(attach),
            received_binary(attached),
            received_binary(acknowledgment),
            received_binary(b"\x81\xa6action\x63"),
            received_binary(b"\xc1"),
        ];
        let url = "wss://main.realtime.ably.net/?format=msgpack&v=4";
        let conversation = Conversation::new(url, None, &messages);
        assert_eq!(conversation.events(), ["ATTACH · c", "ATTACHED · c", "ACK", "", ""]);
        assert_eq!((conversation.pairs(), conversation.malformed()), (vec![(0, 1)], vec![3, 4]));
        assert_eq!(conversation.recognized(), "ably by the URL");
    }
}
