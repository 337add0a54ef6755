//! Moving through the rows, and closing what is open.

use leptos::prelude::*;

use super::Store;

/// In the address, as `detail`: a row is selected and its details are closed.
const NO_DETAILS: &str = "none";

impl Store {
    /// The place of the selected row in the table, where it is listed.
    pub fn selected_place(self) -> Option<usize> {
        let row = self.address.with(|address| address.selected_row)?;
        let index = self.with(|session| session.index_of(row))? as u32;
        self.listed.with(|listed| listed.iter().position(|known| *known == index))
    }

    /// The number of the row at a place of the table.
    pub fn row_at(self, place: usize) -> Option<u32> {
        let index = self.listed.with(|listed| listed.get(place).copied())?;
        self.with(|session| session.records.get(index as usize).map(|record| record.number))
    }

    /// Goes to the next row of the table, or the previous one.
    pub fn step_row(self, by: isize) {
        let target = untrack(|| {
            let last = self.listed.with(|listed| listed.len()).checked_sub(1)?;
            let place = self.selected_place().map_or(0, |place| place.saturating_add_signed(by).min(last));
            self.row_at(place)
        });
        if let Some(row) = target {
            self.open_row(row);
        }
    }

    /// Whether the selected row's details are shown.
    pub fn details_open(self) -> bool {
        self.address.with(|address| {
            address.selected_row.is_some() && address.details_tab.as_deref() != Some(NO_DETAILS)
        })
    }

    /// Selects a row and shows its details; the row that is selected already keeps its messages' filter.
    pub fn open_row(self, row: u32) {
        self.address.update(|address| {
            if address.selected_row != Some(row) {
                address.select_row(Some(row));
            }
            address.details_tab.take_if(|detail| detail == NO_DETAILS);
        });
    }

    /// Selects a row; its details are shown only where details are open already.
    pub fn select_row(self, row: u32) {
        self.address.update(|address| {
            if address.selected_row.is_none() {
                address.details_tab = Some(NO_DETAILS.to_owned());
            }
            if address.selected_row != Some(row) {
                address.select_row(Some(row));
            }
        });
    }

    /// Closes the chosen message, else the details.
    pub fn close_one(self) {
        if self.address.with_untracked(|address| address.selected_message.is_some())
            && untrack(|| self.details_open())
        {
            self.address.update(|address| address.selected_message = None);
        } else {
            self.close_details();
        }
    }

    /// Closes the details; the row stays selected.
    pub fn close_details(self) {
        self.address.update(|address| {
            if address.selected_row.is_some() {
                address.selected_message = None;
                address.details_tab = Some(NO_DETAILS.to_owned());
            }
        });
    }

    /// Shows that tab of the details; `None` for the first one.
    pub fn show_detail(self, tab: Option<&str>) {
        self.address.update(|address| address.details_tab = tab.map(str::to_owned));
    }
}
