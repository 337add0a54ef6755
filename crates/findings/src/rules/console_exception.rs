//! Uncaught exceptions, with the request that failed just before.
//!
//! Lighthouse's `errors-in-console`. The HTML Standard, section 8.1.4.7 (runtime script errors and
//! unhandled rejections): a rejected `fetch` that nobody catches is reported there.

use session::model::{ConsoleLevel, EpochMs, Record};

use crate::endpoint::EndpointId;
use crate::failure::{Failure, failure};
use crate::finding::{Evidence, Finding, Sentences, Severity, Subject};
use crate::groups::Groups;
use crate::rule::{Detector, End, Row, RowRule, RuleInfo};
use crate::rules::{quoted, request, times};

pub(crate) static RULE: RuleInfo = RuleInfo {
    id: "console-exception",
    label: "Exceptions",
    detector: Detector::Rows(|| Box::<ConsoleExceptions>::default()),
    describe,
};

/// Longest time from the end of a failed request to the exception that it caused, in ms.
const MAX_BEFORE_MS: f64 = 1000.0;
/// The same the other way round: clocks of recorders differ by as much.
const MAX_AFTER_MS: f64 = 50.0;
/// Most failed requests that are followed.
const MAX_FAILURES: usize = 20_000;
/// Characters of a message that exceptions of one kind have in common.
const MAX_KEY_CHARS: usize = 120;

#[derive(Debug, Default)]
struct ConsoleExceptions {
    failures: Vec<FailedCall>,
}

#[derive(Clone, Copy, Debug)]
struct FailedCall {
    end: f64,
    row: u32,
    endpoint: EndpointId,
}

/// The request that probably caused the first exception of a group.
type Cause = Option<FailedCall>;

impl RowRule for ConsoleExceptions {
    fn row(&mut self, row: &mut Row<'_>) {
        let (Some(http), Some(endpoint)) = (request(row.record), row.endpoint) else { return };
        let failure = failure(row.record, http, row.console);
        let has_failed = failure.is_some_and(|failure| failure != Failure::Canceled)
            || row.record.status.is_some_and(|status| status >= 400);
        let end = row.record.end().or(row.record.start);
        if let Some(end) = end.filter(|_| has_failed && self.failures.len() < MAX_FAILURES) {
            self.failures.push(FailedCall { end: end.ms(), row: row.record.number, endpoint });
        }
    }

    fn finish(&mut self, end: &mut End<'_>) {
        self.failures.sort_by(|one, other| one.end.total_cmp(&other.end));
        let mut groups: Groups<Box<str>, (Cause, Box<str>)> = Groups::default();
        let mut undated = 0;
        for entry in &end.console.entries {
            let text = first_line(&entry.text);
            let is_uncaught = entry.level == ConsoleLevel::Exception || text.starts_with("Uncaught ");
            if !is_uncaught {
                continue;
            }
            let Some((time, start)) = entry.time.zip(end.session.started_at) else {
                undated += 1;
                continue;
            };
            let subject = Subject::Moment((time - start).ms());
            let cause = self.cause(end, time, &entry.text);
            let Some(extra) = groups.add(key(text), subject) else { continue };
            if extra.1.is_empty() {
                *extra = (cause, quoted(if text.is_empty() { "Uncaught exception" } else { text }));
            }
        }
        for (_, mut group) in groups.take() {
            let (cause, text) = std::mem::take(&mut group.extra);
            let endpoint = cause.map(|cause| {
                group.further.insert(0, Subject::Row(cause.row));
                end.endpoints.name(cause.endpoint)
            });
            let evidence = Evidence { group: endpoint.unwrap_or_default(), text, ..Evidence::default() };
            end.report.push(group.finding(&RULE, Severity::Error, evidence));
        }
        let note = &mut *end.report;
        note.note_unjudged(&RULE, "The time of the exception was not recorded", undated);
        note.note_unjudged(
            &RULE,
            "There are more errors in the console than the rule reads",
            end.console.not_read,
        );
    }
}

