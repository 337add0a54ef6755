//! A URL split at its punctuation.
//!
//! By hand because of leniency and size: the `url` crate rejects invalid URLs and normalizes valid
//! ones, where recorded URLs are shown as recorded; and it adds 175 KB to the module (77
//! compressed), mostly tables of domain names in Unicode.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memrchr};

/// A URL split at its punctuation only, so that any text has parts.
pub(crate) struct UrlParts<'a> {
    /// `wss`; empty where the text has no authority.
    pub(crate) scheme: &'a str,
    /// Host and port, without user name and password.
    pub(crate) host: &'a str,
    /// From the first slash after the host, query included, fragment not.
    pub(crate) path: &'a str,
    /// The last segment of the path, query included; a trailing slash stays with it.
    pub(crate) segment: &'a str,
}

impl<'a> UrlParts<'a> {
    pub(crate) fn of(url: &'a str) -> Self {
        if is_data_url(url) {
            return Self { scheme: "", host: "", path: url, segment: url };
        }
        let url = url.strip_prefix("blob:").unwrap_or(url);
        let url = split_where(url, memchr(b'#', url.as_bytes())).0;
        let (scheme, after_scheme) = split_scheme(url);
        let (host, path) = if scheme.is_empty() { ("", url) } else { split_authority(after_scheme) };
        Self { scheme, host, path, segment: last_segment(path) }
    }

    /// The path without its query, and the query without its `?`.
    pub(crate) fn path_and_query(&self) -> (&'a str, &'a str) {
        let (path, query) = split_where(self.path, memchr(b'?', self.path.as_bytes()));
        (path, query.get(1..).unwrap_or_default())
    }

    /// The host without its port.
    pub(crate) fn hostname(&self) -> &'a str {
        // The colons of an IPv6 address are within brackets.
        match self.host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => self.host,
        }
    }

    /// Nothing but a host: the host is the name.
    pub(crate) fn is_bare_host(&self) -> bool {
        matches!(self.path, "" | "/") && !self.host.is_empty()
    }

    pub(super) fn of_request(&self) -> (Cow<'a, str>, Cow<'a, str>) {
        if self.is_bare_host() {
            return (self.host.into(), "".into());
        }
        (self.segment.into(), self.host.into())
    }

    pub(super) fn of_socket(&self) -> (Cow<'a, str>, Cow<'a, str>) {
        let origin =
            if self.host.is_empty() { String::new() } else { format!("{}://{}", self.scheme, self.host) };
        if self.is_bare_host() { (origin.into(), "".into()) } else { (self.path.into(), origin.into()) }
    }
}

/// What follows the scheme of a URL: host and path; the URL itself where it has no scheme.
pub fn without_scheme(url: &str) -> &str {
    split_scheme(url).1
}

/// `https` and what follows `://`; no scheme where the text has none in front of everything else.
fn split_scheme(url: &str) -> (&str, &str) {
    let (scheme, rest) = split_where(url, memchr3(b'/', b'?', b':', url.as_bytes()));
    rest.strip_prefix("://")
        .filter(|_| !scheme.is_empty())
        .map_or(("", url), |after_scheme| (scheme, after_scheme))
}

fn split_authority(after_scheme: &str) -> (&str, &str) {
    let (authority, path) = split_where(after_scheme, memchr2(b'/', b'?', after_scheme.as_bytes()));
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (host, path)
}

fn last_segment(path: &str) -> &str {
    let (folders, _) = split_where(path, memchr(b'?', path.as_bytes()));
    let without_trailing = folders.strip_suffix('/').unwrap_or(folders);
    let start = memrchr(b'/', without_trailing.as_bytes()).map_or(0, |slash| slash + 1);
    path.get(start..).unwrap_or(path)
}

/// The text before that byte and from it on; all of it where there is none.
fn split_where(text: &str, at: Option<usize>) -> (&str, &str) {
    at.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""))
}

/// Whether a URL holds its content.
pub(super) fn is_data_url(url: &str) -> bool {
    url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:"))
}
