//! The parts of a URL that rules compare. URLs are read as recorded, without validation.

use memchr::{memchr, memchr3, memmem};

/// Bytes of a URL that are read: a `data:` URL can have megabytes.
const MAX_BYTES: usize = 8192;

/// The parts of a URL; empty where it has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct UrlParts<'a> {
    /// As written, without the colon.
    pub(crate) scheme: &'a str,
    /// User and password, without the `@`.
    pub(crate) user_info: &'a str,
    /// With the port.
    pub(crate) host: &'a str,
    /// With the leading slash.
    pub(crate) path: &'a str,
    /// Without the question mark.
    pub(crate) query: &'a str,
    /// Without the hash.
    pub(crate) fragment: &'a str,
}

impl<'a> UrlParts<'a> {
    pub(crate) fn of(url: &'a str) -> Self {
        let url = truncated(url, MAX_BYTES);
        let Some(colon) = memmem::find(url.as_bytes(), b"://") else { return Self::default() };
        let (scheme, rest) = split(url, Some(colon), 3);
        let (authority, rest) = split(rest, memchr3(b'/', b'?', b'#', rest.as_bytes()), 0);
        let (rest, fragment) = split(rest, memchr(b'#', rest.as_bytes()), 1);
        let (path, query) = split(rest, memchr(b'?', rest.as_bytes()), 1);
        let (user_info, host) = authority.rsplit_once('@').unwrap_or(("", authority));
        Self { scheme, user_info, host, path, query, fragment }
    }

    /// Whether the scheme encrypts: `https`, `wss`.
    pub(crate) fn is_secure(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("https") || self.scheme.eq_ignore_ascii_case("wss")
    }

    /// Whether it is transferred in plain text: `http`, `ws`.
    pub(crate) fn is_plain(&self) -> bool {
        self.scheme.eq_ignore_ascii_case("http") || self.scheme.eq_ignore_ascii_case("ws")
    }

    /// Whether the host is this machine, which browsers trust without TLS.
    pub(crate) fn is_loopback(&self) -> bool {
        let name = self.host_name();
        name == "[::1]"
            || name.starts_with("127.")
            || name.eq_ignore_ascii_case("localhost")
            || name.to_ascii_lowercase().ends_with(".localhost")
    }

    /// The host without its port.
    pub(crate) fn host_name(&self) -> &'a str {
        let end = self.host.rfind(']').map_or(0, |bracket| bracket + 1);
        let port =
            self.host.get(end..).and_then(|rest| rest.find(':')).map_or(self.host.len(), |at| end + at);
        self.host.get(..port).unwrap_or(self.host)
    }

    /// The names and values of the query and the fragment.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self.query.split('&').chain(self.fragment.split(['&', '?']));
        pairs.filter_map(|pair| pair.split_once('='))
    }
}

/// The text before `at` and the one `skipped` bytes after it; all of it and nothing without `at`.
fn split(text: &str, at: Option<usize>, skipped: usize) -> (&str, &str) {
    let Some(at) = at else { return (text, "") };
    (text.get(..at).unwrap_or_default(), text.get(at + skipped..).unwrap_or_default())
}

/// The first `max` bytes of a text, or a few less where a character would be cut.
pub(crate) fn truncated(text: &str, max: usize) -> &str {
    let end = (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or(0)).unwrap_or_default()
}

/// Resolves a reference, as in a `Location` header, against the URL it came from. Dot segments stay.
pub(crate) fn resolved(base: &str, reference: &str) -> String {
    let base = UrlParts::of(base);
    let reference = truncated(reference.trim(), MAX_BYTES);
    let origin = format!("{}://{}", base.scheme, base.host);
    if reference.contains("://") {
        reference.to_owned()
    } else if let Some(rest) = reference.strip_prefix("//") {
        format!("{}://{rest}", base.scheme)
    } else if reference.starts_with('/') {
        format!("{origin}{reference}")
    } else if reference.starts_with('?') {
        format!("{origin}{}{reference}", base.path)
    } else {
        let folder = base.path.rfind('/').and_then(|at| base.path.get(..=at)).unwrap_or("/");
        format!("{origin}{folder}{reference}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_split_as_written() {
        let parts = UrlParts::of("https://u:p@a.test:8443/x/y?q=1&r=2#s=3");
        assert_eq!((parts.scheme, parts.user_info, parts.host), ("https", "u:p", "a.test:8443"));
        assert_eq!((parts.path, parts.query, parts.fragment), ("/x/y", "q=1&r=2", "s=3"));
        assert_eq!(parts.parameters().collect::<Vec<_>>(), [("q", "1"), ("r", "2"), ("s", "3")]);
        assert_eq!(parts.host_name(), "a.test");
        assert_eq!(UrlParts::of("data:text/plain,x"), UrlParts::default());
        assert_eq!(UrlParts::of("http://a.test").path, "");
    }

    #[test]
    fn loopback_hosts_are_recognized() {
        for url in ["http://localhost:3000/", "http://127.0.0.1/", "ws://[::1]:80/", "http://app.localhost/"]
        {
            assert!(UrlParts::of(url).is_loopback(), "{url}");
        }
        assert!(!UrlParts::of("http://localhost.example/").is_loopback());
    }

    #[test]
    fn references_are_resolved() {
        let base = "https://a.test/x/y?q=1";
        for (reference, expected) in [
            ("https://b.test/", "https://b.test/"),
            ("//b.test/z", "https://b.test/z"),
            ("/z", "https://a.test/z"),
            ("z", "https://a.test/x/z"),
            ("?r=2", "https://a.test/x/y?r=2"),
        ] {
            assert_eq!(resolved(base, reference), expected);
        }
    }
}
