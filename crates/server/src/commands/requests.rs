//! `replayscope requests`: the rows of the Network table.

use std::io;

use presentation::network::{
    Column as TableColumn, RequestFilter, cell, display_status, message_bytes, message_count, row_state,
};
use presentation::time::{Clock, Latency, latency, start_time};
use serde::Serialize;
use session::model::{Close, EpochMs, Millis, Record, RecordKind};

use super::Context;
use super::details::offered_protocols;
use super::filtering::filtered;
use crate::output::{Column, amount, text};

/// A row; what is not known is `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    /// Its number in the recording, from 1.
    #[serde(rename = "row")]
    number: u32,
    kind: &'static str,
    method: Option<String>,
    url: Option<String>,
    /// The status code; that of a socket that was open is 101 where none was recorded.
    status: Option<u16>,
    /// `ok`, `error`, `pending`; of a socket `open`, `closed`, `error` or `orphan`.
    state: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'static str>,
    /// The same, in a line whose own type is `row`.
    #[serde(rename = "resourceType", skip_serializing_if = "Option::is_none")]
    resource_type_in_line: Option<&'static str>,
    start: Option<String>,
    /// Milliseconds from the session's start.
    offset: Option<f64>,
    /// Milliseconds; of a socket the time that it was open, `null` where no close was recorded.
    latency: Option<f64>,
    /// Bytes transferred, of a socket those of its messages.
    transferred: Option<u64>,
    body_size: Option<u64>,
    error: Option<String>,
    /// Only of sockets.
    #[serde(skip_serializing_if = "Option::is_none")]
    socket: Option<SocketRow>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SocketRow {
    protocol: Option<String>,
    messages: Option<u64>,
    closed_at: Option<String>,
    close_code: Option<u16>,
    close_reason: Option<String>,
    was_clean: Option<bool>,
}

const COLUMNS: [Column; 8] = [
    amount("row", 5),
    text("status", 6),
    text("method", 7),
    text("type", 10),
    amount("start", 11),
    amount("latency", 12),
    amount("size", 12),
    text("url", 0),
];

pub(super) fn run(context: &mut Context<'_, '_>, filter: &RequestFilter) -> io::Result<()> {
    let recording = context.recording;
    let rows = filtered(context, filter);
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for record in rows.iter().filter_map(|row| recording.session.records.get(*row as usize)) {
        if !context.output.takes_line() {
            continue;
        }
        if context.output.is_json() {
            let row = row(context, record);
            context.output.json(&row)?;
        } else {
            let cells = cells(context, record);
            context.output.row(&COLUMNS, &cells)?;
        }
    }
    Ok(())
}

pub(super) fn row(context: &mut Context<'_, '_>, record: &Record) -> Row {
    let start = start_time(record);
    let duration = match latency(context.session(), record) {
        Latency::Took(time) => Some(time.ms()),
        Latency::Open(_) | Latency::Unknown => None,
    };
    let offset = context.offset(start);
    let offered = offered(context, record);
    let redactor = &mut context.redactor;
    let (transferred, body_size, socket) = match &record.kind {
        RecordKind::Http(http) => (http.transferred, http.body_size, None),
        RecordKind::Socket(socket) => {
            let close = socket.close();
            let row = SocketRow {
                protocol: socket
                    .protocol
                    .as_deref()
                    .map(|name| redactor.agreed_protocol(name, &offered).into_owned()),
                messages: message_count(socket),
                closed_at: close.and_then(|close| close.at).and_then(EpochMs::iso8601),
                close_code: close.and_then(|close| close.code),
                close_reason: close
                    .and_then(|close: &Close| close.reason.as_deref())
                    .map(|reason| redactor.text(reason).into_owned()),
                was_clean: close.and_then(|close| close.was_clean),
            };
            (message_bytes(socket), None, Some(row))
        }
    };
    Row {
        number: record.number,
        kind: if socket.is_some() { "socket" } else { "request" },
        method: Some(record.method.to_string()).filter(|method| !method.is_empty()),
        url: Some(redactor.url(&record.url).into_owned()).filter(|url| !url.is_empty()),
        status: display_status(record).map(|status| status.code),
        state: row_state(record).key(),
        resource_type: Some(record.resource_type().label()),
        resource_type_in_line: None,
        start: start.and_then(EpochMs::iso8601),
        offset,
        latency: duration,
        transferred,
        body_size,
        error: record.error.as_deref().map(|error| redactor.text(error).into_owned()),
        socket,
    }
}

/// The subprotocols that a socket offered, which show whether the one that was agreed on is a token.
///
/// They are not read where nothing depends on them: the entry of a socket in a HAR has all of its
/// messages.
fn offered(context: &Context<'_, '_>, record: &Record) -> String {
    let agreed = record.socket().and_then(|socket| socket.protocol.as_ref());
    match agreed.filter(|_| context.redactor.is_on()) {
        Some(_) => offered_protocols(&context.session().details(record)),
        None => String::new(),
    }
}

impl Row {
    /// The row with another key for its resource type, in lines that have a type of their own.
    pub(super) fn in_typed_line(mut self) -> Self {
        self.resource_type_in_line = self.resource_type.take();
        self
    }
}

fn cells(context: &mut Context<'_, '_>, record: &Record) -> Vec<String> {
    let session = &context.recording.session;
    let of = |column| cell(session, record, column, &Clock::UTC).text;
    vec![
        record.number.to_string(),
        of(TableColumn::Status),
        of(TableColumn::Method),
        of(TableColumn::Type),
        context
            .offset(start_time(record))
            .and_then(Millis::new)
            .map_or_else(|| of(TableColumn::Start), Millis::offset),
        of(TableColumn::Latency),
        of(TableColumn::Size),
        context.redactor.url(&record.url).into_owned(),
    ]
}
