//! Why a file could not be opened: what, where, and what to do about it.

use std::fmt;

use super::foreign::ForeignFile;
use crate::model::{AppendError, Limit, MAX_BUFFER_BYTES, format_count};

/// Nothing could be read. Shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    /// What is wrong.
    pub what: String,
    /// The file, and the place in it where known.
    pub place: String,
    /// What to do.
    pub remedy: String,
    /// Whether trying the same again can help.
    pub can_retry: bool,
    /// There is no such file, so far as the source can tell.
    pub is_absence: bool,
    pub(super) kind: ErrorKind,
}

/// What an error means for the files that may be tried instead, and for what was read before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum ErrorKind {
    #[default]
    Other,
    /// The file is not a recording: another one of several may be.
    NotARecording,
    /// The same, and the tool that wrote it is known.
    Foreign,
    /// A bound of size or count: what was read before stays usable.
    Limit,
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}). {}", self.what, self.place, self.remedy)
    }
}

impl std::error::Error for LoadError {}

const WHAT_OPENS: &str = "Open a HAR, a Playwright trace, an rrweb, PostHog or Highlight recording, or a Replayscope session: plain, \
                          compressed, or in a zip archive.";

/// Number of file names that an error lists.
const MAX_LISTED_FILES: usize = 6;
/// Number of them of which it says why they were refused, the likeliest first.
const MAX_REASONS: usize = 2;

impl LoadError {
    /// For what the source itself reports; `can_retry` where the same request may answer later.
    pub fn new(
        what: impl Into<String>,
        place: impl Into<String>,
        remedy: impl Into<String>,
        can_retry: bool,
    ) -> Self {
        let (what, place, remedy) = (what.into(), place.into(), remedy.into());
        Self { what, place, remedy, can_retry, is_absence: false, kind: ErrorKind::Other }
    }

    /// Says that there is no such file.
    #[must_use]
    pub fn of_absence(self) -> Self {
        Self { is_absence: true, ..self }
    }

    fn of_content(what: impl Into<String>, place: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { kind: ErrorKind::NotARecording, ..Self::new(what, place, remedy, false) }
    }

    /// Whether another file may be the recording instead.
    pub(super) fn is_not_a_recording(&self) -> bool {
        matches!(self.kind, ErrorKind::NotARecording | ErrorKind::Foreign)
    }

    /// Whether what was read before it stays usable.
    pub(super) fn is_limit(&self) -> bool {
        self.kind == ErrorKind::Limit
    }

    pub(super) fn empty(file: &str) -> Self {
        Self::new("The file is empty", file, "Export or download it again.", true)
    }

    /// Not one byte of the file could be read.
    pub(super) fn unreadable(file: &str, why: &str) -> Self {
        Self::new(
            "The file could not be read",
            format!("{file}: {why}"),
            "Download or export it again, or decompress it first.",
            true,
        )
    }

    pub(super) fn html(file: &str) -> Self {
        Self::new(
            "This is a web page (HTML), not a recording",
            file,
            "The address may be wrong, or a server answers missing files with its start page. Check the address.",
            true,
        )
        .of_absence()
    }

    pub(super) fn zip(file: &str) -> Self {
        Self::of_content(
            "This is a zip archive within archives, too deep to be opened",
            file,
            "Unpack it, then open what is inside.",
        )
    }

    pub(super) fn compressed(file: &str, method: &str) -> Self {
        Self::of_content(
            format!("The file is compressed twice, with {method} inside"),
            file,
            "Decompress it once, then open the result.",
        )
    }

    pub(super) fn not_json(file: &str, byte: u64, found: &str) -> Self {
        Self::of_content("The file is not JSON", format!("{file}, byte {byte}: {found}"), WHAT_OPENS)
    }

    /// A JSON file that is of no format, as `hint` shows.
    pub(super) fn unrecognized_json(file: &str, hint: &str) -> Self {
        Self::of_content(
            "Unrecognized JSON: not a recording format that Replayscope reads",
            format!("{file}: {hint}"),
            WHAT_OPENS,
        )
    }

    /// A file of another tool.
    pub(super) fn foreign(file: &str, foreign: ForeignFile) -> Self {
        let what = format!("This is {}: not a recording format that Replayscope reads", foreign.name);
        Self { kind: ErrorKind::Foreign, ..Self::new(what, file, foreign.remedy, false) }
    }

    pub(super) fn leading_space(file: &str, limit: usize) -> Self {
        Self::of_content(
            format!("The file begins with more than {limit} MB of white space"),
            file,
            "Remove the white space, or export the file again.",
        )
    }

    /// None of several files, or of those in `archive`, is a recording; `reasons` are those of the files that were tried.
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
        let tried: Vec<String> = tried.map(|(name, why)| format!("; {name}: {}", why.what)).collect();
        let from_reasons = reasons.iter().find(|(_, why)| why.kind == ErrorKind::Foreign);
        let remedy = foreign.map(|foreign| foreign.remedy);
        let remedy = remedy.or(from_reasons.map(|(_, why)| why.remedy.as_str())).unwrap_or(WHAT_OPENS);
        Self::of_content(what, listed.join(", ") + &tried.concat(), remedy)
    }

    pub(super) fn newer(file: &str, format: &str) -> Self {
        let remedy = "Open it with a newer version of Replayscope: this one reads replayscope/1.";
        Self::of_content(format!("The session has the format “{format}”"), file, remedy)
    }

    pub(super) fn har_without_entries(file: &str) -> Self {
        Self::of_content(
            "The HAR has no entries array",
            format!("{file}: log.entries"),
            "Export it again from the tool that recorded it.",
        )
    }

    pub(super) fn broken_manifest(file: &str, why: &str) -> Self {
        Self::new(
            "The session's manifest is broken or cut off",
            format!("{file}: {why}"),
            "Download or record it again.",
            true,
        )
    }

    pub(super) fn too_large(file: &str) -> Self {
        let limit = MAX_BUFFER_BYTES / 1_000_000_000;
        Self::of_limit(format!("The file is larger than {limit} GB, the most that Replayscope opens"), file)
    }

    /// The session holds more than `limit` allows.
    pub(super) fn too_many(file: &str, limit: Limit) -> Self {
        let max = format_count(limit.max);
        Self::of_limit(format!("More than {max} {}, the most that Replayscope opens", limit.things), file)
    }

    /// Bytes of a file cannot be kept.
    pub(super) fn not_kept(file: &str, why: AppendError) -> Self {
        match why {
            AppendError::TooLarge => Self::too_large(file),
            AppendError::OutOfMemory => {
                Self::of_limit("The browser has no more memory for this page".to_owned(), file)
            }
        }
    }

    fn of_limit(what: String, file: &str) -> Self {
        let remedy = "Loading stopped there; what was read before is shown. Record a shorter session, or split the file.";
        Self { kind: ErrorKind::Limit, ..Self::new(what, file, remedy, false) }
    }
}
