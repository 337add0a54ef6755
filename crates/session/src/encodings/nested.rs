//! What is encoded within a string: JSON, base64, a JSON Web Token. Opened on request only.

use super::span_tree::{NodeKind, SpanTree, Syntax, Value};
use super::{Payload, base64, is_json_container};
use crate::model::EpochMs;

/// Levels of strings within strings that are opened.
pub const MAX_NESTED_LEVELS: usize = 4;
/// Bytes of the longest string that is looked into.
const MAX_NESTED_BYTES: usize = 1 << 20;
/// Digits of the shortest base64; shorter texts are words as well.
const MIN_BASE64_DIGITS: usize = 16;
/// Bytes of the longest token; headers of HTTP hold no longer ones.
const MAX_TOKEN_BYTES: usize = 16 << 10;

/// How something is encoded within a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NestedKind {
    Json,
    Base64,
    /// A JSON Web Token (RFC 7519).
    Jwt,
}

impl NestedKind {
    /// Its name on screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Base64 => "Base64",
            Self::Jwt => "JWT",
        }
    }
}

/// What is encoded within a string.
#[derive(Clone, Debug)]
pub struct Nested {
    pub kind: NestedKind,
    pub payload: Payload,
    /// What is to be known of it: `Signature not verified`, `Expires 2018-01-18T02:30:22Z`.
    pub notes: Vec<String>,
}

/// What is encoded within `text`; `None` if it is plain text, or longer than 1 MiB.
pub fn nested(text: &str) -> Option<Nested> {
    let text = text.trim_ascii();
    if text.len() > MAX_NESTED_BYTES {
        return None;
    }
    if is_json_container(text) {
        let payload = Payload::from_text(text.to_owned());
        return payload.tree().is_some().then(|| Nested {
            kind: NestedKind::Json,
            payload,
            notes: Vec::new(),
        });
    }
    token(text).or_else(|| base64_content(text))
}

/// Content in base64 that is readable: text, or bytes that are recognized. Others are more likely
/// identifiers.
fn base64_content(text: &str) -> Option<Nested> {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || b"+/-_=\r\n".contains(&byte);
    if text.len() < MIN_BASE64_DIGITS || !text.bytes().all(is_digit) {
        return None;
    }
    let payload = Payload::detected(base64::decode_payload(text.as_bytes())?);
    let is_plain = |text: &str| {
        !text.is_empty() && !text.chars().any(|char| char.is_control() && !char.is_ascii_whitespace())
    };
    let is_readable =
        payload.image().is_some() || payload.guess().is_some() || payload.text().is_some_and(is_plain);
    is_readable.then(|| Nested { kind: NestedKind::Base64, payload, notes: Vec::new() })
}

/// A token of three parts: header and claims in base64 of JSON, and a signature, which is empty for
/// none.
fn token(text: &str) -> Option<Nested> {
    if text.len() > MAX_TOKEN_BYTES || !text.starts_with("eyJ") {
        return None;
    }
    let mut parts = text.split('.');
    let (header, claims, signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let json = |part: &str| {
        let text = String::from_utf8(base64::decode_payload(part.as_bytes())?).ok()?;
        let tree = SpanTree::parse(Syntax::Json, text.as_bytes())?;
        tree.root(text.as_bytes())?.is_object().then_some(text)
    };
    let is_signature = signature.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if !is_signature {
        return None;
    }
    let (header, claims) = (json(header)?, json(claims)?);
    let mut notes = vec!["Signature not verified".to_owned()];
    notes.extend(times(&claims));
    // Header and claims stay as written.
    let all = format!(r#"{{"header":{header},"payload":{claims},"signature":"{signature}"}}"#);
    Some(Nested { kind: NestedKind::Jwt, payload: Payload::from_text(all), notes })
}

/// The times that claims name.
fn times(claims: &str) -> Vec<String> {
    const NAMES: [(&str, &str); 3] = [("iat", "Issued"), ("nbf", "Not valid before"), ("exp", "Expires")];
    let tree = SpanTree::parse(Syntax::Json, claims.as_bytes());
    let root = tree.as_ref().and_then(|tree| tree.root(claims.as_bytes()));
    let time = |(key, name): (&str, &str)| {
        let seconds = root?.get(key).filter(|value: &Value<'_>| value.kind() == NodeKind::Number)?;
        let seconds: f64 = seconds.text().parse().ok()?;
        Some(format!("{name} {}", EpochMs::new(seconds * 1000.0)?.iso8601()?))
    };
    NAMES.into_iter().filter_map(time).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn kind(text: &str) -> Option<NestedKind> {
        nested(text).map(|nested| nested.kind)
    }

    #[test]
    fn json_within_a_string_is_opened() {
        assert_eq!(kind(r#" {"a":[1]}"#), Some(NestedKind::Json));
        for text in ["[not json", "1", "\"a\"", "", "hello"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    #[test]
    fn base64_of_something_readable_is_opened() {
        let nested = nested("eyJ0eXBlIjoidGljayIsInByaWNlIjoxfQ==").expect("base64");
        assert_eq!(nested.kind, NestedKind::Base64);
        assert_eq!(nested.payload.text(), Some(r#"{"type":"tick","price":1}"#));
        assert_eq!(kind(&base64::encode(b"\x82\xa4type\xa4tick\xa1p\x01")), Some(NestedKind::Base64));
        assert_eq!(kind("subscriptionName"), None, "a word decodes to bytes that are not readable");
        assert_eq!(kind("aGVsbG8="), None, "too short");
        assert_eq!(kind("0123456789abcdef0123456789abcdef"), None, "an identifier");
    }

    #[test]
    fn the_claims_of_a_token_are_shown_with_their_times() {
        let part = |json: &str| base64::encode(json.as_bytes()).replace('=', "");
        let token = format!(
            "{}.{}.c2lnbmF0dXJl",
            part(r#"{"alg":"HS256"}"#),
            part(r#"{"sub":"a","iat":1516239022,"exp":1.516242622e9,"nbf":"x"}"#)
        );
        let nested = nested(&token).expect("a token");
        assert_eq!(nested.kind, NestedKind::Jwt);
        assert_eq!(
            nested.notes,
            ["Signature not verified", "Issued 2018-01-18T01:30:22.000Z", "Expires 2018-01-18T02:30:22.000Z"]
        );
        let root = nested.payload.tree().and_then(|tree| tree.root(nested.payload.bytes())).expect("a tree");
        assert_eq!(root.path(&["header", "alg"]).and_then(Value::str).as_deref(), Some("HS256"));
        assert_eq!(root.path(&["payload", "exp"]).map(Value::text).as_deref(), Some("1.516242622e9"));
        assert_eq!(kind("eyJhbGciOiJIUzI1NiJ9.e30."), Some(NestedKind::Jwt), "without a signature");
        for text in ["eyJhbGciOiJIUzI1NiJ9.e30", "eyJhbGciOiJIUzI1NiJ9.e30.a.b", "eyJ.eyJ.eyJ"] {
            assert_eq!(kind(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_into_without_a_panic(text in "(eyJ)?[a-zA-Z0-9+/=._{}\"-]{0,60}") {
            let _ = nested(&text);
        }
    }
}
