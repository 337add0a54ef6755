//! Opens recorded browser sessions in the viewer, and reads them on the command line: for scripts, CI jobs and
//! assistants.

mod arguments;
mod bundle;
mod commands;
mod health;
mod manage;
mod mcp;
mod open;
mod outcome;
mod output;
mod recording;
mod rows;
mod selection;
mod serve;
mod source;
mod web;

use std::env;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};

use arguments::{Arguments, Command};
pub use outcome::{Failure, Outcome};

/// A finding that `--fail-on` names is in the recording.
const FOUND: u8 = 1;
/// Something could not be read or understood.
const FAILED: u8 = 2;

fn main() -> ExitCode {
    match parse().and_then(|arguments| run(&arguments.command)) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Found) => ExitCode::from(FOUND),
        Ok(Outcome::Incomplete) => ExitCode::from(FAILED),
        // The reader of the output, such as `head`, wants no more.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::from(FAILED)
        }
    }
}

/// Reads the command line, with the defaults that a file of settings gives.
fn parse() -> Result<Arguments, Failure> {
    let given: Vec<OsString> = env::args_os().collect();
    let command = serve::with_config(Arguments::command(), &given)?;
    let matches = command.get_matches_from(given);
    Arguments::from_arg_matches(&matches).map_err(|error| error.exit())
}

fn run(command: &Command) -> Result<Outcome, Failure> {
    match command {
        Command::Open(arguments) => open::run(arguments),
        Command::Serve(arguments) => serve::run(arguments),
        Command::Health(arguments) => health::run(arguments),
        Command::Key(command) => manage::run_key(command),
        Command::Keep(command) => manage::run(command),
        Command::Mcp(options) => mcp::run(options),
        Command::Read(command) => commands::run(command),
    }
}

fn report(failure: &Failure) {
    eprintln!("error: {}", failure_text(failure));
}

/// What went wrong, and what to do about it.
fn failure_text(failure: &Failure) -> String {
    match failure {
        Failure::Load(error) => output::load_error_text(error),
        Failure::Argument(text) => text.clone(),
        Failure::Output(error) => format!("The result could not be written: {error}"),
    }
}
