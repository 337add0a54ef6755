//! cURL for the command prompt of Windows.
//!
//! A line is read three times:
//! 1. cmd replaces `%name%` by the variable, within quotes too and whatever `^` is around. On the
//!    command line a variable that does not exist is left as it is. So every `%` is written as `^%`
//!    and followed by a `^`: each name that cmd may look for begins with `^`, which none has.
//! 2. cmd drops each `^` and takes the next character as it is, also `& | < > ( ) "`. Quotes are
//!    escaped like that, so that cmd never is between quotes, where `^` has no meaning.
//! 3. The program divides its line into arguments as Microsoft's C runtime does ("Parsing C
//!    command-line arguments"): `\"` is a quote, and backslashes before a quote are doubled.
//!
//! What no argument carries: line breaks (cmd removes CR, and LF ends the line), tabs (which
//! complete file names while a line is typed), other control characters, and everything outside of
//! ASCII, which Windows may replace by similar characters, quotes among them, for a program that
//! is not compiled for Unicode. A body with such bytes is written to a temporary file by PowerShell
//! first. A pipe would do without the file, but cmd may start another cmd for each of its sides,
//! which reads the line again.

use super::curl::{self, CurlOption};
use super::remark::{Names, Omission, Remark};
use super::request::HttpRequest;
use crate::encodings::base64;

/// Characters of a line on the command line of cmd.
const MAX_LINE: usize = 8191;
/// Of a temporary file, between double quotes.
const BODY_FILE: &str = "replayscope-body.bin";

/// The command.
pub(super) fn write(request: &mut HttpRequest) -> String {
    request.omit(|header| !header.value.is_ascii(), Omission::NotInCmd);
    request.remarks.retain(|remark| !matches!(remark, Remark::HeadersAsUtf8(_)));
    replace_tabs(request);
    curl::prepare(request);
    let mut options = curl::options(request);
    let body = request.body.take();
    let is_in_file = body.as_deref().is_some_and(|body| !is_argument(body));
    let mut command = String::new();
    if let Some(body) = &body {
        if is_in_file {
            command = writing_file(body);
        } else {
            options.push(CurlOption::with("--data-raw", String::from_utf8_lossy(body)));
        }
    }
    command.push_str("curl ");
    command.push_str(&quoted(&request.url.url));
    for option in options.iter().chain(&curl::compressed(request)) {
        command.push_str(" ^\r\n  ");
        command.push_str(option.name);
        if let Some(value) = &option.value {
            command.push(' ');
            command.push_str(&quoted(value));
        }
    }
    let has_percent = command.contains('%');
    if is_in_file {
        request.remarks.push(Remark::TemporaryFile);
        let rest = format!(" ^\r\n  --data-binary \"@%TEMP%\\{BODY_FILE}\" & del \"%TEMP%\\{BODY_FILE}\"");
        command.push_str(&rest);
    }
    request.remarks.extend(has_percent.then_some(Remark::NotForBatchFiles));
    curl::check_length(command.len(), MAX_LINE, "a line of cmd", &mut request.remarks);
    command
}

/// Several commands: one after the other, whatever each returns.
pub(super) const SEPARATOR: &str = " &\r\n";

/// A command that writes the body to a file, and the separator. Base64 has no character that cmd or
/// PowerShell interprets between these quotes.
fn writing_file(body: &[u8]) -> String {
    format!(
        "powershell -NoProfile -Command \"[IO.File]::WriteAllBytes($env:TEMP+'\\{BODY_FILE}',\
         [Convert]::FromBase64String('{}'))\" & ",
        base64::encode(body)
    )
}

/// Whether an argument can carry the bytes.
fn is_argument(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

/// Within a header a tab is a space (RFC 9110, section 5.6.3).
fn replace_tabs(request: &mut HttpRequest) {
    let mut names = Names::default();
    for header in request.headers.iter_mut().filter(|header| header.value.contains('\t')) {
        header.value = header.value.replace('\t', " ");
        names.add(&header.name);
    }
    request.remarks.extend((!names.is_empty()).then_some(Remark::TabsInHeaders(names)));
}

/// The text, which is printable ASCII, as one argument.
pub(super) fn quoted(text: &str) -> String {
    escaped(&argument(text))
}

/// The argument as the C runtime reads it.
fn argument(text: &str) -> String {
    let mut argument = String::with_capacity(text.len() + 2);
    argument.push('"');
    let mut backslashes = 0;
    for char in text.chars() {
        match char {
            '\\' => backslashes += 1,
            '"' => {
                argument.extend(std::iter::repeat_n('\\', backslashes + 1));
                backslashes = 0;
            }
            _ => backslashes = 0,
        }
        argument.push(char);
    }
    argument.extend(std::iter::repeat_n('\\', backslashes));
    argument.push('"');
    argument
}

/// The text as cmd reads it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(2 * text.len());
    let mut is_after_percent = false;
    for char in text.chars() {
        let is_plain = char.is_ascii_alphanumeric() || matches!(char, ' ' | '-' | '_' | '.' | '/' | ':');
        if !is_plain || is_after_percent {
            escaped.push('^');
        }
        escaped.push(char);
        is_after_percent = char == '%';
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_have_no_character_that_cmd_interprets() {
        for (text, word) in [
            ("", r#"^"^""#),
            ("a b", r#"^"a b^""#),
            (r#"a"&calc&"#, r#"^"a^\^"^&calc^&^""#),
            ("%PATH%", r#"^"^%^PATH^%^""#),
            ("100%%x", r#"^"100^%^%^x^""#),
            (r"c:\", r#"^"c:^\^\^""#),
        ] {
            assert_eq!(quoted(text), word);
        }
    }
}
