//! The element that is marked in the replayed page.

use leptos::prelude::*;

use super::Playback;

/// An element of the recorded page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HighlightTarget {
    /// The window of the browser that it is in.
    pub window: u16,
    /// Its ID, as rrweb assigns them.
    pub node: u32,
    /// Its name.
    pub label: String,
}

/// Whether the player has marked it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HighlightState {
    Shown,
    /// Not in the visible part of the page.
    Outside,
    /// Without a size.
    Hidden,
    /// Not in the page.
    Missing,
}

/// A handle.
#[derive(Clone, Copy, Debug)]
pub struct Highlight {
    /// The target, and the seek that it belongs to: it ends with the next one.
    requested: RwSignal<Option<(u64, HighlightTarget)>>,
    /// What the player has reported of it.
    pub state: RwSignal<Option<HighlightState>>,
    playback: Playback,
}

impl Highlight {
    pub(super) fn new(playback: Playback) -> Self {
        Self { requested: RwSignal::new(None), state: RwSignal::new(None), playback }
    }

    /// Marks an element at the playhead, or none. To be called after the seek to its time.
    pub fn show(self, target: Option<HighlightTarget>) {
        let seek = self.playback.seeks.get_untracked();
        self.state.set(None);
        self.requested.set(target.map(|target| (seek, target)));
    }

    /// The element that is to be marked now: none while the page plays.
    pub fn target(self) -> Option<HighlightTarget> {
        let (seek, target) = self.requested.get()?;
        let is_current = self.playback.seeks.get() == seek && !self.playback.is_playing.get();
        is_current.then_some(target)
    }
}
