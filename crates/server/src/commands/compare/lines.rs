//! The lines that `compare` writes.

use std::io;

use compare::{
    Amounts, BodyDifference, Comparison, Difference, EventDifference, HeaderDifference, PairLine, Reason,
    pair_line,
};
use serde::Serialize;
use session::encodings::Change;
use session::model::{Header, Record};
use session::redact::{MASK, Redactor};

use super::Compared;
use crate::commands::Context;
use crate::commands::matching::kind_label;
use crate::output::{Column, amount, text};
use crate::recording::Recording;

/// A row of the base, its partner, and what differs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PairJson {
    kind: &'static str,
    state: &'static str,
    /// `null` of a row that only the other recording has.
    base_row: Option<u32>,
    /// `null` of a row that only the base has.
    other_row: Option<u32>,
    socket: bool,
    method: String,
    base_url: Option<String>,
    other_url: Option<String>,
    status: Both<String>,
    latency: Both<String>,
    size: Both<String>,
    /// The names of the parts that differ.
    differing: Vec<&'static str>,
    not_compared: Vec<NotCompared>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<DetailsJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<EventJson>>,
}

/// A value of both rows; `null` of a row that does not exist.
#[derive(Debug, Serialize)]
struct Both<T> {
    base: Option<T>,
    other: Option<T>,
}

#[derive(Debug, Serialize)]
struct NotCompared {
    part: &'static str,
    reason: &'static str,
}

/// Values that differ: headers without noise, bodies by JSON path, by line or by byte.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DetailsJson {
    request_headers: Vec<Value>,
    response_headers: Vec<Value>,
    request_body: Vec<Value>,
    response_body: Vec<Value>,
}

/// A value; `null` on the side that does not have it.
#[derive(Debug, Serialize)]
struct Value {
    name: String,
    base: Option<String>,
    other: Option<String>,
}

/// An event of a socket.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventJson {
    event: String,
    direction: &'static str,
    heartbeat: bool,
    state: &'static str,
    base: u32,
    other: u32,
    differing_payloads: u32,
}

/// The last line.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    kind: &'static str,
    base: &'a str,
    other: &'a str,
    same: u32,
    /// Among `same`: rows of which a part was not compared.
    same_in_part: u32,
    changed: u32,
    missing: u32,
    added: u32,
    omitted_rows: u32,
}

const COLUMNS: [Column; 7] = [
    text("state", 12),
    amount("base", 6),
    amount("other", 6),
    text("method", 9),
    text("status", 11),
    text("latency", 22),
    text("url and what changed", 0),
];

pub(super) fn write_head(context: &mut Context<'_, '_>) -> io::Result<()> {
    if context.output.is_json() { Ok(()) } else { context.output.head(&COLUMNS) }
}

pub(super) fn write_pair(
    context: &mut Context<'_, '_>,
    other: &Recording,
    compared: &Compared,
) -> io::Result<()> {
    let base = context.recording;
    let Some(line) = pair_line(&base.session, &other.session, &compared.pair) else { return Ok(()) };
    let record = |recording: &Recording, index: Option<u32>| -> Option<String> {
        let record: &Record = recording.session.records.get(index? as usize)?;
        Some(record.url.to_string())
    };
    let urls = [record(base, compared.pair.base), record(other, compared.pair.other)];
    let [base_url, other_url] = urls.map(|url| url.map(|url| context.redactor.url(&url).into_owned()));
    if context.output.is_json() {
        let json = pair_json(context, &line, compared, base_url, other_url);
        return context.output.json(&json);
    }
    let url = base_url.or(other_url).unwrap_or_default();
    let changes = if line.changes.is_empty() { String::new() } else { format!(" ({})", line.changes) };
    let number = |row: Option<u32>| row.map_or_else(|| "-".to_owned(), |row| row.to_string());
    let cells = [
        line.state_label.to_lowercase(),
        number(line.base_row),
        number(line.other_row),
        line.method.clone(),
        both_text(&line.status),
        both_text(&line.latency),
        format!("{url}{changes}"),
    ];
    context.output.row(&COLUMNS, &cells)
}

