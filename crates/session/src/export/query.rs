//! The parameters of a URL's query, where the producer does not list them.

use crate::model::Header;

/// The parameters, decoded as a form is.
pub(super) fn query_of(url: &str) -> Vec<Header> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    let Some((_, query)) = without_fragment.split_once('?') else { return Vec::new() };
    let parameters = form_urlencoded::parse(query.as_bytes());
    parameters.map(|(name, value)| Header { name: name.into_owned(), value: value.into_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, value: &str) -> Header {
        Header { name: name.to_owned(), value: value.to_owned() }
    }

    #[test]
    fn the_query_of_a_url_is_decoded() {
        assert_eq!(
            query_of("https://a.test/?q=a+b%26c&&empty=&bare&bad=%zz#x?y=1"),
            [parameter("q", "a b&c"), parameter("empty", ""), parameter("bare", ""), parameter("bad", "%zz")]
        );
        assert_eq!(query_of("https://a.test/"), []);
    }
}
