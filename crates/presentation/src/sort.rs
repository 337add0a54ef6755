//! The order of a table by one of its columns, as a click on a header selects it.

use std::fmt;

/// The columns of a table that can be sorted.
pub trait SortColumn: Copy + PartialEq {
    /// The column by which the table is sorted at first, ascending.
    const DEFAULT: Self;

    /// Its name in `data-col` and in the view state.
    fn key(self) -> &'static str;

    /// The column of that key.
    fn from_key(key: &str) -> Option<Self>;
}

/// The order of the rows: by which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort<C> {
    pub column: C,
    pub descending: bool,
}

impl<C: SortColumn> Default for Sort<C> {
    /// The order of the table without a sort.
    fn default() -> Self {
        Self { column: C::DEFAULT, descending: false }
    }
}

impl<C: SortColumn> Sort<C> {
    /// Reads `latency`, or `-latency` for descending.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, descending) = match text.strip_prefix('-') {
            Some(key) => (key, true),
            None => (text, false),
        };
        Some(Self { column: C::from_key(key)?, descending })
    }

    /// The order after a click on the header of `column`: ascending, then descending, then the
    /// default order again, which is `None`.
    pub fn after_click(current: Option<Self>, column: C) -> Option<Self> {
        let current = current.unwrap_or_default();
        let next = match (current.column == column, current.descending) {
            (false, _) => Self { column, descending: false },
            (true, false) => Self { column, descending: true },
            (true, true) => Self::default(),
        };
        (next != Self::default()).then_some(next)
    }

    /// The `aria-sort` of the header of `column` under the order `current`.
    pub fn aria(current: Option<Self>, column: C) -> &'static str {
        let current = current.unwrap_or_default();
        match (current.column == column, current.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

impl<C: SortColumn> fmt::Display for Sort<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(formatter, "{sign}{}", self.column.key())
    }
}
