//! The tabs of the session page, and which one is open.

use leptos::prelude::*;
use session::encodings::visible_line;

use session::model::Session;

use super::ViewStore;

/// A tab of the session page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionTab {
    #[default]
    Network,
    Console,
    Events,
    /// There while the session is compared with another one.
    Compare,
}

/// Most characters that are quoted of an unknown name.
const MAX_QUOTED_CHARS: usize = 60;

impl SessionTab {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 4] = [Self::Network, Self::Console, Self::Events, Self::Compare];

    /// Its name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Console => "console",
            Self::Events => "events",
            Self::Compare => "compare",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Console => "Console",
            Self::Events => "Events",
            Self::Compare => "Compare",
        }
    }

    /// The tab of that name in the address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.key() == key)
    }

    /// The tab that a session opens on: the first one with anything in it, as far as the session is
    /// read. Sessions whose page events come before their requests begin with a snapshot of the
    /// page or with pictures of it.
    pub(super) fn first_of(session: &Session, is_reading: bool) -> Self {
        if presentation::network::row_count(session) > 0 || (is_reading && session.dom_events.is_empty()) {
            Self::Network
        } else if !session.console.is_empty() {
            Self::Console
        } else if presentation::events::event_count(session) > 0 {
            Self::Events
        } else {
            Self::Network
        }
    }
}

impl ViewStore {
    /// The open tab: the one that the address names, or the one that the session opens on.
    pub fn tab(self) -> SessionTab {
        let named = self.state.with(|state| state.tab.as_deref().and_then(SessionTab::from_key));
        let is_there = |tab: &SessionTab| *tab != SessionTab::Compare || self.is_comparing();
        named.filter(is_there).unwrap_or_else(|| self.first_tab.get())
    }

    /// Whether the session is compared with another one.
    pub fn is_comparing(self) -> bool {
        self.compares_files.get() || self.state.with(|state| state.compared_url.is_some())
    }

    /// The address does not name the tab that the session opens on.
    pub fn show_tab(self, tab: SessionTab) {
        let is_named = tab != self.first_tab.get_untracked();
        self.state.update(|state| state.tab = is_named.then(|| tab.key().to_owned()));
    }

    /// Shows a request in the Network tab, with its details.
    pub fn show_request(self, row: u32) {
        self.show_tab(SessionTab::Network);
        self.open_row(row);
    }

    /// Drops a tab that the address names and that does not exist, with a notice about it.
    pub(super) fn check_tab(self) {
        let Some(tab) = self.state.with_untracked(|state| state.tab.clone()) else { return };
        if SessionTab::from_key(&tab).is_none() {
            self.state.update(|state| state.tab = None);
            let tab = visible_line(&tab, MAX_QUOTED_CHARS);
            self.notices.add(format!("Tab \"{tab}\" from the link does not exist"));
        }
    }
}
