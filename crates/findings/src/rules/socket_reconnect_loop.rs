//! Sockets that are opened again and again, because each ends at once.
//!
//! pipecat-ai/pipecat#3824: a server that accepts the handshake and closes within 5 s is retried for
//! ever; three times in a row is a loop. websocket-client/websocket-client#889.

use session::model::{Ending, EpochMs, Millis, PageEventKind, Session};

use crate::endpoint::socket_endpoint;
use crate::finding::{Evidence, Finding, MAX_FURTHER, Sentences, Severity, Subject};
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "socket-reconnect-loop",
    label: "Reconnect loops",
    detector: Detector::Rows(|| Box::<ReconnectLoops>::default()),
    describe,
};

/// Longest life of a socket that ended at once, in ms.
const MAX_LIFE_MS: f64 = 5000.0;
/// Longest time until the next attempt, in ms: libraries wait longer each time.
const MAX_GAP_MS: f64 = 60_000.0;
/// Fewest sockets in a row that ended at once, each followed by another.
const MIN_ATTEMPTS: usize = 3;
/// Most sockets that are followed.
const MAX_SOCKETS: usize = 50_000;

#[derive(Debug, Default)]
struct ReconnectLoops {
    sockets: Vec<Attempt>,
}

#[derive(Debug)]
struct Attempt {
    endpoint: String,
    start: f64,
    end: Option<f64>,
    row: u32,
}

impl RowRule for ReconnectLoops {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(socket) = row.record.socket() else { return };
        let Some(start) = row.record.start.map(EpochMs::ms).filter(|_| self.sockets.len() < MAX_SOCKETS)
        else {
            return;
        };
        let end = match &socket.ending {
            _ if socket.is_refused => row.record.end().map(EpochMs::ms).or(Some(start)),
            // The page or its navigation ended it.
            Ending::Closed(close) if matches!(close.code, Some(1000 | 1001)) => None,
            Ending::Closed(close) => close.at.map(EpochMs::ms),
            Ending::StillOpen | Ending::NotRecorded => None,
        };
        let endpoint = socket_endpoint(&row.record.url);
        self.sockets.push(Attempt { endpoint, start, end, row: row.record.number });
    }

    fn finish(&mut self, end: &mut End<'_>) {
        let loads = page_loads(end.session);
        self.sockets.sort_by(|one, other| {
            one.endpoint
                .cmp(&other.endpoint)
                .then(one.start.total_cmp(&other.start))
                .then(one.row.cmp(&other.row))
        });
        let mut run: Vec<&Attempt> = Vec::new();
        for pair in self.sockets.windows(2) {
            let [one, next] = pair else { continue };
            if follows(one, next, &loads) {
                run.push(one);
                continue;
            }
            report(end, &run, one);
            run.clear();
        }
        if let Some(last) = self.sockets.last() {
            report(end, &run, last);
        }
    }
}

/// Whether a socket ended at once and the next was opened because of that.
fn follows(one: &Attempt, next: &Attempt, loads: &[f64]) -> bool {
    let Some(end) = one.end.filter(|end| (0.0..=MAX_LIFE_MS).contains(&(end - one.start))) else {
        return false;
    };
    let is_new_page = loads.iter().any(|load| (one.start..=next.start).contains(load));
    one.endpoint == next.endpoint && (0.0..=MAX_GAP_MS).contains(&(next.start - end)) && !is_new_page
}

/// Times at which pages were loaded, each of which opens its sockets anew.
fn page_loads(session: &Session) -> Vec<f64> {
    /// A recording with more is of no use to compare each socket with.
    const MAX_LOADS: usize = 200;
    let navigations = session.page_events.iter().filter(|event| event.kind == PageEventKind::Navigation);
    let times =
        session.pages.iter().skip(1).map(|page| page.started_at).chain(navigations.map(|event| event.time));
    times.flatten().map(EpochMs::ms).take(MAX_LOADS).collect()
}

fn report(end: &mut End<'_>, run: &[&Attempt], last: &Attempt) {
    let Some((first, rest)) = run.split_first().filter(|_| run.len() >= MIN_ATTEMPTS) else { return };
    let rows = rest.iter().map(|attempt| attempt.row).chain([last.row]);
    let numbers = [run.len() as f64 + 1.0, last.start - first.start, 0.0];
    end.report.push(Finding {
        rule: &RULE,
        severity: Severity::Error,
        subject: Subject::Row(first.row),
        further: rows.take(MAX_FURTHER).map(Subject::Row).collect(),
        count: 1,
        evidence: Evidence { group: first.endpoint.as_str().into(), text: Box::default(), numbers },
    });
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [attempts, time, _], .. } = &finding.evidence;
    let time = Millis::new(*time).map(Millis::duration).unwrap_or_default();
    Sentences {
        title: format!("Socket to {group} reconnected in a loop: {attempts} connections in {time}"),
        explanation:
            "Each connection ended within seconds and was opened again. Look at the close codes and at \
                      the first messages: a refused login is not solved by another attempt."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Page, Record};

    use crate::testing::{at, found, rows, session, socket_between, titles};

    /// The records of a loop of that many connections, one a second.
    fn attempts(count: u32, code: u16) -> Vec<Record> {
        let of = |number: u32| {
            let from = f64::from(number) * 1000.0;
            socket_between(number, "wss://a.test/live", from, from + 200.0, code)
        };
        (1..=count).map(of).collect()
    }

    #[test]
    fn connections_that_end_at_once_and_are_repeated_are_a_loop() {
        let session = session(attempts(5, 1008));
        assert_eq!(
            titles(&session, "socket-reconnect-loop"),
            ["Socket to a.test/live reconnected in a loop: 5 connections in 4.00 s"]
        );
        assert_eq!(found(&session, "socket-reconnect-loop").first().map(rows), Some(vec![1, 2, 3, 4, 5]));
    }

    #[test]
    fn a_few_attempts_long_lives_normal_ends_and_page_loads_are_no_loop() {
        assert!(titles(&session(attempts(3, 1006)), "socket-reconnect-loop").is_empty());
        assert!(titles(&session(attempts(9, 1000)), "socket-reconnect-loop").is_empty());
        let long = |number: u32| {
            let from = f64::from(number) * 30_000.0;
            socket_between(number, "wss://a.test/live", from, from + 29_000.0, 1006)
        };
        assert!(titles(&session((1..=9).map(long).collect()), "socket-reconnect-loop").is_empty());
        let mut loads = session(attempts(6, 1006));
        let page =
            |number: u32| Page { started_at: Some(at(f64::from(number) * 1000.0 - 10.0)), ..Page::default() };
        loads.pages = (1..=6).map(page).collect();
        assert!(titles(&loads, "socket-reconnect-loop").is_empty());
    }
}
