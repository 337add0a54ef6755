//! The end of a JSON string.

use memchr::memchr2;

/// Words that are looked at one by one before a search for the end of a long string begins.
const SHORT: usize = 4;

/// Where the closing quote stands in `text`, which begins inside a string.
///
/// # Errors
/// When it is not there: whether the text ends in the middle of an escape, just after its backslash.
pub(super) fn closing_quote(text: &[u8]) -> Result<usize, bool> {
    let mut at = 0;
    loop {
        at += quote_or_backslash(text.get(at..).unwrap_or_default()).ok_or(at > text.len())?;
        if text.get(at) == Some(&b'"') {
            return Ok(at);
        }
        at += 2;
    }
}

/// Most strings are short, and in JSON within JSON an escape is never far: the first words are looked at without the
/// cost of beginning a search.
fn quote_or_backslash(text: &[u8]) -> Option<usize> {
    let mut from = 0;
    for word in text.chunks_exact(8).take(SHORT) {
        if let Some(at) = in_word(word) {
            return Some(from + at);
        }
        from += 8;
    }
    let rest = text.get(from..)?;
    if rest.len() < 8 {
        return rest.iter().position(|byte| matches!(byte, b'"' | b'\\')).map(|at| from + at);
    }
    memchr2(b'"', b'\\', rest).map(|at| from + at)
}

/// The first quote or backslash in eight bytes, found in all of them at once: a byte that is zero after the exclusive or
/// borrows from its highest bit, and the lowest such byte is exact.
fn in_word(word: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    let word = u64::from_le_bytes(word.try_into().ok()?);
    let zeros = |of: u8| {
        let differences = word ^ (ONES * u64::from(of));
        differences.wrapping_sub(ONES) & !differences & (ONES << 7)
    };
    let found = zeros(b'"') | zeros(b'\\');
    (found != 0).then(|| found.trailing_zeros() as usize / 8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, a byte at a time.
    fn slowly(text: &[u8]) -> Result<usize, bool> {
        let mut is_escaped = false;
        for (at, byte) in text.iter().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' => return Ok(at),
                _ => {}
            }
        }
        Err(is_escaped)
    }

    #[test]
    fn escaped_quotes_do_not_close() {
        assert_eq!(closing_quote(br#"a\"b\\" rest""#), Ok(6));
        assert_eq!(closing_quote(b"no end"), Err(false));
        assert_eq!(closing_quote(br"half an escape\"), Err(true));
        assert_eq!(closing_quote(b""), Err(false));
    }

    proptest! {
        #[test]
        fn as_found_a_byte_at_a_time(text in "[a\"\\\\\u{e9}]{0,90}", plain in 0_usize..80) {
            let text = format!("{}{text}", "x".repeat(plain));
            prop_assert_eq!(closing_quote(text.as_bytes()), slowly(text.as_bytes()));
        }
    }
}
