//! The commands.

mod console;
mod matching;
mod messages;
mod requests;
mod search;
mod summary;

use presentation::console::level_counts;
use presentation::labels::UNKNOWN;
use presentation::network::{RowState, row_counts, row_state};
use session::filter::{FilterError, MessageFilter, Query};
use session::model::{EpochMs, Millis, Session};
use session::redact::Redactor;

use crate::Failure;
use crate::arguments::{Finding, Input, ReadCommand};
use crate::output::{Output, report_load_error};
use crate::recording::Recording;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The recording has a finding that `--fail-on` names.
    Found,
    /// Only a part of the recording could be read.
    Incomplete,
}

/// What a command works with.
struct Context<'a> {
    recording: &'a Recording,
    output: Output,
    redactor: Redactor,
    /// Whether only a part could be read.
    is_incomplete: bool,
}

impl Context<'_> {
    fn session(&self) -> &Session {
        &self.recording.session
    }

    /// Milliseconds from the session's start.
    fn offset(&self, time: Option<EpochMs>) -> Option<f64> {
        Some((time? - self.session().started_at?).ms())
    }

    /// The time from the session's start, as in the viewer's tables.
    fn offset_text(&self, time: Option<EpochMs>) -> String {
        self.offset(time).and_then(Millis::new).map_or_else(|| UNKNOWN.to_owned(), Millis::offset)
    }
}

/// Carries out a command that reads a recording and writes what it finds.
pub fn run(command: &ReadCommand) -> Result<Outcome, Failure> {
    let input = command.input();
    check_filters(command)?;
    let recording = Recording::open(&input.file)?;
    if let Some(error) = &recording.failure {
        report_load_error(error);
    }
    let mut context = Context {
        recording: &recording,
        output: Output::new(input.json),
        redactor: Redactor::new(!input.credentials),
        is_incomplete: recording.failure.is_some(),
    };
    match command {
        ReadCommand::Summary { .. } => summary::run(&mut context, &input.file)?,
        ReadCommand::Requests { filter, .. } => requests::run(&mut context, filter.as_deref())?,
        ReadCommand::Messages { socket, filter, decoded, .. } => {
            messages::run(&mut context, socket.as_deref(), filter.as_deref(), *decoded)?;
        }
        ReadCommand::Search { text, .. } => search::run(&mut context, text)?,
        ReadCommand::Console { filter, .. } => console::run(&mut context, filter.as_deref())?,
    }
    context.output.flush()?;
    Ok(match (context.is_incomplete, finding(&recording.session, input)) {
        (true, _) => Outcome::Incomplete,
        (false, true) => Outcome::Found,
        (false, false) => Outcome::Done,
    })
}

/// Refuses a filter before anything is read.
fn check_filters(command: &ReadCommand) -> Result<(), Failure> {
    match command {
        ReadCommand::Requests { filter: Some(filter), .. }
        | ReadCommand::Console { filter: Some(filter), .. } => {
            Query::try_parse(filter).map(drop).map_err(|error| invalid_filter(filter, &error))
        }
        ReadCommand::Messages { filter: Some(filter), .. } | ReadCommand::Search { text: filter, .. } => {
            MessageFilter::parse(filter).map(drop).map_err(|error| invalid_filter(filter, &error))
        }
        _ => Ok(()),
    }
}

fn invalid_filter(filter: &str, error: &FilterError) -> Failure {
    Failure::Argument(format!("The filter {filter} is not valid: {error}"))
}

/// Whether the recording has a finding that `--fail-on` names.
fn finding(session: &Session, input: &Input) -> bool {
    input.fail_on.iter().any(|finding| match finding {
        Finding::Error => row_counts(session).errors > 0,
        Finding::UnclosedSocket => session.records.iter().any(|record| row_state(record) == RowState::Open),
        Finding::ConsoleError => level_counts(session).last().is_some_and(|errors| *errors > 0),
        Finding::Truncated => session.truncation.is_some(),
    })
}
