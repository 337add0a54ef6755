//! The files of a selection, and which of them is the recording.

use std::rc::Rc;

use super::format::NameHint;
use super::registry::Formats;
use crate::model::order;

/// The files in the folder of the one that is read. Names are relative to its folder.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    /// `None` if the source cannot list them (a URL).
    names: Option<Rc<[String]>>,
}

impl Siblings {
    /// Of `all` names, those in the folder of `first` or below it.
    pub(super) fn of(first: &str, all: &[String]) -> Self {
        let folder = first.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let inside = all.iter().filter_map(|name| name.strip_prefix(&folder)).map(str::to_owned);
        Self { names: Some(inside.collect()) }
    }

    /// The names; empty if they cannot be listed.
    pub fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// Whether the files can be listed.
    pub fn is_listed(&self) -> bool {
        self.names.is_some()
    }

    /// Whether the file exists or may exist.
    pub fn may_have(&self, name: &str) -> bool {
        self.names.as_deref().is_none_or(|names| names.iter().any(|known| known == name))
    }
}

/// The files from which the recording is chosen.
#[derive(Clone, Debug)]
pub enum FileSelection {
    /// No file.
    Nothing,
    /// One file, whose siblings cannot be listed.
    One(String),
    /// All files of a folder, of a selection or of `archive`.
    Listed { names: Vec<String>, archive: Option<String> },
    /// A folder whose files cannot be listed.
    UnlistedFolder,
}

impl FileSelection {
    /// The names of all files, if they can be listed.
    pub(super) fn names(&self) -> Option<&[String]> {
        if let Self::Listed { names, .. } = self { Some(names) } else { None }
    }

    /// The name of the archive that contains the files.
    pub(super) fn archive(&self) -> Option<&str> {
        if let Self::Listed { archive, .. } = self { archive.as_deref() } else { None }
    }

    /// Whether the names say that it is a recording of one of these formats, before anything is read.
    /// A folder whose files cannot be listed is one if it has their files.
    pub fn is_named_as(&self, formats: Formats) -> bool {
        match self {
            Self::One(name) => name_hint(formats, name) == NameHint::Manifest,
            Self::Nothing | Self::Listed { .. } => false,
            Self::UnlistedFolder => true,
        }
    }

    /// The names of files that may be a recording, the likeliest first.
    pub(super) fn candidates(&self, formats: Formats) -> Vec<String> {
        match self {
            Self::Nothing => Vec::new(),
            Self::One(name) => vec![name.clone()],
            Self::Listed { names, .. } => candidates(formats, names),
            Self::UnlistedFolder => well_known_names(formats),
        }
    }
}

/// Number of files that are tried one after the other.
const MAX_TRIED: usize = 20;

/// The names of files that may be a recording, the likeliest first: by [`NameHint`], then by depth
/// of their folder, then by name. The first name if none looks like a recording.
fn candidates(formats: Formats, names: &[String]) -> Vec<String> {
    let ranked: Vec<(NameHint, usize, &String)> =
        names.iter().map(|name| (name_hint(formats, name), name.matches('/').count(), name)).collect();
    let order = order::argsort_by(ranked.len(), &mut |a, b| ranked.get(a).cmp(&ranked.get(b)));
    let is_alone = ranked.len() == 1;
    let likely = order.iter().filter_map(|index| ranked.get(*index as usize));
    let likely = likely.filter(|(hint, ..)| *hint != NameHint::Unknown || is_alone);
    let mut found: Vec<String> = likely.map(|(_, _, name)| (*name).clone()).take(MAX_TRIED).collect();
    if found.is_empty() {
        found.extend(names.iter().min().cloned());
    }
    found
}

/// The names to request from a folder whose files cannot be listed, the likeliest first.
fn well_known_names(formats: Formats) -> Vec<String> {
    let mut names: Vec<&str> = formats.iter().flat_map(|format| format.well_known_names()).copied().collect();
    names.sort_by_key(|name| name_hint(formats, name));
    names.into_iter().map(str::to_owned).collect()
}

/// What the file's name says to the format that it says most to.
pub(super) fn name_hint(formats: Formats, path: &str) -> NameHint {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_hidden = name.starts_with('.') || path.starts_with("__MACOSX/");
    if is_hidden {
        return NameHint::Unknown;
    }
    let stem = [".gz", ".zst", ".br"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let by_extension = match stem.rsplit_once('.') {
        Some((_, "json" | "jsonl" | "ndjson" | "ldjson")) => NameHint::Data,
        Some((_, "zip")) => NameHint::Supporting,
        _ => NameHint::Unknown,
    };
    let hints = formats.iter().map(|format| format.name_hint(stem));
    hints.fold(by_extension, NameHint::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::FORMATS;

    fn order(names: &[&str]) -> Vec<String> {
        candidates(FORMATS, &names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_file_that_names_the_others_is_tried_first() {
        assert_eq!(order(&["a/resources.jsonl", "a/session.json"])[0], "a/session.json");
        assert_eq!(order(&["b.har", "a/c.har", "a.bin"]), ["b.har", "a/c.har"]);
        assert_eq!(
            order(&["resources/x.json", "test.trace", "0-trace.trace"])[..2],
            ["0-trace.trace", "test.trace"]
        );
        assert_eq!(
            order(&["session-contents-compressed-0001", "network-resources-compressed"])[0],
            "network-resources-compressed"
        );
        assert_eq!(order(&["photo.png"]), ["photo.png"], "a single file is tried whatever its name");
        assert_eq!(order(&["b.png", "a.png"]), ["a.png"]);
    }

    #[test]
    fn siblings_are_the_files_below_the_same_folder() {
        let all = ["x/trace.trace", "x/trace.network", "y/trace.network"].map(str::to_owned);
        let siblings = Siblings::of("x/trace.trace", &all);
        assert_eq!(siblings.names(), ["trace.trace", "trace.network"]);
        assert!(siblings.may_have("trace.network") && !siblings.may_have("trace.stacks"));
        assert!(Siblings::default().may_have("anything"));
    }

    #[test]
    fn the_names_of_a_folder_that_cannot_be_listed_are_requested_by_their_rank() {
        let names = ["session.json", "network-resources-compressed", "session-contents-compressed"];
        assert_eq!(well_known_names(FORMATS), names);
    }
}
