//! Text that was transferred without compression.
//!
//! Lighthouse's `uses-text-compression`: text-based responses without a `content-encoding` of br, gzip
//! or deflate, unless they are small. Here a host has to transfer [`MIN_HOST_BYTES`] of it.

use session::model::{Outcome, ResourceType, format_bytes};

use crate::details::{NOT_READ, header, mime_type};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "uncompressed-transfer",
    label: "Uncompressed transfers",
    detector: Detector::Rows(|| Box::<UncompressedTransfers>::default()),
    describe,
};

/// Least bytes of a response that is worth compressing.
const MIN_BYTES: u64 = 10_000;
/// Least bytes of such responses from one host.
const MIN_HOST_BYTES: u64 = 150_000;
/// Least share of a body that is transferred without compression: less may be compressed although
/// its header was not recorded.
const MIN_SHARE: f64 = 0.95;

#[derive(Debug, Default)]
struct UncompressedTransfers {
    /// By host; the bytes of all.
    groups: Groups<Box<str>, u64>,
    without_headers: u32,
    without_size: u32,
    not_read: u32,
}

impl RowRule for UncompressedTransfers {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        let is_candidate = matches!(
            http.resource_type,
            ResourceType::Document
                | ResourceType::Stylesheet
                | ResourceType::Script
                | ResourceType::Fetch
                | ResourceType::Xhr
        );
        let is_answered = http.outcome == Outcome::Done && row.record.status == Some(200);
        let url = UrlParts::of(&row.record.url);
        let Some(body) = http.body_size.filter(|size| *size >= MIN_BYTES) else { return };
        // Servers for development do not compress.
        if !is_candidate
            || !is_answered
            || http.from_cache.is_some()
            || url.host.is_empty()
            || url.is_loopback()
        {
            return;
        }
        let Some(transferred) = http.transferred else {
            self.without_size += 1;
            return;
        };
        if (transferred as f64) < body as f64 * MIN_SHARE {
            return;
        }
        let Some(details) = row.details.of(row.session, row.record) else {
            self.not_read += 1;
            return;
        };
        let headers = details.response_headers.as_ref().filter(|headers| !headers.is_empty());
        if headers.is_none() {
            self.without_headers += 1;
        } else if header(headers, "content-encoding")
            .is_none_or(|coding| coding.is_empty() || coding == "identity")
            && is_text(&mime_type(details))
            && let Some(bytes) = self.groups.add(quoted(url.host), Subject::Row(row.record.number))
        {
            *bytes += body;
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for (host, group) in self.groups.take().into_iter().filter(|(_, group)| group.extra >= MIN_HOST_BYTES)
        {
            let evidence =
                Evidence { group: host, numbers: [group.extra as f64, 0.0, 0.0], ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Info, evidence));
        }
        let report = &mut *end.report;
        report.note_unjudged(&RULE, "The headers of the response were not recorded", self.without_headers);
        report.note_unjudged(&RULE, "The transferred size was not recorded", self.without_size);
        report.note_unjudged(&RULE, NOT_READ, self.not_read);
    }
}

fn is_text(mime: &str) -> bool {
    mime.starts_with("text/")
        || mime.ends_with("+json")
        || mime.ends_with("+xml")
        || matches!(
            mime,
            "application/json" | "application/javascript" | "application/x-javascript" | "application/xml"
        )
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [bytes, ..], .. } = &finding.evidence;
    let responses = if finding.count == 1 { "response" } else { "responses" };
    let size = format_bytes(*bytes as u64);
    Sentences {
        title: format!("{group} sent {size} of text uncompressed in {} {responses}", finding.count),
        explanation:
            "The responses have no Content-Encoding. Compression by gzip or Brotli makes text a third as \
                      long or less."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Record, ResourceType};

    use crate::Runner;
    use crate::testing::{headers, http, of_type, session, titles, unjudged, with_details, with_http};

    fn script(number: u32, host: &str, transferred: u64) -> Record {
        with_http(
            of_type(http(number, &format!("https://{host}/{number}.js")), ResourceType::Script),
            |http| {
                http.body_size = Some(100_000);
                http.transferred = Some(transferred);
            },
        )
    }

    #[test]
    fn text_without_a_coding_is_counted_by_host() {
        let records = vec![
            script(1, "a.test", 100_300),
            script(2, "a.test", 100_300),
            script(3, "b.test", 30_000),
            script(4, "b.test", 30_000),
            script(5, "localhost", 100_300),
            script(6, "localhost", 100_300),
        ];
        let session = with_details(session(records), |_| {
            headers(&[], &[("content-type", "text/javascript; charset=utf-8")])
        });
        assert_eq!(
            titles(&session, "uncompressed-transfer"),
            ["a.test sent 200 kB of text uncompressed in 2 responses"]
        );
    }

    #[test]
    fn a_coding_or_a_binary_type_is_no_uncompressed_text_and_no_headers_cannot_be_judged() {
        let records = || vec![script(1, "a.test", 100_300), script(2, "a.test", 100_300)];
        let coded = with_details(session(records()), |_| {
            headers(&[], &[("content-type", "text/css"), ("content-encoding", "gzip")])
        });
        assert!(titles(&coded, "uncompressed-transfer").is_empty());
        let binary =
            with_details(session(records()), |_| headers(&[], &[("content-type", "application/wasm")]));
        assert!(titles(&binary, "uncompressed-transfer").is_empty());
        assert_eq!(unjudged(&Runner::run(&session(records())), "uncompressed-transfer"), 2);
    }
}
