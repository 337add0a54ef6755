//! Names of headers, parameters and keys whose values are credentials.
//!
//! The list is data (`credentials.json`) that the recorder bundles too, so that the recorder and an
//! export always redact the same names.

use std::sync::OnceLock;

use json_spans::Fields;

/// The list in `credentials.json`: each field is a string of entries separated by spaces. Names are
/// compared in snake case.
#[derive(Debug)]
pub(super) struct Credentials {
    /// Substrings of a name.
    parts: Vec<&'static str>,
    /// Substrings of a name, followed by `key` or `_key`.
    keys: Vec<&'static str>,
    /// Complete segments of a name: `X-Auth`, `connect.sid`, `userPwd`.
    segments: Vec<&'static str>,
    /// Complete names, apart from a leading `x_`.
    names: Vec<&'static str>,
    /// Segments of names that count, permit or request credentials: `max_tokens` is not a
    /// credential.
    about_any: Vec<&'static str>,
    /// Last segments of names that describe a credential: `session_count` and `token_type` are not
    /// credentials.
    about_last: Vec<&'static str>,
    /// Parameters that make `code` an OAuth authorization code.
    code_context: Vec<&'static str>,
    /// Schemes of HTTP authentication, which a token follows.
    pub(super) schemes: Vec<&'static str>,
    /// Complete names that are ordinary content as keys of a message, apart from a leading `x_`.
    ordinary_names: Vec<&'static str>,
    /// What precedes `token` in the names of cursors and of reports of progress.
    cursors: Vec<&'static str>,
    /// Substrings of names that may be ordinary content as keys of a message.
    ambiguous_parts: Vec<&'static str>,
    /// Complete names that may be ordinary content as keys of a message.
    ambiguous_names: Vec<&'static str>,
}

/// The list, parsed once.
pub(super) fn credentials() -> &'static Credentials {
    static LIST: OnceLock<Credentials> = OnceLock::new();
    LIST.get_or_init(|| Credentials::parse(include_str!("credentials.json")))
}

impl Credentials {
    fn parse(json: &'static str) -> Self {
        let entries = |key: &str| -> Vec<&'static str> {
            let field = Fields::of(json.as_bytes()).find(|field| field.key == key.as_bytes());
            let text = field.and_then(|field| std::str::from_utf8(field.value).ok()).unwrap_or_default();
            text.trim_matches('"').split_ascii_whitespace().collect()
        };
        Self {
            parts: entries("parts"),
            keys: entries("keys"),
            segments: entries("segments"),
            names: entries("names"),
            about_any: entries("aboutAny"),
            about_last: entries("aboutLast"),
            code_context: entries("codeContext"),
            schemes: entries("schemes"),
            ordinary_names: entries("ordinaryNames"),
            cursors: entries("cursors"),
            ambiguous_parts: entries("ambiguousParts"),
            ambiguous_names: entries("ambiguousNames"),
        }
    }

    /// Whether a name, as [`snake_case`] returns it, is that of a credential.
    fn matches(&self, name: &str) -> bool {
        let mut has_segment = false;
        let mut last = "";
        for segment in name.split('_').filter(|segment| !segment.is_empty()) {
            if self.about_any.contains(&segment) {
                return false;
            }
            has_segment |= self.segments.contains(&segment);
            last = segment;
        }
        if self.about_last.contains(&last) {
            return false;
        }
        let full_name = name.trim_matches('_');
        let is_before_key = |at: usize| {
            let before = name.get(..at).unwrap_or_default();
            let before = before.strip_suffix('_').unwrap_or(before);
            self.keys.iter().any(|kind| before.ends_with(kind))
        };
        has_segment
            || self.names.contains(&full_name.strip_prefix("x_").unwrap_or(full_name))
            || self.parts.iter().any(|part| name.contains(part))
            || name.match_indices("key").any(|(at, _)| is_before_key(at))
    }
}

/// Number of bytes of a name that are inspected, from its end: more than any header or parameter is
/// named.
pub(super) const MAX_NAME: usize = 100;

