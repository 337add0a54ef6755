//! Sockets that ended with an error.
//!
//! RFC 6455, section 7.4.1: 1000 and 1001 are the normal ends; 1006 means that no close frame was
//! received, 1011 that the server met an error. Codes from 3000 on belong to libraries and pages
//! (section 7.4.2).

use session::model::{Close, CloseSource, Ending};

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::socket_never_opened::has_opened;
use crate::rules::{quoted, times};

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-abnormal-close",
    label: "Sockets that closed abnormally",
    detector: Detector::Rows(|| Box::<AbnormalCloses>::default()),
    describe,
};

/// What the recording says where it has no code: the connection was aborted.
const ABORTED: u16 = 1006;
/// Normal ends, and a close frame without a code.
const NORMAL: [u16; 3] = [1000, 1001, 1005];

#[derive(Debug, Default)]
struct AbnormalCloses {
    /// By endpoint and code; the reason of the first.
    groups: Groups<(String, u16), Box<str>>,
    without_code: u32,
    without_end: u32,
}

impl RowRule for AbnormalCloses {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(socket) = row.record.socket() else { return };
        let Some(close) = socket.close() else {
            let is_unknown = socket.ending == Ending::NotRecorded && !socket.is_refused;
            self.without_end += u32::from(is_unknown);
            return;
        };
        if has_opened(row.record, socket, None) == Some(false) {
            return;
        }
        let Some(code) = code(close) else {
            self.without_code += u32::from(close.was_clean != Some(true));
            return;
        };
        if NORMAL.contains(&code) {
            return;
        }
        let key = (socket_endpoint(&row.record.url), code);
        if let Some(reason) = self.groups.add(key, Subject::Row(row.record.number))
            && reason.is_empty()
        {
            *reason = quoted(close.reason.as_deref().unwrap_or_default());
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((endpoint, code), mut group) in self.groups.take() {
            let text = std::mem::take(&mut group.extra);
            // Policies, restarts and overload pass; what codes of pages mean is not known.
            let severity =
                if matches!(code, 1008 | 1012 | 1013 | 3000..) { Severity::Warning } else { Severity::Error };
            let evidence = Evidence { group: endpoint.into(), text, numbers: [f64::from(code), 0.0, 0.0] };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
        end.report.note_unjudged(&RULE, "How the socket ended was not recorded", self.without_end);
        end.report.note_unjudged(&RULE, "The close code of the socket was not recorded", self.without_code);
    }
}

fn code(close: &Close) -> Option<u16> {
    let is_aborted = close.source == CloseSource::Aborted || close.was_clean == Some(false);
    close.code.or(is_aborted.then_some(ABORTED))
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, text, numbers: [code, ..] } = &finding.evidence;
    let reason = if text.is_empty() { String::new() } else { format!(" ({text})") };
    let meaning = match *code as u16 {
        1002 => "One side broke the protocol",
        1003 => "One side does not accept this type of data",
        1006 => "The connection was lost without a close frame: the network, a proxy's timeout or a crash",
        1007 => "A message had invalid data, such as text that is not UTF-8",
        1008 => "A message or the connection broke a policy of the other side",
        1009 => "A message was too large for the other side",
        1010 => "The server did not agree on an extension that the client needs",
        1011 => "The server met an error",
        1012 => "The server restarted",
        1013 => "The server asked to try again later",
        1014 => "A gateway got no valid response from the server behind it",
        1015 => "The TLS handshake failed",
        3000.. => "The code belongs to the page or its library, whose documentation gives its meaning",
        _ => "The code is reserved",
    };
    Sentences {
        title: format!("{}Socket to {group} closed with {code}{reason}", times(finding.count)),
        explanation: format!("{meaning}. Look at the last messages before the close."),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, session, socket_between, titles, unjudged, with_socket};
    use crate::{Runner, Severity};
    use session::model::{Ending, Record};

    const URL: &str = "wss://a.test/live";

    fn closed(number: u32, code: u16) -> Record {
        socket_between(number, URL, 0.0, 60_000.0, code)
    }

    #[test]
    fn closes_are_grouped_by_endpoint_and_code() {
        let session = session(vec![
            closed(1, 1006),
            closed(2, 1000),
            closed(3, 1006),
            closed(4, 4401),
            closed(5, 1001),
        ]);
        let found = found(&session, "socket-abnormal-close");
        let summary: Vec<_> = found.iter().map(|finding| (finding.severity, finding.title())).collect();
        let expected = [
            (Severity::Error, "2 × Socket to a.test/live closed with 1006"),
            (Severity::Warning, "Socket to a.test/live closed with 4401"),
        ];
        assert_eq!(summary, expected.map(|(severity, title)| (severity, title.to_owned())));
    }

    #[test]
    fn a_close_without_a_code_cannot_be_judged_unless_it_was_unclean() {
        let without_code = |was_clean| {
            with_socket(closed(1, 1000), |socket| {
                if let Ending::Closed(close) = &mut socket.ending {
                    (close.code, close.was_clean) = (None, was_clean);
                }
            })
        };
        let unknown = session(vec![without_code(None)]);
        assert_eq!(unjudged(&Runner::run(&unknown), "socket-abnormal-close"), 1);
        assert_eq!(titles(&session(vec![without_code(Some(false))]), "socket-abnormal-close").len(), 1);
        let unended = with_socket(closed(1, 1000), |socket| socket.ending = Ending::NotRecorded);
        assert_eq!(unjudged(&Runner::run(&session(vec![unended])), "socket-abnormal-close"), 1);
    }
}
