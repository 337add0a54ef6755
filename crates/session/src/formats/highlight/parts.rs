//! The files of events: one complete file, numbered parts, or both, as in Highlight's storage.
//! Events are read from the complete file or from the parts, not from both.

use crate::formats::LoadError;
use crate::formats::files::Siblings;
use crate::model::{Session, order};

pub(super) const EVENTS: &str = "session-contents-compressed";
/// The beginning of the names of such files; they end with the name of a compression.
const CONTENTS: &str = "session-contents";
/// Maximum number of parts of a session.
const MAX_PARTS: u32 = 10_000;

/// Whether a file of that name contains events, complete or a part.
pub(super) fn is_part(name: &str) -> bool {
    name.starts_with(CONTENTS)
}

/// The number at the end of the name of a part.
fn number_of(name: &str) -> Option<u32> {
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    stem.rsplit_once('-')?.1.parse().ok()
}

/// The current file of events, and the next ones.
#[derive(Debug)]
pub(super) struct Parts {
    now: String,
    ahead: Ahead,
}

#[derive(Debug)]
enum Ahead {
    /// Files that are known to exist, the next one last.
    Listed(Vec<String>),
    /// The complete file may exist.
    Whole,
    /// The part of that number may exist, and those after it.
    Number(u32),
    Nothing,
}

impl Parts {
    /// The files of a session whose events are not read yet.
    pub(super) fn of(siblings: &Siblings) -> Self {
        let ahead = if siblings.is_listed() { listed(siblings, "") } else { Ahead::Whole };
        Self { now: String::new(), ahead }
    }

    /// The files of a session that begins with a file of events.
    pub(super) fn beginning_with(file: &str, siblings: &Siblings) -> Self {
        let number = number_of(file);
        let ahead = match (siblings.is_listed(), number) {
            (true, _) => listed(siblings, file),
            (false, Some(number)) => Ahead::Number(number.saturating_add(1)),
            (false, None) => Ahead::Number(0),
        };
        Self { now: file.to_owned(), ahead }
    }

    /// The current file.
    pub(super) fn now(&self) -> &str {
        &self.now
    }

    /// Advances to the next file, if there may be one.
    pub(super) fn next(&mut self) -> Option<String> {
        let (path, ahead) = match std::mem::replace(&mut self.ahead, Ahead::Nothing) {
            Ahead::Listed(mut names) => (names.pop()?, Ahead::Listed(names)),
            Ahead::Whole => (EVENTS.to_owned(), Ahead::Number(0)),
            Ahead::Number(number) if number < MAX_PARTS => {
                (format!("{EVENTS}-{number:04}"), Ahead::Number(number + 1))
            }
            Ahead::Number(_) | Ahead::Nothing => return None,
        };
        self.ahead = ahead;
        self.now.clone_from(&path);
        Some(path)
    }

    /// The current file was read. If it was the complete file, the parts are skipped.
    pub(super) fn was_read(&mut self, session: &Session) {
        if number_of(&self.now).is_none() && !session.dom_events.is_empty() {
            self.ahead = Ahead::Nothing;
        }
    }

    /// The current file could not be read. If the files cannot be listed, a missing one means that
    /// there are no more.
    pub(super) fn was_not_read(&mut self, session: &mut Session, why: &LoadError) {
        let is_listed = matches!(self.ahead, Ahead::Listed(_));
        if is_listed || !why.is_absence() {
            session.notes.push(self.now.as_str(), None, format!("not read: {why}"));
        }
        if !is_listed && number_of(&self.now).is_some() {
            self.ahead = Ahead::Nothing;
        }
    }
}

/// The files of events next to `read`, the complete file before the parts; without the complete
/// file if `read` is a part.
fn listed(siblings: &Siblings, read: &str) -> Ahead {
    let is_wanted = |name: &&String| is_part(name) && *name != read;
    let names = siblings.names().iter().filter(is_wanted).cloned().collect();
    let (parts, complete_files): (Vec<_>, Vec<_>) =
        order::sort_texts(names).into_iter().partition(|name| number_of(name).is_some());
    let complete_files = complete_files.into_iter().filter(|_| number_of(read).is_none());
    let mut ahead: Vec<String> = complete_files.chain(parts).collect();
    ahead.reverse();
    Ahead::Listed(ahead)
}
