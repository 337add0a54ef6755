//! The groups of the Network table: rows of one domain, type, initiator or page, with their sums.

mod key;
mod sums;
mod table_rows;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use session::model::{Session, order};

pub use sums::GroupSums;
pub use table_rows::{TableRow, TableRows};

use self::key::{GroupName, KeyReader};
use super::{Column, RequestIndex, Sort};

/// What the rows of the Network table are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupBy {
    /// The host of the URL, with its port.
    Domain,
    /// The resource type, as the column **Type** shows it.
    Type,
    /// The URL of the document or script that made the browser send the request.
    Initiator,
    /// The page load that the request belongs to.
    Page,
}

impl GroupBy {
    /// All, in the order of the menu.
    pub const ALL: [Self; 4] = [Self::Domain, Self::Type, Self::Initiator, Self::Page];

    /// Its name in the view state and in menus.
    pub fn key(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Type => "type",
            Self::Initiator => "initiator",
            Self::Page => "page",
        }
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Domain => "Domain",
            Self::Type => "Type",
            Self::Initiator => "Initiator",
            Self::Page => "Page",
        }
    }

    /// What has that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.key() == key)
    }

    /// Whether it needs details that are read into a [`RequestIndex`].
    pub fn needs_index(self) -> bool {
        matches!(self, Self::Initiator | Self::Page)
    }
}

/// Rows that have the same key.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The key: a host, a type, a URL, the id of a page; empty where it was not recorded.
    pub key: String,
    /// The key as it is shown.
    pub label: String,
    /// The full key and where it is from, as a tooltip.
    pub title: String,
    /// Its rows are this range of [`Grouping::rows`].
    first: u32,
    len: u32,
    pub sums: GroupSums,
}

/// The rows of the table, divided into groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grouping {
    /// Indexes into `session.records`, group after group; within a group in the order of the table.
    rows: Vec<u32>,
    groups: Vec<Group>,
}

impl Grouping {
    /// Divides the rows of a table, which are in the order of `sort`. `index` holds the details of
    /// the rows; rows that are not in it yet are a group of their own.
    ///
    /// Groups are in the order of their first row; where the table is sorted by latency or size, in
    /// the order of their sums, those without one last.
    pub fn of(
        session: &Session,
        rows: &[u32],
        by: GroupBy,
        sort: Option<Sort>,
        index: Option<&RequestIndex>,
    ) -> Self {
        let reader = KeyReader::new(session, by, index);
        let mut numbers: HashMap<key::Key<'_>, u32> = HashMap::new();
        let mut labels: Vec<GroupName> = Vec::new();
        let mut sums: Vec<GroupSums> = Vec::new();
        let mut group_of_row = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(record) = session.records.get(*row as usize) else { continue };
            let key = reader.key(*row, record);
            let number = *numbers.entry(key).or_insert_with(|| {
                labels.push(reader.label(key));
                sums.push(GroupSums::default());
                labels.len() as u32 - 1
            });
            group_of_row.push((number, *row));
            if let Some(sums) = sums.get_mut(number as usize) {
                sums.add(session, record);
            }
        }
        let order = group_order(&sums, sort);
        collect(&order, labels, sums, &group_of_row)
    }

    /// The groups, in their order.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The rows of a group.
    pub fn rows_of(&self, group: &Group) -> &[u32] {
        self.rows.get(group.first as usize..(group.first + group.len) as usize).unwrap_or_default()
    }
}

impl Group {
    /// Number of its rows.
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// A group has at least one row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

/// The order of the groups, which are numbered by their first row.
fn group_order(sums: &[GroupSums], sort: Option<Sort>) -> Vec<u32> {
    let sort = sort.unwrap_or_default();
    let sum: fn(&GroupSums) -> Option<f64> = match sort.column {
        Column::Latency => GroupSums::total_latency_ms,
        Column::Size => |sums| sums.transferred().map(|bytes| bytes as f64),
        _ => return (0..sums.len() as u32).collect(),
    };
    let ranks = sums.iter().map(|sums| match sum(sums).map(order::rank) {
        None => u64::MAX,
        Some(rank) if sort.descending => !rank,
        Some(rank) => rank,
    });
    order::argsort_by_key(ranks)
}

/// The groups in their order, and their rows: `group_of_row` has the number of each row's group.
fn collect(
    order: &[u32],
    labels: Vec<GroupName>,
    sums: Vec<GroupSums>,
    group_of_row: &[(u32, u32)],
) -> Grouping {
    let mut unordered: Vec<Option<(GroupName, GroupSums)>> = labels.into_iter().zip(sums).map(Some).collect();
    let mut groups = Vec::with_capacity(order.len());
    // Where the next row of each group goes.
    let mut next = vec![0_u32; unordered.len()];
    let mut first = 0;
    for number in order {
        let Some((label, sums)) = unordered.get_mut(*number as usize).and_then(Option::take) else {
            continue;
        };
        let len = sums.requests();
        if let Some(next) = next.get_mut(*number as usize) {
            *next = first;
        }
        let GroupName { key, shown, title } = label;
        groups.push(Group { key, label: shown, title, first, len, sums });
        first += len;
    }
    let mut rows = vec![0; group_of_row.len()];
    for (number, row) in group_of_row {
        let Some(next) = next.get_mut(*number as usize) else { continue };
        if let Some(place) = rows.get_mut(*next as usize) {
            *place = *row;
        }
        *next += 1;
    }
    Grouping { rows, groups }
}
