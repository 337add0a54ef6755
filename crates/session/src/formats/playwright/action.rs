//! The details of an action, from the lines of its start and its end.

use crate::formats::common::part::Part;
use crate::model::{Action, ActionDetails, Session};
use json_spans::json_string;

/// Decodes the details of an action.
pub(in crate::formats) fn details(session: &Session, action: &Action) -> ActionDetails {
    let began = session.bytes.slice(action.source);
    let began = Part::new(&began, 0).trimmed();
    // In version 3 an action is one line.
    let metadata = began.field("metadata").filter(|metadata| metadata.is_object()).unwrap_or(began);
    let parameters = metadata.field("params").into_iter().flat_map(Part::fields);
    let name = |key: &[u8]| json_string::unescape(key).into_owned();
    let ended = session.bytes.slice(action.end_source.unwrap_or_default());
    let error = Part::new(&ended, 0).trimmed().field("error").or_else(|| metadata.field("error"));
    ActionDetails {
        parameters: parameters.map(|(key, value)| (name(key), value.plain())).collect(),
        error: error.and_then(message),
    }
}

/// The message of an error: `{"message"}`, or that within `{"error"}` as older versions have it.
fn message(error: Part<'_>) -> Option<String> {
    let within = error.field("error").unwrap_or(error);
    let message = within.field("message").or_else(|| within.field("value"))?.plain();
    Some(message).filter(|message| !message.is_empty())
}
