//! Where the times of rrweb's own network plugin count from.
//!
//! The plugin writes `performance.now()` and not when that clock began. A request is reported after it ended, so the clock
//! began at the latest at (time of the event - end of the request); the least of these over a page is the estimate, off by
//! no more than the shortest delay between a request's end and its event.

use std::collections::HashMap;

use crate::model::{EpochMs, Session};

/// The clocks of the pages that are open, by window.
#[derive(Debug, Default)]
pub(super) struct Origins {
    by_window: HashMap<u16, Clock>,
}

#[derive(Debug)]
struct Clock {
    /// The estimate so far, in ms since 1970; infinite before the first.
    origin: f64,
    /// The requests that count from it: their indices among the records, and their start.
    requests: Vec<(usize, f64)>,
    /// How many of them there were when all were last set by the estimate.
    settled: usize,
    is_settled: bool,
    /// A note says that the times are estimated.
    is_told: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { origin: f64::INFINITY, requests: Vec::new(), settled: 0, is_settled: true, is_told: false }
    }
}

impl Origins {
    /// Takes the request that comes next among the records: its start and its latest time, in ms since its page's clock
    /// began. Returns its start by the estimate so far.
    pub(super) fn request(
        &mut self,
        session: &mut Session,
        window: u16,
        event: Option<EpochMs>,
        start: Option<f64>,
        latest: Option<f64>,
    ) -> Option<EpochMs> {
        self.learn(window, event, latest);
        let clock = self.by_window.entry(window).or_default();
        let start = start?;
        clock.requests.push((session.records.len(), start));
        // Each time that twice as many are there, what came before is set by the better estimate: rows that are
        // looked at while more come are never far off, and no row is set more often than it takes.
        if clock.requests.len() >= clock.settled * 2 {
            clock.settle(session);
        }
        EpochMs::new(clock.origin + start)
    }

    /// Takes the latest time of a request whose row is there already.
    pub(super) fn learn(&mut self, window: u16, event: Option<EpochMs>, latest: Option<f64>) {
        let clock = self.by_window.entry(window).or_default();
        if let (Some(event), Some(latest)) = (event, latest)
            && event.ms() - latest < clock.origin
        {
            clock.origin = event.ms() - latest;
            clock.is_settled = clock.requests.is_empty();
        }
    }

    /// Whether the times of the window's page were not yet said to be estimated.
    pub(super) fn tell_once(&mut self, window: u16) -> bool {
        let clock = self.by_window.entry(window).or_default();
        !std::mem::replace(&mut clock.is_told, true)
    }

    /// A new page begins in a window, and a new clock with it.
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

/// The earlier of two times, where both are known.
pub(super) fn earlier(known: Option<EpochMs>, new: Option<EpochMs>) -> Option<EpochMs> {
    match (known, new) {
        (Some(known), Some(new)) => Some(if new < known { new } else { known }),
        (known, new) => known.or(new),
    }
}
