//! Which files there are, and which of them is the recording.

use std::rc::Rc;

use crate::model::order;

/// The files in the folder of the one that is read. Names are relative to its folder.
#[derive(Clone, Debug, Default)]
pub struct Siblings {
    /// `None` where the source cannot list them (a URL).
    names: Option<Rc<[String]>>,
}

impl Siblings {
    /// Of `all` names, those in the folder of `first` or below it.
    pub(super) fn of(first: &str, all: &[String]) -> Self {
        let folder = first.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let inside = all.iter().filter_map(|name| name.strip_prefix(&folder)).map(str::to_owned);
        Self { names: Some(inside.collect()) }
    }

    /// The names; empty where they cannot be listed.
    pub fn names(&self) -> &[String] {
        self.names.as_deref().unwrap_or_default()
    }

    /// Whether the names are all that there are.
    pub fn is_listed(&self) -> bool {
        self.names.is_some()
    }

    /// Whether the file may be asked for: it is there, or that is not known.
    pub fn may_have(&self, name: &str) -> bool {
        self.names.as_deref().is_none_or(|names| names.iter().any(|known| known == name))
    }
}

/// The names of files that may be a recording, the likeliest first: a manifest, a trace, a HAR, what Highlight
/// calls its files, then whatever looks like data. Within a kind the one nearest to the top comes first.
pub(super) fn candidates(names: &[String]) -> Vec<String> {
    let ranked: Vec<(u8, usize, &String)> =
        names.iter().map(|name| (rank(name), name.matches('/').count(), name)).collect();
    let order = order::argsort_by(ranked.len(), &mut |a, b| ranked.get(a).cmp(&ranked.get(b)));
    let is_alone = ranked.len() == 1;
    let likely = order.iter().filter_map(|place| ranked.get(*place as usize));
    let likely = likely.filter(|(rank, ..)| *rank < UNLIKELY || is_alone);
    let mut found: Vec<String> = likely.map(|(_, _, name)| (*name).clone()).take(MAX_TRIED).collect();
    if found.is_empty() {
        found.extend(names.iter().min().cloned());
    }
    found
}

/// The names that a folder's address may hold, where its files cannot be listed.
pub(super) fn well_known() -> Vec<String> {
    ["session.json", "network-resources-compressed", "session-contents-compressed"]
        .map(str::to_owned)
        .to_vec()
}

/// Whether a file of that name is a recording by itself, and no part of one.
pub(super) fn is_recording(name: &str) -> bool {
    matches!(rank(name), MANIFEST | HAR)
}

/// Whether the name alone says that the file is one of a recording's.
pub(super) fn is_likely(name: &str) -> bool {
    rank(name) < UNLIKELY
}

const MANIFEST: u8 = 0;
const HAR: u8 = 3;
/// More files than this are not tried one after the other.
const MAX_TRIED: usize = 20;
const UNLIKELY: u8 = 9;

fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let is_hidden = name.starts_with('.') || path.starts_with("__MACOSX/");
    let stem = [".gz", ".zst", ".br"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    match stem.rsplit_once('.').map(|(_, extension)| extension) {
        _ if is_hidden => UNLIKELY,
        _ if stem == "session.json" => MANIFEST,
        // The test runner's own steps hold no more than the trace of the browser.
        Some("trace") if stem == "test.trace" => 2,
        Some("trace") => 1,
        Some("har") => HAR,
        _ if stem.starts_with("network-resources") => 4,
        _ if stem.starts_with("session-contents") => 5,
        _ if stem.starts_with("web-socket-events") => 6,
        Some("json" | "jsonl" | "ndjson" | "ldjson") => 7,
        Some("network" | "zip") => 8,
        _ => UNLIKELY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(names: &[&str]) -> Vec<String> {
        candidates(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_file_that_tells_what_the_others_are_comes_first() {
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
    fn siblings_lie_in_the_same_folder() {
        let all = ["x/trace.trace", "x/trace.network", "y/trace.network"].map(str::to_owned);
        let siblings = Siblings::of("x/trace.trace", &all);
        assert_eq!(siblings.names(), ["trace.trace", "trace.network"]);
        assert!(siblings.may_have("trace.network") && !siblings.may_have("trace.stacks"));
        assert!(Siblings::default().may_have("anything"));
    }
}
