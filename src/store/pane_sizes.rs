//! The sizes of the panes in the layout that is on screen.

use leptos::prelude::*;
use presentation::pane_shares::{PageLayout, Pane, PaneLayout};

use super::{DetailsPlace, Preferences};

/// Width of the screen in px below which its parts are below one another.
const NARROW_SCREEN_PX: f64 = 700.0;
/// Width of the tabs in px below which details are below the table: next to it, the data of messages
/// would have less than 360 px.
const NARROW_TABS_PX: f64 = 1100.0;

/// How much room the tabs have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Room {
    #[default]
    Wide,
    NarrowTabs,
    NarrowScreen,
}

/// The sizes. Each instance of the session page has one; a handle.
#[derive(Clone, Copy, Debug)]
pub struct PaneSizes {
    /// Where the details are.
    pub layout: Memo<PaneLayout>,
    preferences: Preferences,
    room: RwSignal<Room>,
    page_layout: Memo<PageLayout>,
    has_messages: Memo<bool>,
}

/// The size of one pane: its share of the room that it and its neighbor have, 0 to 1.
#[derive(Clone, Copy, Debug)]
pub struct PaneSize {
    /// What the user chose; `None` for the automatic size.
    pub chosen: Signal<Option<f64>>,
    /// The same, with the initial share for the automatic size.
    pub share: Signal<f64>,
    /// Chooses a size, or returns to the automatic one.
    pub set: Callback<Option<f64>>,
}

impl PaneSizes {
    /// `has_replay` is whether the replay is on screen, `has_messages` whether the details list
    /// messages.
    pub fn new(preferences: Preferences, has_replay: Memo<bool>, has_messages: Memo<bool>) -> Self {
        let room = RwSignal::new(Room::default());
        let layout = Memo::new(move |_| match (preferences.details_place.get(), room.get()) {
            (_, Room::NarrowScreen) | (DetailsPlace::Automatic, Room::NarrowTabs) => PaneLayout::Narrow,
            (DetailsPlace::Bottom, _) => PaneLayout::Bottom,
            (DetailsPlace::Right | DetailsPlace::Automatic, _) => PaneLayout::Right,
        });
        let page_layout = Memo::new(move |_| (layout.get(), has_replay.get()));
        Self { layout, preferences, room, page_layout, has_messages }
    }

    /// To be called with the width of the tabs and that of the screen, in px, when they change.
    pub fn measured(self, tabs: f64, screen: f64) {
        // An element that is not laid out has no width.
        if tabs > 0.0 {
            let room = match (tabs < NARROW_TABS_PX, screen < NARROW_SCREEN_PX) {
                (_, true) => Room::NarrowScreen,
                (true, false) => Room::NarrowTabs,
                (false, false) => Room::Wide,
            };
            self.room.maybe_update(|known| std::mem::replace(known, room) != room);
        }
    }

    /// The size of a pane.
    pub fn of(self, pane: Pane) -> PaneSize {
        let Self { preferences, page_layout, has_messages, .. } = self;
        let chosen = move || preferences.pane_shares.with(|shares| shares.get(pane, page_layout.get()));
        PaneSize {
            chosen: Signal::derive(chosen),
            share: Signal::derive(move || {
                chosen().unwrap_or_else(|| pane.initial_share(page_layout.get().0, has_messages.get()))
            }),
            set: Callback::new(move |share| {
                let layout = page_layout.get_untracked();
                preferences.pane_shares.update(|shares| shares.set(pane, layout, share));
            }),
        }
    }
}
