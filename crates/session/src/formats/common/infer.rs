//! Infers the type and the outcome of a request from terms of the producer.
//!
//! Every rule inspects a bounded number of bytes: a recording may hold a URL or an error message of
//! many megabytes.

use crate::model::{EventStream, Outcome, ResourceType};

/// Number of leading bytes of a text that are inspected. Names, MIME types, error messages and
/// paths of URLs are shorter.
const MAX_INSPECTED_BYTES: usize = 8 << 10;
/// Number of bytes at the end of a URL's path that are inspected for a file extension. The longest
/// that is known has 11.
const MAX_EXTENSION_BYTES: usize = 16;

/// The part of a text that is inspected.
fn prefix(text: &str) -> &str {
    let is_end = |end: &usize| text.is_char_boundary(*end);
    let end = (0..=MAX_INSPECTED_BYTES.min(text.len())).rev().find(is_end).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// The part of a MIME type before its parameters.
fn essence(mime: &str) -> &str {
    prefix(mime).split(';').next().unwrap_or_default().trim()
}

/// From the terms of Chrome's debugging protocol (`_resourceType`), of Resource Timing
/// (`initiatorType`), and of Safari.
pub(in crate::formats) fn type_of_name(name: &str) -> ResourceType {
    match prefix(name).to_ascii_lowercase().as_str() {
        "document" | "navigation" | "iframe" | "frame" | "subdocument" => ResourceType::Document,
        "stylesheet" | "css" => ResourceType::Stylesheet,
        "script" => ResourceType::Script,
        "image" | "img" | "icon" => ResourceType::Image,
        "font" => ResourceType::Font,
        "media" | "video" | "audio" | "texttrack" | "track" => ResourceType::Media,
        "fetch" => ResourceType::Fetch,
        "xhr" | "xmlhttprequest" => ResourceType::Xhr,
        "eventsource" => ResourceType::EventSource,
        "websocket" => ResourceType::WebSocket,
        "manifest" => ResourceType::Manifest,
        "wasm" => ResourceType::Wasm,
        "ping" | "beacon" | "cspviolationreport" => ResourceType::Ping,
        "preflight" => ResourceType::Preflight,
        _ => ResourceType::Other,
    }
}

/// The messages of a response that is an event stream, by its type or its MIME type: they are in
/// its body.
pub(in crate::formats) fn event_stream(resource_type: ResourceType, mime: &str) -> Option<Box<EventStream>> {
    let has_mime = essence(mime).eq_ignore_ascii_case("text/event-stream");
    (has_mime || resource_type == ResourceType::EventSource).then(|| Box::new(EventStream::Body))
}

/// `None` for a type that implies nothing.
pub(in crate::formats) fn type_of_mime(mime: &str) -> Option<ResourceType> {
    let essence = essence(mime).to_ascii_lowercase();
    let (family, kind) = essence.split_once('/')?;
    Some(match (family, kind) {
        ("text", "html") | ("application", "xhtml+xml") => ResourceType::Document,
        ("text", "css") => ResourceType::Stylesheet,
        ("text", "event-stream") => ResourceType::EventSource,
        (_, kind) if kind.contains("javascript") || kind.contains("ecmascript") => ResourceType::Script,
        ("application", "wasm") => ResourceType::Wasm,
        ("application", "manifest+json") => ResourceType::Manifest,
        ("image", _) => ResourceType::Image,
        ("font", _) => ResourceType::Font,
        (_, kind) if kind.contains("font") => ResourceType::Font,
        ("audio" | "video", _) => ResourceType::Media,
        ("application", kind) if kind == "json" || kind.ends_with("+json") || kind == "graphql" => {
            ResourceType::Fetch
        }
        _ => return None,
    })
}

/// By the extension of the last path segment. `None` for a path of more than
/// [`MAX_INSPECTED_BYTES`].
pub(in crate::formats) fn type_of_url(url: &str) -> Option<ResourceType> {
    let url = url.as_bytes();
    let inspected = url.get(..MAX_INSPECTED_BYTES).unwrap_or(url);
    let path = match memchr::memchr2(b'?', b'#', inspected) {
        Some(end) => inspected.get(..end)?,
        None if inspected.len() < url.len() => return None,
        None => inspected,
    };
    let end = path.get(path.len().saturating_sub(MAX_EXTENSION_BYTES)..)?;
    let separator = memchr::memrchr2(b'.', b'/', end).filter(|at| end.get(*at) == Some(&b'.'))?;
    let extension = std::str::from_utf8(end.get(separator + 1..)?).ok()?;
    Some(match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" | "xhtml" | "php" | "asp" | "aspx" => ResourceType::Document,
        "css" => ResourceType::Stylesheet,
        "js" | "mjs" | "cjs" => ResourceType::Script,
        "png" | "jpg" | "jpeg" | "gif" | "svg" | "webp" | "avif" | "ico" | "bmp" => ResourceType::Image,
        "woff" | "woff2" | "ttf" | "otf" | "eot" => ResourceType::Font,
        "mp4" | "webm" | "ogg" | "mp3" | "wav" | "m4a" | "mov" | "m3u8" | "mpd" => ResourceType::Media,
        "json" => ResourceType::Fetch,
        "wasm" => ResourceType::Wasm,
        "webmanifest" => ResourceType::Manifest,
        _ => return None,
    })
}

