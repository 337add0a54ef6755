//! Decimal numbers as 64-bit floats.

/// The 64-bit float nearest to a decimal number with few digits and no exponent; `None` for other
/// text. A float has such digits and powers of ten exactly, so that one division rounds correctly: a
/// tenth of the time of the general conversion.
pub(crate) fn exact_float(text: &[u8]) -> Option<f64> {
    const POWERS: [f64; 16] =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
    let (is_negative, unsigned) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        _ => (false, text),
    };
    if unsigned.len() >= POWERS.len() {
        return None;
    }
    let (mut digits, mut point) = (0_u64, None);
    for (at, byte) in unsigned.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits = digits * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() && at > 0 => point = Some(at),
            _ => return None,
        }
    }
    let fraction = point.map_or(Some(0), |at| (unsigned.len() - at).checked_sub(1).filter(|len| *len > 0))?;
    let value = digits as f64 / POWERS.get(fraction).filter(|_| !unsigned.is_empty())?;
    Some(if is_negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_with_few_digits_is_converted() {
        let cases =
            [("12", Some(12.0)), ("-0.5", Some(-0.5)), ("007.25", Some(7.25)), ("", None), ("-", None)];
        for (text, expected) in cases {
            assert_eq!(exact_float(text.as_bytes()), expected, "{text}");
        }
        for text in ["5.", ".5", "1e3", "1 ", "--1", "1.2.3", "1234567890123456"] {
            assert_eq!(exact_float(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_short_number_is_converted_as_by_the_standard_library(text in "[-+]?[0-9]{0,16}(\\.[0-9]{0,16})?[e.x]?") {
            if let Some(float) = exact_float(text.as_bytes()) {
                prop_assert_eq!(Ok(float.to_bits()), text.parse::<f64>().map(f64::to_bits), "{}", text);
            }
        }
    }
}
