//! The rows that match a filter of requests, which may depend on headers, bodies and messages.

use presentation::network::{
    ContentKind, ContentTerm, Contents, Evidence, RequestFilter, RequestIndex, RowFilter, filtered_rows_with,
};
use session::formats::{LoadError, body_from_file};
use session::model::{Body, Record};

use super::Context;
use crate::recording::Recording;

/// The rows that match, in chronological order. What cannot be read is noted in the context, and
/// does not match.
pub(super) fn filtered(context: &mut Context<'_, '_>, filter: &RequestFilter) -> Vec<u32> {
    let recording = context.recording;
    let session = &recording.session;
    let mut index = RequestIndex::default();
    if filter.needs_index() {
        while index.read_next(session) {}
    }
    let mut contents = Contents::default();
    let terms = filter.content_terms();
    if !terms.is_empty() {
        for row in undecided(context, filter, &index) {
            let Some(record) = session.records.get(row) else { continue };
            for term in &terms {
                let found = search(recording, record, term);
                context.failures.extend(found.as_ref().err().cloned());
                contents.set(term, row, found.unwrap_or(false));
            }
        }
    }
    let evidence = Evidence { index: Some(&index), contents: Some(&contents) };
    let filter = RowFilter { query: filter.clone(), ..RowFilter::default() };
    filtered_rows_with(session, None, &filter, evidence)
}

/// The rows that the filter cannot decide without their bodies and messages.
fn undecided(context: &Context<'_, '_>, filter: &RequestFilter, index: &RequestIndex) -> Vec<usize> {
    let evidence = Evidence { index: Some(index), contents: None };
    let matches = filter.matching(context.session(), evidence);
    let rows = context.session().records.iter().enumerate();
    rows.filter(|(row, record)| matches(*row, record).is_none()).map(|(row, _)| row).collect()
}

/// Whether a body or a message of the row has the text.
fn search(recording: &Recording, record: &Record, term: &ContentTerm) -> Result<bool, LoadError> {
    if term.kind == ContentKind::Message {
        let messages = recording.messages(record)?;
        return Ok(messages.is_some_and(|messages| term.is_in_messages(messages.log())));
    }
    let details = recording.session.details(record);
    let test = term.body_test();
    for body in term.kind.bodies(&details) {
        let found = match body {
            Body::InFile { path, mime } => {
                test.matches_body(&body_from_file(recording.read_body(path)?, mime.clone()))
            }
            body => test.matches_body(body),
        };
        if found == Some(true) {
            return Ok(true);
        }
    }
    Ok(false)
}
