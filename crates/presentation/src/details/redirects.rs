//! The rows that redirected to a request, and those that it redirected to.

use session::model::{Details, Record, Session};

/// Numbers of rows, in the order of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redirects {
    pub from: Vec<u32>,
    pub to: Vec<u32>,
}

/// Redirects whose details are read.
const MAX_READ: usize = 500;
/// Rows that are listed.
const MAX_LISTED: usize = 20;

/// Finds the redirects around a request. Only a row that began before leads to it, and only one that
/// began after is where it leads; a target that is relative is resolved by its path alone.
pub fn redirects(session: &Session, record: &Record, details: &Details) -> Redirects {
    let target = target(details);
    let is_redirect = |other: &&Record| matches!(other.status, Some(300..=399));
    let before = |other: &&Record| other.start <= record.start && other.number != record.number;
    let after = |other: &&Record| other.start >= record.start && other.number != record.number;
    let from = session.records.iter().filter(before).filter(is_redirect).take(MAX_READ);
    let leads_here = |other: &&Record| {
        self::target(&session.details(other))
            .is_some_and(|target| is_target(&target, &other.url, &record.url))
    };
    let to = target.filter(|_| is_redirect(&record)).map(|target| {
        let leads = |other: &&Record| is_target(&target, &record.url, &other.url);
        let first = session.records.iter().filter(after).find(leads);
        first.map(|other| other.number).into_iter().collect()
    });
    Redirects {
        from: from.filter(leads_here).map(|other| other.number).take(MAX_LISTED).collect(),
        to: to.unwrap_or_default(),
    }
}

/// Where a response redirects to, as recorded.
fn target(details: &Details) -> Option<String> {
    let headers = details.response_headers.iter().flatten();
    let mut locations = headers.filter(|header| header.name.eq_ignore_ascii_case("location"));
    let target = details.redirect_url.clone().or_else(|| Some(locations.next()?.value.clone()));
    target.filter(|target| !target.is_empty())
}

/// Whether `url` is the target of a redirect from `base`.
pub(super) fn is_target(target: &str, base: &str, url: &str) -> bool {
    let (url, target) = (without_fragment(url), without_fragment(target));
    if target.contains("://") {
        return url == target;
    }
    if let Some(rest) = target.strip_prefix("//") {
        return url.split_once("://").is_some_and(|(_, after)| after == rest);
    }
    let Some(origin_end) = base.find("://").map(|at| at + 3) else { return false };
    let host_len = base.get(origin_end..).and_then(|rest| rest.find('/')).unwrap_or(base.len() - origin_end);
    let origin = base.get(..origin_end + host_len).unwrap_or(base);
    target.starts_with('/') && url.strip_prefix(origin) == Some(target)
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_absolute_or_of_the_same_host() {
        let base = "https://shop.test/old?x=1";
        assert!(is_target("https://shop.test/new#top", base, "https://shop.test/new"));
        assert!(is_target("/new", base, "https://shop.test/new"));
        assert!(is_target("//cdn.test/new", base, "https://cdn.test/new"));
        assert!(!is_target("/new", base, "https://other.test/new"));
        assert!(!is_target("new", base, "https://shop.test/new"), "not resolved: it depends on the folder");
        assert!(is_target("/", "https://shop.test", "https://shop.test/"));
    }
}
