//! The keys of the filter of requests, with the spellings of Chrome's Network panel.

use super::fields::{Field, FieldKind, Fields, Implied, Unit};

/// Outcomes of a request without a status.
const OUTCOMES: &[&str] = &["failed", "canceled", "blocked", "pending"];
const STATES: &[&str] = &[
    "socket",
    "error",
    "cached",
    "redirect",
    "slow",
    "open",
    "orphan",
    "third-party",
    "running",
    "from-cache",
];

/// The keys of the filter of requests, in the order in which they are suggested: those of Chrome
/// that mean the same as another one are last.
pub const REQUEST_FIELDS: Fields = Fields(&[
    field(
        "status",
        FieldKind::NumberOrChoice(Unit::Code, OUTCOMES),
        "of the response: 404, 4xx, >=400, failed",
    ),
    text("method", "of the request: post"),
    text("type", "type of the resource: fetch,ws"),
    field("is", FieldKind::Choice(STATES), "state of the request"),
    field("has", FieldKind::Choice(&["body", "initiator"]), "what was recorded"),
    text("domain", "host: *.example.com"),
    text("path", "path of the URL: /api/"),
    field("query", FieldKind::Named, "parameter of the URL: page=2"),
    text("url", "a part of the URL"),
    field("scheme", FieldKind::Word, "scheme of the URL: wss"),
    text("mime", "MIME type of the response: json"),
    number("latency", Unit::Duration, Implied::Equal, "time from start to end: >1s"),
    number("ttfb", Unit::Duration, Implied::Equal, "time to the first byte: >200ms"),
    number("size", Unit::Bytes, Implied::Equal, "bytes transferred: >10kB"),
    number("start", Unit::Offset, Implied::Equal, "when it started: 1:02..1:05, 14:03:05"),
    number("at", Unit::Offset, Implied::Equal, "in progress at that time: 1:02.5"),
    field("header", FieldKind::Named, "of the request or response: x-id=7"),
    field("request-header", FieldKind::Named, "header of the request"),
    field("response-header", FieldKind::Named, "header of the response"),
    field("cookie", FieldKind::Named, "cookie that was sent: session=7"),
    field("set-cookie", FieldKind::Named, "cookie that was set"),
    text("body", "text in a body; bodies in other files are fetched"),
    text("request-body", "text in the body that was sent"),
    text("response-body", "text in the body that was received"),
    text("message", "text in a message of a WebSocket"),
    text("initiator", "what made the request: script"),
    text("protocol", "as recorded: h2"),
    text("priority", "as recorded: high"),
    text("ip", "address of the server"),
    number("duration", Unit::Duration, Implied::Equal, "the same as latency"),
    number("larger-than", Unit::Bytes, Implied::AtLeast, "at least that size: 10kB"),
    number("smaller-than", Unit::Bytes, Implied::Below, "below that size: 10kB"),
    field("status-code", FieldKind::NumberOrChoice(Unit::Code, OUTCOMES), "the same as status"),
    text("mime-type", "the same as mime"),
    text("resource-type", "the same as type"),
    field("has-request-header", FieldKind::Word, "the request has a header of that name"),
    field("has-response-header", FieldKind::Word, "the response has a header of that name"),
    field("cookie-name", FieldKind::Word, "a cookie of that name was sent"),
    text("cookie-value", "a cookie with that value was sent"),
    field("set-cookie-name", FieldKind::Word, "a cookie of that name was set"),
    text("set-cookie-value", "a cookie with that value was set"),
    text("set-cookie-domain", "a cookie was set for that domain"),
    text("response-header-value-set-cookie", "text of a Set-Cookie header"),
]);

const fn field(name: &'static str, kind: FieldKind, description: &'static str) -> Field {
    Field { name, kind, description }
}

const fn text(name: &'static str, description: &'static str) -> Field {
    field(name, FieldKind::Text, description)
}

const fn number(name: &'static str, unit: Unit, implied: Implied, description: &'static str) -> Field {
    field(name, FieldKind::Number(unit, implied), description)
}
