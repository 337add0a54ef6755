//! Which failed request an entry of the console tells of.

use session::model::{Argument, ConsoleDetails, ConsoleEntry, ConsoleLevel, EpochMs, Record, Session};

use crate::labels::truncated_to;
use crate::network::{RowState, row_state, segment};
use crate::time::start_time;

/// A page tells of a failure soon after it: within that many ms.
const MAX_AFTER_MS: f64 = 1000.0;
/// An entry may be written a little before the end that was recorded, because clocks differ and ends are rounded; ms.
const MAX_BEFORE_MS: f64 = 200.0;
/// No more of what was written is searched: addresses stand at the front.
const MAX_TEXT_BYTES: usize = 4096;
/// Shorter names occur in any text.
const MIN_NAME_BYTES: usize = 3;
/// More requests than these do not fail in a second, except in a recording made for it.
const MAX_CANDIDATES: usize = 1000;

/// The number of the record that an entry probably tells of: a request or a handshake that failed up to a second before
/// the entry was written, or up to 200 ms after. Of several, the one whose address, name or status stands in the text,
/// and of those that are equally well named, the one that failed closest in time. A warning must name it; an error or
/// an exception need not.
///
/// This is an inference: no recorder writes down which request an entry is about. One pass over the records.
pub fn failed_request(session: &Session, entry: &ConsoleEntry, details: &ConsoleDetails) -> Option<u32> {
    let least = match entry.level {
        ConsoleLevel::Warn => 1,
        ConsoleLevel::Error | ConsoleLevel::Exception => 0,
        ConsoleLevel::Debug | ConsoleLevel::Log | ConsoleLevel::Info | ConsoleLevel::Assert => return None,
    };
    let written = entry.time?;
    let text = text_of(details);
    let candidates = session.records.iter().filter_map(|record| {
        let after = (written - failed_at(record)?).ms();
        (-MAX_BEFORE_MS..=MAX_AFTER_MS).contains(&after).then_some((record, after.abs()))
    });
    let mut best: Option<(u8, f64, u32)> = None;
    for (record, distance) in candidates.take(MAX_CANDIDATES) {
        let named = mention_score(record, &text);
        let is_better =
            best.is_none_or(|(known, least, _)| named > known || named == known && distance < least);
        if named >= least && is_better {
            best = Some((named, distance, record.number));
        }
    }
    best.map(|(_, _, number)| number)
}

/// When a request or a handshake failed: at its end, or where none is known, at its start; `None` where it did not.
fn failed_at(record: &Record) -> Option<EpochMs> {
    if row_state(record) != RowState::Error {
        return None;
    }
    record.end().or_else(|| record.socket()?.last_seen).or_else(|| start_time(record))
}

/// What the page wrote as far as it is searched, and the place: a browser that tells of a failure itself names the
/// address there.
fn text_of(details: &ConsoleDetails) -> String {
    let mut text =
        details.place.as_deref().map_or("", |place| truncated_to(place, MAX_TEXT_BYTES)).to_owned();
    for argument in &details.arguments {
        let Some(room) = (2 * MAX_TEXT_BYTES).checked_sub(text.len() + 1) else { break };
        text.push('\n');
        match argument {
            Argument::Text(words) => text.push_str(truncated_to(words, room)),
            Argument::Json(json) => {
                text.push_str(&String::from_utf8_lossy(json.get(..room.min(json.len())).unwrap_or_default()));
            }
        }
    }
    text
}

/// How well a text names a request: 4 for its address, 2 for the last segment of its path, 1 for its status.
fn mention_score(record: &Record, text: &str) -> u8 {
    let name = segment(&record.url);
    let name = name.split_once('?').map_or(name, |(path, _)| path).trim_matches('/');
    let status = record.status.map(|status| status.to_string());
    let by_url = name.len() < record.url.len() && text.contains(&*record.url);
    let by_name = name.len() >= MIN_NAME_BYTES && has_word(text, name);
    let by_status = status.is_some_and(|status| has_word(text, &status));
    u8::from(by_url) * 4 + u8::from(by_name) * 2 + u8::from(by_status)
}

