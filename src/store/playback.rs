//! The one clock of everything on screen: the playhead, and how it moves.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use presentation::replay::adjacent_marker;
use presentation::time::{duration_ms, start_time};
use presentation::time_scale::CompressedTimeScale;
use presentation::view_state::ViewState;
use session::model::EpochMs;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::LoadStatus;
use super::session::{SessionEvent, SessionStore};
use super::throttle::throttle_trailing;

/// Replay speeds, as factors of the recorded speed.
pub const SPEEDS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
/// Step of the playhead at a key, in ms.
const KEY_STEP_MS: f64 = 1000.0;
/// A longer frame was one in which the page was hidden, in ms.
const MAX_FRAME_MS: f64 = 250.0;
/// Shortest time between two writes of the time into the address while playing, in ms.
const MIN_URL_SYNC_MS: f64 = 1000.0;
/// The clock follows the player where the two differ by more than this, in ms of the page's own
/// time.
const DRIFT_MS: f64 = 120.0;
/// Delay of the idle ranges after the rows changed.
const SETTLED_AFTER: Duration = Duration::from_millis(30);
/// Times that differ by no more are the same, in ms: an address rounds them.
const SAME_TIME_MS: f64 = 0.5;

/// Direction of a step through what happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Previous,
    Next,
}

/// The clock. Times are ms from the session's start. A handle: copies mean the same clock.
#[derive(Clone, Copy, Debug)]
pub struct Playback {
    /// The time that is shown; `None` until one was chosen.
    pub playhead: RwSignal<Option<f64>>,
    pub is_playing: RwSignal<bool>,
    /// One of [`SPEEDS`].
    pub speed: RwSignal<f64>,
    pub skips_inactivity: RwSignal<bool>,
    /// Whether the tables keep the current row on screen. Scrolling by hand ends it.
    pub follows: RwSignal<bool>,
    /// Counts up whenever the playhead is moved by the user or a link, not by the clock.
    pub seeks: RwSignal<u64>,
    /// Whether the clock waits for the player to show the page at the playhead.
    pub is_waiting: RwSignal<bool>,
    /// Ranges without activity, in ms. Computed after the rows are drawn: it takes a pass over all
    /// that happened.
    pub idle_periods: RwSignal<Vec<(f64, f64)>>,
    /// Length of the session in ms.
    length: Memo<f64>,
    /// The scale of the timeline.
    pub scale: Memo<CompressedTimeScale>,
    session: SessionStore,
    state: RwSignal<ViewState>,
}

impl Playback {
    /// The time is named in `state`.
    pub(super) fn new(session: SessionStore, state: RwSignal<ViewState>) -> Self {
        let idle_periods = RwSignal::new(Vec::new());
        let find_idle_periods = throttle_trailing(move || {
            idle_periods.set(session.with_untracked(presentation::time_scale::idle_periods));
        });
        Effect::new(move || {
            session.with(|_| ());
            if session.is_loading() {
                // While bytes arrive a gap so far may not be one: gaps would come and go.
                idle_periods.maybe_update(|ranges: &mut Vec<_>| !std::mem::take(ranges).is_empty());
            } else {
                find_idle_periods(SETTLED_AFTER);
            }
        });
        let length = Memo::new(move |_| session.with(duration_ms).unwrap_or_default());
        let scale = Memo::new(move |_| {
            idle_periods.with(|idle_periods| CompressedTimeScale::of(length.get(), idle_periods))
        });
        let playback = Self {
            playhead: RwSignal::new(None),
            is_playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            skips_inactivity: RwSignal::new(true),
            follows: RwSignal::new(true),
            seeks: RwSignal::new(0),
            is_waiting: RwSignal::new(false),
            idle_periods,
            length,
            scale,
            session,
            state,
        };
        session.on(SessionEvent::Replaced, move || {
            playback.playhead.set(None);
            playback.is_playing.set(false);
            playback.is_waiting.set(false);
            playback.follows.set(true);
        });
        playback
    }

    /// Length of the session in ms.
    pub fn length(self) -> f64 {
        self.length.get()
    }

    /// The time that is shown in ms; the session's start where none was chosen.
    pub fn now(self) -> f64 {
        self.playhead.get().unwrap_or_default()
    }

