//! Why a recording cannot be opened: the place, the cause, and what to do about it.

use std::fmt;

use thiserror::Error;

use super::foreign::ForeignFile;
use crate::model::{AppendError, Limit, MAX_BUFFER_BYTES, format_count};

/// A file, or a session of several, that cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// The file, and the position in it where known.
    pub place: String,
    pub cause: LoadFailure,
    /// The labels of the formats that can be opened, for a file that is of none of them.
    openable: String,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LoadFailure {
    #[error("The file is empty")]
    Empty,
    /// No byte of the file could be read.
    #[error("The file could not be read")]
    Unreadable,
    #[error("This is a web page (HTML), not a recording")]
    WebPage,
    #[error("This is a zip archive within archives, too deep to be opened")]
    NestedArchive,
    /// Compressed data within compressed data; the name is that of the inner method.
    #[error("The file is compressed twice, with {0} inside")]
    CompressedTwice(&'static str),
    #[error("The file is not JSON")]
    NotJson,
    #[error("Unrecognized JSON: not a recording format that Replayscope reads")]
    UnrecognizedJson,
    #[error("This is {name}: not a recording format that Replayscope reads")]
    Foreign { name: &'static str, remedy: &'static str },
    #[error("The file begins with more than {0} MB of white space")]
    LeadingSpace(usize),
    /// None of several files is a recording; `remedy` is that for the tool that wrote one of them.
    #[error("{what}")]
    NoRecording { what: String, remedy: Option<&'static str> },
    #[error("The session has the format “{0}”")]
    NewerFormat(String),
    #[error("The HAR has no entries array")]
    NoEntries,
    #[error("The session's manifest is broken or cut off")]
    BrokenManifest,
    #[error("The list of sessions cannot be read")]
    BrokenCatalog,
    #[error("Not a messages file: none of its entries is a message")]
    NotMessages,
    #[error("The file is larger than {} GB, the most that Replayscope opens", MAX_BUFFER_BYTES / 1_000_000_000)]
    TooLarge,
    #[error("More than {} {}, the most that Replayscope opens", format_count(.0.max), .0.things)]
    TooMany(Limit),
    #[error("The browser has no more memory for this page")]
    OutOfMemory,
    /// Loading stopped at a bound before this file was requested.
    #[error("Loading stopped before it")]
    Stopped,
    /// The source of the bytes failed.
    #[error("{what}")]
    Source { what: String, remedy: String, retry: Retry },
}

/// Whether it helps to request the same file again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request may succeed later.
    Useful,
    /// The same request fails again.
    Useless,
    /// The source does not have the file; it may exist later.
    MayAppear,
    /// The source does not have the file, and will not.
    Absent,
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}). {}", self.cause, self.place, self.remedy())
    }
}

impl std::error::Error for LoadError {}

const RECORD_AGAIN: &str = "Download or record it again.";
const STOPPED: &str =
    "Loading stopped there; what was read before is shown. Record a shorter session, or split the file.";
/// Number of file names that an error lists.
const MAX_LISTED_FILES: usize = 6;
/// Number of listed files with the reason for their rejection, the likeliest first.
const MAX_REASONS: usize = 2;

impl LoadError {
    /// The failure of a source of bytes.
    pub fn new(
        what: impl Into<String>,
        place: impl Into<String>,
        remedy: impl Into<String>,
        retry: Retry,
    ) -> Self {
        LoadFailure::Source { what: what.into(), remedy: remedy.into(), retry }.at(place)
    }

    /// The cause, as a sentence.
    pub fn what(&self) -> String {
        self.cause.to_string()
    }

    /// What to do about it, as a sentence; empty if nothing can be done.
    pub fn remedy(&self) -> String {
        let remedy = match &self.cause {
            LoadFailure::Empty => "Export or download it again.",
            LoadFailure::Unreadable => "Download or export it again, or decompress it first.",
            LoadFailure::WebPage => {
                "The address may be wrong, or a server answers missing files with its start page. Check the address."
            }
            LoadFailure::NestedArchive => "Unpack it, then open what is inside.",
            LoadFailure::CompressedTwice(_) => "Decompress it once, then open the result.",
            LoadFailure::Foreign { remedy, .. } | LoadFailure::NoRecording { remedy: Some(remedy), .. } => {
                remedy
            }
            LoadFailure::LeadingSpace(_) => "Remove the white space, or export the file again.",
            LoadFailure::NewerFormat(_) => {
                "Open it with a newer version of Replayscope: this one reads replayscope/1."
            }
            LoadFailure::NoEntries => "Export it again from the tool that recorded it.",
            LoadFailure::BrokenManifest => RECORD_AGAIN,
            LoadFailure::BrokenCatalog => "Check the file.",
            LoadFailure::NotMessages => "Check what the server returns for this file.",
            LoadFailure::TooLarge | LoadFailure::TooMany(_) | LoadFailure::OutOfMemory => STOPPED,
            LoadFailure::Stopped => "",
            LoadFailure::Source { remedy, .. } => remedy,
            LoadFailure::NotJson
            | LoadFailure::UnrecognizedJson
            | LoadFailure::NoRecording { remedy: None, .. } => {
                return format!("Open {}: plain, compressed, or in a zip archive.", self.openable);
            }
        };
        remedy.to_owned()
    }

