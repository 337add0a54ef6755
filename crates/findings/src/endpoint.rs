//! Endpoints: requests that differ only in identifiers and parameters.

use rustc_hash::FxHashMap;
use session::encodings::visible_line;
use session::model::Record;

use crate::url::{UrlParts, truncated};

/// The number of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct EndpointId(u32);

/// Most endpoints that are followed.
const MAX_ENDPOINTS: usize = 50_000;
/// Bytes of a path that distinguish endpoints.
const MAX_PATH_BYTES: usize = 512;
/// Characters of an endpoint in a sentence.
const MAX_CHARS: usize = 120;
/// Digits of a number in hexadecimal that is an identifier.
const MIN_HEX_DIGITS: usize = 8;

/// The endpoints of a session, by method, host and path, with `*` in place of identifiers.
#[derive(Debug, Default)]
pub(crate) struct Endpoints {
    ids: FxHashMap<Box<str>, EndpointId>,
    names: Vec<Box<str>>,
    scratch: String,
}

impl Endpoints {
    /// The endpoint of a row; `None` if there are too many.
    pub(crate) fn intern(&mut self, record: &Record) -> Option<EndpointId> {
        self.scratch.clear();
        write_endpoint(&mut self.scratch, &record.method, &record.url);
        if let Some(id) = self.ids.get(self.scratch.as_str()) {
            return Some(*id);
        }
        if self.names.len() == MAX_ENDPOINTS {
            return None;
        }
        let id = EndpointId(self.names.len() as u32);
        let name: Box<str> = self.scratch.as_str().into();
        self.ids.insert(name.clone(), id);
        self.names.push(name);
        Some(id)
    }

    /// The endpoint as a sentence shows it: `GET a.test/orders/*`.
    pub(crate) fn name(&self, id: EndpointId) -> Box<str> {
        let name = self.names.get(id.0 as usize).map_or("", |name| name);
        visible_line(name, MAX_CHARS).into()
    }
}

/// The endpoint of a socket: its host and path.
pub(crate) fn socket_endpoint(url: &str) -> String {
    let mut endpoint = String::new();
    write_endpoint(&mut endpoint, "", url);
    visible_line(&endpoint, MAX_CHARS).into_owned()
}

fn write_endpoint(endpoint: &mut String, method: &str, url: &str) {
    if !method.is_empty() {
        endpoint.push_str(method);
        endpoint.push(' ');
    }
    let parts = UrlParts::of(url);
    if parts.host.is_empty() {
        endpoint.push_str(url.split([',', '?', '#']).next().map_or("", |url| truncated(url, MAX_PATH_BYTES)));
        return;
    }
    endpoint.push_str(parts.host);
    let path = truncated(parts.path, MAX_PATH_BYTES);
    for (nth, segment) in path.split('/').enumerate() {
        if nth > 0 {
            endpoint.push('/');
        }
        endpoint.push_str(if is_identifier(segment) { "*" } else { segment });
    }
}

/// Whether a segment of a path names one thing of many: a number, a UUID, a hash.
fn is_identifier(segment: &str) -> bool {
    let bytes = segment.as_bytes();
    let digits = bytes.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_hex = bytes.iter().all(|byte| byte.is_ascii_hexdigit() || *byte == b'-');
    digits > 0 && (digits == bytes.len() || is_hex && bytes.len() >= MIN_HEX_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::http;

    #[test]
    fn requests_that_differ_in_identifiers_and_parameters_share_an_endpoint() {
        let mut endpoints = Endpoints::default();
        let mut of = |url: &str| endpoints.intern(&http(1, url)).expect("an endpoint");
        let one = of("https://a.test/orders/17?page=1");
        assert_eq!(one, of("https://a.test/orders/3f2504e0-4f89-11d3-9a0c-0305e82c3301"));
        assert_ne!(one, of("https://a.test/orders/new"));
        assert_ne!(one, of("https://b.test/orders/17"));
        assert_eq!(&*endpoints.name(one), "GET a.test/orders/*");
    }
}
