//! Requests that the browser or an extension refused to send.
//!
//! Chrome's `net_error_list.h`: `ERR_BLOCKED_BY_CLIENT` (an extension), `ERR_BLOCKED_BY_RESPONSE`
//! (Cross-Origin-Resource-Policy), `ERR_BLOCKED_BY_CSP`, `ERR_BLOCKED_BY_ORB`.

use crate::failure::{Failure, error_text, failure};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request, times};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "blocked-request",
    label: "Blocked requests",
    detector: Detector::Rows(|| Box::<BlockedRequests>::default()),
    describe,
};

#[derive(Debug, Default)]
struct BlockedRequests {
    /// By host, which is empty for what an extension blocked, and reason.
    groups: Groups<(Box<str>, Box<str>)>,
}

impl RowRule for BlockedRequests {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        if failure(row.record, http, row.console) == Some(Failure::Blocked) {
            let error = error_text(row.record);
            let host = if is_by_extension(error) { "" } else { UrlParts::of(&row.record.url).host };
            self.groups.add((quoted(host), quoted(error)), Subject::Row(row.record.number));
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((host, error), group) in self.groups.take() {
            let severity = if is_by_extension(&error) { Severity::Warning } else { Severity::Error };
            let evidence = Evidence { group: host, text: error, ..Evidence::default() };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
    }
}

/// An extension blocks by lists, across hosts.
fn is_by_extension(error: &str) -> bool {
    error.contains("ERR_BLOCKED_BY_CLIENT")
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, text, .. } = &finding.evidence;
    let to = if group.is_empty() { String::new() } else { format!(" to {group}") };
    let reason = if text.is_empty() { String::new() } else { format!(": {text}") };
    let explanation = if is_by_extension(text) {
        "An extension of the browser, such as an ad blocker, refused them: the server never saw them."
    } else {
        "The browser refused them by a policy of the page or of the response: Content-Security-Policy, \
         Cross-Origin-Resource-Policy or opaque response blocking."
    };
    Sentences {
        title: format!("{}Request{to} blocked{reason}", times(finding.count)),
        explanation: explanation.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::Outcome;

    use crate::Severity;
    use crate::testing::{failed, found, http, session};

    #[test]
    fn what_an_extension_blocked_is_one_finding_and_other_blocks_are_by_host() {
        let blocked = |number, url, error| failed(http(number, url), Outcome::Blocked, error);
        let session = session(vec![
            blocked(1, "https://ads.test/a.js", "net::ERR_BLOCKED_BY_CLIENT"),
            blocked(2, "https://track.test/p", "net::ERR_BLOCKED_BY_CLIENT"),
            blocked(3, "https://cdn.test/x.js", "net::ERR_BLOCKED_BY_CSP"),
        ]);
        let found = found(&session, "blocked-request");
        let summary: Vec<_> = found.iter().map(|finding| (finding.severity, finding.title())).collect();
        assert_eq!(
            summary,
            [
                (Severity::Error, "Request to cdn.test blocked: net::ERR_BLOCKED_BY_CSP".to_owned()),
                (Severity::Warning, "2 × Request blocked: net::ERR_BLOCKED_BY_CLIENT".to_owned()),
            ]
        );
    }
}
