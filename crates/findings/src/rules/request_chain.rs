//! Calls that were made one after the other although they could have been made together.
//!
//! Sentry's documentation of Consecutive HTTP issues: three or more calls in sequence, each of more
//! than 500 ms, with at most 500 ms between them, of which 2,000 ms could be saved. Here at most
//! [`MAX_GAP_MS`] lie between them, because a user may have acted in a longer gap.

use session::model::{EpochMs, Millis, Outcome};

use crate::finding::{Evidence, Finding, MAX_FURTHER, Sentences, Severity, Subject};
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{is_call, quoted, request};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "request-chain",
    label: "Chains of requests",
    detector: Detector::Rows(|| Box::<RequestChains>::default()),
    describe,
};

/// Fewest calls of a chain.
const MIN_CALLS: usize = 3;
/// Shortest call of a chain, in ms.
const MIN_CALL_MS: f64 = 500.0;
/// Longest time between two calls of a chain, in ms.
const MAX_GAP_MS: f64 = 100.0;
/// Least time that could be saved if the calls of a chain were made together, in ms.
const MIN_SAVED_MS: f64 = 2000.0;
/// Most calls that are followed.
const MAX_CALLS: usize = 200_000;

#[derive(Debug, Default)]
struct RequestChains {
    calls: Vec<Call>,
}

#[derive(Clone, Copy, Debug)]
struct Call {
    start: EpochMs,
    end: EpochMs,
    row: u32,
    /// It is a call that chains are made of, rather than one that only fills a gap.
    is_link: bool,
}

impl RowRule for RequestChains {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        let times = row.record.start.zip(row.record.end());
        let Some((start, end)) = times.filter(|_| is_call(http) && self.calls.len() < MAX_CALLS) else {
            return;
        };
        let is_link = http.outcome == Outcome::Done
            && http.messages.is_none()
            && (end - start).ms() >= MIN_CALL_MS
            && row.record.status.is_some_and(|status| (200..300).contains(&status))
            && row.record.method != "OPTIONS";
        self.calls.push(Call { start, end, row: row.record.number, is_link });
    }

    fn finish(&mut self, end: &mut End<'_>) {
        // A proxy records programs and tests too, whose requests are in sequence on purpose.
        if end.session.pages.is_empty() {
            let calls = self.calls.iter().filter(|call| call.is_link).count() as u32;
            end.report.note_unjudged(
                &RULE,
                "The recording does not say that a page made the requests",
                calls,
            );
            return;
        }
        self.calls
            .sort_by(|one, other| one.start.ms().total_cmp(&other.start.ms()).then(one.row.cmp(&other.row)));
        let mut chain: Vec<Call> = Vec::new();
        let mut paths: Vec<&str> = Vec::new();
        // The latest end of all calls so far.
        let mut busy_until = f64::NEG_INFINITY;
        for call in std::mem::take(&mut self.calls) {
            let record = end.session.index_of(call.row).and_then(|index| end.session.records.get(index));
            let url = record.map_or("", |record| &*record.url);
            let path = url.split(['?', '#']).next().unwrap_or_default();
            let gap = call.start.ms() - busy_until;
            let follows = chain.is_empty() || (0.0..=MAX_GAP_MS).contains(&gap);
            // The pages of one list, and polling, depend on each other or on the clock.
            if !follows || !call.is_link || paths.contains(&path) {
                report(end, &chain);
                chain.clear();
                paths.clear();
            }
            if call.is_link && call.start.ms() >= busy_until {
                chain.push(call);
                paths.push(path);
            }
            busy_until = busy_until.max(call.end.ms());
        }
        report(end, &chain);
    }
}

fn report(end: &mut End<'_>, chain: &[Call]) {
    let time = |call: &Call| (call.end - call.start).ms();
    let total: f64 = chain.iter().map(time).sum();
    let longest = chain.iter().map(time).fold(0.0, f64::max);
    let Some((first, rest)) = chain.split_first() else { return };
    if chain.len() < MIN_CALLS || total - longest < MIN_SAVED_MS {
        return;
    }
    let record = end.session.index_of(first.row).and_then(|index| end.session.records.get(index));
    let host = record.map_or("", |record| UrlParts::of(&record.url).host);
    end.report.push(Finding {
        rule: &RULE,
        severity: Severity::Info,
        subject: Subject::Row(first.row),
        further: rest.iter().take(MAX_FURTHER).map(|call| Subject::Row(call.row)).collect(),
        count: 1,
        evidence: Evidence {
            group: quoted(host),
            text: Box::default(),
            numbers: [chain.len() as f64, total, total - longest],
        },
    });
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [calls, total, saved], .. } = &finding.evidence;
    let duration = |ms: f64| Millis::new(ms).map(Millis::duration).unwrap_or_default();
    Sentences {
        title: format!("{calls} requests one after the other from {group}: {}", duration(*total)),
        explanation: format!(
            "Each was sent as soon as the one before it had ended. If they do not need each other's responses, \
             sending them together saves {}. This is inferred from their times.",
            duration(*saved)
        ),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Page, Record, Session};

    use crate::Runner;
    use crate::testing::{found, http_between, rows, session, titles, unjudged};

    fn page(records: Vec<Record>) -> Session {
        Session { pages: vec![Page::default()], ..session(records) }
    }

    fn call(number: u32, from: f64, until: f64) -> Record {
        let path = char::from(b'a' + number as u8);
        http_between(number, &format!("https://a.test/{path}"), from, until)
    }

    #[test]
    fn calls_that_begin_when_the_one_before_ends_are_a_chain() {
        let records = vec![
            call(1, 0.0, 1200.0),
            call(2, 1210.0, 2400.0),
            call(3, 2420.0, 3500.0),
            call(4, 9000.0, 9900.0),
        ];
        let found = found(&page(records), "request-chain");
        assert_eq!(found.iter().map(rows).collect::<Vec<_>>(), [vec![1, 2, 3]]);
        assert_eq!(
            found.first().map(crate::Finding::title).as_deref(),
            Some("3 requests one after the other from a.test: 3.47 s")
        );
    }

    #[test]
    fn calls_beside_others_and_pages_of_one_list_are_no_chain() {
        let mut overlapping = vec![call(1, 0.0, 1200.0), call(2, 1210.0, 2400.0), call(3, 2420.0, 3500.0)];
        overlapping.push(call(4, 1000.0, 3000.0));
        assert!(titles(&page(overlapping), "request-chain").is_empty());
        let part = |number: u32| {
            let from = f64::from(number) * 2000.0;
            http_between(number, &format!("https://a.test/list?page={number}"), from, from + 1990.0)
        };
        assert!(titles(&page((1..=5).map(part).collect()), "request-chain").is_empty());
    }

    #[test]
    fn requests_of_a_recording_without_pages_are_not_judged() {
        let records = vec![call(1, 0.0, 1200.0), call(2, 1210.0, 2400.0), call(3, 2420.0, 3500.0)];
        assert_eq!(unjudged(&Runner::run(&session(records)), "request-chain"), 3);
    }
}
