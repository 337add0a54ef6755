//! Action Cable (@rails/actioncable 8.1) with the extensions of `AnyCable` (@anycable/core 1.1.7).
//!
//! The server sends `{type, …}` or `{identifier, message}`, the client
//! `{command, identifier, data}`. Identifier and data are JSON in strings; identifiers are compared
//! as strings.

use std::borrow::Cow;

use super::json_message::{JsonDecoder, JsonDialect, UnitResult, distinctive_if, json_fit, named, with_json};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct ActionCable;

impl Protocol for ActionCable {
    fn key(&self) -> &'static str {
        "action-cable"
    }

    fn label(&self) -> &'static str {
        "Action Cable"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        const SUBPROTOCOLS: &[&str] = &[
            "actioncable-v1-json",
            "actioncable-v1-ext-json",
            "actioncable-v1-msgpack",
            "actioncable-v1-ext-msgpack",
        ];
        if handshake.has_subprotocol(SUBPROTOCOLS) {
            return Some(Evidence::Subprotocol);
        }
        handshake.path().ends_with("/cable").then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match message.get_str("type").as_deref() {
            Some("welcome" | "disconnect") => Fit::Neutral,
            Some("ping") => {
                distinctive_if(message.get("message").is_some_and(|time| time.kind() == NodeKind::Number))
            }
            _ => {
                let identifier = message.get_str("identifier");
                let is_command = message.get_str("command").is_some() && message.len() == 1;
                if is_command {
                    Fit::Neutral
                } else {
                    distinctive_if(identifier.is_some_and(|id| id.starts_with('{')))
                }
            }
        })
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        let subprotocol = handshake.subprotocol.as_deref().unwrap_or_default();
        Box::new(JsonDecoder(Dialect { is_extended: subprotocol.contains("-ext-") }))
    }
}

#[derive(Clone, Debug)]
struct Dialect {
    /// The extensions of `AnyCable` are spoken.
    is_extended: bool,
}

impl JsonDialect for Dialect {
    fn unit<'v>(
        &mut self,
        message: Value<'v>,
        nested: &mut SpanTree,
        units: &mut Units<'_>,
    ) -> UnitResult<'v> {
        let identifier = message.get_str("identifier");
        let channel = identifier.as_deref().and_then(|identifier| channel(identifier, nested));
        let key = |space: &str| identifier.as_deref().map(|identifier| PairKey::new(space, identifier));
        if units.direction == Direction::Sent {
            let command = message.get_str("command").ok_or("A message without a command")?;
            if command == "pong" {
                return Ok(Unit::heartbeat(0..0, "pong"));
            }
            let channel = channel.ok_or("A command without the identifier of a channel")?;
            if command == "message" {
                let data = message.get_str("data").ok_or("A message without data")?;
                // Rails calls `receive` if the data has no action.
                let action = with_json(&data, nested, |data| data.get_str("action").map(Cow::into_owned));
                let action = action.as_deref().unwrap_or("receive");
                return Ok(Unit::new(0..0, format!("{channel}#{action}")));
            }
            let is_request = matches!(&*command, "subscribe" | "history");
            let role = key(&command).filter(|_| is_request).map_or(Role::None, Role::Request);
            return Ok(Unit::new(0..0, named(command, Some(&channel))).with_role(role));
        }
        let Some(kind) = message.get_str("type") else {
            message.get("message").ok_or("Neither a type nor a message")?;
            let channel = channel.ok_or("A message without the identifier of a channel")?;
            return Ok(Unit::new(0..0, named("message", Some(&channel))));
        };
        let reply = |space: &str| key(space).map_or(Role::None, Role::Reply);
        Ok(match &*kind {
            "ping" => Unit::heartbeat(0..0, "ping"),
            "confirm_subscription" | "reject_subscription" => {
                Unit::new(0..0, named(kind, channel.as_deref())).with_role(reply("subscribe"))
            }
            "confirm_history" | "reject_history" => {
                self.is_extended = true;
                Unit::new(0..0, named(kind, channel.as_deref())).with_role(reply("history"))
            }
            "disconnect" => Unit::new(0..0, named(kind, message.get_str("reason").as_deref())),
            "welcome" => {
                self.is_extended |= message.get("sid").is_some();
                Unit::new(0..0, kind)
            }
            _ => Unit::new(0..0, named(kind, channel.as_deref())),
        })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.content("Identifier", message.get("identifier")).content("Data", message.get("data"));
        detail.content("Message", message.get("message")).content("History", message.get("history"));
        detail.scalar("Reason", message.get("reason")).scalar("Reconnect", message.get("reconnect"));
        detail.scalar("Session", message.get("sid"));
    }

    fn label(&self) -> Option<String> {
        self.is_extended.then(|| "Action Cable with AnyCable's extensions".to_owned())
    }

    fn syntax(&self, opcode: Opcode) -> Syntax {
        if opcode == Opcode::Binary { Syntax::MessagePack } else { Syntax::Json }
    }
}

