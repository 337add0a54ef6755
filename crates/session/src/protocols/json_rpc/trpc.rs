//! tRPC (@trpc/server 11.25): requests `{id, method, params: {path, input}}` with method query,
//! mutation, subscription or subscription.stop; results have a type. `PING` and `PONG` are text.

use super::super::json_message::{
    JsonDialect, UnitResult, id_key, json_fit, named, partial_reply, reply, request, request_subject,
};
use super::super::units::Detail;
use super::super::{Decoder, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use super::{Call, Calls, call_detail};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(in super::super) struct Trpc;

impl Protocol for Trpc {
    fn key(&self) -> &'static str {
        "trpc"
    }

    fn label(&self) -> &'static str {
        "tRPC"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        if matches!(frame.text(), Some("PING" | "PONG")) {
            return Fit::Neutral;
        }
        json_fit(frame, |message| {
            // Requests that are made together are sent in an array.
            if message.is_array() {
                message.children().map(fit).min().unwrap_or(Fit::No)
            } else {
                fit(message)
            }
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(Calls::new(Dialect))
    }
}

/// How well one request or response fits.
fn fit(message: Value<'_>) -> Fit {
    match Call::of(message) {
        Ok(Call::Method { method, id }) => match &*method {
            "query" | "mutation" | "subscription" if is_procedure(message) => Fit::Distinctive,
            "subscription.stop" => Fit::Distinctive,
            "reconnect" if id.is_none() => Fit::Neutral,
            "connectionParams" => Fit::Neutral,
            _ => Fit::No,
        },
        Ok(Call::Response { is_error: true, .. }) => Fit::Neutral,
        Ok(Call::Response { .. }) if result_type(message).is_some() => Fit::Distinctive,
        _ => Fit::No,
    }
}

fn is_procedure(message: Value<'_>) -> bool {
    message.path(&["params", "path"]).and_then(Value::str).is_some()
}

/// The type of a result; only results of queries and mutations may omit it.
fn result_type(message: Value<'_>) -> Option<&'static str> {
    let kind = message.get("result")?.get_str("type")?;
    ["started", "data", "stopped"].into_iter().find(|known| *known == kind)
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        match Call::of(message)? {
            Call::Method { method, id } if method == "subscription.stop" => {
                let request = id_key("call", id).and_then(|key| units.own_request_event(key));
                let path = request.and_then(|event| event.strip_prefix("subscription "));
                Ok(Unit::new(0..0, named(method, path)))
            }
            Call::Method { method, id } => {
                let path = message.path(&["params", "path"]).and_then(Value::str);
                Ok(Unit::new(0..0, named(method, path.as_deref())).with_role(request(id_key("call", id))))
            }
            Call::Response { id, is_error } => {
                let key = id_key("call", id);
                let kind = if is_error { "error" } else { result_type(message).unwrap_or("data") };
                let subscription = request_subject(units, key, "subscription");
                let role = match kind {
                    "started" => partial_reply(key),
                    "data" if subscription.is_some() => partial_reply(key),
                    _ => reply(key),
                };
                let request = request_subject(units, key, "");
                let path = subscription.or_else(|| request?.split_once(' ').map(|(_, path)| path));
                Ok(Unit::new(0..0, named(kind, path)).with_role(role))
            }
        }
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        call_detail(message, detail);
        if message.get_str("method").is_some_and(|method| method == "connectionParams") {
            detail.secret("Connection parameters", message.get("data"));
        }
    }

    fn plain(&self, data: &[u8]) -> Option<Unit<'static>> {
        let key = PairKey::new("ping", ());
        match data {
            b"PING" => Some(Unit::heartbeat(0..0, "PING").with_role(Role::Request(key))),
            b"PONG" => Some(Unit::heartbeat(0..0, "PONG").with_role(Role::ReplyInOrder(key))),
            _ => None,
        }
    }
}
