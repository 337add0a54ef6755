//! The query string of a [`ViewState`]: a versioned list of parameters with short keys.
//!
//! Reading is `form_urlencoded`'s (lenient: `+` is a space, an invalid `%` is itself, invalid UTF-8
//! becomes U+FFFD). Writing leaves characters unencoded that a URL's query allows, so that links
//! stay readable.

use session::encodings::visible_line;
use std::fmt::Display;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{PairRows, ViewState};
use crate::events::EventRow;
use crate::messages::{ColumnSet, DirectionFilter, MessageSort};
use crate::network::{ColumnList, GroupBy, Sort};
use crate::toggles::{Group, GroupSet};

/// Version of the meaning of the parameters. A query without [`VERSION_KEY`] has version 1.
const VERSION: &str = "1";
const VERSION_KEY: &str = "v";

const SOURCE_KEY: &str = "src";

/// Largest offset that is read, in ms: longer than any recording, and short to write.
const MAX_OFFSET_MS: f64 = 1e14;
const MAX_QUOTED_CHARS: usize = 60;
/// The value of `findings` that shows them.
const SHOWN: &str = "1";
/// The value of `hb` that hides heartbeats.
const HIDE: &str = "hide";
/// The value of `around` that shows what happened around a message.
const AROUND: &str = "1s";

/// ASCII characters that are percent-encoded: all but letters, digits and punctuation without a
/// meaning in a query.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b':')
    .remove(b'.')
    .remove(b',')
    .remove(b'@')
    .remove(b'-')
    .remove(b'_')
    .remove(b'~');

/// A parameter of the query string.
struct Parameter {
    key: &'static str,
    /// Takes over a value that is not empty. `Err` says what the value should have been,
    /// `row number`.
    read: fn(&mut ViewState, &str) -> Result<(), Invalid>,
    /// The value; `None` or empty where it is the default.
    write: fn(&ViewState) -> Option<String>,
}

/// A value, or the first invalid part of it, with what it should have been.
struct Invalid {
    value: String,
    expected: &'static str,
}

