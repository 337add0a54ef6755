//! What HAR has no place for, as the field `_replayscope` of an entry.

use super::head::known_date;
use super::seconds;
use crate::export::exchange::Exchange;
use crate::export::json::Json;
use crate::model::{Body, Ending, Http, Outcome, RecordKind, Socket};

/// Writes the field, if there is something to write.
pub(super) fn write(json: &mut Json, exchange: &Exchange<'_>) {
    let missing = not_recorded(exchange);
    let partial = partial(exchange);
    let outcome = match &exchange.record.kind {
        RecordKind::Http(http) => outcome(exchange, http),
        RecordKind::Socket(_) => None,
    };
    let socket = exchange.record.socket();
    if missing.is_empty() && partial.is_empty() && outcome.is_none() && socket.is_none() {
        return;
    }
    json.key("_replayscope");
    json.open_object();
    marks(json, "notRecorded", &missing);
    marks(json, "partial", &partial);
    json.optional_field("outcome", outcome);
    if let Some(socket) = socket {
        self::socket(json, exchange, socket);
    }
    json.close_object();
}

fn marks(json: &mut Json, key: &str, names: &[&str]) {
    if names.is_empty() {
        return;
    }
    json.key(key);
    json.open_object();
    for name in names {
        json.mark(name, true);
    }
    json.close_object();
}

/// What the entry has only because the format demands it.
fn not_recorded(exchange: &Exchange<'_>) -> Vec<&'static str> {
    let details = &exchange.details;
    let is_missing = |body: &Body| matches!(body, Body::NotRecorded(_));
    let empty_size = match &exchange.record.kind {
        RecordKind::Http(http) => http.body_size == Some(0),
        RecordKind::Socket(_) => false,
    };
    let parts = [
        ("start", known_date(exchange.record.start).is_none()),
        ("requestHeaders", details.request_headers.is_none()),
        ("requestBody", is_missing(&details.request_body)),
        ("responseHeaders", details.response_headers.is_none()),
        // Elsewhere a size that is not 0 shows that there was one.
        ("responseBody", is_missing(&details.response_body) && empty_size),
    ];
    parts.into_iter().filter_map(|(name, is_so)| is_so.then_some(name)).collect()
}

/// Bodies of which only the beginning was recorded.
fn partial(exchange: &Exchange<'_>) -> Vec<&'static str> {
    let is_partial = |body: &Body| match body {
        Body::Text { is_truncated, .. } | Body::Binary { is_truncated, .. } => *is_truncated,
        Body::Empty | Body::NotRecorded(_) | Body::InFile { .. } => false,
    };
    let parts = [
        ("requestBody", is_partial(&exchange.details.request_body)),
        ("responseBody", is_partial(&exchange.details.response_body)),
    ];
    parts.into_iter().filter_map(|(name, is_so)| is_so.then_some(name)).collect()
}

/// How the request ended, where status and error do not imply it.
fn outcome(exchange: &Exchange<'_>, http: &Http) -> Option<&'static str> {
    let record = exchange.record;
    let is_implied = record.error.is_none()
        && (http.duration.is_some() || (record.status.is_some() && http.phases.is_empty()));
    match http.outcome {
        Outcome::Done => (!is_implied).then_some("done"),
        Outcome::Failed => Some("failed"),
        Outcome::Canceled => Some("canceled"),
        Outcome::Blocked => Some("blocked"),
        Outcome::Pending => Some("pending"),
    }
}

fn socket(json: &mut Json, exchange: &Exchange<'_>, socket: &Socket) {
    json.optional_field("socketId", socket.id.as_deref());
    json.optional_number_field("opened", socket.opened.and_then(seconds));
    json.optional_field("protocol", exchange.protocol.as_deref());
    json.flag_field("refused", socket.is_refused);
    json.mark("orphan", socket.is_orphan);
    json.mark("stillOpen", socket.ending == Ending::StillOpen);
}
