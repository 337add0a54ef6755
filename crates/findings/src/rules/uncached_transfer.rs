//! Files that were downloaded again because their response does not let them be reused.
//!
//! Lighthouse's `uses-long-cache-ttl`: fonts, images, media, scripts and stylesheets should be
//! cacheable. RFC 9111, section 4.2: without a lifetime a cache may only guess one, from
//! `Last-Modified`. Here a file counts if the recording shows the second download.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
use session::model::{Details, Outcome, ResourceType, format_bytes};

use crate::details::{NOT_READ, header};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "uncached-transfer",
    label: "Uncached transfers",
    detector: Detector::Rows(|| Box::<UncachedTransfers>::default()),
    describe,
};

/// Least bytes of a file that is worth caching.
const MIN_BYTES: u64 = 10_000;
/// Most files that are followed.
const MAX_FILES: usize = 100_000;

#[derive(Debug, Default)]
struct UncachedTransfers {
    /// Hashes of the URLs that were downloaded.
    seen: FxHashMap<u64, u32>,
    /// By host; the bytes that were downloaded again.
    groups: Groups<Box<str>, u64>,
    without_headers: u32,
    not_read: u32,
}

impl RowRule for UncachedTransfers {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        let is_file = matches!(
            http.resource_type,
            ResourceType::Font
                | ResourceType::Image
                | ResourceType::Script
                | ResourceType::Stylesheet
                | ResourceType::Wasm
        );
        let url = UrlParts::of(&row.record.url);
        let Some(bytes) = http.transferred.filter(|bytes| *bytes >= MIN_BYTES) else { return };
        let is_download =
            http.outcome == Outcome::Done && row.record.status == Some(200) && http.from_cache.is_none();
        if !is_file || !is_download || row.record.method != "GET" || url.host.is_empty() || url.is_loopback()
        {
            return;
        }
        let mut hasher = FxHasher::default();
        row.record.url.hash(&mut hasher);
        let hash = hasher.finish();
        if !self.seen.contains_key(&hash) {
            if self.seen.len() < MAX_FILES {
                self.seen.insert(hash, row.record.number);
            }
            return;
        }
        let Some(details) = row.details.of(row.session, row.record) else {
            self.not_read += 1;
            return;
        };
        match is_reusable(details) {
            None => self.without_headers += 1,
            Some(true) => {}
            Some(false) => {
                if let Some(again) = self.groups.add(quoted(url.host), Subject::Row(row.record.number)) {
                    *again += bytes;
                }
            }
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for (host, group) in self.groups.take() {
            let evidence =
                Evidence { group: host, numbers: [group.extra as f64, 0.0, 0.0], ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Info, evidence));
        }
        end.report.note_unjudged(
            &RULE,
            "The headers of the response were not recorded",
            self.without_headers,
        );
        end.report.note_unjudged(&RULE, NOT_READ, self.not_read);
    }
}

/// Whether a response lets a cache reuse it, or the page asked not to; `None` without headers.
fn is_reusable(details: &Details) -> Option<bool> {
    let response = details.response_headers.as_ref().filter(|headers| !headers.is_empty());
    response?;
    let is_forced = ["cache-control", "pragma"].into_iter().any(|name| {
        header(details.request_headers.as_ref(), name).is_some_and(|value| value.contains("no-cache"))
    });
    let control = header(response, "cache-control").unwrap_or_default().to_ascii_lowercase();
    let has_lifetime =
        control.contains("max-age") && !control.contains("max-age=0") || control.contains("immutable");
    let has_validator =
        ["expires", "etag", "last-modified"].iter().any(|name| header(response, name).is_some());
    Some(is_forced || !control.contains("no-store") && (has_lifetime || has_validator))
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [bytes, ..], .. } = &finding.evidence;
    let files = if finding.count == 1 { "file" } else { "files" };
    Sentences {
        title: format!("{group} sent {} {files} again: {}", finding.count, format_bytes(*bytes as u64)),
        explanation:
            "The responses forbid caching, or have neither a lifetime (Cache-Control, Expires) nor a \
                      validator (ETag, Last-Modified), so the browser downloaded the same files again."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::{Record, ResourceType};

    use crate::testing::{headers, http, of_type, session, titles, with_details, with_http};

    fn script(number: u32) -> Record {
        let record = of_type(http(number, "https://a.test/app.js"), ResourceType::Script);
        with_http(record, |http| http.transferred = Some(50_000))
    }

    fn titles_with(request: &'static [(&str, &str)], response: &'static [(&str, &str)]) -> Vec<String> {
        let session = session(vec![script(1), script(2), script(3)]);
        titles(&with_details(session, move |_| headers(request, response)), "uncached-transfer")
    }

    #[test]
    fn a_file_that_may_not_be_reused_is_counted_from_its_second_download() {
        let type_only = &[("content-type", "text/javascript")];
        assert_eq!(titles_with(&[], type_only), ["a.test sent 2 files again: 100 kB"]);
        assert_eq!(titles_with(&[], &[("cache-control", "no-store"), ("etag", "1")]).len(), 1);
    }

    #[test]
    fn a_file_that_may_be_reused_or_that_was_reloaded_on_purpose_is_not_counted() {
        assert!(titles_with(&[], &[("cache-control", "max-age=600")]).is_empty());
        assert!(titles_with(&[], &[("etag", "1")]).is_empty());
        assert!(titles_with(&[("pragma", "no-cache")], &[("content-type", "text/javascript")]).is_empty());
        assert!(titles_with(&[], &[]).is_empty(), "no headers");
    }
}
