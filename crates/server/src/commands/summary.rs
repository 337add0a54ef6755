//! `replayscope summary`: what the recording is, and what is in it.

use std::io;

use presentation::console::level_counts;
use presentation::network::{message_count, row_counts};
use presentation::time::duration_ms;
use serde::Serialize;
use session::model::{EpochMs, Millis, format_count, plural};

use super::Context;

/// What is known of a recording; what is not known is `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Summary<'a> {
    file: &'a str,
    format: &'static str,
    /// What wrote it.
    producer: Option<String>,
    title: Option<String>,
    started_at: Option<String>,
    ended_at: Option<String>,
    /// Milliseconds.
    duration: Option<f64>,
    user_agent: Option<&'a str>,
    pages: Vec<Page>,
    /// Rows of the Network table that are requests.
    requests: usize,
    sockets: usize,
    /// Failed rows of the Network table.
    errors: u32,
    /// Messages of all sockets, as far as the recording counts them.
    messages: Option<u64>,
    /// Sockets whose messages are not counted before they are read.
    uncounted_sockets: usize,
    console_entries: usize,
    console_errors: u32,
    page_events: usize,
    actions: usize,
    dom_events: usize,
    screenshots: usize,
    truncation: Option<String>,
    /// Parts of the recording that could not be read as they are.
    notes: u64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    url: String,
    title: Option<String>,
    started_at: Option<String>,
}

pub(super) fn run(context: &mut Context<'_, '_>) -> io::Result<()> {
    let summary = summarize(context);
    if context.output.is_json() {
        return context.output.json(&summary);
    }
    for (label, value) in lines(&summary) {
        context.output.line(&format!("{label:<12}{value}"))?;
    }
    let notes = context.session().notes.listed().to_vec();
    for note in notes {
        context.output.line(&format!("note        {}: {}", note.place, note.text))?;
    }
    Ok(())
}

pub(super) fn summarize<'r>(context: &mut Context<'r, '_>) -> Summary<'r> {
    let session = &context.recording.session;
    let redactor = &mut context.redactor;
    let sockets: Vec<_> = session.records.iter().filter_map(|record| record.socket()).collect();
    let counts: Vec<u64> = sockets.iter().filter_map(|socket| message_count(socket)).collect();
    let pages = session.pages.iter().map(|page| Page {
        url: redactor.url(&page.url).into_owned(),
        title: page.title.as_deref().map(|title| redactor.text(title).into_owned()),
        started_at: page.started_at.and_then(EpochMs::iso8601),
    });
    Summary {
        file: context.file,
        format: session.format.name(),
        producer: session.format.attribution(session),
        pages: pages.collect(),
        title: session.title.as_deref().map(|title| redactor.text(title).into_owned()),
        started_at: session.started_at.and_then(EpochMs::iso8601),
        ended_at: session.end().and_then(EpochMs::iso8601),
        duration: duration_ms(session),
        user_agent: session.user_agent.as_deref(),
        requests: session.records.len() - sockets.len(),
        sockets: sockets.len(),
        errors: row_counts(session).errors,
        messages: (!counts.is_empty()).then(|| counts.iter().sum()),
        uncounted_sockets: sockets.len() - counts.len(),
        console_entries: session.console.len(),
        console_errors: level_counts(session).last().copied().unwrap_or_default(),
        page_events: session.page_events.len(),
        actions: session.actions.len(),
        dom_events: session.dom_events.len(),
        screenshots: session.screenshots.len(),
        truncation: session
            .truncation
            .as_ref()
            .map(|cut| format!("{}, byte {}: {}", cut.file, cut.byte, cut.reason)),
        notes: session.notes.total(),
    }
}

/// The summary as lines: a label and a value each.
fn lines(summary: &Summary<'_>) -> Vec<(&'static str, String)> {
    let mut lines = vec![("file", summary.file.to_owned()), ("format", summary.format.to_owned())];
    let mut add = |label, value: Option<String>| lines.extend(value.map(|value| (label, value)));
    add("producer", summary.producer.clone());
    add("title", summary.title.clone());
    add("started", summary.started_at.clone());
    add("duration", summary.duration.and_then(Millis::new).map(Millis::duration));
    add("browser", summary.user_agent.map(str::to_owned));
    for page in &summary.pages {
        add("page", Some(page.url.clone()));
    }
    let count = |number: usize, name| plural(number as u64, name);
    let network = format!("{}, {}", count(summary.requests, "request"), count(summary.sockets, "socket"));
    add("network", Some(format!("{network}, {}", plural(summary.errors.into(), "error"))));
    if summary.sockets > 0 {
        let known = summary.messages.map_or_else(|| "unknown".to_owned(), format_count);
        let rest = match summary.uncounted_sockets {
            0 => String::new(),
            sockets => format!("; those of {} are not counted", count(sockets, "socket")),
        };
        add("messages", Some(format!("{known}{rest}")));
    }
    let entries = format!("{} entries", format_count(summary.console_entries as u64));
    add("console", Some(format!("{entries}, {}", plural(summary.console_errors.into(), "error"))));
    add("replay", Some(count(summary.dom_events, "DOM event")));
    add("truncated", summary.truncation.clone());
    lines
}
