//! What can be asked of the catalog, and its answer.

use std::cmp::Ordering;

use crate::error::Error;
use crate::row::{Row, State};

/// Maximum number of rows of a page.
pub const MAX_LIMIT: usize = 500;
/// Number of rows of a page where a query does not say.
pub const DEFAULT_LIMIT: usize = 50;
/// Maximum number of problems that a page lists.
pub const MAX_PROBLEMS: usize = 20;

/// The time that [`Query::from`] and [`Query::to`] are compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeBasis {
    /// [`Row::sort_time`], by which the list is sorted: when the session started by the clock of the
    /// page, which may be wrong, but at the latest when its first batch arrived.
    #[default]
    Started,
    /// When its first batch arrived, by the server's clock: for retention.
    Received,
}

/// Which sessions are asked for. Conditions that are `None` or empty are met by each session; a
/// value that is not known meets no condition on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    pub project: Option<String>,
    /// Earliest time, in epoch milliseconds.
    pub from: Option<i64>,
    /// The time before which the session is to lie, in epoch milliseconds; it is excluded.
    pub to: Option<i64>,
    pub time: TimeBasis,
    /// A part of the URL of one of its pages, regardless of case.
    pub url: Option<String>,
    /// The user, as a whole and in the same case.
    pub user: Option<String>,
    /// A part of the title, of a page's URL, the user, a tag, the release or the id, regardless of
    /// case.
    pub q: Option<String>,
    /// Minimum number of errors.
    pub errors: Option<u64>,
    /// Minimum number of sockets.
    pub sockets: Option<u64>,
    /// Minimum duration in milliseconds.
    pub min: Option<u64>,
    /// Maximum duration in milliseconds.
    pub max: Option<u64>,
    /// `Live` or `Final`: deleted sessions are in no page.
    pub state: Option<State>,
    /// [`Page::next`] of the page before.
    pub before: Option<String>,
    /// Number of rows, 1 to [`MAX_LIMIT`]; values outside are taken as the nearest bound.
    pub limit: usize,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            project: None,
            from: None,
            to: None,
            time: TimeBasis::default(),
            url: None,
            user: None,
            q: None,
            errors: None,
            sockets: None,
            min: None,
            max: None,
            state: None,
            before: None,
            limit: DEFAULT_LIMIT,
        }
    }
}

/// A file that was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its path in the store.
    pub path: String,
    /// Why it cannot be used.
    pub reason: &'static str,
}

/// The newest sessions that a query asks for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Newest first, by [`Row::sort_time`].
    pub rows: Vec<Row>,
    /// [`Query::before`] of the next page; `None` at the end.
    pub next: Option<String>,
    /// Files that were passed over, at most [`MAX_PROBLEMS`]: sessions may be missing.
    pub problems: Vec<Problem>,
}

/// The place of a row in the order of the list: by descending time, then ascending hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) time: i64,
    pub(crate) hash: u64,
}

impl Cursor {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let (time, hash) = text.split_once('_').ok_or(Error::InvalidCursor)?;
        let time = time.parse().map_err(|_| Error::InvalidCursor)?;
        let is_hash = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        let hash = is_hash.then(|| u64::from_str_radix(hash, 16).ok()).flatten();
        Ok(Self { time, hash: hash.ok_or(Error::InvalidCursor)? })
    }
}

/// What is nearer to the top of the list is less.
impl Ord for Cursor {
    fn cmp(&self, other: &Self) -> Ordering {
        other.time.cmp(&self.time).then(self.hash.cmp(&other.hash))
    }
}

impl PartialOrd for Cursor {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{:016x}", self.time, self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_round_trips_and_others_are_rejected() {
        for cursor in [Cursor { time: -5, hash: 0 }, Cursor { time: i64::MAX, hash: u64::MAX }] {
            assert_eq!(Cursor::parse(&cursor.to_string()).ok(), Some(cursor));
        }
        for text in [
            "",
            "_",
            "1",
            "1_",
            "x_0000000000000000",
            "1_+000000000000000",
            "1_0",
            "99999999999999999999_0000000000000000",
        ] {
            assert!(matches!(Cursor::parse(text), Err(Error::InvalidCursor)), "{text}");
        }
    }

    #[test]
    fn newer_rows_are_before_older_ones() {
        let cursor = |time, hash| Cursor { time, hash };
        assert!(cursor(2, 9) < cursor(1, 0));
        assert!(cursor(2, 0) < cursor(2, 1));
    }
}
