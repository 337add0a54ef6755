//! Literals of JavaScript.

use std::fmt::Write as _;

use crate::encodings::base64;

/// The text as a string. What JavaScript, an HTML page around it, or the reader of a screen could
/// take for something else is escaped: line separators, `</script>` and `<!--`, and every character
/// outside of ASCII that is no letter or digit, such as those that change the direction of text.
pub(super) fn string(text: &str) -> String {
    let mut string = String::with_capacity(text.len() + 2);
    string.push('"');
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '"' => string.push_str("\\\""),
            '\\' => string.push_str("\\\\"),
            '\n' => string.push_str("\\n"),
            '\r' => string.push_str("\\r"),
            '\t' => string.push_str("\\t"),
            '<' if rest.peek().is_some_and(|next| matches!(next, '/' | '!' | 's' | 'S')) => {
                string.push_str("\\u003c");
            }
            char if char.is_ascii_graphic() || char == ' ' => string.push(char),
            char if !char.is_ascii() && char.is_alphanumeric() => string.push(char),
            char => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    // Writing to a string never fails.
                    let _ = write!(string, "\\u{unit:04x}");
                }
            }
        }
    }
    string.push('"');
    string
}

/// An expression for the bytes.
pub(super) fn bytes(bytes: &[u8]) -> String {
    format!("Uint8Array.from(atob(\"{}\"), (char) => char.charCodeAt(0))", base64::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_no_character_that_scripts_or_pages_interpret() {
        for (text, expected) in [
            ("", r#""""#),
            (r#"a"\b'`${c}"#, r#""a\"\\b'`${c}""#),
            ("é\u{2028}\u{202e}\u{1}\0\n", r#""é\u2028\u202e\u0001\u0000\n""#),
            ("</script><!--<SCRIPT 1<2", r#""\u003c/script>\u003c!--\u003cSCRIPT 1<2""#),
            ("😀", r#""\ud83d\ude00""#),
        ] {
            assert_eq!(string(text), expected);
        }
    }
}
