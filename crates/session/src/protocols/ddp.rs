//! DDP, the protocol of Meteor (ddp 0.12): `{msg: …}`. Meteor wraps it in SockJS.

use std::borrow::Cow;

use super::continuity::find_json;
use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, reply, request,
    request_subject,
};
use super::units::Detail;
use super::{Continuity, Decoder, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

/// Ids of a message that are looked up.
const MAX_IDS: usize = 1000;

#[derive(Debug)]
pub(super) struct Ddp;

impl Protocol for Ddp {
    fn key(&self) -> &'static str {
        "ddp"
    }

    fn label(&self) -> &'static str {
        "DDP (Meteor)"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| {
            let has = |key| message.get(key).is_some();
            match message.get_str("msg").as_deref() {
                Some("ping" | "pong" | "error" | "failed" | "result") => Fit::Neutral,
                Some("connect") => distinctive_if(has("version")),
                Some("connected") => distinctive_if(has("session")),
                Some("method") => distinctive_if(has("method")),
                Some("updated") => distinctive_if(has("methods")),
                Some("ready") => distinctive_if(has("subs")),
                Some("sub" | "unsub" | "nosub") => distinctive_if(has("id")),
                Some("added" | "changed" | "removed" | "addedBefore" | "movedBefore") => {
                    distinctive_if(has("collection"))
                }
                // Servers before DDP 1 begin with it.
                None if has("server_id") => Fit::Neutral,
                _ => Fit::No,
            }
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }

    fn continuity(&self, _: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        let session = |wanted: &str| {
            find_json(sample, |_, message| {
                let is_wanted = message.get_str("msg").is_some_and(|kind| kind == wanted);
                is_wanted.then(|| message.get_str("session").map(Cow::into_owned))
            })
        };
        let connected = session("connected")??;
        Continuity::of_ids(session("connect").flatten().as_deref(), &connected)
    }
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let Some(kind) = message.get_str("msg") else {
            message.get("server_id").ok_or("A message without msg")?;
            return Ok(Unit::new(0..0, "server_id"));
        };
        let key = |space: &str| id_key(space, message.get("id"));
        let ping = PairKey::new("ping", ());
        let connect = PairKey::new("connect", ());
        Ok(match &*kind {
            "ping" => Unit::heartbeat(0..0, "ping").with_role(Role::Request(ping)),
            "pong" => Unit::heartbeat(0..0, "pong").with_role(Role::ReplyInOrder(ping)),
            "connect" => Unit::new(0..0, kind).with_role(Role::Request(connect)),
            "connected" | "failed" => Unit::new(0..0, kind).with_role(Role::Reply(connect)),
            "method" => {
                let method = message.get_str("method").ok_or("A method without a name")?;
                Unit::new(0..0, named(kind, Some(&method))).with_role(request(key("method")))
            }
            "result" => {
                let method = request_subject(units, key("method"), "method");
                let kind = if message.get("error").is_some() { "error" } else { "result" };
                let event = method.map_or(Cow::Borrowed(kind), |method| format!("{kind} of {method}").into());
                Unit::new(0..0, event).with_role(reply(key("method")))
            }
            "updated" => {
                // It comes before or after the result, which is the reply.
                let first = message.get("methods").and_then(|methods| methods.at(0));
                let method = request_subject(units, id_key("method", first), "method");
                let event = method.map_or(kind, |method| format!("updated of {method}").into());
                Unit::new(0..0, event)
            }
            "sub" => {
                let name = message.get_str("name").ok_or("A subscription without a name")?;
                Unit::new(0..0, named(kind, Some(&name))).with_role(request(key("sub")))
            }
            "nosub" => {
                let name = request_subject(units, key("sub"), "sub");
                Unit::new(0..0, named(kind, name)).with_role(reply(key("sub")))
            }
            "ready" => ready(message, units)?,
            "added" | "changed" | "removed" | "addedBefore" | "movedBefore" => {
                let collection = message.get_str("collection").ok_or("A change without a collection")?;
                Unit::new(0..0, named(kind, Some(&collection)))
            }
            "unsub" | "error" => Unit::new(0..0, kind),
            _ => return Err("A message that DDP does not have"),
        })
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        let is_login = message.get_str("method").is_some_and(|method| method == "login");
        for (name, key) in [("Id", "id"), ("Collection", "collection"), ("Session", "session")] {
            detail.scalar(name, message.get(key));
        }
        if is_login {
            detail.secret("Parameters", message.get("params"));
        } else {
            detail.content("Parameters", message.get("params"));
        }
        for (name, key) in [
            ("Result", "result"),
            ("Error", "error"),
            ("Fields", "fields"),
            ("Cleared fields", "cleared"),
            ("Methods", "methods"),
            ("Subscriptions", "subs"),
        ] {
            if let Some(value) = message.get(key) {
                detail.value(name, value);
            }
        }
    }
}

