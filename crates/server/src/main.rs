//! Reads and converts recorded browser sessions on the command line: for scripts, CI jobs and assistants.

mod arguments;
mod commands;
mod mcp;
mod output;
mod recording;
mod source;

use std::io;
use std::process::ExitCode;

use clap::Parser;
use session::formats::LoadError;

use arguments::Arguments;

/// A finding that `--fail-on` names is in the recording.
const FOUND: u8 = 1;
/// Something could not be read or understood.
const FAILED: u8 = 2;

/// Why a command could not be carried out.
#[derive(Debug)]
pub enum Failure {
    /// A recording, or a part of it, could not be read.
    Load(LoadError),
    /// An argument is not valid: what is wrong with it, and what would be.
    Argument(String),
    /// The result could not be written.
    Output(io::Error),
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Load(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

fn main() -> ExitCode {
    match commands::run(&Arguments::parse()) {
        Ok(commands::Outcome::Done) => ExitCode::SUCCESS,
        Ok(commands::Outcome::Found) => ExitCode::from(FOUND),
        Ok(commands::Outcome::Incomplete) => ExitCode::from(FAILED),
        // The reader of the output, such as `head`, wants no more.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure);
            ExitCode::from(FAILED)
        }
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
