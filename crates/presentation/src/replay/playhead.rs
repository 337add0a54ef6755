//! The current row of each list at the playhead, and the markers before and after it. Positions of
//! the playhead are offsets from the session's start in ms.

use session::model::{ConsoleEntry, EpochMs, MessageColumns, Millis, Record, Session};

use crate::events::EventRow;
use crate::messages::{Lifecycle, MessageList};
use crate::network::{Column, Sort};
use crate::time::{duration_ms, offset, origin, start_time};
use crate::timeline::{record_markers, timeline_markers};

/// A view state rounds the playhead to the microsecond: what happens less than this after it has
/// happened; in ms.
const ADDRESS_ROUNDING_MS: f64 = 0.001;
/// Markers closer than this to the playhead are at it, so that a step leaves it; in ms.
const MIN_STEP_MS: f64 = 0.5;

/// The index in `listed` (rows in the order of [`filtered_rows`](crate::network::filtered_rows)) of
/// the current row: of those that have started at `at_ms`, the one that started last; of equal
/// starts the last one. `None` where none has. A binary search in chronological order, else one
/// pass.
pub fn current_row(session: &Session, listed: &[u32], sort: Option<Sort>, at_ms: f64) -> Option<usize> {
    let start = |row: &u32| offset(session, start_time(session.records.get(*row as usize)?));
    let has_begun = |start: &f64| *start <= at_ms + ADDRESS_ROUNDING_MS;
    if is_chronological(sort) {
        return listed.partition_point(|row| start(row).as_ref().is_some_and(has_begun)).checked_sub(1);
    }
    let started = (0..).zip(listed).filter_map(|(position, row)| Some((position, start(row)?)));
    let started_rows = started.filter(|(_, start)| has_begun(start));
    let last = started_rows.reduce(|last, row| if row.1 >= last.1 { row } else { last });
    last.map(|(position, _)| position)
}

fn is_chronological(sort: Option<Sort>) -> bool {
    let Sort { column, descending } = sort.unwrap_or_default();
    matches!(column, Column::Start | Column::Waterfall) && !descending
}

/// Whether a row starts after the playhead. A row without a time never does.
pub fn is_future(session: &Session, record: &Record, at_ms: f64) -> bool {
    offset(session, start_time(record)).is_some_and(|start| start > at_ms + ADDRESS_ROUNDING_MS)
}

/// The index in `listed` (entries in the order of
/// [`filtered_entries`](crate::console::filtered_entries)) of the last entry that was written at
/// `at_ms`. A binary search.
pub fn current_entry(session: &Session, listed: &[u32], at_ms: f64) -> Option<usize> {
    let time = |row: &u32| session.console.get(*row as usize).and_then(|entry: &ConsoleEntry| entry.time);
    listed.partition_point(|row| has_happened(session, time(row), at_ms)).checked_sub(1)
}

/// The index in `listed` (events in the order of
/// [`filtered_events`](crate::events::filtered_events)) of the last event that has happened at
/// `at_ms`. A binary search.
pub fn current_event(session: &Session, listed: &[EventRow], at_ms: f64) -> Option<usize> {
    listed.partition_point(|row| has_happened(session, row.time(session), at_ms)).checked_sub(1)
}

fn has_happened(session: &Session, time: Option<EpochMs>, at_ms: f64) -> bool {
    offset(session, time).is_some_and(|offset| offset <= at_ms + ADDRESS_ROUNDING_MS)
}

/// The index in a messages table of the last row that has happened at `at_ms`. Messages without a
/// time are skipped. A binary search, with a walk over messages without times.
pub fn current_message(
    session: &Session,
    list: &MessageList,
    columns: &MessageColumns,
    ends: Lifecycle,
    at_ms: f64,
) -> Option<usize> {
    let has_happened = |time| has_happened(session, time, at_ms);
    let first = list.first_message();
    if list.has_lifecycle() && ends.close.is_some() && has_happened(ends.close) {
        return Some(list.message_count() + first);
    }
    // The nearest message with a time at that position or above it, down to the first message.
    let timed = |position: usize| {
        let places = (first..=position).rev();
        places.map(|position| (position, list.time(columns, ends, position))).find(|(_, time)| time.is_some())
    };
    // How many of the messages have happened.
    let (mut happened, mut later) = (0, list.message_count() + 1);
    while happened + 1 < later {
        let middle = usize::midpoint(happened, later);
        if timed(first + middle - 1).is_none_or(|(_, time)| has_happened(time)) {
            happened = middle;
        } else {
            later = middle;
        }
    }
    let message = (first + happened).checked_sub(1).and_then(timed).map(|(position, _)| position);
    message.or_else(|| (list.has_lifecycle() && has_happened(ends.open)).then_some(0))
}