    /// The row that a table keeps on screen: the current one, as long as tables follow the
    /// playhead.
    pub fn followed(self, current: Memo<Option<usize>>) -> Signal<Option<usize>> {
        Signal::derive(move || current.get().filter(|_| self.follows.get()))
    }

    /// To be called when the user scrolls a table: it stops following the playhead.
    pub fn on_scroll_by_hand(self) -> Callback<()> {
        Callback::new(move |()| {
            if self.playhead.with_untracked(Option::is_some) {
                self.follows.set(false);
            }
        })
    }

    /// Moves the playhead to that time; playing goes on from there.
    pub fn seek(self, to: f64) {
        let to = to.clamp(0.0, untrack(|| self.length()));
        self.playhead.set(Some(to));
        self.seeks.update(|seeks| *seeks += 1);
        self.sync_url(to);
    }

    /// Moves the playhead to that time unless the user or a link has chosen another one. The
    /// address does not name it.
    pub fn open_at(self, at: f64) {
        if !self.is_time_named() && self.playhead.with_untracked(Option::is_none) {
            self.playhead.set(Some(at.clamp(0.0, untrack(|| self.length()))));
            self.seeks.update(|seeks| *seeks += 1);
        }
    }

    /// Makes the player show the page at the playhead again.
    pub fn seek_again(self) {
        self.seeks.update(|seeks| *seeks += 1);
    }

    /// Whether the address names a time.
    pub(super) fn is_time_named(self) -> bool {
        self.state.with_untracked(|state| state.playhead_ms.is_some())
    }

    /// Moves the playhead to the end of what is recorded so far, and returns it in ms. The address does not name it.
    pub(super) fn show_end(self) -> f64 {
        if self.is_time_named() {
            self.state.update(|state| state.playhead_ms = None);
        }
        let end = untrack(|| self.length());
        self.playhead.set(Some(end));
        self.seek_again();
        end
    }

    /// Moves the playhead to that instant, where it is known.
    pub fn seek_to(self, time: Option<EpochMs>) {
        let start = self.session.with_untracked(|session| session.started_at);
        if let Some((time, start)) = time.zip(start) {
            self.seek((time - start).ms());
        }
    }

    /// Moves the playhead to the start of the selected row.
    pub fn seek_to_selected(self) {
        let row = self.state.with_untracked(|state| state.selected_row);
        self.seek_to(untrack(|| self.session.with_record(row?, |_, record| start_time(record))?));
    }

    /// Plays from the playhead on, or from the start where it is at the end.
    pub fn play(self) {
        let (now, length) = untrack(|| (self.now(), self.length()));
        if length <= 0.0 {
            return;
        }
        self.follows.set(true);
        self.is_playing.set(true);
        self.seek(if now >= length - SAME_TIME_MS { 0.0 } else { now });
    }

    pub fn pause(self) {
        if self.is_playing.get_untracked() {
            self.is_playing.set(false);
            self.sync_url(untrack(|| self.now()));
        }
    }

