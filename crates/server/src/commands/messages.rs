//! `replayscope messages`: the messages of a socket or an event stream.

use std::fmt::Write as _;

use presentation::network::name_cell;
use session::filter::MessageFilter;
use session::model::{Record, Session};

use super::Context;
use super::matching::Matching;
use crate::Failure;
use crate::output::{Column, amount, text};

/// Rows that are listed where the wanted one is not clear.
const MAX_LISTED: usize = 20;

const COLUMNS: [Column; 5] =
    [amount("#", 6), amount("time", 11), text("direction", 9), text("event", 20), text("data", 0)];

pub(super) fn run(
    context: &mut Context<'_, '_>,
    socket: Option<&str>,
    filter: &MessageFilter,
    is_decoded: bool,
) -> Result<(), Failure> {
    let recording = context.recording;
    let session = &recording.session;
    let index = wanted_row(session, socket)?;
    let Some(record) = session.records.get(index) else { return Ok(()) };
    let Some(messages) = recording.messages(record)? else {
        return Err(Failure::Argument(format!("Row {}: its messages were not recorded.", record.number)));
    };
    let matching = Matching::find(session, index, record, messages.log(), filter);
    if context.output.is_json() {
        return Ok(matching.write_lines(context, is_decoded, "{")?);
    }
    context.output.head(&COLUMNS)?;
    Ok(matching.write_rows(context, &COLUMNS, &[])?)
}

/// The index of the row whose messages are wanted.
///
/// # Errors
/// If there is none, or not only one.
fn wanted_row(session: &Session, wanted: Option<&str>) -> Result<usize, Failure> {
    let number: Option<u32> = wanted.and_then(|wanted| wanted.parse().ok());
    let is_wanted = |record: &Record| match (number, wanted) {
        (Some(number), _) => record.number == number,
        (None, Some(part)) => record.url.contains(part),
        (None, None) => true,
    };
    let has_messages = |record: &Record| record.socket().is_some() || record.event_stream().is_some();
    let rows = session.records.iter().enumerate();
    let found: Vec<(usize, &Record)> =
        rows.filter(|(_, record)| has_messages(record) && is_wanted(record)).collect();
    match (found.as_slice(), wanted) {
        ([(index, _)], _) => Ok(*index),
        ([], None) => Err(Failure::Argument("The recording has no sockets and no event streams.".to_owned())),
        ([], Some(wanted)) => Err(Failure::Argument(format!(
            "No socket or event stream is {wanted}. {}",
            listed(session.records.iter().filter(|record| has_messages(record)))
        ))),
        _ => Err(Failure::Argument(format!(
            "{} rows have messages: choose one with --socket. {}",
            found.len(),
            listed(found.iter().map(|(_, record)| *record))
        ))),
    }
}

fn listed<'a>(records: impl Iterator<Item = &'a Record>) -> String {
    let mut text = String::from("Rows with messages:");
    for record in records.take(MAX_LISTED) {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {}  {}", record.number, name_cell(record).segment);
    }
    text
}
