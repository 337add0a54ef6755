//! What gives access, taken out of what is handed on: credentials in headers and addresses.
//!
//! Names tell, values do not: a header or a parameter is cleaned by what it is called. Bodies and the payloads of
//! messages are never looked into.

use std::borrow::Cow;

use crate::model::Header;

/// Stands where a value was removed.
pub const REMOVED: &str = "[removed]";

/// Parts of names, without their hyphens and underscores, whose values give access.
const SECRET_PARTS: [&str; 11] = [
    "token",
    "secret",
    "password",
    "passwd",
    "apikey",
    "sessionid",
    "signature",
    "credential",
    "csrf",
    "xsrf",
    "authorization",
];

/// Names of headers that give access and hold none of the parts.
const SECRET_HEADERS: [&str; 3] = ["cookie", "setcookie", "xauth"];

/// Names of parameters that give access and hold none of the parts. Signed addresses of object stores have `sig`.
const SECRET_PARAMETERS: [&str; 9] =
    ["sig", "auth", "jwt", "key", "sid", "session", "pass", "pwd", "passphrase"];

/// Headers whose value is an address, with its own parameters. HTTP/2 sends the path as a header.
const ADDRESS_HEADERS: [&str; 5] = ["referer", "location", "contentlocation", ":path", "refresh"];

/// Removes what gives access, and counts what it removed; or leaves everything as it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cleaner {
    is_on: bool,
    removed: u64,
}

impl Cleaner {
    pub(super) fn new(is_on: bool) -> Self {
        Self { is_on, removed: 0 }
    }

    /// How many values were removed so far.
    pub(super) fn removed(&self) -> u64 {
        self.removed
    }

    pub(super) fn headers(&mut self, headers: &mut [Header]) {
        if !self.is_on {
            return;
        }
        for header in headers {
            let name = plain_name(&header.name);
            if SECRET_HEADERS.contains(&name.as_str()) || has_secret_part(&name) {
                self.remove(&mut header.value);
            } else if ADDRESS_HEADERS.contains(&name.as_str())
                && let Cow::Owned(cleaned) = self.url(&header.value)
            {
                header.value = cleaned;
            }
        }
    }

    /// Parameters of an address, by name.
    pub(super) fn parameters(&mut self, parameters: &mut [Header]) {
        if !self.is_on {
            return;
        }
        for parameter in parameters {
            if is_secret_parameter(&parameter.name) {
                self.remove(&mut parameter.value);
            }
        }
    }

    fn remove(&mut self, value: &mut String) {
        // An empty value tells that there was none.
        if !value.is_empty() {
            REMOVED.clone_into(value);
            self.removed += 1;
        }
    }

    /// An address without user and password, and without the values of parameters that give access, in its query as in its
    /// fragment. Everything else stays as it was written.
    pub(super) fn url<'a>(&mut self, url: &'a str) -> Cow<'a, str> {
        if !self.is_on {
            return Cow::Borrowed(url);
        }
        let before = self.removed;
        let mut cleaned = String::with_capacity(url.len());
        let (address, fragment) = split(url, '#');
        let (address, query) = split(address, '?');
        self.push_address(&mut cleaned, address);
        for (mark, parameters) in [('?', query), ('#', fragment)] {
            if let Some(parameters) = parameters {
                cleaned.push(mark);
                self.push_parameters(&mut cleaned, parameters);
            }
        }
        if self.removed == before { Cow::Borrowed(url) } else { Cow::Owned(cleaned) }
    }

    /// Pushes what stands before the query, without `user:password@`.
    fn push_address(&mut self, cleaned: &mut String, address: &str) {
        let (scheme, rest) = address.split_at(authority_of(address));
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        cleaned.push_str(scheme);
        match host.rsplit_once('@') {
            Some((_, host)) => {
                self.removed += 1;
                cleaned.push_str(host);
            }
            None => cleaned.push_str(host),
        }
        cleaned.push_str(path);
    }

    fn push_parameters(&mut self, cleaned: &mut String, parameters: &str) {
        for (at, parameter) in parameters.split('&').enumerate() {
            if at > 0 {
                cleaned.push('&');
            }
            match parameter.split_once('=') {
                Some((name, value)) if !matches!(value, "" | REMOVED) && is_secret_parameter(name) => {
                    self.removed += 1;
                    cleaned.push_str(name);
                    cleaned.push('=');
                    cleaned.push_str(REMOVED);
                }
                _ => cleaned.push_str(parameter),
            }
        }
    }
}

/// Where the authority of an address begins, behind `https://` or `//`; its end where it has none.
fn authority_of(address: &str) -> usize {
    let is_scheme =
        |text: &str| text.chars().all(|char| char.is_ascii_alphanumeric() || "+-.".contains(char));
    let found = address.find("//").filter(|at| {
        let before = address.get(..*at).unwrap_or_default();
        before.is_empty() || before.strip_suffix(':').is_some_and(is_scheme)
    });
    found.map_or(address.len(), |at| at + 2)
}

