//! What is selected and filtered, and moving through the rows of the Network table.

use std::sync::Arc;

use leptos::prelude::*;
use presentation::connection::Reconnections;
use presentation::network::{
    ColumnList, GroupBy, RequestFilter, RowFilter, Sort, TableRow, filtered_rows_with,
};
use presentation::recents::RecentSource;
use presentation::view_state::ViewState;
use session::model::EpochMs;

use super::load::LoadStatus;
use super::recents::source_of;
use super::session::{SessionEvent, SessionStore};
use super::{
    FilterLanguage, Messages, Notices, Preferences, Recents, RequestGroups, RowReading, SessionTab,
    local_clock, valid_filter,
};
use crate::source::{NamedFile, Origin};

/// The view state and what follows from it. A handle: copies mean the same view.
#[derive(Clone, Copy, Debug)]
pub struct ViewStore {
    /// What is selected and filtered: the address bar shows the same.
    pub state: RwSignal<ViewState>,
    /// Indexes of the records that pass the filter, in the order of the Network table without groups.
    pub listed: Memo<Arc<Vec<u32>>>,
    /// The groups of the Network table.
    pub groups: RequestGroups,
    /// The tab that the session opens on where the address names none.
    pub first_tab: Memo<SessionTab>,
    /// Sockets to the same endpoint, one after another; none while the session loads.
    pub reconnections: Memo<Arc<Reconnections>>,
    /// The columns of the Network table: those that the address names, or those used last.
    pub columns: Memo<Arc<ColumnList>>,
    /// Whether the details take all of the Network tab.
    pub maximizes_details: RwSignal<bool>,
    /// What the filter needs of the rows beyond the rows themselves.
    pub reading: RowReading,
    pub(super) session: SessionStore,
    pub(super) notices: Notices,
    recents: Recents,
}

/// In the address, as `detail`: a row is selected and its details are closed.
const NO_DETAILS: &str = "none";

/// The details tab that lists what a request initiated, for which all rows are read.
const INITIATOR_TAB: &str = "initiator";

impl ViewStore {
    pub(super) fn new(
        session: SessionStore,
        messages: Messages,
        notices: Notices,
        preferences: Preferences,
        recents: Recents,
    ) -> Self {
        let state = RwSignal::new(ViewState::default());
        let text =
            valid_filter(FilterLanguage::Requests, move || state.with(|state| state.network_filter.clone()));
        let query = Memo::new(move |_| {
            let zone = local_clock().offset_minutes;
            Arc::new(RequestFilter::parse(&text.get()).unwrap_or_default().in_zone(zone))
        });
        let filter = Memo::new(move |_| {
            let query = query.get();
            state.with(|state| (query, state.resource_types, state.sort, state.time_range))
        });
        let columns = Memo::new(move |_| {
            let named = state.with(|state| state.network_columns.clone());
            Arc::new(named.or_else(|| preferences.network_columns.get()).unwrap_or_default())
        });
        let sorts_by_details =
            move || state.with(|state| state.sort.is_some_and(|Sort { column, .. }| column.needs_index()));
        let shows_details = move || {
            state.with(|state| {
                state.group_by.is_some_and(GroupBy::needs_index)
                    || state.details_tab.as_deref() == Some(INITIATOR_TAB)
            })
        };
        let needs_columns = Memo::new(move |_| {
            columns.with(|columns| columns.needs_index()) || sorts_by_details() || shows_details()
        });
        let reading = RowReading::new(session, messages, query, needs_columns);
        let listed = Memo::new(move |_| {
            let (query, types, sort, range) = filter.get();
            let filter = RowFilter { query: (*query).clone(), types, range: session.instants(range) };
            if sort.is_some_and(|sort| sort.column.needs_index()) {
                reading.with_index(|_| ());
            }
            let rows = reading.with_evidence(&query, |evidence| {
                session.with(|session| filtered_rows_with(session, sort, &filter, evidence))
            });
            Arc::new(rows)
        });
        let first_tab = Memo::new(move |_| {
            let is_loading = session.is_loading();
            session.with(|session| SessionTab::first_of(session, is_loading))
        });
        let reconnections = Memo::new(move |_| {
            let is_loading = session.is_loading();
            Arc::new(if is_loading { Reconnections::default() } else { session.with(Reconnections::of) })
        });
        let view = Self {
            state,
            listed,
            groups: RequestGroups::new(session, state, listed, reading),
            first_tab,
            reconnections,
            columns,
            maximizes_details: RwSignal::new(false),
            reading,
            session,
            notices,
            recents,
        };
        // Notices are about the session that was open.
        session.on(SessionEvent::Replaced, move || notices.clear());
        session.on(SessionEvent::Read, move || view.check());
        view
    }

    /// Opens files of this computer, and remembers their names.
    pub fn open_files(self, files: Vec<NamedFile>) {
        // Handles that are kept may be of other files with the same names.
        Recents::forget_handles_of(&files);
        self.open_kept(files);
    }

    /// The same for files whose handles are kept.
    pub fn open_kept(self, files: Vec<NamedFile>) {
        self.recents.add(source_of(&files));
        self.open_unnamed(files);
    }

    /// Opens what has no name of its own, as a text that was pasted.
    pub fn open_unnamed(self, files: Vec<NamedFile>) {
        if !files.is_empty() {
            self.state.set(ViewState::default());
            self.session.load(Origin::local(files));
        }
    }

    /// The time range that the tables are limited to.
    pub fn range(self) -> Option<(EpochMs, EpochMs)> {
        self.session.instants(self.state.with(|state| state.time_range))
    }

