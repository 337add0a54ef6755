//! AWS AppSync Events (amplify-js): channels over subprotocol `aws-appsync-event-ws`.

use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, partial_reply, reply,
    request, request_subject,
};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct AppsyncEvents;

impl Protocol for AppsyncEvents {
    fn key(&self) -> &'static str {
        "appsync-events"
    }

    fn label(&self) -> &'static str {
        "AWS AppSync Events"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["aws-appsync-event-ws"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match message.get_str("type").as_deref() {
            Some(
                "connection_init" | "connection_ack" | "connection_error" | "ka" | "error" | "unsubscribe",
            ) => Fit::Neutral,
            // The names of channels are paths.
            Some("subscribe" | "publish") => distinctive_if(
                message.get("id").is_some()
                    && message.get_str("channel").is_some_and(|channel| channel.starts_with('/')),
            ),
            Some("data") => distinctive_if(message.get("event").is_some()),
            Some(
                "subscribe_success"
                | "publish_success"
                | "unsubscribe_success"
                | "subscribe_error"
                | "publish_error"
                | "unsubscribe_error",
            ) => Fit::Distinctive,
            _ => Fit::No,
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        (code == 3001).then_some("Closed by the AppSync client")
    }
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let kind = message.get_str("type").ok_or("A message without a type")?;
        let connection = PairKey::new("connection", ());
        let key = |space: &str| id_key(space, message.get("id"));
        let (space, role) = match &*kind {
            "ka" => return Ok(Unit::heartbeat(0..0, "ka")),
            "connection_init" => return Ok(Unit::new(0..0, kind).with_role(Role::Request(connection))),
            "connection_ack" | "connection_error" => {
                return Ok(Unit::new(0..0, kind).with_role(Role::Reply(connection)));
            }
            "subscribe" | "publish" | "unsubscribe" => {
                let role = request(key(&kind));
                let name = match message.get_str("channel") {
                    Some(channel) => Some(channel),
                    // The id is that of the subscription.
                    None => key("subscribe")
                        .and_then(|key| units.own_request_event(key)?.strip_prefix("subscribe "))
                        .map(|channel| channel.to_owned().into()),
                };
                return Ok(Unit::new(0..0, named(kind, name.as_deref())).with_role(role));
            }
            // Events of the channel follow until it is unsubscribed.
            "subscribe_success" | "data" => ("subscribe", partial_reply(key("subscribe"))),
            "subscribe_error" => ("subscribe", reply(key("subscribe"))),
            "publish_success" | "publish_error" => ("publish", reply(key("publish"))),
            "unsubscribe_success" | "unsubscribe_error" => ("unsubscribe", reply(key("unsubscribe"))),
            "error" | "broadcast_error" => return Ok(Unit::new(0..0, kind)),
            _ => return Err("A type that AppSync Events does not have"),
        };
        let channel = request_subject(units, key(space), space);
        Ok(Unit::new(0..0, named(kind, channel)).with_role(role))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.scalar("Id", message.get("id")).scalar("Channel", message.get("channel"));
        detail.content("Event", message.get("event")).content("Events", message.get("events"));
        detail.content("Payload", message.get("payload")).content("Errors", message.get("errors"));
        detail.secret("Authorization", message.get("authorization"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn events_are_named_by_the_channel_of_their_subscription() {
        let conversation = Conversation::new(
            "wss://x.test/event/realtime",
            Some("aws-appsync-event-ws"),
            &[
                sent(r#"{"type":"connection_init"}"#),
                received(r#"{"type":"connection_ack","connectionTimeoutMs":300000}"#),
                sent(r#"{"type":"subscribe","id":"1","channel":"/n/a","authorization":{"x-api-key":"k"}}"#),
                received(r#"{"type":"subscribe_success","id":"1"}"#),
                received(r#"{"type":"ka"}"#),
                received(r#"{"type":"data","id":"1","event":"{\"v\":1}"}"#),
                sent(r#"{"type":"publish","id":"2","channel":"/n/a","events":["{\"v\":2}"]}"#),
                received(r#"{"type":"publish_success","id":"2"}"#),
                sent(r#"{"type":"unsubscribe","id":"1"}"#),
                received(r#"{"type":"unsubscribe_success","id":"1"}"#),
                sent(r#"{"type":"subscribe","id":"3","channel":"/x"}"#),
                received(r#"{"type":"subscribe_error","id":"3","errors":[]}"#),
                received(r#"{"type":"next"}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "connection_init",
                "connection_ack",
                "subscribe /n/a",
                "subscribe_success /n/a",
                "ka",
                "data /n/a",
                "publish /n/a",
                "publish_success /n/a",
                "unsubscribe /n/a",
                "unsubscribe_success /n/a",
                "subscribe /x",
                "subscribe_error /x",
                "",
            ]
        );
        assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (6, 7), (8, 9), (10, 11)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![4], vec![12]));
        let subscribe = &conversation.decode(2).units[0];
        assert!(subscribe.bodies.iter().any(|body| body.name == "Authorization" && body.is_credential));
        let event = &conversation.decode(5).units[0].bodies[0];
        assert_eq!((&*event.name, event.payload.text()), ("Event", Some(r#"{"v":1}"#)));
    }
}
