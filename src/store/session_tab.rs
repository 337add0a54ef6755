//! The tabs of the session page, and which one is open.

use leptos::prelude::*;
use session::encodings::visible_line;

use session::model::Session;

use super::Store;

/// A tab of the session page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SessionTab {
    #[default]
    Network,
    Console,
    Events,
}

/// No more of an unknown name is quoted.
const MAX_QUOTED_CHARS: usize = 60;

impl SessionTab {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Network, Self::Console, Self::Events];

    /// Its name in the address.
    pub fn key(self) -> &'static str {
        match self {
            Self::Network => "network",
            Self::Console => "console",
            Self::Events => "events",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Network => "Network",
            Self::Console => "Console",
            Self::Events => "Events",
        }
    }

    /// The tab of that name in the address.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.key() == key)
    }

    /// The tab that a session opens on: the first one with anything in it, as far as the session is read. Sessions
    /// whose page events come before their requests begin with a snapshot of the page or with pictures of it.
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

impl Store {
    /// The open tab: the one that the address names, or the one that the session opens on.
    pub fn tool(self) -> SessionTab {
        let named = self.address.with(|address| address.tab.as_deref().and_then(SessionTab::from_key));
        named.unwrap_or_else(|| self.first_tool.get())
    }

    /// The address does not name the tab that the session opens on.
    pub fn show_tool(self, tool: SessionTab) {
        let is_named = tool != self.first_tool.get_untracked();
        self.address.update(|address| address.tab = is_named.then(|| tool.key().to_owned()));
    }

    /// Shows a request in the Network tab, with its details.
    pub fn show_request(self, row: u32) {
        self.show_tool(SessionTab::Network);
        self.open_row(row);
    }

    /// Drops a tab that the address names and that does not exist, with a word about it.
    pub(super) fn check_tool(self) {
        let Some(tab) = self.address.with_untracked(|address| address.tab.clone()) else { return };
        if SessionTab::from_key(&tab).is_none() {
            self.address.update(|address| address.tab = None);
            self.notices.add(format!(
                "The link names the tab \"{}\", which does not exist",
                visible_line(&tab, MAX_QUOTED_CHARS)
            ));
        }
    }
}
