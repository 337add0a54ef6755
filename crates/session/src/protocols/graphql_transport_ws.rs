//! graphql-transport-ws, the protocol of the npm package graphql-ws (6.4.2):
//! `{type, id?, payload?}`.

use super::graphql::operation_name;
use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, partial_reply, reply,
    request, request_subject,
};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{NodeKind, SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct GraphqlTransportWs;

impl Protocol for GraphqlTransportWs {
    fn key(&self) -> &'static str {
        "graphql-transport-ws"
    }

    fn label(&self) -> &'static str {
        "GraphQL (graphql-transport-ws)"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        handshake.has_subprotocol(&["graphql-transport-ws"]).then_some(Evidence::Subprotocol)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match message.get_str("type").as_deref() {
            Some("connection_init" | "connection_ack" | "complete" | "ping" | "pong" | "error") => {
                Fit::Neutral
            }
            Some("subscribe") => {
                let payload = message.get("payload");
                distinctive_if(payload.is_some_and(|payload| payload.get_str("query").is_some()))
            }
            Some("next") => distinctive_if(has_id(message) && message.get("payload").is_some()),
            _ => Fit::No,
        })
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect))
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        close_code(code)
    }
}

/// The close codes of graphql-ws.
pub(super) fn close_code(code: u16) -> Option<&'static str> {
    Some(match code {
        4004 => "Bad response",
        4005 => "Internal client error",
        4400 => "Bad request",
        4401 => "Unauthorized",
        4403 => "Forbidden",
        4406 => "Subprotocol not acceptable",
        4408 => "Connection initialization timeout",
        4409 => "Subscriber for this id already exists",
        4429 => "Too many initialization requests",
        4500 => "Internal server error",
        4504 => "Connection acknowledgment timeout",
        _ => return None,
    })
}

fn has_id(message: Value<'_>) -> bool {
    message.get_str("id").is_some_and(|id| !id.is_empty())
}

#[derive(Clone, Debug)]
struct Dialect;

impl JsonDialect for Dialect {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        let kind = message.get_str("type").ok_or("A message without a type")?;
        let payload = message.get("payload");
        let is_payload = |kind: NodeKind| payload.is_some_and(|payload| payload.kind() == kind);
        let key = id_key("operation", message.get("id"));
        if matches!(&*kind, "subscribe" | "next" | "error" | "complete") && !has_id(message) {
            return Err("A message of an operation without its id");
        }
        match &*kind {
            "next" if !is_payload(NodeKind::Object) => return Err("A result that is not an object"),
            "error" if !is_payload(NodeKind::Array) => return Err("The errors are not a list"),
            _ => {}
        }
        let of_operation = |units: &Units<'_>| request_subject(units, key, "subscribe").map(str::to_owned);
        let unit = match &*kind {
            "connection_init" => {
                Unit::new(0..0, kind).with_role(Role::Request(PairKey::new("connection", ())))
            }
            "connection_ack" => Unit::new(0..0, kind).with_role(Role::Reply(PairKey::new("connection", ()))),
            "ping" => Unit::heartbeat(0..0, "ping").with_role(Role::Request(PairKey::new("ping", ()))),
            "pong" => Unit::heartbeat(0..0, "pong").with_role(Role::ReplyInOrder(PairKey::new("ping", ()))),
            "subscribe" => {
                let operation = payload.filter(|payload| payload.get_str("query").is_some());
                let name = operation_name(operation.ok_or("A subscription without a query")?);
                Unit::new(0..0, named(kind, name.as_deref())).with_role(request(key))
            }
            "next" => {
                Unit::new(0..0, named(kind, of_operation(units).as_deref())).with_role(partial_reply(key))
            }
            // The client ends a subscription with the same message.
            "complete" if units.direction == Direction::Sent => {
                let request = key.and_then(|key| units.own_request_event(key));
                let name = request.and_then(|event| event.strip_prefix("subscribe "));
                Unit::new(0..0, named(kind, name))
            }
            "error" | "complete" => {
                Unit::new(0..0, named(kind, of_operation(units).as_deref())).with_role(reply(key))
            }
            _ => return Err("A type that graphql-transport-ws does not have"),
        };
        Ok(unit)
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        operation_detail(message, detail);
    }
}

/// The content of a message of either GraphQL protocol.
pub(super) fn operation_detail(message: Value<'_>, detail: &mut Detail) {
    let payload = message.get("payload");
    detail.scalar("Id", message.get("id"));
    if message.get_str("type").is_some_and(|kind| matches!(&*kind, "connection_init" | "init")) {
        detail.secret("Payload", payload);
        return;
    }
    if let Some(query) = payload.and_then(|payload| payload.get_str("query")) {
        detail.body("Query", None, query.into_owned());
        detail.content("Variables", payload.and_then(|payload| payload.get("variables")));
    }
    detail.content("Payload", payload);
}

#[cfg(test)]
mod tests;
