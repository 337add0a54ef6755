//! How often the screen is notified of what has arrived.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Progress;
use crate::source::{Flow, next_task};

/// Shows the first rows at once; after that the tables are refreshed only so often that it takes a
/// small part of the time, however many rows there are. The progress is refreshed as often, with or
/// without rows: each time the browser draws the page again, which takes as long as reading half a
/// megabyte. What was held back follows a little later, where nothing more arrives.
#[derive(Debug)]
pub(super) struct Refresh<F> {
    state: Rc<RefCell<State>>,
    progress: RwSignal<Progress>,
    /// Makes the tables read the rows again.
    notify_tables: F,
}

#[derive(Debug, Default)]
struct State {
    /// What was read so far.
    bytes: u64,
    rows: usize,
    /// Time of the last notification, in ms.
    notified_at: f64,
    /// Start of the last refresh of the tables, in ms; `None` before the first.
    began_at: Option<f64>,
    /// End of it: the page was drawn and reading went on.
    done_at: Option<f64>,
    /// Whether a notification of what was held back is scheduled.
    is_scheduled: bool,
}

/// Shortest time between two notifications, in ms.
const MIN_INTERVAL_MS: f64 = 200.0;
/// Time between two refreshes of the tables, as a multiple of the duration of one.
const REFRESH_COST_RATIO: f64 = 30.0;
/// Longest time between two refreshes in ms, as long as it is at least [`MIN_REFRESH_COST_RATIO`]
/// times the duration of one.
const MAX_INTERVAL_MS: f64 = 1000.0;
const MIN_REFRESH_COST_RATIO: f64 = 10.0;

impl<F: Fn() + Copy + 'static> Refresh<F> {
    pub(super) fn new(progress: RwSignal<Progress>, notify_tables: F) -> Self {
        Self { state: Rc::default(), progress, notify_tables }
    }

    /// To be called after each slice of `len` bytes, with the number of rows by then. Notifies the
    /// screen where that is due, and returns how reading goes on: where not at once, the tables are
    /// refreshed meanwhile.
    ///
    /// The time between another answer than `Continue` and the next call counts as the duration of
    /// the refresh.
    pub(super) fn after_slice(&self, len: usize, rows: usize) -> Flow {
        let is_first = {
            let mut state = self.state.borrow_mut();
            state.bytes += len as u64;
            state.rows = rows;
            state.began_at.is_none()
        };
        match (notify(&self.state, self.progress, self.notify_tables), is_first) {
            (Notified::Rows, true) => Flow::YieldUntilPaint,
            (Notified::Rows, false) => Flow::Yield,
            (Notified::Nothing | Notified::Bytes, _) => {
                schedule_notify(&self.state, self.progress, self.notify_tables);
                Flow::Continue
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notified {
    Nothing,
    /// How many bytes were read, without the rows.
    Bytes,
    Rows,
}

/// Notifies the screen of what is due.
fn notify(
    state: &RefCell<State>,
    progress: RwSignal<Progress>,
    notify_tables: impl Fn() + 'static,
) -> Notified {
    let now = js_sys::Date::now();
    // The scope may be disposed of before reading has ended.
    let Some(known) = progress.try_with_untracked(|progress| progress.rows) else { return Notified::Nothing };
    let (notified, bytes, rows) = {
        let mut state = state.borrow_mut();
        let notified = state.notify_if_due(now, known);
        (notified, state.bytes, if notified == Notified::Rows { state.rows } else { known })
    };
    if notified != Notified::Nothing {
        progress.update(|progress| *progress = Progress { bytes, rows, ..*progress });
    }
    if notified == Notified::Rows {
        // In a task of its own: with the slice that was read before, it would hold the page for too
        // long.
        spawn_local(async move {
            next_task().await;
            notify_tables();
        });
    }
    notified
}

/// Notifies of what was held back, as soon as that is due.
fn schedule_notify(
    state: &Rc<RefCell<State>>,
    progress: RwSignal<Progress>,
    notify_tables: impl Fn() + Copy + 'static,
) {
    if std::mem::replace(&mut state.borrow_mut().is_scheduled, true) {
        return;
    }
    let waiting: Weak<RefCell<State>> = Rc::downgrade(state);
    let notify_now = move || {
        // Reading may have ended, or been canceled.
        let Some(state) = waiting.upgrade() else { return };
        state.borrow_mut().is_scheduled = false;
        notify(&state, progress, notify_tables);
        let is_all = progress.try_with_untracked(|progress| {
            let state = state.borrow();
            progress.rows >= state.rows && progress.bytes == state.bytes
        });
        if is_all == Some(false) {
            schedule_notify(&state, progress, notify_tables);
        }
    };
    set_timeout(notify_now, Duration::from_millis(MIN_INTERVAL_MS as u64));
}

impl State {
    /// What is due, where the screen shows `known` rows.
    fn notify_if_due(&mut self, now: f64, known: usize) -> Notified {
        let notified = if self.rows > known && self.is_due(now) {
            Notified::Rows
        } else if now - self.notified_at >= MIN_INTERVAL_MS {
            Notified::Bytes
        } else {
            return Notified::Nothing;
        };
        self.notified_at = now;
        notified
    }

    fn is_due(&mut self, now: f64) -> bool {
        let Some(began) = self.began_at else {
            self.began_at = Some(now);
            return true;
        };
        let done = *self.done_at.get_or_insert(now);
        let took = done - began;
        let due = now - began
            >= (took * REFRESH_COST_RATIO)
                .clamp(MIN_INTERVAL_MS, MAX_INTERVAL_MS)
                .max(took * MIN_REFRESH_COST_RATIO);
        if due {
            self.began_at = Some(now);
            self.done_at = None;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The notifications after each slice, of which the time in ms and the rows by then are given.
    fn notifications(slices: &[(f64, usize)]) -> Vec<Notified> {
        let (mut state, mut known) = (State::default(), 0);
        let mut notify = |&(now, rows): &(f64, usize)| {
            state.rows = rows;
            let notified = state.notify_if_due(1e12 + now, known);
            known = if notified == Notified::Rows { rows } else { known };
            notified
        };
        slices.iter().map(&mut notify).collect()
    }

    #[test]
    fn the_first_rows_show_at_once_and_later_ones_at_intervals() {
        // The page was busy for 20 ms after the first.
        let slices =
            [(0.0, 0), (10.0, 60), (30.0, 120), (150.0, 180), (215.0, 240), (220.0, 300), (615.0, 360)];
        let [bytes, rows, nothing] = [Notified::Bytes, Notified::Rows, Notified::Nothing];
        assert_eq!(notifications(&slices), [bytes, rows, nothing, nothing, bytes, nothing, rows]);
    }

    #[test]
    fn a_slow_refresh_runs_less_often() {
        let comes_after = |took: f64, ms: f64| {
            let slices = [(0.0, 60), (took, 120), (ms - 1.0, 180), (ms, 240)];
            let notified = notifications(&slices);
            (notified.get(2) != Some(&Notified::Rows), notified.get(3) == Some(&Notified::Rows))
        };
        assert_eq!(comes_after(1.0, 200.0), (true, true));
        assert_eq!(comes_after(20.0, 600.0), (true, true));
        assert_eq!(comes_after(90.0, 1000.0), (true, true), "once a second");
        assert_eq!(comes_after(300.0, 3000.0), (true, true), "but in a tenth of the time at most");
    }
}
