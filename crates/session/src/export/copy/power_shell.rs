//! `Invoke-WebRequest`, for Windows PowerShell 5.1 and PowerShell 7.
//!
//! Quoting by "about Quoting Rules": between `'…'` only a quote has a meaning, which is doubled.
//! The tokenizer takes U+2018 to U+201B for single and U+201C to U+201E for double quotes
//! (`CharExtensions` of PowerShell), so that nothing outside of ASCII is written as it is: strings
//! with such characters or control characters are between `"…"`, where `` ` `` escapes and
//! `$([char]0x…)` is a unit of UTF-16.

use std::fmt::Write as _;

use super::remark::{Names, Omission, Remark};
use super::request::HttpRequest;
use crate::encodings::base64;
use crate::model::Header;

const TOOL: &str = "PowerShell";

/// Headers that Windows PowerShell refuses in `-Headers`: .NET Framework has properties for them
/// (`WebHeaderCollection.IsRestricted`). `accept` and `referer` have one too, which the cmdlet
/// sets.
const REFUSED: [&str; 7] =
    ["connection", "date", "expect", "host", "if-modified-since", "proxy-connection", "range"];

/// The methods that `-Method` knows (`WebRequestMethod`).
const METHODS: [&str; 9] = ["DELETE", "GET", "HEAD", "MERGE", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"];

/// The commands: the session that holds the cookies, and the request.
pub(super) fn write(request: &mut HttpRequest) -> String {
    prepare(request);
    let mut text = String::new();
    let session = session(request);
    if let Some(lines) = &session {
        text.push_str(lines);
    }
    let mut parameters = vec![format!("-Uri {}", quoted(&request.url.url)), method(request)];
    if session.is_some() {
        parameters.push("-WebSession $session".to_owned());
    }
    let mut headers = Vec::new();
    for Header { name, value } in &request.headers {
        match name.to_ascii_lowercase().as_str() {
            "user-agent" => parameters.push(format!("-UserAgent {}", quoted(value))),
            "content-type" => parameters.push(format!("-ContentType {}", quoted(value))),
            "cookie" => {}
            _ => headers.push(format!("    {} = {}", quoted(name), quoted(value))),
        }
    }
    if !headers.is_empty() {
        parameters.push(format!("-Headers ([ordered]@{{\n{}\n  }})", headers.join("\n")));
    }
    parameters.extend(request.body.take().map(|bytes| format!("-Body {}", body(&bytes))));
    text.push_str("Invoke-WebRequest -UseBasicParsing ");
    text.push_str(&parameters.join(" `\n  "));
    text
}

/// Several commands.
pub(super) const SEPARATOR: &str = ";\n";

fn prepare(request: &mut HttpRequest) {
    request.omit_body(TOOL, &["GET", "HEAD"]);
    request.omit(
        |header| REFUSED.iter().any(|name| header.name.eq_ignore_ascii_case(name)),
        Omission::SetByTool(TOOL),
    );
    let is_empty_parameter = |header: &Header| {
        header.value.is_empty()
            && ["user-agent", "content-type"].iter().any(|name| header.name.eq_ignore_ascii_case(name))
    };
    request.omit(is_empty_parameter, Omission::SetByTool(TOOL));
    request.join_repeated();
    request.remarks.extend(request.url.is_changed_by_dot_net().then_some(Remark::UrlNormalized(TOOL)));
    request.remark_added(TOOL, &[&["User-Agent"]]);
    if request.body.is_some() {
        request.remark_added(TOOL, &[&["Content-Type"]]);
    }
}

fn method(request: &mut HttpRequest) -> String {
    if METHODS.contains(&request.method.as_str()) {
        return format!("-Method {}", quoted(&request.method));
    }
    request.remarks.push(Remark::NeedsPowerShell7);
    format!("-CustomMethod {}", quoted(&request.method))
}

/// The statements that create a session with the cookies; `None` without cookies. In `-Headers`
/// Windows PowerShell ignores them.
fn session(request: &mut HttpRequest) -> Option<String> {
    let cookies = request.header("cookie")?.to_owned();
    let mut lines = "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n".to_owned();
    let host = quoted(request.url.host());
    let mut refused = Names::default();
    for cookie in cookies.split(';').map(str::trim).filter(|cookie| !cookie.is_empty()) {
        let (name, value) = cookie.split_once('=').unwrap_or(("", cookie));
        if !is_accepted(name, value) {
            refused.add(if name.is_empty() { cookie } else { name });
            continue;
        }
        // Writing to a string never fails.
        let _ = writeln!(
            lines,
            "$session.Cookies.Add((New-Object System.Net.Cookie({}, {}, '/', {host})))",
            quoted(name),
            quoted(value)
        );
    }
    request.remarks.extend((!refused.is_empty()).then_some(Remark::CookiesOmitted(refused)));
    Some(lines)
}

/// Whether `System.Net.Cookie` accepts the cookie: no name that begins with `$` or has white space,
/// and no separators.
fn is_accepted(name: &str, value: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('$')
        && !name.contains(['=', ';', ',', ' ', '\t'])
        && !value.contains([';', ','])
        && name.is_ascii()
        && value.is_ascii()
}

/// The bytes of the body. Windows PowerShell sends a string in an encoding that depends on the
/// content type, so that none is passed as a string.
fn body(bytes: &[u8]) -> String {
    let is_legible = |char: char| char.is_ascii_graphic() || matches!(char, ' ' | '\n' | '\r' | '\t');
    match std::str::from_utf8(bytes) {
        Ok(text) if text.chars().all(is_legible) => {
            format!("([System.Text.Encoding]::UTF8.GetBytes({}))", quoted(text))
        }
        _ => format!("([System.Convert]::FromBase64String('{}'))", base64::encode(bytes)),
    }
}

/// The text as a string.
pub(super) fn quoted(text: &str) -> String {
    if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut quoted = String::with_capacity(text.len() + 8);
    quoted.push('"');
    for char in text.chars() {
        match char {
            '`' | '$' | '"' => {
                quoted.push('`');
                quoted.push(char);
            }
            '\n' => quoted.push_str("`n"),
            '\r' => quoted.push_str("`r"),
            '\t' => quoted.push_str("`t"),
            char if char.is_ascii_graphic() || char == ' ' => quoted.push(char),
            char => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    // Writing to a string never fails.
                    let _ = write!(quoted, "$([char]0x{unit:04x})");
                }
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_have_no_character_that_power_shell_interprets() {
        for (text, string) in [
            ("", "''"),
            ("it's $(x) `n \"q\"", "'it''s $(x) `n \"q\"'"),
            ("\u{2019};calc;\u{2018}", r#""$([char]0x2019);calc;$([char]0x2018)""#),
            ("\u{201d}$(calc)'`\"", "\"$([char]0x201d)`$(calc)'```\"\""),
            ("a\r\n\tb\0", "\"a`r`n`tb$([char]0x0000)\""),
            ("😀", r#""$([char]0xd83d)$([char]0xde00)""#),
        ] {
            assert_eq!(quoted(text), string);
        }
    }
}
