//! `replayscope search`: messages of all sockets that match a filter.

use serde_json::json;
use session::filter::MessageFilter;

use super::Context;
use super::matching::Matching;
use crate::Failure;
use crate::output::{Column, amount, text};

const COLUMNS: [Column; 6] = [
    amount("row", 5),
    amount("#", 6),
    amount("time", 11),
    text("direction", 9),
    text("event", 20),
    text("data", 0),
];

pub(super) fn run(context: &mut Context<'_, '_>, filter: &MessageFilter) -> Result<(), Failure> {
    let recording = context.recording;
    let session = &recording.session;
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for (row, record) in session.records.iter().enumerate().filter(|(_, record)| record.socket().is_some()) {
        let messages = match recording.messages(record) {
            Ok(Some(messages)) => messages,
            Ok(None) => continue,
            Err(error) => {
                context.failures.push(error);
                continue;
            }
        };
        let matching = Matching::find(session, row, record, messages.log(), filter);
        if context.output.is_json() {
            // The line of a message, after the row of its socket.
            let url = json!(context.redactor.url(&record.url));
            matching.write_lines(context, false, &format!("{{\"row\":{},\"url\":{url},", record.number))?;
        } else {
            matching.write_rows(context, &COLUMNS, &[record.number.to_string()])?;
        }
    }
    Ok(())
}
