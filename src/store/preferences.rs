//! The user's preferences, kept in the browser.
//!
//! By hand because of size: `leptos-use` adds 45 KB to the module (17 compressed) for the storage
//! of a value and for observing an element's size, which the virtual list needs.

use leptos::prelude::*;
use presentation::network::ColumnList;
use presentation::pane_shares::PaneShares;
use presentation::saved_filters::SavedFilters;
use web_sys::Storage;

/// Light, dark, or the system's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub fn label(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The theme after a click on the theme button.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    fn key(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// Where the details of a row are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DetailsPlace {
    /// Below the table where that is narrow, else to the right.
    #[default]
    Automatic,
    Right,
    Bottom,
}

impl DetailsPlace {
    pub const ALL: [Self; 3] = [Self::Right, Self::Bottom, Self::Automatic];

    pub fn label(self) -> &'static str {
        match self {
            Self::Automatic => "Automatic",
            Self::Right => "Right",
            Self::Bottom => "Bottom",
        }
    }

    /// Its name in storage and in menus.
    pub fn key(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Right => "right",
            Self::Bottom => "bottom",
        }
    }

    /// The place of that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.key() == key)
    }
}

/// The preferences. A handle.
#[derive(Clone, Copy, Debug)]
pub struct Preferences {
    pub theme: RwSignal<Theme>,
    /// The sizes of panes that the user chose.
    pub pane_shares: RwSignal<PaneShares>,
    /// Whether wall clocks are in UTC, not in the browser's time zone.
    pub times_in_utc: RwSignal<bool>,
    /// Whether the replay is on screen.
    pub shows_replay: RwSignal<bool>,
    /// Where the details of a row are.
    pub details_place: RwSignal<DetailsPlace>,
    /// The columns of the Network table; `None` for those that are shown at first.
    pub network_columns: RwSignal<Option<ColumnList>>,
    /// Filters of messages that have a name.
    pub message_filters: RwSignal<SavedFilters>,
    /// Filters of requests that have a name.
    pub request_filters: RwSignal<SavedFilters>,
}

const THEME: &str = "replayscope.theme";
const PANES: &str = "replayscope.panes";
const ZONE: &str = "replayscope.zone";
const MESSAGE_FILTERS: &str = "replayscope.message-filters";
const REPLAY: &str = "replayscope.replay";
const DETAILS_PLACE: &str = "replayscope.details-place";
const NETWORK_COLUMNS: &str = "replayscope.network-columns";
const REQUEST_FILTERS: &str = "replayscope.request-filters";

impl Preferences {
    pub(super) fn load() -> Self {
        let theme = match read(THEME).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        let preferences = Self {
            theme: RwSignal::new(theme),
            pane_shares: RwSignal::new(
                read(PANES).map(|stored| PaneShares::from_stored(&stored)).unwrap_or_default(),
            ),
            times_in_utc: RwSignal::new(read(ZONE).as_deref() == Some("utc")),
            shows_replay: RwSignal::new(read(REPLAY).as_deref() != Some("hidden")),
            details_place: RwSignal::new(
                read(DETAILS_PLACE).and_then(|key| DetailsPlace::from_key(&key)).unwrap_or_default(),
            ),
            network_columns: RwSignal::new(
                read(NETWORK_COLUMNS)
                    .filter(|stored| !stored.is_empty())
                    .and_then(|stored| ColumnList::parse(&stored).ok()),
            ),
            message_filters: RwSignal::new(saved_filters(MESSAGE_FILTERS)),
            request_filters: RwSignal::new(saved_filters(REQUEST_FILTERS)),
        };
        Effect::new(move || apply_theme(preferences.theme.get()));
        Effect::new(move || write(ZONE, if preferences.times_in_utc.get() { "utc" } else { "local" }));
        Effect::new(move || write(PANES, &preferences.pane_shares.with(PaneShares::to_stored)));
        Effect::new(move || write(REPLAY, if preferences.shows_replay.get() { "shown" } else { "hidden" }));
        Effect::new(move || write(DETAILS_PLACE, preferences.details_place.get().key()));
        Effect::new(move |is_changed: Option<bool>| {
            let columns = preferences.network_columns.get();
            if is_changed.is_some() {
                write(NETWORK_COLUMNS, &columns.map(|columns| columns.to_string()).unwrap_or_default());
            }
            true
        });
        keep_filters(MESSAGE_FILTERS, preferences.message_filters);
        keep_filters(REQUEST_FILTERS, preferences.request_filters);
        preferences
    }
}

fn saved_filters(key: &str) -> SavedFilters {
    read(key).map(|stored| SavedFilters::from_stored(&stored)).unwrap_or_default()
}

/// Stores the filters when they change.
fn keep_filters(key: &'static str, filters: RwSignal<SavedFilters>) {
    Effect::new(move |is_changed: Option<bool>| {
        let stored = filters.with(SavedFilters::to_stored);
        if is_changed.is_some() {
            write(key, &stored);
        }
        true
    });
}

fn apply_theme(theme: Theme) {
    let Some(root) = document().document_element() else { return };
    // Storage and attributes only fail where the page is being torn down or storage is switched
    // off.
    let _ = match theme.key() {
        Some(key) => root.set_attribute("data-theme", key),
        None => root.remove_attribute("data-theme"),
    };
    match theme.key() {
        Some(key) => write(THEME, key),
        None => {
            if let Some(storage) = storage() {
                let _ = storage.remove_item(THEME);
            }
        }
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

pub(super) fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

pub(super) fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}
