//! The lines of a socket in `resources.jsonl`: its open, and its close.

use super::http::headers_field;
use crate::export::exchange::Exchange;
use crate::export::json::Json;
use crate::model::{Close, Ending, EpochMs, Socket};

/// Writes the events that were recorded, and returns how many: an orphan has no open, an open
/// socket no close.
pub(super) fn write(json: &mut Json, exchange: &Exchange<'_>, socket: &Socket, id: Option<&str>) -> u64 {
    let mut lines = 0;
    if !socket.is_orphan {
        open(json, exchange, socket, id);
        lines += 1;
    }
    if let Ending::Closed(close) = &socket.ending {
        self::close(json, exchange, close, id);
        lines += 1;
    }
    lines
}

/// No event reports it, only a file of messages.
pub(super) fn is_only_messages(socket: &Socket) -> bool {
    socket.is_orphan && socket.close().is_none()
}

fn event(json: &mut Json, exchange: &Exchange<'_>, name: &str, id: Option<&str>) {
    json.open_object();
    json.field("initiatorType", "websocket");
    json.field("type", name);
    json.optional_field("socketId", id);
    json.field("name", &exchange.url);
    json.optional_field("pageId", exchange.page_id.as_deref());
}

fn open(json: &mut Json, exchange: &Exchange<'_>, socket: &Socket, id: Option<&str>) {
    let record = exchange.record;
    event(json, exchange, "open", id);
    json.optional_number_field("startTimeAbs", record.start.map(EpochMs::ms));
    json.optional_number_field("openedTimeAbs", socket.opened.map(EpochMs::ms));
    json.optional_number_field("status", record.status.map(f64::from));
    json.optional_field("error", record.error.as_deref());
    json.optional_field("requestedProtocols", exchange.requested_protocols.as_deref());
    json.optional_field("protocol", exchange.protocol.as_deref());
    json.optional_field("extensions", exchange.details.socket.extensions.as_deref());
    headers_field(json, "requestHeaders", exchange.details.request_headers.as_deref());
    headers_field(json, "responseHeaders", exchange.details.response_headers.as_deref());
    json.close_object();
    json.end_line();
}

fn close(json: &mut Json, exchange: &Exchange<'_>, close: &Close, id: Option<&str>) {
    event(json, exchange, "close", id);
    json.optional_number_field("responseEndAbs", close.at.map(EpochMs::ms));
    json.optional_number_field("code", close.code.map(f64::from));
    json.optional_field("reason", close.reason.as_deref());
    if let Some(was_clean) = close.was_clean {
        json.flag_field("wasClean", was_clean);
    }
    json.close_object();
    json.end_line();
}