    /// The position of the selected row in the table, where it is listed; that of its group's header
    /// if the group is collapsed.
    pub fn selected_position(self) -> Option<usize> {
        let index = self.selected_index()?;
        self.groups.rows.with(|rows| rows.position_of(index))
    }

    /// The index of the selected row's record.
    fn selected_index(self) -> Option<u32> {
        let row = self.state.with(|state| state.selected_row)?;
        Some(self.session.with(|session| session.index_of(row))? as u32)
    }

    /// The number of the row at a position of the table; `None` for the header of a group.
    pub fn row_at(self, position: usize) -> Option<u32> {
        match self.groups.rows.with(|rows| rows.at(position))? {
            TableRow::Request(index) => self.number_of(index),
            TableRow::Group(_) => None,
        }
    }

    fn number_of(self, index: u32) -> Option<u32> {
        self.session.with(|session| session.records.get(index as usize).map(|record| record.number))
    }

    /// Opens the row that is `by` rows after the selected one, in the order shown. A collapsed group
    /// is expanded where it has that row.
    pub fn step_row(self, by: isize) {
        let target = untrack(|| {
            let selected = self.selected_index();
            self.number_of(self.groups.rows.with(|rows| rows.step(selected, by))?)
        });
        if let Some(row) = target {
            self.open_row(row);
        }
    }

    /// Whether the selected row's details are shown.
    pub fn has_open_details(self) -> bool {
        self.state
            .with(|state| state.selected_row.is_some() && state.details_tab.as_deref() != Some(NO_DETAILS))
    }

    /// Selects a row and shows its details; the row that is selected already keeps its messages'
    /// filter.
    pub fn open_row(self, row: u32) {
        self.reveal(row);
        self.state.update(|state| {
            if state.selected_row != Some(row) {
                state.select_row(Some(row));
            }
            state.details_tab.take_if(|detail| detail == NO_DETAILS);
        });
    }

    /// Selects a row; its details are shown only where details are open already.
    pub fn select_row(self, row: u32) {
        self.reveal(row);
        self.state.update(|state| {
            if state.selected_row.is_none() {
                state.details_tab = Some(NO_DETAILS.to_owned());
            }
            if state.selected_row != Some(row) {
                state.select_row(Some(row));
            }
        });
    }

    /// Expands the group of a row.
    fn reveal(self, row: u32) {
        let index = self.session.with_untracked(|session| session.index_of(row));
        self.groups.reveal(index.map(|index| index as u32));
    }

    /// Closes the selected message, else the details.
    pub fn close_innermost(self) {
        if self.state.with_untracked(|state| state.selected_message.is_some())
            && untrack(|| self.has_open_details())
        {
            self.state.update(|state| state.selected_message = None);
        } else {
            self.close_details();
        }
    }

    /// Closes the details; the row stays selected.
    pub fn close_details(self) {
        self.state.update(|state| {
            if state.selected_row.is_some() {
                state.selected_message = None;
                state.details_tab = Some(NO_DETAILS.to_owned());
            }
        });
    }

    /// Shows that tab of the details; `None` for the first one.
    pub fn show_detail(self, tab: Option<&str>) {
        self.state.update(|state| state.details_tab = tab.map(str::to_owned));
    }

    /// Drops what the address names and the session does not have, with a notice about it.
    fn check(self) {
        self.remember_address();
        self.check_tab();
        self.check_entries();
        let Some(row) = self.state.with_untracked(|state| state.selected_row) else { return };
        if self.session.with_untracked(|session| session.index_of(row).is_none())
            && self.session.status.get_untracked() == LoadStatus::Ready
        {
            self.state.update(|state| state.select_row(None));
            self.notices.add(format!("Row {row} from the link does not exist in this session"));
        }
    }

    /// Remembers the address of the session that was read.
    fn remember_address(self) {
        let is_web = self.session.origin().is_some_and(|origin| origin.is_web());
        let is_read = self.session.status.with_untracked(|status| *status == LoadStatus::Ready)
            && self.session.with_untracked(|session| !session.is_empty());
        if is_web && is_read {
            let address = self.state.with_untracked(|state| state.source_url.clone());
            self.recents.add(address.and_then(|address| RecentSource::url(&address)));
        }
    }

    /// The same for a console entry and a row of the Events tab.
    fn check_entries(self) {
        let (entry, event) = self.state.with_untracked(|state| (state.console_entry, state.event_row));
        let is_ready = self.session.status.get_untracked() == LoadStatus::Ready;
        let (no_entry, no_event) = self.session.with_untracked(|session| {
            let no_entry = entry.filter(|entry| *entry as usize > session.console.len());
            (no_entry.filter(|_| is_ready), event.filter(|event| is_ready && !event.is_in(session)))
        });
        if let Some(entry) = no_entry {
            self.state.update(|state| state.console_entry = None);
            self.notices.add(format!("Console entry {entry} from the link does not exist in this session"));
        }
        if let Some(event) = no_event {
            self.state.update(|state| state.event_row = None);
            self.notices.add(format!("Page event {event} from the link does not exist in this session"));
        }
    }

    /// Drops the message that a link names and the row does not have, with a notice about it. To be
    /// called when all of the row's `count` messages are read.
    pub fn check_message(self, row: u32, count: usize) {
        let state = self.state.get_untracked();
        let Some(message) = state.selected_message.filter(|_| state.selected_row == Some(row)) else {
            return;
        };
        if message == 0 || message as usize > count {
            self.state.update(|state| state.selected_message = None);
            self.notices.add(format!("Message {message} from the link does not exist in this row"));
        }
    }
}
