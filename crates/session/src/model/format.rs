//! Sizes and counts as text. They are here rather than among the labels because load notes and
//! errors have them too.

/// A size in bytes, in units of 1,000 as browsers show them: `50 B`, `5.0 kB`, `500 kB`, `1.5 MB`.
pub fn bytes(bytes: u64) -> String {
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = "kB";
    for larger in ["MB", "GB", "TB"] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    if value < 99.95 { format!("{value:.1} {unit}") } else { format!("{value:.0} {unit}") }
}

/// A number grouped by comma: `2,318`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 request`, `2,318 requests`.
pub fn plural(number: u64, singular: &str) -> String {
    counted(number, singular, &format!("{singular}s"))
}

/// `1 entry`, `2,318 entries`: for nouns whose plural is not formed with `s`.
pub fn counted(number: u64, singular: &str, plural: &str) -> String {
    format!("{} {}", count(number), if number == 1 { singular } else { plural })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_formatted_like_those_of_chrome() {
        let cases = [
            (0, "0 B"),
            (50, "50 B"),
            (999, "999 B"),
            (5000, "5.0 kB"),
            (12_345, "12.3 kB"),
            (99_960, "100 kB"),
            (500_000, "500 kB"),
            (999_600, "1.0 MB"),
            (1_500_000, "1.5 MB"),
            (210_000_000, "210 MB"),
        ];
        for (value, text) in cases {
            assert_eq!(bytes(value), text);
        }
    }

    #[test]
    fn counts_are_grouped_by_comma_and_agree_with_their_noun() {
        let cases = [(0, "0"), (999, "999"), (2318, "2,318"), (1_000_000, "1,000,000")];
        for (value, text) in cases {
            assert_eq!(count(value), text);
        }
        assert_eq!(plural(1, "request"), "1 request");
        assert_eq!(plural(2318, "request"), "2,318 requests");
        assert_eq!(counted(1, "body", "bodies"), "1 body");
        assert_eq!(counted(2318, "body", "bodies"), "2,318 bodies");
    }
}
