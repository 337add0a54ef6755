//! cURL for bash, quoted by the rules of its manual, "Quoting".
//!
//! Between `'…'` nothing has a meaning but the `'` that ends it. Everything else is written between
//! `$'…'` (ANSI-C quoting), which the shell reads without a nested meaning, and there with `\xHH`
//! for each byte that is not printable ASCII:
//! - a line break would be typed as Enter, and history expansion (`!`) starts anew on each line;
//! - `'` and `!` are escaped as `\x27` and `\x21`: older versions expand `!` after `\'`;
//! - a terminal whose encoding is not UTF-8 may turn typographic quotes into `'`.

use std::fmt::Write as _;

use super::curl::{self, CurlOption};
use super::request::HttpRequest;
use crate::encodings::base64;

/// Bytes of one argument on Linux (`MAX_ARG_STRLEN`), with its final NUL.
const MAX_ARGUMENT: usize = (128 << 10) - 1;
/// Bytes of a body that is an argument; a longer one is piped.
const MAX_BODY_ARGUMENT: usize = 96 << 10;

/// The command.
pub(super) fn write(request: &mut HttpRequest) -> String {
    curl::prepare(request);
    let mut options = curl::options(request);
    let body = request.body.take();
    let (before, body) = match &body {
        None => (String::new(), None),
        Some(body) => send(body),
    };
    options.extend(body);
    options.extend(curl::compressed(request));
    let mut command = format!("{before}curl {}", quoted(&request.url.url));
    let mut longest = request.url.url.len();
    for option in &options {
        command.push_str(" \\\n  ");
        command.push_str(option.name);
        if let Some(value) = &option.value {
            longest = longest.max(value.len());
            command.push(' ');
            command.push_str(&quoted(value));
        }
    }
    curl::check_length(longest, MAX_ARGUMENT, "an argument on Linux", &mut request.remarks);
    command
}

/// What is before `curl`, and the option that sends the body. Arguments end at the first NUL, so
/// that other bytes than text are piped as base64; `printf` is built in, so that its arguments have
/// no limit.
fn send(body: &[u8]) -> (String, Option<CurlOption>) {
    let piped = || Some(CurlOption::with("--data-binary", "@-"));
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains('\0') && body.len() <= MAX_BODY_ARGUMENT => {
            (String::new(), Some(CurlOption::with("--data-raw", text)))
        }
        Ok(text) if !text.contains('\0') => (format!("printf %s {} | ", quoted(text)), piped()),
        _ => (format!("base64 --decode <<< '{}' | ", base64::encode(body)), piped()),
    }
}

/// The text as one word of bash.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| (byte.is_ascii_graphic() || byte == b' ') && byte != b'\'' && byte != b'!';
    if text.bytes().all(is_plain) {
        return format!("'{text}'");
    }
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push_str("$'");
    for byte in text.bytes() {
        match byte {
            b'\\' => quoted.push_str(r"\\"),
            b'\n' => quoted.push_str(r"\n"),
            b'\r' => quoted.push_str(r"\r"),
            b'\t' => quoted.push_str(r"\t"),
            byte if is_plain(byte) => quoted.push(char::from(byte)),
            // At most two digits are read. Writing to a string never fails.
            byte => {
                let _ = write!(quoted, "\\x{byte:02x}");
            }
        }
    }
    quoted.push('\'');
    quoted
}

/// Several commands: one after the other, whatever each returns.
pub(super) const SEPARATOR: &str = " ;\n";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_byte_that_bash_or_a_terminal_interprets() {
        for (text, word) in [
            ("", "''"),
            (r#"a "b" $(c) `d` \e #f"#, r#"'a "b" $(c) `d` \e #f'"#),
            ("it's", r"$'it\x27s'"),
            ("';id;'!!", r"$'\x27;id;\x27\x21\x21'"),
            ("a\r\n\tb\u{1b}[2J", r"$'a\r\n\tb\x1b[2J'"),
            ("\\x41\n", r"$'\\x41\n'"),
            ("é\u{2019}a", r"$'\xc3\xa9\xe2\x80\x99a'"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
