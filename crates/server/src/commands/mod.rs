//! The commands.

mod compare;
mod console;
mod convert;
mod details;
mod filtering;
mod findings;
mod inspection;
mod matching;
mod messages;
mod redact;
mod requests;
mod search;
mod summary;

use std::io::{self, BufWriter, Write};

use presentation::console::level_counts;
use presentation::labels::UNKNOWN;
use presentation::network::{RowState, row_counts, row_state};
use session::formats::LoadError;
use session::model::{EpochMs, Millis, Session};
use session::redact::Redactor;

use crate::arguments::{FailOn, Input, ReadCommand};
use crate::output::{Output, report_load_error, report_load_errors};
use crate::recording::Recording;
use crate::{Failure, Outcome};
pub use compare::ComparisonScope;
pub use convert::{NewFile, NewFolder, session_name, to_folder};
pub use details::BodyRange;
pub use inspection::Inspection;

/// What a command works with.
#[derive(Debug)]
pub struct Context<'r, 'o> {
    recording: &'r Recording,
    /// The recording's name, as it was given.
    file: &'r str,
    output: Output<'o>,
    redactor: Redactor,
    /// Credential values that were redacted in messages, which have a redactor of their own.
    redacted_in_messages: u64,
    /// The files of messages that could not be read.
    failures: Vec<LoadError>,
}

impl<'r, 'o> Context<'r, 'o> {
    pub fn new(recording: &'r Recording, file: &'r str, output: Output<'o>, redactor: Redactor) -> Self {
        Self { recording, file, output, redactor, redacted_in_messages: 0, failures: Vec::new() }
    }

    /// Number of lines of the result, with those outside of the output's window.
    pub fn lines(&self) -> u64 {
        self.output.lines()
    }

    /// The files of messages that could not be read.
    pub fn failures(&self) -> &[LoadError] {
        &self.failures
    }

    fn session(&self) -> &'r Session {
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

/// Carries out a command that reads a recording.
pub fn run(command: &ReadCommand) -> Result<Outcome, Failure> {
    match command {
        ReadCommand::Summary { input } => inspect(input, &Inspection::Summary),
        ReadCommand::Requests { input, filter } => inspect(input, &Inspection::requests(filter.as_deref())?),
        ReadCommand::Messages { input, socket, filter, decoded } => {
            inspect(input, &Inspection::messages(socket.as_deref(), filter.as_deref(), *decoded)?)
        }
        ReadCommand::Search { input, text } => inspect(input, &Inspection::search(text)?),
        ReadCommand::Console { input, filter } => inspect(input, &Inspection::console(filter.as_deref())?),
        ReadCommand::Findings { input } => inspect(input, &Inspection::Findings),
        ReadCommand::Compare(options) => compare::run(options),
        ReadCommand::Convert(options) => convert::run(options),
        ReadCommand::Redact(options) => redact::run(options),
    }
}

/// Reads a recording, and writes what is asked for to standard output.
fn inspect(input: &Input, inspection: &Inspection) -> Result<Outcome, Failure> {
    let recording = open(&input.file)?;
    let mut out = BufWriter::new(io::stdout().lock());
    let output = if input.json { Output::json_lines(&mut out) } else { Output::table(&mut out) };
    let mut context = Context::new(&recording, &input.file, output, Redactor::new(!input.credentials));
    inspection.run(&mut context)?;
    let failures = context.failures;
    out.flush()?;
    report_load_errors(&failures);
    Ok(if recording.failure.is_some() || !failures.is_empty() {
        Outcome::Incomplete
    } else if has_finding(&recording, input) {
        Outcome::Found
    } else {
        Outcome::Done
    })
}

/// Reads a recording, and says what could not be read of it.
fn open(file: &str) -> Result<Recording, LoadError> {
    let recording = Recording::open(file)?;
    if let Some(error) = &recording.failure {
        report_load_error(error);
    }
    Ok(recording)
}

/// Whether the recording has what `--fail-on` names.
fn has_finding(recording: &Recording, input: &Input) -> bool {
    let session = &recording.session;
    let (mut rules, mut severities) = (Vec::new(), Vec::new());
    let is_found = input.fail_on.iter().any(|named| match named {
        FailOn::Error => row_counts(session).errors > 0,
        FailOn::UnclosedSocket => session.records.iter().any(|record| row_state(record) == RowState::Open),
        FailOn::ConsoleError => level_counts(session).last().is_some_and(|errors| *errors > 0),
        FailOn::Truncated => session.truncation.is_some(),
        FailOn::Rule(rule) => {
            rules.push(*rule);
            false
        }
        FailOn::Severity(severity) => {
            severities.push(*severity);
            false
        }
    });
    is_found || findings::has_any(recording, &rules, &severities)
}
