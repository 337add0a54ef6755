//! The entries of the Console tab: filter, order, text and summary.

use std::borrow::Cow;

use session::encodings::one_line;
use session::encodings::{NodeKind, SpanTree, Syntax};
use session::filter::Query;
use session::model::{
    Argument, ConsoleDetails, ConsoleEntry, EpochMs, Session, counted, format_count, order, plural,
};

use crate::console::{LevelSet, is_error};
use crate::labels::{UNKNOWN, truncated_to};
use crate::time::{is_within, time_rank};

/// The conditions of an entry to be listed.
#[derive(Clone, Debug, Default)]
pub struct ConsoleFilter {
    /// Matched against the message and its source.
    pub query: Query,
    pub levels: LevelSet,
    /// Entries within this time range, both ends included; entries without a time are excluded.
    pub range: Option<(EpochMs, EpochMs)>,
}

/// The most characters of a line.
const MAX_LINE_CHARS: usize = 500;
/// No more of an argument is read for the line: a page can write megabytes.
const MAX_LINE_BYTES: usize = 64 * 1024;

/// The entries to list, as indexes into `session.console`: by time, ties in the order of the
/// source, entries without a time last. Entries are decoded only for a text query, and only those
/// that pass the levels and the time. One pass and one sort; without a text query nothing is
/// allocated per entry.
pub fn filtered_entries(session: &Session, filter: &ConsoleFilter) -> Vec<u32> {
    let passes = |entry: &ConsoleEntry| {
        filter.levels.passes(entry.level)
            && is_within(entry.time, filter.range)
            && (filter.query.is_empty() || matches(&session.console_details(entry), &filter.query))
    };
    let entries = || (0_u32..).zip(&session.console);
    let mut rows: Vec<u32> = entries().filter(|(_, entry)| passes(entry)).map(|(index, _)| index).collect();
    let time_of = |row: &u32| session.console.get(*row as usize).and_then(|entry| entry.time);
    let order = order::argsort_by_key(rows.iter().map(|row| time_rank(time_of(row))));
    order::apply_permutation(&mut rows, &order)
}

fn matches(details: &ConsoleDetails, query: &Query) -> bool {
    let text = console_text(details);
    let strings = strings_with_escapes(details);
    let place = details.place.as_deref().unwrap_or_default();
    query.matches_fields(&[text.as_bytes(), strings.as_bytes(), place.as_bytes()])
}

/// The full text of an entry: its arguments separated by spaces, strings as they are, values as
/// JSON.
pub fn console_text(details: &ConsoleDetails) -> String {
    let mut text = String::new();
    for argument in &details.arguments {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&written(argument));
    }
    text
}

fn written(argument: &Argument) -> Cow<'_, str> {
    match argument {
        Argument::Text(text) => Cow::Borrowed(text),
        Argument::Json(json) => String::from_utf8_lossy(json),
    }
}

/// The strings of JSON values that contain escapes, unescaped, a line each.
fn strings_with_escapes(details: &ConsoleDetails) -> String {
    let mut strings = String::new();
    for argument in &details.arguments {
        let Argument::Json(json) = argument else { continue };
        if memchr::memchr(b'\\', json).is_none() {
            continue;
        }
        let json = String::from_utf8_lossy(json);
        let Some(tree) = SpanTree::parse(Syntax::Json, json.as_bytes()) else { continue };
        for (index, node) in (0_u32..).zip(tree.nodes()) {
            let value = (node.kind == NodeKind::String).then(|| tree.value_text(json.as_bytes(), index));
            for text in tree.key_text(json.as_bytes(), index).into_iter().chain(value) {
                strings.push_str(&text);
                strings.push('\n');
            }
        }
    }
    strings
}

