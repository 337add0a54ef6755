//! The session in one strip: what the user did, requests, errors and sockets, at the strip's
//! resolution. Computed in one pass over the rows and drawn with a bounded number of marks.

use session::model::{EpochMs, PageEventKind, Record, RecordKind, Session, order};

use crate::network::{RowState, row_state};
use crate::time::{Extent, duration_ms, extent, offset};
use crate::time_scale::CompressedTimeScale;
use crate::timeline::{RecordMarker, TimelineMarker, record_markers, timeline_markers};

mod coverage;

use coverage::Coverage;

/// The strip above the tabs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Strip {
    /// By lane, within a lane by kind, and within a kind from left to right. Of overlapping marks
    /// the later one is drawn on top.
    pub marks: Vec<Mark>,
}

/// A mark in a lane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    pub kind: MarkKind,
    /// From the top: 0 for what happened on the page, 1 for requests, 2 for errors, then sockets.
    pub lane: u8,
    /// Left edge, 0 to 1 of the strip.
    pub left: f64,
    /// Width, 0 to 1 of the strip; at least one column.
    pub width: f64,
    /// Number of simultaneous rows, as 1 to 4: one, two or three, four to seven, more.
    pub density: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// An action of a test, from its start to its end.
    Action,
    /// Input into a field.
    Input,
    /// A click of any button, or a touch.
    Click,
    /// A navigation or a reload.
    Navigation,
    Request,
    /// A request or a handshake that failed, where it began.
    Error,
    /// An error, a failed assertion or an exception in the console.
    ConsoleError,
    Socket,
    /// A socket without a close.
    OpenSocket,
    /// Where a socket opened.
    SocketOpened,
    /// Where a socket closed.
    SocketClosed,
}

impl Strip {
    /// Largest number of lanes.
    pub const LANES: u8 = FIRST_SOCKET_LANE + SOCKET_LANES as u8;
}

const PAGE_LANE: u8 = 0;
const REQUEST_LANE: u8 = 1;
const ERROR_LANE: u8 = 2;
const FIRST_SOCKET_LANE: u8 = 3;
const SOCKET_LANES: usize = 4;
const MAX_COLUMNS: usize = 4000;
const MAX_MARKS: usize = 2000;

/// The strip of a session on that many columns (its width in px), on a linear scale.
pub fn strip(session: &Session, columns: usize) -> Strip {
    duration_ms(session).map_or_else(Strip::default, |length| {
        compressed_strip(session, &CompressedTimeScale::linear(length), columns)
    })
}

/// The strip of a session on that many columns of a compressed scale. A strip of more than 2,000
/// marks is made coarser; each time takes a pass over the session's rows.
pub fn compressed_strip(session: &Session, time_scale: &CompressedTimeScale, columns: usize) -> Strip {
    let mut columns = columns.clamp(1, MAX_COLUMNS);
    loop {
        let marks = Columns { session, time_scale, count: columns }.marks();
        if marks.len() <= MAX_MARKS || columns == 1 {
            return Strip { marks };
        }
        columns /= 2;
    }
}

/// The strip at one resolution.
struct Columns<'a> {
    session: &'a Session,
    time_scale: &'a CompressedTimeScale,
    count: usize,
}

