//! Bodies of requests and responses.

use super::path::stays_inside;
use crate::decode::base64;
use crate::model::Body;

/// A body as text, or as bytes where it was recorded as base64 and decodes. Base64 that does not decode is shown as it
/// stands, named for what it is.
pub(super) fn make(text: &str, mime: String, is_base64: bool, truncated: bool) -> Body {
    if !is_base64 {
        return Body::Text { text: text.to_owned(), mime, truncated };
    }
    let Some(bytes) = base64::decode(text.as_bytes()) else {
        let mime =
            format!("{mime} (recorded as base64, but it is none: shown as recorded)").trim().to_owned();
        return Body::Text { text: text.to_owned(), mime, truncated };
    };
    match String::from_utf8(bytes) {
        Ok(text) if is_text(&text) => Body::Text { text, mime, truncated },
        Ok(text) => Body::Binary { bytes: text.into_bytes(), mime, truncated },
        Err(error) => Body::Binary { bytes: error.into_bytes(), mime, truncated },
    }
}

/// Text that happens to hold control characters is binary for a reader's eyes.
pub(super) fn is_text(text: &str) -> bool {
    !text.chars().take(4096).any(|char| char.is_control() && !matches!(char, '\n' | '\r' | '\t'))
}

/// A body that stands in a file beside the recording: `file` names it, or `sha1` as Playwright's older traces do.
pub(super) fn side_file(file: Option<&str>, sha1: Option<&str>) -> Option<String> {
    file.map(str::to_owned).or_else(|| sha1.map(|name| format!("resources/{name}")))
}

/// Where a file beside the recording holds the body. One that does not lie beside it is never opened.
pub(super) fn in_side_file(file: &str, mime: String) -> Body {
    if stays_inside(file) {
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
    match String::from_utf8(bytes) {
        Ok(text) if text.is_empty() => Body::Empty,
        Ok(text) if is_text(&text) => Body::Text { text, mime, truncated: false },
        Ok(text) => Body::Binary { bytes: text.into_bytes(), mime, truncated: false },
        Err(error) => Body::Binary { bytes: error.into_bytes(), mime, truncated: false },
    }
}
