//! `replayscope compare`: what differs between two recordings, by the rules of the crate `compare`.

mod lines;

use std::io::{self, BufWriter, Write};

use compare::{
    Comparer, Comparison, Difference, MessageComparer, MessageComparison, Pair, PairState, Part, Reason,
};
use compare::{RowSide, SocketMessages};
use session::formats::{LoadError, body_from_file};
use session::model::{Body, Record};
use session::protocols::Analyze;
use session::redact::Redactor;

use super::matching::analyzed;
use super::{Context, open};
use crate::arguments::{CompareOptions, FailOnDifference};
use crate::output::{Output, report_load_errors};
use crate::recording::Recording;
use crate::{Failure, Outcome};

/// What is compared and listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ComparisonScope {
    /// Rows that are the same are listed too.
    pub has_same: bool,
    /// The messages of sockets are compared too.
    pub has_messages: bool,
}

/// A pair with what differs in full.
struct Compared {
    pair: Pair,
    /// `None` of a row without a partner.
    difference: Option<Difference>,
    messages: Option<MessageComparison>,
}

/// Carries the command out.
pub(super) fn run(options: &CompareOptions) -> Result<Outcome, Failure> {
    if options.base == "-" && options.other == "-" {
        return Err(Failure::Argument("Only one of both recordings can be standard input.".to_owned()));
    }
    let (base, other) = (open(&options.base)?, open(&options.other)?);
    let mut out = BufWriter::new(io::stdout().lock());
    let output = if options.json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
    let mut context = Context::new(&base, &options.base, output, Redactor::new(!options.credentials));
    let by_messages = options.fail_on.contains(&FailOnDifference::Part(Part::Messages));
    let scope = ComparisonScope { has_same: options.all, has_messages: options.messages || by_messages };
    let comparison = context.write_comparison(&other, &options.other, scope)?;
    let failures = context.failures;
    out.flush()?;
    report_load_errors(&failures);
    let is_incomplete = base.failure.is_some() || other.failure.is_some() || !failures.is_empty();
    Ok(if is_incomplete {
        Outcome::Incomplete
    } else if comparison.pairs.iter().any(|pair| options.fail_on.iter().any(|named| named.is_in(pair))) {
        Outcome::Found
    } else {
        Outcome::Done
    })
}

impl FailOnDifference {
    fn is_in(self, pair: &Pair) -> bool {
        match self {
            Self::State(state) => pair.state() == state,
            Self::Part(part) => pair.differing.contains(&part),
        }
    }
}

impl<'r> Context<'r, '_> {
    /// Writes what differs from another recording: a line for each row, and then the numbers of rows
    /// by state.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write_comparison(
        &mut self,
        other: &'r Recording,
        other_file: &str,
        scope: ComparisonScope,
    ) -> io::Result<Comparison> {
        let mut comparison = Comparer::run(&self.recording.session, &other.session);
        lines::write_head(self)?;
        for pair in &mut comparison.pairs {
            let compared = compared(self, other, pair.clone(), scope);
            pair.clone_from(&compared.pair);
            let is_listed = scope.has_same || pair.state() != PairState::Same;
            if is_listed && self.output.takes_line() {
                lines::write_pair(self, other, &compared)?;
            }
        }
        if self.output.takes_line() {
            lines::write_summary(self, other_file, &comparison)?;
        }
        Ok(comparison)
    }
}

/// Compares a pair in full where that says more than the list: bodies in files are read.
fn compared<'r>(
    context: &mut Context<'r, '_>,
    other: &'r Recording,
    mut pair: Pair,
    scope: ComparisonScope,
) -> Compared {
    let base = context.recording;
    let record =
        |index: Option<u32>, recording: &'r Recording| recording.session.records.get(index? as usize);
    let (Some(one), Some(two)) = (record(pair.base, base), record(pair.other, other)) else {
        return Compared { pair, difference: None, messages: None };
    };
    let is_in_file = |reason: Reason| matches!(reason, Reason::InFile | Reason::TooLarge);
    let needs_details =
        !pair.differing.is_empty() || pair.uncompared.iter().any(|(_, reason)| is_in_file(*reason));
    let difference = needs_details.then(|| difference(context, other, one, two));
    if let Some(difference) = &difference {
        pair.update_bodies(difference);
    }
    let messages = if scope.has_messages { messages(context, other, one, two, &mut pair) } else { None };
    Compared { pair, difference, messages }
}

fn difference(context: &mut Context<'_, '_>, other: &Recording, one: &Record, two: &Record) -> Difference {
    let base = context.recording;
    let sides = [(base, one), (other, two)];
    let [one_details, two_details] = sides.map(|(recording, record)| {
        let mut details = recording.session.details(record);
        for body in [&mut details.request_body, &mut details.response_body] {
            if let Body::InFile { path, mime } = body {
                match recording.read_body(path) {
                    Ok(bytes) => *body = body_from_file(bytes, std::mem::take(mime)),
                    Err(error) => context.failures.push(error),
                }
            }
        }
        details
    });
    Difference::between(
        RowSide { session: &base.session, record: one },
        RowSide { session: &other.session, record: two },
        &one_details,
        &two_details,
    )
}

/// What differs between the messages of two rows; `None` where they have none.
fn messages(
    context: &mut Context<'_, '_>,
    other: &Recording,
    one: &Record,
    two: &Record,
    pair: &mut Pair,
) -> Option<MessageComparison> {
    let compare = || -> Result<Option<MessageComparison>, LoadError> {
        let (Some(base), Some(other)) = (context.recording.messages(one)?, other.messages(two)?) else {
            return Ok(None);
        };
        let analyzers = [analyzed(one, base.log()), analyzed(two, other.log())];
        let [base_analysis, other_analysis] = &analyzers;
        Ok(Some(MessageComparer::run(
            SocketMessages { log: base.log(), analysis: base_analysis.as_deref().map(Analyze::analysis) },
            SocketMessages { log: other.log(), analysis: other_analysis.as_deref().map(Analyze::analysis) },
        )))
    };
    match compare() {
        Ok(compared) => {
            if let Some(compared) = &compared {
                pair.update_messages(compared);
            } else if one.socket().is_some() {
                pair.note_missing_messages();
            }
            compared
        }
        Err(error) => {
            context.failures.push(error);
            None
        }
    }
}
