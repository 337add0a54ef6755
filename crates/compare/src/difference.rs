//! One pair in full.

use presentation::labels::{UNKNOWN, ending_label};
use presentation::network::{Column, cell, message_count};
use presentation::time::Clock;
use session::model::{Body, Details, Header, Record, RecordKind, Session, format_bytes, format_count};

use crate::body::{BodyCheck, BodyDifference, check_bodies, compare_bodies};
use crate::comparison::Pair;
use crate::headers::HeaderDifference;
use crate::part::{Part, Reason};
use crate::row::{compare_rows, has_no_request_body, has_no_response_body};

/// A row with its session.
#[derive(Clone, Copy, Debug)]
pub struct RowSide<'a> {
    pub session: &'a Session,
    pub record: &'a Record,
}

/// A value of both rows, as the viewer shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueDifference {
    pub label: &'static str,
    pub base: String,
    pub other: String,
    /// It is the difference of a [`Part`], by its rule.
    pub counts: bool,
}

/// What differs between two rows, in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Status, latency, size and others, also those that are the same.
    pub values: Vec<ValueDifference>,
    /// `Err` if they were not compared.
    pub request_headers: Result<HeaderDifference, Reason>,
    pub response_headers: Result<HeaderDifference, Reason>,
    /// `None` for sockets.
    pub bodies: Option<[BodyDifference; 2]>,
}

impl Difference {
    /// Compares two rows and their details; bodies in files of their own are compared if they were
    /// read and put in place.
    pub fn between(
        base: RowSide<'_>,
        other: RowSide<'_>,
        base_details: &Details,
        other_details: &Details,
    ) -> Self {
        let mut pair = Pair { base: None, other: None, differing: Vec::new(), uncompared: Vec::new() };
        compare_rows(base.record, other.record, &mut pair);
        let is_socket = base.record.socket().is_some();
        let bodies = || {
            let of_request = (&base_details.request_body, &other_details.request_body);
            let of_response = (&base_details.response_body, &other_details.response_body);
            [
                compare_bodies(of_request.0, of_request.1, is_mostly_empty(base, other, has_no_request_body)),
                compare_bodies(
                    of_response.0,
                    of_response.1,
                    is_mostly_empty(base, other, has_no_response_body),
                ),
            ]
        };
        Self {
            values: values(base, other, &pair),
            request_headers: headers(
                base_details.request_headers.as_ref(),
                other_details.request_headers.as_ref(),
            ),
            response_headers: headers(
                base_details.response_headers.as_ref(),
                other_details.response_headers.as_ref(),
            ),
            bodies: (!is_socket).then(bodies),
        }
    }
}

impl Pair {
    /// Takes over what a difference says of the bodies, which may have been read since the list was
    /// made.
    pub fn update_bodies(&mut self, difference: &Difference) {
        let bodies = difference.bodies.iter().flatten();
        for (part, body) in [Part::RequestBody, Part::ResponseBody].into_iter().zip(bodies) {
            self.differing.retain(|known| *known != part);
            self.uncompared.retain(|(known, _)| *known != part);
            match body {
                BodyDifference::Same => {}
                BodyDifference::Changed(_) | BodyDifference::ChangedUnlisted => self.note_difference(part),
                BodyDifference::NotCompared(reason) => self.note_uncompared(part, *reason),
            }
        }
    }
}

/// Compares the details of two rows for the list.
pub(crate) fn compare_details(
    base: RowSide<'_>,
    other: RowSide<'_>,
    base_details: &Details,
    other_details: &Details,
    pair: &mut Pair,
) {
    let (one, two) = (base_details, other_details);
    note_headers(Part::RequestHeaders, one.request_headers.as_ref(), two.request_headers.as_ref(), pair);
    note_headers(Part::ResponseHeaders, one.response_headers.as_ref(), two.response_headers.as_ref(), pair);
    if base.record.socket().is_none() {
        let is_empty = is_mostly_empty(base, other, has_no_request_body);
        note_bodies(Part::RequestBody, &one.request_body, &two.request_body, is_empty, pair);
        let is_empty = is_mostly_empty(base, other, has_no_response_body);
        note_bodies(Part::ResponseBody, &one.response_body, &two.response_body, is_empty, pair);
    }
}

fn is_mostly_empty(base: RowSide<'_>, other: RowSide<'_>, check: fn(&Record) -> bool) -> bool {
    check(base.record) && check(other.record)
}

fn headers(base: Option<&Vec<Header>>, other: Option<&Vec<Header>>) -> Result<HeaderDifference, Reason> {
    let (base, other) = base.zip(other).ok_or(Reason::NotRecorded)?;
    Ok(HeaderDifference::between(base, other))
}

fn note_headers(part: Part, base: Option<&Vec<Header>>, other: Option<&Vec<Header>>, pair: &mut Pair) {
    match headers(base, other) {
        Ok(difference) if difference.is_same() => {}
        Ok(_) => pair.note_difference(part),
        Err(reason) => pair.note_uncompared(part, reason),
    }
}

fn note_bodies(part: Part, base: &Body, other: &Body, is_mostly_empty: bool, pair: &mut Pair) {
    match check_bodies(base, other, is_mostly_empty) {
        BodyCheck::Same => {}
        BodyCheck::Differs => pair.note_difference(part),
        BodyCheck::Uncompared(reason) => pair.note_uncompared(part, reason),
    }
}

