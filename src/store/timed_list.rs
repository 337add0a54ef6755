//! A list in order of time, of which one row may be selected, and shown in full: what the Console
//! and Events tabs share.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::view_state::ViewState;
use session::model::{EpochMs, Session};
use web_sys::KeyboardEvent;

use super::{Playback, RowTiming, SessionStore, ViewStore, is_typing};

/// A handle: copies mean the same list. `T` identifies a row, wherever the filters put it.
#[derive(Clone, Copy, Debug)]
pub struct TimedList<T: Send + Sync + 'static> {
    pub session: SessionStore,
    /// The rows that pass the filters, in their order.
    pub listed: Memo<Arc<Vec<T>>>,
    /// The position of the last row that has happened at the playhead; `None` where none has, or
    /// where no time was chosen.
    pub current: Memo<Option<usize>>,
    has_playhead: Memo<bool>,
    /// The selected row, and the session that it belongs to.
    selection: RwSignal<Option<(u32, T)>>,
    /// Whether the selected row is shown in full.
    is_open: RwSignal<bool>,
    time_of: fn(&Session, T) -> Option<EpochMs>,
    state: RwSignal<ViewState>,
    link: RowLink<T>,
}

/// Where the view state names the row that is shown in full.
#[derive(Clone, Copy, Debug)]
pub struct RowLink<T: 'static> {
    pub read: fn(&ViewState) -> Option<T>,
    pub write: fn(&mut ViewState, Option<T>),
}

impl<T: Copy + PartialEq + Send + Sync + 'static> TimedList<T> {
    /// `current` finds the position of the last row that has happened at a time. To be called in
    /// the scope of the list's tab.
    pub fn new(
        session: SessionStore,
        playback: Playback,
        listed: Memo<Arc<Vec<T>>>,
        current: fn(&Session, &[T], f64) -> Option<usize>,
        time_of: fn(&Session, T) -> Option<EpochMs>,
        link: RowLink<T>,
    ) -> Self {
        let playhead = playback.playhead;
        let current = Memo::new(move |_| {
            let at = playhead.get()?;
            listed.with(|listed| session.with(|session| current(session, listed, at)))
        });
        let state = expect_context::<ViewStore>().state;
        let list = Self {
            session,
            listed,
            current,
            has_playhead: Memo::new(move |_| playhead.with(Option::is_some)),
            selection: RwSignal::new(None),
            is_open: RwSignal::new(false),
            time_of,
            state,
            link,
        };
        let linked = Memo::new(move |_| state.with(link.read));
        Effect::new(move || {
            let row = linked.get();
            if let Some(row) = row {
                list.selection.set(Some((session.generation(), row)));
            }
            list.is_open.set(row.is_some());
        });
        list
    }

    /// The row at a position of the table.
    pub fn row_at(self, position: usize) -> Option<T> {
        self.listed.with(|listed| listed.get(position).copied())
    }

    /// The position of the selected row; `None` where the filters hide it too.
    pub fn selected_position(self) -> Option<usize> {
        let selected = self.selected()?;
        self.listed.with(|listed| listed.iter().position(|row| *row == selected))
    }

    /// The selected row. Another session has other rows.
    pub fn selected(self) -> Option<T> {
        let (generation, row) = self.selection.get()?;
        (generation == self.session.generation()).then_some(row)
    }

    /// The row that is shown in full.
    pub fn detail(self) -> Option<T> {
        if self.is_open.get() { self.selected() } else { None }
    }

    /// Selects the row at a position; where another one is shown in full, this one is instead.
    pub fn select(self, position: usize) {
        untrack(|| {
            let is_open = self.detail().is_some();
            if let Some(row) = self.row_at(position) {
                self.selection.set(Some((self.session.generation(), row)));
                self.is_open.set(is_open);
                self.name_in_address(is_open.then_some(row));
            }
        });
    }

    /// Selects the row at a position, and shows it in full.
    pub fn open(self, position: usize) {
        self.select(position);
        self.is_open.set(true);
        self.name_in_address(untrack(|| self.selected()));
    }

    fn name_in_address(self, row: Option<T>) {
        let state = self.state;
        if state.with_untracked(self.link.read) != row {
            state.update(|state| (self.link.write)(state, row));
        }
    }

    /// Shows no row in full, and returns whether one was shown; the selected one stays selected.
    pub fn close(self) -> bool {
        let was_shown = untrack(|| self.detail()).is_some();
        self.is_open.set(false);
        self.name_in_address(None);
        was_shown
    }

    /// Moves the playhead to the selected row; `false` where none is selected.
    pub fn seek_to_selected(self, playback: Playback) -> bool {
        let Some(row) = untrack(|| self.selected()) else { return false };
        playback.seek_to(self.session.with_untracked(|session| (self.time_of)(session, row)));
        true
    }

    /// Timing of the row at a position.
    pub fn timing(self, position: usize, time: Option<EpochMs>) -> RowTiming {
        // A row without a time is never known to be in the future.
        if self.has_playhead.get() && time.is_some() {
            RowTiming::in_order(position, self.current.get())
        } else {
            RowTiming::Past
        }
    }

    /// The keys that act wherever the focus is within the list's tab.
    pub fn on_key(self, event: &KeyboardEvent, playback: Playback) {
        let acts = match event.key().as_str() {
            "Escape" => self.close(),
            "t" if !is_typing(event) => self.seek_to_selected(playback),
            _ => false,
        };
        if acts {
            event.prevent_default();
            event.stop_propagation();
        }
    }
}
