//! The columns of the Network table, and the order that a click on one selects.

use crate::sort::SortColumn;

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

/// The order of the rows of the Network table; chronological without a sort.
pub type Sort = crate::sort::Sort<Column>;

impl SortColumn for Column {
    const DEFAULT: Self = Self::Start;

    fn key(self) -> &'static str {
        self.key()
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::from_key(key)
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
