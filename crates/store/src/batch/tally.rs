//! Counts of records, as the recorder counts them.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::json::Text;
use crate::names::{CONSOLE, RESOURCES, socket_id};

/// Counts of the records of one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Records.
    pub lines: u64,
    /// Bytes of the file, with line ends, unpacked.
    pub bytes: u64,
    /// Messages of a socket that the page sent.
    pub sent: u64,
    /// Messages of a socket that the page received.
    pub received: u64,
    /// Errors: of a socket's file its error messages, of the resources those that failed, of the
    /// console its errors, failed assertions and uncaught exceptions.
    pub errors: u64,
    /// Resources that are requests.
    pub requests: u64,
    /// Open events of sockets.
    pub sockets: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, more: Self) {
        self.lines += more.lines;
        self.bytes += more.bytes;
        self.sent += more.sent;
        self.received += more.received;
        self.errors += more.errors;
        self.requests += more.requests;
        self.sockets += more.sockets;
    }
}

/// The fields that decide what a record counts as. Values of any type are accepted: a record that is
/// unusual is stored like any other.
#[derive(Deserialize)]
struct Counted<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow)]
    level: Option<&'a RawValue>,
    #[serde(borrow)]
    error: Option<&'a RawValue>,
    #[serde(borrow, rename = "responseStatus")]
    status: Option<&'a RawValue>,
}

/// What a record adds to the counts of its file.
pub(super) fn tally_of(file: &str, record: &str) -> Tally {
    let line = Tally { lines: 1, bytes: record.len() as u64 + 1, ..Tally::default() };
    let is_counted = file == RESOURCES || file == CONSOLE || socket_id(file).is_some();
    let Some(counted) = is_counted.then(|| serde_json::from_str::<Counted<'_>>(record).ok()).flatten() else {
        return line;
    };
    let kind = text(counted.kind);
    match file {
        RESOURCES => count_resource(line, &counted, kind.as_deref()),
        CONSOLE => Tally { errors: u64::from(is_console_error(counted.level)), ..line },
        _ => count_message(line, kind.as_deref()),
    }
}

fn count_resource(line: Tally, counted: &Counted<'_>, kind: Option<&str>) -> Tally {
    if kind == Some("close") {
        return line;
    }
    let status = counted.status.and_then(|status| serde_json::from_str::<f64>(status.get()).ok());
    let is_error = counted.error.is_some() || status.is_some_and(|status| status >= 400.0);
    let is_socket = kind == Some("open");
    Tally {
        requests: u64::from(!is_socket),
        sockets: u64::from(is_socket),
        errors: u64::from(is_error),
        ..line
    }
}

fn count_message(line: Tally, kind: Option<&str>) -> Tally {
    let is = |name| u64::from(kind == Some(name));
    Tally { sent: is("sent"), received: is("received"), errors: is("error"), ..line }
}

fn is_console_error(level: Option<&RawValue>) -> bool {
    matches!(text(level).as_deref(), Some("error" | "assert" | "exception"))
}

fn text(value: Option<&RawValue>) -> Option<String> {
    serde_json::from_str::<Text>(value?.get()).ok().map(|text| text.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(file: &str, record: &str) -> (u64, u64, u64) {
        let Tally { requests, sockets, errors, lines, .. } = tally_of(file, record);
        assert_eq!(lines, 1);
        (requests, sockets, errors)
    }

    #[test]
    fn resources_count_as_requests_sockets_and_errors() {
        let of = |record| count(RESOURCES, record);
        assert_eq!(of(r#"{"initiatorType":"fetch","responseStatus":200}"#), (1, 0, 0));
        assert_eq!(of(r#"{"initiatorType":"fetch","responseStatus":404}"#), (1, 0, 1));
        assert_eq!(of(r#"{"initiatorType":"fetch","responseStatus":"404"}"#), (1, 0, 0));
        assert_eq!(of(r#"{"initiatorType":"fetch","error":"Failed to fetch"}"#), (1, 0, 1));
        assert_eq!(of(r#"{"initiatorType":"fetch","error":null}"#), (1, 0, 0));
        assert_eq!(of(r#"{"initiatorType":"websocket","type":"open","error":"403"}"#), (0, 1, 1));
        assert_eq!(of(r#"{"initiatorType":"websocket","type":"close"}"#), (0, 0, 0));
    }

    #[test]
    fn messages_count_by_their_type() {
        let of = |record| tally_of("sockets/a.jsonl", record);
        assert_eq!(of(r#"{"type":"sent"}"#).sent, 1);
        assert_eq!(of(r#"{"type":"received"}"#).received, 1);
        assert_eq!(of(r#"{"type":"error"}"#).errors, 1);
        assert_eq!(of(r#"{"type":7}"#), Tally { lines: 1, bytes: 11, ..Tally::default() });
    }

    #[test]
    fn console_errors_are_counted() {
        assert_eq!(count(CONSOLE, r#"{"level":"exception"}"#), (0, 0, 1));
        assert_eq!(count(CONSOLE, r#"{"level":"warn"}"#), (0, 0, 0));
    }
}
