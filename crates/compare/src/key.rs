//! What makes two rows the same request: method, host, path and names of parameters, loosely.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};
use session::model::{Record, ResourceType, Session};

/// Bytes of a URL that are read: a `data:` URL can have megabytes.
const MAX_URL_BYTES: usize = 8192;
/// Bytes of a path that distinguish requests.
const MAX_PATH_BYTES: usize = 1024;
/// Parameters whose names distinguish requests.
const MAX_PARAMETERS: usize = 64;
/// Rows in which the address of the page is looked for.
const MAX_ROWS_OF_PAGE: usize = 200;
/// Digits of a hexadecimal number that is an identifier.
const MIN_HEX_DIGITS: usize = 8;
/// Digits of a number within a segment that is an identifier.
const MIN_DIGITS: usize = 6;
/// Characters of a token of letters and digits that is an identifier.
const MIN_TOKEN_CHARS: usize = 20;
/// In place of an identifier.
const ANY: &str = "*";
/// In place of the host of the recorded page.
const PAGE_HOST: &str = "(page)";
/// Words in host names that name an environment.
const ENVIRONMENTS: [&str; 18] = [
    "dev",
    "develop",
    "development",
    "test",
    "testing",
    "qa",
    "uat",
    "int",
    "stage",
    "staging",
    "stg",
    "preprod",
    "preview",
    "canary",
    "prod",
    "production",
    "live",
    "www",
];

/// The keys of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowKey {
    /// The same for rows that can be a pair.
    pub(crate) pattern: u32,
    /// Also the same where identifiers and values of parameters are: a hash, by which pairs are
    /// only preferred.
    pub(crate) exact: u64,
}

/// Assigns keys to the rows of both sessions.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    ids: FxHashMap<Box<str>, u32>,
    scratch: String,
}

impl Keys {
    /// The keys of a row. `page_host` is that of its session, see [`page_host`].
    pub(crate) fn of(&mut self, record: &Record, page_host: &str) -> RowKey {
        self.scratch.clear();
        write_pattern(&mut self.scratch, record, page_host);
        let known = self.ids.get(self.scratch.as_str()).copied();
        let pattern = known.unwrap_or_else(|| {
            let id = self.ids.len() as u32;
            self.ids.insert(self.scratch.as_str().into(), id);
            id
        });
        let parts = UrlParts::of(&record.url);
        let mut hasher = FxHasher::default();
        (pattern, parts.path, parts.query).hash(&mut hasher);
        RowKey { pattern, exact: hasher.finish() }
    }
}

/// The host of the recorded page, with its port, in lower case: of the first page, else of the first
/// document, else of the first row. Empty if there is none.
pub(crate) fn page_host(session: &Session) -> String {
    let of_page = session.pages.iter().map(|page| page.url.as_str());
    let first = || session.records.iter().take(MAX_ROWS_OF_PAGE);
    let documents = first().filter(|record| record.resource_type() == ResourceType::Document);
    let urls = of_page.chain(documents.map(|record| &*record.url)).chain(first().map(|record| &*record.url));
    urls.map(|url| UrlParts::of(url).host)
        .find(|host| !host.is_empty())
        .unwrap_or_default()
        .to_ascii_lowercase()
}

/// The pattern of a row as text: `GET (page)/orders/*?page&size`.
fn write_pattern(pattern: &mut String, record: &Record, page_host: &str) {
    if record.socket().is_some() {
        pattern.push_str("WebSocket");
    } else {
        pattern.extend(record.method.chars().map(|char| char.to_ascii_uppercase()));
    }
    pattern.push(' ');
    let parts = UrlParts::of(&record.url);
    if parts.host.is_empty() {
        let start = truncated(&record.url, MAX_PATH_BYTES);
        pattern.push_str(start.split([',', '?', '#']).next().unwrap_or_default());
        return;
    }
    write_host(pattern, parts.host, page_host);
    for (nth, segment) in truncated(parts.path, MAX_PATH_BYTES).split('/').enumerate() {
        if nth > 0 {
            pattern.push('/');
        }
        write_segment(pattern, segment);
    }
    let mut names: Vec<_> =
        parts.query.split('&').filter(|pair| !pair.is_empty()).take(MAX_PARAMETERS).collect();
    for name in &mut names {
        *name = name.split('=').next().unwrap_or_default();
    }
    names.sort_unstable();
    names.dedup();
    for (nth, name) in names.into_iter().enumerate() {
        pattern.push(if nth == 0 { '?' } else { '&' });
        pattern.push_str(name);
    }
}

/// Writes a host without its port and without words that name an environment, the page's own as
/// [`PAGE_HOST`].
fn write_host(pattern: &mut String, host: &str, page_host: &str) {
    if host.eq_ignore_ascii_case(page_host) {
        pattern.push_str(PAGE_HOST);
        return;
    }
    let host = host.to_ascii_lowercase();
    let name = if host.starts_with('[') { host.as_str() } else { host.split(':').next().unwrap_or_default() };
    let mut is_first = true;
    for label in name.split('.') {
        let words: Vec<_> = label.split('-').filter(|word| !is_environment(word)).collect();
        if words.is_empty() {
            continue;
        }
        if !is_first {
            pattern.push('.');
        }
        is_first = false;
        pattern.push_str(&words.join("-"));
    }
}

/// Whether a word names an environment: `staging`, `qa2`.
fn is_environment(word: &str) -> bool {
    let name = word.trim_end_matches(|char: char| char.is_ascii_digit());
    ENVIRONMENTS.contains(&name)
}

