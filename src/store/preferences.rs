//! The user's preferences, kept in the browser.
//!
//! By hand because of size: `leptos-use` adds 45 KB to the module (17 compressed) for the storage
//! of a value and for observing an element's size, which the virtual list needs.

use leptos::prelude::*;
use presentation::network::ColumnList;
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
    /// Share of the tabs' width that the details take, 0.2 to 0.8.
    pub details_share: RwSignal<f64>,
    /// Share of the session's width that the tabs take next to the replay, 0.3 to 0.85.
    pub tools_share: RwSignal<f64>,
    /// The same for a session without requests, 0.2 to 0.85: there the page matters most.
    pub page_tools_share: RwSignal<f64>,
    /// Share of the messages' height that the selected message takes, 0.1 to 0.8.
    pub message_share: RwSignal<f64>,
    /// Whether wall clocks are in UTC, not in the browser's time zone.
    pub times_in_utc: RwSignal<bool>,
    /// Share of a tab's height that a console entry or an event in full takes, 0.1 to 0.8.
    pub detail_share: RwSignal<f64>,
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
const DETAILS: &str = "replayscope.details-share";
const TOOLS: &str = "replayscope.tools-share";
const PAGE_TOOLS: &str = "replayscope.page-tools-share";
const MESSAGE: &str = "replayscope.message-share";
const ZONE: &str = "replayscope.zone";
const DETAIL: &str = "replayscope.chosen-share";
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
        let share =
            |key: &str, default: f64| read(key).and_then(|text| text.parse::<f64>().ok()).unwrap_or(default);
        let preferences = Self {
            theme: RwSignal::new(theme),
            details_share: RwSignal::new(share(DETAILS, 0.45).clamp(0.2, 0.8)),
            tools_share: RwSignal::new(share(TOOLS, 0.68).clamp(0.3, 0.85)),
            page_tools_share: RwSignal::new(share(PAGE_TOOLS, 0.36).clamp(0.2, 0.85)),
            message_share: RwSignal::new(share(MESSAGE, 0.4).clamp(0.1, 0.8)),
            times_in_utc: RwSignal::new(read(ZONE).as_deref() == Some("utc")),
            detail_share: RwSignal::new(share(DETAIL, 0.4).clamp(0.1, 0.8)),
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
        Effect::new(move || write(DETAILS, &format!("{:.4}", preferences.details_share.get())));
        Effect::new(move || write(PAGE_TOOLS, &format!("{:.4}", preferences.page_tools_share.get())));
        Effect::new(move || write(TOOLS, &format!("{:.4}", preferences.tools_share.get())));
        Effect::new(move || write(MESSAGE, &format!("{:.4}", preferences.message_share.get())));
        Effect::new(move || write(DETAIL, &format!("{:.4}", preferences.detail_share.get())));
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

fn read(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn write(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}
