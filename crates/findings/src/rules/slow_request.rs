//! Requests that took much longer than others to the same endpoint.
//!
//! Sentry's endpoint regression issues (changelog of 2023-12-06) compare an endpoint with its own
//! past rather than with a fixed time; within a recording the past is the other requests. One second
//! is the limit of an uninterrupted flow of thought (Nielsen, Usability Engineering, 1993).

use rustc_hash::FxHashMap;
use session::model::{Millis, Outcome, Phase, ResourceType};

use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, MAX_FURTHER, Sentences, Severity, Subject};
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::request;

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "slow-request",
    label: "Slow requests",
    detector: Detector::Rows(|| Box::<SlowRequests>::default()),
    describe,
};

/// Fewest requests that show what is usual.
const MIN_REQUESTS: usize = 8;
/// How many times the median a slow request takes at least.
const FACTOR: f32 = 5.0;
/// How much longer than the median it takes at least, in ms.
const MIN_EXCESS_MS: f32 = 1000.0;

#[derive(Debug, Default)]
struct SlowRequests {
    /// By endpoint: the number of the row and its time in ms.
    times: FxHashMap<EndpointId, Vec<(u32, f32)>>,
    untimed: u32,
}

impl RowRule for SlowRequests {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(http), Some(endpoint)) = (request(row.record), row.endpoint) else { return };
        let is_compared =
            matches!(http.resource_type, ResourceType::Fetch | ResourceType::Xhr | ResourceType::Document);
        let is_answered = http.outcome == Outcome::Done
            && row.record.status.is_some_and(|status| (200..300).contains(&status));
        // Servers hold the requests of long polling and event streams on purpose.
        let is_held = http.messages.is_some() || row.record.url.contains("transport=polling");
        if !is_compared || !is_answered || is_held || http.from_cache.is_some() {
            return;
        }
        let Some(duration) = http.duration else {
            self.untimed += 1;
            return;
        };
        // Time in the browser's own queue says nothing of the endpoint.
        let queued = http.phases.get(Phase::Blocked).map_or(0.0, |phase| phase.end - phase.start);
        let time = (duration.ms() - queued).max(0.0) as f32;
        self.times.entry(endpoint).or_default().push((row.record.number, time));
    }

    fn finish(&mut self, end: &mut End<'_>) {
        let mut times: Vec<_> = std::mem::take(&mut self.times).into_iter().collect();
        times.sort_unstable_by_key(|(endpoint, _)| *endpoint);
        for (endpoint, mut times) in times.into_iter().filter(|(_, times)| times.len() >= MIN_REQUESTS) {
            times.sort_unstable_by(|one, other| other.1.total_cmp(&one.1));
            let median = times.get(times.len() / 2).map_or(0.0, |(_, time)| *time);
            let is_slow = |time: f32| time >= median * FACTOR && time >= median + MIN_EXCESS_MS;
            let slow: Vec<(u32, f32)> = times.into_iter().take_while(|(_, time)| is_slow(*time)).collect();
            let Some((slowest, time)) = slow.first().copied() else { continue };
            let further = slow.iter().skip(1).take(MAX_FURTHER).map(|(row, _)| Subject::Row(*row));
            let numbers = [f64::from(time), f64::from(median), 0.0];
            end.report.push(Finding {
                rule: &RULE,
                severity: Severity::Warning,
                subject: Subject::Row(slowest),
                further: further.collect(),
                count: slow.len() as u32,
                evidence: Evidence { group: end.endpoints.name(endpoint), numbers, ..Evidence::default() },
            });
        }
        end.report.note_unjudged(&RULE, "The duration of the request was not recorded", self.untimed);
    }
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, numbers: [time, median, _], .. } = &finding.evidence;
    let duration = |ms: f64| Millis::new(ms).map(Millis::duration).unwrap_or_default();
    let others = match finding.count {
        1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    Sentences {
        title: format!("{group} took {} instead of {}{others}", duration(*time), duration(*median)),
        explanation:
            "Half of the requests to the same endpoint took no longer than the second time. Compare \
                      the phases of this request with those of another one."
                .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{found, http_between, rows, session, titles};

    #[test]
    fn a_request_is_slow_by_the_usual_time_of_its_endpoint() {
        let of = |number: u32, time: f64| http_between(number, "https://a.test/orders", 0.0, time);
        let usual = || (1..=8).map(|number| of(number, 200.0));
        let one = session(usual().chain([of(9, 1900.0)]).collect());
        assert_eq!(titles(&one, "slow-request"), ["GET a.test/orders took 1.90 s instead of 200 ms"]);
        let two = session(usual().chain([of(9, 1900.0), of(10, 3000.0)]).collect());
        assert_eq!(found(&two, "slow-request").first().map(rows), Some(vec![10, 9]), "the slowest first");
    }

    #[test]
    fn a_few_requests_or_a_small_difference_show_nothing() {
        let of = |number: u32, time: f64| http_between(number, "https://a.test/orders", 0.0, time);
        let few = vec![of(1, 100.0), of(2, 100.0), of(3, 9000.0)];
        assert!(titles(&session(few), "slow-request").is_empty());
        let mut small: Vec<_> = (1..=8).map(|number| of(number, 10.0)).collect();
        small.push(of(9, 900.0));
        assert!(titles(&session(small), "slow-request").is_empty());
    }
}
