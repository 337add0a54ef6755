//! Filters that the user named, as a list that is kept in the browser.
//!
//! What is stored is read as a stranger's text would be: another version of the app, an extension
//! or a broken disk can have written it.

/// Filters in a list: it is shown in full.
pub const MAX_FILTERS: usize = 50;
/// Characters of a name.
pub const MAX_NAME_CHARS: usize = 60;
/// Characters of a filter.
pub const MAX_TEXT_CHARS: usize = 2000;

/// Separates the filters in the stored text.
const RECORD: char = '\u{1e}';
/// Separates the name from the filter.
const UNIT: char = '\u{1f}';

/// A filter with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFilter {
    pub name: String,
    pub text: String,
}

/// Why a filter is not saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaveError {
    NoName,
    NoText,
    TextTooLong,
    TooMany,
    NameExists,
}

impl SaveError {
    /// The reason, and what to do.
    pub fn message(self) -> String {
        match self {
            Self::NoName => "Enter a name".to_owned(),
            Self::NoText => "The filter is empty: type a filter, then save it".to_owned(),
            Self::TextTooLong => format!("The filter has more than {MAX_TEXT_CHARS} characters"),
            Self::TooMany => format!("{MAX_FILTERS} filters are saved: delete one first"),
            Self::NameExists => "Another saved filter has this name".to_owned(),
        }
    }
}

/// Saved filters, in the order of their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedFilters {
    filters: Vec<SavedFilter>,
}

impl SavedFilters {
    /// Reads what [`SavedFilters::to_stored`] wrote. Filters that are not valid are left out.
    pub fn from_stored(stored: &str) -> Self {
        let mut saved = Self::default();
        for record in stored.split(RECORD) {
            if let Some((name, text)) = record.split_once(UNIT) {
                // One that is not valid is not shown.
                let _ = saved.save(name, text);
            }
        }
        saved
    }

    /// The filters as a text.
    pub fn to_stored(&self) -> String {
        let record = |filter: &SavedFilter| format!("{}{UNIT}{}", filter.name, filter.text);
        self.filters.iter().map(record).collect::<Vec<_>>().join(&RECORD.to_string())
    }

    /// The filters, in the order of their names.
    pub fn filters(&self) -> &[SavedFilter] {
        &self.filters
    }

    /// The name of the filter with that text.
    pub fn name_of(&self, text: &str) -> Option<&str> {
        let text = text.trim();
        self.filters.iter().find(|filter| filter.text == text).map(|filter| filter.name.as_str())
    }

    /// Saves a filter. One that has the name is replaced.
    ///
    /// # Errors
    /// If the name or the text is not valid, or if there are too many.
    pub fn save(&mut self, name: &str, text: &str) -> Result<(), SaveError> {
        let (name, text) = (checked_name(name)?, one_line(text));
        if text.is_empty() {
            return Err(SaveError::NoText);
        }
        if text.chars().count() > MAX_TEXT_CHARS {
            return Err(SaveError::TextTooLong);
        }
        if let Some(known) = self.filters.iter_mut().find(|filter| filter.name == name) {
            known.text = text;
            return Ok(());
        }
        if self.filters.len() >= MAX_FILTERS {
            return Err(SaveError::TooMany);
        }
        self.filters.push(SavedFilter { name, text });
        self.sort();
        Ok(())
    }

    /// Gives a filter another name.
    ///
    /// # Errors
    /// If the name is not valid, or is that of another filter.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), SaveError> {
        let to = checked_name(to)?;
        if to != from && self.filters.iter().any(|filter| filter.name == to) {
            return Err(SaveError::NameExists);
        }
        if let Some(filter) = self.filters.iter_mut().find(|filter| filter.name == from) {
            filter.name = to;
        }
        self.sort();
        Ok(())
    }

    /// Removes a filter.
    pub fn remove(&mut self, name: &str) {
        self.filters.retain(|filter| filter.name != name);
    }

    fn sort(&mut self) {
        self.filters.sort_by_cached_key(|filter| (filter.name.to_lowercase(), filter.name.clone()));
    }
}

/// A name without surrounding space, at most [`MAX_NAME_CHARS`] characters of it.
fn checked_name(name: &str) -> Result<String, SaveError> {
    let name: String = one_line(name).chars().take(MAX_NAME_CHARS).collect();
    if name.is_empty() { Err(SaveError::NoName) } else { Ok(name.trim_end().to_owned()) }
}

/// The text without control characters, which separate the filters.
fn one_line(text: &str) -> String {
    let is_allowed = |char: &char| !char.is_control();
    text.chars().filter(is_allowed).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(saved: &SavedFilters) -> Vec<&str> {
        saved.filters().iter().map(|filter| filter.name.as_str()).collect()
    }

    #[test]
    fn filters_are_saved_by_name_renamed_and_removed() {
        let mut saved = SavedFilters::default();
        saved.save(" slow ", "rtt:>1s ").expect("a filter");
        saved.save("Errors", "is:malformed").expect("a filter");
        saved.save("slow", "rtt:>2s").expect("the same name replaces");
        assert_eq!(names(&saved), ["Errors", "slow"]);
        assert_eq!(saved.name_of("rtt:>2s"), Some("slow"));
        assert_eq!(saved.rename("slow", "Errors"), Err(SaveError::NameExists));
        saved.rename("slow", "a").expect("a name");
        assert_eq!(names(&saved), ["a", "Errors"]);
        saved.remove("a");
        assert_eq!(names(&saved), ["Errors"]);
    }

    #[test]
    fn names_texts_and_their_number_are_bounded() {
        let mut saved = SavedFilters::default();
        assert_eq!(saved.save(" ", "x"), Err(SaveError::NoName));
        assert_eq!(saved.save("a", "\n"), Err(SaveError::NoText));
        assert_eq!(saved.save("a", &"x".repeat(MAX_TEXT_CHARS + 1)), Err(SaveError::TextTooLong));
        saved.save(&"n".repeat(MAX_NAME_CHARS + 5), "x").expect("a shortened name");
        assert_eq!(names(&saved)[0].len(), MAX_NAME_CHARS);
        for number in 1..MAX_FILTERS {
            saved.save(&number.to_string(), "x").expect("there is room");
        }
        assert_eq!(saved.save("one more", "x"), Err(SaveError::TooMany));
        assert!(saved.save("1", "y").is_ok(), "one that exists is replaced");
    }

    proptest! {
        #[test]
        fn any_stored_text_is_read_and_written_unchanged(stored in "[a-z \u{1e}\u{1f}\n]{0,60}|.{0,40}") {
            let saved = SavedFilters::from_stored(&stored);
            prop_assert_eq!(SavedFilters::from_stored(&saved.to_stored()), saved);
        }
    }
}
