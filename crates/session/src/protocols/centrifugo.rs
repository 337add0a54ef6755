//! Centrifugo with JSON (centrifuge 5.7): several objects a message, separated by line feeds. A
//! command is `{id, subscribe: {…}}`, its reply has the same id and key or an error, a push is
//! `{push: {channel, pub: {…}}}`.

use std::ops::Range;

use super::continuity::find_json;
use super::json_message::{
    JsonDialect, UnitResult, id_key, json_fit, named, not_parsed, reply, report, request, request_subject,
};
use super::units::Detail;
use super::{
    Continuity, Decoder, Evidence, Fit, Frame, Handshake, Opcode, PairKey, Protocol, Role, Sample, Scratch,
    Unit, Units,
};
use crate::encodings::{NodeKind, SpanTree, Syntax, Value};
use crate::model::Direction;

const COMMANDS: &[&str] = &[
    "connect",
    "subscribe",
    "unsubscribe",
    "publish",
    "presence",
    "presence_stats",
    "history",
    "ping",
    "send",
    "rpc",
    "refresh",
    "sub_refresh",
];

const PUSHES: &[&str] =
    &["pub", "join", "leave", "unsubscribe", "message", "subscribe", "connect", "disconnect", "refresh"];

#[derive(Debug)]
pub(super) struct Centrifugo;

impl Protocol for Centrifugo {
    fn key(&self) -> &'static str {
        "centrifugo"
    }

    fn label(&self) -> &'static str {
        "Centrifugo"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        let is_json = !handshake.has_subprotocol(&["centrifuge-protobuf"])
            && handshake.query("cf_protocol").is_none_or(|protocol| protocol == "json");
        (is_json && handshake.path().ends_with("/connection/websocket")).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        if frame.opcode == Opcode::Binary {
            return Fit::No;
        }
        let of_line = |range: Range<usize>| {
            let data = frame.data.get(range).unwrap_or_default();
            json_fit(&Frame { data, ..*frame }, fit)
        };
        lines(frame.data)
            .map(of_line)
            .reduce(|one, other| match (one, other) {
                (Fit::No, _) | (_, Fit::No) => Fit::No,
                (one, other) => one.max(other),
            })
            .unwrap_or(Fit::No)
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(CentrifugoDecoder { dialect: Dialect { answers_pings: None } })
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        Some(match code {
            3000..=3499 => "Disconnected by the server: the client reconnects",
            3500..=3999 => "Disconnected by the server: the client must not reconnect",
            4000..=4499 => "Disconnected by the application: the client reconnects",
            4500..=4999 => "Disconnected by the application: the client must not reconnect",
            _ => return None,
        })
    }

    fn continuity(&self, _: &Handshake<'_>, sample: &Sample) -> Option<Continuity> {
        let is_true = |value: Option<Value<'_>>| value.is_some_and(|value| value.kind() == NodeKind::True);
        find_json(sample, |_, message| {
            let subscribe = message.get("subscribe")?;
            let is_recovered = is_true(subscribe.get("recovered"));
            let was_recovering = is_recovered || is_true(subscribe.get("was_recovering"));
            was_recovering.then(|| Continuity::resumed_if(is_recovered))
        })
    }
}

fn fit(message: Value<'_>) -> Fit {
    if !message.is_object() {
        return Fit::No;
    }
    let has_id = message.get("id").is_some_and(|id| id.u64().is_some());
    let is_command = command(message).is_some();
    match (has_id, is_command) {
        _ if message.is_empty() => Fit::Neutral,
        (true, true) => Fit::Distinctive,
        (false, false) if message.get("push").is_some_and(|push| push_kind(push).is_some()) => {
            Fit::Distinctive
        }
        (true, false) if message.get("error").is_some() => Fit::Neutral,
        _ => Fit::No,
    }
}

fn push_kind(push: Value<'_>) -> Option<&'static str> {
    PUSHES.iter().copied().find(|kind| push.get(kind).is_some_and(Value::is_object))
}

/// The name of the command or reply, and its content.
fn command(message: Value<'_>) -> Option<(&'static str, Value<'_>)> {
    COMMANDS.iter().find_map(|name| Some((*name, message.get(name).filter(|value| value.is_object())?)))
}

/// The lines of a message that are not empty.
fn lines(data: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let ends = memchr::memchr_iter(b'\n', data).chain(std::iter::once(data.len()));
    let mut start = 0;
    ends.filter_map(move |end| {
        let line = start..end;
        start = end + 1;
        let is_blank = data.get(line.clone()).is_none_or(|line| line.trim_ascii().is_empty());
        (!is_blank).then_some(line)
    })
}

#[derive(Clone, Debug)]
struct CentrifugoDecoder {
    dialect: Dialect,
}

impl Decoder for CentrifugoDecoder {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        for line in lines(frame.data) {
            let data = frame.data.get(line.clone()).unwrap_or_default();
            match scratch.tree.reparse(Syntax::Json, data) {
                Some(message) => report(&mut self.dialect, message, line, &mut scratch.nested, units),
                None => units.push_plain(Unit::malformed(line, not_parsed(frame, Syntax::Json))),
            }
        }
    }
}

