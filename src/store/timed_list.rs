//! A list in order of time, of which one row may be chosen, and shown in full: what the tabs beside the network share.

use std::sync::Arc;

use leptos::prelude::*;
use session::model::{EpochMs, Session};
use web_sys::KeyboardEvent;

use super::{LoadStatus, Moment, Store, is_typing};

/// A handle: copies mean the same list. `T` names a row, wherever the filters put it.
#[derive(Clone, Copy, Debug)]
pub struct TimedList<T: Send + Sync + 'static> {
    pub store: Store,
    /// The rows that pass the filters, in their order.
    pub listed: Memo<Arc<Vec<T>>>,
    /// The place of the last row that has happened at the moment that is replayed; `None` where none has, or where no
    /// moment was chosen.
    pub current: Memo<Option<usize>>,
    has_moment: Memo<bool>,
    chosen: RwSignal<Option<T>>,
    /// Whether the chosen row is shown in full.
    is_open: RwSignal<bool>,
    time_of: fn(&Session, T) -> Option<EpochMs>,
}

impl<T: Copy + PartialEq + Send + Sync + 'static> TimedList<T> {
    /// `current` gives the place of the last row that has happened at a moment.
    pub fn new(
        store: Store,
        listed: Memo<Arc<Vec<T>>>,
        current: fn(&Session, &[T], f64) -> Option<usize>,
        time_of: fn(&Session, T) -> Option<EpochMs>,
    ) -> Self {
        let at = store.playback.at;
        let current = Memo::new(move |_| {
            let at = at.get()?;
            listed.with(|listed| store.with(|session| current(session, listed, at)))
        });
        let list = Self {
            store,
            listed,
            current,
            has_moment: Memo::new(move |_| at.with(Option::is_some)),
            chosen: RwSignal::new(None),
            is_open: RwSignal::new(false),
            time_of,
        };
        // Another session that is being opened has other rows.
        Effect::new(move || {
            if store.status.get() == LoadStatus::Loading {
                list.chosen.set(None);
                list.is_open.set(false);
            }
        });
        list
    }

    /// The row at a place of the table.
    pub fn row_at(self, place: usize) -> Option<T> {
        self.listed.with(|listed| listed.get(place).copied())
    }

    /// The place of the chosen row; `None` where the filters hide it too.
    pub fn place(self) -> Option<usize> {
        let chosen = self.chosen.get()?;
        self.listed.with(|listed| listed.iter().position(|row| *row == chosen))
    }

    /// The chosen row.
    pub fn chosen(self) -> Option<T> {
        self.chosen.get()
    }

    /// The row that is shown in full.
    pub fn shown(self) -> Option<T> {
        if self.is_open.get() { self.chosen.get() } else { None }
    }

    /// Chooses the row at a place; where another one is shown in full, this one is instead.
    pub fn choose(self, place: usize) {
        if let Some(row) = untrack(|| self.row_at(place)) {
            self.chosen.set(Some(row));
        }
    }

    /// Chooses the row at a place, and shows it in full.
    pub fn open(self, place: usize) {
        self.choose(place);
        self.is_open.set(true);
    }

    /// Shows no row in full, and says whether one was shown; the chosen one stays chosen.
    pub fn close(self) -> bool {
        let was_shown = untrack(|| self.shown()).is_some();
        self.is_open.set(false);
        was_shown
    }

    /// Shows the moment of the chosen row; `false` where none is chosen.
    pub fn seek_to_chosen(self) -> bool {
        let Some(row) = self.chosen.get_untracked() else { return false };
        let time = self.store.with_untracked(|session| (self.time_of)(session, row));
        self.store.seek_to(time);
        true
    }

    /// How the row at a place stands to the moment that is replayed.
    pub fn moment(self, place: usize, time: Option<EpochMs>) -> Moment {
        // What has no time is never known to be later.
        if self.has_moment.get() && time.is_some() {
            Moment::in_order(place, self.current.get())
        } else {
            Moment::Past
        }
    }

    /// The keys that act wherever the focus is within the list's tab.
    pub fn pressed(self, event: &KeyboardEvent) {
        let acts = match event.key().as_str() {
            "Escape" => self.close(),
            "t" if !is_typing(event) => self.seek_to_chosen(),
            _ => false,
        };
        if acts {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}