impl ConsoleExceptions {
    /// The failed request that an exception is about: one that its text names, else the only one
    /// that ended just before.
    fn cause(&self, end: &End<'_>, time: EpochMs, text: &str) -> Cause {
        let from = self.failures.partition_point(|failure| failure.end < time.ms() - MAX_BEFORE_MS);
        let until = self.failures.partition_point(|failure| failure.end <= time.ms() + MAX_AFTER_MS);
        let near = self.failures.get(from..until).unwrap_or_default();
        let record = |row| end.session.index_of(row).and_then(|index| end.session.records.get(index));
        let is_named = |failure: &&FailedCall| record(failure.row).is_some_and(|record| names(text, record));
        let named = near.iter().rev().take(MAX_FAILURES / 100).find(is_named).copied();
        let says_network = ["fetch", "Fetch", "network", "Network", "request", "Request", "status", "load"]
            .iter()
            .any(|word| text.contains(word));
        named.or_else(|| near.first().copied().filter(|_| near.len() == 1 && says_network))
    }
}

/// Whether a text contains the URL of a request, or its path where that is more than a slash.
fn names(text: &str, record: &Record) -> bool {
    let path = crate::url::UrlParts::of(&record.url).path;
    !record.url.is_empty() && text.contains(&*record.url) || path.len() > 3 && text.contains(path)
}

fn first_line(text: &str) -> &str {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default()
}

/// What exceptions of one kind have in common: the message, without its numbers.
fn key(text: &str) -> Box<str> {
    let key: String = text.chars().filter(|char| !char.is_ascii_digit()).take(MAX_KEY_CHARS).collect();
    key.into()
}

fn describe(finding: &Finding) -> Sentences {
    let Evidence { group, text, .. } = &finding.evidence;
    let explanation = if group.is_empty() {
        "No code of the page caught it: what it was about to do was not done.".to_owned()
    } else {
        format!(
            "No code of the page caught it. It probably comes from the failed request {group} just before."
        )
    };
    Sentences { title: format!("{}{text}", times(finding.count)), explanation }
}

#[cfg(test)]
mod tests {
    use session::model::{ConsoleLevel, Record};

    use crate::Subject;
    use crate::testing::{error_entry, found, http_between, session, with_console};

    fn exception(ms: f64, text: &str) -> (session::model::ConsoleEntry, String) {
        error_entry(ConsoleLevel::Exception, ms, text)
    }

    fn refused(number: u32, ms: f64) -> Record {
        Record { status: Some(503), ..http_between(number, "https://a.test/orders", ms, ms + 100.0) }
    }

    #[test]
    fn exceptions_of_one_kind_are_one_finding() {
        let entries = vec![
            exception(100.0, "TypeError: x[17] is undefined\n  at f"),
            exception(200.0, "TypeError: x[18] is undefined\n  at f"),
            error_entry(ConsoleLevel::Error, 300.0, "logged only"),
        ];
        let found = found(&with_console(session(Vec::new()), entries), "console-exception");
        let titles: Vec<_> = found.iter().map(crate::Finding::title).collect();
        assert_eq!(titles, ["2 × TypeError: x[17] is undefined"]);
        assert_eq!(found.first().map(|finding| finding.subject), Some(Subject::Moment(100.0)));
    }

    #[test]
    fn the_request_that_failed_just_before_is_linked_if_the_exception_is_about_it() {
        let linked = |text: &str, ms: f64| {
            let records = vec![refused(7, 1000.0)];
            let session = with_console(session(records), vec![exception(ms, text)]);
            found(&session, "console-exception").first().and_then(|finding| finding.further.first().copied())
        };
        assert_eq!(linked("Error: request failed with status 503", 1200.0), Some(Subject::Row(7)));
        assert_eq!(linked("Error: GET https://a.test/orders", 1200.0), Some(Subject::Row(7)));
        assert_eq!(linked("Error: request failed with status 503", 9000.0), None);
        assert_eq!(linked("TypeError: x is undefined", 1200.0), None);
    }
}
