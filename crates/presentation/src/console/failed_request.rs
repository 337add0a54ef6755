//! The failed request that a console entry reports.

use session::model::{Argument, ConsoleDetails, ConsoleEntry, ConsoleLevel, EpochMs, Record, Session};

use crate::labels::truncated_to;
use crate::network::{RowState, row_state, segment};
use crate::time::start_time;

/// Longest time between a failure and the entry that reports it, in ms.
const MAX_AFTER_MS: f64 = 1000.0;
/// Longest time by which an entry may precede the recorded failure, in ms: clocks differ and ends
/// are rounded.
const MAX_BEFORE_MS: f64 = 200.0;
/// Number of leading bytes of a text that are searched: URLs come early.
const MAX_TEXT_BYTES: usize = 4096;
/// Shortest name that is searched for, in bytes: shorter ones occur in any text.
const MIN_NAME_BYTES: usize = 3;
/// Largest number of failures considered; no genuine recording has more in a second.
const MAX_CANDIDATES: usize = 1000;

/// The number of the record that an entry probably reports: a request or a handshake that failed up
/// to a second before the entry was written, or up to 200 ms after. Of several, the one whose URL,
/// name or status occurs in the text; among those the closest in time. A warning must mention it;
/// an error or an exception need not.
///
/// This is an inference: recorders do not link entries and requests. One pass over the records.
pub fn failed_request(session: &Session, entry: &ConsoleEntry, details: &ConsoleDetails) -> Option<u32> {
    let min_score = match entry.level {
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
            best.is_none_or(|(known, min_score, _)| named > known || named == known && distance < min_score);
        if named >= min_score && is_better {
            best = Some((named, distance, record.number));
        }
    }
    best.map(|(_, _, number)| number)
}

/// When a request or a handshake failed: at its end, or where none is known, at its start; `None`
/// where it did not.
fn failed_at(record: &Record) -> Option<EpochMs> {
    if row_state(record) != RowState::Error {
        return None;
    }
    record.end().or_else(|| record.socket()?.last_seen).or_else(|| start_time(record))
}

/// The searched part of an entry's text, and its source location: a browser that reports a failure
/// itself puts the URL there.
fn text_of(details: &ConsoleDetails) -> String {
    let mut text =
        details.place.as_deref().map_or("", |place| truncated_to(place, MAX_TEXT_BYTES)).to_owned();
    for argument in &details.arguments {
        let Some(remaining) = (2 * MAX_TEXT_BYTES).checked_sub(text.len() + 1) else { break };
        text.push('\n');
        match argument {
            Argument::Text(text_argument) => text.push_str(truncated_to(text_argument, remaining)),
            Argument::Json(json) => {
                text.push_str(&String::from_utf8_lossy(
                    json.get(..remaining.min(json.len())).unwrap_or_default(),
                ));
            }
        }
    }
    text
}

/// How well a text identifies a request: 4 for its URL, 2 for the last segment of its path, 1 for
/// its status.
fn mention_score(record: &Record, text: &str) -> u8 {
    let name = segment(&record.url);
    let name = name.split_once('?').map_or(name, |(path, _)| path).trim_matches('/');
    let status = record.status.map(|status| status.to_string());
    let by_url = name.len() < record.url.len() && text.contains(&*record.url);
    let by_name = name.len() >= MIN_NAME_BYTES && has_word(text, name);
    let by_status = status.is_some_and(|status| has_word(text, &status));
    u8::from(by_url) * 4 + u8::from(by_name) * 2 + u8::from(by_status)
}

/// Whether the text contains the word without a letter or digit on either side.
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

    /// The request that an entry of that level, written at 10 s, reports.
    fn reported(records: Vec<Record>, level: ConsoleLevel, text: &str) -> Option<u32> {
        let arguments = vec![Argument::Text(text.to_owned())];
        let details = ConsoleDetails { arguments, ..ConsoleDetails::default() };
        failed_request(&session(records), &console(level, 10_000.0), &details)
    }

    #[test]
    fn an_error_reports_a_failure_just_before_it() {
        let at =
            |ended| reported(vec![failed(1, "https://a.test/orders", ended)], ConsoleLevel::Error, "no luck");
        assert_eq!(at(9000.0), Some(1));
        assert_eq!(at(10_200.0), Some(1), "clocks differ");
        assert_eq!(at(8999.0), None);
        assert_eq!(at(10_201.0), None);
    }

    #[test]
    fn a_successful_request_is_never_reported() {
        let fine = http_at(1, "https://a.test/orders", 9800.0);
        assert_eq!(reported(vec![fine], ConsoleLevel::Error, "https://a.test/orders failed"), None);
    }

    #[test]
    fn a_mentioned_request_takes_precedence_over_a_closer_one() {
        let reported = |text| {
            let records = vec![
                failed(1, "https://a.test/api/orders?page=2", 9500.0),
                failed(2, "https://a.test/api/prices", 9900.0),
                Record { status: Some(404), ..failed(3, "https://a.test/api/users", 9600.0) },
            ];
            reported(records, ConsoleLevel::Exception, text)
        };
        assert_eq!(reported("GET https://a.test/api/orders?page=2 went wrong"), Some(1));
        assert_eq!(reported("cannot load orders"), Some(1));
        assert_eq!(reported("status of 404"), Some(3));
        assert_eq!(reported("oh no"), Some(2));
        assert_eq!(reported("preorders 14045"), Some(2), "parts of a word do not match");
    }

    #[test]
    fn a_warning_must_mention_the_request_and_a_log_never_reports_one() {
        let reported = |level, text| reported(vec![failed(1, "https://a.test/orders", 9900.0)], level, text);
        assert_eq!(reported(ConsoleLevel::Warn, "deprecated"), None);
        assert_eq!(reported(ConsoleLevel::Warn, "orders: 503"), Some(1));
        assert_eq!(reported(ConsoleLevel::Log, "orders: 503"), None);
    }

    #[test]
    fn the_source_location_may_identify_the_request() {
        let records = vec![failed(1, "https://a.test/orders", 9500.0), failed(2, "https://a.test/x", 9900.0)];
        let place = Some("https://a.test/orders:0:0".to_owned());
        let details = ConsoleDetails { place, ..ConsoleDetails::default() };
        let entry = console(ConsoleLevel::Error, 10_000.0);
        assert_eq!(failed_request(&session(records), &entry, &details), Some(1));
    }

    #[test]
    fn a_failed_handshake_counts_from_its_start() {
        let socket =
            Record { start: http_at(1, "", 9500.0).start, ..refused(socket(1, "wss://a.test/live"), 403) };
        assert_eq!(reported(vec![socket], ConsoleLevel::Error, "WebSocket connection failed"), Some(1));
    }

    #[test]
    fn an_entry_without_a_time_reports_no_request() {
        let undated = ConsoleEntry { time: None, ..console(ConsoleLevel::Error, 0.0) };
        let session = session(vec![failed(1, "https://a.test/orders", 0.0)]);
        assert_eq!(failed_request(&session, &undated, &ConsoleDetails::default()), None);
    }
}
