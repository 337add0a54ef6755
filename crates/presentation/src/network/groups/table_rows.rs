//! The rows of the grid: requests, and in a grouped table the headers of the groups between them.

use std::collections::HashSet;
use std::sync::Arc;

use super::{Group, Grouping};

/// A row of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableRow {
    /// The record at that index of the session's records.
    Request(u32),
    /// The header of a group, by its number.
    Group(u32),
}

/// What the grid shows, from top to bottom. Positions count from 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TableRows {
    /// The rows that pass the filter, in the order of the table without groups.
    listed: Arc<Vec<u32>>,
    groups: Option<ShownGroups>,
}

/// The groups, and which of them are collapsed.
#[derive(Clone, Debug, PartialEq)]
struct ShownGroups {
    grouping: Arc<Grouping>,
    /// The position of each group's header.
    positions: Vec<u32>,
    is_collapsed: Vec<bool>,
    /// Number of rows of the grid.
    len: usize,
}

impl TableRows {
    /// A table without groups.
    pub fn ungrouped(listed: Arc<Vec<u32>>) -> Self {
        Self { listed, groups: None }
    }

    /// The table of a grouping of these rows, with the groups of the keys in `collapsed` collapsed.
    pub fn grouped(listed: Arc<Vec<u32>>, grouping: Arc<Grouping>, collapsed: &HashSet<String>) -> Self {
        let is_collapsed: Vec<bool> =
            grouping.groups().iter().map(|group| collapsed.contains(&group.key)).collect();
        let mut len = 0;
        let mut positions = Vec::with_capacity(is_collapsed.len());
        for (group, is_collapsed) in grouping.groups().iter().zip(&is_collapsed) {
            positions.push(len as u32);
            len += 1 + if *is_collapsed { 0 } else { group.len() };
        }
        Self { listed, groups: Some(ShownGroups { grouping, positions, is_collapsed, len }) }
    }

    /// Number of rows of the grid, the headers of groups included, the rows of collapsed groups not.
    pub fn len(&self) -> usize {
        self.groups.as_ref().map_or(self.listed.len(), |groups| groups.len)
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The row at a position.
    pub fn at(&self, position: usize) -> Option<TableRow> {
        let Some(groups) = &self.groups else {
            return self.listed.get(position).copied().map(TableRow::Request);
        };
        let (number, within) = groups.place(position)?;
        let Some(within) = within.checked_sub(1) else { return Some(TableRow::Group(number)) };
        if groups.is_collapsed(number) {
            return None;
        }
        let group = groups.grouping.groups().get(number as usize)?;
        groups.grouping.rows_of(group).get(within).copied().map(TableRow::Request)
    }

    /// The groups, in their order; none in a table without groups.
    pub fn groups(&self) -> &[Group] {
        self.groups.as_ref().map_or(&[], |groups| groups.grouping.groups())
    }

    /// The group of that number, and whether it is collapsed.
    pub fn group(&self, number: u32) -> Option<(&Group, bool)> {
        let groups = self.groups.as_ref()?;
        Some((groups.grouping.groups().get(number as usize)?, groups.is_collapsed(number)))
    }

    /// The position of the header of the group with that key.
    pub fn position_of_group(&self, key: &str) -> Option<usize> {
        let groups = self.groups.as_ref()?;
        let number = groups.grouping.groups().iter().position(|group| group.key == key)?;
        groups.positions.get(number).map(|position| *position as usize)
    }

    /// The position of a record, by its index; in a collapsed group that of the header.
    pub fn position_of(&self, index: u32) -> Option<usize> {
        let Some(groups) = &self.groups else {
            return self.listed.iter().position(|known| *known == index);
        };
        let (number, within) = groups.find(index)?;
        let position = *groups.positions.get(number as usize)? as usize;
        Some(if groups.is_collapsed(number) { position } else { position + 1 + within })
    }

    /// The group of a record, by the record's index.
    pub fn group_of(&self, index: u32) -> Option<&Group> {
        let groups = self.groups.as_ref()?;
        let (number, _) = groups.find(index)?;
        groups.grouping.groups().get(number as usize)
    }

    /// The index of the record `by` records after another one, in the order shown; headers do not
    /// count, and the rows of collapsed groups do. The nearest end where there is none; the first
    /// record where `from` is not listed.
    pub fn step(&self, from: Option<u32>, by: isize) -> Option<u32> {
        let rows = self.groups.as_ref().map_or(&*self.listed, |groups| &groups.grouping.rows);
        let last = rows.len().checked_sub(1)?;
        let from = from.and_then(|from| rows.iter().position(|known| *known == from));
        rows.get(from.map_or(0, |from| from.saturating_add_signed(by).min(last))).copied()
    }
}

impl ShownGroups {
    fn is_collapsed(&self, number: u32) -> bool {
        self.is_collapsed.get(number as usize).copied().unwrap_or(false)
    }

    /// The group at a position, and how many rows the position is after its header.
    fn place(&self, position: usize) -> Option<(u32, usize)> {
        if position >= self.len {
            return None;
        }
        let number = self.positions.partition_point(|header| *header as usize <= position).checked_sub(1)?;
        let header = *self.positions.get(number)? as usize;
        Some((number as u32, position - header))
    }

    /// The group of a record, and the record's place in it.
    fn find(&self, index: u32) -> Option<(u32, usize)> {
        let place = self.grouping.rows.iter().position(|known| *known == index)? as u32;
        let groups = self.grouping.groups();
        let number = groups.partition_point(|group| group.first <= place).checked_sub(1)?;
        Some((number as u32, (place - groups.get(number)?.first) as usize))
    }
}
