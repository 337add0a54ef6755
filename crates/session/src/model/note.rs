//! What went wrong while loading, with its place.

/// Where a file ended before it was complete, and what that cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// The file's name as the user knows it.
    pub file: String,
    /// The byte, counted from 0, at which reading stopped.
    pub byte: u64,
    /// The 1-based number of the element that is incomplete, where one had begun.
    pub element: Option<u64>,
    /// What an element of this file is called: `entry`, `record`, `message`.
    pub element_name: &'static str,
    /// Why: the file ended, or its structure is broken there.
    pub reason: String,
}

/// Something inside a file that could be read only in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadNote {
    /// `entry 4`, `line 17`, `session.json`.
    pub place: String,
    /// The byte at which that place begins, counted from 0, where known.
    pub byte: Option<u64>,
    /// What was wrong and what was done about it.
    pub text: String,
}

/// The most notes that are kept in full; the rest are counted.
pub const MAX_LISTED_NOTES: usize = 1000;

/// The notes of one session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LoadNotes {
    listed: Vec<LoadNote>,
    total: u64,
}

impl LoadNotes {
    pub fn push(&mut self, place: impl Into<String>, byte: Option<u64>, text: impl Into<String>) {
        self.total += 1;
        if self.listed.len() < MAX_LISTED_NOTES {
            self.listed.push(LoadNote { place: place.into(), byte, text: text.into() });
        }
    }

    /// Takes back the notes, `count` in all, of places that begin so: what they are about is read again.
    pub fn take_back(&mut self, place: &str, count: u64) {
        self.listed.retain(|note| !note.place.starts_with(place));
        self.total = self.total.saturating_sub(count);
    }

    /// Takes the notes that were made of one file among several. Their places get its name, where they have not got it.
    pub fn take_of(&mut self, file: &str, others: Self) {
        let room = MAX_LISTED_NOTES.saturating_sub(self.listed.len());
        self.total += others.total;
        self.listed.extend(others.listed.into_iter().take(room).map(|note| {
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
        of_file.push("a.jsonl", None, "cut off");
        all.take_of("a.jsonl", of_file);
        all.take_of("b.jsonl", notes);
        let places: Vec<&str> = all.listed().iter().take(3).map(|note| note.place.as_str()).collect();
        assert_eq!(places, ["session.json", "a.jsonl", "b.jsonl, line 0"]);
        assert_eq!((all.listed().len(), all.total()), (MAX_LISTED_NOTES, MAX_LISTED_NOTES as u64 + 3));
    }
}
