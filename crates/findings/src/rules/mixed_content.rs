//! Requests in plain text from pages that were loaded over TLS.
//!
//! The W3C's Mixed Content, section 4: user agents block them or upgrade them to HTTPS. Loopback
//! hosts are trustworthy (Secure Contexts, section 3.1). Lighthouse checks it as `is-on-https`.

use session::model::{Outcome, ResourceType, Session};

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
    /// Whether the first document has TLS: where a recording has one page, it is that page.
    first_document: Option<bool>,
}

impl RowRule for MixedContent {
    fn row(&mut self, row: &mut Row<'_>) {
        let url = UrlParts::of(&row.record.url);
        let subject = Subject::Row(row.record.number);
        let http = request(row.record);
        let is_document = http.is_some_and(|http| http.resource_type == ResourceType::Document);
        if is_document {
            let is_redirect = row.record.status.is_some_and(|status| (300..400).contains(&status));
            if !is_redirect && self.first_document.is_none() {
                self.first_document = Some(url.is_secure());
            }
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
        match has_secure_pages(end.session, self.first_document) {
            Ok(true) => found.extend(plain),
            Ok(false) => {}
            Err(reason) => {
                let count = plain.iter().map(|(_, group)| group.count).sum();
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

/// Whether all pages have TLS.
///
/// # Errors
/// Why it is not known to which page a request belongs, or whether that has TLS.
fn has_secure_pages(session: &Session, first_document: Option<bool>) -> Result<bool, &'static str> {
    let unknown = "The address of the page was not recorded";
    let mut of_pages = session.pages.iter().map(|page| UrlParts::of(&page.url));
    match session.pages.len() {
        // What a proxy recorded may come from several programs.
        0 => Err(unknown),
        _ if of_pages.clone().all(|url| url.is_secure()) => Ok(true),
        _ if of_pages.clone().all(|url| url.is_plain()) => Ok(false),
        1 if of_pages.all(|url| url.scheme.is_empty()) => first_document.ok_or(unknown),
        _ => Err(
            "The recording has several pages, and does not say which of them with TLS a request belongs to",
        ),
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
    use session::model::{Page, Record, ResourceType, Session};

    use crate::Runner;
    use crate::testing::{http, of_type, session, titles, unjudged};

    fn document(url: &str) -> Record {
        of_type(http(1, url), ResourceType::Document)
    }

    /// A session with pages of those addresses.
    fn with_pages(session: Session, urls: &[&str]) -> Session {
        let pages = urls.iter().map(|url| Page { url: (*url).to_owned(), ..Page::default() });
        Session { pages: pages.collect(), ..session }
    }

    fn image() -> Record {
        http(2, "http://img.test/1.png")
    }

    #[test]
    fn plain_requests_of_a_page_with_tls_are_found_by_host() {
        let records = || {
            let others = ["http://img.test/2.png", "http://localhost:3000/", "https://img.test/3.png"];
            let others = (3..).zip(others).map(|(number, url)| http(number, url));
            [document("https://a.test/"), image()].into_iter().chain(others).collect()
        };
        let expected = ["2 × Request in plain text to img.test from a page with TLS"];
        assert_eq!(titles(&with_pages(session(records()), &["https://a.test/"]), "mixed-content"), expected);
        assert_eq!(
            titles(&with_pages(session(records()), &[""]), "mixed-content"),
            expected,
            "by its document"
        );
    }

    #[test]
    fn a_page_without_tls_has_no_mixed_content() {
        let records = vec![document("http://a.test/"), document("https://frame.test/"), image()];
        let plain = with_pages(session(records), &[""]);
        assert!(titles(&plain, "mixed-content").is_empty());
        assert_eq!(unjudged(&Runner::run(&plain), "mixed-content"), 0);
    }

    #[test]
    fn an_unknown_page_and_one_of_several_cannot_be_judged() {
        let several: &[&str] = &["https://a.test/", "http://b.test/"];
        let unknown: [&[&str]; 2] = [&[], &[""]];
        for pages in unknown.into_iter().chain([several]) {
            let session = with_pages(session(vec![image()]), pages);
            assert_eq!(unjudged(&Runner::run(&session), "mixed-content"), 1, "{pages:?}");
        }
    }
}
