//! **Layout**: where the details are, and whether the replay is on screen.

use leptos::prelude::*;

use crate::store::{DetailsPlace, Preferences, ViewStore};
use crate::ui::{MenuButton, MenuItem};

/// The item of the menu that shows or hides the replay.
const REPLAY: &str = "replay";
/// The item that gives the details all room.
const MAXIMIZE: &str = "maximize";

/// The menu. The replay is offered if the session has one.
#[component]
pub(super) fn LayoutMenu(has_page: Memo<bool>) -> impl IntoView {
    let preferences: Preferences = expect_context();
    let view: ViewStore = expect_context();
    let items = move || {
        let place = |place: DetailsPlace| MenuItem {
            key: place.key(),
            label: place.label(),
            is_checked: Some(preferences.details_place.get() == place),
        };
        let toggle = |key, label, is_on| MenuItem { key, label, is_checked: Some(is_on) };
        let replay = has_page.get().then(|| toggle(REPLAY, "Show replay", preferences.shows_replay.get()));
        let maximize = toggle(MAXIMIZE, "Maximize details", view.maximizes_details.get());
        DetailsPlace::ALL.into_iter().map(place).chain(replay).chain([maximize]).collect::<Vec<_>>()
    };
    let select = move |key: &'static str| match key {
        REPLAY => toggle_replay(preferences),
        MAXIMIZE => toggle_details(view),
        key => {
            if let Some(place) = DetailsPlace::from_key(key) {
                preferences.details_place.set(place);
            }
        }
    };
    view! { <MenuButton label="Layout" items=Signal::derive(items) on_select=select /> }
}

/// Shows or hides the replay.
pub(super) fn toggle_replay(preferences: Preferences) {
    preferences.shows_replay.update(|shows| *shows = !*shows);
}

/// Gives the details all room of the Network tab, or takes it back.
pub(super) fn toggle_details(view: ViewStore) {
    view.maximizes_details.update(|maximizes| *maximizes = !*maximizes);
}
