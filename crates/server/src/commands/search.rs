//! `replayscope search`: messages of all sockets that match a filter.

use presentation::labels::UNKNOWN;
use serde_json::json;
use session::filter::{MessageFilter, Messages};
use session::model::{MessageLog, Millis, Record};
use session::protocols::Analysis;

use super::Context;
use super::messages::{Chosen, analyzed, kind_label, payload_text, write_lines};
use crate::Failure;
use crate::output::{Column, amount, report_load_error, text};

const COLUMNS: [Column; 6] = [
    amount("row", 5),
    amount("#", 6),
    amount("time", 11),
    text("direction", 9),
    text("event", 20),
    text("data", 0),
];

pub(super) fn run(context: &mut Context<'_>, text: &str) -> Result<(), Failure> {
    let recording = context.recording;
    let session = &recording.session;
    let filter = MessageFilter::parse(text).unwrap_or_else(|_| MessageFilter::as_text(text));
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for (row, record) in session.records.iter().enumerate().filter(|(_, record)| record.socket().is_some()) {
        let messages = match recording.messages(record) {
            Ok(Some(messages)) => messages,
            Ok(None) => continue,
            Err(error) => {
                report_load_error(&error);
                context.is_incomplete = true;
                continue;
            }
        };
        let log = messages.log();
        let analyzer = analyzed(record, log);
        let analysis = analyzer.as_ref().map(|analyzer| analyzer.analysis());
        let is_match = filter.matching(Messages { log, analysis, start: session.started_at });
        let indexes: Vec<u32> =
            (0..log.len()).filter(|index| is_match(*index)).map(|index| index as u32).collect();
        if context.output.is_json() {
            // The line of a message, after the row of its socket.
            let start =
                format!("{{\"row\":{},\"url\":{},", record.number, json!(context.redactor.url(&record.url)));
            let analyzer = analyzer.as_deref();
            write_lines(context, Chosen { record: row, log, analyzer, indexes, is_decoded: false }, &start)?;
        } else {
            write_rows(context, record, log, analysis, &indexes)?;
        }
    }
    Ok(())
}

fn write_rows(
    context: &mut Context<'_>,
    record: &Record,
    log: MessageLog<'_>,
    analysis: Option<&Analysis>,
    indexes: &[u32],
) -> Result<(), Failure> {
    for index in indexes {
        let Some(message) = log.columns.get(*index as usize) else { continue };
        let offset = context.offset(message.time).and_then(Millis::new);
        let cells = [
            record.number.to_string(),
            (index + 1).to_string(),
            offset.map_or_else(|| UNKNOWN.to_owned(), Millis::offset),
            kind_label(message.kind).to_owned(),
            analysis.and_then(|analysis| analysis.event(*index)).unwrap_or_default().to_owned(),
            payload_text(&mut context.redactor, &message, &log.raw(&message)),
        ];
        context.output.row(&COLUMNS, &cells)?;
    }
    Ok(())
}
