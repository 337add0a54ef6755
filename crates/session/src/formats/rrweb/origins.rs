//! The time origins of pages, estimated for requests of rrweb's own network plugin.
//!
//! The plugin records `performance.now()` without the time origin. A request is reported after its
//! end, so the origin is at the latest at (time of the event - end of the request). The minimum
//! over a page is the estimate; its error is the shortest delay between the end of a request and
//! its event.

use std::collections::HashMap;

use crate::model::{EpochMs, Session};

/// The time origins of the open pages, by window.
#[derive(Debug, Default)]
pub(super) struct Origins {
    by_window: HashMap<u16, Clock>,
}

#[derive(Debug)]
struct Clock {
    /// The estimate so far, in ms since 1970; infinite before the first.
    origin: f64,
    /// The requests of the page: their indexes among the records, and their start relative to the
    /// origin.
    requests: Vec<(usize, f64)>,
    /// Number of requests when all were last updated.
    settled: usize,
    is_settled: bool,
    /// A load note says that the times are estimated.
    is_noted: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { origin: f64::INFINITY, requests: Vec::new(), settled: 0, is_settled: true, is_noted: false }
    }
}

impl Origins {
    /// Adds the request that becomes the next record, by its start and its latest time in ms since
    /// the page's time origin. Returns its start by the current estimate.
    pub(super) fn request(
        &mut self,
        session: &mut Session,
        window: u16,
        event: Option<EpochMs>,
        start: Option<f64>,
        latest: Option<f64>,
    ) -> Option<EpochMs> {
        self.observe(window, event, latest);
        let clock = self.by_window.entry(window).or_default();
        let start = start?;
        clock.requests.push((session.records.len(), start));
        // All requests are updated by the better estimate when their number has doubled: rows that
        // are shown during the load are never far off, and the updates stay proportional to the
        // number of requests.
        if clock.requests.len() >= clock.settled * 2 {
            clock.settle(session);
        }
        EpochMs::new(clock.origin + start)
    }

    /// Adds the latest time of a request that already has a row.
    pub(super) fn observe(&mut self, window: u16, event: Option<EpochMs>, latest: Option<f64>) {
        let clock = self.by_window.entry(window).or_default();
        if let (Some(event), Some(latest)) = (event, latest)
            && event.ms() - latest < clock.origin
        {
            clock.origin = event.ms() - latest;
            clock.is_settled = clock.requests.is_empty();
        }
    }

    /// Whether no note says yet that the times of the window's page are estimated.
    pub(super) fn note_once(&mut self, window: u16) -> bool {
        let clock = self.by_window.entry(window).or_default();
        !std::mem::replace(&mut clock.is_noted, true)
    }

    /// Begins a new page in a window, with a new time origin.
    pub(super) fn new_page(&mut self, session: &mut Session, window: u16) {
        if let Some(mut clock) = self.by_window.remove(&window) {
            clock.settle(session);
        }
    }

    /// Sets all times by the final estimates.
    pub(super) fn finish(&mut self, session: &mut Session) {
        for (_, mut clock) in std::mem::take(&mut self.by_window) {
            clock.settle(session);
        }
    }
}

impl Clock {
    fn settle(&mut self, session: &mut Session) {
        self.settled = self.requests.len();
        if std::mem::replace(&mut self.is_settled, true) {
            return;
        }
        for (index, start) in &self.requests {
            if let Some(record) = session.records.get_mut(*index) {
                record.start = EpochMs::new(self.origin + start);
                session.started_at = earlier(session.started_at, record.start);
            }
        }
    }
}

/// The earlier of two times, or the known one.
pub(super) fn earlier(known: Option<EpochMs>, new: Option<EpochMs>) -> Option<EpochMs> {
    match (known, new) {
        (Some(known), Some(new)) => Some(if new < known { new } else { known }),
        (known, new) => known.or(new),
    }
}