impl Columns<'_> {
    fn marks(&self) -> Vec<Mark> {
        let mut marks = Vec::new();
        let console_errors = self.page_marks(&mut marks);
        let mut requests = Coverage::new(self.count);
        let mut errors = Coverage::new(self.count);
        let mut sockets = Vec::new();
        for record in &self.session.records {
            let Some((first, last)) = extent(self.session, record).and_then(|extent| self.touched(extent))
            else {
                continue;
            };
            match &record.kind {
                _ if row_state(record) == RowState::Error => errors.add(first, first),
                RecordKind::Http(_) => requests.add(first, last),
                RecordKind::Socket(_) => sockets.push(self.socket(record, first, last)),
            }
        }
        requests.runs(REQUEST_LANE, MarkKind::Request, &mut marks);
        errors.runs(ERROR_LANE, MarkKind::Error, &mut marks);
        console_errors.runs(ERROR_LANE, MarkKind::ConsoleError, &mut marks);
        self.socket_marks(&sockets, &mut marks);
        marks
    }

    /// Adds the marks of page events; returns the console errors.
    fn page_marks(&self, marks: &mut Vec<Mark>) -> Coverage {
        let coverage = || Coverage::new(self.count);
        let (mut actions, mut inputs, mut clicks) = (coverage(), coverage(), coverage());
        let (mut navigations, mut console_errors) = (coverage(), coverage());
        for (time, marker) in timeline_markers(self.session) {
            let Some(first) = self.column(time) else { continue };
            match marker {
                TimelineMarker::Action(action) => {
                    let last = action.end.and_then(|end| self.column(end)).unwrap_or(first);
                    actions.add(first, last.max(first));
                }
                TimelineMarker::Page(_) => navigations.add(first, first),
                TimelineMarker::ConsoleError(_) => console_errors.add(first, first),
                TimelineMarker::Event(event) => match event.kind {
                    PageEventKind::Navigation => navigations.add(first, first),
                    PageEventKind::Click
                    | PageEventKind::DoubleClick
                    | PageEventKind::ContextMenu
                    | PageEventKind::Touch => clicks.add(first, first),
                    PageEventKind::Input => inputs.add(first, first),
                    PageEventKind::DomContentLoaded
                    | PageEventKind::Load
                    | PageEventKind::Resize
                    | PageEventKind::Custom => {}
                },
            }
        }
        actions.runs(PAGE_LANE, MarkKind::Action, marks);
        inputs.runs(PAGE_LANE, MarkKind::Input, marks);
        clicks.runs(PAGE_LANE, MarkKind::Click, marks);
        navigations.runs(PAGE_LANE, MarkKind::Navigation, marks);
        console_errors
    }

    fn column(&self, time: EpochMs) -> Option<usize> {
        let fraction = self.time_scale.fraction(offset(self.session, Some(time))?);
        Some(((fraction * self.count as f64) as usize).min(self.count - 1))
    }

    /// The first and last column that a row touches.
    fn touched(&self, extent: Extent) -> Option<(usize, usize)> {
        let first = self.column(extent.start)?;
        Some((first, self.column(extent.end)?.max(first)))
    }

    fn socket(&self, record: &Record, first: usize, last: usize) -> SocketColumns {
        let is_open = row_state(record) == RowState::Open;
        let kind = if is_open { MarkKind::OpenSocket } else { MarkKind::Socket };
        let mut socket = SocketColumns { first, last, kind, opened: None, closed: None };
        for (time, marker) in record_markers(record) {
            match marker {
                RecordMarker::Opened => socket.opened = self.column(time),
                RecordMarker::Closed => socket.closed = self.column(time),
                RecordMarker::Failed => {}
            }
        }
        socket
    }

    /// Puts each socket into the first lane that is free where it starts, or else into the last
    /// one.
    fn socket_marks(&self, sockets: &[SocketColumns], marks: &mut Vec<Mark>) {
        let order = order::argsort_by_key(sockets.iter().map(|socket| socket.first as u64));
        let mut lanes: Vec<SocketLane> = Vec::new();
        lanes.resize_with(SOCKET_LANES, || SocketLane::new(self.count));
        for socket in order.iter().filter_map(|position| sockets.get(*position as usize)) {
            let free =
                lanes.iter().position(|lane| lane.free_from <= socket.first).unwrap_or(SOCKET_LANES - 1);
            if let Some(lane) = lanes.get_mut(free) {
                lane.add(socket);
            }
        }
        for (lane, number) in lanes.iter().zip(FIRST_SOCKET_LANE..) {
            lane.marks(number, marks);
        }
    }
}

/// The columns of a socket.
struct SocketColumns {
    first: usize,
    last: usize,
    kind: MarkKind,
    opened: Option<usize>,
    closed: Option<usize>,
}

/// A lane of sockets.
struct SocketLane {
    free_from: usize,
    closed: Coverage,
    open: Coverage,
    opens: Coverage,
    closes: Coverage,
}

impl SocketLane {
    fn new(columns: usize) -> Self {
        let coverage = || Coverage::new(columns);
        Self { free_from: 0, closed: coverage(), open: coverage(), opens: coverage(), closes: coverage() }
    }

    fn add(&mut self, socket: &SocketColumns) {
        self.free_from = socket.last + 1;
        let is_open = socket.kind == MarkKind::OpenSocket;
        let coverage = if is_open { &mut self.open } else { &mut self.closed };
        coverage.add(socket.first, socket.last);
        for (ends, at) in [(&mut self.opens, socket.opened), (&mut self.closes, socket.closed)] {
            if let Some(at) = at {
                ends.add(at, at);
            }
        }
    }

    fn marks(&self, number: u8, marks: &mut Vec<Mark>) {
        self.closed.runs(number, MarkKind::Socket, marks);
        self.open.runs(number, MarkKind::OpenSocket, marks);
        self.opens.runs(number, MarkKind::SocketOpened, marks);
        self.closes.runs(number, MarkKind::SocketClosed, marks);
    }
}

#[cfg(test)]
mod tests;
