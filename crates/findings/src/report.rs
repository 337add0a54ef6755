//! What the rules found, and what they could not judge.

use crate::finding::{Finding, Subject};
use crate::rule::{RuleInfo, Scope, position};

/// Most findings of one rule; those that are left out are counted.
pub const MAX_FINDINGS_PER_RULE: usize = 20;

/// What a rule could not judge, because it was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unjudged {
    pub rule: &'static RuleInfo,
    /// Why, as a sentence without a period.
    pub reason: &'static str,
    /// Number of requests, sockets or entries that the rule would have looked at.
    pub count: u32,
}

/// What the rules found, and what they could not judge.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The worst first.
    pub findings: Vec<Finding>,
    /// In the order of the rules.
    pub unjudged: Vec<Unjudged>,
    /// Number of findings that were left out, because a rule had too many.
    pub omitted: u32,
}

impl Report {
    /// Adds what was found elsewhere, such as in a socket's messages. The same kind of finding at
    /// the same endpoint is one finding.
    pub fn merge(&mut self, other: Self) {
        for finding in other.findings {
            let is_same = |known: &&mut Finding| {
                known.rule == finding.rule
                    && matches!(finding.rule.scope(), Scope::Messages)
                    && known.evidence.group == finding.evidence.group
            };
            match self.findings.iter_mut().find(is_same) {
                Some(known) => known.absorb(finding),
                None => self.findings.push(finding),
            }
        }
        for unjudged in other.unjudged {
            self.note_unjudged(unjudged.rule, unjudged.reason, unjudged.count);
        }
        self.omitted = self.omitted.saturating_add(other.omitted);
        self.sort();
    }

    pub(crate) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Notes that a rule could not judge that many; nothing of 0.
    pub(crate) fn note_unjudged(&mut self, rule: &'static RuleInfo, reason: &'static str, count: u32) {
        let is_known = |known: &&mut Unjudged| known.rule == rule && known.reason == reason;
        match self.unjudged.iter_mut().find(is_known) {
            Some(known) => known.count = known.count.saturating_add(count),
            None if count > 0 => self.unjudged.push(Unjudged { rule, reason, count }),
            None => {}
        }
    }

    /// Sorts by severity, rule and number of occurrences, and leaves out what a rule has too many
    /// of.
    pub(crate) fn sort(&mut self) {
        self.findings.sort_by(|one, other| {
            let key = |finding: &Finding| (finding.severity, position(finding.rule));
            let place = |finding: &Finding| match finding.subject {
                Subject::Row(row) | Subject::Message { row, .. } => f64::from(row),
                Subject::Moment(ms) => ms,
            };
            key(one)
                .cmp(&key(other))
                .then(other.count.cmp(&one.count))
                .then(place(one).total_cmp(&place(other)))
        });
        let mut counts = vec![0_usize; crate::RULES.len()];
        let before = self.findings.len();
        self.findings.retain(|finding| match counts.get_mut(position(finding.rule)) {
            Some(count) => {
                *count += 1;
                *count <= MAX_FINDINGS_PER_RULE
            }
            None => false,
        });
        self.omitted = self.omitted.saturating_add((before - self.findings.len()) as u32);
        self.unjudged.sort_by_key(|unjudged| position(unjudged.rule));
    }
}
