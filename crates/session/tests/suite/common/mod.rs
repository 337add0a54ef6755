//! Loads sessions from memory, as the app does from the network, the disk or an archive.

#![allow(dead_code, reason = "the fuzz targets and the tests of `presentation` use a part of it")]

pub(crate) mod cases;
pub(crate) mod corpus;
pub(crate) mod description;
pub(crate) mod har;
pub(crate) mod har_values;
pub(crate) mod native;
pub(crate) mod timed_har;
pub(crate) mod trace;
pub(crate) mod zip;

use session::formats::{FeedStatus, LoadError, LoadStep, Retry, SessionLoader};
use session::model::{Phase, Session};

/// The phase's name in small letters.
pub(crate) fn phase_name(phase: Phase) -> String {
    format!("{phase:?}").to_lowercase()
}

/// Files by their names.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Loads `first` and the files that it requests from `others`, in pieces of `piece` bytes.
pub(crate) fn open(
    first: (&str, &[u8]),
    others: &[(&str, &[u8])],
    piece: usize,
) -> Result<Session, LoadError> {
    let read_file = |name: &str| others.iter().find(|(known, _)| *known == name).map(|(_, bytes)| *bytes);
    run(SessionLoader::new(first.0), Some(first.1), read_file, piece)
}

/// Loads files that were selected, dropped or packed together.
pub(crate) fn open_all(files: &Files, piece: usize) -> Result<Session, LoadError> {
    let loader = SessionLoader::among(files.iter().map(|(name, _)| name.clone()).collect());
    let folder = loader.first().rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let find = |name: &str| files.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.as_slice());
    let first = find(loader.first());
    let read_file = |name: &str| find(&format!("{folder}{name}")).or_else(|| find(name));
    run(loader, first, read_file, piece)
}

/// Loads a session from its first file, in pieces of `piece` bytes; `read_file` returns the files
/// that it requests.
pub(crate) fn run<'a>(
    mut loader: SessionLoader,
    first: Option<&'a [u8]>,
    read_file: impl Fn(&str) -> Option<&'a [u8]>,
    piece: usize,
) -> Result<Session, LoadError> {
    let mut bytes = first.unwrap_or_default();
    loop {
        for piece in bytes.chunks(piece.max(1)) {
            if loader.feed(piece)? == FeedStatus::Nothing {
                break;
            }
        }
        let mut next = loader.finish(None)?;
        bytes = loop {
            let (LoadStep::Read { path: name } | LoadStep::Try { first: name }) = next else {
                return Ok(loader.into_session());
            };
            if let Some(found) = read_file(&name) {
                break found;
            }
            let not_found = LoadError::new("The file is not there", name, "Bring it.", Retry::MayAppear);
            match loader.missing(not_found) {
                Ok(after) => next = after,
                // The app shows the session so far with the error.
                Err(_) => return Ok(loader.into_session()),
            }
        };
    }
}
