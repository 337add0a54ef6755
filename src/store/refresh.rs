//! How often the page is told what has arrived.

use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Progress;
use crate::source::{Flow, next_task};

/// The first rows show at once; after that the tables are brought up to date only so often that doing so takes a small
/// part of the time, however many rows there are. How far reading has come is told as often, with or without rows: each
/// time the browser draws the page anew, which takes as long as reading half a megabyte. What was held back is told a
/// little later, where nothing more arrives.
#[derive(Debug)]
pub(super) struct Refresh<F> {
    state: Rc<RefCell<State>>,
    progress: RwSignal<Progress>,
    /// Brings the tables up to date.
    tables: F,
}

#[derive(Debug, Default)]
struct State {
    /// What was read so far.
    bytes: u64,
    rows: usize,
    /// When the page was last told anything, in ms.
    told: f64,
    /// When the last refresh of the tables was begun, in ms; `None` before the first.
    begun: Option<f64>,
    /// When it was done: the page was drawn and reading went on.
    done: Option<f64>,
    /// What was held back will be told.
    is_awaited: bool,
}

/// The shortest time between two, in ms.
const LEAST_MS: f64 = 200.0;
/// The time between two refreshes of the tables, in what one takes.
const SHARE: f64 = 30.0;
/// The longest time between two of them, in ms …
const MOST_MS: f64 = 1000.0;
/// … as long as that is so many times what one takes.
const LEAST_SHARE: f64 = 10.0;

impl<F: Fn() + Copy + 'static> Refresh<F> {
    pub(super) fn new(progress: RwSignal<Progress>, tables: F) -> Self {
        Self { state: Rc::default(), progress, tables }
    }

    /// A slice of that many bytes was read, after which there are that many rows. Tells how far reading has come where it
    /// is time, and returns how reading goes on: where not at once, the tables are brought up to date meanwhile.
    ///
    /// To be called after each slice: what takes long between another answer than `More` and the next call is taken to be
    /// the refresh.
    pub(super) fn after_slice(&self, len: usize, rows: usize) -> Flow {
        let is_first = {
            let mut state = self.state.borrow_mut();
            state.bytes += len as u64;
            state.rows = rows;
            state.begun.is_none()
        };
        match (tell(&self.state, self.progress, self.tables), is_first) {
            (Told::Rows, true) => Flow::Paint,
            (Told::Rows, false) => Flow::Rest,
            (Told::Nothing | Told::Bytes, _) => {
                tell_later(&self.state, self.progress, self.tables);
                Flow::More
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    /// How many bytes were read, without the rows.
    Bytes,
    Rows,
}

/// Tells what it is time for.
fn tell(state: &RefCell<State>, progress: RwSignal<Progress>, tables: impl Fn() + 'static) -> Told {
    let now = js_sys::Date::now();
    // The store may be gone before its reading has ended.
    let Some(known) = progress.try_with_untracked(|progress| progress.rows) else { return Told::Nothing };
    let (told, bytes, rows) = {
        let mut state = state.borrow_mut();
        let told = state.told_now(now, known);
        (told, state.bytes, if told == Told::Rows { state.rows } else { known })
    };
    if told != Told::Nothing {
        progress.update(|progress| *progress = Progress { bytes, rows, ..*progress });
    }
    if told == Told::Rows {
        // In a task of its own: with the slice that was read before, it would hold the page for too long.
        spawn_local(async move {
            next_task().await;
            tables();
        });
    }
    told
}

/// Tells what was held back, as soon as it is time.
fn tell_later(state: &Rc<RefCell<State>>, progress: RwSignal<Progress>, tables: impl Fn() + Copy + 'static) {
    if std::mem::replace(&mut state.borrow_mut().is_awaited, true) {
        return;
    }
    let waiting: Weak<RefCell<State>> = Rc::downgrade(state);
    let told = move || {
        // Reading may have ended, or been left.
        let Some(state) = waiting.upgrade() else { return };
        state.borrow_mut().is_awaited = false;
        tell(&state, progress, tables);
        let is_all = progress.try_with_untracked(|progress| {
            let state = state.borrow();
            progress.rows >= state.rows && progress.bytes == state.bytes
        });
        if is_all == Some(false) {
            tell_later(&state, progress, tables);
        }
    };
    set_timeout(told, Duration::from_millis(LEAST_MS as u64));
}

impl State {
    /// What it is time for, where the page knows of so many rows.
    fn told_now(&mut self, now: f64, known: usize) -> Told {
        let told = if self.rows > known && self.is_due(now) {
            Told::Rows
        } else if now - self.told >= LEAST_MS {
            Told::Bytes
        } else {
            return Told::Nothing;
        };
        self.told = now;
        told
    }

    fn is_due(&mut self, now: f64) -> bool {
        let Some(begun) = self.begun else {
            self.begun = Some(now);
            return true;
        };
        let done = *self.done.get_or_insert(now);
        let took = done - begun;
        let due = now - begun >= (took * SHARE).clamp(LEAST_MS, MOST_MS).max(took * LEAST_SHARE);
        if due {
            self.begun = Some(now);
            self.done = None;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is told after each slice, of which the time in ms and the rows by then are given.
    fn told(slices: &[(f64, usize)]) -> Vec<Told> {
        let (mut state, mut known) = (State::default(), 0);
        let mut tell = |&(now, rows): &(f64, usize)| {
            state.rows = rows;
            let told = state.told_now(1e12 + now, known);
            known = if told == Told::Rows { rows } else { known };
            told
        };
        slices.iter().map(&mut tell).collect()
    }

    #[test]
    fn the_first_rows_are_told_at_once_and_more_of_them_now_and_then() {
        // The page was busy for 20 ms after the first.
        let slices =
            [(0.0, 0), (10.0, 60), (30.0, 120), (150.0, 180), (215.0, 240), (220.0, 300), (615.0, 360)];
        let [bytes, rows, nothing] = [Told::Bytes, Told::Rows, Told::Nothing];
        assert_eq!(told(&slices), [bytes, rows, nothing, nothing, bytes, nothing, rows]);
    }

    #[test]
    fn a_refresh_that_takes_long_comes_less_often() {
        let comes_after = |took: f64, ms: f64| {
            let slices = [(0.0, 60), (took, 120), (ms - 1.0, 180), (ms, 240)];
            let told = told(&slices);
            (told.get(2) != Some(&Told::Rows), told.get(3) == Some(&Told::Rows))
        };
        assert_eq!(comes_after(1.0, 200.0), (true, true));
        assert_eq!(comes_after(20.0, 600.0), (true, true));
        assert_eq!(comes_after(90.0, 1000.0), (true, true), "once a second");
        assert_eq!(comes_after(300.0, 3000.0), (true, true), "but in a tenth of the time at most");
    }
}
