//! The conditions on headers and cookies.

use session::filter::{Condition, FieldTerm};

use super::index::Side;
use super::text::NamedMatches;
use crate::details::{pairs, set_cookies};

/// Whether a header matches, by name and value.
pub(super) type HeaderMatch = Box<dyn Fn(&str, &str) -> bool>;

/// The headers that a condition is about, and which of them match.
pub(super) fn header_test(term: &FieldTerm) -> Option<(Side, HeaderMatch)> {
    let key = term.field.name;
    let named = match &term.condition {
        Condition::Named(patterns) => NamedMatches::new(patterns),
        Condition::Text(patterns) => NamedMatches::of_names(patterns),
        _ => return None,
    };
    let is_cookie = |name: &str| name.eq_ignore_ascii_case("cookie");
    let is_set_cookie = |name: &str| name.eq_ignore_ascii_case("set-cookie");
    let (side, is_match): (Side, HeaderMatch) = match key {
        "header" => (Side::Both, Box::new(move |name, value| named.any(name, value))),
        "request-header" | "has-request-header" => {
            (Side::Request, Box::new(move |name, value| named.any(name, value)))
        }
        "response-header" | "has-response-header" => {
            (Side::Response, Box::new(move |name, value| named.any(name, value)))
        }
        "cookie" | "cookie-name" => (
            Side::Request,
            Box::new(move |name, value| {
                is_cookie(name) && pairs(value, ';').any(|(name, value)| named.any(name, value))
            }),
        ),
        "cookie-value" => (
            Side::Request,
            Box::new(move |name, value| {
                is_cookie(name) && pairs(value, ';').any(|(_, value)| named.any(value, ""))
            }),
        ),
        "set-cookie" | "set-cookie-name" => (
            Side::Response,
            Box::new(move |name, value| {
                is_set_cookie(name) && set_cookies(value).any(|(name, value, _)| named.any(name, value))
            }),
        ),
        "set-cookie-value" => (
            Side::Response,
            Box::new(move |name, value| {
                is_set_cookie(name) && set_cookies(value).any(|(_, value, _)| named.any(value, ""))
            }),
        ),
        "set-cookie-domain" => (
            Side::Response,
            Box::new(move |name, value| {
                is_set_cookie(name)
                    && set_cookies(value).any(|(_, _, attributes)| {
                        pairs(attributes, ';')
                            .any(|(name, value)| name.eq_ignore_ascii_case("domain") && named.any(value, ""))
                    })
            }),
        ),
        "response-header-value-set-cookie" => {
            (Side::Response, Box::new(move |name, value| is_set_cookie(name) && named.any(value, "")))
        }
        _ => return None,
    };
    Some((side, is_match))
}

/// Number of cookies of a `Cookie` header.
pub(in crate::network) fn cookie_count(value: &str) -> usize {
    pairs(value, ';').count()
}
