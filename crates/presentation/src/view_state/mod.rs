//! What is selected and filtered on every part of the screen, and its form as a query string.

mod codec;

use crate::console::LevelSet;
use crate::events::EventRow;
use crate::messages::{ColumnSet, DirectionFilter, MessageSort};
use crate::network::{ColumnList, GroupBy, Sort, TypeSet};

/// The state of the view: everything that a link restores. The query string that carries it has
/// short keys, which are known to its codec only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ViewState {
    /// The session's URL.
    pub source_url: Option<String>,
    /// The catalog's URL, on the home page.
    pub catalog_url: Option<String>,
    /// The open tab; `None` is the one that the session opens on.
    pub tab: Option<String>,
    /// The filter of the Network tab; empty: none.
    pub network_filter: String,
    /// The resource types that the Network tab shows.
    pub resource_types: TypeSet,
    /// The order of the Network table; `None` is chronological.
    pub sort: Option<Sort>,
    /// What the rows of the Network table are grouped by; `None`: they are not.
    pub group_by: Option<GroupBy>,
    /// The columns of the Network table; `None` are those used last.
    pub network_columns: Option<ColumnList>,
    /// The selected time range: start and end, in ms from the session's start.
    pub time_range: Option<(f64, f64)>,
    /// Whether the findings are shown.
    pub shows_findings: bool,
    /// The selected row: the 1-based number of its record in the source.
    pub selected_row: Option<u32>,
    /// The open details tab; `None` is the first.
    pub details_tab: Option<String>,
    /// The filter of the messages; empty: none.
    pub message_filter: String,
    /// The direction of the messages that are shown.
    pub message_direction: DirectionFilter,
    /// The selected message: its 1-based number in file order.
    pub selected_message: Option<u32>,
    /// Whether messages that only keep the connection alive are hidden.
    pub hides_heartbeats: bool,
    /// The protocol that the messages are decoded as: its key, or `none`; `None` is the recognized
    /// one.
    pub decode_as: Option<String>,
    /// The columns of the messages table; `None` are the initial ones.
    pub message_columns: Option<ColumnSet>,
    /// The order of the messages; `None` is by time.
    pub message_sort: Option<MessageSort>,
    /// The view of the selected message; `None` is the first that fits.
    pub message_view: Option<String>,
    /// The search over the messages of all sockets; empty: none.
    pub message_search: String,
    /// Whether what happened around the selected message is shown.
    pub shows_surroundings: bool,
    /// The path of the field whose values pair the messages of an unrecognized socket.
    pub pair_by: Option<String>,
    /// The console entry that is shown in full: its 1-based number.
    pub console_entry: Option<u32>,
    /// The row of the Events tab that is shown in full.
    pub event_row: Option<EventRow>,
    /// The filter of the Console tab; empty: none.
    pub console_filter: String,
    /// The levels that the Console tab shows.
    pub console_levels: LevelSet,
    /// The filter of the Events tab; empty: none.
    pub event_filter: String,
    /// The URL of the session that this one is compared with.
    pub compared_url: Option<String>,
    /// The state of the pairs that the comparison lists, `changed`; `None` are all.
    pub pair_state: Option<String>,
    /// The filter of the comparison; empty: none.
    pub pair_filter: String,
    /// The selected pair of the comparison.
    pub selected_pair: Option<PairRows>,
    /// The position of the playhead, in ms from the session's start.
    pub playhead_ms: Option<f64>,
    /// Parameters unknown to this version, kept so that links of other versions survive.
    pub unknown_parameters: Vec<(String, String)>,
}

/// The path and query of the session at a URL, below the app's folder: `/session?src=…`. The same
/// as [`ViewState::to_query`] for a state with nothing else, without the code of the other parameters.
pub fn session_path(source_url: &str) -> String {
    codec::session_path(source_url)
}

/// The rows of a pair of a comparison: their 1-based numbers, of which at least one is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairRows {
    /// The row of the open session.
    pub base: Option<u32>,
    /// The row of the session that it is compared with.
    pub other: Option<u32>,
}

impl ViewState {
    /// Reads a query string, with or without its `?`. Returns the state and a warning for each
    /// value that is not valid. Of a parameter that is repeated, the first counts.
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        codec::decode(query)
    }

    /// The query string without `?`, in a fixed order and without default values; empty where all
    /// are defaults.
    pub fn to_query(&self) -> String {
        codec::encode(self)
    }

    /// Selects another row, or none, and resets what was selected within the messages of the
    /// previous one.
    pub fn select_row(&mut self, row: Option<u32>) {
        if self.selected_row != row {
            self.selected_row = row;
            self.message_filter = String::new();
            self.message_direction = DirectionFilter::All;
            self.message_sort = None;
            self.selected_message = None;
            self.decode_as = None;
            self.shows_surroundings = false;
            self.pair_by = None;
        }
    }
}

#[cfg(test)]
mod tests;
