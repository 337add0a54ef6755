//! Entries of the console, as rrweb's console plugin writes them.

use super::recording::Event;
use crate::model::{ConsoleEntry, ConsoleLevel, Session};
use crate::read::part::Part;

/// Takes a `rrweb/console@1` event. What the page wrote is its `payload.payload`, an array of JSON texts (or one text);
/// an entry without it is an entry all the same.
pub(super) fn take(session: &mut Session, event: &Event<'_>) {
    let payload = event.data.field("payload");
    let level = payload.and_then(|payload| payload.field("level")).map(Part::words).unwrap_or_default();
    session.console.push(ConsoleEntry {
        time: event.time,
        level: ConsoleLevel::from_name(level.as_str().unwrap_or_default()),
        source: event.source,
    });
}
