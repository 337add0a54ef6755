//! A session that is still recorded: it is read again whenever there is more of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use session::formats::LoadError;

use super::load::LoadStatus;
use super::playback::Playback;
use super::session::{SessionEvent, SessionStore};
use crate::source::{TaskGuard, TaskHandle, sleep};

/// Time between two looks for more, in ms. A look costs one request for the manifest.
const INTERVAL_MS: f64 = 1000.0;
/// Reading all again takes at most a tenth of the time, however long the session is.
const REREAD_COST_RATIO: f64 = 10.0;
/// Most bytes of a manifest.
const MAX_MANIFEST_BYTES: usize = 64 << 20;

/// Keeps a live session up to date. A handle: copies mean the same.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    session: SessionStore,
    playback: Playback,
    /// Whether new rows are shown as they arrive. The replay stays at the newest until another time is chosen.
    pub follows: RwSignal<bool>,
    /// Why there is nothing new at the moment.
    pub problem: RwSignal<Option<String>>,
    guard: StoredValue<Option<TaskGuard>, LocalStorage>,
    /// The time in ms that was the newest when it was shown.
    newest: StoredValue<Option<f64>>,
}

impl Live {
    pub(super) fn new(session: SessionStore, playback: Playback) -> Self {
        let live = Self {
            session,
            playback,
            follows: RwSignal::new(true),
            problem: RwSignal::new(None),
            guard: StoredValue::new_local(None),
            newest: StoredValue::new(None),
        };
        session.on(SessionEvent::Replaced, move || {
            live.guard.set_value(None);
            live.follows.set(true);
            live.problem.set(None);
            live.newest.set_value(None);
        });
        session.on(SessionEvent::Read, move || {
            if untrack(|| live.is_live()) && !playback.is_time_named() {
                live.show_newest();
            }
        });
        session.on(SessionEvent::Grown, move || {
            if playback.playhead.get_untracked() == live.newest.get_value() {
                live.show_newest();
            }
        });
        live
    }

    /// Whether the open session is still recorded, and can be read again.
    pub fn is_live(self) -> bool {
        self.session.with(|session| session.is_live) && self.session.is_from_network()
    }

    /// Follows the session from now on, or stays at what is shown.
    pub fn toggle(self) {
        self.follows.update(|follows| *follows = !*follows);
        if self.follows.get_untracked() {
            self.show_newest();
        }
    }

    /// Reads the session again as it grows. For the session page, while it is open.
    pub fn run(self) {
        let is_due = Memo::new(move |_| {
            self.session.status.with(|status| *status == LoadStatus::Ready)
                && self.is_live()
                && self.follows.get()
        });
        Effect::new(move || {
            self.guard.set_value(None);
            if let Some((guard, task)) = is_due.get().then(TaskGuard::new).flatten() {
                self.guard.set_value(Some(guard));
                spawn_local(async move { self.keep_reading(&task).await });
            }
        });
        on_cleanup(move || self.guard.set_value(None));
    }

    /// Moves the replay to the end of what is recorded.
    fn show_newest(self) {
        self.newest.set_value(Some(self.playback.show_end()));
    }

    async fn keep_reading(self, task: &TaskHandle) {
        let mut known = Vec::new();
        let mut pause = INTERVAL_MS;
        loop {
            sleep(pause).await;
            if task.is_canceled() {
                return;
            }
            let began = js_sys::Date::now();
            let end = self.read_if_changed(&mut known, task).await;
            if task.is_canceled() {
                return;
            }
            pause = (js_sys::Date::now() - began).mul_add(REREAD_COST_RATIO, INTERVAL_MS);
            let problem = end.err().map(|error| error.what());
            if self.problem.with_untracked(|shown| *shown != problem) {
                self.problem.set(problem);
            }
        }
    }

    /// Reads the session where its manifest is no longer the `known` one.
    async fn read_if_changed(self, known: &mut Vec<u8>, task: &TaskHandle) -> Result<(), LoadError> {
        let Some(origin) = self.session.origin() else { return Ok(()) };
        let mut stream = origin.open(None, task.signal()).await?;
        let text = stream.read_all(task, MAX_MANIFEST_BYTES, |_| ()).await;
        let Ok(text) = text else { return Ok(()) };
        if text != *known {
            self.session.reread(task).await?;
            *known = text;
        }
        Ok(())
    }
}