/// The text before the mark, and what follows it, where the mark is there.
fn split(text: &str, mark: char) -> (&str, Option<&str>) {
    text.split_once(mark).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn plain_name(name: &str) -> String {
    name.chars()
        .filter(|char| !matches!(char, '-' | '_' | ' '))
        .map(|char| char.to_ascii_lowercase())
        .collect()
}

fn has_secret_part(plain_name: &str) -> bool {
    SECRET_PARTS.iter().any(|part| plain_name.contains(part))
}

fn is_secret_parameter(name: &str) -> bool {
    let name = plain_name(&percent_decoded(name));
    SECRET_PARAMETERS.contains(&name.as_str()) || has_secret_part(&name)
}

/// The parameters of an address's query, decoded as a form is.
pub(super) fn query_of(url: &str) -> Vec<Header> {
    let (address, _) = split(url, '#');
    let (_, Some(query)) = split(address, '?') else { return Vec::new() };
    let parameters = query.split('&').filter(|parameter| !parameter.is_empty());
    parameters
        .map(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            Header { name: percent_decoded(name), value: percent_decoded(value) }
        })
        .collect()
}

/// A part of a query: `+` is a space, `%41` a byte; what is not UTF-8 becomes U+FFFD.
fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let digit = |at: usize| tail.get(at).and_then(|digit| char::from(*digit).to_digit(16));
        rest = match (first, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high << 4 | low) as u8);
                tail.get(2..).unwrap_or_default()
            }
            (b'+', ..) => {
                bytes.push(b' ');
                tail
            }
            _ => {
                bytes.push(*first);
                tail
            }
        };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(url: &str) -> String {
        Cleaner::new(true).url(url).into_owned()
    }

    fn header(name: &str, value: &str) -> Header {
        Header { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn headers_that_give_access_keep_their_name_alone() {
        let secret = [
            "Cookie",
            "set-cookie",
            "Authorization",
            "proxy-authorization",
            "X-Api-Key",
            "x-amz-security-token",
            "X-CSRF-Token",
            "x-session-id",
            "X_Client_Secret",
        ];
        let open = ["accept", "content-type", "sec-websocket-key", "x-request-id", "cache-control"];
        let mut headers: Vec<Header> = secret.iter().chain(&open).map(|name| header(name, "v")).collect();
        let mut cleaner = Cleaner::new(true);
        cleaner.headers(&mut headers);
        for header in &headers {
            let is_secret = secret.contains(&header.name.as_str());
            assert_eq!(header.value, if is_secret { REMOVED } else { "v" }, "{}", header.name);
        }
        assert_eq!(cleaner.removed(), secret.len() as u64);
    }

    #[test]
    fn addresses_in_headers_are_cleaned_as_addresses() {
        let mut headers =
            [header("Referer", "https://a.test/?token=1&page=2"), header(":path", "/x?api_key=abc")];
        Cleaner::new(true).headers(&mut headers);
        assert_eq!(headers[0].value, "https://a.test/?token=[removed]&page=2");
        assert_eq!(headers[1].value, "/x?api_key=[removed]");
    }

    #[test]
    fn addresses_lose_user_password_and_parameters_that_give_access() {
        for (url, expected) in [
            ("https://ann:pw@a.test/x", "https://a.test/x"),
            ("wss://a.test:9/ws?access_token=abc&v=1", "wss://a.test:9/ws?access_token=[removed]&v=1"),
            (
                "/x?X-Amz-Signature=ff&sig=1&key=k#id_token=t&a=b",
                "/x?X-Amz-Signature=[removed]&sig=[removed]&key=[removed]#id_token=[removed]&a=b",
            ),
            ("https://a.test/?pass%77ord=1", "https://a.test/?pass%77ord=[removed]"),
        ] {
            assert_eq!(cleaned(url), expected);
        }
        for kept in [
            "https://a.test/@ann/x?page=2&token&token=#top",
            "https://a.test?mail=ann@a.test",
            "",
            "?",
            "data:text/plain,a@b",
            "/x//ann@b/",
        ] {
            assert_eq!(cleaned(kept), kept);
        }
    }

    #[test]
    fn nothing_is_touched_where_that_is_asked_for() {
        let mut cleaner = Cleaner::new(false);
        let mut headers = [header("cookie", "a=b")];
        cleaner.headers(&mut headers);
        assert_eq!(headers[0].value, "a=b");
        assert_eq!(cleaner.url("https://a:b@c.test/?token=1"), "https://a:b@c.test/?token=1");
        assert_eq!(cleaner.removed(), 0);
    }

    #[test]
    fn the_query_of_an_address_is_decoded() {
        assert_eq!(
            query_of("https://a.test/?q=a+b%26c&&empty=&bare&bad=%zz#x?y=1"),
            [header("q", "a b&c"), header("empty", ""), header("bare", ""), header("bad", "%zz")]
        );
        assert_eq!(query_of("https://a.test/"), []);
    }
}
