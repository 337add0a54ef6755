//! What a request initiated: the rows whose recorded initiator it is.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use session::model::{EpochMs, Record, Session, format_count, plural};

use super::{IndexedText, RequestIndex};
use crate::labels::truncated_to;

/// The rows that a request initiated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Initiated {
    /// The numbers of the rows that name it as their initiator, in the order of the source.
    pub direct: Vec<u32>,
    /// Number of those, of the rows that they initiated, and so on.
    pub all: usize,
    /// Number of rows of the session whose initiator was recorded.
    pub recorded: usize,
    /// Whether the details of all rows are read.
    pub is_complete: bool,
}

/// Number of leading bytes of a URL that are compared, as in the index.
const MAX_URL_BYTES: usize = 4096;

impl Initiated {
    /// The rows that a record initiated, by the details that are read so far.
    ///
    /// The initiator of a row is the last request for the initiating URL that began before the row,
    /// or with it; the fragments of URLs are ignored.
    pub fn of(session: &Session, index: &RequestIndex, record: &Record) -> Self {
        let mut found = Self { is_complete: index.len() >= session.records.len(), ..Self::default() };
        let requests = requests_by_url(session);
        // The rows that each row initiated, by their indexes.
        let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
        for (row, child) in (0_u32..).zip(session.records.iter()).take(index.len()) {
            let Some(url) = index.text(row as usize, IndexedText::InitiatorUrl) else { continue };
            found.recorded += 1;
            let candidates = requests.get(without_fragment(url)).map_or(&[][..], Vec::as_slice);
            if let Some(parent) = last_before(candidates, row, child.start) {
                children.entry(parent).or_default().push(row);
            }
        }
        let Some(start) = session.index_of(record.number) else { return found };
        let children_of = |row: u32| children.get(&row).map_or(&[][..], Vec::as_slice);
        let numbers = children_of(start as u32).iter().filter_map(|row| session.records.get(*row as usize));
        found.direct = numbers.map(|record| record.number).collect();
        let mut seen = HashSet::from([start as u32]);
        let mut open = vec![start as u32];
        while let Some(row) = open.pop() {
            open.extend(children_of(row).iter().copied().filter(|child| seen.insert(*child)));
        }
        found.all = seen.len() - 1;
        found
    }

    /// What was found, as a sentence.
    pub fn summary(&self) -> String {
        let direct = self.direct.len();
        match () {
            () if !self.is_complete => "Reading the initiators of all requests…".to_owned(),
            () if self.recorded == 0 => {
                "The recording does not say which document or script initiated a request".to_owned()
            }
            () if direct == 0 => "No request names this one as its initiator".to_owned(),
            () if self.all > direct => format!(
                "{}, {} including those that they initiated",
                plural(direct as u64, "request"),
                format_count(self.all as u64)
            ),
            () => plural(direct as u64, "request"),
        }
    }
}

/// A request for a URL: when it began, and its index.
type Requested = (Option<EpochMs>, u32);

/// The requests for each URL, in the order of time.
fn requests_by_url(session: &Session) -> HashMap<&str, Vec<Requested>> {
    let mut requests: HashMap<&str, Vec<Requested>> = HashMap::new();
    for (row, record) in (0_u32..).zip(session.records.iter()) {
        let url = without_fragment(truncated_to(&record.url, MAX_URL_BYTES));
        if !url.is_empty() {
            requests.entry(url).or_default().push((record.start, row));
        }
    }
    for list in requests.values_mut() {
        list.sort_by(|a, b| a.0.partial_cmp(&b.0).unwrap_or(Ordering::Equal));
    }
    requests
}

/// The last of the requests, which are in the order of time, that began before a row, or with it; the
/// row itself is none of them.
fn last_before(requests: &[Requested], row: u32, start: Option<EpochMs>) -> Option<u32> {
    let end = requests.partition_point(|(began, _)| *began <= start);
    let mut before = requests.get(..end)?.iter().rev().map(|(_, request)| *request);
    before.find(|request| *request != row)
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::opened_har;

    /// A session of these requests: URL, start in seconds, and the URL of the initiator.
    fn session(requests: &[(&str, u32, Option<&str>)]) -> Session {
        let entry = |(url, second, initiator): &(&str, u32, Option<&str>)| {
            let initiator =
                initiator.map(|url| format!(r#","_initiator":{{"type":"parser","url":"{url}"}}"#));
            format!(
                r#"{{"startedDateTime":"2026-03-01T10:00:{second:02}Z","time":1,"request":{{"method":"GET","url":"{url}"}},"response":{{"status":200}}{}}}"#,
                initiator.unwrap_or_default()
            )
        };
        opened_har(&requests.iter().map(entry).collect::<Vec<_>>().join(","), "")
    }

    fn initiated(session: &Session, number: u32) -> Initiated {
        let mut index = RequestIndex::default();
        while index.read_next(session) {}
        let row = session.index_of(number).expect("a row");
        Initiated::of(session, &index, &session.records[row])
    }

    const PAGE: &str = "https://a.test/";
    const SCRIPT: &str = "https://a.test/app.js";

    #[test]
    fn rows_are_listed_below_the_request_that_initiated_them() {
        let session = session(&[
            (PAGE, 0, None),
            (SCRIPT, 1, Some("https://a.test/#top")),
            ("https://a.test/style.css", 1, Some(PAGE)),
            ("https://a.test/api", 2, Some(SCRIPT)),
        ]);
        let page = initiated(&session, 1);
        assert_eq!((page.direct.as_slice(), page.all, page.recorded), ([2, 3].as_slice(), 3, 3));
        assert_eq!(page.summary(), "2 requests, 3 including those that they initiated");
        assert_eq!(initiated(&session, 2).summary(), "1 request");
        assert_eq!(initiated(&session, 4).summary(), "No request names this one as its initiator");
    }

    #[test]
    fn of_several_requests_for_the_initiator_the_last_one_before_counts() {
        let session = session(&[
            (PAGE, 0, None),
            (SCRIPT, 1, Some(PAGE)),
            (PAGE, 5, None),
            (SCRIPT, 6, Some(PAGE)),
            ("https://a.test/later", 7, Some("https://a.test/never-requested")),
        ]);
        assert_eq!(initiated(&session, 1).direct, [2]);
        assert_eq!(initiated(&session, 3).direct, [4]);
    }

    #[test]
    fn rows_that_initiate_each_other_are_counted_once() {
        let session = session(&[(PAGE, 0, Some(SCRIPT)), (SCRIPT, 0, Some(PAGE)), (PAGE, 0, Some(PAGE))]);
        for number in 1..=3 {
            assert!(initiated(&session, number).all < 3, "{number}");
        }
    }

    #[test]
    fn a_recording_without_initiators_says_so() {
        let without = session(&[(PAGE, 0, None), (SCRIPT, 1, None)]);
        assert_eq!(
            initiated(&without, 1).summary(),
            "The recording does not say which document or script initiated a request"
        );
        let unread = Initiated::of(&without, &RequestIndex::default(), &without.records[0]);
        assert_eq!(unread.summary(), "Reading the initiators of all requests…");
    }
}
