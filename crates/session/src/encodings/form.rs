//! The fields of `application/x-www-form-urlencoded` bodies.

use crate::model::{Body, Header};

/// Fields that are read.
const MAX_FIELDS: usize = 10_000;
/// Bytes of the largest body that is read.
const MAX_BYTES: usize = 4 << 20;

/// The fields of a body that is a submitted form, decoded; empty for other bodies.
pub fn form_fields(body: &Body) -> Vec<Header> {
    let Body::Text { text, mime, .. } = body else { return Vec::new() };
    let essence = mime.split(';').next().unwrap_or_default().trim();
    let is_form = essence.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    if !is_form || text.len() > MAX_BYTES {
        return Vec::new();
    }
    let pairs = form_urlencoded::parse(text.trim_end().as_bytes()).take(MAX_FIELDS);
    pairs.map(|(name, value)| Header { name: name.into_owned(), value: value.into_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(mime: &str, text: &str) -> Vec<(String, String)> {
        let body = Body::Text { text: text.to_owned(), mime: mime.to_owned(), is_truncated: false };
        form_fields(&body).into_iter().map(|field| (field.name, field.value)).collect()
    }

    #[test]
    fn the_fields_of_a_form_are_decoded() {
        let found =
            fields("application/x-www-form-urlencoded; charset=UTF-8", "a=white+whale&b=%C3%A9&c&a=2\n");
        let expected = [("a", "white whale"), ("b", "é"), ("c", ""), ("a", "2")];
        assert_eq!(found, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn other_bodies_have_no_fields() {
        assert!(fields("text/plain", "a=1").is_empty());
        assert!(fields("", "a=1").is_empty());
        assert!(form_fields(&Body::Empty).is_empty());
    }
}
