//! Applies the rules over messages to one socket, in slices.

use session::model::{EpochMs, MessageLog, Millis, Record, Session};
use session::protocols::Analysis;

use crate::RULES;
use crate::report::Report;
use crate::rule::{Detector, MessageRule};

/// A socket whose messages are loaded and analyzed to their end.
#[derive(Clone, Copy, Debug)]
pub struct SocketInput<'a> {
    pub session: &'a Session,
    pub record: &'a Record,
    pub log: MessageLog<'a>,
    pub analysis: &'a Analysis,
}

impl SocketInput<'_> {
    /// When the socket closed; while it is open, the end of the recording.
    pub(crate) fn end(&self) -> Option<EpochMs> {
        self.record.end().or_else(|| self.session.end())
    }

    /// The time from a message to the socket's end.
    pub(crate) fn until_end(&self, index: u32) -> Option<Millis> {
        Some(self.end()? - self.log.columns.time(index as usize)?)
    }
}

/// Applies the rules over messages to one socket.
pub struct SocketRunner {
    rules: Vec<Box<dyn MessageRule>>,
    next: usize,
    is_done: bool,
    report: Report,
}

impl std::fmt::Debug for SocketRunner {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SocketRunner").field("message", &self.next).finish_non_exhaustive()
    }
}

impl Default for SocketRunner {
    fn default() -> Self {
        let rules = RULES.iter().filter_map(|rule| match rule.detector {
            Detector::Messages(new) => Some(new()),
            Detector::Rows(_) => None,
        });
        Self { rules: rules.collect(), next: 0, is_done: false, report: Report::default() }
    }
}

impl SocketRunner {
    /// The report on a socket, without a pause.
    pub fn run(input: &SocketInput<'_>) -> Report {
        let mut runner = Self::default();
        while runner.step(input, usize::MAX) {}
        runner.into_report()
    }

    /// Looks at up to `max_messages` further messages; whether there is more to do.
    pub fn step(&mut self, input: &SocketInput<'_>, max_messages: usize) -> bool {
        let end = input.log.len().min(self.next.saturating_add(max_messages.max(1)));
        for index in self.next..end {
            let Some(message) = input.log.columns.get(index) else { break };
            for rule in &mut self.rules {
                rule.message(input, index as u32, &message);
            }
        }
        self.next = end;
        if end == input.log.len() && !self.is_done {
            for rule in &mut self.rules {
                rule.finish(input, &mut self.report);
            }
            self.report.sort();
            self.is_done = true;
        }
        !self.is_done
    }

    /// What was found; complete once [`step`](Self::step) has returned `false`.
    pub fn into_report(self) -> Report {
        self.report
    }
}
