//! Credentials that are recognized by their shape, whatever their name.

use std::ops::Range;

use super::bytes::{is_base64url, is_token_byte};

/// Number of characters from which on the text after a scheme or a name can be a token.
const MIN_TOKEN: usize = 6;
/// Number of characters from which on `code=…` is an authorization code, whatever other parameters
/// there are.
const MIN_CODE: usize = 16;

fn run(text: &[u8], from: usize, is_part: fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    from + rest.iter().take_while(|byte| is_part(**byte)).count()
}

/// Whether the text after an authentication scheme is a token rather than a word of prose: it has a
/// digit, a capital after a small letter, or a hyphen or a dot within it.
pub(super) fn is_token(text: &[u8]) -> bool {
    let is_mixed = |pair: &[u8]| match pair {
        [before, after] => {
            (before.is_ascii_lowercase() && after.is_ascii_uppercase())
                || (b"-._~+".contains(before) && after.is_ascii_alphanumeric())
        }
        _ => false,
    };
    text.len() >= MIN_TOKEN
        && text.iter().all(|byte| is_token_byte(*byte))
        && (text.iter().any(u8::is_ascii_digit) || text.windows(2).any(is_mixed))
}

/// Whether the text looks like a secret where a name alone does not prove that it is one: letters
/// and digits together.
pub(super) fn is_secret_like(text: &[u8]) -> bool {
    const MIN: usize = 8;
    text.len() >= MIN
        && text.iter().any(u8::is_ascii_digit)
        && text.iter().any(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| is_token_byte(*byte))
}

pub(super) fn is_authorization_code(value: &[u8]) -> bool {
    value.len() >= MIN_CODE && is_secret_like(value)
}

/// The result of inspecting text that begins like a JSON Web Token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Credential(Range<usize>),
    /// Not a credential up to that offset.
    Not(usize),
}

/// Inspects the text at `at`; `None` if it does not begin like a JSON Web Token. A token has three
/// parts (RFC 7519), an encrypted one five, of which the second may be empty. A header's value can
/// be base64url of JSON without any signature.
pub(super) fn json_web_token(text: &[u8], at: usize, is_header: bool) -> Option<Shape> {
    if !text.get(at..)?.starts_with(b"eyJ") {
        return None;
    }
    let mut end = run(text, at, is_base64url);
    let is_long = |from: usize, to: usize| to >= from + MIN_TOKEN;
    if !is_long(at + "eyJ".len(), end) {
        return Some(Shape::Not(end));
    }
    let mut is_token = is_header;
    // After the header of the token.
    for _ in 0..4 {
        if text.get(end) != Some(&b'.') {
            break;
        }
        let part = run(text, end + 1, is_base64url);
        let is_empty_part = part == end + 1 && text.get(part) == Some(&b'.');
        if !is_token && !is_long(end + 1, part) && !is_empty_part {
            break;
        }
        is_token = true;
        end = part;
    }
    if is_header {
        end = run(text, end, is_token_byte);
    }
    Some(if is_token { Shape::Credential(at..end) } else { Shape::Not(end) })
}

/// The object or array of JSON at `from`, unless it is empty; to the end of the text if not closed.
pub(super) fn container(text: &[u8], from: usize) -> Option<Range<usize>> {
    let rest = text.get(from..).filter(|rest| matches!(rest.first(), Some(b'{' | b'[')))?;
    let mut depth = 0_usize;
    let last = rest.iter().position(|byte| {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    let found = last.map_or(rest, |last| rest.get(..=last).unwrap_or_default());
    let is_empty = found.iter().all(|byte| b"{}[] \t\r\n".contains(byte));
    (!is_empty).then_some(from..from + found.len())
}

/// The rest of the line at `from`, as the value of a header of STOMP or NATS; `None` if it is empty.
pub(super) fn rest_of_line(text: &[u8], from: usize) -> Option<Range<usize>> {
    let end = run(text, from, |byte| !matches!(byte, b'\r' | b'\n' | 0));
    (end > from).then_some(from..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<&str> {
        match json_web_token(text.as_bytes(), 0, false) {
            Some(Shape::Credential(range)) => text.get(range),
            _ => None,
        }
    }

    #[test]
    fn signed_and_encrypted_json_web_tokens_are_found() {
        for token in [
            "eyJhbGciOi.eyJzdWIi.c2ln",
            "eyJhbGciOi.eyJzdWIi",
            "eyJhbGciOi..aXY.Y2lwaGVy.dGFn",
            "eyJhbGciOi.a2V5a2V5.aXY.Y2lw.dGFn",
        ] {
            assert_eq!(found(&format!("{token} x")), Some(token));
        }
        for text in ["eyJhbGciOi", "eyJhbGciOi.js", "eyJ.eyJ.eyJ", "eyJhbGciOi. Next"] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn words_of_prose_are_not_tokens() {
        for (text, expected) in [
            ("a.1b2c3", true),
            ("hush-hush", true),
            ("dXNlcjpwYXNz", true),
            ("authentication.", false),
            ("token", false),
            ("required", false),
        ] {
            assert_eq!(is_token(text.as_bytes()), expected, "{text}");
        }
    }
}
