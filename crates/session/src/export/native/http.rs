//! The line of a request in `resources.jsonl`.

use std::collections::HashMap;

use crate::encodings::base64;
use crate::export::exchange::Exchange;
use crate::export::json::Json;
use crate::model::{Body, EpochMs, Header, Http, Outcome, Phase, Session};

/// `id` is that of an event stream whose messages are written to a file.
pub(super) fn write(
    json: &mut Json,
    session: &Session,
    exchange: &Exchange<'_>,
    http: &Http,
    id: Option<&str>,
) {
    let record = exchange.record;
    json.open_object();
    let details = &exchange.details;
    let capabilities = session.format.capabilities();
    // The initiator; if the format does not record it in these terms, the type of the resource.
    let kind = (!capabilities.has_initiator_type).then(|| http.resource_type.label());
    json.optional_field("initiatorType", details.initiator.as_deref().or(kind));
    json.optional_field("socketId", id);
    json.field("name", &exchange.url);
    json.optional_field("pageId", exchange.page_id.as_deref());
    json.optional_field("method", Some(record.method.as_ref()).filter(|method| !method.is_empty()));
    times(json, exchange, http);
    json.optional_number_field("transferSize", http.transferred.map(|size| size as f64));
    json.optional_number_field("decodedBodySize", http.body_size.map(|size| size as f64));
    json.optional_field("nextHopProtocol", details.protocol.request.as_deref());
    json.optional_number_field("responseStatus", record.status.map(f64::from));
    let of_body = || Some(exchange.mime()).filter(|_| !capabilities.has_mime_type);
    let mime = details.mime_type.as_deref().or_else(of_body);
    json.optional_field("mimeType", mime.filter(|mime| !mime.is_empty()));
    json.optional_field("outcome", outcome(exchange, http));
    json.optional_field("error", record.error.as_deref());
    pair(json, exchange, http);
    json.close_object();
    json.end_line();
}

/// The name for how it ended, where its end and its error do not imply it.
fn outcome(exchange: &Exchange<'_>, http: &Http) -> Option<&'static str> {
    let has_end = exchange.record.end().is_some();
    match http.outcome {
        Outcome::Done if has_end && exchange.record.error.is_none() => None,
        Outcome::Done => Some("done"),
        Outcome::Failed => Some("failed"),
        Outcome::Canceled => Some("canceled"),
        Outcome::Blocked => Some("blocked"),
        Outcome::Pending => Some("pending"),
    }
}

/// Resource Timing has no length of sending: a request begins when its sending does.
fn times(json: &mut Json, exchange: &Exchange<'_>, http: &Http) {
    let Some(start) = exchange.record.start.map(EpochMs::ms) else { return };
    let from = |phase: Phase| http.phases.get(phase).map(|range| start + range.start);
    let to = |phase: Phase| http.phases.get(phase).map(|range| start + range.end);
    let first = http.phases.iter().next().map(|range| start + range.start);
    let response = from(Phase::Receive).or_else(|| to(Phase::Wait));
    // A request that was sent without a known response: the end of the wait for its turn is when it
    // was sent.
    let is_blocked_alone = http.phases.iter().all(|range| range.phase == Phase::Blocked);
    let sent = || to(Phase::Blocked).filter(|_| is_blocked_alone);
    for (key, time) in [
        ("startTimeAbs", Some(start)),
        // The time before it was not spent waiting: redirects.
        ("fetchStartAbs", from(Phase::Blocked).or(first).filter(|fetch| *fetch > start)),
        ("domainLookupStartAbs", from(Phase::Dns)),
        ("domainLookupEndAbs", to(Phase::Dns)),
        ("connectStartAbs", from(Phase::Connect).or_else(|| from(Phase::Tls))),
        ("secureConnectionStartAbs", from(Phase::Tls)),
        ("connectEndAbs", to(Phase::Tls).or_else(|| to(Phase::Connect))),
        ("requestStartAbs", from(Phase::Send).or_else(|| from(Phase::Wait)).or_else(sent)),
        ("responseStartAbs", response),
        ("responseEndAbs", exchange.record.end().map(EpochMs::ms)),
    ] {
        json.optional_number_field(key, time);
    }
}

/// What was recorded of headers and bodies. A request that is there without a body had none, so
/// headers of one whose body was not recorded are outside.
fn pair(json: &mut Json, exchange: &Exchange<'_>, http: &Http) {
    let details = &exchange.details;
    let is_recorded = |body: &Body| match body {
        Body::NotRecorded(_) => body.omission_name().is_some(),
        Body::InFile { .. } => false,
        Body::Empty | Body::Text { .. } | Body::Binary { .. } => true,
    };
    let has_request = is_recorded(&details.request_body);
    // A size of 0 counts here alone: among the sizes of Resource Timing it means one that is
    // hidden.
    let has_response = is_recorded(&details.response_body)
        || details.response_headers.is_some()
        || http.body_size == Some(0);
    if !has_request {
        headers_field(json, "requestHeaders", details.request_headers.as_deref());
    }
    if !has_request && !has_response {
        return;
    }
    json.key("requestResponsePairs");
    json.open_object();
    if has_request {
        json.key("request");
        json.open_object();
        headers_field(json, "headers", details.request_headers.as_deref());
        body(json, &details.request_body);
        json.close_object();
    }
    if has_response {
        json.key("response");
        json.open_object();
        headers_field(json, "headers", details.response_headers.as_deref());
        body(json, &details.response_body);
        json.optional_number_field("size", http.body_size.map(|size| size as f64));
        json.close_object();
    }
    json.close_object();
}

/// A body that is missing was not recorded; one of a request was not there, unless its headers say
/// otherwise.
fn body(json: &mut Json, body: &Body) {
    let is_truncated = match body {
        Body::Text { text, is_truncated, .. } => {
            json.verbatim_field("body", text);
            *is_truncated
        }
        Body::Binary { bytes, is_truncated, .. } => {
            json.verbatim_field("body", &base64::encode(bytes));
            json.field("bodyEncoding", "base64");
            *is_truncated
        }
        Body::Empty => {
            json.field("body", "");
            false
        }
        Body::NotRecorded(_) | Body::InFile { .. } => {
            json.optional_field("bodyOmitted", body.omission_name());
            false
        }
    };
    json.mark("bodyTruncated", is_truncated);
}

/// Headers as an object; values of a name that repeats are in an array.
pub(super) fn headers_field(json: &mut Json, key: &str, headers: Option<&[Header]>) {
    let Some(headers) = headers else { return };
    let mut values: HashMap<&str, Vec<&str>> = HashMap::new();
    for header in headers {
        values.entry(&header.name).or_default().push(&header.value);
    }
    json.key(key);
    json.open_object();
    // In the order of their first mention; a name that was written is gone.
    for header in headers {
        match values.remove(header.name.as_str()).as_deref() {
            Some([value]) => json.field(&header.name, value),
            Some(several) => {
                json.key(&header.name);
                json.open_array();
                for value in several {
                    json.string(value);
                }
                json.close_array();
            }
            None => {}
        }
    }
    json.close_object();
}
