//! The details of a console entry of a trace.

use crate::formats::common::arguments::{of_value, place_of, stack_of};
use crate::formats::common::part::Part;
use crate::model::{Argument, ConsoleDetails};

/// Decodes the details of an entry: a `console` message, an uncaught error (`pageError`), or, up to
/// version 5, the object of the message.
pub(in crate::formats) fn details(line: Part<'_>) -> ConsoleDetails {
    // In version 3 the fields of an event are in its metadata.
    let line = line.field("metadata").filter(|metadata| metadata.is_object()).unwrap_or(line);
    let params = line.field("params");
    if let Some(error) = params.and_then(|params| params.field("error")) {
        return of_error(error);
    }
    let initializer =
        line.field("initializer").or_else(|| params.and_then(|params| params.field("initializer")));
    of_message(initializer.unwrap_or(line))
}

fn of_message(message: Part<'_>) -> ConsoleDetails {
    let arguments: Vec<Argument> =
        message.field("args").into_iter().flat_map(Part::elements).filter_map(argument).collect();
    let text = || message.field("text").filter(|text| text.is_string()).map(of_value);
    ConsoleDetails {
        arguments: if arguments.is_empty() { text().into_iter().collect() } else { arguments },
        stack: Vec::new(),
        place: message.field("location").and_then(place),
    }
}

/// The arguments: the value of a primitive, the browser's preview of an object. Up to version 5 an
/// argument is a reference to an object that was not recorded, so the message's text is used.
fn argument(argument: Part<'_>) -> Option<Argument> {
    let is_recorded = |value: &Part<'_>| value.text() != b"null";
    let value = argument.field("value").filter(is_recorded);
    value.or_else(|| argument.field("preview").filter(is_recorded)).map(of_value)
}

/// Playwright counts lines and columns from 0, and writes 0 for both if it knows only the URL.
fn place(location: Part<'_>) -> Option<String> {
    let url = location.field("url")?.as_text();
    let number = |key: &str| location.field(key).and_then(|value| value.number().as_u64());
    let url = url.filled()?;
    Some(match number("lineNumber").zip(number("columnNumber")) {
        None | Some((0, 0)) => url.to_owned(),
        Some((line, column)) => format!("{url}:{}:{}", line + 1, column + 1),
    })
}

/// The details of a thrown value: an `Error` with message and stack, or any other value.
fn of_error(error: Part<'_>) -> ConsoleDetails {
    let Some(thrown) = error.field("error").filter(|thrown| thrown.is_object()) else {
        let value = error.field("value").unwrap_or(error);
        return ConsoleDetails { arguments: vec![of_value(value)], ..ConsoleDetails::default() };
    };
    let text = |key: &str| thrown.field(key).map(|value| value.as_text().owned()).unwrap_or_default();
    let (name, message, stack) = (text("name"), text("message"), text("stack"));
    let text = if name.is_empty() { message } else { format!("{name}: {message}") };
    // Chromium's stacks begin with the error's own message, which may take several lines.
    let calls = stack.strip_prefix(text.as_str()).unwrap_or(&stack);
    let stack = stack_of(calls);
    let place = stack.first().and_then(|call| place_of(call));
    ConsoleDetails { arguments: vec![Argument::Text(text)], stack, place }
}
