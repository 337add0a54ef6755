//! How a command ends.

use std::io;

use session::formats::LoadError;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Done,
    /// The recording has a finding that `--fail-on` names.
    Found,
    /// Only a part of the recording could be read.
    Incomplete,
}

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
