//! The end of a JSON string.

use memchr::memchr2;

use super::block::{self, Block};

/// Number of plain bytes after which a string counts as long: its end is then searched with
/// `memchr`.
const SHORT_STRING: usize = 4 * block::LEN;

/// The offset of the closing quote in `text`, which begins inside a string.
///
/// # Errors
/// If there is none: whether the text ends just after the backslash of an escape.
#[inline]
pub(super) fn closing_quote(text: &[u8]) -> Result<usize, bool> {
    // Most strings are short and plain.
    let Some(block) = Block::of(text) else { return last_bytes(text, 0) };
    let (quotes, backslashes) = (block.equal(b'"'), block.equal(b'\\'));
    if quotes != 0 && backslashes & (quotes ^ (quotes - 1)) == 0 {
        return Ok(quotes.trailing_zeros() as usize);
    }
    in_blocks(text, if quotes | backslashes == 0 { block::LEN } else { 0 })
}

/// [`closing_quote`] block by block, from `at`.
fn in_blocks(text: &[u8], mut at: usize) -> Result<usize, bool> {
    let mut plain = 0;
    while let Some(block) = text.get(at..).and_then(Block::of) {
        let (quotes, backslashes) = (block.equal(b'"'), block.equal(b'\\'));
        let first = quotes & quotes.wrapping_neg();
        // No backslash below the first quote, if there is one: most strings end here.
        if backslashes & first.wrapping_sub(1) == 0 {
            if first != 0 {
                return Ok(at + first.trailing_zeros() as usize);
            }
            at += block::LEN;
            plain += block::LEN;
            if plain >= SHORT_STRING {
                plain = 0;
                at += memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()).ok_or(false)?;
            }
            continue;
        }
        plain = 0;
        let escaped = escaped_by(backslashes.into());
        let quotes = u64::from(quotes) & !escaped;
        if quotes != 0 {
            return Ok(at + quotes.trailing_zeros() as usize);
        }
        // The byte after a backslash that is the block's last is skipped.
        at += block::LEN + (escaped >> block::LEN) as usize;
    }
    last_bytes(text, at)
}

/// A mask of the bytes that are escaped, from a mask of the backslashes.
pub(super) fn escaped_by(mut backslashes: u64) -> u64 {
    // No two in a row: each escapes the byte after it.
    if backslashes & (backslashes << 1) == 0 {
        return backslashes << 1;
    }
    let mut escaped = 0;
    while backslashes != 0 {
        let after = (backslashes & backslashes.wrapping_neg()) << 1;
        escaped |= after;
        // An escaped backslash escapes nothing.
        backslashes &= (backslashes - 1) & !after;
    }
    escaped
}

/// [`closing_quote`] a byte at a time, from `at`.
fn last_bytes(text: &[u8], mut at: usize) -> Result<usize, bool> {
    loop {
        match text.get(at) {
            Some(b'"') => return Ok(at),
            Some(b'\\') => at += 2,
            Some(_) => at += 1,
            None => return Err(at > text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// [`closing_quote`], a byte at a time.
    fn byte_wise(text: &[u8]) -> Result<usize, bool> {
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
    fn an_escaped_quote_does_not_close_the_string() {
        assert_eq!(closing_quote(br#"a\"b\\" rest""#), Ok(6));
        assert_eq!(closing_quote(b"no end"), Err(false));
        assert_eq!(closing_quote(br"half an escape\"), Err(true));
        assert_eq!(closing_quote(b""), Err(false));
    }

    proptest! {
        #[test]
        fn the_closing_quote_is_that_of_a_byte_wise_search(text in "[a\"\\\\\u{e9}]{0,90}", plain in 0_usize..80) {
            let text = format!("{}{text}", "x".repeat(plain));
            prop_assert_eq!(closing_quote(text.as_bytes()), byte_wise(text.as_bytes()));
        }
    }
}
