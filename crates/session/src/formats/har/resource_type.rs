//! Infers the type of a request that its producer does not name, from request headers, MIME type,
//! method and URL.

use crate::formats::common::infer;
use crate::formats::common::values::visit_pairs;
use crate::model::ResourceType;

/// Hints of the request headers.
#[derive(Debug, Default)]
struct Hints {
    /// From `Sec-Fetch-Dest`.
    destination: Option<Destination>,
    /// `X-Requested-With: XMLHttpRequest`. Other values are names of apps.
    is_xhr: bool,
    /// The first media type of `Accept`.
    accepted: Option<ResourceType>,
    /// `Access-Control-Request-Method`.
    requests_method: bool,
}

#[derive(Clone, Copy, Debug)]
enum Destination {
    Named(ResourceType),
    /// `empty`: `fetch`, `XMLHttpRequest`, `EventSource` and beacons.
    Script,
}

/// The inferred type; `None` without any hint. `headers` are those of the request, as written.
pub(super) fn infer(headers: &[u8], method: &str, mime: &str, url: &str) -> Option<ResourceType> {
    let hints = Hints::of(headers);
    let by_mime = infer::type_of_mime(mime);
    if hints.requests_method && method.eq_ignore_ascii_case("OPTIONS") {
        return Some(ResourceType::Preflight);
    }
    if let Some(Destination::Named(named)) = hints.destination {
        return Some(named);
    }
    let streamed = [hints.accepted, by_mime].contains(&Some(ResourceType::EventSource));
    if streamed && !hints.is_xhr {
        return Some(ResourceType::EventSource);
    }
    if hints.is_xhr {
        return Some(ResourceType::Xhr);
    }
    if hints.destination.is_some() {
        return Some(by_mime.filter(|mime| *mime == ResourceType::Wasm).unwrap_or(ResourceType::Fetch));
    }
    match hints.accepted {
        // Some clients accept HTML in every request: a response of another type decides.
        Some(ResourceType::Document) => return by_mime.or(Some(ResourceType::Document)),
        Some(accepted) => return Some(accepted),
        None => {}
    }
    // Pages load their resources with GET.
    let is_loaded = ["", "GET", "HEAD"].iter().any(|known| method.eq_ignore_ascii_case(known));
    if is_loaded {
        return by_mime.or_else(|| infer::type_of_url(url));
    }
    Some(by_mime.filter(|mime| *mime == ResourceType::Document).unwrap_or(ResourceType::Fetch))
        .filter(|_| !method.eq_ignore_ascii_case("CONNECT"))
}

impl Hints {
    fn of(headers: &[u8]) -> Self {
        let mut hints = Self::default();
        visit_pairs(headers, &mut |name, value| match name.len() {
            6 if name.eq_ignore_ascii_case("accept") => hints.accepted = type_accepted(value),
            14 if name.eq_ignore_ascii_case("sec-fetch-dest") => hints.destination = destination(value),
            16 if name.eq_ignore_ascii_case("x-requested-with") => {
                hints.is_xhr = value.trim().eq_ignore_ascii_case("XMLHttpRequest");
            }
            29 if name.eq_ignore_ascii_case("access-control-request-method") => hints.requests_method = true,
            _ => {}
        });
        hints
    }
}

/// The destination by the terms of the Fetch standard.
fn destination(value: &str) -> Option<Destination> {
    Some(Destination::Named(match value.trim() {
        "empty" => return Some(Destination::Script),
        "document" | "iframe" | "frame" | "embed" | "object" => ResourceType::Document,
        "style" => ResourceType::Stylesheet,
        "script" | "worker" | "sharedworker" | "serviceworker" | "audioworklet" | "paintworklet" => {
            ResourceType::Script
        }
        "image" => ResourceType::Image,
        "font" => ResourceType::Font,
        "audio" | "video" | "track" => ResourceType::Media,
        "manifest" => ResourceType::Manifest,
        "json" => ResourceType::Fetch,
        "report" => ResourceType::Ping,
        _ => return None,
    }))
}

/// The type of the first media type of `Accept`. `*/*` does not name one.
fn type_accepted(value: &str) -> Option<ResourceType> {
    let first = value.split([',', ';']).next()?.trim();
    infer::type_of_mime(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(headers: &str, method: &str, mime: &str) -> Option<ResourceType> {
        let raw: Vec<String> = headers
            .split('|')
            .filter_map(|header| header.split_once(": "))
            .map(|(name, value)| format!(r#"{{"name":"{name}","value":"{value}"}}"#))
            .collect();
        infer(format!("[{}]", raw.join(",")).as_bytes(), method, mime, "https://a.test/x")
    }

    #[test]
    fn the_destination_of_a_request_decides() {
        for (destination, expected) in [
            ("document", ResourceType::Document),
            ("iframe", ResourceType::Document),
            ("style", ResourceType::Stylesheet),
            ("serviceworker", ResourceType::Script),
            ("image", ResourceType::Image),
            ("track", ResourceType::Media),
            ("manifest", ResourceType::Manifest),
            ("empty", ResourceType::Fetch),
        ] {
            let headers = format!("Sec-Fetch-Dest: {destination}|accept: */*");
            assert_eq!(by(&headers, "GET", "text/html"), Some(expected), "{destination}");
        }
    }

    #[test]
    fn scripts_are_recognized_by_their_headers() {
        let empty = "sec-fetch-dest: empty|";
        assert_eq!(
            by(&format!("{empty}x-requested-with: XMLHttpRequest"), "GET", "text/html"),
            Some(ResourceType::Xhr)
        );
        assert_eq!(
            by(&format!("{empty}accept: text/event-stream"), "GET", ""),
            Some(ResourceType::EventSource)
        );
        assert_eq!(by(empty, "GET", "application/wasm"), Some(ResourceType::Wasm));
        assert_eq!(
            by("accept: application/json, text/plain, */*", "GET", "text/html"),
            Some(ResourceType::Fetch)
        );
        assert_eq!(by("access-control-request-method: PUT", "OPTIONS", ""), Some(ResourceType::Preflight));
        assert_eq!(by("x-requested-with: com.example.app", "GET", ""), None);
    }

    #[test]
    fn the_type_of_the_response_overrides_accepted_html() {
        let html = "accept: text/html,application/xhtml+xml,*/*;q=0.8";
        assert_eq!(by(html, "GET", "text/plain"), Some(ResourceType::Document));
        assert_eq!(by(html, "POST", "text/html"), Some(ResourceType::Document));
        assert_eq!(by(html, "GET", "image/png"), Some(ResourceType::Image));
    }

    #[test]
    fn requests_of_other_methods_than_get_are_not_resources_of_a_page() {
        assert_eq!(by("", "POST", ""), Some(ResourceType::Fetch));
        assert_eq!(by("", "PUT", "image/gif"), Some(ResourceType::Fetch));
        assert_eq!(by("", "POST", "text/html"), Some(ResourceType::Document));
        assert_eq!(by("", "GET", "image/gif"), Some(ResourceType::Image));
        assert_eq!((by("", "GET", ""), by("accept: */*", "", ""), by("", "CONNECT", "")), (None, None, None));
    }
}
