//! Why a file could not be opened: what, where, and what to do about it.

use std::fmt;

use crate::model::MAX_KEPT_BYTES;

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
}

impl fmt::Display for LoadError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} ({}). {}", self.what, self.place, self.remedy)
    }
}

impl std::error::Error for LoadError {}

const WHAT_OPENS: &str = "Open a HAR, a Playwright trace, a recording of rrweb, PostHog or Highlight, or a Replayscope session: plain, \
                          compressed, or in a zip archive.";

impl LoadError {
    /// For what the source itself reports; `can_retry` where the same request may answer later.
    pub fn new(
        what: impl Into<String>,
        place: impl Into<String>,
        remedy: impl Into<String>,
        can_retry: bool,
    ) -> Self {
        Self { what: what.into(), place: place.into(), remedy: remedy.into(), can_retry, is_absence: false }
    }

    /// Says that there is no such file.
    #[must_use]
    pub fn of_absence(self) -> Self {
        Self { is_absence: true, ..self }
    }

    fn of_content(what: impl Into<String>, place: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::new(what, place, remedy, false)
    }

    pub(super) fn empty(file: &str) -> Self {
        Self::new("The file is empty", file, "Export or download it again.", true)
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
        Self::of_content("This is not JSON", format!("{file}, byte {byte}: {found}"), WHAT_OPENS)
    }

    pub(super) fn no_session(file: &str, hint: &str) -> Self {
        Self::of_content(
            "This is JSON, but no recording that can be read here",
            format!("{file}: {hint}"),
            WHAT_OPENS,
        )
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
        let limit = MAX_KEPT_BYTES / 1_000_000_000;
        Self::of_content(
            format!("The file is larger than {limit} GB, the most that is opened"),
            file,
            "Record a shorter session, or split the file.",
        )
    }
}