fn both_text(amounts: &Amounts) -> String {
    let Amounts { base, other, .. } = amounts;
    match (base.as_str(), other.as_str()) {
        (one, "") => one.to_owned(),
        ("", two) => two.to_owned(),
        (one, two) if one == two => one.to_owned(),
        (one, two) => format!("{one} > {two}"),
    }
}

fn pair_json(
    context: &mut Context<'_, '_>,
    line: &PairLine,
    compared: &Compared,
    base_url: Option<String>,
    other_url: Option<String>,
) -> PairJson {
    let both = |amounts: &Amounts| {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Both { base: text(&amounts.base), other: text(&amounts.other) }
    };
    let not_compared =
        |(part, reason): &(compare::Part, Reason)| NotCompared { part: part.key(), reason: reason.label() };
    PairJson {
        kind: "row",
        state: line.state.key(),
        base_row: line.base_row,
        other_row: line.other_row,
        socket: line.is_socket,
        method: line.method.clone(),
        base_url,
        other_url,
        status: both(&line.status),
        latency: both(&line.latency),
        size: both(&line.size),
        differing: compared.pair.differing.iter().map(|part| part.key()).collect(),
        not_compared: compared.pair.uncompared.iter().map(not_compared).collect(),
        details: compared
            .difference
            .as_ref()
            .map(|difference| details_json(&mut context.redactor, difference)),
        messages: compared.messages.as_ref().map(|messages| messages.events.iter().map(event_json).collect()),
    }
}

fn details_json(redactor: &mut Redactor, difference: &Difference) -> DetailsJson {
    let [request_body, response_body] = match &difference.bodies {
        Some(bodies) => bodies.each_ref().map(|body| body_values(redactor, body)),
        None => [Vec::new(), Vec::new()],
    };
    DetailsJson {
        request_headers: header_values(redactor, difference.request_headers.as_ref().ok()),
        response_headers: header_values(redactor, difference.response_headers.as_ref().ok()),
        request_body,
        response_body,
    }
}

fn header_values(redactor: &mut Redactor, difference: Option<&HeaderDifference>) -> Vec<Value> {
    let mut redacted = |name: &str, value: Option<&String>| {
        let mut headers = [Header { name: name.to_owned(), value: value?.clone() }];
        redactor.headers(&mut headers);
        let [header] = headers;
        Some(header.value)
    };
    let counted = difference.into_iter().flat_map(HeaderDifference::counted);
    counted
        .map(|change| Value {
            base: redacted(&change.name, change.base.as_ref()),
            other: redacted(&change.name, change.other.as_ref()),
            name: change.name.clone(),
        })
        .collect()
}

fn body_values(redactor: &mut Redactor, body: &BodyDifference) -> Vec<Value> {
    let BodyDifference::Changed(changes) = body else { return Vec::new() };
    let mut redacted = |change: &Change, value: Option<&String>| {
        let is_hidden = change.is_hidden && redactor.is_on();
        value.map(|value| if is_hidden { MASK.to_owned() } else { redactor.text(value).into_owned() })
    };
    changes
        .items
        .iter()
        .map(|change| Value {
            name: change.path.clone(),
            base: redacted(change, change.before.as_ref()),
            other: redacted(change, change.after.as_ref()),
        })
        .collect()
}

fn event_json(event: &EventDifference) -> EventJson {
    EventJson {
        event: event.name.clone(),
        direction: kind_label(event.kind),
        heartbeat: event.is_heartbeat,
        state: event.state().key(),
        base: event.base,
        other: event.other,
        differing_payloads: event.differing,
    }
}

pub(super) fn write_summary(
    context: &mut Context<'_, '_>,
    other: &str,
    comparison: &Comparison,
) -> io::Result<()> {
    let counts = comparison.counts();
    if context.output.is_json() {
        let summary = Summary {
            kind: "summary",
            base: context.file,
            other,
            same: counts.same,
            same_in_part: counts.same_in_part,
            changed: counts.changed,
            missing: counts.missing,
            added: counts.added,
            omitted_rows: comparison.omitted_rows,
        };
        return context.output.json(&summary);
    }
    context.output.line(&format!(
        "{} same ({} in part), {} changed, {} missing, {} added",
        counts.same, counts.same_in_part, counts.changed, counts.missing, counts.added
    ))
}