/// The class of the channel that an identifier names; the identifier itself if it does not name
/// one.
fn channel(identifier: &str, nested: &mut SpanTree) -> Option<String> {
    let channel = with_json(identifier, nested, |value| value.get_str("channel").map(Cow::into_owned));
    channel.or_else(|| (!identifier.is_empty()).then(|| identifier.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, received_binary, sent};

    const IDENTIFIER: &str = r#""identifier":"{\"channel\":\"ChatChannel\",\"room\":7}""#;

    #[test]
    fn messages_are_named_by_channel_and_action() {
        let conversation = Conversation::new(
            "wss://x.test/cable",
            None,
            &[
                received(r#"{"type":"welcome"}"#),
                received(r#"{"type":"ping","message":1790000000}"#),
                sent(&format!(r#"{{"command":"subscribe",{IDENTIFIER}}}"#)),
                received(&format!(r#"{{{IDENTIFIER},"type":"confirm_subscription"}}"#)),
                sent(&format!(
                    r#"{{"command":"message",{IDENTIFIER},"data":"{{\"action\":\"speak\",\"body\":\"hi\"}}"}}"#
                )),
                received(&format!(r#"{{{IDENTIFIER},"message":{{"body":"hi"}}}}"#)),
                sent(&format!(r#"{{"command":"message",{IDENTIFIER},"data":"{{}}"}}"#)),
                sent(&format!(r#"{{"command":"unsubscribe",{IDENTIFIER}}}"#)),
                received(r#"{"type":"disconnect","reason":"server_restart","reconnect":true}"#),
                sent(r#"{"command":"subscribe"}"#),
                received(r#"{"message":1}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "welcome",
                "ping",
                "subscribe ChatChannel",
                "confirm_subscription ChatChannel",
                "ChatChannel#speak",
                "message ChatChannel",
                "ChatChannel#receive",
                "unsubscribe ChatChannel",
                "disconnect server_restart",
                "",
                "",
            ]
        );
        assert_eq!(conversation.pairs(), [(2, 3)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![1], vec![9, 10]));
        assert_eq!(conversation.recognized(), "action-cable by the URL");
        let speak = &conversation.decode(4).units[0];
        let bodies: Vec<_> = speak.bodies.iter().map(|body| (&*body.name, body.payload.text())).collect();
        assert_eq!(bodies[1], ("Data", Some(r#"{"action":"speak","body":"hi"}"#)));
    }

    #[test]
    fn extensions_of_anycable_are_known() {
        let messages = [
            received(r#"{"type":"welcome","sid":"s"}"#),
            sent(&format!(r#"{{"command":"history",{IDENTIFIER},"history":{{"since":1}}}}"#)),
            received(&format!(r#"{{"type":"confirm_history",{IDENTIFIER}}}"#)),
            received(r#"{"type":"ping","message":1790000000}"#),
            sent(r#"{"command":"pong"}"#),
            received(&format!(r#"{{"type":"reject_subscription",{IDENTIFIER}}}"#)),
        ];
        let conversation = Conversation::new("wss://x.test/", Some("actioncable-v1-ext-json"), &messages);
        assert_eq!(
            conversation.events()[1..],
            [
                "history ChatChannel",
                "confirm_history ChatChannel",
                "ping",
                "pong",
                "reject_subscription ChatChannel"
            ]
        );
        assert_eq!((conversation.pairs(), conversation.heartbeats()), (vec![(1, 2)], vec![3, 4]));
        assert_eq!(conversation.recognized(), "action-cable by the subprotocol actioncable-v1-ext-json");
        assert_eq!(conversation.label().as_deref(), Some("Action Cable with AnyCable's extensions"));
        assert_eq!(
            Conversation::new("wss://x.test/", None, &messages).recognized(),
            "action-cable by its first messages"
        );
    }

    #[test]
    fn message_pack_is_decoded() {
        let messages = [received_binary(b"\x81\xa4type\xa7welcome"), received_binary(b"\x0a\x02hi")];
        let conversation = Conversation::new("wss://x.test/", Some("actioncable-v1-msgpack"), &messages);
        assert_eq!(conversation.events(), ["welcome", ""]);
        assert_eq!(conversation.malformed(), [1]);
    }
}
