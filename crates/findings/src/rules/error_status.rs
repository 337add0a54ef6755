//! Responses with an error status, by endpoint.
//!
//! RFC 9110, sections 15.5 (client errors) and 15.6 (server errors). Lighthouse lists them as
//! `errors-in-console`; it ignores nothing, here an authentication challenge that was met within
//! [`CHALLENGE_MS`] is ignored (RFC 9110, section 11.6).

use rustc_hash::FxHashMap;
use session::model::{EpochMs, ResourceType};

use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{request, times};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "error-status",
    label: "Error statuses",
    detector: Detector::Rows(|| Box::<ErrorStatuses>::default()),
    describe,
};

/// Longest time from a 401 or 407 to the success of the same endpoint that was the answer to it.
const CHALLENGE_MS: f64 = 10_000.0;
/// Files that browsers and their tools ask for by themselves.
const OPTIONAL_FILES: [&str; 5] =
    ["favicon.ico", "apple-touch-icon.png", "apple-touch-icon-precomposed.png", ".map", "robots.txt"];

#[derive(Debug, Default)]
struct ErrorStatuses {
    groups: Groups<(EndpointId, u16), Extra>,
    /// The last success of endpoints that had an error.
    successes: FxHashMap<EndpointId, f64>,
}

#[derive(Debug, Default)]
struct Extra {
    /// One was for more than an optional file or a report that nobody waits for.
    has_major: bool,
    /// When the last one was, in ms since 1970.
    last: Option<f64>,
}

impl RowRule for ErrorStatuses {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(http), Some(status), Some(endpoint)) =
            (request(row.record), row.record.status, row.endpoint)
        else {
            return;
        };
        let start = row.record.start.map(EpochMs::ms);
        if (200..300).contains(&status) {
            let last = self.successes.entry(endpoint).or_insert(f64::NEG_INFINITY);
            *last = last.max(start.unwrap_or(f64::NEG_INFINITY));
        }
        if status < 400 || http.resource_type == ResourceType::Preflight {
            return;
        }
        let path = UrlParts::of(&row.record.url).path;
        let is_minor = http.resource_type == ResourceType::Ping
            || OPTIONAL_FILES.iter().any(|file| path.ends_with(file));
        if let Some(extra) = self.groups.add((endpoint, status), Subject::Row(row.record.number)) {
            extra.has_major |= !is_minor;
            extra.last = start.map(|start| extra.last.map_or(start, |last| last.max(start))).or(extra.last);
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((endpoint, status), group) in self.groups.take() {
            let success = self.successes.get(&endpoint);
            let is_met = success.zip(group.extra.last).is_some_and(|(success, last)| {
                (0.0..=CHALLENGE_MS).contains(&(success - last)) && matches!(status, 401 | 407)
            });
            if is_met {
                continue;
            }
            let severity = match status {
                _ if !group.extra.has_major => Severity::Info,
                500.. => Severity::Error,
                _ => Severity::Warning,
            };
            let numbers = [f64::from(status), f64::from(u8::from(success.is_some())), 0.0];
            let evidence = Evidence { group: end.endpoints.name(endpoint), numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [status, has_success, _], .. } = &finding.evidence;
    let side =
        if *status >= 500.0 { "The server failed to answer" } else { "The server refused the request" };
    let others = if *has_success > 0.0 { " Other requests to the same endpoint succeeded." } else { "" };
    Sentences {
        title: format!("{}{status} from {group}", times(finding.count)),
        explanation: format!("{side}: its response may say why.{others}"),
    }
}

#[cfg(test)]
mod tests {
    use session::model::Record;

    use crate::Severity;
    use crate::testing::{found, http, http_between, session, titles};

    fn answered(number: u32, url: &str, status: u16) -> Record {
        Record { status: Some(status), ..http(number, url) }
    }

    #[test]
    fn statuses_are_grouped_by_endpoint_and_the_worst_come_first() {
        let session = session(vec![
            answered(1, "https://a.test/favicon.ico", 404),
            answered(2, "https://a.test/orders/1", 404),
            answered(3, "https://a.test/orders/2", 404),
            answered(4, "https://a.test/pay", 502),
            answered(5, "https://a.test/", 304),
        ]);
        let found = found(&session, "error-status");
        let summary: Vec<_> = found.iter().map(|finding| (finding.severity, finding.title())).collect();
        let expected = [
            (Severity::Error, "502 from GET a.test/pay"),
            (Severity::Warning, "2 × 404 from GET a.test/orders/*"),
            (Severity::Info, "404 from GET a.test/favicon.ico"),
        ];
        assert_eq!(summary, expected.map(|(severity, title)| (severity, title.to_owned())));
    }

    #[test]
    fn a_challenge_that_was_met_is_no_error() {
        let refused =
            |at| Record { status: Some(401), ..http_between(1, "https://a.test/me", at, at + 50.0) };
        let met = http_between(2, "https://a.test/me", 500.0, 600.0);
        assert!(titles(&session(vec![refused(0.0), met]), "error-status").is_empty());
        let late = http_between(2, "https://a.test/me", 60_000.0, 60_100.0);
        assert_eq!(titles(&session(vec![refused(0.0), late]), "error-status"), ["401 from GET a.test/me"]);
    }
}
