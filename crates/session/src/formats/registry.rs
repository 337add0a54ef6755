//! The formats that are read. A new format is a folder next to this file and a line here.

use super::{Format, har, highlight, native, playwright, rrweb};

/// Formats, in the order in which they are listed to users and, among equally sure ones, claim a
/// file.
pub type Formats = &'static [&'static dyn Format];

/// All formats.
pub static FORMATS: Formats =
    &[&har::Har, &playwright::Playwright, &rrweb::Rrweb, &highlight::Highlight, &native::Native];

/// The format of recordings that were made for this viewer.
pub static NATIVE: Formats = &[&native::Native];

/// What [`format_list`] returns for [`FORMATS`]: shown before the formats are loaded.
pub const FORMAT_LIST: &str =
    "a HAR, a Playwright trace, rrweb or PostHog events, Highlight's files, a session folder";

/// The format of that name.
pub fn format_named(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|format| format.name() == name)
}

/// The labels of the formats in a sentence: `a HAR, a Playwright trace, …, a session folder`.
pub fn format_list(formats: &[&dyn Format]) -> String {
    formats.iter().map(|format| format.label()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_that_is_shown_first_names_every_format() {
        assert_eq!(format_list(FORMATS), FORMAT_LIST);
    }
}
