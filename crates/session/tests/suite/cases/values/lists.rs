//! Headers, cookies and queries.

use super::*;

#[test]
fn headers_are_listed_in_every_shape() {
    let Some(bytes) = case("headers-object.har") else { return };
    let session = open(&bytes);
    let first = details_of(&session, 0);
    assert_eq!(
        lines(first.request_headers.as_deref().unwrap_or_default()),
        ["Accept: */*", "X-Two: a", "X-Two: b"]
    );
    assert_eq!(
        lines(first.response_headers.as_deref().unwrap_or_default()),
        ["Content-Type: application/json", "Set-Cookie: a=1", "Set-Cookie: b=2"]
    );
    let none = details_of(&session, 1);
    assert_eq!((none.request_headers, none.response_headers), (None, None));
    assert_eq!(
        lines(details_of(&session, 2).request_headers.as_deref().unwrap_or_default()),
        ["Accept: */*", "X: ", ": v", "K: v", "Raw: line"]
    );
    for row in [3, 4] {
        assert!(session.records[row].socket().is_some(), "row {row}");
    }
}

#[test]
fn cookies_without_a_header_are_listed() {
    let listed = |headers: &str, cookies: &str| {
        let request = format!(r#"{GET},"headers":{headers},"cookies":{cookies}"#);
        property(&details_of(&one(&request, r#""status":200"#, ""), 0), "Request cookies")
    };
    assert_eq!(listed("[]", r#"{"a":"1","b":2}"#).as_deref(), Some("a=1; b=2"));
    assert_eq!(listed("null", r#"[["a","1"]]"#).as_deref(), Some("a=1"));
    assert_eq!(listed(r#"["Cookie: a=1"]"#, r#"[{"name":"a","value":"1"}]"#), None);
    assert_eq!(listed("[]", r#"["a=1","b=2"]"#).as_deref(), Some("a=1; b=2"));
    assert_eq!(listed("[]", r#""a=1; b=2""#).as_deref(), Some("a=1; b=2"));
    assert_eq!(listed("[]", "null"), None);
}

#[test]
fn a_query_is_listed_in_every_shape() {
    for query in [r#"{"q":"1"}"#, r#"[["q",1]]"#, r#"[{"key":"q","value":"1"}]"#, r#""{\"q\":1}""#] {
        let session = one(&format!(r#"{GET},"queryString":{query}"#), r#""status":200"#, "");
        assert_eq!(lines(&details_of(&session, 0).query), ["q: 1"], "{query}");
    }
}
