//! Applies the rules over rows, in slices.

use session::model::{Messages, Record, Session};

use crate::console::ConsoleErrors;
use crate::details::DetailsReader;
use crate::endpoint::Endpoints;
use crate::report::Report;
use crate::rule::{Detector, End, Row, RowRule};
use crate::{RULES, Scope};

/// Console entries that take about as long as a row.
const ENTRIES_PER_ROW: usize = 1;
/// What the end of a rule costs at most, in rows.
const END_COST: u64 = 20_000;

/// Applies the rules over rows and the console to a session that is loaded.
///
/// The session must not change between steps.
pub struct Runner {
    rules: Vec<Box<dyn RowRule>>,
    endpoints: Endpoints,
    console: ConsoleErrors,
    details: DetailsReader,
    next_row: usize,
    next_end: usize,
    phase: Phase,
    report: Report,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Console,
    Rows,
    Ends,
    Done,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Runner")
            .field("phase", &self.phase)
            .field("row", &self.next_row)
            .finish_non_exhaustive()
    }
}

impl Default for Runner {
    fn default() -> Self {
        let rules = RULES.iter().filter_map(|rule| match rule.detector {
            Detector::Rows(new) => Some(new()),
            Detector::Messages(_) => None,
        });
        Self {
            rules: rules.collect(),
            endpoints: Endpoints::default(),
            console: ConsoleErrors::default(),
            details: DetailsReader::default(),
            next_row: 0,
            next_end: 0,
            phase: Phase::Console,
            report: Report::default(),
        }
    }
}

impl Runner {
    /// The report on a session, without a pause.
    pub fn run(session: &Session) -> Report {
        let mut runner = Self::default();
        while runner.step(session, usize::MAX) {}
        runner.into_report()
    }

    /// Does about as much work as `budget` rows take, each some microseconds; whether there is more
    /// to do. The end of one rule is not divided: over 100,000 rows it takes some milliseconds.
    pub fn step(&mut self, session: &Session, budget: usize) -> bool {
        let mut left = budget.max(1) as u64;
        while left > 0 && self.phase != Phase::Done {
            let cost = match self.phase {
                Phase::Console => self.read_console(session, left),
                Phase::Rows => self.read_row(session),
                Phase::Ends => self.end_rule(session),
                Phase::Done => 0,
            };
            left = left.saturating_sub(cost);
        }
        self.phase != Phase::Done
    }

    /// The part that is done, from 0 to 1.
    pub fn progress(&self, session: &Session) -> f64 {
        match self.phase {
            Phase::Console => 0.0,
            Phase::Rows => self.next_row as f64 / session.records.len().max(1) as f64,
            Phase::Ends | Phase::Done => 1.0,
        }
    }

    /// What was found; complete once [`step`](Self::step) has returned `false`.
    pub fn into_report(self) -> Report {
        self.report
    }

    fn read_console(&mut self, session: &Session, left: u64) -> u64 {
        let entries = usize::try_from(left).unwrap_or(usize::MAX).saturating_mul(ENTRIES_PER_ROW);
        if !self.console.step(session, entries) {
            self.phase = Phase::Rows;
        }
        (entries.min(session.console.len()) / ENTRIES_PER_ROW) as u64
    }

    fn read_row(&mut self, session: &Session) -> u64 {
        let Some(record) = session.records.get(self.next_row) else {
            self.phase = Phase::Ends;
            return 0;
        };
        self.next_row += 1;
        let endpoint = self.endpoints.intern(record);
        let (console, details) = (&self.console, &mut self.details);
        let mut row = Row { session, record, endpoint, console, details };
        for rule in &mut self.rules {
            rule.row(&mut row);
        }
        1 + self.details.take_cost()
    }

    fn end_rule(&mut self, session: &Session) -> u64 {
        let Some(rule) = self.rules.get_mut(self.next_end) else {
            note_missing_messages(session, &mut self.report);
            self.report.sort();
            self.phase = Phase::Done;
            return 0;
        };
        self.next_end += 1;
        rule.finish(&mut End {
            session,
            endpoints: &self.endpoints,
            console: &self.console,
            details: &mut self.details,
            report: &mut self.report,
        });
        let rows = (self.next_row as u64 / 8).min(END_COST);
        1 + rows + self.details.take_cost()
    }
}

/// Notes the sockets whose messages cannot be loaded for the rules over messages.
fn note_missing_messages(session: &Session, report: &mut Report) {
    let is_missing = |record: &&Record| {
        record
            .socket()
            .is_some_and(|socket| matches!(socket.messages, Messages::Missing(_)) && !socket.is_refused)
    };
    let count = session.records.iter().filter(is_missing).count() as u32;
    for rule in RULES.into_iter().filter(|rule| rule.scope() == Scope::Messages) {
        report.note_unjudged(rule, "The messages of the socket were not recorded", count);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, session, socket};
    use session::model::Record;

    #[test]
    fn a_session_without_rows_has_no_findings_and_nothing_to_judge() {
        let report = Runner::run(&Session::default());
        assert!(report.findings.is_empty() && report.unjudged.is_empty());
    }

    #[test]
    fn slices_of_any_size_give_the_same_report() {
        let failing = |number| Record { status: Some(503), ..http(number, "https://a.test/orders") };
        let session = session((1..=40).map(failing).collect());
        let titles = |report: Report| report.findings.iter().map(crate::Finding::title).collect::<Vec<_>>();
        let expected = titles(Runner::run(&session));
        assert_eq!(expected, ["40 × 503 from GET a.test/orders"]);
        let mut runner = Runner::default();
        let mut steps = 0;
        while runner.step(&session, 1) {
            steps += 1;
        }
        assert!(steps > 40, "each row is a step");
        assert_eq!(titles(runner.into_report()), expected);
    }

    #[test]
    fn sockets_without_messages_are_not_judged_by_the_rules_over_messages() {
        let report = Runner::run(&session(vec![socket(1, "wss://a.test/live")]));
        let ids: Vec<_> = report.unjudged.iter().map(|unjudged| (unjudged.rule.id, unjudged.count)).collect();
        assert!(ids.contains(&("socket-silent", 1)), "{ids:?}");
    }
}