/// The instant at an offset; `None` for a session without times.
pub fn instant_at(session: &Session, at_ms: f64) -> Option<EpochMs> {
    Some(origin(session)? + Millis::new(at_ms)?)
}

/// The offset in ms of the next marker, or of the previous one: a page event, the start of an
/// action, a console error, a failed request, a socket's open or close. A marker within half a
/// millisecond of `from_ms` is skipped. One pass over the markers.
pub fn adjacent_marker(session: &Session, from_ms: f64, forward: bool) -> Option<f64> {
    let length = duration_ms(session)?;
    let of_records = session.records.iter().flat_map(record_markers).map(|(time, _)| time);
    let times = timeline_markers(session).map(|(time, _)| time).chain(of_records);
    let offsets = times.filter_map(|time| offset(session, Some(time)));
    let within = offsets.filter(|offset| (0.0..=length).contains(offset));
    if forward {
        within.filter(|offset| *offset - from_ms >= MIN_STEP_MS).reduce(f64::min)
    } else {
        within.filter(|offset| from_ms - *offset >= MIN_STEP_MS).reduce(f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::TimeOrder;
    use crate::network::{RowFilter, filtered_rows};
    use crate::testing::{action, at, closed, columns, console, http, http_at, page_event, session, socket};
    use proptest::prelude::*;
    use session::model::{ConsoleLevel, Direction, PageEventKind};

    fn three_requests() -> Session {
        let undated = Record { start: None, ..http(4, "https://a.test/0") };
        let at = |number, ms| http_at(number, &format!("https://a.test/{}", 9 - number), ms);
        session(vec![at(1, 30.0), at(2, 10.0), at(3, 20.0), undated])
    }

    #[test]
    fn the_current_row_is_the_last_that_has_started() {
        let session = three_requests();
        let rows = filtered_rows(&session, None, &RowFilter::default());
        let places = [9.9, 10.0, 29.9, 30.0, 1e9].map(|at| current_row(&session, &rows, None, at));
        assert_eq!(places, [None, Some(0), Some(1), Some(2), Some(2)]);
        assert_eq!(current_row(&session, &[], None, 50.0), None);
    }

    #[test]
    fn the_current_row_is_the_same_in_any_order() {
        let session = three_requests();
        for sort in ["name", "-name", "-start", "latency"] {
            let sort = Sort::parse(sort);
            let rows = filtered_rows(&session, sort, &RowFilter::default());
            let position = current_row(&session, &rows, sort, 25.0).expect("a row");
            assert_eq!(session.records[rows[position] as usize].number, 3, "{sort:?}");
            assert_eq!(current_row(&session, &rows, sort, 5.0), None);
        }
    }

    #[test]
    fn a_playhead_rounded_by_a_link_is_still_at_its_row() {
        let session = session(vec![http_at(1, "https://a.test/", 10.0006)]);
        assert_eq!(current_row(&session, &[0], None, 10.0), Some(0));
        assert!(!is_future(&session, &session.records[0], 10.0));
    }

    #[test]
    fn rows_that_start_later_are_future_and_undated_rows_never_are() {
        let session = three_requests();
        let later: Vec<bool> =
            session.records.iter().map(|record| is_future(&session, record, 20.0)).collect();
        assert_eq!(later, [true, false, false, false]);
    }

    #[test]
    fn console_and_events_lists_have_a_current_row() {
        let mut session = session(Vec::new());
        session.console = [5.0, 15.0].map(|ms| console(ConsoleLevel::Log, ms)).to_vec();
        session.console.push(ConsoleEntry { time: None, ..session.console[0] });
        session.actions = vec![action("a", 5.0, 99.0), action("b", 15.0, 99.0)];
        let events = [EventRow::Action(0), EventRow::Action(1)];
        for (at, position) in [(4.0, None), (5.0, Some(0)), (14.0, Some(0)), (99.0, Some(1))] {
            assert_eq!(current_entry(&session, &[0, 1, 2], at), position, "at {at}");
            assert_eq!(current_event(&session, &events, at), position, "at {at}");
        }
    }

    /// The current row of a table of messages at those times; the socket opened at 5 ms and closed
    /// at 50 ms.
    fn message_at(times: &[Option<f64>], at_ms: f64) -> Option<usize> {
        let received = Some(Direction::Received);
        let columns = columns(&times.iter().map(|time| (received, *time, 1)).collect::<Vec<_>>());
        let list = MessageList::all(&TimeOrder::of(&columns));
        let ends = Lifecycle { open: Some(at(5.0)), close: Some(at(50.0)) };
        current_message(&session(Vec::new()), &list, &columns, ends, at_ms)
    }

    #[test]
    fn the_current_message_is_between_the_open_and_the_close() {
        let times = [10.0, 20.0, 20.0, 30.0].map(Some);
        let places = [4.0, 5.0, 10.0, 25.0, 49.0, 50.0].map(|at| message_at(&times, at));
        assert_eq!(places, [None, Some(0), Some(1), Some(3), Some(4), Some(5)]);
        assert_eq!(message_at(&[], 7.0), Some(0));
    }

    #[test]
    fn the_current_message_of_an_event_stream_is_one_of_its_messages() {
        let columns = columns(&[10.0, 20.0, 30.0].map(|time| (Some(Direction::Received), Some(time), 1)));
        let list = MessageList::all(&TimeOrder::of(&columns)).without_lifecycle();
        let position =
            |at_ms| current_message(&session(Vec::new()), &list, &columns, Lifecycle::default(), at_ms);
        assert_eq!([9.0, 10.0, 25.0, 99.0].map(position), [None, Some(0), Some(1), Some(2)]);
    }

    #[test]
    fn messages_without_a_time_are_skipped() {
        let times = [None, Some(10.0), None, None, Some(20.0), None];
        let places = [7.0, 10.0, 19.0, 20.0].map(|at| message_at(&times, at));
        assert_eq!(places, [Some(0), Some(2), Some(2), Some(5)]);
    }

    proptest! {
        #[test]
        fn binary_and_linear_search_find_the_same_message(
            // Eighths of a millisecond, which a time of day holds exactly.
            eighths in proptest::collection::vec(proptest::option::weighted(0.7, 48..392_u32), 0..20),
            at_eighths in 0..392_u32,
        ) {
            let times: Vec<_> = eighths.iter().map(|eighths| eighths.map(|eighths| f64::from(eighths) / 8.0)).collect();
            let at_ms = f64::from(at_eighths) / 8.0;
            let received = Some(Direction::Received);
            let columns = columns(&times.iter().map(|time| (received, *time, 1)).collect::<Vec<_>>());
            let list = MessageList::all(&TimeOrder::of(&columns));
            let ends = Lifecycle { open: Some(at(5.0)), close: Some(at(50.0)) };
            let limit = at(at_ms + ADDRESS_ROUNDING_MS);
            let has_happened =
                |position: &usize| list.time(&columns, ends, *position).is_some_and(|time| time <= limit);
            prop_assert_eq!(message_at(&times, at_ms), (0..list.row_count()).rfind(has_happened));
        }
    }

    #[test]
    fn stepping_visits_every_marker() {
        let failed = Record { status: Some(500), ..http_at(1, "https://a.test/", 10.0) };
        let fine = http_at(2, "https://a.test/", 15.0);
        let mut session = session(vec![failed, fine, closed(socket(3, "wss://a.test/"), 60.0, 1000)]);
        session.page_events =
            vec![page_event(PageEventKind::Click, 50.0), page_event(PageEventKind::Resize, -5.0)];
        session.actions = vec![action("page.goto", 20.0, 90.0)];
        session.console = vec![console(ConsoleLevel::Log, 30.0), console(ConsoleLevel::Error, 40.0)];
        let mut stops = vec![0.0];
        while let Some(next) = adjacent_marker(&session, stops[stops.len() - 1], true) {
            stops.push(next);
        }
        assert_eq!(stops, [0.0, 10.0, 20.0, 40.0, 50.0, 60.0]);
        let mut back = vec![100.0];
        while let Some(next) = adjacent_marker(&session, back[back.len() - 1], false) {
            back.push(next);
        }
        assert_eq!(back, [100.0, 60.0, 50.0, 40.0, 20.0, 10.0, 0.0]);
    }

    #[test]
    fn a_step_always_leaves_the_current_position() {
        let mut session = session(Vec::new());
        session.page_events = [10.0, 10.4, 10.6].map(|ms| page_event(PageEventKind::Input, ms)).to_vec();
        assert_eq!(adjacent_marker(&session, 10.0, true).map(f64::round), Some(11.0));
        assert_eq!(adjacent_marker(&session, 10.6, false), Some(10.0));
        assert_eq!(adjacent_marker(&Session::default(), 0.0, true), None);
    }
}
