//! What differs between two lists of headers. Some headers differ in every recording: they are
//! listed, and not counted.

use session::model::Header;

/// Headers of one message that are compared, and changes that are listed.
const MAX_HEADERS: usize = 1000;

/// How far a header's differences are noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noise {
    /// Its value, its presence and its absence.
    All,
    /// Its value, not its presence.
    Value,
    /// The values of its cookies, not their names.
    CookieValues,
}

/// Headers that differ between any two recordings, by their names in lower case: times, validators,
/// identifiers of requests, what follows from the URL or from the size, credentials.
pub const NOISE_HEADERS: [(&str, Noise); 54] = [
    (":authority", Noise::All),
    (":path", Noise::All),
    (":scheme", Noise::All),
    ("age", Noise::All),
    ("authorization", Noise::Value),
    ("baggage", Noise::All),
    ("cf-ray", Noise::All),
    ("content-length", Noise::All),
    ("cookie", Noise::CookieValues),
    ("date", Noise::All),
    ("etag", Noise::Value),
    ("expires", Noise::Value),
    ("host", Noise::All),
    ("if-modified-since", Noise::All),
    ("if-none-match", Noise::All),
    ("last-modified", Noise::Value),
    ("nel", Noise::All),
    ("origin", Noise::Value),
    ("proxy-authorization", Noise::Value),
    ("ratelimit-remaining", Noise::Value),
    ("ratelimit-reset", Noise::Value),
    ("referer", Noise::Value),
    ("report-to", Noise::All),
    ("request-id", Noise::All),
    ("sec-websocket-accept", Noise::Value),
    ("sec-websocket-key", Noise::Value),
    ("sentry-trace", Noise::All),
    ("server-timing", Noise::Value),
    ("set-cookie", Noise::CookieValues),
    ("traceparent", Noise::All),
    ("tracestate", Noise::All),
    ("x-amz-cf-id", Noise::All),
    ("x-amz-cf-pop", Noise::All),
    ("x-amz-id-2", Noise::All),
    ("x-amz-request-id", Noise::All),
    ("x-amzn-requestid", Noise::All),
    ("x-amzn-trace-id", Noise::All),
    ("x-b3-parentspanid", Noise::All),
    ("x-b3-spanid", Noise::All),
    ("x-b3-traceid", Noise::All),
    ("x-cache-hits", Noise::All),
    ("x-cloud-trace-context", Noise::All),
    ("x-correlation-id", Noise::All),
    ("x-csrf-token", Noise::Value),
    ("x-fastly-request-id", Noise::All),
    ("x-github-request-id", Noise::All),
    ("x-ratelimit-remaining", Noise::Value),
    ("x-ratelimit-reset", Noise::Value),
    ("x-request-id", Noise::All),
    ("x-response-time", Noise::Value),
    ("x-runtime", Noise::Value),
    ("x-served-by", Noise::All),
    ("x-timer", Noise::All),
    ("x-vercel-id", Noise::All),
];

/// A header that differs. Repeated headers are one, their values separated by `, `.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderChange {
    /// In lower case.
    pub name: String,
    /// The value in the base; `None` if it was added.
    pub base: Option<String>,
    /// The value in the other session; `None` if it was removed.
    pub other: Option<String>,
    /// It differs in every recording, and does not count.
    pub is_noise: bool,
}

/// What differs between two lists of headers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeaderDifference {
    /// By name; noise last.
    pub changes: Vec<HeaderChange>,
    /// Number of headers that are the same.
    pub unchanged: u32,
}

impl HeaderDifference {
    /// What differs between two lists.
    pub fn between(base: &[Header], other: &[Header]) -> Self {
        let (base, other) = (by_name(base), by_name(other));
        let mut difference = Self::default();
        let (mut ones, mut twos) = (base.iter().peekable(), other.iter().peekable());
        loop {
            let (one, two) = match (ones.peek(), twos.peek()) {
                (None, None) => break,
                (Some(one), Some(two)) if one.name == two.name => (ones.next(), twos.next()),
                (Some(one), Some(two)) if one.name > two.name => (None, twos.next()),
                (Some(_), _) => (ones.next(), None),
                (None, Some(_)) => (None, twos.next()),
            };
            difference.compare(one, two);
        }
        difference.changes.sort_by_key(|change| change.is_noise);
        difference
    }

    /// The changes that count.
    pub fn counted(&self) -> impl Iterator<Item = &HeaderChange> {
        self.changes.iter().filter(|change| !change.is_noise)
    }

    /// Whether nothing that counts differs.
    pub fn is_same(&self) -> bool {
        self.counted().next().is_none()
    }

    fn compare(&mut self, one: Option<&Named>, two: Option<&Named>) {
        if one.map(|one| &one.value) == two.map(|two| &two.value) {
            self.unchanged += 1;
            return;
        }
        let Some(name) = one.or(two).map(|header| header.name.clone()) else { return };
        let noise = NOISE_HEADERS.binary_search_by(|(known, _)| (*known).cmp(name.as_str()));
        let is_noise = match noise.ok().and_then(|at| NOISE_HEADERS.get(at)).map(|(_, noise)| *noise) {
            None => false,
            Some(Noise::All) => true,
            Some(Noise::Value) => one.is_some() && two.is_some(),
            Some(Noise::CookieValues) => {
                one.zip(two).is_some_and(|(one, two)| cookie_names(one) == cookie_names(two))
            }
        };
        let value = |header: Option<&Named>| header.map(|header| header.value.clone());
        self.changes.push(HeaderChange { name, base: value(one), other: value(two), is_noise });
    }
}

