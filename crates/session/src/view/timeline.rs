//! The whole session in one strip: where there were requests, errors and sockets, at the strip's resolution. Made with
//! one pass over the rows, whatever their number, and drawn with a bounded number of marks.

use crate::model::{Record, RecordKind, Session, order};

use super::scale::Scale;
use super::status::{RowState, state};
use super::times::{Extent, extent};

/// The strip above the tabs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// By lane, and from left to right within a lane.
    pub marks: Vec<Mark>,
}

/// A stretch of a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    pub kind: MarkKind,
    /// From the top: 0 for requests, 1 for errors, then sockets.
    pub lane: u8,
    /// Where it begins, 0 to 1 of the strip.
    pub left: f64,
    /// How wide it is, 0 to 1 of the strip; at least one column.
    pub width: f64,
    /// How much happens at once, 1 to 4: one row, two or three, four to seven, more.
    pub density: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    Request,
    Error,
    Socket,
    /// A socket without a close.
    OpenSocket,
}

impl Strip {
    /// How many lanes there can be.
    pub const LANES: u8 = FIRST_SOCKET_LANE + SOCKET_LANES as u8;
}

const REQUEST_LANE: u8 = 0;
const ERROR_LANE: u8 = 1;
const FIRST_SOCKET_LANE: u8 = 2;
const SOCKET_LANES: usize = 4;
const MAX_COLUMNS: usize = 4000;
const MAX_MARKS: usize = 2000;

/// The strip of a session on so many columns (its width in px). A strip that would take more than 2,000 marks is made
/// coarser until it does not.
pub fn strip(session: &Session, columns: usize) -> Strip {
    let Some(scale) = Scale::of(session, None) else { return Strip::default() };
    let mut columns = columns.clamp(1, MAX_COLUMNS);
    loop {
        let marks = marks(session, &scale, columns);
        if marks.len() <= MAX_MARKS || columns == 1 {
            return Strip { marks };
        }
        columns /= 2;
    }
}

fn marks(session: &Session, scale: &Scale, columns: usize) -> Vec<Mark> {
    let mut requests = Coverage::new(columns);
    let mut errors = Coverage::new(columns);
    let mut sockets = Vec::new();
    for record in &session.records {
        let Some(extent) = extent(session, record) else { continue };
        let (first, last) = columns_of(scale, extent, columns);
        match &record.kind {
            _ if state(record) == RowState::Error => errors.add(first, first),
            RecordKind::Http(_) => requests.add(first, last),
            RecordKind::Socket(_) => sockets.push((first, last, socket_kind(record))),
        }
    }
    let mut marks = Vec::new();
    requests.runs(REQUEST_LANE, MarkKind::Request, &mut marks);
    errors.runs(ERROR_LANE, MarkKind::Error, &mut marks);
    socket_marks(&sockets, columns, &mut marks);
    marks
}

/// The first and last column that a row touches.
fn columns_of(scale: &Scale, extent: Extent, columns: usize) -> (usize, usize) {
    let column = |time| ((scale.fraction(time) * columns as f64) as usize).min(columns - 1);
    let first = column(extent.start);
    (first, column(extent.end).max(first))
}

fn socket_kind(record: &Record) -> MarkKind {
    if state(record) == RowState::Open { MarkKind::OpenSocket } else { MarkKind::Socket }
}

/// Each socket goes to the first lane that is free where it begins; where none is, it shares the last one.
fn socket_marks(sockets: &[(usize, usize, MarkKind)], columns: usize, marks: &mut Vec<Mark>) {
    let order = order::by_rank(sockets.iter().map(|(first, ..)| *first as u64));
    let mut lanes: Vec<(Coverage, Coverage)> = Vec::new();
    lanes.resize_with(SOCKET_LANES, || (Coverage::new(columns), Coverage::new(columns)));
    let mut free_from = [0; SOCKET_LANES];
    for &(first, last, kind) in order.iter().filter_map(|place| sockets.get(*place as usize)) {
        let lane = free_from.iter().position(|free| *free <= first).unwrap_or(SOCKET_LANES - 1);
        if let (Some(free), Some((closed, open))) = (free_from.get_mut(lane), lanes.get_mut(lane)) {
            *free = last + 1;
            let coverage = if kind == MarkKind::OpenSocket { open } else { closed };
            coverage.add(first, last);
        }
    }
    for (lane, (closed, open)) in (FIRST_SOCKET_LANE..).zip(lanes) {
        closed.runs(lane, MarkKind::Socket, marks);
        open.runs(lane, MarkKind::OpenSocket, marks);
    }
}

/// How many rows begin and end at each column: a row costs two additions however long it is.
struct Coverage {
    /// One longer than there are columns: a row that ends in the last one ends behind it.
    changes: Vec<i32>,
}

