//! Values as producers write them: a number may be a string, a string may be null, an object may be
//! missing. A value of a wrong kind is `Wrong`, so that it costs a load note, not the entry.

use std::borrow::Cow;

use json_spans::json_string;

/// A number, or a string that holds one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::formats) enum Number {
    #[default]
    Missing,
    Is(f64),
    /// Something that is not a number.
    Wrong,
}

impl Number {
    pub(in crate::formats) fn get(self) -> Option<f64> {
        match self {
            Self::Is(value) => Some(value),
            Self::Missing | Self::Wrong => None,
        }
    }

    /// The value if it is at least 0: producers write -1 for a value that does not apply.
    pub(in crate::formats) fn not_negative(self) -> Option<f64> {
        self.get().filter(|value| *value >= 0.0)
    }

    /// From a JSON value as written.
    pub(in crate::formats) fn from_json(raw: &[u8]) -> Self {
        // The most frequent form.
        if let Some(number) = short_decimal(raw) {
            return Self::Is(number);
        }
        let inside = raw.strip_prefix(b"\"").and_then(|raw| raw.strip_suffix(b"\""));
        let text = inside.unwrap_or(raw).trim_ascii();
        match text.first() {
            None => Self::Missing,
            Some(b'0'..=b'9' | b'-' | b'+' | b'.') => {
                let parsed = || std::str::from_utf8(text).ok().and_then(|text| text.parse().ok());
                let number = short_decimal(text).or_else(parsed);
                number.filter(|number: &f64| number.is_finite()).map_or(Self::Wrong, Self::Is)
            }
            Some(_) if raw == b"null" => Self::Missing,
            Some(_) => Self::Wrong,
        }
    }

    /// The value as a size or count, truncated to an integer; `None` if it is negative or greater
    /// than 1e12, which is a mistake of the recording. Sums over a session cannot overflow.
    pub(in crate::formats) fn as_u64(self) -> Option<u64> {
        const MAX: f64 = 1e12;
        self.not_negative().filter(|value| *value <= MAX).map(|value| value as u64)
    }
}

/// A number without an exponent and with so few digits that both they and the power of ten by which
/// they are divided are exact: only the division rounds. Most numbers are of this form.
fn short_decimal(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let is_negative = text.first() == Some(&b'-');
    let digits = text.get(usize::from(is_negative)..)?;
    if digits.len() > POWERS.len() || !digits.first()?.is_ascii_digit() {
        return None;
    }
    let (number, rest) = count(0, digits);
    let (number, places) = match rest {
        [] => (number, 0),
        [b'.', fraction @ ..] => match count(number, fraction) {
            (number, []) => (number, fraction.len()),
            _ => return None,
        },
        _ => return None,
    };
    if number >> 53 != 0 {
        return None;
    }
    let number = number as f64 / POWERS.get(places)?;
    Some(if is_negative { -number } else { number })
}

/// Appends digits to a number, and returns what follows them. It cannot overflow with 19 digits or
/// fewer.
fn count(mut number: u64, text: &[u8]) -> (u64, &[u8]) {
    let mut rest = text;
    while let [digit @ b'0'..=b'9', after @ ..] = rest {
        number = number.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        rest = after;
    }
    (number, rest)
}

/// A string; `None` if it is missing, null, or of another kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::formats) struct Text<'a>(pub(in crate::formats) Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// From a JSON value as written. Ids and ports come as numbers from some producers.
    // Called in so many places that inlining would enlarge the module.
    #[inline(never)]
    pub(in crate::formats) fn from_json(raw: &'a [u8]) -> Self {
        match raw {
            [b'"', inside @ ..] => {
                Self(Some(json_string::unescape(inside.strip_suffix(b"\"").unwrap_or(inside))))
            }
            [b'-' | b'0'..=b'9', ..] => Self(Some(String::from_utf8_lossy(raw))),
            _ => Self(None),
        }
    }
}

impl Text<'_> {
    pub(in crate::formats) fn as_str(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text if it is not empty.
    pub(in crate::formats) fn filled(&self) -> Option<&str> {
        self.as_str().filter(|text| !text.is_empty())
    }

    pub(in crate::formats) fn boxed(&self) -> Option<Box<str>> {
        self.filled().map(Box::from)
    }

    pub(in crate::formats) fn owned(&self) -> String {
        self.as_str().unwrap_or_default().to_owned()
    }
}

/// A boolean; `None` if it is missing or of another kind.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::formats) struct Flag(pub(in crate::formats) Option<bool>);

impl Flag {
    /// From a JSON value as written.
    pub(in crate::formats) fn from_json(raw: &[u8]) -> Self {
        Self(match raw {
            b"true" => Some(true),
            b"false" => Some(false),
            _ => None,
        })
    }

    pub(in crate::formats) fn is_set(self) -> bool {
        self.0 == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_producers_write_them() {
        let read = |text: &str| Number::from_json(text.as_bytes());
        assert_eq!(read("1.5"), Number::Is(1.5));
        assert_eq!(read("\"1378545\""), Number::Is(1_378_545.0));
        for missing in ["", "null", "\"\"", "\" \""] {
            assert_eq!(read(missing), Number::Missing, "{missing}");
        }
        for wrong in [
            "\"soon\"",
            "true",
            "[1]",
            "{\"a\":{}}",
            "\"Infinity\"",
            "\"null\"",
            "nan",
            "1e999",
            "\"",
            "-",
            "\"1",
        ] {
            assert_eq!(read(wrong), Number::Wrong, "{wrong}");
        }
        assert_eq!(read("-1").not_negative(), None);
        assert_eq!(read("1e300").as_u64(), None);
    }

    #[test]
    fn numbers_are_those_nearest_to_what_is_written() {
        for text in [
            "0",
            "-0.5",
            "1795269720000.2488",
            "0.1",
            "123456789012345678",
            "9007199254740993",
            "1e-7",
            "2.5E3",
        ] {
            let expected = text.parse().expect("a number");
            assert_eq!(Number::from_json(text.as_bytes()), Number::Is(expected), "{text}");
        }
    }

    #[test]
    fn text_of_the_wrong_kind_is_none() {
        for wrong in ["", "null", "true", "[\"a\"]", "{\"a\":1}", "nan"] {
            assert_eq!(Text::from_json(wrong.as_bytes()).as_str(), None, "{wrong}");
        }
        for (raw, text) in [("443", "443"), (r#""h\u00e9""#, "hé"), (r#""""#, "")] {
            assert_eq!(Text::from_json(raw.as_bytes()).as_str(), Some(text), "{raw}");
        }
    }
}
