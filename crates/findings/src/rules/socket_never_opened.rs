//! Sockets whose handshake did not succeed.
//!
//! RFC 6455, section 4.1: any status but 101 fails the connection; browsers then report an error
//! and close code 1006 (section 7.1.7).

use session::model::{CloseSource, Ending, Record, Socket};

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::times;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-never-opened",
    label: "Sockets that never opened",
    detector: Detector::Rows(|| Box::<SocketsNeverOpened>::default()),
    describe,
};

/// Shortest time in which a handshake should have been answered, in ms.
const MAX_HANDSHAKE_MS: f64 = 10_000.0;

#[derive(Debug, Default)]
struct SocketsNeverOpened {
    /// By endpoint and status, which is 0 where none was recorded.
    groups: Groups<(String, u16)>,
    /// Sockets without a sign that they opened, of which it was not recorded either.
    unknown: u32,
}

/// Whether a socket opened; `None` if that is not known.
pub(super) fn has_opened(record: &Record, socket: &Socket, end: Option<f64>) -> Option<bool> {
    let has_messages = socket.totals.messages.is_some_and(|count| count > 0)
        || record.inline_messages().is_some_and(|columns| !columns.is_empty());
    if socket.is_refused {
        return Some(false);
    }
    if socket.opened.is_some() || has_messages || record.status == Some(101) || socket.is_orphan {
        return Some(true);
    }
    match &socket.ending {
        // The recorder sees every event of the socket, and saw no open before the close.
        Ending::Closed(close) if close.source == CloseSource::Event && close.code == Some(1006) => {
            Some(false)
        }
        Ending::StillOpen => {
            let waited = record.start.zip(end).map(|(start, end)| end - start.ms());
            waited.filter(|waited| *waited >= MAX_HANDSHAKE_MS).map(|_| false)
        }
        Ending::Closed(_) | Ending::NotRecorded => None,
    }
}

impl RowRule for SocketsNeverOpened {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(socket) = row.record.socket() else { return };
        let end = row.session.end().map(session::model::EpochMs::ms);
        match has_opened(row.record, socket, end) {
            Some(true) => {}
            Some(false) => {
                let key = (socket_endpoint(&row.record.url), row.record.status.unwrap_or(0));
                self.groups.add(key, Subject::Row(row.record.number));
            }
            None => self.unknown += 1,
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((endpoint, status), group) in self.groups.take() {
            let numbers = [f64::from(status), 0.0, 0.0];
            let evidence = Evidence { group: endpoint.into(), numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Error, evidence));
        }
        end.report.note_unjudged(&RULE, "Whether the socket opened was not recorded", self.unknown);
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [status, ..], .. } = &finding.evidence;
    let answer = if *status > 0.0 { format!(": answered {status}") } else { String::new() };
    let explanation = if *status > 0.0 {
        "The server, or a proxy before it, did not accept the WebSocket handshake. The status says why."
    } else {
        "The handshake was not answered with 101. Look at the address, the proxies on the way and the server."
    };
    Sentences {
        title: format!("{}Socket to {group} never opened{answer}", times(finding.count)),
        explanation: explanation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Ending, Record};

    use crate::Runner;
    use crate::testing::{session, socket, socket_between, titles, unjudged, with_socket};

    fn unopened(record: Record) -> Record {
        with_socket(record, |socket| socket.opened = None)
    }

    #[test]
    fn refused_sockets_and_closes_without_an_open_are_found() {
        let refused = |number| {
            let record = Record { status: Some(503), ..socket(number, "wss://a.test/live?x=1") };
            with_socket(record, |socket| socket.is_refused = true)
        };
        let closed = unopened(socket_between(3, "wss://b.test/", 0.0, 20.0, 1006));
        let found = titles(&session(vec![refused(1), refused(2), closed]), "socket-never-opened");
        assert_eq!(
            found,
            ["2 × Socket to a.test/live never opened: answered 503", "Socket to b.test/ never opened"]
        );
    }

    #[test]
    fn a_socket_that_opened_or_of_which_nothing_is_known_is_not_found() {
        let unknown =
            with_socket(unopened(socket(2, "wss://a.test/")), |socket| socket.ending = Ending::NotRecorded);
        let session = session(vec![socket(1, "wss://a.test/"), unknown]);
        assert!(titles(&session, "socket-never-opened").is_empty());
        assert_eq!(unjudged(&Runner::run(&session), "socket-never-opened"), 1);
    }
}
