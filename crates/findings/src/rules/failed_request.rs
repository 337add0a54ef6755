//! Requests that got no response.
//!
//! The Fetch Standard, section 2.2.6: a network error is a response with status 0. Chrome names the
//! reason (`net::ERR_NAME_NOT_RESOLVED`), which HAR files keep as `_error`.

use crate::endpoint::EndpointId;
use crate::failure::{Failure, error_text, failure};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request, times};

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "failed-request",
    label: "Failed requests",
    detector: Detector::Rows(|| Box::<FailedRequests>::default()),
    describe,
};

#[derive(Debug, Default)]
struct FailedRequests {
    groups: Groups<(EndpointId, Box<str>)>,
}

impl RowRule for FailedRequests {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        if failure(row.record, http, row.console) == Some(Failure::Other)
            && let Some(endpoint) = row.endpoint
        {
            let key = (endpoint, quoted(error_text(row.record)));
            self.groups.add(key, Subject::Row(row.record.number));
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((endpoint, error), group) in self.groups.take() {
            let evidence =
                Evidence { group: end.endpoints.name(endpoint), text: error, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Error, evidence));
        }
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, text, .. } = &finding.evidence;
    let reason = if text.is_empty() { String::new() } else { format!(": {text}") };
    Sentences {
        title: format!("{}{group} failed{reason}", times(finding.count)),
        explanation: "No response was received, so the page saw a network error without a status. \
                      Look at the host name, the connection and the server."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::Outcome;

    use crate::testing::{failed, found, http, session, titles};

    const DNS: &str = "net::ERR_NAME_NOT_RESOLVED";

    #[test]
    fn requests_that_failed_at_one_endpoint_are_one_finding() {
        let fail =
            |number, path| failed(http(number, &format!("https://a.test/{path}")), Outcome::Failed, DNS);
        let session = session(vec![fail(1, "orders/1"), fail(2, "orders/2"), fail(3, "users")]);
        assert_eq!(
            titles(&session, "failed-request"),
            [
                "2 × GET a.test/orders/* failed: net::ERR_NAME_NOT_RESOLVED",
                "GET a.test/users failed: net::ERR_NAME_NOT_RESOLVED"
            ]
        );
    }

    #[test]
    fn canceled_requests_and_error_statuses_are_not_failures() {
        let canceled = failed(http(1, "https://a.test/"), Outcome::Canceled, "net::ERR_ABORTED");
        let mut status = http(2, "https://a.test/x");
        status.status = Some(500);
        assert!(found(&session(vec![canceled, status]), "failed-request").is_empty());
    }
}