/// Every parameter, in the order in which they are written. A new one is a field of [`ViewState`]
/// and a line here.
const PARAMETERS: [Parameter; 33] = [
    Parameter {
        key: SOURCE_KEY,
        read: |state, value| {
            state.source_url = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.source_url.clone(),
    },
    Parameter {
        key: "catalogue",
        read: |state, value| {
            state.catalog_url = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.catalog_url.clone(),
    },
    Parameter {
        key: "tab",
        read: |state, value| {
            state.tab = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.tab.clone(),
    },
    Parameter {
        key: "q",
        read: |state, value| {
            value.clone_into(&mut state.network_filter);
            Ok(())
        },
        write: |state| Some(state.network_filter.clone()),
    },
    Parameter {
        key: "types",
        read: |state, value| groups(&mut state.resource_types, value, "resource type"),
        write: |state| Some(state.resource_types.to_string()),
    },
    Parameter {
        key: "sort",
        read: |state, value| parsed(&mut state.sort, Sort::parse(value), value, "column to sort by"),
        write: |state| written(state.sort),
    },
    Parameter {
        key: "group",
        read: |state, value| {
            parsed(&mut state.group_by, GroupBy::from_key(value), value, "property to group by")
        },
        write: |state| state.group_by.map(|by| by.key().to_owned()),
    },
    Parameter {
        key: "cols",
        read: |state, value| match ColumnList::parse(value) {
            Ok(columns) => {
                state.network_columns = Some(columns);
                Ok(())
            }
            Err(part) => Err(Invalid { value: part.to_owned(), expected: "column of the requests" }),
        },
        write: |state| state.network_columns.as_ref().map(ToString::to_string),
    },
    Parameter {
        key: "range",
        read: |state, value| parsed(&mut state.time_range, parse_range(value), value, "time range"),
        write: |state| state.time_range.map(|(start, end)| format!("{}-{}", offset(start), offset(end))),
    },
    Parameter {
        key: "findings",
        read: |state, value| {
            state.shows_findings =
                or_invalid((value == SHOWN).then_some(true), value, "setting of the findings")?;
            Ok(())
        },
        write: |state| state.shows_findings.then(|| SHOWN.to_owned()),
    },
    Parameter {
        key: "row",
        read: |state, value| parsed(&mut state.selected_row, parse_number(value), value, "row number"),
        write: |state| written(state.selected_row),
    },
    Parameter {
        key: "detail",
        read: |state, value| {
            state.details_tab = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.details_tab.clone(),
    },
    Parameter {
        key: "mq",
        read: |state, value| {
            value.clone_into(&mut state.message_filter);
            Ok(())
        },
        write: |state| Some(state.message_filter.clone()),
    },
    Parameter {
        key: "dir",
        read: |state, value| {
            let direction = DirectionFilter::from_key(value);
            state.message_direction = or_invalid(direction, value, "direction")?;
            Ok(())
        },
        write: |state| {
            let direction = state.message_direction;
            (direction != DirectionFilter::All).then(|| direction.key().to_owned())
        },
    },
    Parameter {
        key: "msg",
        read: |state, value| {
            parsed(&mut state.selected_message, parse_number(value), value, "message number")
        },
        write: |state| written(state.selected_message),
    },
    Parameter {
        key: "hb",
        read: |state, value| {
            state.hides_heartbeats = or_invalid((value == HIDE).then_some(true), value, "heartbeat setting")?;
            Ok(())
        },
        write: |state| state.hides_heartbeats.then(|| HIDE.to_owned()),
    },
    Parameter {
        key: "decode",
        read: |state, value| {
            state.decode_as = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.decode_as.clone(),
    },
    Parameter {
        key: "mcols",
        read: |state, value| match ColumnSet::parse(value) {
            Ok(columns) => {
                state.message_columns = Some(columns);
                Ok(())
            }
            Err(key) => Err(Invalid { value: key.to_owned(), expected: "column of the messages" }),
        },
        write: |state| written(state.message_columns),
    },
    Parameter {
        key: "msort",
        read: |state, value| {
            let sort = MessageSort::parse(value);
            parsed(&mut state.message_sort, sort, value, "column to sort messages by")
        },
        write: |state| written(state.message_sort),
    },
    Parameter {
        key: "view",
        read: |state, value| {
            state.message_view = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.message_view.clone(),
    },
    Parameter {
        key: "sq",
        read: |state, value| {
            value.clone_into(&mut state.message_search);
            Ok(())
        },
        write: |state| Some(state.message_search.clone()),
    },
    Parameter {
        key: "around",
        read: |state, value| {
            let is_known = (value == AROUND).then_some(true);
            state.shows_surroundings = or_invalid(is_known, value, "time around a message")?;
            Ok(())
        },
        write: |state| state.shows_surroundings.then(|| AROUND.to_owned()),
    },
    Parameter {
        key: "pairby",
        read: |state, value| {
            state.pair_by = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.pair_by.clone(),
    },
    Parameter {
        key: "entry",
        read: |state, value| {
            parsed(&mut state.console_entry, parse_number(value), value, "console entry number")
        },
        write: |state| written(state.console_entry),
    },
    Parameter {
        key: "event",
        read: |state, value| parsed(&mut state.event_row, EventRow::parse(value), value, "page event number"),
        write: |state| written(state.event_row),
    },
    Parameter {
        key: "cq",
        read: |state, value| {
            value.clone_into(&mut state.console_filter);
            Ok(())
        },
        write: |state| Some(state.console_filter.clone()),
    },
    Parameter {
        key: "level",
        read: |state, value| groups(&mut state.console_levels, value, "console level"),
        write: |state| Some(state.console_levels.to_string()),
    },
    Parameter {
        key: "eq",
        read: |state, value| {
            value.clone_into(&mut state.event_filter);
            Ok(())
        },
        write: |state| Some(state.event_filter.clone()),
    },
    Parameter {
        key: "compare",
        read: |state, value| {
            state.compared_url = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.compared_url.clone(),
    },
    Parameter {
        key: "diff",
        read: |state, value| {
            state.pair_state = Some(value.to_owned());
            Ok(())
        },
        write: |state| state.pair_state.clone(),
    },
    Parameter {
        key: "dq",
        read: |state, value| {
            value.clone_into(&mut state.pair_filter);
            Ok(())
        },
        write: |state| Some(state.pair_filter.clone()),
    },
    Parameter {
        key: "pair",
        read: |state, value| parsed(&mut state.selected_pair, parse_pair(value), value, "pair of rows"),
        write: |state| state.selected_pair.map(pair),
    },
    Parameter {
        key: "t",
        read: |state, value| parsed(&mut state.playhead_ms, parse_offset(value), value, "time"),
        write: |state| state.playhead_ms.map(offset),
    },
];

/// Whether this version gives the key a meaning.
pub(super) fn is_known(key: &str) -> bool {
    key == VERSION_KEY || PARAMETERS.iter().any(|parameter| parameter.key == key)
}

/// The state of a query string, and a warning for each value that is not valid.
pub(super) fn decode(query: &str) -> (ViewState, Vec<String>) {
    let mut state = ViewState::default();
    let mut warnings = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    let query = query.strip_prefix('?').unwrap_or(query);
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        if key.is_empty() || seen.iter().any(|seen| *seen == key) {
            continue;
        }
        let parameter = PARAMETERS.iter().find(|parameter| parameter.key == key);
        match parameter {
            _ if value.is_empty() && is_known(&key) => {}
            Some(parameter) => {
                if let Err(Invalid { value, expected }) = (parameter.read)(&mut state, &value) {
                    warnings
                        .push(format!("\"{}\" is not a {expected}", visible_line(&value, MAX_QUOTED_CHARS)));
                }
            }
            None if key == VERSION_KEY => {
                if value != VERSION {
                    warnings.push(
                        "This link was made by a newer version of Replayscope; it may show something else here"
                            .to_owned(),
                    );
                }
            }
            None => state.unknown_parameters.push((key.clone().into_owned(), value.into_owned())),
        }
        if is_known(&key) {
            seen.push(key.into_owned());
        }
    }
    (state, warnings)
}

/// The query string of a state, without `?`.
pub(super) fn encode(state: &ViewState) -> String {
    let known = PARAMETERS.iter().filter_map(|parameter| {
        let value = (parameter.write)(state).filter(|value| !value.is_empty())?;
        Some(format!("{}={}", parameter.key, escaped(&value)))
    });
    let unknown = state.unknown_parameters.iter();
    let unknown = unknown.map(|(key, value)| format!("{}={}", escaped(key), escaped(value)));
    known.chain(unknown).collect::<Vec<_>>().join("&")
}

/// The path and query, in the app, of a session at a URL.
pub(super) fn session_path(source_url: &str) -> String {
    format!("/session?{SOURCE_KEY}={}", escaped(source_url))
}

fn escaped(text: &str) -> impl Display + '_ {
    utf8_percent_encode(text, ENCODED)
}

fn parsed<T>(
    field: &mut Option<T>,
    parsed: Option<T>,
    value: &str,
    expected: &'static str,
) -> Result<(), Invalid> {
    *field = Some(or_invalid(parsed, value, expected)?);
    Ok(())
}

fn or_invalid<T>(parsed: Option<T>, value: &str, expected: &'static str) -> Result<T, Invalid> {
    parsed.ok_or_else(|| Invalid { value: value.to_owned(), expected })
}

/// A comma list of groups, of which the known ones are taken over.
fn groups<G: Group>(field: &mut GroupSet<G>, value: &str, expected: &'static str) -> Result<(), Invalid> {
    let (groups, unknown) = GroupSet::parse(value);
    *field = groups;
    unknown.first().map_or(Ok(()), |first| Err(Invalid { value: (*first).to_owned(), expected }))
}

fn written(value: Option<impl Display>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// A number that counts from 1.
fn parse_number(text: &str) -> Option<u32> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number| all_digits && *number > 0)
}

/// `3-5`, or with one row `3-` and `-5`.
fn parse_pair(text: &str) -> Option<PairRows> {
    let (base, other) = text.split_once('-')?;
    let row = |text: &str| if text.is_empty() { Some(None) } else { parse_number(text).map(Some) };
    let rows = PairRows { base: row(base)?, other: row(other)? };
    rows.base.or(rows.other).map(|_| rows)
}

fn pair(rows: PairRows) -> String {
    let row = |row: Option<u32>| row.map(|row| row.to_string()).unwrap_or_default();
    format!("{}-{}", row(rows.base), row(rows.other))
}

/// Milliseconds, with an optional sign and decimals.
fn parse_offset(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let offset: f64 = text.parse().ok()?;
    (is_plain && offset.abs() <= MAX_OFFSET_MS).then(|| to_micros(offset))
}

/// `start-end`, each with an optional sign.
fn parse_range(text: &str) -> Option<(f64, f64)> {
    let (at, _) = text.char_indices().skip(1).find(|(_, char)| *char == '-')?;
    let (start, end) = (parse_offset(text.get(..at)?)?, parse_offset(text.get(at + 1..)?)?);
    (start < end).then_some((start, end))
}

/// Rounded to the microsecond, the finest resolution of any recording; never a negative zero.
pub(super) fn to_micros(ms: f64) -> f64 {
    (ms * 1000.0).round() / 1000.0 + 0.0
}

fn offset(ms: f64) -> String {
    to_micros(ms).to_string()
}