/// `ready` answers one or several subscriptions.
fn ready<'v>(message: Value<'v>, units: &mut Units<'_>) -> UnitResult<'v> {
    let subscriptions = message.get("subs").filter(|subs| subs.is_array());
    let subscriptions = subscriptions.ok_or("Ready without a list of subscriptions")?;
    let keys = || subscriptions.children().take(MAX_IDS).map(|id| id_key("sub", Some(id)));
    let first = keys().next().flatten();
    let name = request_subject(units, first, "sub").map(str::to_owned);
    for key in keys().skip(1) {
        units.add_role(reply(key));
    }
    let further = subscriptions.len().saturating_sub(1);
    let subject = match (name, further) {
        (Some(name), 1..) => Some(format!("{name} and {further} more")),
        (name, _) => name,
    };
    Ok(Unit::new(0..0, named("ready", subject.as_deref())).with_role(reply(first)))
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn methods_and_subscriptions_are_named_and_paired() {
        let conversation = Conversation::new(
            "wss://x.test/websocket",
            None,
            &[
                sent(r#"{"msg":"connect","version":"1","support":["1"]}"#),
                received(r#"{"msg":"connected","session":"s"}"#),
                sent(r#"{"msg":"method","method":"add","params":[1],"id":"3"}"#),
                received(r#"{"msg":"result","id":"3","result":2}"#),
                received(r#"{"msg":"updated","methods":["3"]}"#),
                received(r#"{"msg":"ping"}"#),
                sent(r#"{"msg":"pong"}"#),
                sent(r#"{"msg":"sub","id":"1","name":"tasks","params":[]}"#),
                sent(r#"{"msg":"sub","id":"2","name":"users","params":[]}"#),
                received(r#"{"msg":"added","collection":"tasks","id":"t","fields":{}}"#),
                received(r#"{"msg":"ready","subs":["1","2"]}"#),
                sent(r#"{"msg":"method","method":"login","params":[{"password":"p"}],"id":"4"}"#),
                received(r#"{"msg":"result","id":"4","error":{"error":403}}"#),
                received(r#"{"msg":"nosub","id":"9","error":{}}"#),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "connect",
                "connected",
                "method add",
                "result of add",
                "updated",
                "ping",
                "pong",
                "sub tasks",
                "sub users",
                "added tasks",
                "ready tasks and 1 more",
                "method login",
                "error of login",
                "nosub",
            ]
        );
        assert_eq!(conversation.pairs(), [(0, 1), (2, 3), (5, 6), (7, 10), (8, 10), (11, 12)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![5, 6], vec![]));
        assert_eq!(conversation.recognized(), "ddp by its first messages");
        let login = &conversation.decode(11).units[0];
        assert!(login.bodies[0].is_credential && !conversation.decode(2).units[0].bodies[0].is_credential);
    }

    #[test]
    fn messages_within_sockjs_are_decoded() {
        let messages = [
            received("o"),
            received(r#"a["{\"server_id\":\"0\"}"]"#),
            sent(r#"["{\"msg\":\"sub\",\"id\":\"1\",\"name\":\"tasks\",\"params\":[]}"]"#),
            received(r#"a["{\"msg\":\"ready\",\"subs\":[\"1\"]}"]"#),
        ];
        let url = "wss://x.test/sockjs/123/k3j2h1/websocket";
        let conversation = Conversation::new(url, None, &messages);
        assert_eq!(conversation.label().as_deref(), Some("DDP (Meteor) over SockJS"));
        assert_eq!(conversation.events(), ["open", "server_id", "sub tasks", "ready tasks"]);
        assert_eq!(conversation.pairs(), [(2, 3)]);
    }

    #[test]
    fn invalid_messages_are_malformed() {
        let messages =
            [received(r#"{"msg":"ready"}"#), received("[1]"), received(r#"{"msg":"next"}"#), received("a[]")];
        assert_eq!(Conversation::decoded_as("ddp", "wss://x.test/", &messages).malformed(), [0, 1, 2, 3]);
    }
}
