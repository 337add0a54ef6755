//! The line under the Network table.

use session::model::{EpochMs, Millis, Record, RecordKind, Session, format_bytes, format_count, plural};

use crate::labels::UNKNOWN;
use crate::network::message_count;

#[derive(Default)]
struct Sums {
    transferred: Option<u64>,
    sockets: u64,
    messages: Option<u64>,
    /// A socket's messages are not counted before they are opened.
    has_uncounted: bool,
    last_end: Option<EpochMs>,
}

/// The parts of the summary over the listed rows: the number of requests, bytes transferred,
/// sockets and messages where there are any, and the end of the last row. Sums are over known
/// values.
pub fn network_summary(session: &Session, shown: &[u32]) -> Vec<String> {
    let mut sums = Sums::default();
    for record in shown.iter().filter_map(|row| session.records.get(*row as usize)) {
        sums.add(record);
    }
    let mut parts = vec![requests(shown.len(), session.records.len())];
    parts.push(format!("{} transferred", sums.transferred.map_or_else(|| UNKNOWN.to_owned(), format_bytes)));
    if sums.sockets > 0 {
        parts.push(plural(sums.sockets, "socket"));
        parts.extend(sums.message_count_label());
    }
    if let Some((end, start)) = sums.last_end.zip(session.started_at) {
        parts.push(format!("finish {}", finish(end - start)));
    }
    parts
}

impl Sums {
    /// `2,516 messages`, `at least 12 messages`; nothing where none is known and there may be some.
    fn message_count_label(&self) -> Option<String> {
        let label = plural(self.messages?, "message");
        match self.messages {
            Some(0) if self.has_uncounted => None,
            _ if self.has_uncounted => Some(format!("at least {label}")),
            _ => Some(label),
        }
    }

    fn add(&mut self, record: &Record) {
        match &record.kind {
            RecordKind::Http(http) => add_known(&mut self.transferred, http.transferred),
            RecordKind::Socket(socket) => {
                self.sockets += 1;
                let count = message_count(socket);
                add_known(&mut self.messages, count);
                self.has_uncounted |= count.is_none();
            }
        }
        if let Some(end) = last_known(record) {
            self.last_end = Some(self.last_end.map_or(end, |last| last.later(end)));
        }
    }
}

fn add_known(sum: &mut Option<u64>, value: Option<u64>) {
    if let Some(value) = value {
        *sum = Some(sum.unwrap_or(0).saturating_add(value));
    }
}

fn last_known(record: &Record) -> Option<EpochMs> {
    record.end().or_else(|| record.socket()?.last_seen)
}

fn requests(shown: usize, all: usize) -> String {
    let all_label = plural(all as u64, "request");
    if shown == all { all_label } else { format!("{} of {all_label}", format_count(shown as u64)) }
}

/// `1.23 s`, and from a minute on `2:17.4`.
fn finish(time: Millis) -> String {
    if time.ms() < 59_995.0 {
        return time.duration();
    }
    let tenths = Millis::new((time.ms() / 100.0).round() * 100.0).map_or_else(String::new, Millis::offset);
    tenths.strip_suffix("00").unwrap_or(&tenths).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{closed, http, http_at, session, socket, with_http, with_socket};
    use session::model::Totals;

    fn summary_of(records: Vec<Record>) -> Vec<String> {
        let session = session(records);
        let shown: Vec<u32> = (0..session.records.len() as u32).collect();
        network_summary(&session, &shown)
    }

    #[test]
    fn the_summary_covers_requests_sockets_and_messages() {
        let totals = Totals { messages: Some(2318), bytes: None };
        let live =
            with_socket(closed(socket(3, "wss://a.test/"), 137_360.0, 1000), |socket| socket.totals = totals);
        let records = vec![http(1, "https://a.test/"), http_at(2, "https://a.test/", 5.0), live];
        assert_eq!(
            summary_of(records),
            ["3 requests", "2.0 kB transferred", "1 socket", "2,318 messages", "finish 2:17.4"]
        );
    }

    #[test]
    fn the_summary_of_a_filtered_table_covers_listed_rows() {
        let session = session((1..=9).map(|number| http(number, "https://a.test/")).collect());
        assert_eq!(
            network_summary(&session, &[4]),
            ["1 of 9 requests", "1.0 kB transferred", "finish 100 ms"]
        );
        assert_eq!(network_summary(&session, &[]), ["0 of 9 requests", "— transferred"]);
    }

    #[test]
    fn unknown_values_are_not_0() {
        let unsized_request = with_http(http(1, "https://a.test/"), |http| {
            http.transferred = None;
            http.duration = None;
        });
        assert_eq!(summary_of(vec![unsized_request]), ["1 request", "— transferred"]);
        assert_eq!(summary_of(Vec::new()), ["0 requests", "— transferred"]);
    }
}
