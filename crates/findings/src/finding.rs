//! One finding.

use crate::rule::RuleInfo;

/// Most further subjects that a finding lists; [`Finding::count`] counts all.
pub const MAX_FURTHER: usize = 20;

/// How bad a finding is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something did not work.
    Error,
    /// Something may not have worked, or puts users at risk.
    Warning,
    /// Something could be better.
    Info,
}

impl Severity {
    /// All, the worst first.
    pub const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Info];

    /// Its name in options and in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// What a finding is about, and what a link to it opens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Subject {
    /// The number of a row, as in links.
    Row(u32),
    /// A message: the number of its socket's row, and its own number from 1, as in links.
    Message { row: u32, message: u32 },
    /// A moment, in ms from the session's start.
    Moment(f64),
}

impl Subject {
    /// The number of the row, if it is one or is in one.
    pub fn row(self) -> Option<u32> {
        match self {
            Self::Row(row) | Self::Message { row, .. } => Some(row),
            Self::Moment(_) => None,
        }
    }
}

/// Something that looks wrong.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static RuleInfo,
    pub severity: Severity,
    /// The first occurrence.
    pub subject: Subject,
    /// Other occurrences, and rows that belong to the first, at most [`MAX_FURTHER`].
    pub further: Vec<Subject>,
    /// Number of occurrences, 1 or more.
    pub count: u32,
    pub(crate) evidence: Evidence,
}

/// What the sentences of a finding are made of. Each rule gives its parts a meaning of their own.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Evidence {
    /// What occurrences have in common: an endpoint, a host.
    pub(crate) group: Box<str>,
    /// An error, a name, a code.
    pub(crate) text: Box<str>,
    pub(crate) numbers: [f64; 3],
}

/// The sentences of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentences {
    pub(crate) title: String,
    pub(crate) explanation: String,
}

impl Finding {
    /// What was found, on one line. It may quote the recording, so it is to be shown as text and
    /// redacted where the recording is.
    pub fn title(&self) -> String {
        (self.rule.describe)(self).title
    }

    /// What it means and what to look at.
    pub fn explanation(&self) -> String {
        (self.rule.describe)(self).explanation
    }

    /// Adds the occurrences of another finding of the same kind.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.count = self.count.saturating_add(other.count);
        self.severity = self.severity.min(other.severity);
        let free = MAX_FURTHER.saturating_sub(self.further.len());
        self.further.extend(std::iter::once(other.subject).chain(other.further).take(free));
    }
}
