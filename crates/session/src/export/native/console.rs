//! A line of `console.jsonl`.

use crate::export::json::Json;
use crate::model::{Argument, ConsoleEntry, ConsoleLevel, EpochMs, Session};

/// Writes an entry with its arguments, its place and its stack.
pub(super) fn write(json: &mut Json, session: &Session, entry: &ConsoleEntry) {
    let details = session.console_details(entry);
    json.open_object();
    json.optional_number_field("timeStamp", entry.time.map(EpochMs::ms));
    json.field("level", level_name(entry.level));
    json.key("args");
    json.open_array();
    for argument in &details.arguments {
        match argument {
            Argument::Text(text) => json.payload_string(text),
            Argument::Json(value) => json.payload_json(value),
        }
    }
    json.close_array();
    let place = details.place.as_deref().map(|place| json.redactor.url(place).into_owned());
    json.optional_field("source", place.as_deref());
    if !details.stack.is_empty() {
        json.field("stack", &details.stack.join("\n"));
    }
    json.close_object();
    json.end_line();
}

fn level_name(level: ConsoleLevel) -> &'static str {
    match level {
        ConsoleLevel::Debug => "debug",
        ConsoleLevel::Log => "log",
        ConsoleLevel::Info => "info",
        ConsoleLevel::Warn => "warn",
        ConsoleLevel::Error => "error",
        ConsoleLevel::Assert => "assert",
        ConsoleLevel::Exception => "exception",
    }
}