/// Whether the text holds the word with no letter or digit on either side.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{console, http_at, millis, refused, session, socket, with_http};

    /// Answered 503, that many ms after the session's start.
    fn failed(number: u32, url: &str, ended: f64) -> Record {
        let record =
            with_http(http_at(number, url, ended - 100.0), |http| http.duration = Some(millis(100.0)));
        Record { status: Some(503), ..record }
    }

    /// The request that an entry of that level, written at 10 s, tells of.
    fn told(records: Vec<Record>, level: ConsoleLevel, text: &str) -> Option<u32> {
        let arguments = vec![Argument::Text(text.to_owned())];
        let details = ConsoleDetails { arguments, ..ConsoleDetails::default() };
        failed_request(&session(records), &console(level, 10_000.0), &details)
    }

    #[test]
    fn an_error_tells_of_what_failed_just_before() {
        let at =
            |ended| told(vec![failed(1, "https://a.test/orders", ended)], ConsoleLevel::Error, "no luck");
        assert_eq!(at(9000.0), Some(1));
        assert_eq!(at(10_200.0), Some(1), "clocks differ");
        assert_eq!(at(8999.0), None);
        assert_eq!(at(10_201.0), None);
    }

    #[test]
    fn a_request_that_succeeded_is_never_meant() {
        let fine = http_at(1, "https://a.test/orders", 9800.0);
        assert_eq!(told(vec![fine], ConsoleLevel::Error, "https://a.test/orders failed"), None);
    }

    #[test]
    fn the_request_that_is_named_goes_before_one_that_is_closer() {
        let told = |text| {
            let records = vec![
                failed(1, "https://a.test/api/orders?page=2", 9500.0),
                failed(2, "https://a.test/api/prices", 9900.0),
                Record { status: Some(404), ..failed(3, "https://a.test/api/users", 9600.0) },
            ];
            told(records, ConsoleLevel::Exception, text)
        };
        assert_eq!(told("GET https://a.test/api/orders?page=2 went wrong"), Some(1));
        assert_eq!(told("cannot load orders"), Some(1));
        assert_eq!(told("status of 404"), Some(3));
        assert_eq!(told("oh no"), Some(2));
        assert_eq!(told("preorders 14045"), Some(2), "parts of words name nothing");
    }

    #[test]
    fn a_warning_must_name_the_request_and_a_log_never_tells_of_one() {
        let told = |level, text| told(vec![failed(1, "https://a.test/orders", 9900.0)], level, text);
        assert_eq!(told(ConsoleLevel::Warn, "deprecated"), None);
        assert_eq!(told(ConsoleLevel::Warn, "orders: 503"), Some(1));
        assert_eq!(told(ConsoleLevel::Log, "orders: 503"), None);
    }

    #[test]
    fn the_place_may_name_the_request() {
        let records = vec![failed(1, "https://a.test/orders", 9500.0), failed(2, "https://a.test/x", 9900.0)];
        let place = Some("https://a.test/orders:0:0".to_owned());
        let details = ConsoleDetails { place, ..ConsoleDetails::default() };
        let entry = console(ConsoleLevel::Error, 10_000.0);
        assert_eq!(failed_request(&session(records), &entry, &details), Some(1));
    }

    #[test]
    fn a_handshake_that_failed_counts_from_its_start() {
        let socket =
            Record { start: http_at(1, "", 9500.0).start, ..refused(socket(1, "wss://a.test/live"), 403) };
        assert_eq!(told(vec![socket], ConsoleLevel::Error, "WebSocket connection failed"), Some(1));
    }

    #[test]
    fn an_entry_without_a_time_tells_of_none() {
        let undated = ConsoleEntry { time: None, ..console(ConsoleLevel::Error, 0.0) };
        let session = session(vec![failed(1, "https://a.test/orders", 0.0)]);
        assert_eq!(failed_request(&session, &undated, &ConsoleDetails::default()), None);
    }
}
