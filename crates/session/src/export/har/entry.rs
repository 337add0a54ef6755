//! One entry, up to its messages.

use std::borrow::Cow;

use super::head::{NO_START, date, known_date};
use super::socket::{self, Frames};
use super::{UNKNOWN, extension, timings};
use crate::encodings::base64;
use crate::export::exchange::Exchange;
use crate::export::json::Json;
use crate::model::{Body, Header, Millis, Phases, RecordKind, ResourceType, Session};

/// Writes the fields of the entry. Every number that importers demand is there, [`UNKNOWN`] where
/// it was not recorded.
pub(super) fn write(json: &mut Json, session: &Session, exchange: &Exchange<'_>, frames: Option<Frames<'_>>) {
    let (record, details) = (exchange.record, &exchange.details);
    json.optional_field("pageref", exchange.page_id.as_deref());
    json.field("startedDateTime", &date(session, record.start));
    let time = match &record.kind {
        RecordKind::Http(http) => http.duration.map_or(UNKNOWN, Millis::ms),
        RecordKind::Socket(socket) => socket::time(session, record.start, socket),
    };
    json.number_field("time", time);
    request(json, exchange);
    response(json, exchange);
    json.key("cache");
    json.open_object();
    json.close_object();
    json.key("timings");
    match &record.kind {
        RecordKind::Http(http) => timings::write(json, &http.phases),
        RecordKind::Socket(_) => timings::write(json, &Phases::default()),
    }
    json.optional_field("serverIPAddress", details.remote_address.as_deref());
    json.optional_field("connection", details.connection.as_deref());
    comment(json, exchange);
    json.optional_field("_priority", details.priority.as_deref());
    json.optional_field("_fetchType", details.fetch_type.as_deref());
    match &record.kind {
        RecordKind::Http(http) => {
            json.field("_resourceType", type_name(http.resource_type));
            json.optional_field("_fromCache", http.from_cache.as_deref());
        }
        RecordKind::Socket(socket) => {
            json.field("_resourceType", ResourceType::WebSocket.label());
            socket::write_close(json, socket, frames);
        }
    }
    extension::write(json, exchange);
}

/// A request that is called a socket would be read as one.
fn type_name(resource_type: ResourceType) -> &'static str {
    match resource_type {
        ResourceType::WebSocket => ResourceType::Other.label(),
        other => other.label(),
    }
}

fn comment(json: &mut Json, exchange: &Exchange<'_>) {
    let no_start = known_date(exchange.record.start).is_none().then_some(NO_START);
    let comments: Vec<&str> = exchange
        .details
        .comment
        .as_deref()
        .filter(|comment| !comment.ends_with(NO_START))
        .into_iter()
        .chain(no_start)
        .collect();
    if !comments.is_empty() {
        json.field("comment", &comments.join("; "));
    }
}

fn request(json: &mut Json, exchange: &Exchange<'_>) {
    let details = &exchange.details;
    json.key("request");
    json.open_object();
    json.field("method", &exchange.record.method);
    json.field("url", &exchange.url);
    json.field("httpVersion", details.protocol.request.as_deref().unwrap_or_default());
    no_cookies(json);
    headers(json, "headers", details.request_headers.as_deref());
    headers(json, "queryString", Some(&details.query));
    json.number_field("headersSize", UNKNOWN);
    json.number_field("bodySize", size_of(&details.request_body).unwrap_or(UNKNOWN));
    post_data(json, exchange);
    json.close_object();
}

/// Chrome's importer shows a missing text as the word `undefined`, so it is written where only
/// fields are known, too.
fn post_data(json: &mut Json, exchange: &Exchange<'_>) {
    let form = exchange.details.form.as_slice();
    let (text, mime, encoding) = match &exchange.details.request_body {
        Body::Text { text, mime, .. } => (Cow::Borrowed(text.as_str()), mime.as_str(), None),
        Body::Binary { bytes, mime, .. } => {
            (Cow::Owned(base64::encode(bytes)), mime.as_str(), Some("base64"))
        }
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } if form.is_empty() => return,
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => {
            (Cow::Borrowed(""), exchange.form_mime(), None)
        }
    };
    json.key("postData");
    json.open_object();
    json.field("mimeType", mime);
    params(json, form);
    json.verbatim_field("text", &text);
    json.optional_field("encoding", encoding);
    json.close_object();
}

fn response(json: &mut Json, exchange: &Exchange<'_>) {
    let (record, details) = (exchange.record, &exchange.details);
    json.key("response");
    json.open_object();
    json.number_field("status", f64::from(record.status.unwrap_or(0)));
    json.field("statusText", details.status_text.as_deref().unwrap_or_default());
    json.field("httpVersion", details.protocol.response.as_deref().unwrap_or_default());
    no_cookies(json);
    headers(json, "headers", details.response_headers.as_deref());
    content(json, exchange);
    json.field("redirectURL", &exchange.redirect);
    json.number_field("headersSize", UNKNOWN);
    json.number_field("bodySize", UNKNOWN);
    if let RecordKind::Http(http) = &record.kind {
        json.optional_number_field("_transferSize", http.transferred.map(|size| size as f64));
    }
    json.optional_field("_error", record.error.as_deref());
    json.close_object();
}

fn content(json: &mut Json, exchange: &Exchange<'_>) {
    let body = &exchange.details.response_body;
    let recorded = match &exchange.record.kind {
        RecordKind::Http(http) => http.body_size.map(|size| size as f64),
        RecordKind::Socket(_) => None,
    };
    // That nothing came is known as well as a size is.
    let empty = (*body == Body::Empty).then_some(0.0);
    json.key("content");
    json.open_object();
    json.number_field("size", recorded.or(empty).unwrap_or(UNKNOWN));
    json.field("mimeType", exchange.mime());
    match body {
        Body::Text { text, .. } => json.verbatim_field("text", text),
        Body::Binary { bytes, .. } => {
            json.verbatim_field("text", &base64::encode(bytes));
            json.field("encoding", "base64");
        }
        Body::NotRecorded(why) => json.field("comment", why),
        Body::Empty | Body::InFile { .. } => {}
    }
    json.close_object();
}

/// The bytes of a body, where all of them are there.
fn size_of(body: &Body) -> Option<f64> {
    match body {
        Body::Empty => Some(0.0),
        Body::Text { text, is_truncated: false, .. } => Some(text.len() as f64),
        Body::Binary { bytes, is_truncated: false, .. } => Some(bytes.len() as f64),
        Body::Text { .. } | Body::Binary { .. } | Body::NotRecorded(_) | Body::InFile { .. } => None,
    }
}

/// Cookies are among the headers; the list is demanded all the same.
fn no_cookies(json: &mut Json) {
    json.key("cookies");
    json.open_array();
    json.close_array();
}

/// The fields of a submitted form are a body: they are written as recorded.
fn params(json: &mut Json, form: &[Header]) {
    json.key("params");
    json.open_array();
    for field in form {
        json.open_object();
        json.verbatim_field("name", &field.name);
        json.verbatim_field("value", &field.value);
        json.close_object();
    }
    json.close_array();
}

fn headers(json: &mut Json, key: &str, headers: Option<&[Header]>) {
    json.key(key);
    json.open_array();
    for header in headers.unwrap_or_default() {
        json.open_object();
        json.field("name", &header.name);
        json.field("value", &header.value);
        json.close_object();
    }
    json.close_array();
}
