//! The sums of a group. What was not recorded does not count as 0: a sum over fewer values than rows
//! says so.

use session::model::{EpochMs, Millis, Record, Session, format_bytes, format_count, plural};

use crate::labels::UNKNOWN;
use crate::network::{Cell, RowState, row_state, transferred};
use crate::time::{Clock, Extent, Latency, extent, latency};

/// A sum of the values that are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct KnownSum<T> {
    sum: T,
    /// Number of rows with a value.
    known: u32,
}

/// The sums of a group.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GroupSums {
    requests: u32,
    errors: u32,
    transferred: KnownSum<u64>,
    /// In ms.
    latency: KnownSum<f64>,
    longest: Option<Millis>,
    /// From the first start to the last end.
    extent: Option<Extent>,
}

impl GroupSums {
    pub(super) fn add(&mut self, session: &Session, record: &Record) {
        self.requests += 1;
        self.errors += u32::from(row_state(record) == RowState::Error);
        if let Some(bytes) = transferred(record) {
            self.transferred.sum = self.transferred.sum.saturating_add(bytes);
            self.transferred.known += 1;
        }
        if let Latency::Took(time) | Latency::Open(Some(time)) = latency(session, record) {
            self.latency.sum += time.ms();
            self.latency.known += 1;
            let is_longer = self.longest.is_none_or(|longest| time.ms() > longest.ms());
            self.longest = if is_longer { Some(time) } else { self.longest };
        }
        if let Some(row) = extent(session, record) {
            self.extent = Some(self.extent.map_or(row, |all| union(all, row)));
        }
    }

    /// Number of rows, sockets included.
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// Bytes transferred over the rows whose size is known; `None` where none is.
    pub fn transferred(&self) -> Option<u64> {
        (self.transferred.known > 0).then_some(self.transferred.sum)
    }

    /// Sum of the latencies that are known, in ms; `None` where none is.
    pub fn total_latency_ms(&self) -> Option<f64> {
        (self.latency.known > 0).then_some(self.latency.sum)
    }

    /// From the first start to the last end; `None` where no row has a time.
    pub fn extent(&self) -> Option<Extent> {
        self.extent
    }

    /// `12 requests`.
    pub fn requests_label(&self) -> String {
        plural(self.requests.into(), "request")
    }

    /// `2 errors`; `None` without any.
    pub fn errors_label(&self) -> Option<String> {
        (self.errors > 0).then(|| plural(self.errors.into(), "error"))
    }

    /// The sum of the latencies: `total 12.3 s`, `total ≥ 12.3 s`; `None` where none is known.
    pub fn total_latency_label(&self) -> Option<String> {
        let total = Millis::new(self.total_latency_ms()?)?.duration();
        Some(format!("total {}{total}", self.at_least(self.latency.known)))
    }

    /// The cell of the latency: the longest one, and the sum as a tooltip.
    pub fn latency_cell(&self) -> Cell {
        let Some(longest) = self.longest.map(Millis::duration) else {
            return Cell::new(UNKNOWN, "No latency was recorded");
        };
        let total = Millis::new(self.latency.sum).map(Millis::duration).unwrap_or_default();
        let known = self.known_label(self.latency.known, "latency");
        Cell::new(format!("max {longest}"), format!("Longest {longest}, total {total}{known}"))
    }

    /// The cell of the size: the sum of the sizes that are known.
    pub fn size_cell(&self) -> Cell {
        let Some(sum) = self.transferred() else {
            return Cell::new(UNKNOWN, "No size was recorded");
        };
        let bytes = format_bytes(sum);
        let known = self.known_label(self.transferred.known, "size");
        let exact = plural(sum, "byte");
        Cell::new(format!("{}{bytes}", self.at_least(self.transferred.known)), format!("{exact}{known}"))
    }

    /// The cell of the start: when the first row began.
    pub fn start_cell(&self, session: &Session, clock: Clock) -> Cell {
        time_cell(session, self.extent.map(|extent| extent.start), clock)
    }

    /// The cell of the end: when the last row ended; unknown while one has no recorded end.
    pub fn end_cell(&self, session: &Session, clock: Clock) -> Cell {
        let closed = self.extent.filter(|extent| !extent.open_ended);
        time_cell(session, closed.and_then(|extent| extent.recorded_end), clock)
    }

    /// In front of a sum over a part of the rows.
    fn at_least(&self, known: u32) -> &'static str {
        if known < self.requests { "≥ " } else { "" }
    }

    /// `, over the 3 of 5 requests with a recorded size`; empty where all have one.
    fn known_label(&self, known: u32, what: &str) -> String {
        if known == self.requests {
            return String::new();
        }
        let (known, all) = (format_count(known.into()), plural(self.requests.into(), "request"));
        format!(", over the {known} of {all} with a recorded {what}")
    }
}

fn time_cell(session: &Session, time: Option<EpochMs>, clock: Clock) -> Cell {
    let Some((time, origin)) = time.zip(session.started_at) else { return Cell::unknown("Not recorded") };
    Cell::new((time - origin).offset(), clock.wall_clock(time))
}

/// From the first start to the last end of both.
fn union(a: Extent, b: Extent) -> Extent {
    let recorded_end = match (a.recorded_end, b.recorded_end) {
        (Some(a), Some(b)) => Some(a.later(b)),
        (a, b) => a.or(b),
    };
    Extent {
        start: if b.start < a.start { b.start } else { a.start },
        end: a.end.later(b.end),
        recorded_end,
        open_ended: a.open_ended || b.open_ended,
    }
}
