//! How the formats are recognized by the first bytes of a file.

use super::packed;
use crate::formats::common::lenient::Number;
use crate::formats::shape::{Shape, ShapeKind};

/// Whether the first element is an event, a group of events, or Highlight's bare snapshot.
pub(super) fn events(shape: &Shape) -> bool {
    let is_event = || is_event(shape);
    let is_group = || (shape.has("windowId") || shape.has("window_id")) && shape.has("data");
    match shape.kind {
        ShapeKind::Object => {
            let is_numbered = || shape.begins("0", b'{');
            is_event() || is_group() || is_numbered() || shape.has_all(&["node", "initialOffset"])
        }
        ShapeKind::ArrayOfObjects => is_event() || is_group(),
        ShapeKind::ArrayOfArrays => is_event(),
        ShapeKind::ArrayOfStrings
        | ShapeKind::StringAndObject
        | ShapeKind::String
        | ShapeKind::OtherArray => false,
    }
}

/// Whether the first line is an array of a window's id and an event.
pub(super) fn stored(shape: &Shape) -> bool {
    shape.kind == ShapeKind::StringAndObject && is_event(shape)
}

fn is_event(shape: &Shape) -> bool {
    shape.value("type").is_some_and(is_event_type) && shape.has("data")
}

/// The keys of PostHog and others whose values are lists of events.
pub(super) fn wrapped(shape: &Shape) -> bool {
    const HOLDERS: [(&str, u8); 5] = [
        ("events", b'['),
        ("snapshots", b'['),
        ("snapshotsByWindowId", b'{'),
        ("snapshot_data_by_window_id", b'{'),
        ("result", b'{'),
    ];
    let is_export = || shape.value("version").is_some_and(is_date) && shape.begins("data", b'{');
    shape.kind == ShapeKind::Object
        && (HOLDERS.into_iter().any(|(key, first)| shape.begins(key, first)) || is_export())
}

/// Whether the first element is a packed event, or an event in a string.
pub(super) fn packed(shape: &Shape) -> bool {
    shape.first_string().is_some_and(|raw| {
        packed::begins_packed(raw) || (raw.starts_with(b"{\\\"") && contains(raw, b"\\\"type\\\":"))
    })
}

/// Whether the type is a number, as in rrweb. In other formats it is a text.
fn is_event_type(raw: &[u8]) -> bool {
    raw.strip_prefix(b"\"").unwrap_or(raw).first().is_some_and(u8::is_ascii_digit)
        && Number::from_json(raw).get().is_some_and(is_known_type)
}

/// Whether rrweb has events of that type: 0 to 6, and 7 for assets in its newer versions.
pub(super) fn is_known_type(number: f64) -> bool {
    (0.0..=7.0).contains(&number) && number.fract() == 0.0
}

/// Whether the version is that of a PostHog export, which is a date: `"2023-04-28"`.
fn is_date(raw: &[u8]) -> bool {
    raw.len() == 12
        && raw.iter().enumerate().all(|(at, byte)| match at {
            0 | 11 => *byte == b'"',
            5 | 8 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}