/// An entry on one line of about 500 characters at most: strings as they are, values as a collapsed
/// tree.
pub fn console_line(details: &ConsoleDetails) -> String {
    let mut line = String::new();
    let mut max_chars = MAX_LINE_CHARS;
    for argument in &details.arguments {
        if max_chars == 0 {
            line.push_str(" …");
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let piece = piece(argument, max_chars);
        max_chars = max_chars.saturating_sub(piece.chars().count() + 1);
        line.push_str(&piece);
    }
    if details.arguments.is_empty() { UNKNOWN.to_owned() } else { line }
}

fn piece(argument: &Argument, max_chars: usize) -> String {
    match argument {
        Argument::Text(text) => one_line(truncated_to(text, MAX_LINE_BYTES), max_chars),
        Argument::Json(json) => value_line(json, max_chars),
    }
}

/// A JSON value on one line of about `max_chars` characters at most, as a collapsed tree; what is
/// not JSON, or too long to parse for a line, as it is written.
pub(crate) fn value_line(json: &[u8], max_chars: usize) -> String {
    let text = String::from_utf8_lossy(json.get(..MAX_LINE_BYTES).unwrap_or(json));
    let tree = SpanTree::parse(Syntax::Json, text.as_bytes());
    tree.map_or_else(|| one_line(&text, max_chars), |tree| tree.preview(text.as_bytes(), 0, max_chars))
}

/// The summary of the list: `12 entries, 2 errors`; with a filter `3 of 12 entries, 2 errors`.
/// Errors are counted among the listed entries.
pub fn console_summary(session: &Session, shown: &[u32]) -> String {
    let all = session.console.len();
    let all_label = counted(all as u64, "entry", "entries");
    let label = if shown.len() == all {
        all_label
    } else {
        format!("{} of {all_label}", format_count(shown.len() as u64))
    };
    let entries = shown.iter().filter_map(|row| session.console.get(*row as usize));
    let errors = entries.filter(|entry| is_error(entry.level)).count();
    if errors == 0 { label } else { format!("{label}, {}", plural(errors as u64, "error")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::LevelGroup;
    use crate::testing::{at, console, decoding, session};
    use session::model::{ConsoleLevel, PageEventDetails};

    fn text(text: &str) -> Argument {
        Argument::Text(text.to_owned())
    }

    fn json(json: &str) -> Argument {
        Argument::Json(json.as_bytes().to_vec())
    }

    fn details(arguments: &[Argument]) -> ConsoleDetails {
        ConsoleDetails { arguments: arguments.to_vec(), ..ConsoleDetails::default() }
    }

    fn found(query: &str, details: &ConsoleDetails) -> bool {
        let details = details.clone();
        let format = decoding(move |_| details.clone(), |_| PageEventDetails::default());
        let session =
            Session { format, console: vec![console(ConsoleLevel::Log, 0.0)], ..session(Vec::new()) };
        let filter = ConsoleFilter { query: Query::parse(query), ..ConsoleFilter::default() };
        !filtered_entries(&session, &filter).is_empty()
    }

    #[test]
    fn entries_sort_by_time_then_source_order_with_undated_last() {
        let entry = |ms| console(ConsoleLevel::Log, ms);
        let undated = ConsoleEntry { time: None, ..entry(0.0) };
        let console = vec![undated, entry(30.0), entry(10.0), entry(30.0)];
        let format =
            decoding(|_| panic!("nothing is decoded without a query"), |_| PageEventDetails::default());
        let session = Session { format, console, ..session(Vec::new()) };
        assert_eq!(filtered_entries(&session, &ConsoleFilter::default()), [2, 1, 3, 0]);
    }

    #[test]
    fn entries_are_filtered_by_level_and_time_range() {
        let entries = [(ConsoleLevel::Warn, 10.0), (ConsoleLevel::Assert, 20.0), (ConsoleLevel::Error, 30.0)];
        let mut session = session(Vec::new());
        session.console = entries.map(|(level, ms)| console(level, ms)).to_vec();
        session.console.push(ConsoleEntry { time: None, ..console(ConsoleLevel::Error, 0.0) });
        let listed = |filter| filtered_entries(&session, &filter);
        let errors = ConsoleFilter { levels: LevelSet::only(LevelGroup::Errors), ..ConsoleFilter::default() };
        assert_eq!(listed(errors), [1, 2, 3]);
        let early = ConsoleFilter { range: Some((at(10.0), at(20.0))), ..ConsoleFilter::default() };
        assert_eq!(listed(early), [0, 1]);
    }

    #[test]
    fn queries_match_the_arguments_of_an_entry() {
        let order = details(&[text("Order"), json("12"), text("failed"), json(r#"{"state":"paid"}"#)]);
        assert!(found("\"order 12 failed\"", &order), "a phrase runs from one argument into the next");
        assert!(found("state PAID", &order));
        assert!(!found("-paid", &order));
        assert!(!found("order shipped", &order));
    }

    #[test]
    fn queries_match_strings_escaped_and_unescaped() {
        let value = details(&[json(r#"{"caf\u00e9":"say \"hello\""}"#)]);
        assert!(found("café", &value));
        assert!(found("\\\"hello", &value), "as written");
        assert!(found("y \"h", &value), "as read");
    }

    #[test]
    fn queries_match_the_source_location_of_an_entry() {
        let thrown = ConsoleDetails { place: Some("https://a.test/app.js:19:33".to_owned()), ..details(&[]) };
        assert!(found("app.js:19", &thrown));
    }

    #[test]
    fn a_line_shows_strings_as_they_are_and_values_collapsed() {
        let order =
            details(&[text("Order"), json(r#"{"id":"x","items":[1]}"#), json("12"), text("two\nlines")]);
        assert_eq!(console_line(&order), r#"Order {id: "x", items: […]} 12 two⏎lines"#);
        assert_eq!(console_line(&details(&[json("not json")])), "not json");
        assert_eq!(console_line(&details(&[text("")])), "");
        assert_eq!(console_line(&ConsoleDetails::default()), UNKNOWN, "what was not recorded");
    }

    #[test]
    fn the_length_of_a_line_is_bounded() {
        let long = format!(r#"["{}"]"#, "é".repeat(10 * MAX_LINE_BYTES));
        for arguments in [vec![text(&long)], vec![json(&long)], vec![text("a b"); 10_000]] {
            let line = console_line(&details(&arguments));
            assert!(line.chars().count() <= MAX_LINE_CHARS + 5 && line.ends_with('…'), "{line}");
        }
    }

    #[test]
    fn the_summary_counts_listed_and_all_rows() {
        let mut session = session(Vec::new());
        assert_eq!(console_summary(&session, &[]), "0 entries");
        session.console = vec![console(ConsoleLevel::Log, 0.0); 12];
        let all: Vec<u32> = (0..12).collect();
        assert_eq!(console_summary(&session, &all), "12 entries");
        session.console[3].level = ConsoleLevel::Error;
        session.console[4].level = ConsoleLevel::Exception;
        assert_eq!(console_summary(&session, &all), "12 entries, 2 errors");
        assert_eq!(console_summary(&session, &[0, 1, 2]), "3 of 12 entries");
        assert_eq!(console_summary(&session, &[0, 3]), "2 of 12 entries, 1 error");
    }
}
