//! Responses that the browser kept from the page because of CORS.
//!
//! The Fetch Standard, section 3.2 (HTTP CORS protocol): a preflight has to be answered with an ok
//! status, and the response has to allow the origin. To the page it is a network error like any
//! other; only the browser's own message in the console names it.

use session::model::ResourceType;

use crate::failure::{Failure, error_text, failure};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{is_call, quoted, request, times};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "cors-error",
    label: "CORS errors",
    detector: Detector::Rows(|| Box::<CorsErrors>::default()),
    describe,
};

#[derive(Debug, Default)]
struct CorsErrors {
    /// By host, and whether a preflight was refused.
    groups: Groups<(Box<str>, bool)>,
    /// Failed calls whose reason was not recorded.
    unexplained: u32,
}

impl RowRule for CorsErrors {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        let is_preflight = http.resource_type == ResourceType::Preflight;
        let is_refused_preflight = is_preflight && row.record.status.is_some_and(|status| status >= 400);
        let failure = failure(row.record, http, row.console);
        if failure == Some(Failure::Cors) || is_refused_preflight {
            let host = quoted(UrlParts::of(&row.record.url).host);
            self.groups.add((host, is_preflight), Subject::Row(row.record.number));
        } else if failure == Some(Failure::Other) && is_call(http) && is_unexplained(error_text(row.record)) {
            self.unexplained += 1;
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for ((host, is_preflight), group) in self.groups.take() {
            let numbers = [f64::from(u8::from(is_preflight)), 0.0, 0.0];
            let evidence = Evidence { group: host, numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Error, evidence));
        }
        let reason = "Why a request failed was not recorded, and the console does not say it";
        end.report.note_unjudged(&RULE, reason, self.unexplained);
    }
}

/// What browsers say of a failure for any reason.
fn is_unexplained(error: &str) -> bool {
    let general = ["", "net::ERR_FAILED", "Failed to fetch", "Load failed", "NetworkError", "Network Error"];
    general.contains(&error)
        || error.ends_with("Failed to fetch")
        || error.contains("NetworkError when attempting")
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [is_preflight, ..], .. } = &finding.evidence;
    let what = if *is_preflight > 0.0 { "CORS preflight refused by" } else { "CORS error from" };
    Sentences {
        title: format!("{}{what} {group}", times(finding.count)),
        explanation: "The server's response does not allow the page's origin to read it. Look at \
                      Access-Control-Allow-Origin of the response and, before it, at the OPTIONS request."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{ConsoleLevel, Outcome, Record, ResourceType};

    use crate::Runner;
    use crate::testing::{
        error_entry, failed, found, http, of_type, session, titles, unjudged, with_console,
    };

    const URL: &str = "https://api.test/orders";

    #[test]
    fn a_failure_that_the_console_explains_is_no_failed_request() {
        let request = failed(http(1, URL), Outcome::Failed, "net::ERR_FAILED");
        let text = format!(
            "Access to fetch at '{URL}' from origin 'https://a.test' has been blocked by CORS policy: x"
        );
        let session =
            with_console(session(vec![request]), vec![error_entry(ConsoleLevel::Error, 90.0, &text)]);
        assert_eq!(titles(&session, "cors-error"), ["CORS error from api.test"]);
        assert!(found(&session, "failed-request").is_empty());
    }

    #[test]
    fn a_refused_preflight_is_found_by_its_status() {
        let preflight = of_type(http(1, URL), ResourceType::Preflight);
        let refused = Record { status: Some(405), ..preflight };
        assert_eq!(titles(&session(vec![refused]), "cors-error"), ["CORS preflight refused by api.test"]);
    }

    #[test]
    fn a_failure_without_a_reason_cannot_be_judged() {
        let request = failed(http(1, URL), Outcome::Failed, "TypeError: Failed to fetch");
        let report = Runner::run(&session(vec![request]));
        assert_eq!(unjudged(&report, "cors-error"), 1);
    }
}
