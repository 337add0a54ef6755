//! Which rows are from another site than the pages of the session.

use session::model::{ResourceType, Session};

use crate::network::url_parts::UrlParts;

/// The sites of the session's pages: the hosts of its pages, or of the first document where no page
/// is recorded.
#[derive(Clone, Debug)]
pub(super) struct FirstParties(Vec<String>);

impl FirstParties {
    pub(super) fn of(session: &Session) -> Self {
        let pages = session.pages.iter().map(|page| &*page.url).filter(|url| url.contains("://"));
        let mut sites: Vec<String> = pages.map(|url| site(UrlParts::of(url).hostname())).collect();
        if sites.is_empty() {
            let is_document =
                |record: &&session::model::Record| record.resource_type() == ResourceType::Document;
            let document = session.records.iter().find(is_document);
            sites.extend(document.map(|record| site(UrlParts::of(&record.url).hostname())));
        }
        sites.sort();
        sites.dedup();
        Self(sites)
    }

    /// Whether a host belongs to another site; not known without a page.
    pub(super) fn excludes(&self, host: &str) -> bool {
        !host.is_empty() && !self.0.is_empty() && self.0.binary_search(&site(host)).is_err()
    }
}

/// The registrable domain of a host, without the list of public suffixes: its last two labels, or
/// three where the second of them is as short as in `co.uk` and the last has two letters. An address
/// is itself.
fn site(host: &str) -> String {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_address = host.starts_with('[') || host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let labels: Vec<&str> = host.split('.').collect();
    let count = match labels[..] {
        _ if is_address => return host,
        [.., second, last] if last.len() == 2 && second.len() <= 3 => 3,
        _ => 2,
    };
    labels.get(labels.len().saturating_sub(count)..).unwrap_or_default().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_site_is_the_registrable_domain() {
        assert_eq!(site("www.Shop.test"), "shop.test");
        assert_eq!(site("shop.test."), "shop.test");
        assert_eq!(site("a.b.shop.co.uk"), "shop.co.uk");
        assert_eq!(site("localhost"), "localhost");
        assert_eq!(site("10.1.2.3"), "10.1.2.3");
        assert_eq!(site("[::1]"), "[::1]");
        assert_eq!(site(""), "");
    }
}
