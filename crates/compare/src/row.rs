//! What differs between two rows without their details: status, timing, size, close.

use presentation::network::{display_status, status_text};
use session::model::{Close, Ending, Http, Millis, Record, RecordKind, Socket};

use crate::comparison::Pair;
use crate::part::{Part, Reason};

/// A duration differs if the longer one is more than so many times the shorter one ...
const MIN_RATIO: f64 = 1.5;
/// ... and more than so many ms longer.
const MIN_DIFFERENCE_MS: f64 = 50.0;
/// A size differs by more than one part in so many ...
const MIN_SIZE_SHARE: u64 = 10;
/// ... and by more than so many bytes.
const MIN_SIZE_DIFFERENCE: u64 = 200;

/// Compares two rows.
pub(crate) fn compare_rows(base: &Record, other: &Record, pair: &mut Pair) {
    if status_text(base).as_bytes() != status_text(other).as_bytes() {
        pair.note_difference(Part::Status);
    }
    match (&base.kind, &other.kind) {
        (RecordKind::Http(one), RecordKind::Http(two)) => {
            compare_timing(one.duration, two.duration, pair);
            compare_sizes(one, two, pair);
        }
        (RecordKind::Socket(one), RecordKind::Socket(two)) => {
            compare_timing(one.handshake(base.start), two.handshake(other.start), pair);
            compare_ends(one, two, pair);
            pair.note_uncompared(Part::Messages, Reason::OnRequest);
        }
        // Rows of different kinds are not a pair.
        _ => {}
    }
}

/// Of a request its duration, of a socket its handshake: how long it was open is up to the user.
fn compare_timing(base: Option<Millis>, other: Option<Millis>, pair: &mut Pair) {
    match (base, other) {
        (Some(base), Some(other)) if is_other_duration(base, other) => pair.note_difference(Part::Timing),
        (None, Some(_)) | (Some(_), None) => pair.note_uncompared(Part::Timing, Reason::NotRecorded),
        _ => {}
    }
}

/// Whether two durations differ by more than chance.
pub(crate) fn is_other_duration(base: Millis, other: Millis) -> bool {
    let (shorter, longer) = (base.ms().min(other.ms()), base.ms().max(other.ms()));
    longer > shorter * MIN_RATIO && longer - shorter > MIN_DIFFERENCE_MS
}

/// Sizes of bodies, where both are known, else what was transferred.
fn compare_sizes(base: &Http, other: &Http, pair: &mut Pair) {
    let bodies = base.body_size.zip(other.body_size);
    match bodies.or(base.transferred.zip(other.transferred)) {
        Some((one, two)) if is_other_size(one, two) => pair.note_difference(Part::Size),
        None if base.transferred.or(base.body_size).or(other.transferred).or(other.body_size).is_some() => {
            pair.note_uncompared(Part::Size, Reason::NotRecorded);
        }
        Some(_) | None => {}
    }
}

fn is_other_size(base: u64, other: u64) -> bool {
    let (smaller, larger) = (base.min(other), base.max(other));
    let difference = larger - smaller;
    difference > MIN_SIZE_DIFFERENCE && difference > smaller / MIN_SIZE_SHARE
}

fn compare_ends(base: &Socket, other: &Socket, pair: &mut Pair) {
    let end = |close: &Close| (close.code, close.reason.clone());
    match (&base.ending, &other.ending) {
        (Ending::Closed(one), Ending::Closed(two)) if end(one) == end(two) => {}
        (Ending::StillOpen, Ending::StillOpen) => {}
        (Ending::NotRecorded, _) | (_, Ending::NotRecorded) => {
            pair.note_uncompared(Part::Close, Reason::NotRecorded);
        }
        _ => pair.note_difference(Part::Close),
    }
}

