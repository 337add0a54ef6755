//! The one clock that everything on screen keeps to: the moment that is replayed, and how it moves.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use presentation::replay::adjacent_marker;
use presentation::time::start_time;
use presentation::timeline::CompressedTimeScale;
use session::model::EpochMs;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;

use super::{LoadStatus, Store, later};

/// How fast a replay can be, in times the speed at which it was recorded.
pub const SPEEDS: [f64; 6] = [0.5, 1.0, 2.0, 4.0, 8.0, 16.0];
/// A key moves the moment by so much; with shift, five times as far; in ms.
const KEY_STEP_MS: f64 = 1000.0;
/// A frame that took longer was one in which the page was not seen; in ms.
const LONGEST_FRAME_MS: f64 = 250.0;
/// While playing, the address tells the moment at most so often; in ms.
const ADDRESS_EVERY_MS: f64 = 1000.0;
/// The clock follows the player where the two differ by more than this, in ms of the page's own time.
const DRIFT_MS: f64 = 120.0;
/// After the rows changed, the rest of the page follows this long after them.
const SETTLED_AFTER: Duration = Duration::from_millis(30);
/// A moment this close to another one is the same; an address rounds it.
const SAME_MS: f64 = 0.5;

/// The clock. Moments are ms from the session's start. A handle: copies mean the same clock.
#[derive(Clone, Copy, Debug)]
pub struct Playback {
    /// The moment that is shown; `None` until one was chosen.
    pub at: RwSignal<Option<f64>>,
    pub playing: RwSignal<bool>,
    /// One of [`SPEEDS`].
    pub speed: RwSignal<f64>,
    pub skips_inactivity: RwSignal<bool>,
    /// Whether the tables keep the current row in sight. Scrolling by hand ends it.
    pub follows: RwSignal<bool>,
    /// Counts up whenever the moment was chosen, and did not come by itself.
    pub jumps: RwSignal<u64>,
    /// The page at that moment is not there yet: the clock waits for it.
    pub waiting: RwSignal<bool>,
    /// When nothing happened, as stretches in ms.
    pub idle_periods: RwSignal<Vec<(f64, f64)>>,
    /// How long the session is, in ms.
    length: Memo<f64>,
    /// How the timeline spreads the session.
    pub folding: Memo<CompressedTimeScale>,
}

impl Playback {
    /// `length` and `quiet` look at the session, which has grown when `revision` changes.
    pub(super) fn new(
        revision: RwSignal<u64>,
        is_reading: Signal<bool>,
        length: impl Fn() -> f64 + Send + Sync + 'static,
        quiet: impl Fn() -> Vec<(f64, f64)> + Copy + Send + Sync + 'static,
    ) -> Self {
        let idle_periods = RwSignal::new(Vec::new());
        let look_for_quiet = later(move || idle_periods.set(quiet()));
        Effect::new(move || {
            revision.track();
            if is_reading.get() {
                // While bytes arrive what is quiet so far may not be: folds would come and go.
                idle_periods.maybe_update(|stretches: &mut Vec<_>| !std::mem::take(stretches).is_empty());
            } else {
                // The rows are drawn first: looking at all that happened takes a while.
                look_for_quiet(SETTLED_AFTER);
            }
        });
        let length = Memo::new(move |_| {
            revision.track();
            length()
        });
        let folding = Memo::new(move |_| {
            idle_periods.with(|idle_periods| CompressedTimeScale::of(length.get(), idle_periods))
        });
        Self {
            at: RwSignal::new(None),
            playing: RwSignal::new(false),
            speed: RwSignal::new(1.0),
            skips_inactivity: RwSignal::new(true),
            follows: RwSignal::new(true),
            jumps: RwSignal::new(0),
            waiting: RwSignal::new(false),
            idle_periods,
            length,
            folding,
        }
    }

    /// How long the session is, in ms.
    pub fn length(self) -> f64 {
        self.length.get()
    }

    /// The moment that is shown; the session's start where none was chosen.
    pub fn now(self) -> f64 {
        self.at.get().unwrap_or_default()
    }