    pub fn play_or_pause(self) {
        if self.is_playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Moves the playhead by so many key steps; back where it is negative.
    pub fn seek_by(self, steps: f64) {
        self.seek(untrack(|| self.now()) + steps * KEY_STEP_MS);
    }

    /// Moves the playhead to where the next thing happens, or to the last one before it.
    pub fn step(self, direction: Step) {
        let now = untrack(|| self.now());
        if let Some(to) =
            self.session.with_untracked(|session| adjacent_marker(session, now, direction == Step::Next))
        {
            self.seek(to);
        }
    }

    /// Follows the player where it has fallen behind the clock. To be called with each time that it
    /// reports.
    pub fn on_player_time(self, at: f64) {
        let (now, speed) = (untrack(|| self.now()), self.speed.get_untracked());
        if self.is_playing.get_untracked() && (at - now).abs() > DRIFT_MS * speed.max(1.0) {
            self.playhead.set(Some(at));
        }
    }

    fn sync_url(self, at: f64) {
        let at = at.round();
        if self.state.with_untracked(|state| state.playhead_ms != Some(at)) {
            self.state.update(|state| state.playhead_ms = Some(at));
        }
    }

    /// Runs the clock while it plays, and follows the address. For the session page, while it is
    /// open.
    pub fn run_clock(self) {
        self.follow_address();
        let last: StoredValue<Option<f64>> = StoredValue::new(None);
        let synced: StoredValue<f64> = StoredValue::new(0.0);
        let frames: StoredValue<Option<Frames>, LocalStorage> = StoredValue::new_local(None);
        Effect::new(move || {
            let is_playing = self.is_playing.get();
            last.set_value(None);
            let tick = move |now: f64| {
                let passed = last.get_value().map_or(0.0, |last| (now - last).clamp(0.0, MAX_FRAME_MS));
                last.set_value(Some(now));
                let at = self.advance(passed);
                if now - synced.get_value() >= MIN_URL_SYNC_MS {
                    synced.set_value(now);
                    self.sync_url(at);
                }
            };
            frames.set_value(is_playing.then(|| Frames::start(tick)));
        });
        on_cleanup(move || {
            frames.set_value(None);
            self.is_playing.set(false);
        });
    }

    /// Seeks to a time that a link or the browser's back button wrote into the address.
    fn follow_address(self) {
        Effect::new(move || {
            let named = self.state.with(|state| state.playhead_ms);
            // Until the session's length is known a time has no position on it.
            let is_read = !matches!(self.session.status.get(), LoadStatus::Idle | LoadStatus::Loading);
            let is_known = is_read && self.length() > 0.0;
            let Some(named) = named.filter(|_| is_known) else { return };
            let now = self.playhead.get_untracked();
            if !self.is_playing.get_untracked()
                && now.is_none_or(|now| (now.round() - named).abs() > SAME_TIME_MS)
            {
                self.seek(named);
            }
        });
    }

    /// Moves the playhead on by `passed` ms of the wall clock, and returns its time then.
    fn advance(self, passed: f64) -> f64 {
        let (now, length) = untrack(|| (self.now(), self.length()));
        if self.is_waiting.get_untracked() {
            return now;
        }
        let next = now + passed * self.speed.get_untracked();
        if next >= length {
            self.playhead.set(Some(length));
            self.pause();
            return length;
        }
        if self.skips_inactivity.get_untracked()
            && let Some(end) =
                self.idle_periods.with_untracked(|idle_periods| end_of_range(idle_periods, next))
        {
            self.seek(end);
            return end;
        }
        self.playhead.set(Some(next));
        next
    }
}

/// Timing of a row relative to the playhead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowTiming {
    /// It has begun, or no time was chosen.
    Past,
    /// It is the last that has begun.
    Current,
    Future,
}

impl RowTiming {
    /// Of a row at `position` of a list in order of time, of which `current` is the last that has
    /// begun.
    pub fn in_order(position: usize, current: Option<usize>) -> Self {
        match current {
            Some(current) if position < current => Self::Past,
            Some(current) if position == current => Self::Current,
            _ => Self::Future,
        }
    }

    /// The value of `data-moment`.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Past => None,
            Self::Current => Some("current"),
            Self::Future => Some("later"),
        }
    }

    /// The value of `aria-current`.
    pub fn aria(self) -> Option<&'static str> {
        (self == Self::Current).then_some("time")
    }
}

/// The end of the range that a time is in.
fn end_of_range(ranges: &[(f64, f64)], at: f64) -> Option<f64> {
    let before = ranges.partition_point(|(from, _)| *from <= at).checked_sub(1)?;
    ranges.get(before).map(|(_, to)| *to).filter(|to| at < *to)
}

/// Calls back once a frame until it is dropped.
struct Frames {
    running: Rc<Cell<bool>>,
}

impl Frames {
    fn start(tick: impl FnMut(f64) + 'static) -> Self {
        let running = Rc::new(Cell::new(true));
        request_frame(running.clone(), tick);
        Self { running }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.running.set(false);
    }
}

fn request_frame(running: Rc<Cell<bool>>, mut tick: impl FnMut(f64) + 'static) {
    let callback = Closure::once_into_js(move |now: f64| {
        if running.get() {
            tick(now);
            request_frame(running, tick);
        }
    });
    // Fails only where there is no page to draw.
    let _ = window().request_animation_frame(callback.unchecked_ref());
}
