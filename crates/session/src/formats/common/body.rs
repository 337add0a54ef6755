//! Bodies of requests and responses.

use super::path::is_within_directory;
use crate::encodings::base64;
use crate::model::Body;

/// A body as text, or as bytes where it was recorded as base64 and decodes. `encoding` is as the producer writes it. Text
/// that does not decode is shown as recorded, and its type says so; base64 that the producer does not name is decoded
/// where the type and the bytes agree on what it is.
pub(in crate::formats) fn make(text: &str, mime: String, encoding: Option<&str>, truncated: bool) -> Body {
    let shown_as_recorded = |why: String| {
        let mime = format!("{mime} ({why}: shown as recorded)").trim().to_owned();
        Body::Text { text: text.to_owned(), mime, truncated }
    };
    match Encoding::of(encoding) {
        Encoding::Plain => match unnamed_base64(text, &mime) {
            Some(bytes) => of_bytes(bytes, mime, truncated),
            None => Body::Text { text: text.to_owned(), mime, truncated },
        },
        Encoding::Base64 => match base64::decode_payload(text.as_bytes()) {
            Some(bytes) => of_bytes(bytes, mime, truncated),
            None => shown_as_recorded("recorded as base64, but it is not".to_owned()),
        },
        Encoding::Other(name) => {
            shown_as_recorded(format!("encoding {}", name.chars().take(40).collect::<String>()))
        }
    }
}

fn of_bytes(bytes: Vec<u8>, mime: String, truncated: bool) -> Body {
    match String::from_utf8(bytes) {
        Ok(text) if is_text(&text) => Body::Text { text, mime, truncated },
        Ok(text) => Body::Binary { bytes: text.into_bytes(), mime, truncated },
        Err(error) => Body::Binary { bytes: error.into_bytes(), mime, truncated },
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

/// The bytes of base64 that no producer's flag announces, for a type of file that text cannot be: the bytes have to begin
/// as files of such types do.
fn unnamed_base64(text: &str, mime: &str) -> Option<Vec<u8>> {
    let family = mime.trim_start().split(['/', ';']).next()?.to_ascii_lowercase();
    let is_binary = matches!(family.as_str(), "image" | "font" | "audio" | "video" | "application");
    let text = match text.strip_prefix("data:").and_then(|url| url.split_once(";base64,")) {
        Some((kind, data)) if kind.len() < 100 => data,
        _ => text,
    };
    // Each file's first bytes, as base64: nothing is decoded of what is something else.
    let is_file = is_binary && SIGNATURES.iter().any(|sign| text.starts_with(sign));
    is_file.then(|| base64::decode_payload(text.as_bytes())).flatten()
}

/// How files begin, in base64: PNG, JPEG, GIF, `WebP` and WAV, ICO, AVIF and MP4, SVG, XML, WOFF, WOFF2,
/// `TrueType`, `OpenType`, PDF, zip, gzip, `WebAssembly`, Ogg, MP3, `WebM`.
const SIGNATURES: [&str; 21] = [
    "iVBORw0KGgo",
    "/9j/",
    "R0lGODdh",
    "R0lGODlh",
    "UklGR",
    "AAABAA",
    "AAAAHGZ0eX",
    "AAAAIGZ0eX",
    "AAAAGGZ0eX",
    "PHN2Zy",
    "PD94bWwg",
    "d09GR",
    "d09GMg",
    "AAEAAAA",
    "T1RUTw",
    "JVBERi0",
    "UEsDBA",
    "AGFzbQ",
    "T2dnUw",
    "SUQz",
    "GkXfo",
];

/// Text that happens to hold control characters is binary for a reader's eyes.
pub(in crate::formats) fn is_text(text: &str) -> bool {
    let is_allowed = |char: char| matches!(char, '\n' | '\r' | '\t' | '\x7f');
    !text.chars().take(4096).any(|char| char.is_control() && !is_allowed(char))
}

/// A body in a file of the recording: `file` names it, or `sha1` as Playwright's older traces do.
pub(in crate::formats) fn sidecar(file: Option<&str>, sha1: Option<&str>) -> Option<String> {
    file.map(str::to_owned).or_else(|| sha1.map(|name| format!("resources/{name}")))
}

/// Where a file of the recording holds the body. One that is outside of it is never opened.
pub(in crate::formats) fn in_sidecar(file: &str, mime: String) -> Body {
    if is_within_directory(file) {
        return Body::InFile { path: file.into(), mime };
    }
    let name: String = file.chars().take(200).collect();
    Body::NotRecorded(format!(
        "The body stands in {name}, which does not lie beside the recording: it is not opened"
    ))
}

/// A body that was read from a file of its own.
///
/// `mime` is what the recording says that it is.
pub fn from_file(bytes: Vec<u8>, mime: String) -> Body {
    if bytes.is_empty() { Body::Empty } else { of_bytes(bytes, mime, false) }
}
