//! JSON-RPC 2.0 and the protocols over it: Language Server Protocol, Chrome DevTools Protocol,
//! tRPC.
//!
//! A message is a request `{method, params, id}`, a notification without id, a response
//! `{id, result|error}`, or an array of these. Either side may call. Exchanges omit the member
//! `jsonrpc`.

mod cdp;
mod lsp;
mod trpc;

use std::collections::{HashMap, HashSet};

use super::json_message::{
    JsonDialect, UnitResult, id_key, json_fit, named, not_parsed, reply, report, request, request_subject,
};
use super::recognize::count_distinctive;
use super::units::Detail;
use super::{Decoder, Fit, Frame, Handshake, PairKey, Protocol, Sample, Scratch, Unit, Units};
use crate::encodings::{SpanTree, Syntax, Value};
use crate::model::Direction;

pub(super) use cdp::Cdp;
pub(super) use lsp::Lsp;
pub(super) use trpc::Trpc;

/// Subscriptions whose names are remembered; notifications of later ones are not named by them.
const MAX_SUBSCRIPTIONS: usize = 10_000;

#[derive(Debug)]
pub(super) struct JsonRpc;

impl Protocol for JsonRpc {
    fn key(&self) -> &'static str {
        "json-rpc"
    }

    fn label(&self) -> &'static str {
        "JSON-RPC 2.0"
    }

    fn fit(&self, frame: &Frame<'_>) -> Fit {
        json_fit(frame, fit)
    }

    fn score(&self, sample: &Sample) -> usize {
        let strict = count_distinctive(sample, |frame| self.fit(frame));
        if strict > 0 { strict } else { count_answered(sample) }
    }

    fn decoder(&self, _: &Handshake<'_>, _: &Sample) -> Box<dyn Decoder> {
        Box::new(Calls::new(Plain::default()))
    }
}

/// How well a message fits JSON-RPC; distinctive only with the member `jsonrpc`.
fn fit(message: Value<'_>) -> Fit {
    if message.is_array() {
        let fits = message.children().map(fit).min();
        return fits.unwrap_or(Fit::No);
    }
    match (Call::of(message), message.get_str("jsonrpc")) {
        (Err(_), _) => Fit::No,
        (Ok(_), Some(version)) if version == "2.0" => Fit::Distinctive,
        (Ok(_), _) => Fit::Neutral,
    }
}

/// Number of messages that are a request or its response, for dialects without the member
/// `jsonrpc`; 0 if a message is neither of these nor a notification.
fn count_answered(sample: &Sample) -> usize {
    let mut open = HashSet::new();
    let mut answered = 0;
    for frame in sample.frames() {
        let mut key = None;
        let fit = json_fit(&frame, |message| {
            key = id_key("", message.get("id"));
            match Call::of(message) {
                Ok(Call::Response { .. }) => Fit::Distinctive,
                Ok(_) => Fit::Neutral,
                Err(_) => Fit::No,
            }
        });
        match (fit, key) {
            (Fit::No, _) => return 0,
            (Fit::Neutral, Some(key)) => {
                open.insert((frame.direction, key));
            }
            (Fit::Distinctive, Some(key)) if open.remove(&(frame.direction.opposite(), key)) => answered += 2,
            _ => {}
        }
    }
    answered
}

/// What a message is.
enum Call<'v> {
    /// A request, or a notification if `id` is absent.
    Method {
        method: std::borrow::Cow<'v, str>,
        id: Option<Value<'v>>,
    },
    Response {
        id: Option<Value<'v>>,
        is_error: bool,
    },
}

