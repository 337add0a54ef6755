//! The cookies of a request: those that were sent, and those that the response set.

use session::model::{Details, Header};

/// A cookie that a response set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetCookie {
    pub name: String,
    pub value: String,
    /// In the order recorded; a flag such as `Secure` has an empty value.
    pub attributes: Vec<Header>,
}

/// The cookies of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cookies {
    pub sent: Vec<Header>,
    pub set: Vec<SetCookie>,
}

impl Cookies {
    /// Reads them from the headers, or from the list that a HAR has without headers.
    pub fn of(details: &Details) -> Self {
        let values = |headers: &Option<Vec<Header>>, name: &str| -> Vec<String> {
            let headers = headers.iter().flatten().filter(|header| header.name.eq_ignore_ascii_case(name));
            headers.map(|header| header.value.clone()).collect()
        };
        let mut sent = values(&details.request_headers, "cookie");
        sent.extend(details.request_cookies.clone());
        let received = values(&details.response_headers, "set-cookie");
        Self {
            sent: sent.iter().flat_map(|value| pairs(value, ';').map(header)).collect(),
            set: received.iter().flat_map(|value| set_cookies(value).map(set_cookie)).collect(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.sent.is_empty() && self.set.is_empty()
    }
}

fn header((name, value): (&str, &str)) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}

fn set_cookie((name, value, attributes): (&str, &str, &str)) -> SetCookie {
    let attributes = pairs(attributes, ';').map(header).collect();
    SetCookie { name: name.to_owned(), value: value.to_owned(), attributes }
}

/// The `name=value` pairs of a text; a pair without `=` has an empty value.
pub(crate) fn pairs(text: &str, separator: char) -> impl Iterator<Item = (&str, &str)> {
    let pairs = text.split(separator).map(str::trim).filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').map_or((pair, ""), |(name, value)| (name.trim(), value.trim())))
}

/// Name, value and attributes of the cookies of a `Set-Cookie` header; some recorders join several
/// with line breaks.
pub(crate) fn set_cookies(value: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    value.lines().filter_map(|line| {
        let (cookie, attributes) = line.split_once(';').unwrap_or((line, ""));
        let (name, value) = pairs(cookie, ';').next()?;
        Some((name, value, attributes))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str, value: &str) -> Header {
        header((name, value))
    }

    #[test]
    fn cookies_are_read_from_the_headers_of_both_sides() {
        let details = Details {
            request_headers: Some(vec![named("cookie", "a=1; b=x=y; flag")]),
            response_headers: Some(vec![
                named("Set-Cookie", "a=2; Path=/; Secure\nc=3"),
                named("set-cookie", "d=\"4\"; Domain=shop.test"),
            ]),
            ..Details::default()
        };
        let cookies = Cookies::of(&details);
        assert_eq!(cookies.sent, [named("a", "1"), named("b", "x=y"), named("flag", "")]);
        let set: Vec<_> = cookies.set.iter().map(|cookie| (&*cookie.name, &*cookie.value)).collect();
        assert_eq!(set, [("a", "2"), ("c", "3"), ("d", "\"4\"")]);
        assert_eq!(cookies.set[0].attributes, [named("Path", "/"), named("Secure", "")]);
    }

    #[test]
    fn a_list_without_a_header_counts_as_sent() {
        let details = Details { request_cookies: Some("a=1; b=2".to_owned()), ..Details::default() };
        assert_eq!(Cookies::of(&details).sent.len(), 2);
        assert!(Cookies::of(&Details::default()).is_empty());
    }
}
