//! How often the page is told what has arrived.

use leptos::prelude::*;

use super::Progress;
use crate::source::Wish;

/// The first rows show at once; after that the tables are brought up to date only so often that doing so takes a small
/// part of the time, however many rows there are. How far reading has come is told as often, with or without rows: each
/// time the browser draws the page anew, which takes as long as reading half a megabyte.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    /// Bytes read so far.
    bytes: u64,
    /// When the page was last told anything, in ms.
    told: f64,
    /// When the last refresh of the tables was begun, in ms; `None` before the first.
    begun: Option<f64>,
    /// When it was done: the page was drawn and reading went on.
    done: Option<f64>,
}

/// The shortest time between two, in ms.
const LEAST_MS: f64 = 200.0;
/// The time between two refreshes of the tables, in what one takes.
const SHARE: f64 = 10.0;

impl Refresh {
    /// A slice of that many bytes was read, after which there are that many rows. Tells how far reading has come where it
    /// is time, and returns how reading goes on: where not at once, the tables are to be brought up to date meanwhile.
    ///
    /// To be asked after each slice: what takes long between another answer than `More` and the next question is taken to
    /// be the refresh.
    pub(super) fn after_slice(&mut self, len: usize, rows: usize, progress: RwSignal<Progress>) -> Wish {
        self.bytes += len as u64;
        let now = js_sys::Date::now();
        let told = progress.with_untracked(|progress| progress.rows);
        let is_first = self.begun.is_none();
        let is_due = rows > told && self.is_due(now);
        if is_due || now - self.told >= LEAST_MS {
            self.told = now;
            let rows = if is_due { rows } else { told };
            progress.update(|progress| *progress = Progress { bytes: self.bytes, rows, ..*progress });
        }
        match (is_due, is_first) {
            (false, _) => Wish::More,
            (true, false) => Wish::Rest,
            (true, true) => Wish::Paint,
        }
    }

    fn is_due(&mut self, now: f64) -> bool {
        let Some(begun) = self.begun else {
            self.begun = Some(now);
            return true;
        };
        let done = *self.done.get_or_insert(now);
        let due = now - begun >= LEAST_MS.max((done - begun) * SHARE);
        if due {
            self.begun = Some(now);
            self.done = None;
        }
        due
    }
}
