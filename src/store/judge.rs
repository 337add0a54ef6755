//! The rules of the crate `findings` behind [`Judge`]: part of the module that has them.

use findings::{Report, Runner, SocketInput, SocketRunner, Subject};
use session::model::{MessageLog, Record, Session};
use session::protocols::Analysis;

use super::findings::{FoundAt, FoundItem, FoundItems, Judge, UnjudgedItem};

/// Applies the rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    runner: Option<Runner>,
    report: Report,
}

impl Rules {
    pub(super) fn new() -> Self {
        Self { runner: Some(Runner::default()), report: Report::default() }
    }
}

impl Judge for Rules {
    fn step(&mut self, session: &Session, budget: usize) -> bool {
        let Some(runner) = &mut self.runner else { return false };
        if runner.step(session, budget) {
            return true;
        }
        if let Some(runner) = self.runner.take() {
            self.report = runner.into_report();
        }
        false
    }

    fn add_socket(&mut self, session: &Session, record: &Record, log: MessageLog<'_>, analysis: &Analysis) {
        self.report.merge(SocketRunner::run(&SocketInput { session, record, log, analysis }));
    }

    fn found(&self) -> FoundItems {
        let item = |finding: &findings::Finding| FoundItem {
            rule: finding.rule.id,
            severity: finding.severity.key(),
            title: finding.title(),
            explanation: finding.explanation(),
            at: place(finding.subject),
            further: finding.further.iter().copied().map(place).collect(),
            count: finding.count,
        };
        let unjudged = self.report.unjudged.iter().map(|unjudged| UnjudgedItem {
            rule: unjudged.rule.label,
            reason: unjudged.reason,
            count: unjudged.count,
        });
        FoundItems {
            findings: self.report.findings.iter().map(item).collect(),
            unjudged: unjudged.collect(),
            omitted: self.report.omitted,
        }
    }
}

fn place(subject: Subject) -> FoundAt {
    match subject {
        Subject::Row(row) => FoundAt::Row(row),
        Subject::Message { row, message } => FoundAt::Message(row, message),
        Subject::Moment(ms) => FoundAt::Moment(ms),
    }
}
