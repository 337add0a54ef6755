//! Responses of an enormous size.
//!
//! Lighthouse's `total-byte-weight` fails a page from 5,000 KiB on; here one response has as many.

use session::model::{Outcome, ResourceType, format_bytes};

use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::request;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "large-transfer",
    label: "Large transfers",
    detector: Detector::Rows(|| Box::<LargeTransfers>::default()),
    describe,
};

/// Least bytes of a large transfer.
const MIN_BYTES: u64 = 5000 << 10;

#[derive(Debug, Default)]
struct LargeTransfers {
    /// By endpoint; the bytes of the largest.
    groups: Groups<EndpointId, u64>,
    unsized_rows: u32,
}

impl RowRule for LargeTransfers {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(http), Some(endpoint)) = (request(row.record), row.endpoint) else { return };
        let is_answered =
            http.outcome == Outcome::Done && row.record.status.is_some_and(|status| status < 300);
        if !is_answered || http.from_cache.is_some() || http.resource_type == ResourceType::Media {
            return;
        }
        let Some(bytes) = http.transferred.or(http.body_size) else {
            self.unsized_rows += 1;
            return;
        };
        if bytes >= MIN_BYTES
            && let Some(largest) = self.groups.add(endpoint, Subject::Row(row.record.number))
        {
            *largest = (*largest).max(bytes);
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        for (endpoint, group) in self.groups.take() {
            let numbers = [group.extra as f64, 0.0, 0.0];
            let evidence = Evidence { group: end.endpoints.name(endpoint), numbers, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Info, evidence));
        }
        end.report.note_unjudged(&RULE, "The size of the response was not recorded", self.unsized_rows);
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [bytes, ..], .. } = &finding.evidence;
    let others = if finding.count == 1 { String::new() } else { format!(", and {} more", finding.count - 1) };
    Sentences {
        title: format!("{group} transferred {}{others}", format_bytes(*bytes as u64)),
        explanation:
            "On a slow connection this takes long, and it costs who pays for data. Load less at once, \
                      or in parts."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use session::model::ResourceType;

    use crate::Runner;
    use crate::testing::{http, of_type, session, titles, unjudged, with_http};

    #[test]
    fn a_response_is_large_from_5000_kib_on_unless_it_is_media() {
        let sized =
            |number, bytes| with_http(http(number, "https://a.test/x"), |http| http.transferred = bytes);
        let records = vec![
            sized(1, Some((5000 << 10) - 1)),
            sized(2, Some(5000 << 10)),
            of_type(sized(3, Some(90 << 20)), ResourceType::Media),
        ];
        assert_eq!(titles(&session(records), "large-transfer").len(), 1);
        let unknown = with_http(sized(1, None), |http| http.body_size = None);
        assert_eq!(unjudged(&Runner::run(&session(vec![unknown])), "large-transfer"), 1);
    }
}
