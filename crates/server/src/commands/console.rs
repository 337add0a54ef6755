//! `replayscope console`: the entries of the console.

use std::io;

use presentation::console::{ConsoleFilter, console_line, console_text, filtered_entries, level_label};
use serde::Serialize;
use session::filter::Query;
use session::model::{ConsoleEntry, EpochMs};

use super::Context;
use crate::output::{Column, amount, text};

/// An entry; what is not known is `null`.
#[derive(Debug, Serialize)]
pub(super) struct Entry {
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

pub(super) fn run(context: &mut Context<'_, '_>, filter: &Query) -> io::Result<()> {
    let session = context.session();
    let filter = ConsoleFilter { query: filter.clone(), ..ConsoleFilter::default() };
    if !context.output.is_json() {
        context.output.head(&COLUMNS)?;
    }
    for index in filtered_entries(session, &filter) {
        let Some(recorded) = session.console.get(index as usize) else { continue };
        if !context.output.takes_line() {
            continue;
        }
        if context.output.is_json() {
            let entry = entry(context, index, recorded);
            context.output.json(&entry)?;
        } else {
            let cells = cells(context, recorded);
            context.output.row(&COLUMNS, &cells)?;
        }
    }
    Ok(())
}

/// The entry at `index`.
pub(super) fn entry(context: &mut Context<'_, '_>, index: u32, recorded: &ConsoleEntry) -> Entry {
    let details = context.session().console_details(recorded);
    let offset = context.offset(recorded.time);
    let redactor = &mut context.redactor;
    Entry {
        number: index + 1,
        time: recorded.time.and_then(EpochMs::iso8601),
        offset,
        level: level_label(recorded.level),
        text: redactor.payload(&console_text(&details)).into_owned(),
        place: details.place.as_deref().map(|place| redactor.url(place).into_owned()),
        stack: details.stack.iter().map(|call| redactor.text(call).into_owned()).collect(),
    }
}

fn cells(context: &mut Context<'_, '_>, recorded: &ConsoleEntry) -> [String; 4] {
    let details = context.session().console_details(recorded);
    let offset = context.offset_text(recorded.time);
    let redactor = &mut context.redactor;
    let text = redactor.payload(&console_line(&details)).into_owned();
    let place = details.place.as_deref().map(|place| redactor.url(place).into_owned());
    [offset, level_label(recorded.level).to_owned(), text, place.unwrap_or_default()]
}
