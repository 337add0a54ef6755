//! The address of a client, also behind proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::header::HeaderMap;
use axum::http::{HeaderName, HeaderValue};

/// Addresses of a header that are looked at, from its end: more proxies are not in a row.
const MAX_HOPS: usize = 16;

/// How the addresses of clients are found.
#[derive(Debug)]
pub(super) struct Clients {
    proxies: Vec<IpAddr>,
    /// The header in which these proxies say from whom a request comes. It is one, and not the first of several: a proxy
    /// passes on what it does not know, so that any other one may be the client's own.
    header: HeaderName,
}

impl Clients {
    pub(super) fn new(proxies: &[IpAddr], header: HeaderName) -> Self {
        Self { proxies: proxies.iter().map(IpAddr::to_canonical).collect(), header }
    }

    /// Whether an address is that of a trusted proxy.
    pub(super) fn is_proxy(&self, address: IpAddr) -> bool {
        self.proxies.contains(&address.to_canonical())
    }

    /// The address from which a request comes: the peer's, or, if that is a proxy's, the one that the proxy names, and
    /// so on. What is before the first address that is not a proxy's was written by the client.
    pub(super) fn address(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let mut address = peer.to_canonical();
        let lines: Vec<&str> =
            headers.get_all(&self.header).iter().filter_map(|line| HeaderValue::to_str(line).ok()).collect();
        let named = lines.iter().rev().flat_map(|line| line.rsplit(','));
        for element in named.take(MAX_HOPS) {
            if !self.is_proxy(address) {
                break;
            }
            match self.parse(element) {
                Some(next) => address = next,
                None => break,
            }
        }
        address
    }

    /// The address in an element of the header: of RFC 7239 its `for`, else the element itself.
    fn parse(&self, element: &str) -> Option<IpAddr> {
        let node = if self.header == "forwarded" {
            element.split(';').find_map(|pair| {
                let (name, value) = pair.trim().split_once('=')?;
                name.eq_ignore_ascii_case("for").then_some(value)
            })?
        } else {
            element
        };
        let node = node.trim().trim_matches('"');
        let address = node.parse::<IpAddr>().ok().or_else(|| Some(node.parse::<SocketAddr>().ok()?.ip()));
        let in_brackets = || node.strip_prefix('[')?.strip_suffix(']')?.parse::<Ipv6Addr>().ok();
        address.or_else(|| in_brackets().map(IpAddr::V6)).map(|address| address.to_canonical())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROXY: &str = "10.0.0.1";

    fn address(header: &str, peer: &str, lines: &[&str]) -> String {
        let proxies: Vec<IpAddr> =
            [PROXY, "10.0.0.2"].iter().map(|proxy| proxy.parse().expect("an address")).collect();
        let name = HeaderName::from_bytes(header.as_bytes()).expect("a name");
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(&name, HeaderValue::from_str(line).expect("a value"));
        }
        Clients::new(&proxies, name).address(peer.parse().expect("an address"), &headers).to_string()
    }

    #[test]
    fn a_proxy_names_its_client() {
        let client = "192.0.2.7";
        for lines in [
            vec!["192.0.2.7"],
            vec!["203.0.113.1, 192.0.2.7"],
            vec!["203.0.113.1", "192.0.2.7, 10.0.0.2"],
            vec!["192.0.2.7:4711"],
        ] {
            assert_eq!(address("x-forwarded-for", PROXY, &lines), client, "{lines:?}");
            assert_eq!(address("x-forwarded-for", "::ffff:10.0.0.1", &lines), client, "{lines:?}");
        }
        assert_eq!(address("x-forwarded-for", PROXY, &["2001:db8::7"]), "2001:db8::7");
        for line in [
            "for=192.0.2.7;proto=https;by=10.0.0.1",
            "for=x, For=\"192.0.2.7:4711\"",
            "for=\"[2001:db8::9]\", for=192.0.2.7",
        ] {
            assert_eq!(address("forwarded", PROXY, &[line]), client, "{line}");
        }
        assert_eq!(address("forwarded", PROXY, &["for=\"[2001:db8::7]:4711\""]), "2001:db8::7");
        assert_eq!(address("forwarded", PROXY, &["for=\"[2001:db8::7]\""]), "2001:db8::7");
    }

    #[test]
    fn what_others_than_proxies_say_is_not_believed() {
        assert_eq!(address("x-forwarded-for", "192.0.2.9", &["192.0.2.7"]), "192.0.2.9");
        // Where a proxy says nothing that can be read, its clients share its address.
        for lines in [vec![], vec!["unknown"], vec![""], vec!["for=192.0.2.7"]] {
            assert_eq!(address("x-forwarded-for", PROXY, &lines), PROXY, "{lines:?}");
        }
        assert_eq!(address("forwarded", PROXY, &["proto=https"]), PROXY);
    }
}
