//! What went wrong while loading, and where.

/// Where a file ended before it was complete, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// The file's name as the user knows it.
    pub file: String,
    /// The byte at which reading stopped, from 0.
    pub byte: u64,
    /// The number of the incomplete element, from 1, if one had begun.
    pub element: Option<u64>,
    /// The name of an element of this file: `entry`, `record`, `message`.
    pub element_name: &'static str,
    /// The reason: the file ended, or its structure is broken there.
    pub reason: String,
}

/// Something inside a file that could be read only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadNote {
    /// The part of the file: `entry 4`, `line 17`, `session.json`.
    pub place: String,
    /// The byte at which that place begins, from 0, if known.
    pub byte: Option<u64>,
    /// What is wrong, and how it was handled.
    pub text: String,
}

/// Maximum number of notes that are listed; the others are only counted.
pub const MAX_LISTED_NOTES: usize = 1000;

/// The notes of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadNotes {
    listed: Vec<LoadNote>,
    total: u64,
}

impl LoadNotes {
    /// Adds a note.
    pub fn push(&mut self, place: impl Into<String>, byte: Option<u64>, text: impl Into<String>) {
        self.total += 1;
        if self.listed.len() < MAX_LISTED_NOTES {
            self.listed.push(LoadNote { place: place.into(), byte, text: text.into() });
        }
    }

    /// Removes the notes on places that begin with `place`, `count` in all, because their source is
    /// read again.
    pub fn retract(&mut self, place: &str, count: u64) {
        self.listed.retain(|note| !note.place.starts_with(place));
        self.total = self.total.saturating_sub(count);
    }

    /// Appends the notes on one of several files. Its name is put before their places, unless it is
    /// the place.
    pub fn append_file(&mut self, file: &str, others: Self) {
        let free = MAX_LISTED_NOTES.saturating_sub(self.listed.len());
        self.total += others.total;
        self.listed.extend(others.listed.into_iter().take(free).map(|note| {
            let place = if note.place == file { note.place } else { format!("{file}, {}", note.place) };
            LoadNote { place, ..note }
        }));
    }

    /// The first [`MAX_LISTED_NOTES`] notes, in the order they were made.
    pub fn listed(&self) -> &[LoadNote] {
        &self.listed
    }

    /// How many notes there are, listed or not.
    pub fn total(&self) -> u64 {
        self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_of_another_file_are_counted_and_name_it() {
        let mut notes = LoadNotes::default();
        for line in 0..=MAX_LISTED_NOTES {
            notes.push(format!("line {line}"), None, "x");
        }
        let mut all = LoadNotes::default();
        all.push("session.json", None, "x");
        let mut of_file = LoadNotes::default();
        of_file.push("a.jsonl", None, "truncated");
        all.append_file("a.jsonl", of_file);
        all.append_file("b.jsonl", notes);
        let places: Vec<&str> = all.listed().iter().take(3).map(|note| note.place.as_str()).collect();
        assert_eq!(places, ["session.json", "a.jsonl", "b.jsonl, line 0"]);
        assert_eq!((all.listed().len(), all.total()), (MAX_LISTED_NOTES, MAX_LISTED_NOTES as u64 + 3));
    }
}
