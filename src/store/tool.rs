//! The tabs of the session page, and which one is open.

use leptos::prelude::*;
use session::view::bounded;

use super::Store;

/// A tab of the session page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    #[default]
    Network,
    Console,
    Events,
}

/// No more of an unknown name is quoted.
const MAX_QUOTED_CHARS: usize = 60;

impl Tool {
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

    /// As the address names it: the first tab is not named.
    fn named(self) -> Option<String> {
        (self != Self::default()).then(|| self.key().to_owned())
    }
}

impl Store {
    /// The open tab; the first where the address names none that exists.
    pub fn tool(self) -> Tool {
        self.address.with(|address| address.tab.as_deref().and_then(Tool::from_key)).unwrap_or_default()
    }

    pub fn show_tool(self, tool: Tool) {
        self.address.update(|address| address.tab = tool.named());
    }

    /// Shows a request in the Network tab, with its details.
    pub fn show_request(self, row: u32) {
        self.show_tool(Tool::Network);
        self.open_row(row);
    }

    /// Drops a tab that the address names and that does not exist, with a word about it.
    pub(super) fn check_tool(self) {
        let Some(tab) = self.address.with_untracked(|address| address.tab.clone()) else { return };
        if Tool::from_key(&tab).is_none() {
            self.address.update(|address| address.tab = None);
            self.notices.add(format!(
                "The link names the tab \"{}\", which does not exist",
                bounded(&tab, MAX_QUOTED_CHARS)
            ));
        }
    }
}
