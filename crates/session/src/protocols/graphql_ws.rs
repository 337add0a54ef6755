//! graphql-ws, the older GraphQL protocol of subscriptions-transport-ws 0.11 (not of the npm
//! package graphql-ws), and AWS AppSync (amplify-js), which adds `start_ack` and puts the operation
//! into a string.

use super::graphql::operation_name;
use super::graphql_transport_ws::{close_code, operation_detail};
use super::json_message::{
    JsonDecoder, JsonDialect, UnitResult, distinctive_if, id_key, json_fit, named, partial_reply, reply,
    request, with_json,
};
use super::units::Detail;
use super::{Decoder, Evidence, Fit, Frame, Handshake, PairKey, Protocol, Role, Sample, Unit, Units};
use crate::encodings::{SpanTree, Value};
use crate::model::Direction;

#[derive(Debug)]
pub(super) struct GraphqlWs;

impl Protocol for GraphqlWs {
    fn key(&self) -> &'static str {
        "graphql-ws"
    }

    fn label(&self) -> &'static str {
        "GraphQL (legacy graphql-ws)"
    }

    fn evidence(&self, handshake: &Handshake<'_>) -> Option<Evidence> {
        if handshake.has_subprotocol(&["graphql-ws"]) {
            return Some(Evidence::Subprotocol);
        }
        is_appsync(handshake).then_some(Evidence::Url)
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, |message| match message.get_str("type").as_deref() {
            Some(
                "connection_init"
                | "connection_ack"
                | "connection_error"
                | "connection_terminate"
                | "complete"
                | "error"
                | "stop"
                | "init"
                | "keepalive",
            ) => Fit::Neutral,
            Some("start" | "data" | "subscription_data") => {
                distinctive_if(message.get("id").is_some() && message.get("payload").is_some())
            }
            Some("ka") => distinctive_if(message.len() == 1),
            Some(
                "start_ack"
                | "subscription_start"
                | "init_success"
                | "init_fail"
                | "subscription_success"
                | "subscription_fail"
                | "subscription_end",
            ) => Fit::Distinctive,
            _ => Fit::No,
        })
    }

    fn decoder(&self, handshake: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(JsonDecoder(Dialect { is_appsync: is_appsync(handshake) }))
    }

    fn close_code(&self, code: u16) -> Option<&'static str> {
        if code == 3001 { Some("Closed by the AppSync client") } else { close_code(code) }
    }
}

fn is_appsync(handshake: &Handshake<'_>) -> bool {
    handshake.url.contains("appsync-realtime-api")
}

#[derive(Clone, Debug)]
struct Dialect {
    is_appsync: bool,
}

impl JsonDialect for Dialect {
    fn unit<'v>(
        &mut self,
        message: Value<'v>,
        nested: &mut SpanTree,
        units: &mut Units<'_>,
    ) -> UnitResult<'v> {
        let kind = message.get_str("type").ok_or("A message without a type")?;
        let connection = PairKey::new("connection", ());
        let key = id_key("operation", message.get("id"));
        let role = match &*kind {
            "ka" | "keepalive" => return Ok(Unit { is_heartbeat: true, ..Unit::new(0..0, kind) }),
            "connection_init" | "init" => Role::Request(connection),
            "connection_ack" | "init_success" | "connection_error" | "init_fail" => Role::Reply(connection),
            "start" | "subscription_start" => request(key),
            "start_ack" | "data" | "subscription_success" | "subscription_data" => partial_reply(key),
            "error" | "complete" | "subscription_fail" => reply(key),
            "stop" | "subscription_end" | "connection_terminate" => Role::None,
            _ => return Err("A type that the legacy graphql-ws does not have"),
        };
        self.is_appsync |= kind == "start_ack";
        let name = match &*kind {
            "start" => message.get("payload").and_then(|payload| self.started(payload, nested)),
            // The old messages have the operation in the message itself.
            "subscription_start" => operation_name(message),
            _ => {
                let is_end = matches!(&*kind, "stop" | "subscription_end");
                let request = key.and_then(|key| {
                    if is_end { units.own_request_event(key) } else { units.request_event(key) }
                });
                request.and_then(|event| event.split_once(' ')).map(|(_, name)| name.to_owned())
            }
        };
        Ok(Unit::new(0..0, named(kind, name.as_deref())).with_role(role))
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        let payload = message.get("payload");
        let is_start = message.get_str("type").is_some_and(|kind| kind == "start");
        let data =
            payload.and_then(|payload| payload.get("data")).filter(|data| is_start && data.str().is_some());
        if data.is_some() {
            detail.scalar("Id", message.get("id")).content("Operation", data);
            detail.secret("Extensions", payload.and_then(|payload| payload.get("extensions")));
        } else {
            operation_detail(message, detail);
        }
    }

    fn label(&self) -> Option<String> {
        self.is_appsync.then(|| "AWS AppSync over legacy graphql-ws".to_owned())
    }
}

impl Dialect {
    /// The name of the operation that a `start` begins; AppSync has it in a string.
    fn started(&mut self, payload: Value<'_>, nested: &mut SpanTree) -> Option<String> {
        let Some(data) = payload.get_str("data") else { return operation_name(payload) };
        self.is_appsync = true;
        with_json(&data, nested, operation_name)
    }
}

#[cfg(test)]
mod tests;
