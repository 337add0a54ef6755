//! Percent-encoding of the query string, kept readable.

/// Encodes text as the name or value of a parameter. What can stand unencoded without being misread does.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/:.,-_~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push(hex_digit(byte >> 4));
            encoded.push(hex_digit(byte & 0xF));
        }
    }
    encoded
}

fn hex_digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).map_or('0', |digit| digit.to_ascii_uppercase())
}

/// Decodes a name or value: `+` is a space, as forms write it; a `%` that begins no code stands for itself; bytes that
/// are no UTF-8 become U+FFFD.
pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail) {
            (b'%', [high, low, after @ ..]) => match hex_value(*high).zip(hex_value(*low)) {
                Some((high, low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                None => bytes.push(byte),
            },
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

fn hex_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_readable() {
        assert_eq!(encode("https://a.test/x-1_2~3,4"), "https://a.test/x-1_2~3,4");
        assert_eq!(encode("a b+c&d=e%é\"#"), "a%20b%2Bc%26d%3De%25%C3%A9%22%23");
    }

    #[test]
    fn broken_codes_are_read_as_they_stand() {
        assert_eq!(decode("a+b%20c%c3%A9"), "a b cé");
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%4"), "%zz%4");
        assert_eq!(decode("%ff"), "\u{FFFD}");
        assert_eq!(decode("%+1"), "% 1");
    }
}
