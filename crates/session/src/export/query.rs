//! The parameters of a URL's query, where the producer does not list them.

use crate::model::Header;

/// The parameters, decoded as a form is.
pub(super) fn query_of(url: &str) -> Vec<Header> {
    let without_fragment = url.split('#').next().unwrap_or_default();
    let Some((_, query)) = without_fragment.split_once('?') else { return Vec::new() };
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
