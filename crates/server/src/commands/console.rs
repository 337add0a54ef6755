//! `replayscope console`: the entries of the console.

use std::io;

use presentation::console::{ConsoleFilter, console_line, console_text, filtered_entries, level_label};
use serde::Serialize;
use session::filter::Query;
use session::model::EpochMs;

use super::Context;
use crate::output::{Column, amount, text};

/// An entry; what is not known is `null`.
#[derive(Debug, Serialize)]
struct Entry {
    /// Its number in the recording, from 1.
    #[serde(rename = "entry")]
    number: u32,
    time: Option<String>,
    /// Milliseconds from the session's start.
    offset: Option<f64>,
    level: &'static str,
    text: String,
    place: Option<String>,
    stack: Vec<String>,
}

const COLUMNS: [Column; 4] = [amount("time", 11), text("level", 18), text("text", 60), text("place", 0)];

pub(super) fn run(context: &mut Context<'_>, filter: Option<&str>) -> io::Result<()> {
    let session = &context.recording.session;
    let filter =
        ConsoleFilter { query: Query::parse(filter.unwrap_or_default()), ..ConsoleFilter::default() };
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for index in filtered_entries(session, &filter) {
        let Some(entry) = session.console.get(index as usize) else { continue };
        let details = session.console_details(entry);
        let level = level_label(entry.level);
        let (offset, offset_text) = (context.offset(entry.time), context.offset_text(entry.time));
        let redactor = &mut context.redactor;
        let place = details.place.as_deref().map(|place| redactor.url(place).into_owned());
        if context.output.is_json() {
            let entry = Entry {
                number: index + 1,
                time: entry.time.and_then(EpochMs::iso8601),
                offset,
                level,
                text: redactor.payload(&console_text(&details)).into_owned(),
                place,
                stack: details.stack.iter().map(|call| redactor.text(call).into_owned()).collect(),
            };
            context.output.json(&entry)?;
        } else {
            let text = redactor.payload(&console_line(&details)).into_owned();
            context
                .output
                .row(&COLUMNS, &[offset_text, level.to_owned(), text, place.unwrap_or_default()])?;
        }
    }
    Ok(())
}
