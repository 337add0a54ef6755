//! Identical requests that were in flight at the same time.
//!
//! npm/make-fetch-happen#18: the cache cannot help while the first response has not arrived, so both
//! go to the network. Fetching libraries share the request in flight (SWR's `dedupingInterval`).

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
use session::model::{Body, EpochMs, Outcome, Record};

use crate::details::NOT_READ;
use crate::endpoint::EndpointId;
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{is_call, request};

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "duplicate-request",
    label: "Duplicate requests",
    detector: Detector::Rows(|| Box::<DuplicateRequests>::default()),
    describe,
};

/// Most calls that are compared.
const MAX_CALLS: usize = 200_000;

#[derive(Debug, Default)]
struct DuplicateRequests {
    calls: Vec<Call>,
}

/// A call of the page that succeeded.
#[derive(Clone, Copy, Debug)]
struct Call {
    /// A hash of the method and the URL.
    hash: u64,
    start: EpochMs,
    end: EpochMs,
    row: u32,
    body_size: Option<u64>,
    endpoint: EndpointId,
    /// It may change something on the server, or ask for what its body says.
    has_body: bool,
}

impl RowRule for DuplicateRequests {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(http), Some(endpoint)) = (request(row.record), row.endpoint) else { return };
        // 206 answers a part, and each part is another one.
        let is_answered =
            row.record.status.is_some_and(|status| (200..300).contains(&status) && status != 206);
        let is_compared = is_call(http)
            && http.outcome == Outcome::Done
            && http.from_cache.is_none()
            && http.messages.is_none()
            && is_answered
            && !matches!(&*row.record.method, "OPTIONS" | "HEAD");
        let times = row.record.start.zip(row.record.end());
        let Some((start, end)) = times.filter(|_| is_compared && self.calls.len() < MAX_CALLS) else {
            return;
        };
        let mut hasher = FxHasher::default();
        (&row.record.method, &row.record.url).hash(&mut hasher);
        self.calls.push(Call {
            hash: hasher.finish(),
            start,
            end,
            row: row.record.number,
            body_size: http.body_size,
            endpoint,
            has_body: row.record.method != "GET",
        });
    }

    fn finish(&mut self, end: &mut End<'_>) {
        self.calls.sort_by(|one, other| {
            one.hash
                .cmp(&other.hash)
                .then(one.start.ms().total_cmp(&other.start.ms()))
                .then(one.row.cmp(&other.row))
        });
        let mut groups: Groups<EndpointId> = Groups::default();
        let mut reasons: FxHashMap<&'static str, u32> = FxHashMap::default();
        for pair in self.calls.windows(2) {
            let [one, other] = pair else { continue };
            let is_same_size = one.body_size.zip(other.body_size).is_none_or(|(one, other)| one == other);
            if one.hash != other.hash || other.start >= one.end || !is_same_size {
                continue;
            }
            match is_same_request(end, one, other) {
                Ok(false) => {}
                Ok(true) => add(&mut groups, one, other),
                Err(reason) => *reasons.entry(reason).or_default() += 1,
            }
        }
        for (endpoint, mut group) in groups.take() {
            // The first request is not counted among its duplicates.
            group.count -= 1;
            let evidence = Evidence { group: end.endpoints.name(endpoint), ..Evidence::default() };
            let is_read = evidence.group.starts_with("GET ");
            let severity = if is_read { Severity::Info } else { Severity::Warning };
            end.report.push(group.finding(&RULE, severity, evidence));
        }
        for (reason, count) in reasons {
            end.report.note_unjudged(&RULE, reason, count);
        }
    }
}

fn add(groups: &mut Groups<EndpointId>, one: &Call, other: &Call) {
    if groups.get_mut(&one.endpoint).is_none() {
        groups.add(one.endpoint, Subject::Row(one.row));
    }
    groups.add(one.endpoint, Subject::Row(other.row));
}

/// Whether two calls with the same hash are the same request.
///
/// # Errors
/// Why it is not known.
fn is_same_request(end: &mut End<'_>, one: &Call, other: &Call) -> Result<bool, &'static str> {
    let record = |row| end.session.index_of(row).and_then(|index| end.session.records.get(index));
    let (Some(first), Some(second)) = (record(one.row), record(other.row)) else { return Ok(false) };
    if (&first.method, &first.url) != (&second.method, &second.url) {
        return Ok(false);
    }
    if !one.has_body {
        return Ok(true);
    }
    let first = body(end, first)?;
    Ok(first == body(end, second)?)
}

fn body(end: &mut End<'_>, record: &Record) -> Result<Body, &'static str> {
    let details = end.details.of(end.session, record).ok_or(NOT_READ)?;
    match &details.request_body {
        Body::NotRecorded(_) | Body::InFile { .. } => Err("The body of the request was not recorded"),
        Body::Text { is_truncated: true, .. } | Body::Binary { is_truncated: true, .. } => {
            Err("The body of the request was recorded only in part")
        }
        body => Ok(body.clone()),
    }
}

fn describe(finding: &Finding) -> Sentences {
    let group = &finding.evidence.group;
    let (times, noun) = if finding.count == 1 { ("once", "request") } else { ("several times", "requests") };
    let number = finding.count;
    Sentences {
        title: format!("{group} was sent again while it was in flight: {number} duplicate {noun}"),
        explanation: format!(
            "The same request was sent {times} more before the response to the first one arrived. Two parts of \
             the page may load the same data, or a form was submitted twice."
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use session::model::{Body, Details, Record};

    use crate::testing::{found, http_between, rows, session, titles, unjudged, with_details};
    use crate::{Runner, Severity};

    const URL: &str = "https://a.test/me?x=1";

    #[test]
    fn the_same_request_in_flight_twice_is_a_duplicate() {
        let session = session(vec![
            http_between(1, URL, 0.0, 100.0),
            http_between(2, URL, 50.0, 150.0),
            http_between(3, "https://a.test/me?x=2", 60.0, 150.0),
            http_between(4, URL, 200.0, 300.0),
        ]);
        let found = found(&session, "duplicate-request");
        assert_eq!(found.iter().map(rows).collect::<Vec<_>>(), [vec![1, 2]]);
        assert_eq!(found.first().map(|finding| (finding.count, finding.severity)), Some((1, Severity::Info)));
    }

    #[test]
    fn a_request_with_a_body_is_a_duplicate_if_the_body_is_the_same() {
        let post = |number: u32| {
            let record = http_between(number, URL, f64::from(number), 100.0);
            Record { method: Cow::Borrowed("POST"), ..record }
        };
        let text = |text: &str| {
            let request_body = Body::Text { text: text.into(), mime: String::new(), is_truncated: false };
            Details { request_body, ..Details::default() }
        };
        let same = with_details(session(vec![post(1), post(2)]), move |_| text("pay"));
        assert_eq!(titles(&same, "duplicate-request").len(), 1);
        let other =
            with_details(session(vec![post(1), post(2)]), move |record| text(&record.number.to_string()));
        assert!(titles(&other, "duplicate-request").is_empty());
        let unknown = session(vec![post(1), post(2)]);
        assert_eq!(unjudged(&Runner::run(&unknown), "duplicate-request"), 1);
    }
}
