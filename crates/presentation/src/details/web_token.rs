//! JSON Web Tokens in headers (RFC 7519), decoded for display. Their signature is not verified.

use json_spans::{Fields, json_string};
use session::encodings::{base64, visible_line};
use session::model::{EpochMs, Header};

use crate::time::Clock;

/// A token in a header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebToken {
    /// The name of the header that has it.
    pub header: String,
    /// The fields of its header, then its claims; times with the wall clock.
    pub fields: Vec<Header>,
}

/// Bytes of the longest token that is decoded.
const MAX_BYTES: usize = 16 << 10;
/// Tokens that are decoded.
const MAX_TOKENS: usize = 8;
/// Characters of a value.
const MAX_CHARS: usize = 500;
/// Claims that are times, in seconds since 1970 (RFC 7519, section 4.1; `auth_time` of
/// `OpenID` Connect).
const TIMES: [&str; 4] = ["exp", "nbf", "iat", "auth_time"];

/// The tokens in the values of headers, in their order.
pub fn web_tokens(headers: &[Header], clock: Clock) -> Vec<WebToken> {
    let mut tokens = Vec::new();
    for header in headers {
        for candidate in
            header.value.split(|char: char| char.is_whitespace() || matches!(char, ';' | '=' | ',' | '"'))
        {
            if tokens.len() == MAX_TOKENS {
                return tokens;
            }
            if let Some(fields) = decode(candidate, clock) {
                tokens.push(WebToken { header: header.name.clone(), fields });
            }
        }
    }
    tokens
}

fn decode(token: &str, clock: Clock) -> Option<Vec<Header>> {
    // A JSON object that begins with a name, in base64.
    if !token.starts_with("eyJ") || token.len() > MAX_BYTES {
        return None;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [head, claims, _signature] = parts[..] else { return None };
    let (head, claims) = (base64::decode(head.as_bytes())?, base64::decode(claims.as_bytes())?);
    let is_object = |text: &[u8]| text.starts_with(b"{") && json_spans::is_json(text);
    if !is_object(&head) || !is_object(&claims) {
        return None;
    }
    let mut fields = Vec::new();
    fields_of(&head, &mut |name, value| fields.push(Header { name: format!("header: {name}"), value }));
    fields_of(&claims, &mut |name, value| {
        let seconds: Option<f64> = value.parse().ok().filter(|_| TIMES.contains(&name));
        let time = seconds.and_then(|seconds| EpochMs::new(seconds * 1000.0));
        let value =
            time.map_or_else(|| value.clone(), |time| format!("{value} ({})", clock.wall_clock(time)));
        fields.push(Header { name: name.to_owned(), value });
    });
    Some(fields)
}

/// Calls `act` with the name and the value of each field of an object: a string without its quotes,
/// all else as written.
fn fields_of(text: &[u8], act: &mut dyn FnMut(&str, String)) {
    for field in Fields::of(text) {
        let value = match field.value {
            [b'"', ..] => {
                json_string::unescape(field.value.get(1..field.value.len() - 1).unwrap_or_default())
            }
            raw => String::from_utf8_lossy(raw),
        };
        let name = json_string::unescape(field.key);
        act(&visible_line(&name, MAX_CHARS), visible_line(&value, MAX_CHARS).into_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"alg":"HS256"}`, then `{"sub":"1","exp":1700000000}`.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiZXhwIjoxNzAwMDAwMDAwfQ.c2ln";

    fn tokens(value: &str) -> Vec<WebToken> {
        let header = Header { name: "Authorization".to_owned(), value: value.to_owned() };
        web_tokens(&[header], Clock::UTC)
    }

    #[test]
    fn a_token_is_found_and_decoded_with_its_times() {
        for value in [format!("Bearer {TOKEN}"), format!("session={TOKEN}; a=b")] {
            let found = tokens(&value);
            let fields: Vec<_> =
                found[0].fields.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
            let expected =
                [("header: alg", "HS256"), ("sub", "1"), ("exp", "1700000000 (2023-11-14 22:13:20.000 UTC)")];
            assert_eq!(fields, expected, "{value}");
        }
    }

    #[test]
    fn what_is_no_token_is_passed_over() {
        let long = format!("eyJ{}.e30.x", "A".repeat(MAX_BYTES));
        for value in ["", "eyJ", "eyJhbGciOiJIUzI1NiJ9.!!.x", "eyJhbGciOiJIUzI1NiJ9.e30", "a.b.c", &long] {
            assert_eq!(tokens(value), [], "{value}");
        }
        let many = vec![TOKEN; 20].join(" ");
        assert_eq!(tokens(&many).len(), MAX_TOKENS);
    }
}
