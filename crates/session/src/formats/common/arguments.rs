//! Arguments of console entries, in the forms in which recorders write them.

use super::part::Part;
use crate::model::Argument;
use json_spans::{is_json, json_string};

/// An argument that is recorded as its value: a string is text, anything else JSON.
pub(in crate::formats) fn of_value(value: Part<'_>) -> Argument {
    if value.is_string() { Argument::Text(value.plain()) } else { Argument::Json(value.text().to_vec()) }
}

/// An argument that is recorded as JSON in a string. A string that is not JSON is text: a function,
/// or truncated JSON.
pub(in crate::formats) fn of_json_text(value: Part<'_>) -> Argument {
    if !value.is_string() {
        return of_value(value);
    }
    let text = value.plain();
    match text.as_bytes() {
        [b'"', inside @ .., b'"'] if is_json(text.as_bytes()) => {
            Argument::Text(json_string::unescape(inside).into_owned())
        }
        json if is_json(json) => Argument::Json(text.into_bytes()),
        _ => Argument::Text(text),
    }
}

/// The lines of a stack that is one string.
pub(in crate::formats) fn stack_of(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The position of a call of a stack in the page's sources: `https://a.test/app.js:19:33` of
/// `at f (https://…)`, as Chromium writes it and rrweb's plugin after it, or of `f@https://…`, as
/// Firefox and Safari do.
pub(in crate::formats) fn place_of(call: &str) -> Option<String> {
    let place = call.trim_end_matches(')').rsplit([' ', '(']).next()?;
    let place = match place.split_once('@') {
        Some((name, place)) if !name.contains("://") => place,
        _ => place,
    };
    let mut parts = place.rsplitn(3, ':');
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_place = parts.next().is_some_and(is_number)
        && parts.next().is_some_and(is_number)
        && parts.next().is_some_and(|source| !source.is_empty());
    is_place.then(|| place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part<'_> {
        Part::new(text.as_bytes(), 0)
    }

    fn text_argument(text: &str) -> Argument {
        Argument::Text(text.to_owned())
    }

    fn json(text: &str) -> Argument {
        Argument::Json(text.as_bytes().to_vec())
    }

    #[test]
    fn a_string_is_text_and_any_other_value_is_json() {
        assert_eq!(of_value(part(r#""h\u00e9 \"x\"""#)), text_argument("hé \"x\""));
        for text in ["1.50", "null", r#"{"a":1}"#, "[]"] {
            assert_eq!(of_value(part(text)), json(text));
        }
    }

    #[test]
    fn json_in_a_string_is_decoded() {
        assert_eq!(of_json_text(part(r#""\"a \\n b\"""#)), text_argument("a \n b"));
        assert_eq!(of_json_text(part(r#""{\"a\":[1]}""#)), json(r#"{"a":[1]}"#));
        assert_eq!(of_json_text(part(r#""42""#)), json("42"));
        for text in ["A big deal", "{a: 1", "undefined", "\"open", "\""] {
            let quoted = serde_json::to_string(text).expect("a string");
            assert_eq!(of_json_text(part(&quoted)), text_argument(text));
        }
        assert_eq!(of_json_text(part("null")), json("null"));
    }

    #[test]
    fn a_stack_is_split_into_lines() {
        assert_eq!(stack_of("    at a (x.js:1:2)\r\n\n  at b\n"), ["at a (x.js:1:2)", "at b"]);
    }

    #[test]
    fn the_position_of_a_call_is_its_source_line_and_column() {
        for call in [
            "at f (https://a.test/x@1.js:19:33)",
            "at https://a.test/x@1.js:19:33",
            "f@https://a.test/x@1.js:19:33",
        ] {
            assert_eq!(place_of(call).as_deref(), Some("https://a.test/x@1.js:19:33"), "{call}");
        }
        for call in ["", "at f", "at f (native)", "x:1", ":1:2", "a:1:"] {
            assert_eq!(place_of(call), None, "{call}");
        }
    }
}
