//! The columns of the Network table, and the order that a click on one selects.

use std::fmt;

/// A column of the Network table. A new one is a variant, an entry in [`Column::ALL`], an arm in
/// `definition`, and an arm each in the text of its cells and in the order of its rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Column {
    Status,
    Method,
    Name,
    Type,
    Start,
    Latency,
    Size,
    Waterfall,
}

struct Definition {
    key: &'static str,
    label: &'static str,
    numeric: bool,
}

impl Column {
    /// In display order.
    pub const ALL: [Self; 8] = [
        Self::Status,
        Self::Method,
        Self::Name,
        Self::Type,
        Self::Start,
        Self::Latency,
        Self::Size,
        Self::Waterfall,
    ];

    fn definition(self) -> Definition {
        let (key, label, numeric) = match self {
            Self::Status => ("status", "Status", false),
            Self::Method => ("method", "Method", false),
            Self::Name => ("name", "Name", false),
            Self::Type => ("type", "Type", false),
            Self::Start => ("start", "Start", true),
            Self::Latency => ("latency", "Latency", true),
            Self::Size => ("size", "Size", true),
            Self::Waterfall => ("waterfall", "Waterfall", false),
        };
        Definition { key, label, numeric }
    }

    /// Its name in `data-col` and in the view state.
    pub fn key(self) -> &'static str {
        self.definition().key
    }

    /// Its name on screen.
    pub fn label(self) -> &'static str {
        self.definition().label
    }

    /// Whether its cells hold amounts, which are right-aligned so that their digits line up.
    pub fn numeric(self) -> bool {
        self.definition().numeric
    }

    /// The column of that `data-col`.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.key() == key)
    }
}

/// The order of the rows: by which column, and which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub column: Column,
    pub descending: bool,
}

impl Default for Sort {
    /// Chronological, the order of the table without a sort.
    fn default() -> Self {
        Self { column: Column::Start, descending: false }
    }
}

impl Sort {
    /// Reads `latency`, or `-latency` for descending.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, descending) = match text.strip_prefix('-') {
            Some(key) => (key, true),
            None => (text, false),
        };
        Some(Self { column: Column::from_key(key)?, descending })
    }

    /// The order after a click on the header of `column`: ascending, then descending, then the
    /// default order again. `None` is that default: ascending by start.
    pub fn after_click(current: Option<Self>, column: Column) -> Option<Self> {
        let current = current.unwrap_or_default();
        let next = match (current.column == column, current.descending) {
            (false, _) => Self { column, descending: false },
            (true, false) => Self { column, descending: true },
            (true, true) => Self::default(),
        };
        (next != Self::default()).then_some(next)
    }

    /// The `aria-sort` of the header of `column` under the order `current`.
    pub fn aria(current: Option<Self>, column: Column) -> &'static str {
        let current = current.unwrap_or_default();
        match (current.column == column, current.descending) {
            (false, _) => "none",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(formatter, "{sign}{}", self.column.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_is_found_by_its_key() {
        for column in Column::ALL {
            assert_eq!(Column::from_key(column.key()), Some(column));
        }
        assert_eq!(Column::from_key("colour"), None);
    }

    #[test]
    fn sorts_round_trip() {
        for column in Column::ALL {
            for descending in [false, true] {
                let sort = Sort { column, descending };
                assert_eq!(Sort::parse(&sort.to_string()), Some(sort));
            }
        }
        assert_eq!(Sort::parse("-latency"), Some(Sort { column: Column::Latency, descending: true }));
        for text in ["", "-", "--latency", "Latency"] {
            assert_eq!(Sort::parse(text), None, "{text}");
        }
    }

    #[test]
    fn clicks_on_a_header_sort_ascending_then_descending_then_by_start() {
        let up = Sort::after_click(None, Column::Size);
        assert_eq!(up, Some(Sort { column: Column::Size, descending: false }));
        let down = Sort::after_click(up, Column::Size);
        assert_eq!(down, Some(Sort { column: Column::Size, descending: true }));
        assert_eq!(Sort::after_click(down, Column::Size), None);
        let last_first = Sort::after_click(None, Column::Start);
        assert_eq!(last_first, Some(Sort { column: Column::Start, descending: true }));
        assert_eq!(Sort::after_click(last_first, Column::Start), None);
        assert_eq!(Sort::after_click(down, Column::Start), None);
        assert_eq!(
            Sort::after_click(down, Column::Name),
            Some(Sort { column: Column::Name, descending: false })
        );
    }

    #[test]
    fn one_header_states_the_direction_of_the_sort() {
        assert_eq!(Sort::aria(None, Column::Start), "ascending");
        assert_eq!(Sort::aria(None, Column::Name), "none");
        assert_eq!(Sort::aria(Sort::parse("-name"), Column::Name), "descending");
    }
}