    /// Whether the same request may succeed later.
    pub fn can_retry(&self) -> bool {
        match &self.cause {
            LoadFailure::Source { retry, .. } => matches!(retry, Retry::Useful | Retry::MayAppear),
            LoadFailure::Empty
            | LoadFailure::Unreadable
            | LoadFailure::WebPage
            | LoadFailure::BrokenManifest
            | LoadFailure::BrokenCatalog
            | LoadFailure::NotMessages => true,
            _ => false,
        }
    }

    /// Whether the source does not have the file. Servers respond to requests of missing files with
    /// web pages.
    pub fn is_absence(&self) -> bool {
        matches!(
            self.cause,
            LoadFailure::WebPage | LoadFailure::Source { retry: Retry::MayAppear | Retry::Absent, .. }
        )
    }

    /// Whether another file may be the recording instead.
    pub(super) fn is_not_a_recording(&self) -> bool {
        matches!(
            self.cause,
            LoadFailure::NestedArchive
                | LoadFailure::CompressedTwice(_)
                | LoadFailure::NotJson
                | LoadFailure::UnrecognizedJson
                | LoadFailure::Foreign { .. }
                | LoadFailure::LeadingSpace(_)
                | LoadFailure::NoRecording { .. }
                | LoadFailure::NewerFormat(_)
                | LoadFailure::NoEntries
        )
    }

    /// Whether what was read before the error can be shown.
    pub(super) fn is_limit(&self) -> bool {
        matches!(self.cause, LoadFailure::TooLarge | LoadFailure::TooMany(_) | LoadFailure::OutOfMemory)
    }

    /// Names the formats that can be opened: `a HAR, a Playwright trace, …`.
    pub(super) fn listing(self, openable: String) -> Self {
        Self { openable, ..self }
    }

    /// A JSON file of no known format; `hint` describes its content.
    pub(super) fn unrecognized_json(file: &str, hint: &str) -> Self {
        LoadFailure::UnrecognizedJson.at(format!("{file}: {hint}"))
    }

    /// A file of another tool.
    pub(super) fn foreign(file: &str, ForeignFile { name, remedy }: ForeignFile) -> Self {
        LoadFailure::Foreign { name, remedy }.at(file)
    }

    /// None of several files, or of those in `archive`, is a recording; `reasons` are those of the
    /// files that were tried.
    pub(super) fn no_recording_among(
        names: &[String],
        archive: Option<&str>,
        foreign: Option<ForeignFile>,
        reasons: &[(String, Self)],
    ) -> Self {
        let holder = archive.map(|archive| format!(" of {archive}")).unwrap_or_default();
        let known = foreign.map(|foreign| format!("This is {}: no", foreign.name));
        let no = known.as_deref().unwrap_or("No");
        let what = match (names, archive) {
            ([_], Some(archive)) => format!("{no} recording in {archive}"),
            _ => format!("{no} recording among the {} files{holder}", format_count(names.len() as u64)),
        };
        let mut listed: Vec<&str> = names.iter().take(MAX_LISTED_FILES).map(String::as_str).collect();
        let more = names.len().saturating_sub(MAX_LISTED_FILES);
        let rest = format!("and {} more", format_count(more as u64));
        if more > 0 {
            listed.push(&rest);
        }
        let tried = reasons.iter().filter(|_| foreign.is_none()).take(MAX_REASONS);
        let tried: Vec<String> = tried.map(|(name, why)| format!("; {name}: {}", why.cause)).collect();
        let from_reasons = reasons.iter().find_map(|(_, why)| match why.cause {
            LoadFailure::Foreign { remedy, .. } => Some(remedy),
            _ => None,
        });
        let remedy = foreign.map(|foreign| foreign.remedy).or(from_reasons);
        LoadFailure::NoRecording { what, remedy }.at(listed.join(", ") + &tried.concat())
    }

    /// The bytes of a file cannot be held in memory.
    pub(super) fn not_appended(file: &str, why: AppendError) -> Self {
        match why {
            AppendError::TooLarge => LoadFailure::TooLarge.at(file),
            AppendError::OutOfMemory => LoadFailure::OutOfMemory.at(file),
        }
    }
}

impl LoadFailure {
    /// The failure of that file, or at that position of it.
    pub(super) fn at(self, place: impl Into<String>) -> LoadError {
        LoadError { place: place.into(), cause: self, openable: String::new() }
    }
}
