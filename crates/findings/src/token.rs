//! JSON Web Tokens (RFC 7519), as far as their expiry.

use session::encodings::base64;

/// Bytes of the longest token that is read.
const MAX_BYTES: usize = 16 << 10;

/// When a token expires, in ms since 1970; `None` if the text is not a token or it does not expire.
pub(crate) fn expiry(token: &str) -> Option<f64> {
    if !is_web_token(token) || token.len() > MAX_BYTES {
        return None;
    }
    let payload = base64::decode(token.split('.').nth(1)?.as_bytes())?;
    let text = std::str::from_utf8(&payload).ok()?;
    let (_, after) = text.split_once("\"exp\"")?;
    let number = after.trim_start().strip_prefix(':')?.trim_start();
    let end = number.find(|char: char| !(char.is_ascii_digit() || char == '.')).unwrap_or(number.len());
    let seconds: f64 = number.get(..end)?.parse().ok()?;
    Some(seconds * 1000.0)
}

/// Whether a text has the shape of a signed token: three parts, of which the first begins as
/// `{"` does in base64.
pub(crate) fn is_web_token(text: &str) -> bool {
    let mut parts = text.split('.');
    let is_part = |part: Option<&str>| {
        part.is_some_and(|part| {
            !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_=".contains(&byte))
        })
    };
    text.starts_with("eyJ")
        && is_part(parts.next())
        && is_part(parts.next())
        && is_part(parts.next())
        && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"alg":"HS256"}`, then `{"sub":"1","exp":1700000000}`.
    const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIiwiZXhwIjoxNzAwMDAwMDAwfQ.c2ln";

    #[test]
    fn the_expiry_of_a_token_is_read() {
        assert_eq!(expiry(TOKEN), Some(1_700_000_000_000.0));
        for text in ["", "eyJ", "eyJhbGciOiJIUzI1NiJ9.!!.c2ln", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "a.b.c"] {
            assert_eq!(expiry(text), None, "{text}");
        }
    }
}
