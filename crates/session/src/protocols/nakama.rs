//! Nakama (nakama-js 2.8): `{cid?, <one key>: {…}}`. The key is the event, `cid` pairs.

use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, reply, request,
};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, Protocol, Sample, Unit, Units};
use crate::encodings::{SpanTree, Value, base64};
use crate::model::Direction;

/// Keys that other protocols hardly have.
const KEYS: &[&str] = &[
    "channel_join",
    "channel_leave",
    "channel_message",
    "channel_message_ack",
    "channel_message_send",
    "channel_message_update",
    "channel_message_remove",
    "channel_presence_event",
    "match_create",
    "match_data",
    "match_data_send",
    "match_join",
    "match_leave",
    "match_presence_event",
    "matchmaker_add",
    "matchmaker_matched",
    "matchmaker_remove",
    "matchmaker_ticket",
    "party_create",
    "party_join",
    "status_follow",
    "status_presence_event",
    "status_unfollow",
    "status_update",
    "stream_data",
    "stream_presence_event",
];

#[derive(Debug)]
pub(super) struct Nakama;

impl Protocol for Nakama {
    fn key(&self) -> &'static str {
        "nakama"
    }

    fn label(&self) -> &'static str {
        "Nakama"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let has = |name| handshake.query(name).is_some();
        let is_endpoint = handshake.path() == "/ws" && has("lang") && has("status") && has("token");
        is_endpoint.then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| {
            let has_id = message.get_str("cid").is_some();
            match content(message) {
                Some((key, _)) if KEYS.contains(&&*key) => Fit::Distinctive,
                Some(_) if has_id => Fit::Neutral,
                Some((key, _)) => {
                    let is_known =
                        matches!(&*key, "notifications" | "error" | "channel" | "match" | "party" | "status");
                    if is_known { Fit::Neutral } else { Fit::No }
                }
                None if has_id && message.len() == 1 => Fit::Neutral,
                None => distinctive_if(false),
            }
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }
}

/// The only member besides `cid`, which is an object.
fn content(message: Value<'_>) -> Option<(std::borrow::Cow<'_, str>, Value<'_>)> {
    let mut members = message.children().filter(|member| member.key().is_some_and(|key| key != "cid"));
    let member = members.next().filter(|member| message.is_object() && member.is_object())?;
    if members.next().is_some() { None } else { Some((member.key()?, member)) }
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let key = id_key("cid", message.get("cid"));
        let found = content(message);
        let is_sent = units.direction == Direction::Sent;
        let Some((event, content)) = found else {
            // A reply without content: the request succeeded.
            key.filter(|_| message.len() == 1).ok_or("Not one key besides cid")?;
            let request = key.and_then(|key| units.request_event(key));
            let event = request.map_or("ack".into(), |request| format!("ack of {request}").into());
            return Ok(Unit { event, ..Unit::default() }.with_role(reply(key)));
        };
        let is_heartbeat = matches!(&*event, "ping" | "pong");
        let subject = match &*event {
            "rpc" => content.get_str("id"),
            "match_data" | "match_data_send" => content.get("op_code").map(Value::text),
            _ => None,
        };
        let mut event = named(event, subject.as_deref());
        let role = if is_sent { request(key) } else { reply(key) };
        if let Some(request) =
            key.and_then(|key| units.request_event(key)).filter(|_| !is_sent && !is_heartbeat)
        {
            event = format!("{event} of {request}").into();
        }
        Ok(Unit { is_heartbeat, ..Unit::new(0..0, event).with_role(role) })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.scalar("Id", message.get("cid"));
        let Some((key, content)) = content(message) else { return };
        detail.value("Content", content);
        if matches!(&*key, "match_data" | "match_data_send") {
            let data = content.get_str("data").and_then(|data| base64::decode_payload(data.as_bytes()));
            if let Some(data) = data {
                detail.body("Data", None, data);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn envelopes_are_named_by_their_key_and_paired_by_cid() {
        let conversation = Conversation::new(
            "wss://x.test/",
            None,
            &[
                sent(r#"{"cid":"1","channel_join":{"target":"r"}}"#),
                received(r#"{"cid":"1","channel":{"id":"x"}}"#),
                received(r#"{"match_data":{"match_id":"m","op_code":"2","data":"AQI="}}"#),
                sent(r#"{"cid":"2","ping":{}}"#),
                received(r#"{"cid":"2","pong":{}}"#),
                sent(r#"{"cid":"3","status_update":{"status":"a"}}"#),
                received(r#"{"cid":"3"}"#),
                sent(r#"{"cid":"4","rpc":{"id":"score"}}"#),
                received(r#"{"cid":"4","error":{"code":3,"message":"no"}}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "channel_join",
                "channel of channel_join",
                "match_data 2",
                "ping",
                "pong",
                "status_update",
                "ack of status_update",
                "rpc score",
                "error of rpc score",
            ]
        );
        assert_eq!(conversation.pairs(), [(0, 1), (3, 4), (5, 6), (7, 8)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![3, 4], vec![]));
        assert_eq!(conversation.recognized(), "nakama by its first messages");
        let data = &conversation.decode(2).units[0].bodies[1];
        assert_eq!((&*data.name, data.payload.bytes()), ("Data", &[1, 2][..]));
    }

    #[test]
    fn other_envelopes_are_malformed() {
        let messages =
            [received(r#"{"a":{},"b":{}}"#), received("[]"), received("{}"), received(r#"{"a":1}"#)];
        let url = "wss://x.test/ws?lang=en&status=true&token=t";
        assert_eq!(Conversation::decoded_as("nakama", url, &messages).malformed(), [0, 1, 2, 3]);
    }
}