#[derive(Clone, Debug)]
struct Dialect {
    /// Whether the client answers pings, as the reply to `connect` says; unknown if that was not
    /// recorded.
    answers_pings: Option<bool>,
}

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        if !message.is_object() {
            return Err("Not an object");
        }
        if message.is_empty() {
            return Ok(self.ping(units.direction));
        }
        if let Some(push) = message.get("push") {
            let channel = push.get_str("channel");
            return Ok(Unit::new(0..0, named(push_kind(push).unwrap_or("push"), channel.as_deref())));
        }
        let key = id_key("command", message.get("id"));
        let found = command(message);
        if units.direction == Direction::Sent {
            let (name, content) = found.ok_or("A command that Centrifugo does not have")?;
            let subject = content.get_str(if name == "rpc" { "method" } else { "channel" });
            return Ok(Unit::new(0..0, named(name, subject.as_deref())).with_role(request(key)));
        }
        key.ok_or("Neither a reply nor a push")?;
        if let Some(("connect", content)) = found {
            self.answers_pings = Some(content.get("pong").is_some_and(|pong| pong.raw() == b"true"));
        }
        let kind = if message.get("error").is_some() { "error" } else { "result" };
        let event = match (request_subject(units, key, ""), found) {
            (Some(request), _) => format!("{kind} of {request}").into(),
            (None, found) => named(kind, found.map(|(name, _)| name)),
        };
        Ok(Unit::new(0..0, event).with_role(reply(key)))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        detail.scalar("Id", message.get("id"));
        for name in COMMANDS.iter().chain(&["push", "error"]) {
            if let Some(content) = message.get(name) {
                detail.scalar("Channel", content.get("channel")).value(*name, content);
                if content.get("token").is_some() {
                    detail.as_credential();
                }
            }
        }
    }
}

impl Dialect {
    /// An empty object: the server's ping, and its answer if the client is to answer.
    fn ping(&self, direction: Direction) -> Unit<'static> {
        let key = PairKey::new("ping", ());
        match direction {
            Direction::Sent => Unit::heartbeat(0..0, "pong").with_role(Role::ReplyInOrder(key)),
            Direction::Received if self.answers_pings == Some(true) => {
                Unit::heartbeat(0..0, "ping").with_role(Role::Request(key))
            }
            Direction::Received => Unit::heartbeat(0..0, "ping"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::test_support::{Conversation, received, sent};

    #[test]
    fn commands_of_one_message_are_units_and_paired_with_their_replies() {
        let conversation = Conversation::new(
            "wss://x.test/",
            None,
            &[
                sent(
                    "{\"id\":1,\"connect\":{\"token\":\"t\"}}\n{\"id\":2,\"subscribe\":{\"channel\":\"n\"}}",
                ),
                received(r#"{"id":1,"connect":{"client":"x","ping":25,"pong":true}}"#),
                received("{\"id\":2,\"subscribe\":{}}\n"),
                received(r#"{"push":{"channel":"n","pub":{"data":{"v":1}}}}"#),
                received("{}"),
                sent("{}"),
                sent(r#"{"id":3,"rpc":{"method":"add"}}"#),
                received(r#"{"id":3,"error":{"code":100,"message":"no"}}"#),
                received("{}\n{\"push\":{\"channel\":\"n\",\"join\":{}}}"),
            ],
        );
        assert_eq!(
            conversation.events(),
            [
                "2 frames: connect, subscribe n",
                "result of connect",
                "result of subscribe n",
                "pub n",
                "ping",
                "pong",
                "rpc add",
                "error of rpc add",
                "2 frames: heartbeat, join n",
            ]
        );
        assert_eq!(conversation.pairs(), [(0, 1), (4, 5), (6, 7)]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![4, 5], vec![]));
        assert_eq!(conversation.recognized(), "centrifugo by its first messages");
        let units = conversation.decode(0).units;
        assert_eq!((units[0].bytes.clone(), units[1].bytes.clone()), (0..32, 33..69));
        assert!(units[0].bodies[0].is_credential);
    }

    #[test]
    fn pings_are_not_requests_where_the_reply_to_connect_was_not_recorded() {
        let messages = [received("{}"), received("{"), received("1"), received(r#"{"a":1}"#)];
        let conversation = Conversation::decoded_as("centrifugo", "wss://x.test/", &messages);
        assert_eq!(conversation.unanswered(), [] as [u32; 0]);
        assert_eq!((conversation.heartbeats(), conversation.malformed()), (vec![0], vec![1, 2, 3]));
        let url = "wss://x.test/connection/websocket";
        assert_eq!(Conversation::new(url, None, &[received("{}")]).recognized(), "centrifugo by the URL");
    }
}
