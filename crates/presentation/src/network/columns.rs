//! The columns of the Network table, and the order that a click on one selects.

use std::sync::Mutex;

use crate::sort::SortColumn;

/// A column of the Network table. A new one is a variant, an entry in [`Column::CHOICES`], an arm in
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
    Domain,
    Path,
    Query,
    Protocol,
    RemoteAddress,
    Priority,
    Initiator,
    FirstByte,
    End,
    Cookies,
    ContentEncoding,
    Connection,
    /// The value of a header, of the response where both have it.
    Header(HeaderName),
}

/// The name of a header that has a column, in lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HeaderName(&'static str);

/// Headers that can have a column while the page is open.
const MAX_HEADERS: usize = 64;
const MAX_HEADER_NAME: usize = 100;
/// What the key of a header's column begins with.
const HEADER_KEY: &str = "header:";

impl HeaderName {
    /// The header of that name. `None` if it is not the name of a header (RFC 9110, section 5.6.2),
    /// or if too many had a column before.
    pub fn new(name: &str) -> Option<Self> {
        static KEYS: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
        let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || name.len() > MAX_HEADER_NAME || !name.bytes().all(is_token) {
            return None;
        }
        let key = format!("{HEADER_KEY}{}", name.to_ascii_lowercase());
        let mut keys = KEYS.lock().ok()?;
        if let Some(known) = keys.iter().find(|known| **known == key) {
            return Some(Self(known));
        }
        // Columns are copied and compared everywhere; a name lives as long as the page.
        let key: &'static str = (keys.len() < MAX_HEADERS).then(|| &*key.leak())?;
        keys.push(key);
        Some(Self(key))
    }

    /// The name in lower case.
    pub fn name(self) -> &'static str {
        self.0.strip_prefix(HEADER_KEY).unwrap_or(self.0)
    }
}

struct Definition {
    key: &'static str,
    label: &'static str,
    numeric: bool,
}

impl Column {
    /// All that can be chosen, in display order; headers come after them.
    pub const CHOICES: [Self; 20] = [
        Self::Status,
        Self::Method,
        Self::Name,
        Self::Domain,
        Self::Path,
        Self::Query,
        Self::Type,
        Self::Protocol,
        Self::RemoteAddress,
        Self::Priority,
        Self::Initiator,
        Self::Cookies,
        Self::ContentEncoding,
        Self::Connection,
        Self::Start,
        Self::End,
        Self::FirstByte,
        Self::Latency,
        Self::Size,
        Self::Waterfall,
    ];

    /// Those that are shown at first, in display order.
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
            Self::Domain => ("domain", "Domain", false),
            Self::Path => ("path", "Path", false),
            Self::Query => ("query", "Query", false),
            Self::Protocol => ("protocol", "Protocol", false),
            Self::RemoteAddress => ("remote-address", "Remote address", false),
            Self::Priority => ("priority", "Priority", false),
            Self::Initiator => ("initiator", "Initiator", false),
            Self::FirstByte => ("ttfb", "TTFB", true),
            Self::End => ("end", "End", true),
            Self::Cookies => ("cookies", "Cookies", true),
            Self::ContentEncoding => ("content-encoding", "Content encoding", false),
            Self::Connection => ("connection", "Connection", false),
            Self::Header(header) => (header.0, header.name(), false),
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
        if let Some(name) = key.strip_prefix(HEADER_KEY) {
            return HeaderName::new(name).map(Self::Header);
        }
        Self::CHOICES.into_iter().find(|column| column.key() == key)
    }

    /// Whether its cells show details that are read into a [`RequestIndex`](super::RequestIndex).
    pub fn needs_index(self) -> bool {
        matches!(
            self,
            Self::Protocol
                | Self::RemoteAddress
                | Self::Priority
                | Self::Initiator
                | Self::Cookies
                | Self::ContentEncoding
                | Self::Connection
                | Self::Header(_)
        )
    }

    /// Whether the header of a group has a value in this column.
    pub(super) fn has_group_sum(self) -> bool {
        matches!(self, Self::Start | Self::End | Self::Latency | Self::Size | Self::Waterfall)
    }

    /// Its place among all columns.
    pub(super) fn rank(self) -> usize {
        let last = Self::CHOICES.len() - 1;
        match Self::CHOICES.into_iter().position(|column| column == self) {
            Some(place) if place == last => usize::MAX,
            place => place.unwrap_or(last),
        }
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
        for column in Column::CHOICES {
            assert_eq!(Column::from_key(column.key()), Some(column));
        }
        assert_eq!(Column::from_key("colour"), None);
        let header = Column::from_key("header:X-Request-Id").expect("a header");
        assert_eq!((header.key(), header.label()), ("header:x-request-id", "x-request-id"));
        assert_eq!(Column::from_key(header.key()), Some(header));
        for name in ["", "a b", "a:b", "é", &"x".repeat(101)] {
            assert_eq!(HeaderName::new(name), None, "{name}");
        }
    }

    #[test]
    fn sorts_round_trip() {
        for column in Column::CHOICES {
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
