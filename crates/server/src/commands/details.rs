//! All that is known of a row: its headers, its bodies and its timing.

use presentation::connection::handshake_facts;
use presentation::labels::phase_key;
use serde::Serialize;
use session::encodings::base64;
use session::formats::body_from_file;
use session::model::{Body, Details, Header, PhaseRange, Record, RecordKind, plural};
use session::redact::Redactor;

use super::Context;
use super::requests::{Row, row};
use crate::Failure;

/// A row with its details; a list that was not recorded is `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RowDetails {
    #[serde(flatten)]
    row: Row,
    /// The id of its page.
    page: Option<String>,
    phases: Vec<PhaseTimes>,
    /// What else was recorded, as the viewer lists it.
    properties: Vec<Named>,
    request_headers: Option<Vec<Named>>,
    response_headers: Option<Vec<Named>>,
    form: Vec<Named>,
    request_body: BodyContent,
    response_body: BodyContent,
}

/// A phase of a request, in milliseconds from its start.
#[derive(Debug, Serialize)]
struct PhaseTimes {
    name: &'static str,
    start: f64,
    end: f64,
}

#[derive(Debug, Serialize)]
struct Named {
    name: String,
    value: String,
}

/// A body, or why there is none.
#[derive(Debug, Default, Serialize)]
pub(super) struct BodyContent {
    mime: Option<String>,
    /// Bytes of what was recorded; `null` without a body.
    size: Option<usize>,
    /// `base64` of a binary body; its text otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    text: Option<String>,
    /// Only the beginning was recorded.
    truncated: bool,
    /// Where more of the text is, if this is not all of it: its offset in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<usize>,
    /// Why there is no body.
    missing: Option<String>,
}

/// The part of each body's text that is written, in characters.
#[derive(Clone, Copy, Debug)]
pub struct BodyRange {
    pub offset: usize,
    pub len: usize,
}

impl BodyRange {
    pub(super) const ALL: Self = Self { offset: 0, len: usize::MAX };
}

impl RowDetails {
    /// The details with another key for the resource type, in lines that have a type of their own.
    pub(super) fn in_typed_line(self) -> Self {
        Self { row: self.row.in_typed_line(), ..self }
    }
}

/// The header in which subprotocols are offered and agreed on.
const PROTOCOL: &str = "sec-websocket-protocol";
/// The properties that are written with the handshake of a socket: an agreed subprotocol that is a
/// token is recognized by the offer alone.
const HANDSHAKE_PROPERTIES: [&str; 2] = ["Requested subprotocols", "Subprotocol"];

/// Writes the details of the row of that number, with the given part of its bodies.
pub(super) fn run(context: &mut Context<'_, '_>, row: u32, bodies: BodyRange) -> Result<(), Failure> {
    let session = context.session();
    let record = session.index_of(row).and_then(|index| session.records.get(index));
    let Some(record) = record else {
        let rows = plural(session.records.len() as u64, "row");
        return Err(Failure::Argument(format!("There is no row {row}: the recording has {rows}.")));
    };
    let details = row_details(context, record, bodies);
    Ok(context.output.json(&details)?)
}

/// The details of a record, with the given part of its bodies. The text of bodies is searched for
/// credentials like the payload of a message.
pub(super) fn row_details(context: &mut Context<'_, '_>, record: &Record, bodies: BodyRange) -> RowDetails {
    let row = row(context, record);
    let mut details = context.session().details(record);
    let request_body = body(context, std::mem::take(&mut details.request_body), bodies);
    let response_body = body(context, std::mem::take(&mut details.response_body), bodies);
    let redactor = &mut context.redactor;
    redact_headers(&mut details, redactor);
    redactor.parameters(&mut details.form);
    RowDetails {
        row,
        page: details.page_id.as_deref().map(|page| redactor.text(page).into_owned()),
        phases: phases(record),
        properties: properties(record, &details, redactor),
        request_headers: details.request_headers.map(named),
        response_headers: details.response_headers.map(named),
        form: named(details.form),
        request_body,
        response_body,
    }
}

