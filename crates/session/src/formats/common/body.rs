//! Bodies of requests and responses.

use super::path::is_within_directory;
use super::unflagged_base64;
use crate::encodings::base64;
use crate::model::Body;

/// A body from its recorded text: bytes if the text is base64, else the text. `encoding` is as the
/// producer writes it. Text that cannot be decoded is shown as recorded, and its type says so.
/// Base64 without a flag is decoded if the MIME type and the bytes agree on what it is.
pub(in crate::formats) fn from_text(text: &str, mime: String, encoding: Option<&str>) -> Body {
    let shown_as_recorded = |why: String| {
        let mime = format!("{mime} ({why}: shown as recorded)").trim().to_owned();
        Body::Text { text: text.to_owned(), mime, is_truncated: false }
    };
    match Encoding::of(encoding) {
        Encoding::Plain => match unflagged_base64::decode_file(text, &mime) {
            Some(bytes) => of_bytes(bytes, mime),
            None => Body::Text { text: text.to_owned(), mime, is_truncated: false },
        },
        Encoding::Base64 => match base64::decode_payload(text.as_bytes()) {
            Some(bytes) => of_bytes(bytes, mime),
            None => shown_as_recorded("recorded as base64, but it is not".to_owned()),
        },
        Encoding::Other(name) => {
            shown_as_recorded(format!("encoding {}", name.chars().take(40).collect::<String>()))
        }
    }
}

fn of_bytes(bytes: Vec<u8>, mime: String) -> Body {
    match String::from_utf8(bytes) {
        Ok(text) if is_text(&text) => Body::Text { text, mime, is_truncated: false },
        Ok(text) => Body::Binary { bytes: text.into_bytes(), mime, is_truncated: false },
        Err(error) => Body::Binary { bytes: error.into_bytes(), mime, is_truncated: false },
    }
}

enum Encoding<'a> {
    Plain,
    Base64,
    Other(&'a str),
}

impl<'a> Encoding<'a> {
    /// HAR knows only `base64`; producers also name character sets, and write either in any case.
    fn of(name: Option<&'a str>) -> Self {
        let name = name.unwrap_or_default().trim();
        match name.to_ascii_lowercase().as_str() {
            "base64" | "base-64" | "base64url" => Self::Base64,
            "" | "utf8" | "utf-8" | "us-ascii" | "ascii" | "latin1" | "iso-8859-1" | "utf-16" | "text"
            | "plain" | "none" | "identity" | "string" | "json" | "false" => Self::Plain,
            _ => Self::Other(name),
        }
    }
}

/// Whether a text can be displayed as one: it has no control characters other than white space.
pub(in crate::formats) fn is_text(text: &str) -> bool {
    let is_allowed = |char: char| matches!(char, '\n' | '\r' | '\t' | '\x7f');
    !text.chars().take(4096).any(|char| char.is_control() && !is_allowed(char))
}

/// The path of a body in a file of the recording: `file`, or the name `sha1` of Playwright's older
/// traces.
pub(in crate::formats) fn sidecar(file: Option<&str>, sha1: Option<&str>) -> Option<String> {
    file.map(str::to_owned).or_else(|| sha1.map(|name| format!("resources/{name}")))
}

/// A body in a file of the recording. A file outside the recording's folder is never opened.
pub(in crate::formats) fn in_sidecar(file: &str, mime: String) -> Body {
    if is_within_directory(file) {
        return Body::InFile { path: file.into(), mime };
    }
    let name: String = file.chars().take(200).collect();
    Body::NotRecorded(format!("Body is in {name}, outside the recording's folder; not opened for safety"))
}

/// A body that was read from its own file. `mime` is its recorded MIME type.
pub fn from_file(bytes: Vec<u8>, mime: String) -> Body {
    if bytes.is_empty() { Body::Empty } else { of_bytes(bytes, mime) }
}
