//! The groups of the Network table: what the rows are grouped by, which groups are collapsed, and
//! which header is the current row.

use std::collections::HashSet;
use std::sync::Arc;

use leptos::prelude::*;
use presentation::network::{GroupBy, Grouping, RequestIndex, TableRow, TableRows};
use presentation::view_state::ViewState;

use super::RowReading;
use super::session::SessionStore;

/// The groups. A handle: copies mean the same groups.
#[derive(Clone, Copy, Debug)]
pub struct RequestGroups {
    /// What the grid shows: rows, and the headers of groups between them.
    pub rows: Memo<Arc<TableRows>>,
    /// What the rows are grouped by.
    pub by: Memo<Option<GroupBy>>,
    session: SessionStore,
    collapsed: RwSignal<Collapsed>,
    current: RwSignal<Option<(Subject, String)>>,
}

/// What groups are of: a session by its generation, and what its rows are grouped by.
type Subject = (u32, Option<GroupBy>);

/// The keys of the groups that are collapsed; of another subject none are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Collapsed {
    subject: Subject,
    keys: HashSet<String>,
}

impl RequestGroups {
    pub(super) fn new(
        session: SessionStore,
        state: RwSignal<ViewState>,
        listed: Memo<Arc<Vec<u32>>>,
        reading: RowReading,
    ) -> Self {
        let by = Memo::new(move |_| state.with(|state| state.group_by));
        let sort = Memo::new(move |_| state.with(|state| state.sort));
        let grouping = Memo::new(move |_| {
            let (listed, by) = (listed.get(), by.get()?);
            let group = |index: Option<&RequestIndex>| {
                session.with(|session| Arc::new(Grouping::of(session, &listed, by, sort.get(), index)))
            };
            Some(if by.needs_index() { reading.with_index(|index| group(Some(index))) } else { group(None) })
        });
        let collapsed = RwSignal::new(Collapsed::default());
        let rows = Memo::new(move |_| {
            let listed = listed.get();
            Arc::new(match grouping.get() {
                None => TableRows::ungrouped(listed),
                Some(grouping) => {
                    let subject = (session.generation(), by.get());
                    collapsed.with(|collapsed| {
                        if collapsed.subject == subject {
                            TableRows::grouped(listed, grouping, &collapsed.keys)
                        } else {
                            TableRows::grouped(listed, grouping, &HashSet::new())
                        }
                    })
                }
            })
        });
        Self { rows, by, session, collapsed, current: RwSignal::new(None) }
    }

    fn subject(self) -> Subject {
        (self.session.generation(), self.by.get())
    }

    /// The position of the header that is the current row, instead of the selected request.
    pub fn current_position(self) -> Option<usize> {
        let (subject, key) = self.current.get()?;
        (subject == self.subject()).then(|| self.rows.with(|rows| rows.position_of_group(&key))).flatten()
    }

    /// The number of the group whose header is at a position of the table.
    pub fn at(self, position: usize) -> Option<u32> {
        match self.rows.with_untracked(|rows| rows.at(position))? {
            TableRow::Group(number) => Some(number),
            TableRow::Request(_) => None,
        }
    }

    /// Collapses or expands the group whose header is at a position; returns whether one is.
    pub fn collapse_at(self, position: usize, is_collapsed: bool) -> bool {
        let number = self.at(position);
        if let Some(number) = number {
            self.collapse(number, is_collapsed);
        }
        number.is_some()
    }

    /// Makes the header of a group the current row.
    pub fn select(self, number: u32) {
        if let Some((key, _)) = self.group(number) {
            self.current.set(Some((untrack(|| self.subject()), key)));
        }
    }

    /// Expands the group of a record, by the record's index, and makes no header the current row.
    pub(super) fn reveal(self, index: Option<u32>) {
        self.current.set(None);
        let key =
            |index: u32| self.rows.with_untracked(|rows| rows.group_of(index).map(|group| group.key.clone()));
        if self.by.get_untracked().is_some()
            && let Some(key) = index.and_then(key)
        {
            self.set_collapsed(key, false);
        }
    }

    /// Collapses or expands a group; the header is the current row then.
    fn collapse(self, number: u32, is_collapsed: bool) {
        let Some((key, _)) = self.group(number) else { return };
        self.select(number);
        self.set_collapsed(key, is_collapsed);
    }

    /// Collapses an expanded group, and the reverse.
    pub fn toggle(self, number: u32) {
        if let Some((_, is_collapsed)) = self.group(number) {
            self.collapse(number, !is_collapsed);
        }
    }

    /// Collapses all groups, or expands them.
    pub fn collapse_all(self, is_collapsed: bool) {
        let keys = if is_collapsed {
            self.rows.with_untracked(|rows| rows.groups().iter().map(|group| group.key.clone()).collect())
        } else {
            HashSet::new()
        };
        self.collapsed.set(Collapsed { subject: untrack(|| self.subject()), keys });
    }

    /// The key of a group, and whether it is collapsed.
    fn group(self, number: u32) -> Option<(String, bool)> {
        self.rows.with_untracked(|rows| {
            rows.group(number).map(|(group, is_collapsed)| (group.key.clone(), is_collapsed))
        })
    }

    fn set_collapsed(self, key: String, is_collapsed: bool) {
        let subject = untrack(|| self.subject());
        self.collapsed.maybe_update(|collapsed| {
            let is_other = collapsed.subject != subject;
            if is_other {
                *collapsed = Collapsed { subject, keys: HashSet::new() };
            }
            let is_changed =
                if is_collapsed { collapsed.keys.insert(key) } else { collapsed.keys.remove(&key) };
            is_other || is_changed
        });
    }
}