/// Whether a response with that status has no body, so that one that is not recorded is empty.
pub(crate) fn has_no_response_body(record: &Record) -> bool {
    let is_bodiless =
        display_status(record).is_none_or(|status| matches!(status.code, 100..=199 | 204 | 205 | 300..=399));
    let is_empty = matches!(&record.kind, RecordKind::Http(http) if http.body_size == Some(0));
    is_bodiless || is_empty || record.method.eq_ignore_ascii_case("HEAD")
}

/// Whether requests with that method mostly have no body, so that one that is not recorded is empty.
pub(crate) fn has_no_request_body(record: &Record) -> bool {
    ["GET", "HEAD", "OPTIONS", "DELETE", "TRACE"]
        .iter()
        .any(|method| record.method.eq_ignore_ascii_case(method))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{closed, http, pair, socket, with_http};
    use session::model::Outcome;

    fn compared(base: &Record, other: &Record) -> Pair {
        let mut pair = pair();
        compare_rows(base, other, &mut pair);
        pair
    }

    fn of_http(edit: impl FnOnce(&mut Http)) -> Record {
        with_http(http(1, "https://a.test/"), edit)
    }

    #[test]
    fn a_status_or_an_outcome_differs() {
        let with = |status| Record { status, ..http(1, "https://a.test/") };
        assert_eq!(compared(&with(Some(200)), &with(Some(200))).differing, []);
        assert_eq!(compared(&with(Some(200)), &with(Some(503))).differing, [Part::Status]);
        let failed = with_http(with(None), |http| http.outcome = Outcome::Failed);
        assert_eq!(compared(&with(Some(200)), &failed).differing, [Part::Status]);
    }

    #[test]
    fn durations_differ_by_ratio_and_by_time() {
        let took = |ms| of_http(|http| http.duration = Millis::new(ms));
        for (one, two, differs) in [
            (100.0, 151.0, true),
            (100.0, 150.0, false),
            (10.0, 59.0, false),
            (400.0, 500.0, false),
            (0.0, 51.0, true),
        ] {
            let expected: &[Part] = if differs { &[Part::Timing] } else { &[] };
            assert_eq!(compared(&took(one), &took(two)).differing, expected, "{one} and {two}");
            assert_eq!(compared(&took(two), &took(one)).differing, expected, "{two} and {one}");
        }
        let unknown = of_http(|http| http.duration = None);
        assert_eq!(compared(&took(1.0), &unknown).uncompared, [(Part::Timing, Reason::NotRecorded)]);
        assert_eq!(compared(&unknown, &unknown).uncompared, []);
    }

    #[test]
    fn sizes_differ_by_share_and_by_bytes() {
        let of = |bytes| of_http(|http| http.body_size = Some(bytes));
        for (one, two, differs) in
            [(1000, 1201, true), (1000, 1200, false), (10_000, 10_900, false), (0, 201, true)]
        {
            let expected: &[Part] = if differs { &[Part::Size] } else { &[] };
            assert_eq!(compared(&of(one), &of(two)).differing, expected, "{one} and {two}");
        }
        let unknown = of_http(|http| (http.body_size, http.transferred) = (None, None));
        assert_eq!(compared(&of(1), &unknown).uncompared, [(Part::Size, Reason::NotRecorded)]);
    }

    #[test]
    fn sockets_differ_in_their_close_and_their_messages_are_compared_on_request() {
        let on_request = (Part::Messages, Reason::OnRequest);
        let open = || socket(1, "wss://a.test/");
        let same = compared(&closed(open(), 1000), &closed(open(), 1000));
        assert_eq!((same.differing, same.uncompared), (vec![], vec![on_request]));
        assert_eq!(compared(&closed(open(), 1000), &closed(open(), 1006)).differing, [Part::Close]);
        assert_eq!(compared(&open(), &closed(open(), 1006)).differing, [Part::Close]);
        let unknown = crate::testing::with_socket(open(), |socket| socket.ending = Ending::NotRecorded);
        assert_eq!(compared(&open(), &unknown).uncompared, [(Part::Close, Reason::NotRecorded), on_request]);
    }
}