/// Chromium's error names, and terms that mean the same.
pub(in crate::formats) fn outcome_of(error: &str) -> Outcome {
    let error = prefix(error).to_ascii_lowercase();
    // A connection is aborted by the network, a request by the page.
    let is_aborted = error.contains("abort") && !error.contains("conn");
    if error.contains("blocked") {
        Outcome::Blocked
    } else if is_aborted || error.contains("cancel") {
        Outcome::Canceled
    } else {
        Outcome::Failed
    }
}

/// Whether a comment on a request without a response is about a failure.
pub(in crate::formats) fn is_failure(comment: &str) -> bool {
    const SIGNS: [&str; 28] = [
        "err_",
        "error",
        "fail",
        "abort",
        "cancel",
        "block",
        "refus",
        "reject",
        "denied",
        "forbidden",
        "unable",
        "could not",
        "couldn't",
        "cannot",
        "can't",
        "timeout",
        "timed out",
        "time out",
        "unreachable",
        "unresolved",
        "not resolve",
        "unknown host",
        "not found",
        "reset",
        "no response",
        "closed",
        "exceeded",
        "invalid",
    ];
    let comment = prefix(comment).to_ascii_lowercase();
    SIGNS.into_iter().any(|sign| comment.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_about_failures_are_recognized() {
        for comment in ["Unable to resolve host: a.test", "net::ERR_ABORTED", "Connection timed out"] {
            assert!(is_failure(comment), "{comment}");
        }
        for comment in ["[#12]", "recorded on Monday", "served from cache", ""] {
            assert!(!is_failure(comment), "{comment}");
        }
    }

    #[test]
    fn types_from_names_mime_types_and_urls() {
        assert_eq!(type_of_name("XHR"), ResourceType::Xhr);
        assert_eq!(type_of_name("xmlhttprequest"), ResourceType::Xhr);
        assert_eq!(type_of_mime("application/x-font-woff"), Some(ResourceType::Font));
        assert_eq!(type_of_mime("image/svg+xml"), Some(ResourceType::Image));
        assert_eq!(type_of_mime("application/problem+json; charset=utf-8"), Some(ResourceType::Fetch));
        assert_eq!(type_of_mime("x-unknown"), None);
        assert_eq!(type_of_url("https://a.test/x/App.MJS?v=1.css#a.png"), Some(ResourceType::Script));
        assert_eq!(type_of_url("https://a.test/x"), None);
    }

    #[test]
    fn url_type_depends_on_the_last_path_segment_alone() {
        let query = "x.png&".repeat(20_000);
        for (url, expected) in [
            (format!("https://a.test/site.webmanifest?{query}"), Some(ResourceType::Manifest)),
            (format!("https://a.test/app.css#{query}"), Some(ResourceType::Stylesheet)),
            (format!("https://a.test/{}.woff2", "n".repeat(5000)), Some(ResourceType::Font)),
            ("https://a.test/v1.css/feed".to_owned(), None),
            ("https://a.test/é.é".to_owned(), None),
            ("https://a.test/index.é/äöüäöü.js".to_owned(), Some(ResourceType::Script)),
        ] {
            assert_eq!(type_of_url(&url), expected, "{}", &url[..30]);
        }
    }

    #[test]
    fn long_values_are_inspected_up_to_a_limit() {
        let long = "a".repeat(MAX_INSPECTED_BYTES);
        for url in [format!("https://a.test/{long}.css"), format!("https://a.test/{long}/app.js?x=1")] {
            assert_eq!(type_of_url(&url), None);
        }
        let beyond = "é".repeat(MAX_INSPECTED_BYTES);
        assert_eq!(outcome_of(&format!("{beyond} blocked")), Outcome::Failed);
        assert_eq!(outcome_of(&format!("blocked {beyond}")), Outcome::Blocked);
        assert_eq!(type_of_mime(&format!("text/css; {beyond}")), Some(ResourceType::Stylesheet));
        assert_eq!(type_of_mime(&format!("{beyond}text/css")), None);
        assert_eq!(type_of_name(&format!("xhr{beyond}")), ResourceType::Other);
        assert!(is_failure(&format!("refused {beyond}")) && !is_failure(&format!("{beyond} refused")));
    }

    #[test]
    fn outcomes_from_error_names() {
        assert_eq!(outcome_of("net::ERR_ABORTED"), Outcome::Canceled);
        assert_eq!(outcome_of("net::ERR_BLOCKED_BY_CLIENT"), Outcome::Blocked);
        assert_eq!(outcome_of("net::ERR_NAME_NOT_RESOLVED"), Outcome::Failed);
        assert_eq!(outcome_of("The user aborted a request."), Outcome::Canceled);
        for failed in ["net::ERR_CONNECTION_ABORTED", "timeout of 100 ms exceeded (ECONNABORTED)"] {
            assert_eq!(outcome_of(failed), Outcome::Failed);
        }
    }
}