    /// The row that a table keeps in sight, of the one that is current.
    pub fn followed(self, current: Memo<Option<usize>>) -> Signal<Option<usize>> {
        Signal::derive(move || current.get().filter(|_| self.follows.get()))
    }

    /// Told that somebody scrolls a table by hand.
    pub fn scrolled_by_hand(self) -> Callback<()> {
        Callback::new(move |()| {
            if self.at.with_untracked(Option::is_some) {
                self.follows.set(false);
            }
        })
    }

    /// Begins anew, for another session.
    pub(super) fn reset(self) {
        self.at.set(None);
        self.playing.set(false);
        self.waiting.set(false);
        self.follows.set(true);
    }
}

/// How a row stands to the moment that is replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It has begun, or no moment was chosen.
    Past,
    /// It is the last that has begun.
    Current,
    Later,
}

impl Moment {
    /// Of a row at `place` of a list in order of time, of which `current` is the last that has happened.
    pub fn in_order(place: usize, current: Option<usize>) -> Self {
        match current {
            Some(current) if place < current => Self::Past,
            Some(current) if place == current => Self::Current,
            _ => Self::Later,
        }
    }

    /// The value of `data-moment`.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Self::Past => None,
            Self::Current => Some("current"),
            Self::Later => Some("later"),
        }
    }

    /// The value of `aria-current`.
    pub fn aria(self) -> Option<&'static str> {
        (self == Self::Current).then_some("time")
    }
}

impl Store {
    /// Shows that moment, and goes on as it was: standing or playing.
    pub fn seek(self, to: f64) {
        let playback = self.playback;
        let to = to.clamp(0.0, untrack(|| playback.length()));
        playback.at.set(Some(to));
        playback.jumps.update(|jumps| *jumps += 1);
        self.sync_url(to);
    }

    /// Shows that moment where nothing has chosen another one, as a link does. The address does not name it.
    pub fn open_at(self, at: f64) {
        let playback = self.playback;
        let is_named = self.address.with_untracked(|address| address.playhead_ms.is_some());
        if !is_named && playback.at.with_untracked(Option::is_none) {
            playback.at.set(Some(at.clamp(0.0, untrack(|| playback.length()))));
            playback.jumps.update(|jumps| *jumps += 1);
        }
    }

    /// Shows the moment at that time of day, where it has one.
    pub fn seek_to(self, time: Option<EpochMs>) {
        let start = self.with_untracked(|session| session.started_at);
        if let Some((time, start)) = time.zip(start) {
            self.seek((time - start).ms());
        }
    }

    /// Shows the moment at which the selected row began.
    pub fn seek_to_selected(self) {
        let row = self.address.with_untracked(|address| address.selected_row);
        self.seek_to(untrack(|| self.with_record(row?, |_, record| start_time(record))?));
    }

    /// Plays from where it stands; from the start where it stands at the end.
    pub fn play(self) {
        let playback = self.playback;
        let (now, length) = untrack(|| (playback.now(), playback.length()));
        if length <= 0.0 {
            return;
        }
        playback.follows.set(true);
        playback.playing.set(true);
        self.seek(if now >= length - SAME_MS { 0.0 } else { now });
    }

    pub fn pause(self) {
        let playback = self.playback;
        if playback.playing.get_untracked() {
            playback.playing.set(false);
            self.sync_url(untrack(|| playback.now()));
        }
    }

    pub fn play_or_pause(self) {
        if self.playback.playing.get_untracked() { self.pause() } else { self.play() }
    }

    /// Moves the moment by a key's step, forward or back; `far` for five times as much.
    pub fn seek_by(self, forward: bool, far: bool) {
        let by = if far { 5.0 * KEY_STEP_MS } else { KEY_STEP_MS };
        let now = untrack(|| self.playback.now());
        self.seek(if forward { now + by } else { now - by });
    }

    /// Goes to where the next thing happens, or the last one before.
    pub fn step_moment(self, forward: bool) {
        let now = untrack(|| self.playback.now());
        if let Some(to) = self.with_untracked(|session| adjacent_marker(session, now, forward)) {
            self.seek(to);
        }
    }

