//! Sizes in bytes as producers write them: numbers, and text with separators and units.

use super::fields::FromJson;
use super::lenient::{Number, Text};

/// A number of bytes. Text such as `"16.4 kB"`, `"1,234"` or `"5 000 bytes"` is one too.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::formats) struct Size(pub(in crate::formats) Number);

impl FromJson<'_> for Size {
    fn from_json(raw: &[u8]) -> Self {
        let number = Number::from_json(raw);
        if number != Number::Wrong || !raw.starts_with(b"\"") {
            return Self(number);
        }
        let text = Text::from_json(raw);
        Self(text.as_str().and_then(parse).map_or(Number::Wrong, Number::Is))
    }
}

impl Size {
    pub(in crate::formats) fn as_u64(self) -> Option<u64> {
        self.0.as_u64()
    }

    pub(in crate::formats) fn is_wrong(self) -> bool {
        self.0 == Number::Wrong
    }
}

/// Maximum length of the text of a size, in bytes.
const MAX_LEN: usize = 40;

fn parse(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.len() > MAX_LEN {
        return None;
    }
    let is_part = |char: char| char.is_ascii_digit() || is_separator(char) || char == '.' || char == '-';
    let digits_end = text.find(|char| !is_part(char)).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(digits_end)?;
    let factor = factor(unit.trim())?;
    let number = number(digits.trim_end_matches(is_separator))?;
    Some((number * factor).round()).filter(|size| size.is_finite())
}

/// Whether a character may separate groups of digits; the spaces are those of French and Swiss
/// notation.
fn is_separator(char: char) -> bool {
    matches!(char, ',' | ' ' | '_' | '\'' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Parses a number. A comma is a decimal point if it cannot separate thousands.
fn number(text: &str) -> Option<f64> {
    let is_decimal = |(integer, fraction): (&str, &str)| {
        !text.contains('.')
            && !integer.contains(',')
            && fraction.len() != 3
            && !fraction.contains(is_separator)
    };
    let decimal = text.split_once(',').filter(|parts| is_decimal(*parts));
    let plain: String = match decimal {
        Some((integer, fraction)) => format!("{integer}.{fraction}"),
        None => text.to_owned(),
    };
    plain.replace(is_separator, "").parse().ok()
}

fn factor(unit: &str) -> Option<f64> {
    Some(match unit.to_ascii_lowercase().as_str() {
        "" | "b" | "byte" | "bytes" | "octets" => 1.0,
        "k" | "kb" => 1e3,
        "kib" => 1024.0,
        "m" | "mb" => 1e6,
        "mib" => 1024.0 * 1024.0,
        "g" | "gb" => 1e9,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(raw: &str) -> Option<u64> {
        Size::from_json(raw.as_bytes()).as_u64()
    }

    #[test]
    fn sizes_are_read_with_separators_and_units() {
        for (raw, bytes) in [
            ("16435", 16_435),
            ("99.5", 99),
            ("\"1200\"", 1200),
            ("\"1,234\"", 1234),
            ("\"1,234,567 B\"", 1_234_567),
            ("\" 16 435 bytes \"", 16_435),
            ("\"16.4 kB\"", 16_400),
            ("\"16,4 kB\"", 16_400),
            ("\"1.5KB\"", 1500),
            ("\"2 KiB\"", 2048),
            ("\"5\u{a0}000\"", 5000),
            ("\"3 MB\"", 3_000_000),
            ("5000000000", 5_000_000_000),
        ] {
            assert_eq!(size(raw), Some(bytes), "{raw}");
        }
    }

    #[test]
    fn what_is_not_a_size_is_unknown() {
        for raw in ["", "null", "-1", "-500", "\"-1\"", "\"-5 kB\"", "\"\"", "1e300"] {
            assert!(size(raw).is_none() && !Size::from_json(raw.as_bytes()).is_wrong(), "{raw}");
        }
        for raw in ["\"big\"", "\"12 parsecs\"", "\"1.2.3\"", "\"kB\"", "NaN", "[1]", "\"--5\"", "\", ,\""] {
            assert!(size(raw).is_none() && Size::from_json(raw.as_bytes()).is_wrong(), "{raw}");
        }
    }
}