/// Writes a segment of a path, identifiers in it as [`ANY`].
fn write_segment(pattern: &mut String, segment: &str) {
    let is_number = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || is_uuid(segment) || is_token(segment) {
        pattern.push_str(ANY);
        return;
    }
    for piece in segment.split_inclusive(['.', '-', '_', '~']) {
        let word = piece.trim_end_matches(['.', '-', '_', '~']);
        pattern.push_str(if is_identifier(word) { ANY } else { word });
        pattern.push_str(piece.get(word.len()..).unwrap_or_default());
    }
}

/// Whether a word of a segment names one thing of many: a long number, a hash.
fn is_identifier(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits > 0
        && (digits == word.len() && digits >= MIN_DIGITS
            || is_hex && word.len() >= MIN_HEX_DIGITS
            || is_token(word))
}

fn is_uuid(segment: &str) -> bool {
    let is_part =
        |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut parts = segment.split('-');
    [8, 4, 4, 4, 12].into_iter().all(|len| parts.next().is_some_and(|part| is_part(part, len)))
        && parts.next().is_none()
}

/// Whether a text is a random token: long, of letters and digits in turn.
fn is_token(text: &str) -> bool {
    let is_of_token = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'=' | b'+');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    text.len() >= MIN_TOKEN_CHARS
        && text.bytes().all(is_of_token)
        && digits >= 2
        && letters >= 2
        && !text.contains("--")
        && text.split(['-', '_']).count() <= 3
}

/// The parts of a URL that are compared; empty where it has none. URLs are read as recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct UrlParts<'a> {
    /// With the port.
    host: &'a str,
    /// With the leading slash.
    path: &'a str,
    /// Without the question mark.
    query: &'a str,
}

impl<'a> UrlParts<'a> {
    fn of(url: &'a str) -> Self {
        let url = truncated(url, MAX_URL_BYTES);
        let Some((_, rest)) = url.split_once("://") else { return Self::default() };
        let (rest, _) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let slash = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(slash);
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        Self { host, path: if path.is_empty() { "/" } else { path }, query }
    }
}

/// The first `max` bytes of a text, or a few less where a character would be cut.
fn truncated(text: &str, max: usize) -> &str {
    let end = (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{http, session, socket};

    fn pattern(url: &str) -> String {
        let mut pattern = String::new();
        write_pattern(&mut pattern, &http(1, url), "shop.test");
        pattern
    }

    #[test]
    fn identifiers_in_paths_are_placeholders() {
        for (url, expected) in [
            ("https://shop.test/orders/17", "GET (page)/orders/*"),
            (
                "https://shop.test/orders/550e8400-e29b-41d4-a716-446655440000/items",
                "GET (page)/orders/*/items",
            ),
            ("https://shop.test/commits/da39a3ee5e6b4b0d3255bfef95601890afd80709", "GET (page)/commits/*"),
            ("https://shop.test/assets/app.3f2a1b4c.js", "GET (page)/assets/app.*.js"),
            ("https://shop.test/assets/chunk-5f1cab2390de.css", "GET (page)/assets/chunk-*.css"),
            ("https://shop.test/u/eyJhbGciOiJIUzI1NiJ9abc", "GET (page)/u/*"),
            ("https://shop.test/orders/order_1048576", "GET (page)/orders/order_*"),
        ] {
            assert_eq!(pattern(url), expected);
        }
    }

    #[test]
    fn words_versions_and_dates_are_not_placeholders() {
        for path in [
            "/api/v2/orders",
            "/jquery-3.6.0.min.js",
            "/deadbeef",
            "/2026-11/report",
            "/how-to-write-a-very-long-title-2",
        ] {
            assert_eq!(pattern(&format!("https://shop.test{path}")), format!("GET (page){path}"));
        }
    }

    #[test]
    fn hosts_are_compared_without_port_and_environment() {
        for host in ["api.shop.com", "api.staging.shop.com:8443", "api-qa2.shop.com", "API.shop-dev.com"] {
            assert_eq!(pattern(&format!("https://{host}/x")), "GET api.shop.com/x", "{host}");
        }
        assert_eq!(pattern("https://shop.test/x"), "GET (page)/x");
        assert_eq!(pattern("https://[::1]:80/x"), "GET [::1]:80/x");
    }

    #[test]
    fn names_of_parameters_count_and_their_values_do_not() {
        assert_eq!(pattern("https://shop.test/x?size=50&page=2&page=3#top"), "GET (page)/x?page&size");
        assert_eq!(pattern("https://shop.test?q"), "GET (page)/?q");
        let mut keys = Keys::default();
        let [one, other, same] = ["?q=1", "?q=2", "?q=1"]
            .map(|query| keys.of(&http(1, &format!("https://shop.test/{query}")), "shop.test"));
        assert_eq!(one.pattern, other.pattern);
        assert_ne!(one.exact, other.exact);
        assert_eq!(one, same);
    }

    #[test]
    fn sockets_and_requests_of_a_url_are_not_the_same() {
        let mut keys = Keys::default();
        let request = keys.of(&http(1, "https://shop.test/live"), "shop.test");
        let socket = keys.of(&socket(1, "wss://shop.test/live"), "shop.test");
        assert_ne!(request.pattern, socket.pattern);
    }

    #[test]
    fn any_text_has_a_pattern() {
        assert_eq!(pattern("data:image/png;base64,AAAA"), "GET data:image/png;base64");
        assert_eq!(pattern(""), "GET ");
        assert_eq!(pattern("://"), "GET ://");
        assert_eq!(pattern(&format!("https://é/{}", "é".repeat(9000))).chars().count(), "GET é".len() + 511);
    }

    #[test]
    fn the_host_of_the_page_is_that_of_its_first_document() {
        let rows = vec![http(1, "https://cdn.test/x.js"), http(2, "https://Shop.test:8080/x")];
        assert_eq!(page_host(&session(rows)), "cdn.test");
        assert_eq!(page_host(&session(Vec::new())), "");
    }
}
