//! A clock of the recording that differs from that of the servers.
//!
//! RFC 9110, section 6.6.1: `Date` is when the message was originated. Signed requests are refused
//! from a difference of 15 minutes (S3's `RequestTimeTooSkewed`), Kerberos tickets from 5
//! (RFC 4120, section 1.6); workos/authkit-nextjs#470 is a page that a skewed clock broke.

use session::model::{Details, Millis, Outcome, ResourceType};

use crate::details::header;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request};
use crate::url::UrlParts;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "clock-skew",
    label: "Clock skew",
    detector: Detector::Rows(|| Box::<ClockSkew>::default()),
    describe,
};

/// Least difference, in ms.
const MIN_SKEW_MS: f64 = 5.0 * 60_000.0;
/// Fewest responses that have to agree.
const MIN_RESPONSES: usize = 3;
/// Largest difference between responses that agree, in ms.
const MAX_SPREAD_MS: f64 = 60_000.0;
/// Share of the responses that have to agree.
const MIN_SHARE: f64 = 0.8;
/// Most responses that are read.
const MAX_RESPONSES: usize = 100;
/// Largest row that is read for its date, in bytes.
const MAX_ROW_BYTES: u32 = 256 << 10;
/// Longest difference that is one of clocks rather than of a response that was recorded before, in
/// ms.
const MAX_SKEW_MS: f64 = 30.0 * 86_400_000.0;

#[derive(Debug, Default)]
struct ClockSkew {
    /// The server's time minus that of the recording, in ms, and the row.
    skews: Vec<(f64, u32)>,
    read: usize,
    without_date: u32,
    hosts: Vec<Box<str>>,
}

impl RowRule for ClockSkew {
    fn row(&mut self, row: &mut Row<'_>) {
        let Some(http) = request(row.record) else { return };
        // A cache on the way answers files with the date at which it got them.
        let is_dynamic =
            matches!(http.resource_type, ResourceType::Document | ResourceType::Fetch | ResourceType::Xhr);
        let is_answered =
            http.outcome == Outcome::Done && row.record.status == Some(200) && http.from_cache.is_none();
        let is_small = row.record.source.len <= MAX_ROW_BYTES;
        if !is_dynamic || !is_answered || !is_small || self.read == MAX_RESPONSES {
            return;
        }
        let Some(end) = row.record.end().or(row.record.start) else { return };
        let Some(details) = row.details.of(row.session, row.record) else { return };
        self.read += 1;
        match date(details) {
            Dated::ByServer(date) => {
                self.skews.push((date - end.ms(), row.record.number));
                let host = UrlParts::of(&row.record.url).host;
                if !self.hosts.iter().any(|known| **known == *host) {
                    self.hosts.push(host.into());
                }
            }
            Dated::ByCache => {}
            Dated::Unknown => self.without_date += 1,
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        if self.skews.len() < MIN_RESPONSES {
            end.report.note_unjudged(
                &RULE,
                "Too few responses have a recorded Date header that no cache answered",
                self.without_date,
            );
            return;
        }
        self.skews.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
        let Some((median, row)) = self.skews.get(self.skews.len() / 2).copied() else { return };
        let agreeing = self.skews.iter().filter(|(skew, _)| (skew - median).abs() <= MAX_SPREAD_MS).count();
        let is_agreed = agreeing >= MIN_RESPONSES && agreeing as f64 >= self.skews.len() as f64 * MIN_SHARE;
        if !is_agreed || !(MIN_SKEW_MS..=MAX_SKEW_MS).contains(&median.abs()) {
            return;
        }
        let host = if let [host] = self.hosts.as_slice() { quoted(host) } else { Box::default() };
        end.report.push(Finding {
            rule: &RULE,
            severity: Severity::Warning,
            subject: Subject::Row(row),
            further: Vec::new(),
            count: 1,
            evidence: Evidence { group: host, text: Box::default(), numbers: [median, agreeing as f64, 0.0] },
        });
    }
}

/// The date of a response.
enum Dated {
    /// In ms since 1970.
    ByServer(f64),
    /// A cache on the way may have answered, with the date at which it got the response.
    ByCache,
    /// None was recorded.
    Unknown,
}

fn date(details: &Details) -> Dated {
    let headers = details.response_headers.as_ref();
    let Some(date) = header(headers, "date").and_then(http_date) else { return Dated::Unknown };
    let is_cached = header(headers, "age").is_some_and(|age| age != "0")
        || ["x-cache", "cf-cache-status", "x-vercel-cache", "x-varnish"].iter().any(|name| {
            header(headers, name).is_some_and(|value| !value.to_ascii_lowercase().contains("miss"))
        });
    if is_cached { Dated::ByCache } else { Dated::ByServer(date) }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in ms since 1970.
fn http_date(text: &str) -> Option<f64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = text.split_once(',')?.1.split_ascii_whitespace();
    let (day, month, year, time) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let day: u8 = day.parse().ok()?;
    let iso = format!("{year}-{month:02}-{day:02}T{time}Z");
    session::model::parse_iso8601(&iso).map(session::model::EpochMs::ms)
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [skew, responses, _], .. } = &finding.evidence;
    let difference = Millis::new(skew.abs()).map(Millis::duration).unwrap_or_default();
    let (side, servers) = (
        if *skew > 0.0 { "behind" } else { "ahead of" },
        if group.is_empty() { "the servers" } else { group },
    );
    Sentences {
        title: format!("The clock of the recording is {difference} {side} {servers}"),
        explanation: format!(
            "By the Date headers of {responses} responses. Tokens and signatures seem expired or not valid yet, \
             and times here differ from those in the logs of the server."
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::Runner;
    use crate::testing::{headers, http, session, titles, unjudged, with_details};

    use super::http_date;

    fn titles_with(response: &'static [(&str, &str)]) -> Vec<String> {
        let records = (1..=4).map(|number| http(number, "https://a.test/x")).collect();
        titles(&with_details(session(records), move |_| headers(&[], response)), "clock-skew")
    }

    #[test]
    fn dates_of_servers_show_a_clock_that_is_wrong() {
        // The session starts at 14:02:00.
        assert_eq!(
            titles_with(&[("date", "Sat, 21 Nov 2026 14:12:00 GMT")]),
            ["The clock of the recording is 10 min 00 s behind a.test"]
        );
        assert!(titles_with(&[("date", "Sat, 21 Nov 2026 14:04:00 GMT")]).is_empty());
    }

    #[test]
    fn dates_from_caches_and_of_old_responses_are_not_compared() {
        assert!(titles_with(&[("date", "Sat, 21 Nov 2026 13:12:00 GMT"), ("age", "3000")]).is_empty());
        assert!(titles_with(&[("date", "Sat, 21 Nov 2020 13:12:00 GMT")]).is_empty());
    }

    #[test]
    fn without_dates_the_clock_cannot_be_judged() {
        let records = (1..=4).map(|number| http(number, "https://a.test/x")).collect();
        assert_eq!(unjudged(&Runner::run(&session(records)), "clock-skew"), 4);
    }

    #[test]
    fn dates_of_http_are_read() {
        assert_eq!(http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000.0));
        for text in ["", "Sunday", "Sun, 06 Nov", "Sun, 99 Nov 1994 08:49:37 GMT"] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}
