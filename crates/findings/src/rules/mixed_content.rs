//! Requests in plain text from pages that were loaded over TLS.
//!
//! The W3C's Mixed Content, section 4: user agents block them or upgrade them to HTTPS. Loopback
//! hosts are trustworthy (Secure Contexts, section 3.1). Lighthouse checks it as `is-on-https`.

use session::model::{Outcome, ResourceType};

use crate::console::Refusal;
use crate::failure::{Failure, failure};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request, times};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "mixed-content",
    label: "Mixed content",
    detector: Detector::Rows(|| Box::<MixedContent>::default()),
    describe,
};

#[derive(Debug, Default)]
struct MixedContent {
    /// By host; whether one of its requests did not succeed.
    plain: Groups<Box<str>, bool>,
    /// The same, where the browser itself says that it is mixed content.
    named: Groups<Box<str>, bool>,
    has_secure_page: bool,
    has_plain_page: bool,
}

impl RowRule for MixedContent {
    fn row(&mut self, row: &mut Row<'_>) {
        let url = UrlParts::of(&row.record.url);
        let subject = Subject::Row(row.record.number);
        let http = request(row.record);
        let is_document = http.is_some_and(|http| http.resource_type == ResourceType::Document);
        if is_document {
            let is_redirect = row.record.status.is_some_and(|status| (300..400).contains(&status));
            self.has_secure_page |= url.is_secure();
            self.has_plain_page |= url.is_plain() && !is_redirect;
        }
        let is_named = http
            .is_some_and(|http| failure(row.record, http, row.console) == Some(Failure::MixedContent))
            || row.console.refusal(&row.record.url) == Some(Refusal::MixedContent);
        if !is_named && (is_document || !url.is_plain() || url.is_loopback() || url.host.is_empty()) {
            return;
        }
        let has_failed = match http {
            Some(http) => !matches!(http.outcome, Outcome::Done | Outcome::Pending),
            None => row.record.socket().is_some_and(|socket| socket.is_refused),
        };
        let groups = if is_named { &mut self.named } else { &mut self.plain };
        if let Some(any_failed) = groups.add(quoted(url.host), subject) {
            *any_failed |= has_failed;
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        let mut found = self.named.take();
        let plain = self.plain.take();
        for page in &end.session.pages {
            let url = UrlParts::of(&page.url);
            self.has_secure_page |= url.is_secure();
            self.has_plain_page |= url.is_plain();
        }
        match (self.has_secure_page, self.has_plain_page) {
            (true, false) => found.extend(plain),
            (false, true) => {}
            (is_mixed, _) => {
                let count = plain.iter().map(|(_, group)| group.count).sum();
                let reason = if is_mixed {
                    "The recording has pages with and without TLS, and does not say to which a request belongs"
                } else {
                    "The address of the page was not recorded"
                };
                end.report.note_unjudged(&RULE, reason, count);
            }
        }
        for (host, group) in found {
            let severity = if group.extra { Severity::Error } else { Severity::Warning };
            let evidence = Evidence { group: host, ..Evidence::default() };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
    }
}

fn describe(finding: &Finding) -> Sentences {
    Sentences {
        title: format!(
            "{}Request in plain text to {} from a page with TLS",
            times(finding.count),
            finding.evidence.group
        ),
        explanation:
            "Browsers block scripts, calls and sockets of this kind and upgrade images and media to \
                      HTTPS. Use https: or wss: in the page."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Record, ResourceType};

    use crate::Runner;
    use crate::testing::{http, of_type, session, titles, unjudged};

    fn document(url: &str) -> Record {
        of_type(http(1, url), ResourceType::Document)
    }

    #[test]
    fn plain_requests_of_a_page_with_tls_are_found_by_host() {
        let records = vec![
            document("https://a.test/"),
            http(2, "http://img.test/1.png"),
            http(3, "http://img.test/2.png"),
            http(4, "http://localhost:3000/"),
            http(5, "https://img.test/3.png"),
        ];
        assert_eq!(
            titles(&session(records), "mixed-content"),
            ["2 × Request in plain text to img.test from a page with TLS"]
        );
    }

    #[test]
    fn a_page_without_tls_has_no_mixed_content_and_an_unknown_page_is_not_judged() {
        let plain = session(vec![document("http://a.test/"), http(2, "http://img.test/1.png")]);
        let report = Runner::run(&plain);
        assert!(titles(&plain, "mixed-content").is_empty());
        assert_eq!(unjudged(&report, "mixed-content"), 0);
        let unknown = session(vec![http(2, "http://img.test/1.png")]);
        assert_eq!(unjudged(&Runner::run(&unknown), "mixed-content"), 1);
    }
}