/// The values that are shown of both rows.
fn values(base: RowSide<'_>, other: RowSide<'_>, pair: &Pair) -> Vec<ValueDifference> {
    let text = |side: RowSide<'_>, column| cell(side.session, side.record, column, &Clock::UTC).text;
    let of_column = |label, column, part: Option<Part>| ValueDifference {
        label,
        base: text(base, column),
        other: text(other, column),
        counts: part.is_some_and(|part| pair.differing.contains(&part)),
    };
    let both = |label, value: fn(RowSide<'_>) -> String, part: Option<Part>| ValueDifference {
        label,
        base: value(base),
        other: value(other),
        counts: part.is_some_and(|part| pair.differing.contains(&part)),
    };
    let mut values = vec![
        both("URL", |side| side.record.url.to_string(), None),
        of_column("Status", Column::Status, Some(Part::Status)),
        both("Error", |side| side.record.error.as_deref().unwrap_or_default().to_owned(), None),
        of_column("Start", Column::Start, None),
    ];
    if base.record.socket().is_some() {
        values.extend([
            both("Handshake", handshake, Some(Part::Timing)),
            of_column("Time open", Column::Latency, None),
            both("Close", |side| ending_label(side.session, side.record), Some(Part::Close)),
            both("Messages", messages, None),
            of_column("Bytes of messages", Column::Size, None),
        ]);
    } else {
        values.extend([
            of_column("Latency", Column::Latency, Some(Part::Timing)),
            both("Body size", body_size, Some(Part::Size)),
            of_column("Transferred", Column::Size, Some(Part::Size)),
            of_column("Type", Column::Type, None),
        ]);
    }
    values.retain(|value| !(value.base.is_empty() && value.other.is_empty()));
    for value in &mut values {
        for text in [&mut value.base, &mut value.other] {
            if text.is_empty() {
                UNKNOWN.clone_into(text);
            }
        }
    }
    values
}

fn handshake(side: RowSide<'_>) -> String {
    let time = side.record.socket().and_then(|socket| socket.handshake(side.record.start));
    time.map_or_else(String::new, session::model::Millis::duration)
}

fn messages(side: RowSide<'_>) -> String {
    side.record.socket().and_then(message_count).map_or_else(String::new, format_count)
}

fn body_size(side: RowSide<'_>) -> String {
    match &side.record.kind {
        RecordKind::Http(http) => http.body_size.map_or_else(String::new, format_bytes),
        RecordKind::Socket(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{headers, http, pair, session, socket, with_http};
    use session::model::Millis;

    fn side<'a>(session: &'a Session, record: &'a Record) -> RowSide<'a> {
        RowSide { session, record }
    }

    #[test]
    fn values_of_both_rows_are_side_by_side_and_say_which_count() {
        let session = session(Vec::new());
        let base = http(1, "https://a.test/orders/1");
        let other = with_http(http(9, "https://b.test/orders/2"), |http| http.duration = Millis::new(900.0));
        let details = Details::default();
        let found = Difference::between(side(&session, &base), side(&session, &other), &details, &details);
        let value = |label: &str| found.values.iter().find(|value| value.label == label).cloned();
        assert_eq!(
            value("Latency"),
            Some(ValueDifference {
                label: "Latency",
                base: "100 ms".into(),
                other: "900 ms".into(),
                counts: true
            })
        );
        assert_eq!(value("Status").map(|value| (value.base, value.counts)), Some(("200".into(), false)));
        assert_eq!(value("URL").map(|value| value.other), Some("https://b.test/orders/2".into()));
        assert_eq!(value("Error"), None, "neither has one");
        assert_eq!(found.request_headers, Err(Reason::NotRecorded));
        assert_eq!(
            found.bodies,
            Some([BodyDifference::Same, BodyDifference::NotCompared(Reason::NotRecorded)]),
            "a GET has no body, its response has one"
        );
    }

    #[test]
    fn a_pair_takes_over_what_was_read_of_its_bodies() {
        let (session, record) = (session(Vec::new()), http(1, "https://a.test/"));
        let body = |text: &str| Body::Text { text: text.into(), mime: String::new(), is_truncated: false };
        let details = |text: &str| Details { response_body: body(text), ..Details::default() };
        let mut listed = pair();
        listed.note_uncompared(Part::ResponseBody, Reason::InFile);
        let found = |one: &str, two: &str| {
            Difference::between(
                side(&session, &record),
                side(&session, &record),
                &details(one),
                &details(two),
            )
        };
        listed.update_bodies(&found("a", "b"));
        assert_eq!(
            (listed.differing.as_slice(), listed.uncompared.len()),
            ([Part::ResponseBody].as_slice(), 0)
        );
        listed.update_bodies(&found("a", "a"));
        assert_eq!((listed.differing.len(), listed.uncompared.len()), (0, 0));
    }

    #[test]
    fn sockets_have_no_bodies() {
        let session = session(Vec::new());
        let record = socket(1, "wss://a.test/live");
        let details = Details::default();
        let found = Difference::between(side(&session, &record), side(&session, &record), &details, &details);
        assert_eq!(found.bodies, None);
        assert!(found.values.iter().any(|value| value.label == "Close"));
    }

    #[test]
    fn what_was_not_recorded_is_noted_by_part() {
        let (session, record) = (session(Vec::new()), http(1, "https://a.test/"));
        let mut pair = pair();
        let (one, two) = (headers(&[("accept", "a")], &[]), headers(&[("accept", "b")], &[]));
        let two = Details { response_headers: None, ..two };
        compare_details(side(&session, &record), side(&session, &record), &one, &two, &mut pair);
        assert_eq!(pair.differing, [Part::RequestHeaders]);
        let not_recorded =
            [Part::ResponseHeaders, Part::ResponseBody].map(|part| (part, Reason::NotRecorded));
        assert_eq!(pair.uncompared, not_recorded);
    }
}