/// Whether the value of a header, a parameter or a key named `name` is a credential.
pub fn is_credential_name(name: &str) -> bool {
    let start = name.len().saturating_sub(MAX_NAME);
    is_credential(name.as_bytes().get(start..).unwrap_or_default())
}

/// [`is_credential_name`] of a name of at most [`MAX_NAME`] bytes.
pub(super) fn is_credential(name: &[u8]) -> bool {
    credentials().matches(&snake_case(name))
}

/// Whether a key named `name` in a message holds a credential. Messages are the content of a page:
/// `key`, `card` and `session` are ordinary names there, and are no credentials.
pub fn is_payload_credential_name(name: &str) -> bool {
    let start = name.len().saturating_sub(MAX_NAME);
    is_payload_credential(name.as_bytes().get(start..).unwrap_or_default())
}

/// [`is_payload_credential_name`] of a name of at most [`MAX_NAME`] bytes.
pub(super) fn is_payload_credential(name: &[u8]) -> bool {
    let list = credentials();
    let name = snake_case(name);
    let full_name = name.trim_matches('_');
    let ordinary_name = full_name.strip_prefix("x_").unwrap_or(full_name);
    let before_token = full_name.strip_suffix("token").map(|first| first.trim_end_matches('_'));
    let is_ordinary = list.ordinary_names.contains(&ordinary_name)
        || before_token.is_some_and(|first| list.cursors.contains(&first));
    let is_ambiguous = list.ambiguous_names.contains(&full_name)
        || list.ambiguous_parts.iter().any(|part| name.contains(part));
    // The recorder redacts the values of ambiguous keys by their shape, and only some of them.
    list.matches(&name) && !is_ordinary && (!is_ambiguous || full_name == "token")
}

/// Whether a parameter named `code` is an OAuth authorization code if another parameter is named
/// `name`.
pub(super) fn is_code_context(name: &[u8]) -> bool {
    credentials().code_context.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()))
}

/// A name in snake case, with `_` before and after it: `_x_amz_security_token_`, `_session_id_`,
/// `_dpop_`. A segment ends at a character other than an ASCII letter or digit, and before a
/// capital that does not follow a capital and precedes a letter.
fn snake_case(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    let mut before = b'_';
    for (at, byte) in name.iter().copied().enumerate() {
        let is_part = byte.is_ascii_alphanumeric();
        let begins_segment = byte.is_ascii_uppercase()
            && !before.is_ascii_uppercase()
            && name.get(at + 1).is_some_and(u8::is_ascii_alphabetic);
        if !text.ends_with('_') && (begins_segment || !is_part || text.is_empty()) {
            text.push('_');
        }
        if is_part {
            text.push(char::from(byte.to_ascii_lowercase()));
        }
        before = byte;
    }
    if !text.ends_with('_') {
        text.push('_');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_the_list_is_parsed() {
        let list = credentials();
        for entries in [
            &list.parts,
            &list.keys,
            &list.segments,
            &list.names,
            &list.about_any,
            &list.about_last,
            &list.code_context,
            &list.schemes,
            &list.ordinary_names,
            &list.cursors,
            &list.ambiguous_parts,
            &list.ambiguous_names,
        ] {
            assert!(!entries.is_empty(), "{list:?}");
        }
        assert_eq!((list.parts.first(), list.names.last()), (Some(&"token"), Some(&"cvc")));
    }

    #[test]
    fn names_are_split_at_separators_and_capitals() {
        for (name, expected) in [
            ("X-Amz-Security-Token", "_x_amz_security_token_"),
            ("sessionCount", "_session_count_"),
            ("user[Password]", "_user_password_"),
            ("PHPSESSID", "_phpsessid_"),
            ("tokén2Ab", "_tok_n2_ab_"),
            ("DPoP", "_dpop_"),
            ("--", "_"),
            ("", "_"),
        ] {
            assert_eq!(snake_case(name.as_bytes()), expected, "{name}");
        }
    }

    #[test]
    fn the_end_of_a_long_name_is_inspected() {
        assert!(is_credential_name(&format!("{}token", "a".repeat(10_000))));
        assert!(!is_credential_name(&"é".repeat(10_000)));
    }
}
