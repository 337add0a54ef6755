//! Pusher Channels (pusher-js 8.6), also spoken by Laravel Reverb and Soketi:
//! `{event, channel?, data}`. Data is mostly JSON in a string from the server, an object from the
//! client.

use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, json_fit, located, with_json,
};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct Pusher;

impl Protocol for Pusher {
    fn key(&self) -> &'static str {
        "pusher"
    }

    fn label(&self) -> &'static str {
        "Pusher Channels"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let is_app = handshake.path().contains("/app/") && handshake.query("protocol").is_some();
        is_app.then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match message.get_str("event") {
            None => Fit::No,
            Some(event) if event.starts_with("pusher:") => Fit::Distinctive,
            Some(event) if event.starts_with("pusher_internal:") => Fit::Distinctive,
            Some(_) if message.get_str("channel").is_some() => Fit::Neutral,
            Some(_) => distinctive_if(false),
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        Some(match code {
            4000..=4099 => "Refused: the client must not reconnect unchanged",
            4100..=4199 => "Temporary: the client reconnects after a delay",
            4200..=4299 => "Closed by the server: the client reconnects at once",
            _ => return None,
        })
    }
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(
        &mut self,
        message: Value<'v>,
        nested: &mut SpanTree,
        units: &mut Units<'_>,
    ) -> UnitResult<'v> {
        let event = message.get_str("event").ok_or("A message without an event")?;
        let role = |role: fn(PairKey) -> Role, space: &str, channel: Option<&str>| {
            role(PairKey::new(space, channel.unwrap_or_default()))
        };
        match &*event {
            "pusher:ping" => {
                return Ok(Unit::heartbeat(0..0, "pusher:ping").with_role(role(Role::Request, "ping", None)));
            }
            "pusher:pong" => {
                return Ok(Unit::heartbeat(0..0, "pusher:pong").with_role(role(
                    Role::ReplyInOrder,
                    "ping",
                    None,
                )));
            }
            _ => {}
        }
        let channel = match message.get_str("channel") {
            None if event.starts_with("pusher:") => data_member(message, "channel", nested),
            channel => channel.map(std::borrow::Cow::into_owned),
        };
        let role = match (&*event, units.direction) {
            ("pusher:subscribe", Direction::Sent) => role(Role::Request, "subscribe", channel.as_deref()),
            ("pusher_internal:subscription_succeeded" | "pusher:subscription_error", _) => {
                role(Role::Reply, "subscribe", channel.as_deref())
            }
            ("pusher:signin", Direction::Sent) => role(Role::Request, "signin", None),
            ("pusher:signin_success", _) => role(Role::Reply, "signin", None),
            _ => Role::None,
        };
        Ok(Unit::new(0..0, located(event, channel.as_deref())).with_role(role))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        let data = message.get("data");
        let has_auth = data.is_some_and(|data| data.get("auth").is_some());
        detail.scalar("Event", message.get("event")).scalar("Channel", message.get("channel"));
        detail.scalar("User", message.get("user_id"));
        if has_auth {
            detail.secret("Data", data)
        } else {
            detail.content("Data", data)
        };
    }
}

/// A string member of the data, which may be JSON in a string.
fn data_member(message: Value<'_>, key: &str, nested: &mut SpanTree) -> Option<String> {
    let data = message.get("data")?;
    let member = |data: Value<'_>| data.get_str(key).map(std::borrow::Cow::into_owned);
    match data.str() {
        Some(text) => with_json(&text, nested, member),
        None => member(data),
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn events_are_named_with_their_channel() {
        let conversation = Conversation::new(
            "wss://ws-eu.pusher.test/app/key?protocol=7&client=js&version=8.6.0",
            None,
            &[
                received(
                    r#"{"event":"pusher:connection_established","data":"{\"socket_id\":\"1.2\",\"activity_timeout\":120}"}"#,
                ),
                sent(r#"{"event":"pusher:subscribe","data":{"channel":"room"}}"#),
                sent(r#"{"event":"pusher:subscribe","data":{"auth":"k:s","channel":"private-a"}}"#),
                received(
                    r#"{"event":"pusher_internal:subscription_succeeded","channel":"room","data":"{}"}"#,
                ),
                received(r#"{"event":"App\\Events\\Sent","channel":"room","data":"{\"a\":1}"}"#),
                sent(r#"{"event":"pusher:ping","data":{}}"#),
                received(r#"{"event":"pusher:pong","data":"{}"}"#),
                sent(r#"{"event":"client-typing","channel":"private-a","data":{"a":1}}"#),
                received(r#"{"event":"pusher:error","data":{"code":4001,"message":"no"}}"#),
                received(r#"{"data":1}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "pusher:connection_established",
                "pusher:subscribe · room",
                "pusher:subscribe · private-a",
                "pusher_internal:subscription_succeeded · room",
                r"App\Events\Sent · room",
                "pusher:ping",
                "pusher:pong",
                "client-typing · private-a",
                "pusher:error",
                "",
            ]
        );
        assert_eq!(conversation.pairs(), [(1, 3), (5, 6)]);
        assert_eq!(conversation.unanswered(), [2]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![5, 6], vec![9]));
        assert_eq!(conversation.recognized(), "pusher by the URL");
        assert!(conversation.decode(2).units[0].bodies[0].is_credential);
        let established = &conversation.decode(0).units[0].bodies[0];
        assert!(established.payload.tree().is_some() && !established.is_credential);
    }

    #[test]
    fn the_protocol_is_recognized_by_its_messages_and_defines_close_codes() {
        let messages = [
            received(r#"{"event":"pusher:connection_established","data":"{}"}"#),
            received(r#"{"event":"x","channel":"room","data":"{}"}"#),
        ];
        let conversation = Conversation::new("wss://x.test/", None, &messages);
        assert_eq!(conversation.recognized(), "pusher by its first messages");
        let protocol = super::super::protocol("pusher").expect("a protocol");
        let meanings = [4001, 4100, 4201].map(|code| protocol.close_code(code).is_some());
        assert_eq!((meanings, protocol.close_code(4300)), ([true; 3], None));
    }
}