    /// What the player says of the moment while it plays.
    pub fn on_player_time(self, at: f64) {
        let playback = self.playback;
        let (now, speed) = (untrack(|| playback.now()), playback.speed.get_untracked());
        if playback.playing.get_untracked() && (at - now).abs() > DRIFT_MS * speed.max(1.0) {
            playback.at.set(Some(at));
        }
    }

    fn sync_url(self, at: f64) {
        let at = at.round();
        if self.address.with_untracked(|address| address.playhead_ms != Some(at)) {
            self.address.update(|address| address.playhead_ms = Some(at));
        }
    }

    /// Lets the clock run while it plays, and follow the address. For the session page, while it stands.
    pub fn run_clock(self) {
        self.follow_address();
        let last: StoredValue<Option<f64>> = StoredValue::new(None);
        let told: StoredValue<f64> = StoredValue::new(0.0);
        let frame: StoredValue<Option<Frames>, LocalStorage> = StoredValue::new_local(None);
        Effect::new(move || {
            let runs = self.playback.playing.get();
            last.set_value(None);
            let tick = move |now: f64| {
                let passed = last.get_value().map_or(0.0, |last| (now - last).clamp(0.0, LONGEST_FRAME_MS));
                last.set_value(Some(now));
                let at = self.advance(passed);
                if now - told.get_value() >= ADDRESS_EVERY_MS {
                    told.set_value(now);
                    self.sync_url(at);
                }
            };
            frame.set_value(runs.then(|| Frames::begin(tick)));
        });
        on_cleanup(move || {
            frame.set_value(None);
            self.playback.playing.set(false);
        });
    }

    /// A moment that somebody else wrote into the address: a link, or the browser's back button.
    fn follow_address(self) {
        Effect::new(move || {
            let named = self.address.with(|address| address.playhead_ms);
            // Until the session's length is known a moment has no place on it.
            let is_read = !matches!(self.status.get(), LoadStatus::Idle | LoadStatus::Loading);
            let is_known = is_read && self.playback.length() > 0.0;
            let Some(named) = named.filter(|_| is_known) else { return };
            let now = self.playback.at.get_untracked();
            if !self.playback.playing.get_untracked()
                && now.is_none_or(|now| (now.round() - named).abs() > SAME_MS)
            {
                self.seek(named);
            }
        });
    }

    /// Lets `passed` ms go by, and returns the moment then.
    fn advance(self, passed: f64) -> f64 {
        let playback = self.playback;
        let (now, length) = untrack(|| (playback.now(), playback.length()));
        if playback.waiting.get_untracked() {
            return now;
        }
        let next = now + passed * playback.speed.get_untracked();
        if next >= length {
            playback.at.set(Some(length));
            self.pause();
            return length;
        }
        if playback.skips_inactivity.get_untracked()
            && let Some(end) =
                playback.idle_periods.with_untracked(|idle_periods| end_of_stretch(idle_periods, next))
        {
            self.seek(end);
            return end;
        }
        playback.at.set(Some(next));
        next
    }
}

/// Where the stretch ends that a moment lies in.
fn end_of_stretch(stretches: &[(f64, f64)], at: f64) -> Option<f64> {
    let before = stretches.partition_point(|(from, _)| *from <= at).checked_sub(1)?;
    stretches.get(before).map(|(_, to)| *to).filter(|to| at < *to)
}

/// Calls back once a frame until it is dropped.
struct Frames {
    running: Rc<Cell<bool>>,
}

impl Frames {
    fn begin(tick: impl FnMut(f64) + 'static) -> Self {
        let running = Rc::new(Cell::new(true));
        ask(running.clone(), tick);
        Self { running }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.running.set(false);
    }
}

fn ask(running: Rc<Cell<bool>>, mut tick: impl FnMut(f64) + 'static) {
    let callback = Closure::once_into_js(move |now: f64| {
        if running.get() {
            tick(now);
            ask(running, tick);
        }
    });
    // Fails only where there is no page to draw.
    let _ = window().request_animation_frame(callback.unchecked_ref());
}
