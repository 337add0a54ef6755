//! A row of the catalog: what is known of a session without opening it.

use crate::error::Error;

/// Maximum length of a project's or a session's name in bytes.
pub const MAX_NAME_BYTES: usize = 128;
/// Maximum length of a stored text (a title, a user, a URL, a tag) in bytes; longer ones are
/// truncated at the end of a character.
pub const MAX_TEXT_BYTES: usize = 2_048;
/// Maximum number of page URLs, and of tags, that are stored of a session; the first are kept.
pub const MAX_LIST_ITEMS: usize = 64;
/// Generation of a [`State::Deleted`] row: higher than any that a compaction reaches.
pub const DELETED_GENERATION: u32 = u32::MAX;

/// How far a session has come. Of two rows of the same generation and time, the later state wins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Batches have arrived that no compaction has seen.
    #[default]
    Live,
    /// A compaction has counted the session. Late batches lead to a further generation.
    Final,
    /// The session was deleted. Its earlier rows are hidden, and removed by the next merge.
    Deleted,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Live, Self::Final, Self::Deleted];

    /// Its name in files, queries and JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Final => "final",
            Self::Deleted => "deleted",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One generation of a session.
///
/// Times are epoch milliseconds. A value that is not known is `None`, never 0; of an empty list
/// nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The project that the session belongs to: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`.
    pub project: String,
    /// The session's id: `[A-Za-z0-9][A-Za-z0-9._-]{0,127}`, unique within the project.
    pub session: String,
    /// Number of compactions that the row's values come from; 0 for a live row. Readers keep the
    /// row of the highest generation.
    pub generation: u32,
    pub state: State,
    /// When the session's first batch arrived, by the server's clock. Its day (UTC) is the day of
    /// the file, so a writer should give the same value in each generation.
    pub received_first: i64,
    /// When the newest batch that the row knows of arrived, by the server's clock.
    pub received_last: i64,
    /// When the session started, by the clock of the page.
    pub started: Option<i64>,
    /// When it ended, by the clock of the page; `None` while it goes on, too.
    pub ended: Option<i64>,
    pub title: Option<String>,
    /// URLs of the pages, in the order of their loads.
    pub page_urls: Vec<String>,
    /// Host of the first page, with its port unless it is the scheme's own.
    pub host: Option<String>,
    /// The user as the recording page names them.
    pub user: Option<String>,
    pub tags: Vec<String>,
    /// The version of the recorded site.
    pub release: Option<String>,
    /// The browser's `User-Agent`.
    pub user_agent: Option<String>,
    /// Number of HTTP requests.
    pub requests: Option<u64>,
    /// Number of `WebSocket`s.
    pub sockets: Option<u64>,
    /// Number of messages of all sockets, errors included.
    pub messages: Option<u64>,
    /// Number of requests and sockets that failed, statuses of 400 and above included.
    pub errors: Option<u64>,
    /// Number of console entries that are errors or uncaught exceptions.
    pub console_errors: Option<u64>,
    /// Size of the session's files as stored, in bytes.
    pub bytes: Option<u64>,
    /// Number of batches that are missing between the first and the last that arrived.
    pub holes: Option<u64>,
}

impl Row {
    /// A live row of which nothing is known but its first batch, received at `received` (epoch ms).
    pub fn new(project: impl Into<String>, session: impl Into<String>, received: i64) -> Self {
        Self {
            project: project.into(),
            session: session.into(),
            received_first: received,
            received_last: received,
            ..Self::default()
        }
    }

    /// The row that, once appended, removes this session from the catalog: without any content of
    /// the session, and on the same day. `now` is in epoch milliseconds.
    #[must_use]
    pub fn into_deleted(self, now: i64) -> Self {
        Self {
            generation: DELETED_GENERATION,
            state: State::Deleted,
            received_first: self.received_first,
            started: self.started,
            ..Self::new(self.project, self.session, now)
        }
    }

    /// The time by which the catalog is sorted: the start, or the first receipt where that is not
    /// known or is earlier. A start after the receipt is from a clock that is wrong, and would keep
    /// the session at the top of the list for as long as the clock is ahead.
    pub fn sort_time(&self) -> i64 {
        self.started.map_or(self.received_first, |started| started.min(self.received_first))
    }

    /// Time between start and end in milliseconds, if both are known and in order.
    pub fn duration(&self) -> Option<u64> {
        u64::try_from(self.ended?.checked_sub(self.started?)?).ok()
    }

    /// The precedence among the rows of a session: the greatest is the one that counts.
    pub(crate) fn rank(&self) -> (u32, i64, State) {
        (self.generation, self.received_last, self.state)
    }

    /// Checks what becomes a part of a path.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !is_valid_name(&self.project) {
            return Err(Error::InvalidRow("the project's name"));
        }
        if !is_valid_name(&self.session) {
            return Err(Error::InvalidRow("the session's id"));
        }
        Ok(())
    }
}

/// Whether a name consists of 1 to [`MAX_NAME_BYTES`] letters, digits, `.`, `_` and `-` (ASCII) and
/// begins with a letter or digit, so that it is the same in a path, a URL and a file's name.
pub fn is_valid_name(name: &str) -> bool {
    name.len() <= MAX_NAME_BYTES
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_leave_their_folder_are_invalid() {
        for name in ["a", "20261122-0812-x7k2", "A.b_c-9", &"x".repeat(128)] {
            assert!(is_valid_name(name), "{name}");
        }
        for name in ["", ".", "..", "-a", "a/b", "a b", "a\0", "ä", "a%2e", &"x".repeat(129)] {
            assert!(!is_valid_name(name), "{name}");
        }
    }

    #[test]
    fn a_deleted_row_outranks_every_generation_and_keeps_no_content() {
        let mut row = Row::new("shop", "s1", 1_000);
        row.generation = 7;
        row.started = Some(900);
        row.title = Some("Basket".to_owned());
        row.user = Some("mia@example.test".to_owned());
        row.page_urls = vec!["https://shop.example.test/".to_owned()];
        let deleted = row.clone().into_deleted(2_000);
        assert!(deleted.rank() > row.rank());
        assert_eq!((deleted.received_first, deleted.received_last, deleted.sort_time()), (1_000, 2_000, 900));
        assert_eq!((deleted.title, deleted.user, deleted.page_urls), (None, None, Vec::new()));
    }

    #[test]
    fn a_clock_that_is_ahead_does_not_bring_a_session_to_the_top() {
        let sort_time = |started| Row { started, ..Row::new("shop", "s1", 1_000) }.sort_time();
        assert_eq!((sort_time(None), sort_time(Some(900)), sort_time(Some(9_000))), (1_000, 900, 1_000));
    }

    #[test]
    fn a_duration_needs_a_start_and_an_end_in_order() {
        let timed = |started, ended| Row { started, ended, ..Row::default() }.duration();
        assert_eq!(timed(Some(10), Some(25)), Some(15));
        assert_eq!(timed(Some(25), Some(10)), None);
        assert_eq!(timed(Some(i64::MIN), Some(i64::MAX)), None);
        assert_eq!(timed(None, Some(10)), None);
    }
}
