//! `replayscope convert`: the recording in another format.

mod file;
mod folder;
mod har;
mod lines;
pub(super) mod native;
mod sidecars;

use std::path::Path;

use session::export::{ExportOmissions, ExportOptions};
use session::formats::LoadError;
use session::model::{Session, counted, plural};
use session::redact::RedactionReport;

use super::open;
use crate::arguments::{ConvertOptions, Target};
use crate::output::report_load_errors;
use crate::recording::Recording;
use crate::{Failure, Outcome};
pub use file::NewFile;
use file::OutputFile;
pub use folder::NewFolder;

/// The name of standard input and of standard output.
const STANDARD_STREAM: &str = "-";

/// What could not be written.
#[derive(Debug, Default)]
pub(super) struct Converted {
    omissions: ExportOmissions,
    /// What was redacted, of the native format.
    pub(super) report: RedactionReport,
    /// Files of messages and bodies that could not be read.
    failures: Vec<LoadError>,
}

/// Carries the command out.
pub(super) fn run(options: &ConvertOptions) -> Result<Outcome, Failure> {
    let is_file = |path: &&Path| path.as_os_str() != STANDARD_STREAM;
    let path = options.destination.output.as_deref().filter(is_file);
    let force = options.destination.force;
    let export = ExportOptions { sanitize: !options.credentials, ..ExportOptions::default() };
    // An output that cannot be written is refused before a long recording is read.
    let file = match options.to {
        Target::Native => None,
        Target::Har | Target::Jsonl => Some(OutputFile::create(path, force)?),
    };
    let recording = open(&options.file)?;
    let converted = match (options.to, file) {
        (Target::Har, Some(file)) => har::convert(&recording, export, file)?,
        (Target::Jsonl, Some(file)) => lines::convert(&recording, &options.file, export, file)?,
        _ => native::convert(&recording, &session_name(&options.file), export, path, force)?,
    };
    Ok(report(&recording, options.to, &converted))
}

/// Writes a recording as a session to a folder, and says on standard error what is not in it.
///
/// # Errors
/// If the folder cannot be written.
pub fn to_folder(
    recording: &Recording,
    name: &str,
    credentials: bool,
    folder: &Path,
) -> Result<Outcome, Failure> {
    let export = ExportOptions { sanitize: !credentials, ..ExportOptions::default() };
    let converted = native::convert(recording, name, export, Some(folder), false)?;
    Ok(report(recording, Target::Native, &converted))
}

/// Says on standard error what is not in the result.
pub(super) fn report(recording: &Recording, target: Target, converted: &Converted) -> Outcome {
    let lost = not_in_format(&recording.session, target);
    for line in omission_lines(&converted.omissions, target).into_iter().chain(lost) {
        eprintln!("note: {line}");
    }
    report_load_errors(&converted.failures);
    if recording.failure.is_some() || !converted.failures.is_empty() {
        Outcome::Incomplete
    } else {
        Outcome::Done
    }
}

/// A line for each kind of thing that the writer left out or changed.
fn omission_lines(omissions: &ExportOmissions, target: Target) -> Vec<String> {
    // Other formats have rows without a start.
    let starts = if target == Target::Har { omissions.starts } else { 0 };
    let lines = [
        (omissions.removed, "credential value", "redacted"),
        (omissions.messages_not_recorded, "socket", "without messages: not recorded"),
        (omissions.messages_not_given, "row", "without messages: their file could not be read"),
        (omissions.bodies, "file", "with a body could not be read"),
        (starts, "row", "without a recorded start: written with the session's start"),
        (omissions.closes, "socket", "without a recorded close: written as still open"),
        (omissions.rows, "row", "not written: nothing is known of it that the format could hold"),
    ];
    let some = lines.into_iter().filter(|(count, ..)| *count > 0);
    some.map(|(count, noun, what)| format!("{} {what}", plural(count, noun))).collect()
}

/// A line for each part of the session that the format has no place for.
fn not_in_format(session: &Session, target: Target) -> Vec<String> {
    let is_har = target == Target::Har;
    let parts = [
        (session.console.len(), "console entry", "console entries", is_har),
        (session.dom_events.len(), "DOM event", "DOM events", is_har),
        (session.actions.len(), "action", "actions", target != Target::Jsonl),
        (session.screenshots.len(), "screenshot", "screenshots", true),
    ];
    let lost = parts.into_iter().filter(|(count, .., is_lost)| *count > 0 && *is_lost);
    lost.map(|(count, one, many, _)| {
        format!("{} not converted: the format has no place for them", counted(count as u64, one, many))
    })
    .collect()
}

/// The id of a session that is made from a file: its name without the endings.
pub fn session_name(file: &str) -> String {
    let name =
        Path::new(file).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
    if stem.is_empty() || stem == STANDARD_STREAM { "session".to_owned() } else { stem.to_owned() }
}
