//! What was redacted: where it was, and what it was named.

use std::collections::BTreeMap;

use super::bytes::is_name_byte;
use super::names::{MAX_NAME, credentials};
use super::scanner::Edit;

/// Where a credential was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CredentialPlace {
    /// A header.
    Header,
    /// A parameter of a query or of a form that is listed by itself.
    Parameter,
    /// A URL.
    Url,
    /// A list of subprotocols.
    Subprotocol,
    /// The payload of a message, a console entry or an event of the page.
    Payload,
    /// Any other text.
    Text,
}

/// The number of redacted values, by place and name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RedactionReport {
    counts: BTreeMap<(CredentialPlace, String), u64>,
}

/// Number of different names that are counted each by itself; a recording can have any number.
const MAX_NAMES: usize = 1000;
/// The name under which all others are counted.
const OTHER_NAMES: &str = "other names";
/// The name of what is recognized by its shape.
const TOKEN: &str = "token";
const USER_AND_PASSWORD: &str = "user and password";

impl RedactionReport {
    pub(super) fn add(&mut self, place: CredentialPlace, name: &str) {
        let name: String = name.chars().take(MAX_NAME).collect::<String>().to_ascii_lowercase();
        let is_known = self.counts.contains_key(&(place, name.clone()));
        let name = if is_known || self.counts.len() < MAX_NAMES { name } else { OTHER_NAMES.to_owned() };
        *self.counts.entry((place, name)).or_default() += 1;
    }

    /// Counts a part of `text`, named by what precedes it.
    pub(super) fn add_edit(&mut self, place: CredentialPlace, text: &str, edit: &Edit) {
        let name = || name_before(text.get(..edit.range.start)?);
        // Of a user and password nothing is left.
        let name = if edit.replacement.is_empty() { Some(USER_AND_PASSWORD) } else { name() };
        self.add(place, name.unwrap_or(TOKEN));
    }

    /// The places, the names in lower case, and the number of values of each.
    pub fn entries(&self) -> impl Iterator<Item = (CredentialPlace, &str, u64)> {
        self.counts.iter().map(|((place, name), count)| (*place, name.as_str(), *count))
    }
}

/// The name in `text` that ends with it, before a `=` or `:`, or the scheme of a token.
fn name_before(text: &str) -> Option<&str> {
    let is_around = |char: char| matches!(char, '"' | '\'' | '\\' | ' ' | '[');
    let text = text.trim_end_matches(is_around);
    let last_word = |text: &str| {
        let bytes = text.as_bytes();
        let start = bytes.iter().rposition(|byte| !is_name_byte(*byte)).map_or(0, |at| at + 1);
        // A name of other characters than ASCII begins at one of their boundaries.
        (start.max(bytes.len().saturating_sub(MAX_NAME))..=bytes.len())
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(bytes.len())
    };
    if let Some(text) = text.strip_suffix(['=', ':']) {
        let text = text.trim_end_matches(is_around);
        return text.get(last_word(text)..).filter(|name| !name.is_empty());
    }
    let word = text.get(last_word(text)..)?;
    credentials().schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case(word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;
    use crate::redact::Redactor;

    fn entries(redact: impl FnOnce(&mut Redactor)) -> Vec<(CredentialPlace, String, u64)> {
        let mut redactor = Redactor::new(true).with_report();
        redact(&mut redactor);
        let report = redactor.report().expect("it was asked for");
        report.entries().map(|(place, name, count)| (place, name.to_owned(), count)).collect()
    }

    fn entry(place: CredentialPlace, name: &str, count: u64) -> (CredentialPlace, String, u64) {
        (place, name.to_owned(), count)
    }

    #[test]
    fn values_are_counted_by_place_and_name() {
        let found = entries(|redactor| {
            let header = |name: &str, value: &str| Header { name: name.to_owned(), value: value.to_owned() };
            redactor.headers(&mut [
                header("Cookie", "a=b"),
                header("COOKIE", "c=d"),
                header("x-a", "Bearer abc.def"),
            ]);
            redactor.url("https://ann:pw@a.test/?access_token=abc&page=2&access_token=def");
            redactor.payload(r#"{"user":{"password":"one"},"list":[{"password":"two"}]}"#);
            redactor.text("signed in with token=abcdef and \"apiKey\": \"12345678\"");
        });
        assert_eq!(
            found,
            [
                entry(CredentialPlace::Header, "bearer", 1),
                entry(CredentialPlace::Header, "cookie", 2),
                entry(CredentialPlace::Url, "access_token", 2),
                entry(CredentialPlace::Url, "user and password", 1),
                entry(CredentialPlace::Payload, "password", 2),
                entry(CredentialPlace::Text, "apikey", 1),
                entry(CredentialPlace::Text, "token", 1),
            ]
        );
    }

    #[test]
    fn the_number_of_names_is_bounded() {
        let found = entries(|redactor| {
            for number in 0..2 * MAX_NAMES {
                redactor.text(&format!("password_{number}=abcdef"));
            }
        });
        assert_eq!(found.len(), MAX_NAMES + 1);
        assert!(found.contains(&entry(CredentialPlace::Text, OTHER_NAMES, MAX_NAMES as u64)));
    }

    #[test]
    fn any_text_before_a_credential_has_a_name_or_none() {
        for (text, name) in [
            ("a=", Some("a")),
            ("é=", Some("é")),
            ("x \"key\": \"", Some("key")),
            ("Bearer ", Some("Bearer")),
            ("word ", None),
            ("=", None),
            ("", None),
        ] {
            assert_eq!(name_before(text), name, "{text}");
        }
        let long = format!("{}é=", "€".repeat(MAX_NAME));
        assert!(name_before(&long).is_some_and(|name| name.len() <= MAX_NAME));
    }
}
