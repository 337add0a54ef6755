//! A recording as JSON Lines: a line for the session, each row with its details, each message, each
//! console entry and each event. `type` says which.

use std::io;

use presentation::events::{EventFilter, EventRow, event_line, filtered_events};
use presentation::network::{RowFilter, filtered_rows};
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use session::elements::{PageElements, page_elements};
use session::export::{ExportOptions, exported_event};
use session::filter::MessageFilter;
use session::model::{DomEvent, EpochMs, Record};
use session::redact::Redactor;

use super::Converted;
use super::file::OutputFile;
use crate::Failure;
use crate::commands::Context;
use crate::commands::console::entry;
use crate::commands::details::{BodyRange, row_details};
use crate::commands::matching::Matching;
use crate::commands::summary::summarize;
use crate::output::Output;
use crate::recording::Recording;

/// A value with its type.
#[derive(Serialize)]
struct Typed<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    #[serde(flatten)]
    value: T,
}

/// An event of the page, or an action of a test, as the Events tab lists it.
#[derive(Serialize)]
struct Event {
    /// Its number in links to the viewer.
    #[serde(rename = "event")]
    number: String,
    time: Option<String>,
    /// Milliseconds from the session's start.
    offset: Option<f64>,
    kind: String,
    text: String,
    failed: bool,
}

/// An event of rrweb.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DomEventLine<'a> {
    /// Its number in the recording, from 1.
    event: usize,
    time: Option<String>,
    /// Milliseconds from the session's start.
    offset: Option<f64>,
    /// The type that rrweb gives it; 7 for one that rrweb does not define.
    event_type: u8,
    window: Option<String>,
    data: Option<&'a RawValue>,
}

/// Writes all lines.
pub(super) fn convert(
    recording: &Recording,
    name: &str,
    options: ExportOptions,
    mut file: OutputFile,
) -> Result<Converted, Failure> {
    let output = Output::json_lines(&mut file);
    let mut context = Context::new(recording, name, output, Redactor::new(options.sanitize));
    let summary = summarize(&mut context);
    write(&mut context, "session", summary)?;
    let session = &recording.session;
    for row in &filtered_rows(session, None, &RowFilter::default()) {
        if let Some(record) = session.records.get(*row as usize) {
            let details = row_details(&mut context, record, BodyRange::ALL).in_typed_line();
            write(&mut context, "row", details)?;
            messages(&mut context, *row as usize, record)?;
        }
    }
    for (index, recorded) in (0..).zip(&session.console) {
        let entry = entry(&mut context, index, recorded);
        write(&mut context, "console", entry)?;
    }
    let elements = page_elements(session, usize::MAX);
    for row in filtered_events(session, &EventFilter::default(), Some(&elements)) {
        event(&mut context, row, &elements)?;
    }
    for (index, recorded) in session.dom_events.iter().enumerate() {
        dom_event(&mut context, index, &recorded)?;
    }
    let failures = std::mem::take(&mut context.failures);
    let mut converted = Converted { failures, ..Converted::default() };
    converted.omissions.removed = context.redactor.count() + context.redacted_in_messages;
    drop(context);
    file.finish()?;
    Ok(converted)
}

fn write(context: &mut Context<'_, '_>, kind: &'static str, value: impl Serialize) -> io::Result<()> {
    context.output.json(&Typed { kind, value })
}

fn messages(context: &mut Context<'_, '_>, row: usize, record: &Record) -> io::Result<()> {
    let recording = context.recording;
    let messages = match recording.messages(record) {
        Ok(Some(messages)) => messages,
        Ok(None) => return Ok(()),
        Err(error) => {
            context.failures.push(error);
            return Ok(());
        }
    };
    let all = MessageFilter::default();
    let matching = Matching::find(context.session(), row, record, messages.log(), &all);
    let url = json!(context.redactor.url(&record.url));
    let start = format!("{{\"type\":\"message\",\"row\":{},\"url\":{url},", record.number);
    matching.write_lines(context, false, &start)
}

fn event(context: &mut Context<'_, '_>, row: EventRow, elements: &PageElements) -> io::Result<()> {
    let session = context.session();
    let Some(line) = event_line(session, row, Some(elements)) else { return Ok(()) };
    let redactor = &mut context.redactor;
    let event = Event {
        number: row.to_string(),
        time: row.time(session).and_then(EpochMs::iso8601),
        offset: line.offset_ms,
        kind: redactor.text(&line.kind).into_owned(),
        text: redactor.payload(&line.text).into_owned(),
        failed: line.failed,
    };
    write(context, "event", event)
}

fn dom_event(context: &mut Context<'_, '_>, index: usize, recorded: &DomEvent) -> io::Result<()> {
    let session = context.session();
    let exported = exported_event(session, recorded, &mut context.redactor);
    let window = session.dom_events.windows().get(usize::from(recorded.window));
    let window = window.filter(|window| !window.is_empty());
    let data = exported.data.map(RawValue::from_string).transpose()?;
    let line = DomEventLine {
        event: index + 1,
        time: recorded.time.and_then(EpochMs::iso8601),
        offset: context.offset(recorded.time),
        event_type: recorded.kind.number(),
        window: window.map(|window| context.redactor.text(window).into_owned()),
        data: data.as_deref(),
    };
    write(context, "domEvent", line)
}