fn phases(record: &Record) -> Vec<PhaseTimes> {
    let RecordKind::Http(http) = &record.kind else { return Vec::new() };
    let times =
        |range: PhaseRange| PhaseTimes { name: phase_key(range.phase), start: range.start, end: range.end };
    http.phases.iter().map(times).collect()
}

fn properties(record: &Record, details: &Details, redactor: &mut Redactor) -> Vec<Named> {
    let listed = details.properties();
    let listed = listed.iter().filter(|property| !HANDSHAKE_PROPERTIES.contains(&property.label));
    let mut all: Vec<Named> = listed
        .map(|property| Named {
            name: property.label.to_owned(),
            value: redactor.text(&property.value).into_owned(),
        })
        .collect();
    let handshake = handshake_facts(record, details, redactor);
    all.extend(handshake.into_iter().map(|fact| Named { name: fact.label.to_owned(), value: fact.value }));
    all
}

fn redact_headers(details: &mut Details, redactor: &mut Redactor) {
    let offered = offered_protocols(details);
    for header in details.response_headers.iter_mut().flatten() {
        if header.name.eq_ignore_ascii_case(PROTOCOL) {
            header.value = redactor.agreed_protocol(&header.value, &offered).into_owned();
        }
    }
    for headers in [&mut details.request_headers, &mut details.response_headers].into_iter().flatten() {
        redactor.headers(headers);
    }
}

/// The subprotocols that a socket offered, separated by commas.
pub(super) fn offered_protocols(details: &Details) -> String {
    let headers = details.request_headers.iter().flatten();
    let of_headers = headers.filter(|header| header.name.eq_ignore_ascii_case(PROTOCOL));
    let requested = details.socket.requested_protocols.as_deref();
    of_headers.map(|header| header.value.as_str()).chain(requested).collect::<Vec<_>>().join(",")
}

fn named(headers: Vec<Header>) -> Vec<Named> {
    headers.into_iter().map(|Header { name, value }| Named { name, value }).collect()
}

fn body(context: &mut Context<'_, '_>, body: Body, range: BodyRange) -> BodyContent {
    let body = match body {
        Body::InFile { path, mime } => match context.recording.read_body(&path) {
            Ok(bytes) => body_from_file(bytes, mime),
            Err(error) => {
                let why = error.to_string();
                context.failures.push(error);
                Body::NotRecorded(why)
            }
        },
        body => body,
    };
    match body {
        Body::Empty => BodyContent { size: Some(0), ..BodyContent::default() },
        Body::NotRecorded(why) => BodyContent { missing: Some(why), ..BodyContent::default() },
        Body::InFile { path, .. } => {
            BodyContent { missing: Some(format!("In {path}")), ..BodyContent::default() }
        }
        Body::Text { text, mime, is_truncated } => {
            let searched = context.redactor.payload(&text);
            let (part, next) = part(&searched, range);
            let (size, text) = (Some(text.len()), Some(part.to_owned()));
            BodyContent {
                mime: Some(mime),
                size,
                text,
                truncated: is_truncated,
                next,
                ..BodyContent::default()
            }
        }
        Body::Binary { bytes, mime, is_truncated } => {
            let text = base64::encode(&bytes);
            let (part, next) = part(&text, range);
            let (size, text, encoding) = (Some(bytes.len()), Some(part.to_owned()), Some("base64"));
            BodyContent {
                mime: Some(mime),
                size,
                encoding,
                text,
                truncated: is_truncated,
                next,
                missing: None,
            }
        }
    }
}

/// The part of the text that is in the range, and where the rest begins, in characters.
fn part(text: &str, range: BodyRange) -> (&str, Option<usize>) {
    let byte_of = |text: &str, chars: usize| text.char_indices().nth(chars).map(|(at, _)| at);
    let Some(start) = byte_of(text, range.offset) else { return ("", None) };
    let rest = text.get(start..).unwrap_or_default();
    match byte_of(rest, range.len) {
        Some(end) => (rest.get(..end).unwrap_or_default(), Some(range.offset + range.len)),
        None => (rest, None),
    }
}
