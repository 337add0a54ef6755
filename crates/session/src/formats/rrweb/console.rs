//! Console entries of rrweb's console plugin, and breadcrumbs of Sentry's recorder.

use super::event::{Event, name_of};
use crate::formats::common::arguments::{of_json_text, of_value, place_of};
use crate::formats::common::part::Part;
use crate::model::{Argument, ConsoleDetails, ConsoleEntry, ConsoleLevel, Session};

/// Reads a `rrweb/console@1` event. The arguments are in `payload.payload`, an array of JSON texts
/// (or one text), which may be missing.
pub(super) fn take(session: &mut Session, event: &Event<'_>) {
    let payload = event.data.field("payload");
    let level = payload.and_then(|payload| payload.field("level")).map(Part::as_text).unwrap_or_default();
    session.console.push(ConsoleEntry {
        time: event.time,
        level: ConsoleLevel::from_name(level.as_str().unwrap_or_default()),
        source: event.source,
    });
}

/// Decodes the details of an entry; `None` if its source is not an event.
pub(in crate::formats) fn details(event: Part<'_>) -> Option<ConsoleDetails> {
    let data = event.field("data")?;
    let Some(payload) = data.field("payload") else { return Some(ConsoleDetails::default()) };
    let is_breadcrumb = name_of(data, "tag") == "breadcrumb";
    Some(if is_breadcrumb { of_breadcrumb(payload) } else { of_plugin(payload) })
}

fn of_plugin(payload: Part<'_>) -> ConsoleDetails {
    let arguments = payload.field("payload").filter(|written| written.text() != b"null");
    let arguments = arguments.map(|written| {
        if written.is_array() {
            written.elements().map(of_json_text).collect()
        } else {
            vec![of_json_text(written)]
        }
    });
    let trace = payload.field("trace");
    let calls = trace.into_iter().flat_map(Part::elements).map(Part::plain);
    let stack: Vec<String> = calls.filter(|call| !call.trim().is_empty()).collect();
    let place = stack.first().and_then(|call| place_of(call));
    ConsoleDetails { arguments: arguments.unwrap_or_default(), stack, place }
}

/// Sentry's recorder joins the arguments to a text (`message`), and also lists them in
/// `data.arguments`.
fn of_breadcrumb(crumb: Part<'_>) -> ConsoleDetails {
    let listed = crumb.field("data").and_then(|data| data.field("arguments"));
    let arguments: Vec<Argument> = listed.into_iter().flat_map(Part::elements).map(of_value).collect();
    let message = || crumb.field("message").filter(|message| message.text() != b"null").map(of_value);
    ConsoleDetails {
        arguments: if arguments.is_empty() { message().into_iter().collect() } else { arguments },
        ..ConsoleDetails::default()
    }
}