impl<'v> Call<'v> {
    fn of(message: Value<'v>) -> Result<Self, &'static str> {
        if !message.is_object() {
            return Err("Not an object");
        }
        let id = message.get("id").filter(|id| !id.is_null());
        // The library rpc-websockets writes notifications as `{notification, params}`.
        if let Some(method) = message.get("method").or_else(|| message.get("notification")) {
            let method = method.str().ok_or("The method is not a string")?;
            return Ok(Self::Method { method, id });
        }
        let is_error = message.get("error").is_some_and(|error| !error.is_null());
        let is_response = is_error || message.get("result").is_some();
        if is_response { Ok(Self::Response { id, is_error }) } else { Err("Neither a method nor a result") }
    }
}

/// Decodes single messages and arrays of messages.
#[derive(Clone, Debug)]
struct Calls<D> {
    dialect: D,
}

impl<D: JsonDialect> Calls<D> {
    fn new(dialect: D) -> Self {
        Self { dialect }
    }
}

impl<D: JsonDialect + Clone + 'static> Decoder for Calls<D> {
    fn decode(&mut self, frame: &Frame<'_>, scratch: &mut Scratch, units: &mut Units<'_>) {
        let all = 0..frame.data.len();
        if let Some(unit) = self.dialect.plain(frame.data) {
            units.push_plain(Unit { bytes: all, ..unit });
            return;
        }
        let body = body(frame.data);
        let offset = frame.data.len() - body.len();
        let Some(message) = scratch.tree.reparse(Syntax::Json, body) else {
            units.push_plain(Unit::malformed(all, not_parsed(frame, Syntax::Json)));
            return;
        };
        if !message.is_array() {
            report(&mut self.dialect, message, all, &mut scratch.nested, units);
            return;
        }
        if message.is_empty() {
            units.push_plain(Unit::malformed(all, "An array without messages"));
        }
        for call in message.children() {
            let range = call.range();
            let bytes = range.start + offset..range.end + offset;
            report(&mut self.dialect, call, bytes, &mut scratch.nested, units);
        }
    }

    fn label(&self) -> Option<String> {
        self.dialect.label()
    }
}

/// The message without the header that language servers send over pipes.
fn body(data: &[u8]) -> &[u8] {
    if !data.starts_with(b"Content-Length:") {
        return data;
    }
    let end = memchr::memmem::find(data, b"\r\n\r\n");
    end.and_then(|end| data.get(end + 4..)).unwrap_or(data)
}

/// The name of a response and its part in the exchange: `result of eth_blockNumber`.
fn response<'v>(id: Option<Value<'v>>, key: Option<PairKey>, is_error: bool, units: &Units<'_>) -> Unit<'v> {
    let kind = if is_error { "error" } else { "result" };
    let event = match (request_subject(units, key, ""), id) {
        (Some(method), _) => format!("{kind} of {method}").into(),
        (None, Some(id)) => named(kind, Some(&id.text())),
        (None, None) => kind.into(),
    };
    Unit::new(0..0, event).with_role(reply(key))
}

/// The content that the messages of all dialects have.
fn call_detail(message: Value<'_>, detail: &mut Detail) {
    detail.scalar("Id", message.get("id")).scalar("Method", message.get("method"));
    detail.scalar("Session", message.get("sessionId"));
    let error = message.get("error").filter(|error| !error.is_null());
    for (name, value) in
        [("Parameters", message.get("params")), ("Result", message.get("result")), ("Error", error)]
    {
        if let Some(value) = value {
            detail.value(name, value);
        }
    }
}

/// JSON-RPC without a known protocol over it. Knows Ethereum's subscriptions: the result of
/// `eth_subscribe` is the id that notifications repeat.
#[derive(Clone, Debug, Default)]
struct Plain {
    /// The names of subscriptions by their ids.
    subscriptions: HashMap<String, String>,
}

impl JsonDialect for Plain {
    fn unit<'v>(&mut self, message: Value<'v>, _: &mut SpanTree, units: &mut Units<'_>) -> UnitResult<'v> {
        match Call::of(message)? {
            Call::Method { method, id } => {
                let params = message.get("params");
                let subject = if method.ends_with("_subscribe") {
                    params.and_then(|params| params.at(0)?.str()).map(std::borrow::Cow::into_owned)
                } else if method.ends_with("_subscription") {
                    let id = params.and_then(|params| params.get_str("subscription"));
                    id.and_then(|id| self.subscriptions.get(&*id).cloned())
                } else {
                    None
                };
                let role = request(id_key("call", id));
                Ok(Unit::new(0..0, named(method, subject.as_deref())).with_role(role))
            }
            Call::Response { id, is_error } => {
                let key = id_key("call", id);
                let request = key.and_then(|key| units.request_event(key));
                if let Some((method, name)) = request.and_then(|request| request.split_once(' '))
                    && method.ends_with("_subscribe")
                    && let Some(subscription) = message.get_str("result")
                    && self.subscriptions.len() < MAX_SUBSCRIPTIONS
                {
                    self.subscriptions.insert(subscription.into_owned(), name.to_owned());
                }
                Ok(response(id, key, is_error, units))
            }
        }
    }

    fn detail(&self, message: Value<'_>, _: Direction, detail: &mut Detail) {
        call_detail(message, detail);
    }
}

#[cfg(test)]
mod tests;
