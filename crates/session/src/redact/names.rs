//! Names of headers, parameters and keys whose values are credentials.
//!
//! The list is data (`credentials.json`) that the recorder bundles too, so that what the recorder leaves out of a
//! recording and what an export leaves out of a file never disagree.

use std::sync::OnceLock;

use json_spans::Fields;

/// The list, as it is in `credentials.json`: each field holds words with spaces between them. Names are compared as
/// their words in lower case, joined by `_`. The field `bodyKeys` is read by the recorder alone: exports keep bodies as
/// recorded.
#[derive(Debug)]
pub(super) struct Credentials {
    /// Found anywhere in a name.
    parts: Vec<&'static str>,
    /// Found anywhere in a name, before `key` or `_key`.
    keys: Vec<&'static str>,
    /// Equal to one of the words of a name: `X-Auth`, `connect.sid`, `userPwd`.
    words: Vec<&'static str>,
    /// Equal to the whole name, apart from a leading `x_`.
    names: Vec<&'static str>,
    /// A name with one of these words counts or permits credentials, or asks for them: `max_tokens`.
    about_any: Vec<&'static str>,
    /// A name that ends with one of these words describes a credential: `session_count`, `token_type`.
    about_last: Vec<&'static str>,
    /// Parameters beside which `code` is an OAuth authorization code.
    beside_code: Vec<&'static str>,
    /// Schemes of HTTP authentication that a token follows.
    pub(super) schemes: Vec<&'static str>,
}

/// The list, parsed once.
pub(super) fn credentials() -> &'static Credentials {
    static LIST: OnceLock<Credentials> = OnceLock::new();
    LIST.get_or_init(|| Credentials::parse(include_str!("credentials.json")))
}

impl Credentials {
    fn parse(json: &'static str) -> Self {
        let words = |key: &str| -> Vec<&'static str> {
            let field = Fields::of(json.as_bytes()).find(|field| field.key == key.as_bytes());
            let text = field.and_then(|field| std::str::from_utf8(field.value).ok()).unwrap_or_default();
            text.trim_matches('"').split_ascii_whitespace().collect()
        };
        Self {
            parts: words("parts"),
            keys: words("keys"),
            words: words("words"),
            names: words("names"),
            about_any: words("aboutAny"),
            about_last: words("aboutLast"),
            beside_code: words("besideCode"),
            schemes: words("schemes"),
        }
    }

    /// `name` is what [`joined_words`] returns.
    fn matches(&self, name: &str) -> bool {
        let mut is_word = false;
        let mut last = "";
        for word in name.split('_').filter(|word| !word.is_empty()) {
            if self.about_any.contains(&word) {
                return false;
            }
            is_word |= self.words.contains(&word);
            last = word;
        }
        if self.about_last.contains(&last) {
            return false;
        }
        let whole = name.trim_matches('_');
        let is_before_key = |at: usize| {
            let before = name.get(..at).unwrap_or_default();
            let before = before.strip_suffix('_').unwrap_or(before);
            self.keys.iter().any(|kind| before.ends_with(kind))
        };
        is_word
            || self.names.contains(&whole.strip_prefix("x_").unwrap_or(whole))
            || self.parts.iter().any(|part| name.contains(part))
            || name.match_indices("key").any(|(at, _)| is_before_key(at))
    }
}

/// Names are inspected up to this many characters, the last ones of a longer name: nobody calls a header or a
/// parameter anything longer.
pub(super) const MAX_NAME: usize = 100;

/// Whether the value of a header, a parameter or a key of that name is a credential.
pub fn is_credential_name(name: &str) -> bool {
    let start = name.len().saturating_sub(MAX_NAME);
    is_credential(name.as_bytes().get(start..).unwrap_or_default())
}

pub(super) fn is_credential(name: &[u8]) -> bool {
    credentials().matches(&joined_words(name))
}

/// Whether a parameter named `code` beside one of that name is an OAuth authorization code.
pub(super) fn is_beside_code(name: &[u8]) -> bool {
    credentials().beside_code.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// The words of a name in lower case, each between two `_`. It is divided where it has other characters than ASCII
/// letters and digits, and before a capital between another character and a letter: `_x_amz_security_token_`,
/// `_session_id_`, `_dpop_`.
fn joined_words(name: &[u8]) -> String {
    let mut words = String::with_capacity(name.len() + 8);
    let mut before = b'_';
    for (at, byte) in name.iter().copied().enumerate() {
        let is_part = byte.is_ascii_alphanumeric();
        let begins_word = byte.is_ascii_uppercase()
            && !before.is_ascii_uppercase()
            && name.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        if !words.ends_with('_') && (begins_word || !is_part || words.is_empty()) {
            words.push('_');
        }
        if is_part {
            words.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    if !words.ends_with('_') {
        words.push('_');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_of_the_list_is_read() {
        let list = credentials();
        for words in [
            &list.parts,
            &list.keys,
            &list.words,
            &list.names,
            &list.about_any,
            &list.about_last,
            &list.beside_code,
            &list.schemes,
        ] {
            assert!(!words.is_empty(), "{list:?}");
        }
        assert_eq!((list.parts.first(), list.names.last()), (Some(&"token"), Some(&"cvc")));
    }

    #[test]
    fn names_are_divided_at_other_characters_and_at_capitals() {
        for (name, words) in [
            ("X-Amz-Security-Token", "_x_amz_security_token_"),
            ("sessionCount", "_session_count_"),
            ("user[Password]", "_user_password_"),
            ("PHPSESSID", "_phpsessid_"),
            ("tokén2Ab", "_tok_n2_ab_"),
            ("DPoP", "_dpop_"),
            ("--", "_"),
            ("", "_"),
        ] {
            assert_eq!(joined_words(name.as_bytes()), words, "{name}");
        }
    }

    #[test]
    fn of_a_long_name_the_end_counts() {
        assert!(is_credential_name(&format!("{}token", "a".repeat(10_000))));
        assert!(!is_credential_name(&"é".repeat(10_000)));
    }
}