/// A header with all its values.
struct Named {
    name: String,
    value: String,
    /// The values one by one, of cookies only.
    cookies: Vec<String>,
}

/// The headers in order of their names in lower case.
fn by_name(headers: &[Header]) -> Vec<Named> {
    let mut sorted: Vec<_> = headers
        .iter()
        .take(MAX_HEADERS)
        .map(|header| (header.name.trim().to_ascii_lowercase(), header.value.trim()))
        .collect();
    sorted.sort_by(|(one, _), (two, _)| one.cmp(two));
    let mut named: Vec<Named> = Vec::with_capacity(sorted.len());
    for (name, value) in sorted {
        let cookie = name.ends_with("cookie").then(|| value.to_owned());
        match named.last_mut().filter(|last| last.name == name) {
            Some(last) => {
                last.value.push_str(", ");
                last.value.push_str(value);
                last.cookies.extend(cookie);
            }
            None => {
                named.push(Named { name, value: value.to_owned(), cookies: cookie.into_iter().collect() });
            }
        }
    }
    named
}

/// The names of the cookies of a `Cookie` or `Set-Cookie` header, sorted. Formats join several
/// `Set-Cookie` headers by line breaks.
fn cookie_names(header: &Named) -> Vec<&str> {
    let is_set = header.name == "set-cookie";
    let mut names: Vec<&str> = Vec::new();
    for value in &header.cookies {
        for line in value.lines() {
            let pairs = line.split(';').take(if is_set { 1 } else { usize::MAX });
            names.extend(pairs.filter_map(|pair| pair.split('=').next()).map(str::trim));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(base: &[(&str, &str)], other: &[(&str, &str)]) -> HeaderDifference {
        let list = |pairs: &[(&str, &str)]| -> Vec<Header> {
            pairs
                .iter()
                .map(|(name, value)| Header { name: (*name).into(), value: (*value).into() })
                .collect()
        };
        HeaderDifference::between(&list(base), &list(other))
    }

    fn shown(difference: &HeaderDifference) -> Vec<String> {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let line = |change: &HeaderChange| {
            let noise = if change.is_noise { " (noise)" } else { "" };
            format!("{}: {} > {}{noise}", change.name, value(&change.base), value(&change.other))
        };
        difference.changes.iter().map(line).collect()
    }

    #[test]
    fn headers_are_added_removed_and_changed_whatever_their_case_and_order() {
        let found = difference(
            &[("Vary", "accept"), ("Server", "envoy"), ("X-Old", "1")],
            &[("server", "nginx"), ("x-new", "2"), ("vary", "accept")],
        );
        assert_eq!(shown(&found), ["server: envoy > nginx", "x-new: - > 2", "x-old: 1 > -"]);
        assert_eq!(found.unchanged, 1);
        assert!(!found.is_same());
    }

    #[test]
    fn noise_is_listed_last_and_does_not_count() {
        let found = difference(
            &[("Date", "Sat"), ("ETag", "\"1\""), ("X-Request-Id", "1"), ("Authorization", "Bearer a")],
            &[("Date", "Sun"), ("ETag", "\"2\""), ("Authorization", "Bearer b")],
        );
        assert_eq!(found.changes.len(), 4);
        assert!(found.is_same());
        let without =
            difference(&[("Authorization", "Bearer a"), ("date", "Sat")], &[("Date", "Sun"), ("a", "b")]);
        assert_eq!(
            shown(&without),
            ["a: - > b", "authorization: Bearer a > -", "date: Sat > Sun (noise)"],
            "that a credential is missing counts"
        );
    }

    #[test]
    fn cookies_count_by_name() {
        let set = [("Set-Cookie", "sid=1; Path=/"), ("Set-Cookie", "theme=dark")];
        assert!(difference(&set, &[("set-cookie", "theme=light\nsid=2; Path=/")]).is_same());
        assert!(!difference(&set, &[("set-cookie", "sid=2")]).is_same());
        assert!(difference(&[("cookie", "a=1; b=2")], &[("Cookie", "b=3; a=4")]).is_same());
        assert!(!difference(&[("cookie", "a=1; b=2")], &[("Cookie", "b=3")]).is_same());
    }

    #[test]
    fn repeated_headers_are_compared_as_one() {
        assert_eq!(difference(&[("link", "a"), ("Link", "b")], &[("Link", "a, b")]).unchanged, 1);
    }

    #[test]
    fn the_list_of_noise_is_sorted() {
        assert!(NOISE_HEADERS.is_sorted_by(|one, two| one.0 < two.0));
        assert!(NOISE_HEADERS.iter().all(|(name, _)| *name == name.to_ascii_lowercase()));
    }
}