impl Coverage {
    fn new(columns: usize) -> Self {
        Self { changes: vec![0; columns + 1] }
    }

    fn add(&mut self, first: usize, last: usize) {
        for (column, change) in [(first, 1), (last + 1, -1)] {
            if let Some(at) = self.changes.get_mut(column) {
                *at += change;
            }
        }
    }

    /// Neighbouring columns of equal density as one mark each.
    fn runs(&self, lane: u8, kind: MarkKind, marks: &mut Vec<Mark>) {
        let column_width = 1.0 / (self.changes.len() - 1) as f64;
        let mut rows = 0;
        let mut run: Option<(usize, u8)> = None;
        for (column, change) in self.changes.iter().enumerate() {
            rows += change;
            let next = density(rows);
            if run.is_some_and(|(_, density)| density == next) {
                continue;
            }
            if let Some((first, density)) = run.take() {
                let (left, width) = (first as f64 * column_width, (column - first) as f64 * column_width);
                marks.push(Mark { kind, lane, left, width, density });
            }
            run = (next > 0).then_some((column, next));
        }
    }
}

fn density(rows: i32) -> u8 {
    match rows {
        ..=0 => 0,
        1 => 1,
        2..=3 => 2,
        4..=7 => 3,
        8.. => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{closed, http, http_at, millis, refused, session, socket, with_http};
    use super::*;

    fn lane(strip: &Strip, lane: u8) -> Vec<(MarkKind, f64, f64)> {
        let marks = strip.marks.iter().filter(|mark| mark.lane == lane);
        marks.map(|mark| (mark.kind, mark.left, mark.width)).collect()
    }

    #[test]
    fn requests_that_touch_are_one_mark() {
        let long = |number, start: f64| {
            let record = http_at(number, "https://a.test/", start);
            with_http(record, |http| http.duration = Some(millis(9999.0)))
        };
        let session = session(vec![long(1, 0.0), long(2, 10_000.0), long(3, 50_000.0)]);
        assert_eq!(
            lane(&strip(&session, 10), 0),
            [(MarkKind::Request, 0.0, 0.2), (MarkKind::Request, 0.5, 0.1)]
        );
    }

    #[test]
    fn many_requests_at_once_are_denser() {
        let session = session((1..=5).map(|number| http(number, "https://a.test/")).collect());
        assert_eq!(strip(&session, 10).marks.iter().map(|mark| mark.density).collect::<Vec<_>>(), [3]);
    }

    #[test]
    fn errors_have_a_lane_of_their_own() {
        let failed = Record { status: Some(500), ..http_at(1, "https://a.test/", 25_000.0) };
        let session = session(vec![failed, refused(socket(2, "wss://a.test/"), 403)]);
        let strip = strip(&session, 4);
        assert_eq!(lane(&strip, 1), [(MarkKind::Error, 0.0, 0.5)]);
        assert_eq!(strip.marks.len(), 1);
    }

    #[test]
    fn sockets_that_overlap_stand_below_each_other() {
        let session = session(vec![
            socket(1, "wss://a.test/"),
            closed(socket(2, "wss://a.test/"), 40_000.0, 1000),
            Record {
                start: http_at(0, "", 60_000.0).start,
                ..closed(socket(3, "wss://a.test/"), 90_000.0, 1000)
            },
        ]);
        let strip = strip(&session, 10);
        assert_eq!(lane(&strip, 2), [(MarkKind::OpenSocket, 0.0, 1.0)]);
        assert_eq!(lane(&strip, 3).len(), 2, "one after the other in the second lane");
    }

    #[test]
    fn any_number_of_rows_makes_a_bounded_number_of_marks() {
        let rows = (0..20_000_u32).map(|number| {
            let start = f64::from(number) * 5.0;
            let record = http_at(number + 1, "https://a.test/", start);
            let record = with_http(record, |http| http.duration = Some(millis(f64::from(number % 3) * 40.0)));
            if number % 2 == 0 { Record { status: Some(500), ..record } } else { record }
        });
        let session = session(rows.collect());
        let strip = strip(&session, 100_000);
        assert!(!strip.marks.is_empty() && strip.marks.len() <= MAX_MARKS, "{}", strip.marks.len());
        assert!(strip.marks.iter().all(|mark| mark.left >= 0.0 && mark.left + mark.width <= 1.0 + 1e-9));
        assert!(strip.marks.iter().all(|mark| mark.lane < Strip::LANES));
    }

    #[test]
    fn a_session_without_times_has_an_empty_strip() {
        assert_eq!(strip(&Session::default(), 800), Strip::default());
        let mut undated = session(vec![Record { start: None, ..http(1, "https://a.test/") }]);
        undated.started_at = None;
        assert_eq!(strip(&undated, 0), Strip::default());
    }
}
